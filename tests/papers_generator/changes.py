"""Changes of a page that leave a person's reading of it as it was.

A change takes a parsed page and alters it in place; it returns False where the page has nothing to change.
"""
# ruff: noqa: E501 - markup reads best a line each

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import lxml.html

from tests.papers_generator.site import same

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from lxml.html import HtmlElement

    Change = Callable[[HtmlElement, "Known"], bool]

ADDED_HOST = "papers-moved.example"
FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip)$|/download|/file$|wpdmdl=|[?&](?:doc|file|id)=|/media/|/documents/",
    re.IGNORECASE,
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*"


class Known:
    """What a change may know of its page: its address, and the papers that are read from it unchanged."""

    def __init__(self, url: str, papers: Collection[str]) -> None:
        self.url = url
        self.papers = {same(paper) for paper in papers}

    def is_paper(self, link: HtmlElement) -> bool:
        return same(self.address(link)) in self.papers

    def address(self, link: HtmlElement) -> str:
        return urljoin(self.url, (link.get("href") or "").strip())


def _new(html: str) -> HtmlElement:
    return lxml.html.fragment_fromstring(html)


def _body(page: HtmlElement) -> HtmlElement:
    return page if page.tag == "body" else page.find("body")


def _at_top(page: HtmlElement, html: str) -> bool:
    body = _body(page)
    element = _new(html)
    element.tail, body.text = body.text, None
    body.insert(0, element)
    return True


def _papers(page: HtmlElement, known: Known) -> Iterator[HtmlElement]:
    return (link for link in page.iter("a") if known.is_paper(link))


def menu_toggle(page: HtmlElement, known: Known) -> bool:
    return _at_top(page, '<nav class="added-nav"><a href="#">About us</a> <a href="#">Menu</a></nav>')


def menu_of_divs(page: HtmlElement, known: Known) -> bool:
    links = "".join(
        f'<div><a href="/{word}/">{word.replace("-", " ").title()}</a></div>'
        for word in (
            "about-us",
            "news",
            "our-services",
            "strategy",
            "policies",
            "annual-report",
            "work-for-us",
            "contact-us",
        )
    )
    return _at_top(page, f'<div class="top-bar">{links}</div>')


def cookie_bar(page: HtmlElement, known: Known) -> bool:
    return _at_top(
        page,
        '<div id="added-cookies"><h2>Cookies on this site</h2><p>We use cookies. Last updated 1 May 2025. '
        '<a href="/cookies/">Read more</a> <a href="#" role="button">Accept all</a></p></div>',
    )


def footer(page: HtmlElement, known: Known) -> bool:
    files = "".join(
        f'<li><a href="/added-footer/{name}.pdf">{words}</a></li>'
        for name, words in (
            ("annual-report-2025-26", "Annual report 2025/26"),
            ("modern-slavery-statement", "Modern slavery statement"),
            ("privacy-notice", "Privacy notice"),
        )
    )
    _body(page).append(
        _new(f'<footer class="added-footer"><h2>Useful links</h2><ul>{files}</ul><p>© 2026</p></footer>')
    )
    return True


def pinned_card(page: HtmlElement, known: Known) -> bool:
    """An old piece of news above the list, with its date."""
    heading = next(page.iter("h1"), None)
    if heading is None:
        return False
    card = '<div class="card featured"><p class="date">14 March 2024</p><h3>A new chair</h3><p><a href="/news/a-new-chair/">Read more</a></p></div>'
    element = _new(card)
    element.tail, heading.tail = heading.tail, None
    heading.addnext(element)
    return True


def section_heading(page: HtmlElement, known: Known) -> bool:
    """A small heading before the lists of papers, below whatever heading they stand under."""
    homes = {
        home
        for link in _papers(page, known)
        for home in link.iterancestors("ul", "ol", "table")
        if home.getparent().tag not in {"li", "td"}
    }
    tops = [home for home in homes if not any(each in homes for each in home.iterancestors())]
    for home in tops:
        home.addprevious(_new("<h6>For approval</h6>"))
    return bool(tops)


def uploaded_line(page: HtmlElement, known: Known) -> bool:
    """What WordPress themes print after a file's link."""
    links = list(_papers(page, known))
    for link in links:
        note = _new('<span class="added-meta"> (uploaded 12/06/2025)</span>')
        note.tail, link.tail = link.tail, None
        link.addnext(note)
    return bool(links)


def _tables(page: HtmlElement, known: Known) -> Iterator[list[list[HtmlElement]]]:
    """Rows of cells of each plain table with heads that holds papers."""
    for table in page.iter("table"):
        rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
        rows = [row for row in rows if row]
        is_plain = not any(cell.get("colspan") or cell.get("rowspan") for row in rows for cell in row)
        has_heads = len(rows) > 1 and all(
            cell.tag == "th" and (cell.text_content() or "").strip() for cell in rows[0]
        )
        if (
            is_plain
            and has_heads
            and len({len(row) for row in rows}) == 1
            and next(table.iterdescendants("table"), None) is None
            and any(True for _ in _papers(table, known))
        ):
            yield rows


def uploaded_column(page: HtmlElement, known: Known) -> bool:
    changed = False
    for heads, *rows in _tables(page, known):
        heads[-1].addnext(_new_cell("th", "Uploaded"))
        for number, row in enumerate(rows):
            row[-1].addnext(_new_cell("td", f"{1 + number % 28:02}/06/2025"))
        changed = True
    return changed


def _new_cell(tag: str, text: str) -> HtmlElement:
    cell = lxml.html.Element(tag)
    cell.text = text
    return cell


