"""What sheets of Excel before 2007 hold outside cells: text boxes, notes, heads and feet, titles of charts.

And which characters of their cells are raised, which the reader of the cells does not tell.
Only the records that hold such words are looked at. [MS-XLS] 2.4.
"""

from __future__ import annotations

import re
import struct
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from extractors.office import ole
from extractors.office.art import blips, shape_texts
from extractors.office.cells.cell_errors import of_old_cell
from extractors.office.cells.cell_looks import CellLooks
from extractors.office.cells.number_formats import code_of
from extractors.office.colours.old_sheets import FONT, PALETTE, OldLooks, font_name
from extractors.raised import raised, settled
from extractors.signs.symbol_fonts import as_drawn, signs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from extractors.ocr.embedded_pictures import PictureReader
    from extractors.parts import Line

_STREAM = "Workbook"  # older ones have "Book", and characters of one byte
_HEADER, _FOOTER = 0x14, 0x15
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F+-]{5,6}|\d+|[A-Z])', re.IGNORECASE)
_BEGIN, _SHEET, _FORMAT, _LOOK, _ROW, _COLUMNS = 0x809, 0x85, 0x41E, 0xE0, 0x208, 0x7D
_CELLS = {0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xFD}  # each begins with its row, its column and its look
_NUMBERS = 0xBD  # several next to each other: the row, the first column, then a look and a number for each
_WINDOW, _ZEROS = 0x23E, 0x10
_HIDDEN_ROW, _HIDDEN_COLUMNS = 0x20, 0x01
_BOX, _CONTINUED, _TITLE, _DRAWINGS, _SHAPES = 0x1B6, 0x3C, 0x100D, 0xEB, 0xEC
_STRINGS = 0xFC
_MERGED, _DRESSED = 0xE5, 0x1B0  # ranges that were merged, and those that a rule may colour
_SUPERSCRIPT = b"\1\0"
_WIDE, _MORE, _RICH = 1, 4, 8  # of a string: characters of two bytes; followed by more; in several fonts


def beside_cells(path: Path, pictures: PictureReader) -> list[Line]:
    """Raises ExtractionError."""
    stream = ole.opened_ole(path.read_bytes()).read(_STREAM)
    lines: list[Line] = list(dict.fromkeys(filter(None, map(str.strip, _words(stream)))))
    lines += filter(
        None, (pictures.read(each, "a picture") for each in blips.pictures(_drawn(stream, _DRAWINGS)))
    )
    lines += shape_texts.lines(_drawn(stream, _SHAPES))
    return lines


class _ByLook(NamedTuple):
    """What looks do to cells, by their numbers."""

    formats: list[str]
    lost: AbstractSet[int] = frozenset()  # those whose text nobody sees
    fonts: Mapping[int, str] = MappingProxyType({})  # of symbols
    coloured: AbstractSet[str] = frozenset()  # texts that may have other colours than their cells


def looks_of_cells(path: Path) -> dict[str, CellLooks]:
    """Of each sheet, what its looks do to its cells. Raises ExtractionError."""
    names: dict[int, str] = {}  # by where a sheet begins
    codes: dict[int, str] = {}
    colours, by_look = OldLooks(), _ByLook([])
    found: dict[str, CellLooks] = {}
    here = CellLooks()
    stream = ole.opened_ole(path.read_bytes()).read(_STREAM)
    for at, kind, content in _placed_records(stream):
        if kind == _SHEET and len(content) > 8:
            names[struct.unpack_from("<I", content)[0]] = _string(content[7:], content[6])
        elif kind == _BEGIN and at in names:
            # All of them are told before the first sheet.
            by_look = by_look if found else _by_look(by_look.formats, colours, stream)
            here = found[names[at]] = CellLooks(coloured=by_look.coloured)
        elif kind == _FORMAT and len(content) > 5:
            number, count = struct.unpack_from("<2H", content)
            codes[number] = _string(content[4:], count)
        elif kind == _LOOK and len(content) >= 4:
            number = struct.unpack_from("<2H", content)[1]
            by_look.formats.append(code_of(number, codes.get(number)))
            colours.note_look(content)
        elif kind == FONT:
            colours.note_font(content)
        elif kind == PALETTE:
            colours.note_palette(content)
        elif found:
            _note_look(here, kind, content, by_look)
    for looks in found.values():
        looks.spare()
    return found


