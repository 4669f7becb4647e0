"""Reading pages so that a redesign fails on the day, not as silence.

`html_page(source, capture)` and `xml_page(source, capture, root=…)` give a `Page`: the parsed tree together
with the names a `ParseError` needs. Selectors are CSS and say how many they expect:

- `page.one(css)`    exactly one, or ParseError
- `page.some(css)`   at least one, or ParseError
- `page.maybe(css)`  none or one; ParseError for more
- `page.every(css)`  any number

All take `under=element` to look inside one element only. `page.error(…)` makes a ParseError of your own,
`page.link(element)` is the cleaned absolute address of an `<a>` ("" where it is not http). The rest are plain
functions: `text_of`, `paragraphs_of`, `fragment`, `base_url`, `tidy`, `title_of`, `query_of` and
`parse_time`; `parse_date` is in `dates`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import lxml.html
from lxml import etree
from lxml.cssselect import CSSSelector
from w3lib.encoding import html_to_unicode

from crawler.platforms.shared.dates import first_day
from crawler.platforms.shared.web_address import clean_url
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from pipeline.model import Capture, Source

Element = Any  # lxml's elements have no types of their own

_NOT_TEXT = frozenset({"script", "style", "noscript", "template"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
    }
    | {
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
    }
    | {"section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})
_BREAK = "\u2029"  # never in a page's own text that we keep: `tidy` takes it for a blank
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# "Annual report PDF 161 KB", "(2Mb)" or "[DOCX, 1.2 MB]" at the end of a link's text
_FILE_SIZE = re.compile(
    r"[\s,\-–(\[]{0,4}(?:\b(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|csv)\b[\s,:\-–]{0,4})?"  # noqa: RUF001 - dashes as printed
    r"\b\d[\d.,]{0,9}\s?(?:bytes|[kmg]i?b)\s?[)\]]{0,2}$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 1000  # characters: longer ones are a page gone wrong

_TIME = re.compile(
    r"(?<![\d/.:-])(\d{1,2})(?:[.:](\d{2}))?(?:\s?(?P<half>[ap])\.?m\b\.?|\s?(?P<word>noon|midday))?(?![\d/])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPage:
    """A parsed page that knows where it came from."""

    source: str
    url: str
    base: str  # what its links are relative to
    root: Element

    def every(self, css: str, *, under: Element | None = None) -> list[Element]:
        return list(CSSSelector(css)(self.root if under is None else under))

    def some(self, css: str, *, under: Element | None = None) -> list[Element]:
        found = self.every(css, under=under)
        if not found:
            raise self.error(css, "at least 1", "none")
        return found

    def one(self, css: str, *, under: Element | None = None) -> Element:
        found = self.every(css, under=under)
        if len(found) != 1:
            raise self.error(css, "exactly 1", str(len(found)))
        return found[0]

    def maybe(self, css: str, *, under: Element | None = None) -> Element | None:
        found = self.every(css, under=under)
        if len(found) > 1:
            raise self.error(css, "at most 1", str(len(found)))
        return found[0] if found else None

    def error(self, selector: str, expected: str, found: str) -> ParseError:
        return ParseError(source=self.source, url=self.url, selector=selector, expected=expected, found=found)

    def link(self, anchor: Element) -> str:
        """Where an `<a>` leads, cleaned and absolute; "" where it leads nowhere a crawler can go."""
        return clean_url(anchor.get("href") or "", base=self.base)


def html_page(source: Source, capture: Capture) -> ParsedPage:
    """Parse an answer as HTML, whatever its type says; ParseError where there is nothing to parse."""
    _, decoded = html_to_unicode(capture.headers.get("content-type"), capture.body)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = lxml.html.document_fromstring(
            decoded.replace("\0", "").encode(errors="replace"), parser=parser
        )
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ParseError(
            source=source.id, url=capture.url, selector="html", expected="a page", found="nothing to read"
        ) from error
    bases = root.xpath("//base[@href]/@href")
    base = clean_url(bases[0], base=capture.url) if bases else ""
    return ParsedPage(source=source.id, url=capture.url, base=base or capture.url, root=root)


def xml_page(source: Source, capture: Capture, *, root: str) -> ParsedPage:
    """Parse an answer as XML with the root element we know.

    An HTML error page, a script that redirects or an answer cut in the middle is a ParseError. Entities are
    not expanded and nothing is fetched.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(capture.body.strip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        found = "an HTML page" if b"<html" in capture.body[:2048].lower() else "XML that is cut or malformed"
        raise ParseError(
            source=source.id, url=capture.url, selector=root, expected="XML with this root", found=found
        ) from error
    page = ParsedPage(source=source.id, url=capture.url, base=capture.url, root=tree)
    if tree.tag != root:
        raise page.error(root, "XML with this root", f"<{tree.tag}>")
    return page


def base_url(source: Source) -> str:
    """The address a site's pages are relative to: many live under a path of the council's own site."""
    return source.url.rstrip("/") + "/"


def tidy(text: str) -> str:
    """Blanks of every kind, non-breaking ones and line ends too, collapse to one."""
    return " ".join(text.replace("\u200b", "").split())


def text_of(element: Element | None, *, without: frozenset[str] = frozenset()) -> str:
    """The words of an element in one line, leaving out what is in elements of the classes `without`."""
    return tidy(_words(element, without))


def paragraphs_of(element: Element | None) -> tuple[str, ...]:
    """The words of an element, one line a paragraph, list item or table row; empty ones left out."""
    lines = (tidy(line) for line in _words(element, frozenset()).split(_BREAK))
    return tuple(line for line in lines if line)


def fragment(markup: str) -> Element:
    """A piece of HTML that stood inside other data, as an element."""
    return lxml.html.document_fromstring(
        f"<div>{markup}</div>", parser=lxml.html.HTMLParser(no_network=True, huge_tree=False)
    )


def _words(element: Element | None, without: frozenset[str]) -> str:
    if element is None:
        return ""
    parts: list[str] = []
    # an explicit stack: pasted Word nests deep enough to run out of Python's
    stack: list[Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        if item is not element and item.tail:
            stack.append(item.tail)
        if isinstance(item.tag, str) and item.tag not in _NOT_TEXT and without.isdisjoint(_classes(item)):
            gap = _BREAK if item.tag in _BLOCKS else " " if item.tag in _CELLS else ""
            stack.append(gap)
            stack.extend(reversed(item))
            stack.append(gap + (item.text or ""))
    return "".join(parts)


def _classes(element: Element) -> list[str]:
    names: str = element.get("class") or ""
    return names.split()


def title_of(text: str) -> str:
    """A title as a person would write it: entities that were encoded twice, markup and file sizes removed."""
    text = html.unescape(html.unescape(text[:_LONGEST_TITLE]))
    return _FILE_SIZE.sub("", tidy(_TAG.sub(" ", text))).strip()


def query_of(url: str) -> dict[str, str]:
    """The query of an address by lower-case key: the same site writes MId, MID and mid."""
    return {
        key.lower(): value.strip() for key, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
    }


def parse_time(text: str) -> time | None:
    """The first time of day after the date in a text: "7:30 pm", "11.00 am", "19.30", "12 noon"."""
    text = tidy(text)
    found = first_day(text)
    for match in _TIME.finditer(text, found.end if found else 0):
        hour, minute = int(match[1]), int(match[2] or 0)
        half = (match["half"] or "").lower()
        if not (match[2] or half or match["word"]):
            continue
        if half and not 1 <= hour <= 12:
            continue
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return None
