"""What the looks of a sheet do to its cells: hide some, and write numbers in a format. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from extractors.colours import BLACK, TOO_SMALL, WHITE, from_hex, is_lost
from extractors.office.cells.cell_errors import IN_XML
from extractors.office.cells.number_formats import as_shown, code_of, without_format
from extractors.signs.symbol_fonts import as_drawn, signs_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from lxml import etree

    from extractors.colours import Colour
    from extractors.office.cells.number_formats import Cell

_Kind = TypeVar("_Kind")

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_DRESSED = re.compile(rb'<(?:\w+:)?conditionalFormatting\b[^>]*\bsqref="([^"]*)"')
_BY_THEME, _BY_INDEX = {"0": WHITE, "1": BLACK}, {"1": WHITE, "9": WHITE}
_NO_ZEROS = re.compile(rb'<(?:\w+:)?sheetView\b[^>]*\bshowZeros="(?:0|false)"')
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([^"]*)"')
_USUAL = 11.0  # points of a font
_MOST_MERGED = 100_000  # rows of all ranges of a sheet
_TRUE = {b"1", b"true"}
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


@dataclass(slots=True)
class Spans:
    """Rows or columns, from the first to before the last, counted from 0."""

    starts: list[int] = field(default_factory=list)  # in order
    ends: list[int] = field(default_factory=list)

    def add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.starts, number) - 1
        return at >= 0 and number < self.ends[at]


@dataclass(slots=True)
class CellLooks:
    """Of one sheet."""

    rows: Spans = field(default_factory=Spans)  # that are hidden
    columns: Spans = field(default_factory=Spans)
    formats: dict[int, dict[int, str]] = field(
        default_factory=dict
    )  # by row and column: of cells that have one
    written: dict[int, dict[int, str]] = field(
        default_factory=dict
    )  # numbers that the file says as shown, too, and faults
    has_zeros: bool = True
    lost: set[tuple[int, int]] = field(default_factory=set)  # cells that have the colour of their ground
    spared: list[tuple[int, int, int, int]] = field(default_factory=list)  # ranges that a rule may colour
    coloured: AbstractSet[str] = frozenset()  # texts with colours of their own
    under: set[tuple[int, int]] = field(default_factory=set)  # cells under one that was merged
    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # columns by row: the same
    fonts: dict[tuple[int, int], str] = field(default_factory=dict)  # of cells set in one of symbols
    room: int = _MOST_MERGED

    def hides(self, row: int, column: int, text: str) -> bool:
        if row in self.rows or column in self.columns:
            return True
        if (row, column) in self.under or any(
            first <= column <= last for first, last in self.merged.get(row, ())
        ):
            return True
        return (row, column) in self.lost and text not in self.coloured

    def shown(self, row: int, column: int, value: Cell) -> str:
        """A cell as it is written; "" where nothing of it is."""
        if value == 0 and not isinstance(value, bool) and not self.has_zeros:
            return ""
        if (font := self.fonts.get((row, column))) and isinstance(value, str):
            return as_drawn(font, without_format(value))
        said = self.written.get(row, {}).get(column)
        return as_shown(value, self.formats.get(row, {}).get(column, "")) if said is None else said

    def fault(self, row: int, column: int) -> str:
        """What is shown in a cell of which the reader of cells gives nothing."""
        return self.written.get(row, {}).get(column, "")

    def write(self, row: int, column: int, code: str) -> None:
        """Take note of the format of a cell."""
        self.formats.setdefault(row, {})[column] = code

    def write_fault(self, row: int, column: int, fault: str) -> None:
        """Take note of the fault that a cell shows; none where it is ""."""
        if fault:
            self.written.setdefault(row, {})[column] = fault

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Take note of a range of which only the first cell is seen, unless there are too many."""
        self.room -= bottom - top + 1
        if self.room < 0:
            return
        for row in range(top, bottom + 1):
            self.merged.setdefault(row, []).append((left + (row == top), right))

    def spare(self) -> None:
        """Let go of the cells whose ground a rule may colour."""
        self.lost = {at for at in self.lost if not any(_is_in(at, area) for area in self.spared)}


@dataclass(frozen=True, slots=True)
class Styles:
    """Of a workbook of Excel since 2007, by their numbers."""

    formats: dict[int, str] = field(default_factory=dict)  # of cells
    lost: frozenset[int] = frozenset()  # whose text has the colour of its ground
    fonts: dict[int, str] = field(default_factory=dict)  # that are fonts of symbols


def of_sheet(
    content: bytes, styles: Styles, dressed: Sequence[str] = (), coloured: AbstractSet[str] = frozenset()
) -> CellLooks:
    """Returns what a sheet of Excel since 2007 says.

    Cells of the ranges that are `dressed`, as tables are, may have another ground than their own.
    """
    looks = CellLooks(coloured=coloured, has_zeros=_NO_ZEROS.search(content) is None)
    if b"hidden=" in content or b'="0"' in content:
        for said in map(_attributes, _COLUMN.findall(content)):
            if _is_hidden(said, b"width"):
                looks.columns.add(int(said.get(b"min", b"1")) - 1, int(said.get(b"max", b"1")))
        row = -1
        for said in map(_attributes, _ROW.findall(content)):
            row = int(said[b"r"]) - 1 if b"r" in said else row + 1
            if _is_hidden(said, b"ht"):
                looks.rows.add(row, row + 1)
    if styles.formats or styles.lost or styles.fonts:
        _look_at_cells(content, styles, dressed, looks)
    _look_at_faults(content, looks)
    for area in map(_area, (said.decode("ascii", "replace") for said in _MERGED.findall(content))):
        if area:
            looks.merge(*area)
    return looks