def _by_look(formats: list[str], colours: OldLooks, stream: bytes) -> _ByLook:
    lost = colours.lost()
    return _ByLook(formats, lost, colours.symbols(), _of_several_fonts(stream) if lost else frozenset[str]())


def raised_cells(path: Path) -> dict[str, str]:
    """Returns cells with something raised in them, or signs, as they are kept and as they are to be read.

    Raises ExtractionError.
    """
    stream = ole.opened_ole(path.read_bytes()).read(_STREAM)
    fonts = [
        (content[8:10] == _SUPERSCRIPT, font_name(content))
        for kind, content in _records(stream)
        if kind == FONT
    ]
    matter = {at + (at > 3) for at, (is_raised, name) in enumerate(fonts) if is_raised or signs_of(name)}
    fonts.insert(4, (False, ""))  # no font has this number
    found: dict[str, str] = {}
    for text, runs in _strings(stream) if matter else ():
        if not matter.isdisjoint(font for _, font in runs):
            ends = [*(at for at, _ in runs[1:]), len(text)]
            read = text[: runs[0][0]]
            for (at, font), end in zip(runs, ends, strict=True):
                is_raised, name = fonts[font] if font < len(fonts) else (False, "")
                piece = as_drawn(name, text[at:end])
                read += raised(piece) if is_raised else piece
            found[" ".join(text.split())] = " ".join(settled(read).split())
    return found


def _of_several_fonts(stream: bytes) -> frozenset[str]:
    """Texts with pieces in other fonts than their cells', as they are shown."""
    return frozenset(" ".join(text.split()) for text, runs in _strings(stream) if runs)


