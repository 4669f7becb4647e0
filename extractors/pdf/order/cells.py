"""Cells and columns that were drawn line by line across the page: each is read as one, before its neighbour.

PDFium tells a line as it was drawn, whatever gaps are in it. Where lines that follow each other have a gap in
one place, and what is next to it goes on in the next line because it found no more room, they are cells of
several lines. Rows of single lines, and figures, stay as they are.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.pdf.order import calendars, strands
from extractors.pdf.order.pieces import STEP, Box, CellPiece, Line, bases, boxes_of, had_no_room, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from extractors.pdf.words.glyphs import TextPage

_LINE = re.compile(r"\S[^\r\n]*[\r\n]*")
_FIGURE = re.compile(r"[\W\d_]*\Z|[^a-z]{1,4}\Z|\(?\w{1,4}[.)]\Z|\w\Z")  # or the mark of an item of a list
_ENDS_IN_FIGURE = re.compile(r"[\d%)]\s*\Z|\.\.\.")
_ALIGNED = 6.0  # points
_SAMPLED = 8  # lines of a page that are asked first
_MOST_LINES = 500  # of a page
_SURELY = 2.0  # of the height: wider than a blank of a line made even
_CHANNEL = 0.5  # of a line's height: what must stay blank between them
_TOLD_TOGETHER = {2, 3}  # pieces of a line: of two columns
_MOST_AHEAD = 60  # lines
_PROSE = 3  # words of each piece of a line, where columns of prose are next to each other
_FEWEST_STEPS = 4  # between lines, to tell those of a row from those between rows
_ALIKE, _FURTHER = 1.25, 1.45  # times the step within a row
_NEARLY_ALL = 0.85
_PADDING = 1.2  # of the height: what a cell may leave free at its right


def parted_by_cells(handle: TextPage, text: str, parts: Sequence[slice]) -> list[slice]:
    """The parts of PDFium's text, and within them columns and cells one by one that were drawn together."""
    spans = [line.span() for part in parts for line in _LINE.finditer(text, part.start, part.stop)]
    if len(spans) > _MOST_LINES:
        return list(parts)

    @functools.cache
    def boxes(number: int) -> list[Box]:
        return boxes_of(handle, *spans[number])

    def line(number: int) -> Line:
        return pieces_of(handle, text, *spans[number], boxes(number))

    starts = _firsts(parts, spans)
    firsts = {number for number, (start, _) in enumerate(spans) if start in starts}
    heights = bases(handle, [start for start, _ in spans])
    in_turn = strands.told_in_turn(heights, line, firsts)
    taken = {n for each in in_turn for n in range(each.first, each.past)}
    in_turn += strands.side_bars(
        heights, line, lambda number: len(boxes(number)) in _TOLD_TOGETHER, firsts, taken
    )
    taken = {n for each in in_turn for n in range(each.first, each.past)}
    corners = {n: at for n, at in calendars.corners(text, spans, heights) if n not in taken}
    regions = _regions(text, spans, starts, boxes, taken | corners.keys())
    if not regions and not in_turn and not corners:
        return list(parts)
    told = [
        (each.first, each.past, [piece for column in each.columns for piece in column]) for each in in_turn
    ]
    for first, past in regions:
        lines = [line(number) for number in range(first, past)]
        told.append((first, past, [piece for each in in_order(lines) for piece in each]))
    told += [(number, number + 1, _day_first(line(number), at)) for number, at in corners.items()]
    found: list[slice] = []
    at = 0
    for first, past, pieces in sorted(told, key=lambda each: each[:2]):
        found += _whole(spans[at:first], starts)
        found += _joined(pieces, spans[past - 1][1])
        at = past
    return found + _whole(spans[at:], starts)


def _day_first(pieces: Line, at: int) -> Line:
    """The day that begins there before the words of its cell; the day of an empty cell may be before them."""
    first, *rest = pieces
    day = first._replace(start=at)
    is_of_cell_before = bool(rest) and len(first.words) == 1 and first.words[0].isdigit()
    return [first, day, rest[0]] if is_of_cell_before else [day, first]


def _firsts(parts: Sequence[slice], spans: Sequence[tuple[int, int]]) -> set[int]:
    """Where the first line of each part begins: lines of two parts never are together."""
    if len(parts) == 1:
        return {spans[0][0]} if spans else set()
    return {min((start for start, _ in spans if start >= part.start), default=part.start) for part in parts}


