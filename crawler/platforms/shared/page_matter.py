"""What a page itself says, without the site around it: its words in plain markup, and the files it links to.

Menus, banners, forms, notices and scripts are left out, and so is every attribute: the same words give the
same bytes whatever the site's tokens, styles and cookie bar are today. Tables keep their rows, lists their
items. Beautiful Soup reads it, since markup of any kind must give something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Comment, NavigableString, PageElement, Tag
from soupsieve.util import SelectorSyntaxError
from w3lib.encoding import html_to_unicode

from crawler.platforms.shared.select import tidy, title_of
from crawler.platforms.shared.web_address import canonical_url, clean_url
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Capture, Source

# Where sites put what a page is about, the likeliest first.
_MATTER = (
    "main, [role=main]",
    "article",
    "#main-content, #maincontent, #content, .entry-content, .page-content, .rich-text",
)
_LEAST = 0.3  # of the page's words: what holds less is a part of the matter, or none
_NEVER = "script, style, noscript, template, svg, canvas, button, select, input, textarea, dialog"
_AROUND = (
    "nav, aside, form, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog],"
    " [role=alertdialog], [aria-hidden=true], [hidden], body > header, body > footer"
)
_NAMED_AROUND = re.compile(
    r"(?:^|[\s_-])(?:cookies?|breadcrumbs?|skip-?(?:link|to-content)?|site-?(?:header|footer|nav)|navbar|menu"
    r"|share|sharing|social|related|newsletter|back-?to-?top|page-?feedback)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_AROUND = 0.5  # of the page's words: what holds more is the page itself, however it is called
_KEPT = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre"}
    | {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"}
)
_PARAGRAPHS = frozenset({"div", "section", "article", "main", "header", "footer", "figure", "figcaption"}) | {
    *("details", "summary", "fieldset", "form", "address", "body", "center", "aside", "nav")
}
_TAG = re.compile(r"<[^>]*>")
_FRAMES = {"iframe": "src", "embed": "src", "object": "data"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLink:
    """Where a page's matter leads, and the words of the link."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A page's own words as `<h2>`, `<p>`, `<table>` and the like, without attributes."""

    title: str
    markup: str
    words: int
    links: tuple[MatterLink, ...]
    asks_password: bool

    def page(self, *, before: str = "") -> bytes:
        """The matter as a small page, behind the markup `before`; the bytes depend on its words only."""
        title = escape(self.title)
        head = f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        return f"<!DOCTYPE html>\n{head}<body>\n{before}{self.markup}\n</body></html>\n".encode(
            errors="replace"
        )


def check_selector(selector: str) -> None:
    """ValueError for what is no CSS selector, so that the line is refused and not the run."""
    try:
        BeautifulSoup("", "lxml").select(selector or "main")
    except (SelectorSyntaxError, NotImplementedError) as error:
        raise ValueError(f"selector: {selector!r} is not a CSS selector") from error


def read(source: Source, capture: Capture, *, selector: str = "", base: str = "") -> Matter:
    """Returns the text and the files of a page, or of the part that `selector` names.

    Raises ParseError where that is nothing. Links are relative to `base`, where the page is not at its own
    address.
    """
    _, text = html_to_unicode(capture.headers.get("content-type"), capture.body)
    soup = BeautifulSoup(text.replace("\0", ""), "lxml")
    body = soup.body or soup
    title = _title(soup)
    own = base or capture.url
    base = clean_url(next((str(each["href"]) for each in soup.select("base[href]")), ""), base=own) or own
    asks_password = bool(soup.select("input[type=password]"))
    for each in soup.select(_NEVER):
        each.decompose()
    counts = _counts(body)
    parts = soup.select(selector) if selector else [_matter(body, counts)]
    if not parts:
        raise ParseError(
            source=source.id, url=capture.url, selector=selector, expected="at least 1", found="none"
        )
    links = [link for part in parts for link in _links(part, base)]
    markup = "\n".join(line for part in parts for line in _lines(part, counts))
    markup = markup.replace("<br>\n</", "\n</")  # a break at the end of a block says nothing
    if not markup and not links:
        raise ParseError(
            source=source.id,
            url=capture.url,
            selector=selector or "main",
            expected="words or links",
            found="none",
        )
    return Matter(
        title=title,
        markup=markup,
        words=len(_TAG.sub(" ", markup).split()),
        links=tuple({canonical_url(link.url): link for link in reversed(links)}.values())[::-1],
        asks_password=asks_password,
    )


def _title(soup: BeautifulSoup) -> str:
    """The heading of the page: what it says of itself, not what its tab says of the site."""
    headings = [tidy(each.get_text(" ")) for each in soup.select("main h1, article h1, h1")]
    said = next((each for each in headings if each), "")
    return title_of(said or tidy(soup.title.get_text(" ") if soup.title else ""))


def _counts(body: Tag) -> dict[int, int]:
    """How many words each element holds. Counted once, from within: markup nests by the thousand."""
    counts: dict[int, int] = {}
    for tag in reversed([body, *body.select("*")]):
        counts[id(tag)] = sum(
            counts.get(id(child), 0)
            if isinstance(child, Tag)
            else 0
            if isinstance(child, Comment)
            else len(str(child).split())
            for child in tag.contents
        )
    return counts


def _matter(body: Tag, counts: dict[int, int]) -> Tag:
    """The part of a page that is about something, rid of what is around it."""
    found = body
    for css in _MATTER:
        parts = [each for each in body.select(css) if counts[id(each)] >= counts[id(body)] * _LEAST]
        if parts:
            found = parts[0]
            break
    named = [each for each in found.select("*") if _is_named_around(each)]
    for each in (*found.select(_AROUND), *named):
        if counts[id(each)] <= counts[id(found)] * _MOST_AROUND:
            each.extract()
    return found


def _is_named_around(tag: Tag) -> bool:
    names = f"{tag.get('id') or ''} {' '.join(tag.get_attribute_list('class') or [])}"
    return bool(_NAMED_AROUND.search(names))


def _links(part: Tag, base: str) -> Iterator[MatterLink]:
    for tag in part.find_all(["a", *_FRAMES]):
        said = tag.get("data-downloadurl") or tag.get(_FRAMES.get(tag.name, "href"))  # the first: WordPress
        url = clean_url(str(said or ""), base=base)
        if url:
            words = tidy(tag.get_text(" ")) or tidy(str(tag.get("title") or tag.get("aria-label") or ""))
            yield MatterLink(url=url, title=title_of(words))


def _lines(part: Tag, counts: dict[int, int]) -> Iterator[str]:
    """Its markup, one line a block. What is between blocks is a paragraph.

    An explicit stack: markup nests deeper than Python calls.
    """
    loose: list[str] = []
    open_blocks = 0
    stack: list[PageElement | str] = [part]
    while stack:
        item = stack.pop()
        if isinstance(item, Comment):
            continue
        if isinstance(item, NavigableString):
            loose.append(str(item))
            continue
        if not isinstance(item, Tag):  # the end of a block
            yield from _paragraph(loose, is_inside=open_blocks > 0)
            open_blocks -= item != ""
            yield from [str(item)] if item else []
            continue
        if item.name in _KEPT or item.name in _PARAGRAPHS or item.name in {"br", "hr"}:
            yield from _paragraph(loose, is_inside=open_blocks > 0)
        if item.name in _KEPT:
            if not counts.get(id(item)):
                continue
            yield f"<{item.name}{_spans(item)}>"
            open_blocks += 1
            stack.append(f"</{item.name}>")
        elif item.name in _PARAGRAPHS:
            stack.append("")
        stack.extend(reversed(item.contents))
    yield from _paragraph(loose, is_inside=False)


def _paragraph(loose: list[str], *, is_inside: bool) -> Iterator[str]:
    said = escape(tidy("".join(loose)), quote=False)
    loose.clear()
    if said:
        yield f"{said}<br>" if is_inside else f"<p>{said}</p>"


def _spans(tag: Tag) -> str:
    """How many columns or rows a cell takes: without it a table's columns would shift."""
    spans = {name: str(tag.get(name) or "") for name in ("colspan", "rowspan")}
    told = {name: value for name, value in spans.items() if value.isdecimal() and value != "1"}
    return "".join(f' {name}="{value}"' for name, value in told.items())
