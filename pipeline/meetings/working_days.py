"""Working days in England: weekdays that are no bank holiday, and the clear days that the law counts in."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)


def clear_days(published: date, meeting: date) -> int:
    """How many working days lie between two days, neither of them counted.

    Returns 0 where the meeting is on the next day or earlier.
    """
    days = (published + _DAY * step for step in range(1, (meeting - published).days))
    return sum(is_working_day(day) for day in days)


def is_working_day(day: date) -> bool:
    """Whether offices in England are open: no Saturday, Sunday or bank holiday."""
    return day.weekday() < 5 and day not in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - it takes a third of a second, and few commands count days

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