def swapped_columns(page: HtmlElement, known: Known) -> bool:
    changed = False
    for rows in _tables(page, known):
        for cells in rows:
            row = cells[0].getparent()
            for cell in cells:
                cell.tail = None
                row.remove(cell)
            row.extend(reversed(cells))
        changed = True
    return changed


def _lists(page: HtmlElement, known: Known) -> list[HtmlElement]:
    """Lists of papers with no list in them and in none, a link at least in every point."""
    return [
        each
        for each in page.iter("ul", "ol")
        if each.getparent() is not None
        and next(each.iterdescendants("ul", "ol", "table"), None) is None
        and each.getparent().tag not in {"nav", "li"}
        and any(True for _ in _papers(each, known))
        and all(child.tag == "li" for child in each if isinstance(child.tag, str))
    ]


def _in_place(old: HtmlElement, new: HtmlElement) -> None:
    new.tail = old.tail
    old.getparent().replace(old, new)


def list_to_table(page: HtmlElement, known: Known) -> bool:
    homes = _lists(page, known)
    for home in homes:
        table = _new("<table><tbody></tbody></table>")
        for point in list(home):
            row = lxml.html.Element("tr")
            point.tag = "td"
            row.append(point)
            table[0].append(row)
        _in_place(home, table)
    return bool(homes)


def list_to_cards(page: HtmlElement, known: Known) -> bool:
    homes = _lists(page, known)
    for home in homes:
        cards = _new('<div class="row"></div>')
        for point in list(home):
            point.tag = "div"
            point.set("class", "card-body")
            card = _new('<div class="card"></div>')
            card.append(point)
            cards.append(card)
        _in_place(home, cards)
    return bool(homes)


def second_host(page: HtmlElement, known: Known) -> bool:
    """The papers lie on another host, which the line names."""
    links = [link for link in _papers(page, known) if urlsplit(known.address(link)).path not in {"", "/"}]
    for link in links:
        link.set("href", moved(known.address(link)))
    return bool(links)


def moved(url: str) -> str:
    return urlsplit(url)._replace(scheme="https", netloc=ADDED_HOST).geturl()


CHANGES: dict[str, Change] = {
    "menu toggle": menu_toggle,
    "menu of divs": menu_of_divs,
    "cookie bar": cookie_bar,
    "footer": footer,
    "pinned old card": pinned_card,
    "section heading": section_heading,
    "uploaded line": uploaded_line,
    "uploaded column": uploaded_column,
    "swapped columns": swapped_columns,
    "list to table": list_to_table,
    "list to cards": list_to_cards,
    "second host": second_host,
}


# --- all dates a year on ---

_DAY_MONTH_YEAR = re.compile(r"(?<!\d)(\d{1,2}([./-])\d{1,2}\2)(\d\d)(?!\d)")
_SPELLED_SHORT = re.compile(rf"(?<![A-Za-z0-9])(\d{{1,2}}(?:st|nd|rd|th)?[ _-]{MONTH}[ _-])(\d\d)(?!\d)")
_FINANCIAL = re.compile(r"(?<!\d)(20[123]\d)([/-]|%2F)([123]\d)(?![\d/-])")
_GLUED = re.compile(rf"(?<![A-Za-z])({MONTH})(2[3-7])(?!\d)", re.IGNORECASE)
_COMPACT_DAY_FIRST = re.compile(r"(?<!\d)([0-3]\d[01]\d)(20[12]\d)(?!\d)")
_COMPACT_YEAR_FIRST = re.compile(r"(?<!\d)(20[12]\d)([01]\d[0-3]\d)(?!\d)")
_COMPACT_SHORT = re.compile(r"(?<!\d)([0-3]\d[01]\d)(2[3-7])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20[12]\d)(?!\d)")
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)}|{'|'.join(day[:3] for day in WEEKDAYS)})\b", re.IGNORECASE)


def year_on(text: str) -> str:
    """The same text a year later: years, financial years, short years; weekdays are a day further then."""
    text = _FINANCIAL.sub(_next_financial, text)
    text = _DAY_MONTH_YEAR.sub(lambda m: f"{m[1]}{_next(m[3])}\0", text)
    text = _SPELLED_SHORT.sub(lambda m: f"{m[1]}{_next(m[2])}\0", text)
    text = _GLUED.sub(lambda m: f"{m[1]}{_next(m[2])}\0", text)
    text = _COMPACT_DAY_FIRST.sub(lambda m: f"{m[1]}{_next(m[2])}\0", text)
    text = _COMPACT_YEAR_FIRST.sub(lambda m: f"{_next(m[1])}\0{m[2]}", text)
    text = _COMPACT_SHORT.sub(lambda m: f"{m[1]}{_next(m[2])}\0", text)
    text = re.sub(_YEAR.pattern + "(?!\0)", lambda m: _next(m[1]), text)
    return _WEEKDAY.sub(_later_day, text).replace("\0", "")


def _next_financial(match: re.Match[str]) -> str:
    year, between, short = match.groups()
    if int(short) != (int(year) + 1) % 100:
        return match[0]  # a month, as in a folder 2026-11
    return f"{_next(year)}\0{between}{_next(short)}\0"


def _next(number: str) -> str:
    return f"{int(number) + 1:0{len(number)}}"


def _later_day(match: re.Match[str]) -> str:
    said = match[0]
    names = [day[: len(said)] if len(said) == 3 else day for day in WEEKDAYS]
    later = names[(names.index(said.title()) + 1) % 7]
    return later.upper() if said.isupper() else later.lower() if said.islower() else later
