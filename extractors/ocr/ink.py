"""Ink that is not text: where on a page pictures and outlines may hold words that its text layer lacks.

A cheap look at the page in small: words are short rows of many upright edges with blank rows between them.
Photographs, rules, gradients and bars are not; what is doubtful is left to OCR, which knows words when it
sees them.
"""

from __future__ import annotations

import functools
import heapq
import math
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from extractors.box_types import PointBox, area, both, common

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pypdfium2

    from extractors.pdf.sheet import Sheet
    from extractors.pdf.survey import Survey

_SCALE = 100 / 72  # pixels a point
_MOST_PIXELS = 3_000_000
_EDGE = 40  # of 256 shades between two neighbours
_ACROSS, _UP = 10, 2  # pixels of a cell
_DENSE = 30  # of 255: how much of a cell is edges
_TALLEST = 24  # cells: what goes on upwards for more is no line of words
_WORD = 2  # cells side by side
_FEWEST = 12  # such cells in a region: a word of four letters has about as many
FEWEST_CURVES = 120  # segments of paths: some ten letters
_TOUCH = 12.0  # points: pictures nearer than that are one
_SMALLEST = 24.0, 6.0  # points: no word is smaller
_MOST_LAYERS = 200  # of pictures that cover the page
_LARGEST = 8  # boxes in which others may be
_MOST_BOXES = 2_000  # that are looked at one by one
_MARGIN = 3  # pixels
_BLANK = 4.0  # points around outlines
_AROUND = 6.0  # points that a region is wider than what was seen of it


def inked_areas(survey: Survey, sheet: Sheet) -> list[PointBox]:
    """Where pictures, alone or together, and outlines are that are large enough for a word."""
    outlines = survey.outlines if survey.curves >= FEWEST_CURVES else []
    placed = [sheet.box(*place) for place in survey.pictures]
    placed += (_grown(sheet.box(*place)) for place in outlines)  # they end where their ink does
    seen = [seen for box in placed if (seen := sheet.within(box))]
    return [
        box
        for box in merged(seen)
        if (box.right - box.left >= _SMALLEST[0] and box.bottom - box.top >= _SMALLEST[1])
        or (box.right - box.left >= _SMALLEST[1] and box.bottom - box.top >= _SMALLEST[0])
    ]


def _grown(box: PointBox) -> PointBox:
    """With the blank paper around it without which no engine knows an l from an i."""
    return PointBox(box.left - _BLANK, box.top - _BLANK, box.right + _BLANK, box.bottom + _BLANK)


def merged(boxes: Sequence[PointBox]) -> list[PointBox]:
    """Boxes that touch as one, by the squares of a coarse net that they are on: thousands cost no more."""
    boxes = _not_within(boxes)
    if len(boxes) < 2:
        return boxes
    if len(boxes) > _MOST_BOXES:
        return [functools.reduce(both, boxes)]
    squares = [[*_squares(box)] for box in boxes]
    piece = _pieces({square for each in squares for square in each})
    found: dict[int, PointBox] = {}
    for box, (first, *_) in zip(boxes, squares, strict=True):  # all of its squares are of one piece
        number = piece[first]
        found[number] = both(found[number], box) if number in found else box
    return sorted(found.values(), key=lambda box: (box.top, box.left))


