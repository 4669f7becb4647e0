"""Binary workbooks of Excel since 2007: their sheets, and cells that show a fault. Pure. [MS-XLSB] 2.4."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from extractors.office.cells.cell_errors import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW, _FAULTS, _SHEET = 0, {3, 11}, 156  # a fault by itself, and one of a formula
_ABOUT_SHEET = 8  # bytes before its two names


def sheets(workbook: bytes) -> dict[str, str]:
    """Returns the id of the relation that leads to each sheet, by the sheet's name."""
    found: dict[str, str] = {}
    for kind, record in _records(workbook):
        if kind == _SHEET:
            number, at = _string(record, _ABOUT_SHEET)
            found[_string(record, at)[0]] = number
    return found


def faults(sheet: bytes) -> Iterator[tuple[int, int, str]]:
    """Yields the row, the column and what is shown of each cell with a fault."""
    row = 0
    for kind, record in _records(sheet):
        if kind == _ROW and len(record) >= 4:
            (row,) = struct.unpack_from("<I", record)
        elif kind in _FAULTS and len(record) >= 9 and record[8] in CODES:
            yield row, struct.unpack_from("<I", record)[0], CODES[record[8]]


def _string(record: bytes, at: int) -> tuple[str, int]:
    """One that says its length, and where it ends."""
    end = at + 4 + 2 * int.from_bytes(record[at : at + 4], "little")
    return record[at + 4 : end].decode("utf-16-le", "replace"), end


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """What each is, and what is in it."""
    at = 0
    while at < len(content):
        kind, at = _number(content, at, 2)
        size, at = _number(content, at, 4)
        yield kind, content[at : at + size]
        at += size


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """One of several bytes, of which all but the last have their highest bit, and where it ends."""
    number = 0
    for place in range(most):
        byte = content[at] if at < len(content) else 0
        number |= (byte & 0x7F) << (7 * place)
        at += 1
        if not byte & 0x80:
            break
    return number, at