def _strings(stream: bytes) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Each string, and from which letter on it is in which font; up to where their table is damaged."""
    pieces = _of_kind(stream, _STRINGS)
    if not pieces:
        return
    table = _Pieces(pieces)
    try:
        _, count = struct.unpack("<2I", table.take(8))
        for _ in range(count):
            letters, kind = struct.unpack("<HB", table.take(3))
            runs = int.from_bytes(table.take(2), "little") if kind & _RICH else 0
            more = int.from_bytes(table.take(4), "little") if kind & _MORE else 0
            text = table.letters(letters, kind)
            fonts = list(struct.iter_unpack("<2H", table.take(4 * runs)))
            table.take(more)
            yield text, fonts
    except struct.error:
        return


class _Pieces:
    """A record and those in which it goes on, read from the beginning. Raises struct.error at its end."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._left = pieces[::-1]
        self._at = 0

    def take(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            found += self._some(count - len(found))
        return found

    def letters(self, count: int, kind: int) -> str:
        """Where they go on in another record, that says anew how wide they are."""
        found = ""
        while count > 0:
            if self._at >= len(self._left[-1]):
                self._next()
                kind = self.take(1)[0]
            width = 2 if kind & _WIDE else 1
            said = self._some(width * count)
            found += said.decode("utf-16-le" if kind & _WIDE else "latin-1", "replace")
            count -= -(-len(said) // width)
        return found

    def _some(self, most: int) -> bytes:
        """At least a byte."""
        if self._at >= len(self._left[-1]):
            self._next()
        found = self._left[-1][self._at : self._at + most]
        self._at += len(found)
        return found

    def _next(self) -> None:
        while self._at >= len(self._left[-1]):
            self._left.pop()
            self._at = 0
            if not self._left:
                raise struct.error("the record ends")


def _note_look(here: CellLooks, kind: int, content: bytes, by_look: _ByLook) -> None:
    """What one record of a sheet says of how it looks."""
    if kind == _ROW and len(content) >= 16 and content[12] & _HIDDEN_ROW:
        row = int.from_bytes(content[:2], "little")
        here.rows.add(row, row + 1)
    elif kind == _COLUMNS and len(content) >= 10 and content[8] & _HIDDEN_COLUMNS:
        first, last = struct.unpack_from("<2H", content)
        here.columns.add(first, last + 1)
    elif kind in _CELLS and len(content) >= 6:
        row, column, look = struct.unpack_from("<3H", content)
        _note_cell(here, row, column, look, by_look)
        here.write_fault(row, column, of_old_cell(kind, content))
    elif kind == _NUMBERS and len(content) >= 6:
        row, first = struct.unpack_from("<2H", content)
        for column, (look,) in enumerate(struct.iter_unpack("<H4x", _whole(content[4:-2], 6)), first):
            _note_cell(here, row, column, look, by_look)
    elif kind == _WINDOW and content:
        here.has_zeros = bool(content[0] & _ZEROS)
    elif kind == _MERGED:
        for top, bottom, left, right in _ranges(content):
            here.merge(top, left, bottom, right)
    elif kind == _DRESSED:
        here.spared += [(top, left, bottom, right) for top, bottom, left, right in _ranges(content[12:])]


def _note_cell(here: CellLooks, row: int, column: int, look: int, by_look: _ByLook) -> None:
    if look < len(by_look.formats) and by_look.formats[look]:
        here.write(row, column, by_look.formats[look])
    if look in by_look.lost:
        here.lost.add((row, column))
    if look in by_look.fonts:
        here.fonts[row, column] = by_look.fonts[look]


def _ranges(content: bytes) -> Iterator[tuple[int, ...]]:
    """Ranges of cells after their count: the first and the last row, the first and the last column."""
    count = int.from_bytes(content[:2], "little")
    return struct.iter_unpack("<4H", _whole(content[2 : 2 + 8 * count], 8))


def _whole(content: bytes, size: int) -> bytes:
    """What of it is whole pieces of a size."""
    return content[: len(content) // size * size]


def _words(stream: bytes) -> Iterator[str]:
    waits = 0  # characters of a box whose words come in the next record
    for kind, content in _records(stream):
        if kind == _BOX and len(content) >= 12:
            (waits,) = struct.unpack_from("<H", content, 10)
        elif kind == _CONTINUED and waits and content:
            yield _string(content, waits)
            waits = 0
        elif kind in {_HEADER, _FOOTER} and len(content) > 3:
            (count,) = struct.unpack_from("<H", content)
            yield printed(_string(content[2:], count))
        elif kind == _TITLE and len(content) > 4:
            yield _string(content[3:], content[2])


def _drawn(stream: bytes, what: int) -> bytes:
    """All records of this kind, pictures of the workbook or shapes of sheets, with what goes on in others."""
    return b"".join(_of_kind(stream, what))


def _of_kind(stream: bytes, what: int) -> list[bytes]:
    """The records of a kind, and those in which they go on."""
    pieces: list[bytes] = []
    goes_on = False
    for kind, content in _records(stream):
        goes_on = kind == what or (goes_on and kind == _CONTINUED)
        if goes_on:
            pieces.append(content)
    return pieces


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    return ((kind, content) for _, kind, content in _placed_records(stream))


def _placed_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each begins, what it is, and what is in it."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _string(content: bytes, count: int) -> str:
    """So many characters after a byte that says how wide they are."""
    if content[0] & 1:
        return content[1 : 1 + 2 * count].decode("utf-16-le", "replace")
    return content[1 : 1 + count].decode("latin-1")


def printed(running: str) -> str:
    """A head or foot without the codes for its place, its font, and what Excel fills in."""
    return " ".join(_CODE.sub(" ", running).split())
