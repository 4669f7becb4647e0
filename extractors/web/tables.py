"""Tables of web pages, row by row: the lines of a cell are told together, not in turn with others. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    import lxml.html

_CELLS = {"td", "th"}
_PARTS = ("table", "thead", "tbody", "tfoot", "caption")
_BLOCKS = {
    "address", "article", "aside", "blockquote", "button", "details", "dialog", "dir", "div", "dl",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "img",
    "main", "menu", "nav", "ol", "p", "pre", "section", "select", "table", "ul",
}  # fmt: skip


def lay_out(tree: lxml.html.HtmlElement) -> None:
    """Make a line of each row whose cells have a line each, and blocks of the cells of others."""
    for row in reversed(list(tree.iter("tr"))):  # those within others first
        _lay_out(row)
    for part in list(tree.iter(*_PARTS)):
        part.tag = "div"


def _lay_out(row: lxml.html.HtmlElement) -> None:
    row.tag = "div"
    waiting: list[lxml.html.HtmlElement] = []  # cells of a line each, before one of several
    for cell in [each for each in row if each.tag in _CELLS]:
        _unwrap(cell)
        if _is_line(cell):
            _join_lines(cell)
            cell.tag = "span"
            cell.tail = f" {cell.tail or ''}"
            waiting.append(cell)
        else:
            _go_before(cell, waiting)
            cell.tag = "div"
            waiting = []


def _unwrap(cell: lxml.html.HtmlElement) -> None:
    """Of a cell that has one paragraph alone the words are its own."""
    while len(cell) == 1 and cell[0].tag in {"p", "div"} and not (cell.text or "").strip():
        if (cell[0].tail or "").strip() or cell[0].get("style"):
            return
        cell[0].drop_tag()


def _is_line(cell: lxml.html.HtmlElement) -> bool:
    return not any(each.tag in _BLOCKS or each.get("style") for each in cell.iterdescendants(etree.Element))


def _join_lines(cell: lxml.html.HtmlElement) -> None:
    for line_end in list(cell.iter("br")):
        line_end.tail = f" {line_end.tail or ''}"
        line_end.drop_tag()


def _go_before(cell: lxml.html.HtmlElement, cells: list[lxml.html.HtmlElement]) -> None:
    """A cell such as that of an item's number begins the first line of the next one."""
    words = " ".join(" ".join(each.text_content() for each in cells).split())
    if not words:
        return
    for each in cells:
        each.drop_tree()
    while not (cell.text or "").strip() and len(cell) and cell[0].tag in _BLOCKS - {"img", "hr", "table"}:
        cell = cell[0]
    cell.text = f"{words} {(cell.text or '').lstrip()}"
