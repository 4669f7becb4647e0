"""Numbers with their nouns, and days, as a sentence has them: what any module of the core may use."""

from __future__ import annotations

from datetime import UTC, date, datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def counted(number: int, one: str, many: str = "") -> str:
    """As in "1 page" and "1,204 pages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(when: date) -> str:
    """As in "Thursday 26 November 2026"."""
    return f"{_DAYS[_in_utc(when).weekday()]} {short_day(when)}"


def short_day(when: date) -> str:
    """As in "26 November 2026"; of an instant, its day in UTC."""
    when = _in_utc(when)
    return f"{when.day} {month(when)}"


def instant(when: datetime) -> str:
    """As in "21 November 2026, 21:52 UTC", whatever zone it came in."""
    return f"{short_day(when)}, {when.astimezone(UTC):%H:%M} UTC"


def _in_utc(when: date) -> date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def month(when: date) -> str:
    return f"{_MONTHS[when.month - 1]} {when.year}"


def brief_day(when: date, today: date) -> str:
    """As in "3 Dec"; with its year where that is another one than `today`'s."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {_MONTHS[when.month - 1][:3]}{year}"
