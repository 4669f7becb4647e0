"""A day, a month or a year, as far as a page says it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class When:
    """A day, a month (day 0), a year (month 0) or a financial year (month 0, `financial`)."""

    year: int
    month: int = 0
    day: int = 0
    financial: bool = False  # April of `year` to March of the next

    def __str__(self) -> str:
        if self.financial:
            return f"{self.year}/{(self.year + 1) % 100:02}"
        return "-".join(
            part
            for part in (
                f"{self.year}",
                f"{self.month:02}" if self.month else "",
                f"{self.day:02}" if self.day else "",
            )
            if part
        )

    @property
    def whole(self) -> bool:
        return bool(self.day)

    @property
    def is_year(self) -> bool:
        return not self.month

    def on(self) -> date | None:
        return date(self.year, self.month, self.day) if self.day else None

    @property
    def first(self) -> date:
        """The first day it may mean."""
        return self.span()[0]

    def span(self) -> tuple[date, date]:
        """First and last day it may mean."""
        if self.financial:
            return date(self.year, 4, 1), date(self.year + 1, 3, 31)
        first, last = self.month or 1, self.month or 12
        return (
            date(self.year, first, self.day or 1),
            date(self.year, last, self.day or monthrange(self.year, last)[1]),
        )

    def within(self, since: date, until: date) -> bool:
        first, last = self.span()
        return first <= until and last >= since

    def holds(self, other: When) -> bool:
        """The other says the same, more exactly."""
        first, last = self.span()
        other_first, other_last = other.span()
        return first <= other_first and other_last <= last

    def said(self) -> str:
        """As a person writes it."""
        if not self.month:
            return str(self)
        month = f"{MONTHS[self.month - 1]} {self.year}"
        return f"{self.day} {month}" if self.day else month


def read_when(text: str) -> When | None:
    """The other way round from `str(when)`."""
    if match := re.fullmatch(r"(\d{4})/\d\d", text):
        return When(year=int(match[1]), financial=True)
    if match := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text):
        return When(year=int(match[1]), month=int(match[2] or 0), day=int(match[3] or 0))
    return None


def day_of(year: int, month: int, day: int) -> When | None:
    """The day, if there is one and it is of our time."""
    try:
        date(year, month, day)
    except ValueError:
        return None
    return When(year=year, month=month, day=day) if 2000 <= year <= 2049 else None
