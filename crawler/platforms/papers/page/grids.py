"""Tables that are made of other elements and only say in their roles that they are tables.

Libraries of documents (SharePoint's above all) are drawn by script as rows of `div`. To a screen
reader, and to us, they are tables with heads over their columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.platforms.papers.page.elements import displayed

if TYPE_CHECKING:
    from crawler.platforms.shared.select import Element

_TABLES = frozenset({"grid", "table", "treegrid"})
_TAGS = {"row": "tr", "cell": "td", "gridcell": "td", "rowheader": "td", "columnheader": "th"}


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
