"""Numbers with their nouns, and days, as a sentence has them: what any module of the core may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

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
    return f"{_DAYS[when.weekday()]} {short_day(when)}"


def short_day(when: date) -> str:
    return f"{when.day} {month(when)}"


def month(when: date) -> str:
    return f"{_MONTHS[when.month - 1]} {when.year}"


def brief_day(when: date, today: date) -> str:
    """As in "3 Dec"; with its year where that is another one than `today`'s."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {_MONTHS[when.month - 1][:3]}{year}"
