"""Where words of pictures belong among the words of a page's text layer."""

from __future__ import annotations

import ctypes
from ctypes import c_double, c_int, c_void_p
from itertools import compress, repeat
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2.raw as pdfium

from extractors.pdf.order import reading_order
from extractors.pdf.survey import quick
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.box_types import PointBox
    from extractors.pdf.sheet import Sheet
    from extractors.pdf.words.glyphs import TextPage

_rect = quick("FPDFText_GetRect", c_int, c_void_p, c_int, c_void_p, c_void_p, c_void_p, c_void_p)
_MOST_RUNS = 20_000  # of characters on a page
_LEVEL = 2.0  # points: a line whose base is no lower than that below a picture's upper edge is above it


_Line = tuple[
    int, tuple[float, float], tuple[float, float]
]  # where it begins, and where its first and last characters are


class Mixed(NamedTuple):
    """Canonical text, and start and end of each picture's words in it."""

    text: str
    spans: list[tuple[int, int]]


def letters(handle: TextPage, sheet: Sheet) -> list[PointBox]:
    """Where the text layer has characters: a box for each run of one line and one look."""
    count = max(0, min(pdfium.FPDFText_CountRects(handle, 0, -1), _MOST_RUNS))
    edges = (c_double * (4 * count))()
    start = ctypes.addressof(edges)
    at = [range(start + 8 * each, start + 8 * each + 32 * count, 32) for each in range(4)]
    told = list(map(_rect, repeat(handle), range(count), *at))
    boxes = zip(edges[::4], edges[3::4], edges[2::4], edges[1::4], strict=True)  # PDFium tells the top second
    return [sheet.box(*box) for box in compress(boxes, told)]


def mixed(pieces: Sequence[str | int], words: Sequence[str]) -> Mixed:
    """Canonical text of pieces of a page, each a text or the number of one of the pictures' `words`. Pure."""
    text = ""
    spans = [(0, 0)] * len(words)
    for piece in pieces:
        said = words[piece] if isinstance(piece, int) else canonical(piece)
        if not said:
            continue
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{said}" if text else said
        if isinstance(piece, int):
            spans[piece] = start, len(text)
    return Mixed(text, spans)


def places(
    handle: TextPage, text: str, parts: Sequence[slice], sheet: Sheet, pictures: Sequence[PointBox]
) -> list[slice | int]:
    """Returns the parts of PDFium's text with the number of each picture after the last line above it.

    A line next to a picture says nothing of where it belongs; where no line is over it, it comes before
    the first that is lower.
    """
    lines = [
        (start, sheet.place(*first), sheet.place(*last))
        for part in parts
        for start, first, last in reading_order.lines(handle, text, part)
    ]
    before: dict[int, list[int]] = {}  # pictures by the line that follows them
    for number, box in enumerate(pictures):
        over = [line[1][1] <= box.top + _LEVEL for line in lines]
        above = [at for at, line in enumerate(lines) if over[at] and _shares_column(line, box)]
        at = above[-1] + 1 if above else next((at for at in range(len(lines)) if not over[at]), len(lines))
        before.setdefault(at, []).append(number)
    found: list[slice | int] = []
    line = 0
    for part in parts:
        start = part.start
        while line < len(lines) and part.start <= lines[line][0] < part.stop:
            if line in before:
                found += [slice(start, lines[line][0]), *before[line]]
                start = lines[line][0]
            line += 1
        found.append(slice(start, part.stop))
    return found + before.get(len(lines), [])


def _shares_column(line: _Line, box: PointBox) -> bool:
    _, (left, _), (right, _) = line
    return min(left, right) < box.right and max(left, right) > box.left
