"""A concept's wordings through time, as bars drawn on the server: shapes and numbers for an SVG."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from web import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.views import WordingCount

KINDS = 6  # wordings with a shade of their own; the rest are one
QUARTERS_FROM = 30  # months; over more, bars mean quarters
YEARS_FROM = 24  # quarters
HEIGHT, STEP, WIDTH, LEFT, FOOT = 200, 26, 20, 44, 24  # units of the drawing
REST = "other wordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: int
    y: float
    height: float
    kind: int  # which wording, from 0
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    wordings: Sequence[str]
    times: Sequence[str]
    counts: Sequence[Sequence[int]]  # by time, by wording
    bars: Sequence[Bar]
    ticks: Sequence[tuple[int, str]]  # x, time
    most: int
    width: int
    height: int
    foot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Who said it when: a table of bodies and times."""

    times: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int], int]]  # body, counts, sum
    rest: Sequence[tuple[str, int]]  # body and sum, of those that began later


def chart(rows: Sequence[WordingCount]) -> Chart | None:
    """None where nothing was said on a known day."""
    if not rows:
        return None
    cut = _cut({row.month for row in rows})
    times = _between({row.month for row in rows}, cut)
    total = Counter[str]()
    for row in rows:
        total[row.wording] += row.count
    wordings = [wording for wording, _ in total.most_common(KINDS)]
    if len(total) > KINDS:
        wordings[-1] = REST
    at = {wording: place for place, wording in enumerate(wordings)}
    counts = [[0] * len(wordings) for _ in times]
    place = {time: number for number, time in enumerate(times)}
    for row in rows:
        counts[place[cut(row.month)]][at.get(row.wording, len(wordings) - 1)] += row.count
    most = max(map(sum, counts))
    bars: list[Bar] = []
    for number, (time, some) in enumerate(zip(times, counts, strict=True)):
        below = 0
        for kind, count in enumerate(some):
            if count:
                height = count * HEIGHT / most
                y = HEIGHT - below * HEIGHT / most - height
                title = f"{words.time(time)}: {wordings[kind]}, {count}"
                bars.append(
                    Bar(
                        x=LEFT + number * STEP, y=round(y, 1), height=round(height, 1), kind=kind, title=title
                    )
                )
                below += count
    every = max(3, len(times) // 12)  # a label is wider than two bars
    return Chart(
        wordings=wordings,
        times=times,
        counts=counts,
        bars=bars,
        ticks=[(LEFT + number * STEP, time) for number, time in enumerate(times) if number % every == 0],
        most=most,
        width=LEFT + max(len(times), 8) * STEP,
        height=HEIGHT,
        foot=HEIGHT + FOOT,
    )


def spread(rows: Sequence[WordingCount], most: int = 40) -> Spread:
    """Bodies in the order in which they first said it."""
    cut = _cut({row.month for row in rows})
    times = _between({row.month for row in rows}, cut)
    place = {time: number for number, time in enumerate(times)}
    counts: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.month):
        counts.setdefault(row.body, [0] * len(times))[place[cut(row.month)]] += row.count
    every = [(body, some, sum(some)) for body, some in counts.items()]
    return Spread(times=times, rows=every[:most], rest=[(body, total) for body, _, total in every[most:]])


class _Cut:
    """Months gathered into the span of a bar."""

    def __init__(self, months: int) -> None:
        self._months = months

    def __call__(self, month: str) -> str:
        year, number = month.split("-")
        if self._months == 1:
            return month
        return year if self._months == 12 else f"{year} Q{(int(number) + 2) // 3}"


def _cut(months: set[str]) -> _Cut:
    numbers = [_number(month) for month in months]
    span = max(numbers) - min(numbers) if numbers else 0
    return _Cut(1 if span < QUARTERS_FROM else 3 if span < 3 * YEARS_FROM else 12)


def _between(months: set[str], cut: _Cut) -> list[str]:
    """Every time from the first to the last, those in which nothing was said too."""
    if not months:
        return []
    numbers = [_number(month) for month in months]
    every = (cut(f"{at // 12:04}-{at % 12 + 1:02}") for at in range(min(numbers), max(numbers) + 1))
    return list(dict.fromkeys(every))


def _number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1
