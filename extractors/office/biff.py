"""What sheets of Excel before 2007 hold beside cells: text boxes, notes, heads and feet, titles of charts.

Only the records that hold such words are looked at. [MS-XLS] 2.4.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from extractors.office import blips, ole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractors.ocr.embedded_pictures import Pictures
    from extractors.parts import Line

_STREAM = "Workbook"  # older ones have "Book", and letters of one byte
_HEADER, _FOOTER = 0x14, 0x15
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F+-]{5,6}|\d+|[A-Z])', re.IGNORECASE)
_BOX, _CONTINUED, _TITLE, _DRAWINGS = 0x1B6, 0x3C, 0x100D, 0xEB


def beside_cells(path: Path, pictures: Pictures) -> list[Line]:
    """Raises ExtractionError."""
    stream = ole.opened(path.read_bytes()).read(_STREAM)
    lines: list[Line] = list(dict.fromkeys(filter(None, map(str.strip, _words(stream)))))
    lines += filter(None, (pictures.read(each, "a picture") for each in blips.pictures(_drawn(stream))))
    return lines


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


def _drawn(stream: bytes) -> bytes:
    """All that is drawn in the workbook: a record, and those in which it goes on."""
    pieces: list[bytes] = []
    goes_on = False
    for kind, content in _records(stream):
        goes_on = kind == _DRAWINGS or (goes_on and kind == _CONTINUED)
        if goes_on:
            pieces.append(content)
    return b"".join(pieces)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _string(content: bytes, count: int) -> str:
    """So many characters after a byte that says how wide they are."""
    if content[0] & 1:
        return content[1 : 1 + 2 * count].decode("utf-16-le", "replace")
    return content[1 : 1 + count].decode("latin-1")


def printed(running: str) -> str:
    """A head or foot without the codes for its place, its font, and what Excel fills in."""
    return " ".join(_CODE.sub(" ", running).split())