def _whole(spans: Sequence[tuple[int, int]], starts: AbstractSet[int]) -> list[slice]:
    """Lines that stay as they are, as slices of the parts that they are of."""
    found: list[slice] = []
    for start, end in spans:
        if found and start not in starts:
            found[-1] = slice(found[-1].start, end)
        else:
            found.append(slice(start, end))
    return found


def _regions(
    text: str,
    spans: Sequence[tuple[int, int]],
    starts: AbstractSet[int],
    boxes: Callable[[int], list[Box]],
    taken: AbstractSet[int],
) -> list[tuple[int, int]]:
    """First and past-the-last of lines that are together and have gaps in the same places.

    Few lines of a page are asked, and what is around those that have a gap; rows of figures are none.
    """
    found: list[tuple[int, int]] = []
    for number in range(0, len(spans), max(1, len(spans) // _SAMPLED)):
        if (
            number in taken
            or (found and number < found[-1][1])
            or _ENDS_IN_FIGURE.search(text[slice(*spans[number])])
        ):
            continue
        if len(boxes(number)) < 2:
            continue
        first, past = number, number + 1
        lowest = max(found[-1][1] if found else 0, number - _MOST_AHEAD)
        while (
            first > lowest
            and spans[first][0] not in starts
            and first - 1 not in taken
            and _is_alike(boxes(first - 1), boxes(first))
        ):
            first -= 1
        highest = min(len(spans), number + _MOST_AHEAD)
        while (
            past < highest
            and spans[past][0] not in starts
            and past not in taken
            and _is_alike(boxes(past), boxes(past - 1))
        ):
            past += 1
        if past - first > 1:
            found.append((first, past))
    return found


def _is_alike(one: list[Box], other: list[Box]) -> bool:
    """Whether two lines have a piece that begins at one place, and one of them a gap."""
    if len(one) < 2 and len(other) < 2:
        return False
    return any(abs(each[0] - beside[0]) <= _ALIGNED for each in one for beside in other)


def in_order(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines one by one, and of each block of cells their pieces, the cells from left to right. Pure."""
    at, within = 0, functools.cache(lambda: _step_within(lines))
    while at < len(lines):
        if len(lines[at]) < 2 or at + 1 == len(lines) or _has_figure(lines[at + 1]):
            yield lines[at]
            at += 1
            continue
        block = _Block(lines[at])
        end = at + 1
        rights = functools.cache(functools.partial(_rights, lines[at : at + _MOST_AHEAD]))
        while end < len(lines) and (placed := block.goes_on(lines[end], rights, within)):
            block.take(placed)
            end += 1
        if end > at + 1 and (_is_apart(lines[at]) or any(len(line) > 1 for line in lines[at + 1 : end])):
            yield from block.columns
        else:  # one gap in one line is a blank that was stretched
            yield from lines[at:end]
        at = end


def _step_within(lines: Sequence[Line]) -> float:
    """How far apart lines of one row are at most, in points; 0 where rows are no further apart than lines."""
    bottoms = [min(piece.bottom for piece in line) for line in lines if line]
    steps = sorted(above - below for above, below in pairwise(bottoms) if above > below)
    if len(steps) < _FEWEST_STEPS:
        return 0.0
    usual = steps[len(steps) // 4]
    within = _ALIKE * usual
    has_rows = sum(step >= _FURTHER * usual for step in steps) >= 2
    return within if has_rows and _are_cells(lines, within) else 0.0


def _are_cells(lines: Sequence[Line], within: float) -> bool:
    """Whether what is near below other words is there for lack of room, in nearly all of two columns.

    One word above says nothing: a column of them is as wide as they are.
    """
    every = [piece for line in lines for piece in line]
    went_on: dict[int, list[bool]] = {}  # by the column: where the first piece of it begins
    for above, here in pairwise(lines):
        if not above or not here or not 0 < above[0].bottom - here[0].bottom <= within:
            continue
        for piece in here:
            over = next((each for each in above if abs(each.left - piece.left) <= _ALIGNED), None)
            if over is not None and len(over.words) > 1:
                column = [each for each in every if abs(each.left - piece.left) <= _ALIGNED]
                right = max(each.right for each in column)
                went_on.setdefault(column[0].start, []).append(had_no_room(piece, over, right))
    asked = [each for column in went_on.values() for each in column]
    return len(went_on) > 1 and len(asked) >= _FEWEST_STEPS and sum(asked) >= _NEARLY_ALL * len(asked)


def _has_figure(line: Line) -> bool:
    return any(_FIGURE.match(" ".join(piece.words)) for piece in line)


def _is_apart(line: Line) -> bool:
    """Whether the gaps of a line are wider than any blank is."""
    return all(
        after.left - before.right >= _SURELY * (before.top - before.bottom)
        for before, after in pairwise(line)
    )


def _rights(lines: Sequence[Line]) -> list[float]:
    """How far each column reaches in lines that follow each other and are in the same columns."""
    block = _Block(lines[0])
    for line in lines[1:]:
        placed = block.next_below(line)
        if not placed:
            break
        block.take(placed)
    return block.rights


_Placed = list[tuple[CellPiece, int]]  # pieces of a line, each with the column that it is in


class _Block:
    """Lines that have the same columns."""

    def __init__(self, first: Line) -> None:
        self.columns = [[piece] for piece in first]  # what is in each, from the top
        self.lefts = [piece.left for piece in first]
        self.rights = [piece.right for piece in first]
        self._height = max((piece.top - piece.bottom for piece in first), default=0.0)
        self._bottom = min((piece.bottom for piece in first), default=0.0)
        self._begins_small = bool(first) and _is_small(first[0])

    def take(self, placed: _Placed) -> None:
        for piece, column in placed:
            self.columns[column].append(piece)
            self.lefts[column] = min(self.lefts[column], piece.left)
            self.rights[column] = max(self.rights[column], piece.right)
        self._bottom = min(piece.bottom for piece, _ in placed)
        self._height = max(self._height, *(piece.top - piece.bottom for piece, _ in placed))

    def goes_on(self, line: Line, rights: Callable[[], list[float]], within: Callable[[], float]) -> _Placed:
        """Returns a line of the same cells, each of its pieces being there for lack of room above; else none.

        Capitals may begin what goes on only where rows are further apart than this line is, by `within`.
        """
        if _has_figure(line) or not (placed := self.next_below(line)):
            return []
        if not any(map(_is_small, line)):
            is_near = self._bottom - min(piece.bottom for piece in line) <= within()
            return placed if is_near and self._had_no_room(placed, rights()) else []
        if self._had_no_room(placed, self._room()):
            return placed
        is_prose = len(line) == len(self.columns) and all(len(piece.words) >= _PROSE for piece in line)
        begins = is_prose or (_is_small(line[0]) and not self._begins_small)
        return placed if begins and self._had_no_room(placed, rights()) else []

    def next_below(self, line: Line) -> _Placed:
        """Returns a line that is right below, all of it in columns of the block; else none."""
        if not line:
            return []
        step = self._bottom - min(piece.bottom for piece in line)
        height = max(self._height, *(piece.top - piece.bottom for piece in line))
        return self._placed(line) if 0.5 * height <= step <= STEP * height else []

    def _placed(self, line: Line) -> _Placed:
        """Each piece in a column of its own; none where one is in none.

        A column begins a little before its pieces, and may reach up to the channel before the next.
        """
        channel = _CHANNEL * self._height
        found: _Placed = []
        column, last = 0, len(self.lefts) - 1
        for piece in line:
            while column < last and piece.left >= self.lefts[column + 1] - channel:
                column += 1
            if piece.left < self.lefts[column] - channel:
                return []
            if column < last and piece.right > self.lefts[column + 1] - channel:
                return []
            if found and column == found[-1][1]:
                return []
            found.append((piece, column))
        return found

    def _room(self) -> list[float]:
        """How far a cell of each column may surely reach."""
        channel, padding = _CHANNEL * self._height, _PADDING * self._height
        edges = [*(left - channel for left in self.lefts[1:]), self.rights[-1]]
        return [edge - padding for edge in edges]

    def _had_no_room(self, placed: _Placed, rights: Sequence[float]) -> bool:
        """Whether the first word of each piece would not have fitted next to the piece above it."""
        return all(had_no_room(piece, self.columns[column][-1], rights[column]) for piece, column in placed)


def _is_small(piece: CellPiece) -> bool:
    """Whether it begins as what goes on does: with a small letter."""
    return piece.words[0][:1].islower()


def _joined(pieces: Sequence[CellPiece], end: int) -> list[slice]:
    """Slices of the text, those that follow each other in it as one; with what is between two pieces."""
    starts = sorted(piece.start for piece in pieces)
    ends = dict(pairwise([*starts, end]))
    found: list[slice] = []
    for piece in pieces:
        whole = slice(piece.start, ends[piece.start])
        if found and found[-1].stop == whole.start:
            found[-1] = slice(found[-1].start, whole.stop)
        else:
            found.append(whole)
    return found