def _look_at_faults(content: bytes, looks: CellLooks) -> None:
    for said in IN_XML.finditer(content) if b't="e"' in content else ():
        name = _attributes(said["about"]).get(b"r", b"")
        if at := cell_place(name.decode("ascii", "replace")):
            looks.write_fault(*at, said["said"].decode("utf-8", "replace"))


def _look_at_cells(content: bytes, styles: Styles, dressed: Sequence[str], looks: CellLooks) -> None:
    ranges = [*dressed, *(each.decode() for each in _DRESSED.findall(content))] if styles.lost else ()
    looks.spared = [area for each in ranges for one in each.split() if (area := _area(one))]
    for said in map(_attributes, _CELL.findall(content)):
        style = int(said.get(b"s", b"0"))
        if style not in styles.formats and style not in styles.lost and style not in styles.fonts:
            continue
        if at := cell_place(said.get(b"r", b"").decode("ascii", "replace")):
            if style in styles.formats:
                looks.write(*at, styles.formats[style])
            if style in styles.lost:
                looks.lost.add(at)
            if style in styles.fonts:
                looks.fonts[at] = styles.fonts[style]
    looks.spare()


def styles_that_matter(styles: etree._Element) -> Styles:
    """The styles of a workbook that hide what is in a cell or write it in a format."""
    fonts, fills = (styles.find(f"{_S}{name}") for name in ("fonts", "fills"))
    letters = [_colour(each.find(f"{_S}color")) for each in (fonts if fonts is not None else ())]
    grounds = [_ground(each) for each in (fills if fills is not None else ())]
    sizes = [_size(each) for each in (fonts if fonts is not None else ())]
    looks = styles.find(f"{_S}cellXfs")
    names = [each.find(f"{_S}name") for each in (fonts if fonts is not None else ())]
    symbols = [name.get("val", "") if name is not None else "" for name in names]
    set_in = {
        number: font
        for number, look in enumerate(looks if looks is not None else ())
        if signs_of(font := _at(symbols, look.get("fontId")) or "")
    }
    lost = {
        number
        for number, look in enumerate(looks if looks is not None else ())
        if is_lost(_at(letters, look.get("fontId")), _at(grounds, look.get("fillId")))
        or (_at(sizes, look.get("fontId")) or _USUAL) <= TOO_SMALL
    }
    return Styles(_formats(styles), frozenset(lost), set_in)


def _at(said: Sequence[_Kind], number: str | None) -> _Kind | None:
    at = int(number) if number and number.isdecimal() else 0
    return said[at] if at < len(said) else None


def _size(font: etree._Element) -> float:
    """In points; the usual one where it is not said."""
    said = font.find(f"{_S}sz")
    size = said.get("val", "") if said is not None else ""
    return float(size) if re.fullmatch(r"\d+(?:\.\d+)?", size) else _USUAL


def _colour(said: etree._Element | None) -> Colour | None:
    """None for the usual one of text, and for what is mixed from others."""
    if said is None or float(said.get("tint", "0")):
        return None
    return (
        from_hex((said.get("rgb") or "")[-6:])
        or _BY_THEME.get(said.get("theme", ""))
        or _BY_INDEX.get(said.get("indexed", ""))
    )


def _ground(fill: etree._Element) -> Colour | None:
    pattern = fill.find(f"{_S}patternFill")
    if pattern is None:
        return None
    kind = pattern.get("patternType", "none")
    return WHITE if kind == "none" else _colour(pattern.find(f"{_S}fgColor")) if kind == "solid" else None


def _area(said: str) -> tuple[int, int, int, int] | None:
    """The first and the last row and column of a range, as "A1:B7"."""
    first, _, last = said.replace("$", "").partition(":")
    start, end = cell_place(first), cell_place(last or first)
    return (*start, *end) if start and end else None


def _is_in(at: tuple[int, int], area: tuple[int, int, int, int]) -> bool:
    return area[0] <= at[0] <= area[2] and area[1] <= at[1] <= area[3]


def _formats(styles: etree._Element) -> dict[int, str]:
    """The formats of a workbook that write a cell otherwise than it is, by style."""
    own = {each.get("numFmtId"): each.get("formatCode") or "" for each in styles.iter(f"{_S}numFmt")}
    looks = styles.find(f"{_S}cellXfs")
    return {
        number: code
        for number, look in enumerate(looks if looks is not None else ())
        if (said := look.get("numFmtId", "")).isdecimal() and (code := code_of(int(said), own.get(said)))
    }


def cell_place(said: str) -> tuple[int, int] | None:
    """Row and column of a cell's name, from 0: "B7" is (6, 1)."""
    match = _PLACE.fullmatch(said)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _attributes(said: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(said))


def _is_hidden(said: Mapping[bytes, bytes], size: bytes) -> bool:
    return said.get(b"hidden") in _TRUE or said.get(size) == b"0"
