"""What is in a line of PDFium's text between two wide gaps, and where it is."""

from __future__ import annotations

import ctypes
import struct
from collections import deque
from ctypes import c_double, c_int
from itertools import compress, pairwise, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.survey import swift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractors.pdf.words.glyphs import TextPage

_WIDE = 0.9  # of a line's height: a gap that parts columns
_BEARING = 0.3  # of a letter's height: before its ink
_BLANK = 0.25  # of the height
STEP = 2.1  # heights from one line of a column to the next, at most

_count_rects = swift("FPDFText_CountRects", c_int)
_rect = swift("FPDFText_GetRect", c_int)
_origin = swift("FPDFText_GetCharOrigin", c_int)
_FOUR_EDGES = struct.Struct("4d")  # left, top, right, bottom
_USUAL = 64  # strings of a line, for which there is room
_edges = (c_double * (4 * _USUAL))()
_edges_at = [[ctypes.byref(_edges, 32 * at + 8 * each) for at in range(_USUAL)] for each in range(4)]
_USUAL_LINES = 128
_bases = (c_double * (2 * _USUAL_LINES))()
_bases_at = [[ctypes.byref(_bases, 16 * at + side) for at in range(_USUAL_LINES)] for side in (0, 8)]
_point = (c_double * 2)()
_point_at = ctypes.byref(_point), ctypes.byref(_point, 8)


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


def bases(handle: TextPage, starts: Sequence[int]) -> list[float]:
    """Returns how high the characters at these places of PDFium's text are set."""
    count = len(starts)
    if count <= _USUAL_LINES:
        points, (across, up) = _bases, _bases_at
    else:
        points = (c_double * (2 * count))()
        across, up = ([ctypes.byref(points, 16 * at + side) for at in range(count)] for side in (0, 8))
    deque(map(_origin, repeat(handle, count), handle.places(starts), across, up), 0)
    return points[1 : 2 * count : 2]


def boxes_of(handle: TextPage, start: int, end: int) -> list[Box]:
    """Returns left, top, right and bottom of what is between two wide gaps of a line, as its text goes.

    That may go back, as to a side bar on the left that was drawn later.
    """
    rects = iter(_rects(handle, start, end))
    piece = next(rects, None)
    if piece is None:
        return []
    found: list[Box] = []
    first, upper, last, lower = piece
    for left, top, right, bottom in rects:
        gap = _WIDE * max(top - bottom, upper - lower)
        if first - right > gap or left - last > gap:
            found.append((first, upper, last, lower))
            first, upper, last, lower = left, top, right, bottom
            continue
        first = min(first, left)
        upper = max(upper, top)
        last = max(last, right)
        lower = min(lower, bottom)
    return [*found, (first, upper, last, lower)]


def _rects(handle: TextPage, start: int, end: int) -> Iterable[Box]:
    """Left, top, right and bottom of each string of a line, as PDFium tells them."""
    count = _count_rects(handle, handle.place(start), end - start)
    if count > _USUAL:
        edges = (c_double * (4 * count))()
        at = [[ctypes.byref(edges, 32 * each + 8 * side) for each in range(count)] for side in range(4)]
    else:
        edges, at = _edges, _edges_at
    told = list(map(_rect, repeat(handle, count), range(count), *at))
    return compress(_FOUR_EDGES.iter_unpack(ctypes.string_at(edges, 32 * max(0, count))), told)


def pieces_of(handle: TextPage, text: str, start: int, end: int, boxes: list[Box]) -> Line:
    """Returns what is in a line, from left to right: one piece where places of characters tell no gaps."""
    if len(boxes) == 1:
        return (
            [CellPiece(start, end, *_sides(boxes[0]), words)] if (words := _words(text, start, end)) else []
        )
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
        CellPiece(begin, past, *_sides(box), words)
        for begin, past, box in zip(cuts, [*cuts[1:], end], boxes, strict=True)
        if (words := _words(text, begin, past))
    )
    return sorted(pieces, key=_left)


_left = attrgetter("left")


def _words(text: str, start: int, end: int) -> tuple[str, ...]:
    return tuple(text[start:end].split())


def _sides(box: Box) -> tuple[float, float, float, float]:
    """As a piece has them."""
    left, top, right, bottom = box
    return left, right, bottom, top


def _first(handle: TextPage, text: str, start: int, end: int, edge: float, *, is_back: bool) -> int:
    """The first character of a line that is at or behind an edge, or before it where the line goes back."""
    low, high = start, end - 1
    while low < high:
        middle = (low + high) // 2
        _origin(handle, handle.place(middle), *_point_at)
        if (_point[0] < edge) != is_back:
            low = middle + 1
        else:
            high = middle
    while low < end - 1 and text[low].isspace():
        low += 1
    return low
