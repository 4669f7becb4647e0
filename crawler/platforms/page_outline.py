"""A page as a reader sees it: every link and every line under its headings.

Papers pages have no markup in common, but all of them are read from top to bottom: a heading, an opened
accordion, a table row or a card says which meeting the links below belong to. `outline` walks the page once
and writes that down; it judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from crawler.platforms.select import clean_url, text_of, tidy, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.select import Element, Page

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "nav", "select", "head", "button"})
_ROWS = frozenset({"tr", "li", "p", "dd", "dt"})
_LISTS = frozenset({"ul", "ol", "table", "tbody", "dl", "main", "body", "section"})
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_ACCORDION_LEVEL = 7
_LINE_LEVEL = 8
_LONGEST_HEADING = 160  # characters; more is running text in a heading's clothes
_LONGEST_TEXT = 300

# the site's furniture, by the words of a class or an id
_FURNITURE = re.compile(
    r"(?:^|\s)(?:(?:site|page|global|main|primary|top|left|right|side)[-_]?)?"
    r"(?:nav|navbar|navigation|menu|breadcrumbs?|footer|cookies?|skip-links?|share|social)(?:[-_][\w-]*)?(?=\s|$)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:^|\s)(?:sidebar|module|widget-area|related|popular|latest-news)(?:[-_][\w-]*)?(?=\s|$)",
    re.IGNORECASE,
)
_ACCORDION_TITLE = re.compile(
    r"(?:accordion|toggle|tab|panel|faq|collaps)[\w-]*(?:title|header|heading|question|button|trigger|label)",
    re.IGNORECASE,
)
_BLOCK_OF_ITS_OWN = re.compile(
    r"(?:^|\s)(?:accordion-item|card|panel|event|search-result)(?=\s|$)", re.IGNORECASE
)
_NEXT_PAGE = re.compile(r"^(?:next|older|load more)\b|^[\u203a\u00bb\u2192]", re.IGNORECASE)
_OF_THE_PAGE = re.compile(
    r"^(?:date )?(?:publish|post|updat|upload|added|creat|last|review|modif)", re.IGNORECASE
)
_NUMBERS = re.compile(r"\d[/.]\d")
_HIDES_A_DATE = re.compile(r"\b(?:20\d\d|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z][a-z]{2,8})\b")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heading:
    """Words that stand over others. Two with the same words are two headings."""

    text: str
    rank: str  # "heading", "accordion" or "line" (a paragraph that only says a date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    url: str  # absolute and cleaned; "" where it leads nowhere a crawler can go
    href: str  # as printed
    text: str
    headings: tuple[Heading, ...]  # outermost first
    own_heading: bool  # the link is a heading itself
    row: str = ""  # the other words of its table row, list item, paragraph or card
    before: str = ""  # those of them that stand before it
    line: str = ""  # the last line of text above it
    column: str = ""  # what stands at the head of its table column
    in_table: bool = False
    beside: bool = False  # in a side column: related, popular, latest news
    marked_file: bool = False  # the markup or the words beside say it is a file
    next_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Text without a link: where meetings are announced whose papers are to come."""

    text: str
    headings: tuple[Heading, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    title: str
    links: tuple[Link, ...]
    lines: tuple[Line, ...]
    words: int  # how much running text stands outside the furniture


def outline(page: Page) -> Outline:
    """Read the page from top to bottom."""
    walker = _Walker(page)
    bodies = page.every("body")
    walker.walk(bodies[0] if bodies else page.root)
    walker.add_next_pages()
    titles = page.every("title")
    return Outline(
        title=text_of(titles[0]) if titles else "",
        links=tuple(walker.links),
        lines=tuple(walker.lines),
        words=walker.words,
    )


@dataclass(slots=True)
class _Open:
    """A heading that still governs, and until the end of which element."""

    heading: Heading
    level: int
    scope: Element | None


class _Walker:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.links: list[Link] = []
        self.lines: list[Line] = []
        self.words = 0
        self.open: list[_Open] = []
        self.base = 0  # headings below this index belong to an enclosing block
        self.last_line = ""
        self.beside = 0
        self.labels = _labels(page.root)
        self.panels: dict[Element, str] = {}  # an accordion's panel that follows its title

    def walk(self, element: Element) -> None:  # lxml's HTML parser cuts off at a depth of 256
        tag = element.tag
        if not isinstance(tag, str) or self._is_furniture(element):
            return
        if _is_heading(element):
            self._heading(element)
            return
        if tag == "a":
            self._link(element)
            return
        if tag in _SILENT:
            return
        outer_base, outer_open = self.base, list(self.open)
        closed = self._is_closed(element)
        beside = tag == "aside" or bool(_BESIDE.search(_names(element)))
        self.beside += beside
        if closed:
            self.base = len(self.open)
        self._label(element)
        self._text(element)
        for child in element:
            self.walk(child)
        self.beside -= beside
        if closed:
            self.base, self.open = outer_base, outer_open
        if tag == "tr":
            self._band(element)
        self.open = [each for each in self.open if each.scope is not element]

    def add_next_pages(self) -> None:
        """The link to the next page of a long list mostly stands in a `nav`, which we do not walk."""
        for anchor in self.page.every("a[href]"):
            names = f" {anchor.get('class') or ''} {anchor.get('rel') or ''} ".lower()
            if " next " in names or (
                _NEXT_PAGE.match(text_of(anchor)) and "pag" in _names(anchor.getparent())
            ):
                url = self.page.link(anchor)
                self.links = [each for each in self.links if each.url != url]
                self.links.append(
                    Link(
                        url=url,
                        href=anchor.get("href"),
                        text=text_of(anchor) or "next",
                        headings=(),
                        own_heading=False,
                        next_page=True,
                    )
                )

    def _is_furniture(self, element: Element) -> bool:
        if element.tag in {"header", "footer"}:
            return not any(above.tag in {"article", "main"} for above in element.iterancestors())
        if element.tag in {"body", "main", "html", "form", "a"}:
            return False
        if element.get("role") in {"navigation", "banner", "contentinfo", "tablist"}:
            return True
        return bool(_FURNITURE.search(_names(element))) and not element.xpath(".//h1 | .//main")

    @staticmethod
    def _is_closed(element: Element) -> bool:
        """What stands in it says nothing about what follows."""
        return (
            element.tag in {"details", "li", "tr", "article", "table", "aside", "td"}
            or element.get("role") == "tabpanel"
            or bool(_BLOCK_OF_ITS_OWN.search(element.get("class") or ""))
        )

    def _headings(self) -> tuple[Heading, ...]:
        return tuple(each.heading for each in self.open)

    def _push(self, text: str, *, rank: str, level: int, scope: Element | None) -> None:
        while len(self.open) > self.base and self.open[-1].level >= level:
            self.open.pop()
        if not (self.open and self.open[-1].heading.text == text):
            self.open.append(_Open(heading=Heading(text=text, rank=rank), level=level, scope=scope))
        self.last_line = ""

    def _label(self, element: Element) -> None:
        """A panel whose title stands elsewhere: tabs and accordions name it by id."""
        text = self.panels.get(element) or self.labels.get(element.get("id") or "")
        if text and not any(each.heading.text == text for each in self.open[-2:]):
            self.open.append(
                _Open(
                    heading=Heading(text=text, rank="accordion"),
                    level=_ACCORDION_LEVEL,
                    scope=element,
                )
            )
            self.base = max(self.base, len(self.open))

    def _heading(self, element: Element) -> None:
        text = title_of(text_of(element))
        level = _LEVELS.get(element.tag, _ACCORDION_LEVEL)
        nested = [each for each in element.iter(*_LEVELS) if each is not element]
        if nested:
            level = _LEVELS[nested[0].tag]
        anchors = [each for each in element.iter("a") if each.get("href")]
        is_label = element.tag not in _LEVELS or not anchors
        if text and len(text) <= _LONGEST_HEADING:
            rank = "heading" if element.tag in _LEVELS else "accordion"
            panel = element.getnext() if rank == "accordion" and level == _ACCORDION_LEVEL else None
            if panel is not None and element.tag != "summary" and panel.tag in {"div", "ul", "section"}:
                self.panels[panel] = text
            else:
                self._push(text, rank=rank, level=level, scope=_scope(element, level))
            if element.tag == "summary":
                self.base = len(self.open)  # no heading inside closes it
            if is_label and not anchors:
                above = tuple(each for each in self._headings() if each.text != text)
                self.lines.append(Line(text=text, headings=above, beside=bool(self.beside)))
        for anchor in anchors:
            if not (anchor.get("href") or "").startswith("#"):
                self._link(anchor, own_heading=text_of(anchor) == text_of(element))

    def _text(self, element: Element) -> None:
        """A block of text without links: a line, and a heading where all it says is a date."""
        if element.tag not in _ROWS | {"td", "div", "caption", "span"}:
            self.words += len((element.text or "").split())
            return
        if element.xpath(
            "boolean(.//a[@href] | .//table | .//li | .//p | .//div | .//h1 | .//h2 | .//h3 | .//h4)"
        ):
            own = _lead(element)[:_LONGEST_HEADING]
            self.words += len(own.split())
            if own and element.tag != "tr":
                self.last_line = own
            if own and element.tag == "li" and element.find("ul") is not None:
                # a list in a list: what the outer item says stands over the inner ones
                self.lines.append(Line(text=own, headings=self._headings(), beside=bool(self.beside)))
                self._push(own, rank="line", level=_LINE_LEVEL, scope=element)
            return
        pieces = [tidy(piece) for piece in _pieces(element)]
        for text in pieces:
            if not text:
                continue
            self.words += 0 if element.tag == "tr" else len(text.split())
            if element.tag in {"td", "span"} and element.xpath("boolean(ancestor::tr)"):
                continue  # the row says it
            short = text[:_LONGEST_HEADING]
            self.lines.append(Line(text=short, headings=self._headings(), beside=bool(self.beside)))
            self.last_line = short
        if element.tag in {"p", "dt", "caption", "div"} and len(pieces) == 1 and _says_only_a_date(pieces[0]):
            self._push(pieces[0], rank="line", level=_LINE_LEVEL, scope=_scope(element, _LINE_LEVEL))

    def _band(self, row: Element) -> None:
        """A row of one cell that says a year is a heading of the rows below it."""
        text = text_of(row) if len(row) == 1 else ""
        if not _HIDES_A_DATE.search(text) or len(text) > 60 or row.find(".//a") is not None:
            return
        table = next(row.iterancestors("table"), None)
        self._push(text, rank="heading", level=_LINE_LEVEL, scope=table)

    def _link(self, anchor: Element, *, own_heading: bool = False) -> None:
        href = anchor.get("href")
        if href is None:
            return
        text = text_of(anchor) or tidy(anchor.get("title") or anchor.get("aria-label") or "")
        text = text[:_LONGEST_TEXT]
        images = anchor.xpath(".//img/@alt")
        row, before, in_table = _row(anchor)
        after = tidy(anchor.tail or "")[:40].lower()
        self.links.append(
            Link(
                url=clean_url(href, base=self.page.base),
                href=href,
                text=text or (tidy(images[0]) if images else ""),
                headings=self._headings()[:-1] if own_heading else self._headings(),
                own_heading=own_heading,
                row=row,
                before=before,
                line=self.last_line,
                column=_column(anchor) if in_table else "",
                in_table=in_table,
                beside=bool(self.beside),
                marked_file=anchor.get("download") is not None
                or (anchor.get("type") or "").startswith("application/")
                or bool(re.search(r"\b(?:pdf|docx?|zip)\b", f"{text[-40:].lower()} {after}")),
            )
        )


def _names(element: Element | None) -> str:
    return "" if element is None else f"{element.get('class') or ''} {element.get('id') or ''}"


def _labels(root: Element) -> dict[str, str]:
    """What a tab or an accordion's button says of the panel it opens."""
    labels: dict[str, str] = {}
    for element in root.iter(etree.Element):
        target = (
            element.get("aria-controls") or element.get("data-bs-target") or element.get("data-target") or ""
        )
        if not target and element.tag == "a" and (element.get("href") or "").startswith("#"):
            target = element.get("href")
        text = title_of(text_of(element)) if target else ""
        if text and len(text) <= _LONGEST_HEADING:
            labels.setdefault(target.lstrip("#"), text)
    named = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}
    for name, element in named.items():
        text = title_of(text_of(named.get(element.get("aria-labelledby"))))
        if text and len(text) <= _LONGEST_HEADING:
            labels.setdefault(name, text)
    return labels


