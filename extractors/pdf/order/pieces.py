"""What is in a line of PDFium's text between two wide gaps, and where it is."""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_double, c_int, c_void_p
from itertools import compress, pairwise, repeat
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.survey import quick

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDE = 0.9  # of a line's height: a gap that parts columns
_BEARING = 0.3  # of a letter's height: before its ink
_BLANK = 0.25  # of the height
STEP = 2.1  # heights from one line of a column to the next, at most

_count_rects = quick("FPDFText_CountRects", c_int, c_void_p, c_int, c_int)
_rect = quick("FPDFText_GetRect", c_int, c_void_p, c_int, c_void_p, c_void_p, c_void_p, c_void_p)
_origin = quick("FPDFText_GetCharOrigin", c_int, c_void_p, c_int, c_void_p, c_void_p)
_char_of = quick("FPDFText_GetCharIndexFromTextIndex", c_int, c_void_p, c_int)
_FOUR_EDGES = struct.Struct("4d")  # left, top, right, bottom
_point = (c_double * 2)()
_point_at = ctypes.addressof(_point), ctypes.addressof(_point) + 8


class CellPiece(NamedTuple):
    """What is in a line between two wide gaps."""

    start: int  # in PDFium's text
    end: int
    left: float
    right: float
    bottom: float
    top: float
    words: tuple[str, ...]

    @property
    def height(self) -> float:
        return self.top - self.bottom


Line = list[CellPiece]
Box = tuple[float, float, float, float]  # left, top, right, bottom


def had_no_room(piece: CellPiece, above: CellPiece, right: float) -> bool:
    """Whether the first word of a piece would not have fitted next to the piece above, up to `right`."""
    letters = max(1, sum(map(len, piece.words)) + len(piece.words) - 1)
    wanted = (piece.right - piece.left) * len(piece.words[0]) / letters + _BLANK * piece.height
    return above.right + wanted > right


def bases(handle: int, starts: Sequence[int]) -> list[float]:
    """Returns how high the characters at these places of PDFium's text are set."""
    points = (c_double * (2 * len(starts)))()
    start = ctypes.addressof(points)
    letters = map(_char_of, repeat(handle), starts)
    across, up = (range(start + 8 * each, start + 8 * each + 16 * len(starts), 16) for each in range(2))
    for _ in map(_origin, repeat(handle), letters, across, up):
        pass
    return points[1::2]


def boxes_of(handle: int, start: int, end: int) -> list[Box]:
    """Returns left, top, right and bottom of what is between two wide gaps of a line, as its text goes.

    That may go back, as to a side bar on the left that was drawn later.
    """
    count = _count_rects(handle, _char_of(handle, start), end - start)
    edges = (c_double * (4 * count))()
    begin = ctypes.addressof(edges)
    at = [range(begin + 8 * each, begin + 8 * each + 32 * count, 32) for each in range(4)]
    told = list(map(_rect, repeat(handle, count), range(count), *at))
    found: list[Box] = []
    for left, top, right, bottom in compress(_FOUR_EDGES.iter_unpack(edges), told):
        before = found[-1] if found else None
        height = max(top - bottom, before[1] - before[3]) if before else 0.0
        if before and before[0] - right <= _WIDE * height and left - before[2] <= _WIDE * height:
            found[-1] = (
                min(before[0], left),
                max(before[1], top),
                max(before[2], right),
                min(before[3], bottom),
            )
        else:
            found.append((left, top, right, bottom))
    return found


def pieces_of(handle: int, text: str, start: int, end: int, boxes: list[Box]) -> Line:
    """Returns what is in a line, from left to right: one piece where places of characters tell no gaps."""
    cuts = [start]
    for before, box in pairwise(boxes):
        slack = _BEARING * (box[1] - box[3])
        is_back = box[0] < before[0]
        cuts.append(
            _first(handle, text, cuts[-1], end, (before if is_back else box)[0] - slack, is_back=is_back)
        )
    if len(set(cuts)) < len(cuts) or any(not text[at - 1].isspace() for at in cuts[1:]):
        boxes, cuts = boxes[:1], [start]
    pieces = (
        CellPiece(begin, past, left, right, bottom, top, tuple(text[begin:past].split()))
        for begin, past, (left, top, right, bottom) in zip(cuts, [*cuts[1:], end], boxes, strict=True)
        if text[begin:past].strip()
    )
    return sorted(pieces, key=lambda piece: piece.left)


def _first(handle: int, text: str, start: int, end: int, edge: float, *, is_back: bool) -> int:
    """The first character of a line that is at or behind an edge, or before it where the line goes back."""
    low, high = start, end - 1
    while low < high:
        middle = (low + high) // 2
        _origin(handle, _char_of(handle, middle), *_point_at)
        if (_point[0] < edge) != is_back:
            low = middle + 1
        else:
            high = middle
    while low < end - 1 and text[low].isspace():
        low += 1
    return low
