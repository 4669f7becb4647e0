"""Days of a calendar in the corner of their cells: no sentence of a cell goes on over its day. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_A_DAY = re.compile(r"\b(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b", re.IGNORECASE)
_DAYS = "mon", "tue", "wed", "thu", "fri", "sat", "sun"
_A_WEEK = 4  # names of days, at least, in the head of a calendar
_ENDS_IN_DAY = re.compile(r"(?<=\S)\s+(?=(?:[12]?\d|3[01])\s*\Z)")
_LINE_BELOW = 3.0, 20.0  # points: what is so much lower goes on with a line


def corners(
    text: str, spans: Sequence[tuple[int, int]], heights: Sequence[float]
) -> Iterator[tuple[int, int]]:
    """Yields the number of each line that goes on below its cell's day, and where that day begins."""
    if not any(map(_names_a_week, (text[start:end] for start, end in spans))):
        return
    for number, ((start, end), (below, _)) in enumerate(pairwise(spans)):
        day = _ENDS_IN_DAY.search(text[start:end])
        step = heights[number] - heights[number + 1]
        if day and _LINE_BELOW[0] < step < _LINE_BELOW[1] and not text[below].isdigit():
            yield number, start + day.end()


def _names_a_week(line: str) -> bool:
    named = line.lower()  # the quickest first: days are told by how their names begin
    return sum(map(named.count, _DAYS)) >= _A_WEEK and len(_A_DAY.findall(line)) >= _A_WEEK
