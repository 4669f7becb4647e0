"""England's year: when nobody meets, when Parliament rests, and when bodies and committees end."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from crawler.lines import bodies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Source

_WEEK = timedelta(days=7)
_SHUT_AFTER = timedelta(days=60)  # a body's end: its site


def easter(year: int) -> date:
    """Easter Sunday, after Butcher."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = moon + sunday - 7 * ((year % 19 + 11 * moon + 22 * sunday) // 451)
    return date(year, (shift + 114) // 31, (shift + 114) % 31 + 1)


def is_holiday(day: date) -> bool:
    """A day on which nothing is published: Christmas, New Year, Easter and the Mondays of May and August."""
    is_monday_of_may = day.weekday() == 0 and day.month == 5 and (day.day <= 7 or day.day > 24)
    is_monday_of_august = day.weekday() == 0 and day.month == 8 and day.day > 24
    at_easter = -2 <= (day - easter(day.year)).days <= 1
    return is_monday_of_may or is_monday_of_august or at_easter or (day.month, day.day) in _CHRISTMAS


_CHRISTMAS = {(12, 25), (12, 26), (12, 27), (12, 28), (1, 1)}


def is_quiet(day: date) -> bool:
    """Nobody meets: from the week before Christmas to Epiphany, over Easter, in August, on holidays."""
    at_christmas = (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 5)
    return at_christmas or day.month == 8 or is_holiday(day)


def votes_on(year: int) -> date:
    """The first Thursday of May."""
    first = date(year, 5, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7)


def takes_over(year: int) -> date:
    """Councils name their committees again, twelve days after the election."""
    return votes_on(year) + timedelta(days=12)


def sits_on(day: date, *, votes: bool = False) -> date:
    """The day itself, or that weekday of the next week in which a council meets.

    A council that votes does not meet from six weeks before an election to its first meeting after.
    """
    while is_quiet(day) or (votes and votes_on(day.year) - 6 * _WEEK <= day < takes_over(day.year)):
        day += _WEEK
    return day


def out_by(day: date) -> date:
    """What is due on a holiday or at a weekend is out on the last day of work before."""
    while is_holiday(day) or day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def parliament_returns(day: date) -> date:
    """The day itself, or the one on which Parliament sits again."""
    sunday = easter(day.year)
    for first, last in (
        (date(day.year, 1, 1), date(day.year, 1, 5)),
        (sunday - timedelta(days=10), sunday + timedelta(days=8)),
        (date(day.year, 5, 22), date(day.year, 5, 31)),
        (date(day.year, 7, 22), date(day.year, 9, 1)),
        (date(day.year, 9, 16), date(day.year, 10, 12)),
        (date(day.year, 12, 18), date(day.year + 1, 1, 5)),
    ):
        if first <= day < last:
            return last
    return day


@cache
def _ends() -> dict[str, date]:
    known = bodies.load(None).values()
    return {each.id: end for each in known if (end := each.until or each.planned_end)}


def end_of(sources: Sequence[Source]) -> date:
    """The last day of the last of these bodies, by law or by plan."""
    return max((_ends().get(each.body_id, date.max) for each in sources), default=date.max)


def is_shut(sources: Sequence[Source], day: date) -> bool:
    """The site has gone after its bodies."""
    end = end_of(sources)
    return end < date.max and day > end + _SHUT_AFTER
