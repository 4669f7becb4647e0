"""Columns whose lines were drawn in turn, as of a side bar and the body: each is read as a whole.

PDFium tells lines as they were drawn. Where it goes back up the page again and again, and what follows
further up is next to what came before, two columns are told in turn. They are parted only where most lines
that were interrupted go on: their next word had no room. So rows whose cells have their own lines stay rows.
Pure.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.order.pieces import STEP, had_no_room

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from extractors.pdf.order.pieces import CellPiece, Line

_LEVEL = 2.0  # points: a line that is lower than the one before by less does not follow it down
_FEWEST = 3  # such lines that are near each other, and lines of a column that go on
_NEAR = 6  # lines
_TORN = 0.7  # of the lines that were interrupted: how many must go on
_CHANNEL = 4.0  # points that stay blank between columns
_SLACK = 6.0  # points by which a line may begin or end outside its column
_MORE = 60.0  # points by which a line may be longer than all others of the last column
_TWO = 2
_CLOSE = 8.5  # points: lines that are nearer are told among those of another column
_ASKED = 5  # every so many lines one is asked for gaps in it
_FURTHEST = 2.3  # heights from one line of a side bar to the next
_SHORTEST_BAR = 4  # lines
_PROSE = 4  # words of a line
_MOST_LINES = 60  # that are taken in before and after


class Strands(NamedTuple):
    first: int  # line
    past: int  # behind the last
    columns: list[list[CellPiece]]  # from left to right


class _Told(NamedTuple):
    """A piece, and its place among the pieces as they were drawn."""

    at: int
    piece: CellPiece


def told_in_turn(
    heights: Sequence[float], line: Callable[[int], Line], starts: AbstractSet[int]
) -> list[Strands]:
    """Returns where columns are told in turn, in order: from the heights of lines, and what is in each.

    None goes on over a line that `starts` a part.
    """
    ups = [at for at, (above, here) in enumerate(pairwise(heights), 1) if here > above - _LEVEL]
    if len(ups) < _FEWEST:
        return []
    all_found: list[Strands] = []
    for group in _near(ups, starts):
        lowest = all_found[-1].past if all_found else 0
        if len(group) >= _FEWEST and group[0] - 1 >= lowest:
            strands = _strands(group[0] - 1, group[-1] + 1, line)
            if strands:
                all_found.append(_grown(strands, line, lowest, len(heights), starts))
    return all_found


def side_bars(
    heights: Sequence[float],
    line: Callable[[int], Line],
    has_gap: Callable[[int], bool],
    starts: AbstractSet[int],
    taken: AbstractSet[int],
) -> list[Strands]:
    """Returns where a few short lines are told among those of the prose next to them, in order.

    As programs do that tell a page from the top down. `has_gap` says of a line whether there is one wide gap
    in it; none of those that are `taken` is looked at. Here the prose alone must go on: the lines of a side
    bar may be a list. They are near each other, as labels of rows of a table are not.
    """
    close = {at for at, (above, here) in enumerate(pairwise(heights), 1) if here > above - _CLOSE}

    def is_told(at: int) -> bool:
        return 0 <= at < len(heights) and (at in close or has_gap(at))

    found: list[Strands] = []
    lowest = 0
    for at in sorted({*close, *range(0, len(heights), _ASKED)} - set(taken)):
        if at < lowest or not is_told(at):
            continue
        first, past = at - (at in close), at + 1
        while first > max(lowest, at - _MOST_LINES) and (
            before := next(filter(is_told, (first - 1, first - 2)), None)
        ):
            first = max(lowest, before - (before in close))
        while past < at + _MOST_LINES and (after := next(filter(is_told, (past, past + 1)), None)):
            past = after + 1
        within, before_it, lowest = {*range(first, past)}, lowest, past
        if past - first < _FEWEST or not within.isdisjoint({*taken, *(starts - {first})}):
            continue
        if strands := _side_bar(first, past, line):
            grown = _grown(strands, line, before_it, len(heights), starts)
            if taken.isdisjoint(range(grown.first, grown.past)):
                found.append(grown)
                lowest = grown.past
    return found


def _side_bar(first: int, past: int, line: Callable[[int], Line]) -> Strands | None:
    pieces = [piece for number in range(first, past) for piece in line(number)]
    columns = _columns([_Told(at, piece) for at, piece in enumerate(pieces)])
    if len(columns) != _TWO:
        return None
    downwards = [sorted(column, key=lambda told: -told.piece.bottom) for column in columns]
    bar, prose = sorted(downwards, key=lambda column: sum(len(told.piece.words) for told in column))
    if len(bar) < _SHORTEST_BAR or sum(map(_is_figure, bar)) * 2 > len(bar):
        return None
    furthest = _FURTHEST * max(told.piece.height for told in bar)
    if not all(_LEVEL < one.piece.bottom - two.piece.bottom <= furthest for one, two in pairwise(bar)):
        return None
    right = max(told.piece.right for told in prose)
    interrupted = torn = 0
    for (before, above), (at, here) in pairwise(prose):
        step = above.bottom - here.bottom
        if not _LEVEL < step <= STEP * max(above.height, here.height):
            return None
        if at != before + 1:
            interrupted += 1
            torn += len(above.words) >= _PROSE and had_no_room(here, above, right)
    if torn < _FEWEST or torn < interrupted - 1:
        return None
    return Strands(first, past, [[told.piece for told in column] for column in downwards])


def _is_figure(told: _Told) -> bool:
    return not any(map(str.isalpha, "".join(told.piece.words)))


def _near(ups: Sequence[int], starts: AbstractSet[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for at in ups:
        if at in starts:
            continue
        last = groups[-1][-1] if groups else -_NEAR
        if at - last > _NEAR or any(between in starts for between in range(last + 1, at + 1)):
            groups.append([])
        groups[-1].append(at)
    return groups


def _strands(first: int, past: int, line: Callable[[int], Line]) -> Strands | None:
    pieces = [piece for number in range(first, past) for piece in line(number)]
    columns = _columns([_Told(at, piece) for at, piece in enumerate(pieces)])
    if len(columns) < 2:
        return None
    interrupted, torn = 0, [0] * len(columns)
    for number, column in enumerate(columns):
        right = max(told.piece.right for told in column)
        for (before, above), (at, here) in pairwise(column):
            step = above.bottom - here.bottom
            if step <= _LEVEL:
                return None
            if at > before + 1:
                interrupted += 1
                is_near = step <= STEP * max(above.height, here.height)
                is_line = len(above.words) > 1  # a column of single words is as wide as they are
                torn[number] += is_near and is_line and had_no_room(here, above, right)
    if sum(torn) < _FEWEST or sum(torn) < _TORN * interrupted or sum(map(bool, torn)) < 2:
        return None
    return Strands(first, past, [[told.piece for told in column] for column in columns])


def _columns(pieces: Sequence[_Told]) -> list[list[_Told]]:
    """Pieces over each other, as columns from left to right, each in the order in which it was drawn."""
    columns: list[list[_Told]] = []
    reach = float("-inf")
    for told in sorted(pieces, key=lambda told: told.piece.left):
        if told.piece.left < reach + _CHANNEL:
            columns[-1].append(told)
        else:
            columns.append([told])
        reach = max(reach, told.piece.right)
    return [sorted(column) for column in columns]


def _grown(
    strands: Strands, line: Callable[[int], Line], lowest: int, highest: int, starts: AbstractSet[int]
) -> Strands:
    """With the lines before and after that are each in one of the columns: they go on there."""
    columns = [list(column) for column in strands.columns]
    first, past = strands.first, strands.past
    while first > max(lowest, strands.first - _MOST_LINES) and first not in starts:
        placed = _placed(line(first - 1), columns)
        if not placed or not all(_is_next(piece, columns[at][0]) for piece, at in placed):
            break
        for piece, at in placed:
            columns[at].insert(0, piece)
        first -= 1
    while past < min(highest, strands.past + _MOST_LINES) and past not in starts:
        placed = _placed(line(past), columns)
        if not placed or not all(_is_next(columns[at][-1], piece) for piece, at in placed):
            break
        for piece, at in placed:
            columns[at].append(piece)
        past += 1
    return Strands(first, past, columns)


def _placed(pieces: Line, columns: Sequence[Sequence[CellPiece]]) -> list[tuple[CellPiece, int]]:
    """Each piece of a line and the column that it is in; none where one is outside all columns.

    The longest line of a column may be the first or the last: it may reach up to the next column.
    """
    lefts = [min(p.left for p in column) for column in columns]
    rights = [max(p.right for p in column) for column in columns]
    beside = [*(left - _CHANNEL - _SLACK for left in lefts[1:]), rights[-1] + _MORE]
    reach = map(max, rights, beside)
    edges = list(zip(lefts, reach, strict=True))
    placed = [
        (piece, at)
        for piece in pieces
        for at, (left, right) in enumerate(edges)
        if left - _SLACK <= piece.left and piece.right <= right + _SLACK
    ]
    return placed if len(placed) == len(pieces) == len({at for _, at in placed}) else []


def _is_next(above: CellPiece, below: CellPiece) -> bool:
    step = above.bottom - below.bottom
    return _LEVEL < step <= STEP * max(above.height, below.height)
