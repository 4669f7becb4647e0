"""What an OpenDocument spreadsheet has outside its cells, and how these look."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from extractors.office.cells.cell_looks import CellLooks
from extractors.office.odf import flat, names
from extractors.office.odf.document import OdfDocument, stands_apart, whole_text
from extractors.office.packages import Package
from extractors.raised import settled
from extractors.signs.symbol_fonts import signs_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

    from extractors.ocr.embedded_pictures import PictureReader
    from extractors.parts import Line


_TEXT, _TABLE = names.TEXT, names.TABLE
_LINES = {f"{_TEXT}p", f"{_TEXT}h"}
_NOT_SHOWN = {"collapse", "filter"}
_COLUMN, _ROW = f"{_TABLE}table-column", f"{_TABLE}table-row"
_CELL, _COVERED = f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_OFFICE, _STYLE = names.OFFICE, names.STYLE
_DATA_STYLES = [f"{names.NUMBER}{kind}-style" for kind in ("number", "currency", "percentage", "text")]
_DATA_STYLE, _WORDS = f"{_STYLE}data-style-name", f"{names.NUMBER}text"
_FAULT = re.compile(r"#[A-Z0-9/]+[!?]|#N/A|Err:\d{3}")
_WORD = re.compile(r"[^\W\d_]{2}")
_TEXTS = {None, "string"}
_MOST_ALIKE = 1_000  # cells or rows next to each other, said once
_GROUPS = {f"{_TABLE}table-row-group", f"{_TABLE}table-column-group"}


def beside_cells(
    path: Path, pictures: PictureReader
) -> tuple[dict[str, list[Line]], dict[str, str], dict[str, CellLooks]]:
    """Returns what is outside the cells of a spreadsheet, by sheet; its cells with raised signs; their looks.

    Those cells as they are shown, and as they are to be read.
    """
    with Package(flat.package(path)) as package:
        document = _Sheets(package, pictures)
        running = [*document.running("header"), *document.running("footer")]
        sheets = list(document.body().iter(f"{_TABLE}table"))
        named = {sheet.get(f"{_TABLE}name", ""): sheet for sheet in sheets}
        beside = {name: [*document.drawn(sheet), *running] for name, sheet in named.items()}
        raised_cells = {
            shown: read for sheet in sheets for shown, read in document.raised_cells(sheet) if shown != read
        }
        return beside, raised_cells, {name: document.looks(sheet) for name, sheet in named.items()}


class _Sheets(OdfDocument):
    """A spreadsheet."""

    @functools.cached_property
    def _around(self) -> dict[str, tuple[str, str]]:
        """The words that formats put before and after what is in a cell, by the style of the cell."""
        said = {
            each.get(f"{_STYLE}name", ""): _words_around(each)
            for root in (self.root, self._styles)
            for each in (root.iter(*_DATA_STYLES) if root is not None else ())
        }
        return {
            name: said[number_style]
            for (family, name), style in self._known.items()
            if family == "table-cell" and (number_style := style.get(_DATA_STYLE, "")) in said
        }

    def drawn(self, root: etree._Element) -> Iterator[Line]:
        """What is below `root` and is no text of a cell."""
        waiting = [root]
        while waiting:
            element = waiting.pop()
            if element is not root and stands_apart(element):
                yield from self._blocks(element, 0)
            else:
                waiting.extend(reversed(element))

    def looks(self, sheet: etree._Element) -> CellLooks:
        """What is hidden of a sheet, and the words that formats put next to cells."""
        looks = CellLooks()
        defaults: list[tuple[int, str]] = []  # of columns: where the next ones begin, and the style of cells
        column = row = 0
        for element in sheet.iter(_COLUMN, _ROW):
            end = _repeated(element, column if element.tag == _COLUMN else row)
            is_closed = element.get(f"{_TABLE}visibility") in _NOT_SHOWN or _is_closed(element)
            if element.tag == _COLUMN:
                defaults.append((end, element.get(f"{_TABLE}default-cell-style-name", "")))
                if is_closed:
                    looks.columns.add(column, end)
                column = end
                continue
            if is_closed:
                looks.rows.add(row, end)
            self._look_at_cells(element, row, looks, defaults)
            for alike in range(row + 1, min(end, row + _MOST_ALIKE)) if row in looks.written else ():
                looks.written[alike] = looks.written[row]
            row = end
        return looks

    def _look_at_cells(
        self, row: etree._Element, number: int, looks: CellLooks, defaults: list[tuple[int, str]]
    ) -> None:
        at = 0
        for cell in row.iterchildren(_CELL, _COVERED):
            if len(cell):  # it holds something
                default = next((style for end, style in defaults if at < end), "")
                style = cell.get(f"{_TABLE}style-name") or default
                self._note_text(cell, self._around.get(style, ("", "")), looks, number, at)
                if cell.tag == _COVERED:
                    looks.under.add((number, at))
                if cell.find(f"{_TEXT}p/{_TEXT}span") is None:
                    self._note_look(cell, default, looks, (number, at))
            at = _repeated(cell, at)

    def _note_look(
        self, cell: etree._Element, default: str, looks: CellLooks, place: tuple[int, int]
    ) -> None:
        if self._colours.lose_cell(cell, default):
            looks.lost.add(place)
        if signs_of(font := self._colours.font_of_cell(cell, default)):
            looks.fonts[place] = font

    def _note_text(
        self, cell: etree._Element, around: tuple[str, str], looks: CellLooks, row: int, column: int
    ) -> None:
        """A number is written in its cell as it is shown, next to its value; words of its format may lack."""
        before, after = (each.replace('"', "'") for each in around)
        lines = list(cell.iterchildren(*_LINES))
        text = " ".join(map(whole_text, lines))
        is_fault = _FAULT.fullmatch(text) is not None  # of which the reader of cells gives nothing
        is_blank = not text and bool(cell.get(f"{_OFFICE}string-value"))  # its format shows nothing of it
        if cell.get(f"{_OFFICE}value-type") in _TEXTS and not is_fault and not is_blank:
            if before or after:
                looks.write(row, column, f'"{before}"@"{after}"')
            return
        if not lines:
            return
        if text and not is_fault and (before.strip() not in text or after.strip() not in text):
            text = " ".join(f"{before}{text}{after}".split())
        end = min(_repeated(cell, column), column + _MOST_ALIKE)
        looks.written.setdefault(row, {}).update(dict.fromkeys(range(column, end), text))

    def raised_cells(self, sheet: etree._Element) -> Iterator[tuple[str, str]]:
        """Each cell with something raised or too small in it, without and with the marks settled."""
        may_differ = self._raised or self._colours.has_small or self._colours.may_have_symbols
        for cell in sheet.iter(f"{_TABLE}table-cell") if may_differ else ():
            if cell.find(f"{_TEXT}p/{_TEXT}span") is None:
                continue
            text = " ".join(self._inline(line, []) for line in cell.iterchildren(*_LINES))
            shown = " ".join(" ".join(map(whole_text, cell.iterchildren(*_LINES))).split())
            yield shown, " ".join(settled(text).split())


def _words_around(style: etree._Element) -> tuple[str, str]:
    """What a format puts before and after numbers, or texts, where that has words in it."""
    sides = [""]
    for part in style.iterchildren(f"{names.NUMBER}*"):
        if part.tag == _WORDS:
            sides[-1] += part.text or ""
        elif len(sides) == 1:
            sides.append("")
    before, after = sides if len(sides) > 1 else (sides[0], "")
    return (before, after) if _WORD.search(f"{before} {after}") else ("", "")


def _repeated(element: etree._Element, at: int) -> int:
    """Where the next one is. One element may mean many alike."""
    kind = "rows" if element.tag == _ROW else "columns"
    times = element.get(f"{_TABLE}number-{kind}-repeated", "1")
    return at + (int(times) if times.isdecimal() else 1)


def _is_closed(element: etree._Element) -> bool:
    """Whether a row or column belongs to a group that is folded away."""
    above = element.getparent()
    return above is not None and above.tag in _GROUPS and above.get(f"{_TABLE}display") == "false"