def _is_heading(element: Element) -> bool:
    if element.tag in _LEVELS or element.tag in {"summary", "legend"}:
        return True
    if element.tag == "a" and not element.get("href"):
        return False
    if element.tag == "button":
        return bool(_HIDES_A_DATE.search(text_of(element)))
    return (
        element.tag in {"div", "span", "a", "p"}
        and bool(_ACCORDION_TITLE.search(element.get("class") or ""))
        and (element.tag != "a" or (element.get("href") or "").startswith("#"))
    )


def _scope(heading: Element, level: int) -> Element | None:
    """What a heading governs: the smallest block around it with a link of its own; an h1 all that follows."""
    if level == 1:
        return None
    for above in heading.iterancestors():
        if above.tag in {"details", "li", "tr", "td", "article", "table", "body"} or _BLOCK_OF_ITS_OWN.search(
            above.get("class") or ""
        ):
            return above
        links = above.xpath("count(.//a[@href])") - heading.xpath("count(.//a[@href])")
        if links > 0:
            return above
    return None


def _lead(element: Element) -> str:
    """The text of a block before the first block inside it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag not in {"strong", "b", "em", "i", "span", "time", "u"}:
            break
        parts += [text_of(child), child.tail or ""]
    return tidy(" ".join(parts))


def _pieces(element: Element) -> Iterator[str]:
    """The text of a block, cut at its line breaks; a table row is one piece."""
    if element.tag != "tr" and element.find("br") is not None:
        piece = element.text or ""
        for child in element:
            if child.tag == "br":
                yield piece
                piece = ""
            else:
                piece += text_of(child)
            piece += child.tail or ""
        yield piece
    else:
        yield text_of(element)


def _says_only_a_date(text: str) -> bool:
    short = len(text) <= 60 and not re.search(r"[.!?;]\s", text)
    return short and bool(_HIDES_A_DATE.search(text)) and not _OF_THE_PAGE.match(text)


def _row(anchor: Element) -> tuple[str, str, bool]:
    """The words around a link, those of them before it, and whether they are a table row."""
    in_table = next(anchor.iterancestors("tr"), None)
    for above in anchor.iterancestors():
        if above is in_table:
            assert in_table is not None
            lays_out_the_page = in_table.xpath("boolean(.//h1 | .//h2 | .//h3 | .//h4 | .//ul | .//table)")
            return ("", "", False) if lays_out_the_page else (*_around(above, anchor, other_links=True), True)
        if above.tag in _LISTS or (above.tag not in _ROWS and _other_addresses(above, anchor)):
            if in_table is None:
                break
            continue
        row = _around(above, anchor, other_links=False)
        if above.tag == "li" or (row[0] and above.tag in _ROWS):
            return (*row, False)
        if above.tag in {"article", "div"} and (_HIDES_A_DATE.search(row[0]) or _NUMBERS.search(row[0])):
            return (*row, False)
    return "", "", False


def _column(anchor: Element) -> str:
    cell = next(anchor.iterancestors("td", "th"), None)
    table = next(anchor.iterancestors("table"), None)
    if cell is None or table is None:
        return ""
    head = next(table.iter("tr"))
    position = sum(1 for _ in cell.itersiblings("td", "th", preceding=True))
    cells = [each for each in head if each.tag in {"td", "th"}]
    if head is cell.getparent() or position >= len(cells) or head.find(".//a") is not None:
        return ""
    return text_of(cells[position])[:60]


def _other_addresses(above: Element, anchor: Element) -> bool:
    href = anchor.get("href")
    return any(each.get("href") not in {href, None} for each in above.iter("a"))


def _around(row: Element, anchor: Element, *, other_links: bool) -> tuple[str, str]:
    before: list[str] = []
    after: list[str] = []
    parts = before
    stack: list[Element | str] = [row]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        if item is not row and item.tail:
            stack.append(item.tail)
        if item is anchor:
            parts = after
            continue
        if not isinstance(item.tag, str) or item.tag in _SILENT or (item.tag == "a" and not other_links):
            continue
        if (
            item.tag in {"li", "tr"}
            and item is not row
            and not any(each is item for each in anchor.iterancestors())
        ):
            continue
        stack.append(" ")
        stack.extend(reversed(item))
        stack.append(" " + (item.text or ""))
    first, second = tidy("".join(before)), tidy("".join(after))
    return tidy(f"{first} {second}")[:400], first[:400]
