"""Tables that are made of other elements: those that say so in their roles, and those that only look so.

Libraries of documents (SharePoint's above all) are drawn by script as rows of `div`. To a screen
reader, and to us, they are tables with heads over their columns; and so are rows of as many cells each
below a row of days, or of kinds of papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.platforms.papers.page.elements import displayed
from crawler.platforms.papers.page.lines import is_date_line
from crawler.platforms.papers.wording.vocabulary import says_paper

if TYPE_CHECKING:
    from crawler.platforms.shared.select import Element

_TABLES = frozenset({"grid", "table", "treegrid"})
_TAGS = {"row": "tr", "cell": "td", "gridcell": "td", "rowheader": "td", "columnheader": "th"}
_PLAIN = frozenset({"div", "span", "p"})
_FEWEST_ROWS, _FEWEST_CELLS, _MOST_CELLS = 2, 3, 13


def as_tables(root: Element) -> None:
    """Turn each such table into the elements that it means, in place."""
    for grid in list(root.iter()):
        if grid.tag == "table" or grid.get("role") not in _TABLES or grid.find(".//table") is not None:
            continue
        grid.tag = "table"
        for element in grid.iter():
            if isinstance(element.tag, str):
                element.tag = _TAGS.get(element.get("role") or "", element.tag)
        rows = list(grid.iter("tr"))
        heads = max((len(row.findall("th")) for row in rows), default=0)
        for row in rows:
            _align(row, heads)
    for grid in list(root.iter("div", "section")):
        if _looks_like_a_table(grid):
            grid.tag = "table"
            for row in grid:
                row.tag = "tr"
                for cell in row:
                    cell.tag = "td"


def _looks_like_a_table(grid: Element) -> bool:
    """Rows of as many cells each, of which the first has the heads of the others' columns, and no link."""
    if len(grid) < _FEWEST_ROWS or any(each.tag not in _PLAIN for row in grid for each in (row, *row)):
        return False
    if len({len(row) for row in grid}) > 1 or not _FEWEST_CELLS <= len(grid[0]) <= _MOST_CELLS:
        return False
    if grid.find(".//table") is not None or grid[0].find(".//a") is not None:
        return False
    heads = [text for cell in grid[0][1:] if (text := displayed(cell))]
    over_columns = all(map(is_date_line, heads)) or any(map(says_paper, heads))
    return len(heads) > 1 and over_columns and all(row.find(".//a") is not None for row in grid[1:])


def _align(row: Element, heads: int) -> None:
    """Give a row the cells that its heads count: an icon has none over it, and a group's name has no cell."""
    cells = [cell for cell in row if cell.tag == "td"]
    if not cells and not row.findall("th"):
        _wrap(row)
    elif heads and len(cells) == heads + 1 and not displayed(cells[0]):
        row.remove(cells[0])


def _wrap(row: Element) -> None:
    cell = row.makeelement("td", {})
    cell.text, row.text = row.text, None
    cell.extend(list(row))
    row.append(cell)
