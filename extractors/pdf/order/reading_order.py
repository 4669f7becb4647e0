"""Running heads and feet in their place on the page.

PDFium reads what is on a page in the order in which it was drawn: so columns and boxes stay in one piece. But
word processors draw a page's head and foot together, before all else or after it.
"""

from __future__ import annotations

import re
from itertools import groupby, islice, pairwise
from typing import TYPE_CHECKING

from extractors.pdf.words.glyphs import angle, origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.pdf.words.glyphs import TextPage

_EDGE_LINES = 4  # that a head and a foot may fill together
_LOOKED_AT = 5  # lines at each edge, and few between them: to ask where a letter is takes time
_LINE = re.compile(r"\S[^\r\n]*[\r\n]*")
_APART = 3.0  # points: what differs by less is one line
_UPRIGHT = 0.01  # radians


def parts(handle: TextPage, text: str) -> list[slice]:
    """The parts of PDFium's text of a page, in the order in which they are on it."""
    whole = [slice(0, len(text))]
    if not _is_odd(handle, text):
        return whole
    every = [line.start() for line in _LINE.finditer(text)]
    within = every[_LOOKED_AT:]
    starts = [*every[:_LOOKED_AT], *within[: -_LOOKED_AT : 2 * _LOOKED_AT], *within[-_LOOKED_AT:]]
    if not all(_is_upright(handle, starts[at]) for at in (0, 1, -2, -1)):
        return whole
    ends = [*starts[1:], len(text)]
    lines = in_reading_order([_height(handle, start) for start in starts])
    together = groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0])
    runs = [[line for _, line in run] for _, run in together]
    return [slice(starts[run[0]], ends[run[-1]]) for run in runs]


def lines(
    handle: TextPage, text: str, part: slice
) -> Iterator[tuple[int, tuple[float, float], tuple[float, float]]]:
    """Each line of a part of PDFium's text: its start, and the bases of its first and last characters."""
    for line in _LINE.finditer(text, part.start, part.stop):
        start, last = line.start(), line.start() + len(line.group().rstrip()) - 1
        yield start, origin(handle, start), origin(handle, max(start, last))


def in_reading_order(heights: Sequence[float]) -> list[int]:
    """The numbers of lines in reading order, from their heights above the page's lower edge. Pure."""
    foot = _foot(heights)
    rest = [line for line in range(len(heights)) if line not in foot]
    # From the end and upside down, a head drawn last is a foot drawn first.
    head = {rest[-1 - at] for at in _foot([-heights[line] for line in reversed(rest)])}
    return [*sorted(head), *(line for line in rest if line not in head), *foot]


def _foot(heights: Sequence[float]) -> range:
    """Lines at the beginning that are lower than all that follow them, where these go down the page."""
    for end in range(1, min(_EDGE_LINES + 1, len(heights))):
        below = min(heights[end:]) - _APART
        start = end
        while start and heights[start - 1] < below:
            start -= 1
        if start < end:
            downwards = sum(above > under for above, under in pairwise(heights[end:]))
            return range(start, end) if 2 * downwards >= len(heights) - end - 1 else range(0)
    return range(0)


def _is_odd(handle: TextPage, text: str) -> bool:
    """Whether one of the first lines is below the last, or one of the last above the first: few pages."""
    first_two = [line.start() for line in islice(_LINE.finditer(text), 2)]
    last = _last_line(text)
    before = _last_line(text[:last])
    if len(first_two) < 2 or first_two[0] == before:
        return False
    top, below_top, above_end, end = (_height(handle, at) for at in (*first_two, before, last))
    return min(top, below_top) < end - _APART or max(above_end, end) > top + _APART


def _last_line(text: str) -> int:
    """Where it begins."""
    return text.rfind("\n", 0, len(text.rstrip())) + 1


def _height(handle: TextPage, at: int) -> float:
    """Of the base of a letter of PDFium's text above the page's lower edge, in points."""
    return origin(handle, at)[1]


def _is_upright(handle: TextPage, at: int) -> bool:
    return abs(angle(handle, at)) < _UPRIGHT
