"""Tables: which lay out the page and which list things, and what is over each of their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.elements import displayed
from crawler.platforms.papers.page.lines import is_date_line, is_year
from crawler.platforms.shared.select import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.platforms.papers.page.markup import PageMarkup
    from crawler.platforms.shared.select import Element

_LONGEST_HEAD = 80
_LONGEST_PLAIN_HEAD = 60
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]{0,6}\.?(?:\s+20\d\d|[\s'\u2019-]+\d\d)?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(.*?\)")
_MOST_SPANNED = 200  # rows or columns: more is a mistake in the markup


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell of a table that lists things."""

    element: Element
    table: Element
    column: int
    head: str  # what is over its column
    is_head: bool = False


class Tables:
    """All tables of a page, each read when it is met."""

    def __init__(self) -> None:
        self._rows: dict[Element, list[Element]] = {}
        self._cells: dict[Element, Cell] = {}
        self._width: dict[Element, int] = {}

    def open(self, table: Element, marks: PageMarkup) -> None:
        rows = [row for row in table.iter("tr") if _table_of(row) is table]
        if not _lists_things(table, rows, marks):
            return
        heads: dict[int, str] = {}
        spans: dict[int, tuple[Element, int]] = {}  # column: the cell, and rows it still spans
        widest = max((len(_cells(row)) for row in rows), default=0)
        above: list[Element] = []  # the cells of a head that goes on in the next row
        for row in rows:
            cells = _cells(row)
            is_head = _is_head(row, cells, widest, first=not heads, goes_on=bool(above), marks=marks)
            upper = heads if above else {}
            if is_head:
                heads = dict(upper)
            carried: list[Element] = []
            column = 0
            for cell in cells:
                column = _skip_spanned(column, spans, carried)
                across, down = _span(cell, "colspan"), _span(cell, "rowspan")
                head = tidy(cell.get("data-label") or cell.get("data-title") or cell.get("data-th") or "")
                self._cells[cell] = Cell(cell, table, column, head or heads.get(column, ""), is_head)
                for place in range(column, column + across):
                    if is_head:
                        heads[place] = _joined(upper.get(place, ""), displayed(cell))[:_LONGEST_HEAD]
                    if down > 1:
                        spans[place] = (cell, down)
                column += across
            _skip_spanned(column, spans, carried)
            spans = {place: (cell, left - 1) for place, (cell, left) in spans.items() if left > 1}
            above = cells if is_head and any(_spans(cell) for cell in cells) else []
            self._rows[row] = carried
            self._width[row] = widest

    def is_data_row(self, row: Element) -> bool:
        return row in self._rows

    def carried_into(self, row: Element) -> list[Element]:
        return self._rows.get(row, [])

    def cell(self, element: Element) -> Cell | None:
        return self._cells.get(element)

    def is_band(self, row: Element, marks: PageMarkup) -> bool:
        """A row that says what the rows below it are of."""
        if row not in self._rows or marks.links(row):
            return False
        cells = _cells(row)
        if len(cells) > 1 and self._cells[cells[0]].is_head:
            return False
        filled = [cell for cell in cells if displayed(cell)]
        if len(filled) == 1 and self._width[row] > 1 and (len(_cells(row)) == 1 or not marks.is_dated(row)):
            return True
        return marks.is_flowing_label(row)


def _skip_spanned(column: int, spans: dict[int, tuple[Element, int]], carried: list[Element]) -> int:
    while column in spans:
        cell = spans[column][0]
        if cell not in carried:
            carried.append(cell)
        column += 1
    return column


def _lists_things(table: Element, rows: list[Element], marks: PageMarkup) -> bool:
    if table.get("role") in {"presentation", "none"} or table.find(".//table") is not None:
        return False
    if table.find(".//h1") is not None or table.find(".//h2") is not None:
        return False
    if len(rows) == 1:
        return all(marks.links(cell) <= 6 for cell in _cells(rows[0]))
    most = max((marks.links(cell) for row in rows for cell in _cells(row)), default=0)
    return most <= 40 or len(rows) > most


def _joined(upper: str, lower: str) -> str:
    """What two rows of heads say over one column: "26 March 2026 Agenda"."""
    if upper == lower:
        return lower
    return f"{lower} {upper}".strip() if is_year(upper) else f"{upper} {lower}".strip()


def _is_head(
    row: Element, cells: list[Element], widest: int, *, first: bool, goes_on: bool, marks: PageMarkup
) -> bool:
    """`first`: there is no head yet; `goes_on`: the row above has a cell over several others."""
    if not cells or (len(cells) == 1 and (widest > 1 or not first)):
        return False  # one cell over all columns says what the rows are of
    in_head = row.getparent() is not None and row.getparent().tag == "thead"
    if in_head or ((first or goes_on) and (_are_months(cells) or _are_days(row, cells, marks))):
        return True
    if all(cell.tag == "th" for cell in cells) and not marks.is_dated(row):
        return len(cells) > 1 or first
    is_plain = len(cells) > 1 and not marks.links(row) and not marks.is_dated(row)
    is_first = first and not any(len(_cells(above)) > 1 for above in _above(row))
    if not is_plain or not (is_first or goes_on):
        return False
    # the first row, of short words in each cell: a head in a plain row's clothes
    texts = [displayed(cell) for cell in cells]
    return sum(bool(text) for text in texts) >= 2 and all(
        len(text) <= _LONGEST_PLAIN_HEAD and not any(map(str.isdigit, _BRACKETS.sub("", text)))
        for text in texts
    )


def _are_days(row: Element, cells: list[Element], marks: PageMarkup) -> bool:
    """A turned table: a day over each column but the first, and the papers of that day below it."""
    texts = [text for cell in cells[1:] if (text := displayed(cell))]
    is_dated = len(texts) > 1 and not marks.links(row) and all(map(is_date_line, texts))
    below = list(row.itersiblings("tr"))
    return is_dated and any(marks.links(each) and not marks.is_dated(each) for each in below)


def _are_months(cells: list[Element]) -> bool:
    texts = [text for cell in cells if (text := displayed(cell))]
    return len(texts) > 1 and all(_MONTH.fullmatch(text) for text in texts)


def _above(row: Element) -> Iterable[Element]:
    return row.itersiblings("tr", preceding=True)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _spans(cell: Element) -> bool:
    return _span(cell, "colspan") > 1 or _span(cell, "rowspan") > 1


def _span(cell: Element, name: str) -> int:
    said = (cell.get(name) or "").strip()
    return min(int(said), _MOST_SPANNED) if said.isdigit() and int(said) else 1


def _table_of(row: Element) -> Element | None:
    return next(row.iterancestors("table"), None)
