"""Web pages as text, without the site around them: its menus and notices are not what the body said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import lxml.html
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from lxml import etree

from extractors.charset import decode
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from pipeline.text import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 2048  # bytes
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}>")  # lxml refuses text that names an encoding

_FURNITURE_TAGS = [
    "nav",
    "header",
    "footer",
    "aside",
    "script",
    "style",
    "noscript",
    "template",
    "form",
    "iframe",
    "svg",
    "button",
    "dialog",
]
_FURNITURE_ROLES = ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog")
_FURNITURE_WORDS = re.compile(
    r"(?:^|[\s_-])(?:cookies?|cookie-?(?:banner|bar|notice|consent|policy-banner)|breadcrumbs?|skip-?(?:link|to-content)|"
    r"site-?(?:header|footer|nav)|main-?nav|navbar|menu|share-?(?:links|buttons)|social-?(?:links|media))(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_IN_FURNITURE = 0.5  # of the page's words: what holds more is the page itself, however it is called
_BLOCKS = (  # which inscriptis does not know for such: their words would run into those beside them
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "dl",
    "dt",
    "fieldset",
    "form",
    "hr",
    "legend",
    "menu",
    "optgroup",
    "option",
    "search",
    "section",
    "summary",
)
_CSS = CSS_PROFILES["strict"] | {tag: HtmlElement(display=Display.block) for tag in _BLOCKS}
_CONFIG = ParserConfig(css=_CSS, table_cell_separator=" ")


def extract(path: Path) -> Iterator[PageText]:
    tree = _tree(path.read_bytes())
    _remove_furniture(tree)
    return numbered([("web page", Inscriptis(tree, _CONFIG).get_text())])


def metadata(path: Path) -> dict[str, str]:
    tree = _tree(path.read_bytes())
    facts = {"title": tree.findtext(".//title") or ""}
    for element in tree.iterfind(".//meta[@name]"):
        name = (element.get("name") or "").lower()
        if name in {"author", "dcterms.created", "dcterms.modified", "dc.title"}:
            facts.setdefault(name.removeprefix("dcterms."), element.get("content") or "")
    return facts


def to_text(markup: str) -> str:
    """The canonical text of a piece of HTML, such as a mail's body; "" where nothing is in it."""
    try:
        tree = _parsed(markup)
    except ExtractionError:
        return ""
    return canonical(Inscriptis(tree, _CONFIG).get_text())


def _tree(content: bytes) -> lxml.html.HtmlElement:
    declared = _DECLARED.search(content[:_DECLARED_WITHIN])
    return _parsed(decode(content, declared.group(1).decode("ascii") if declared else ""))


def _parsed(markup: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(_DECLARATION.sub("", markup), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ExtractionError(FailureReason.NO_TEXT, f"a web page without content: {error}") from error


def _remove_furniture(tree: lxml.html.HtmlElement) -> None:
    """Take out menus, banners, notices, forms and code, but never the greater part of the words."""
    for element in tree.xpath("//script | //style | //noscript | //template | //svg | //iframe"):
        _drop(element)
    words = len(tree.text_content().split())
    for element in list(tree.iter(etree.Element)):
        if element.getparent() is None or element.tag in {"html", "body", "main", "article"}:
            continue
        if _is_furniture(element) and len(element.text_content().split()) <= words * _MOST_IN_FURNITURE:
            _drop(element)


def _is_furniture(element: lxml.html.HtmlElement) -> bool:
    if element.tag in {"header", "footer"} and any(True for _ in element.iterancestors("main", "article")):
        return False  # the head of an article is its title
    return (
        element.tag in _FURNITURE_TAGS
        or element.get("role") in _FURNITURE_ROLES
        or element.get("aria-hidden") == "true"
        or bool(_FURNITURE_WORDS.search(f"{element.get('id') or ''} {element.get('class') or ''}"))
    )


def _drop(element: lxml.html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