def _pieces(left: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Which of these squares are together: each with the number of its piece."""
    piece: dict[tuple[int, int], int] = {}
    while left:
        waiting = [left.pop()]
        number = len(piece)
        while waiting:
            column, row = square = waiting.pop()
            piece[square] = number
            for near in ((column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)):
                if near in left:
                    left.remove(near)
                    waiting.append(near)
    return piece


def _not_within(boxes: Sequence[PointBox]) -> list[PointBox]:
    """Those that are not within one of the largest."""
    largest = heapq.nlargest(_LARGEST, set(boxes), key=area)
    kept: list[PointBox] = []
    for box in largest:
        if not any(_holds(other, box) for other in kept):
            kept.append(box)
    known = set(largest)
    return kept + [box for box in set(boxes) - known if not any(_holds(other, box) for other in kept)]


def _holds(outer: PointBox, inner: PointBox) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and outer.right >= inner.right
        and outer.bottom >= inner.bottom
    )


def known_by(survey: Survey) -> object:
    """Returns what two pages share only where the same pictures and outlines are at the same places.

    None where that cannot be told.
    """
    if not all(survey.looks) or len(survey.outlines) > _MOST_BOXES:
        return None
    places = [tuple(map(round, place)) for place in (*survey.pictures, *survey.outlines)]
    return tuple(survey.looks), survey.curves, tuple(places)


def refuse_overdrawn(survey: Survey, sheet: Sheet) -> None:
    """Raises ValueError where pictures cover each other so often that to draw them would take all time."""
    painted = sum(picture.area for picture in survey.pictures)
    if painted > _MOST_LAYERS * max(1.0, sheet.width * sheet.height):
        raise ValueError("it has more pictures, one over the other, than are looked at")


def wordlike(
    page: pypdfium2.PdfPage, sheet: Sheet, regions: Sequence[PointBox], letters: Iterable[PointBox]
) -> list[PointBox]:
    """Returns what of these regions looks like words, where the text layer has no characters.

    Raises PdfiumError and ValueError where the page cannot be drawn.
    """
    whole = functools.reduce(both, regions)
    scale = min(_SCALE, (_MOST_PIXELS / max(1.0, area(whole))) ** 0.5)
    whole = _on_pixels(whole, scale)
    picture = sheet.drawn(page, whole, scale)
    upright = _edges(picture, 1, 0)
    lying = _edges(picture, 0, 1)
    masks = [
        tuple(edge * scale + grown for edge, grown in zip(_from(whole, box), (-2, -2, 2, 2), strict=True))
        for box in letters
        if common(box, whole)
    ]
    for edges in (upright, lying):
        draw = ImageDraw.Draw(edges)
        for mask in masks:
            draw.rectangle(mask, 0)
    found: list[PointBox] = []
    for region in regions:
        left, top, right, bottom = (round(edge * scale) for edge in _from(whole, region))
        place = left, top, right, bottom
        cells = [*_rows_of_words(upright.crop(place))]
        if len(cells) < _FEWEST:
            turned = lying.crop(place).transpose(Image.Transpose.TRANSPOSE)
            cells = [(top, left, bottom, right) for left, top, right, bottom in _rows_of_words(turned)]
        if len(cells) >= _FEWEST:
            left, top, right, bottom = zip(*cells, strict=True)
            seen = PointBox(
                region.left + min(left) / scale - _AROUND,
                region.top + min(top) / scale - _AROUND,
                region.left + max(right) / scale + _AROUND,
                region.top + max(bottom) / scale + _AROUND,
            )
            if (shown := sheet.within(seen)) and (part := common(shown, region)):
                found.append(part)
    return found


def _on_pixels(box: PointBox, scale: float) -> PointBox:
    """A box that begins with a whole pixel of the page, and has some around it to tell its edges from."""
    left, top = ((math.floor(edge * scale) - _MARGIN - 0.01) / scale for edge in (box.left, box.top))
    more = _MARGIN / scale
    return PointBox(max(0.0, left), max(0.0, top), box.right + more, box.bottom + more)


def _from(whole: PointBox, box: PointBox) -> PointBox:
    """Where a box is within another."""
    left, top = whole.left, whole.top
    return PointBox(box.left - left, box.top - top, box.right - left, box.bottom - top)


def _edges(picture: Image.Image, across: int, down: int) -> Image.Image:
    """White where a pixel differs much from the one before it."""
    shifted = ImageChops.offset(picture, across, down)
    return ImageChops.difference(picture, shifted).point(lambda shade: 255 if shade > _EDGE else 0)


def _rows_of_words(edges: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """The cells of a picture of upright edges that are in a row of words, in its pixels."""
    columns, rows = edges.width // _ACROSS, edges.height // _UP
    if columns < _WORD or rows < 1:
        return
    small = edges.resize((columns, rows), Image.Resampling.BOX)
    dense = small.point(lambda shade: 1 if shade >= _DENSE else 0).tobytes()
    lines = [bytearray(dense[row * columns : (row + 1) * columns]) for row in range(rows)]
    for column in range(columns):
        upwards = bytes(line[column] for line in lines)
        for start, end in _runs(upwards):
            if end - start > _TALLEST:
                for row in range(start, end):
                    lines[row][column] = 0
    for row, line in enumerate(lines):
        for start, end in _runs(bytes(line)):
            if end - start >= _WORD:
                for column in range(start, end):
                    yield column * _ACROSS, row * _UP, (column + 1) * _ACROSS, (row + 1) * _UP


def _runs(line: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each run of ones."""
    start = line.find(1)
    while start >= 0:
        end = line.find(0, start)
        end = len(line) if end < 0 else end
        yield start, end
        start = line.find(1, end)


def _squares(box: PointBox) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // _TOUCH), int(box.right // _TOUCH) + 1):
        for row in range(int(box.top // _TOUCH), int(box.bottom // _TOUCH) + 1):
            yield column, row
