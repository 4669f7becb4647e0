"""Dates as papers pages write them: whole, without a year, only a month, or only a year.

`spot` finds them all, in the order of the text. What is not printed is not invented: "May 2026" stays a
month, and "26 March" is a date only where the caller knows the year from a heading.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = [
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
]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_GAP = r"[\s,.\-_/]{1,3}"
_EDGE = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"

# One alternative a way of writing; the first that fits at a place wins, so the fuller stand first.
_DATE = re.compile(
    "|".join(
        (
            # 26 March 2026, Thursday 26th of March '26, 26-march-2026, 26 March, 26 and 27 March 2026
            rf"{_EDGE}(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}}{_GAP}(?:the\s)?)?"
            r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s?(?:&|and|to|-|/)\s?\d{1,2}(?:st|nd|rd|th)?)?"
            rf"(?:{_GAP}of)?(?:{_GAP}|(?=[A-Za-z]))" + _MONTH.format("month") + r"(?![a-z])"
            rf"(?:(?:{_GAP})?['\u2019]?(?P<year>20\d\d|\d\d(?![\d.:])(?!\s?(?:am|pm)))(?!\d))?",
            # March 26, 2026
            rf"{_EDGE}{_MONTH.format('us_month')}{_GAP}(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,?{_GAP}(?P<us_year>20\d\d){_END}",
            # March 2026, march-2026, mar2026
            rf"{_EDGE}{_MONTH.format('only_month')}[\s,.\-_/]{{0,3}}['\u2019]?(?P<only_year>20\d\d){_END}",
            # 2026-03-26, 2026_03_26
            rf"{_EDGE}(?P<iso_year>20\d\d)[-_./](?P<iso_month>\d\d)[-_./](?P<iso_day>\d\d)(?!\d)",
            # 26/03/2026, 26.3.26, 26-03-26
            r"(?<![\d.])(?P<a>\d{1,2})(?P<sep>[-_./ ])(?P<b>\d{1,2})(?P=sep)(?P<c>20\d\d|\d\d)(?![\d%]|\.\d)",
            # 20260326, 26032026, 260326
            r"(?<!\d)(?P<run>20\d{6}|\d{4}20\d\d|\d{6})(?!\d)",
            # bod-may26: a month and two digits run together are a year
            rf"{_EDGE}(?:bod|board)?[-_]?{_MONTH.format('short_month')}(?P<short_year>\d\d){_END}",
            # 2025/26, 2025 to 2026
            r"(?<![\d])(?P<from>20\d\d)\s?(?:/|-|\u2013|_|to)\s?(?P<to>20\d\d|\d\d)(?!\d)",
            r"(?<!\d)(?P<bare>20[0-4]\d)(?!\d)",
        )
    ),
    re.IGNORECASE,
)
_FIRST_MONTH = re.compile(rf"^\W{{0,3}}{_MONTH.format('month')}(?![a-z])", re.IGNORECASE)
# what a date is of, where it is not of the meeting
_NOT_THE_MEETING = re.compile(
    r"\b(?:publish\w*|post(?:ed)?|updated?|upload\w*|added|review\w*|modified|deadline\w*|submit\w*|by|before"
    r"|until|to|ending|ended|as at|as of|from|since|closes|created|approved|ratified|version|expir\w*"
    r"|next meeting)"
    r"(?:\s+(?:on|is|for|at|in|the|of|date|will|be|questions?|noon|\d\w*))*\s*[:\-\u2013,(]?\s*$",
    re.IGNORECASE,
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
        month = f"{_LONG_MONTHS[self.month - 1]} {self.year}"
        return f"{self.day} {month}" if self.day else month


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """A date in a text."""

    when: When
    start: int
    end: int
    of_meeting: bool  # not "published on", "questions by", "next meeting"
    weekday_fits: bool  # False where the weekday printed beside it is another


def read_when(text: str) -> When | None:
    """The other way round from `str(when)`."""
    if match := re.fullmatch(r"(\d{4})/\d\d", text):
        return When(year=int(match[1]), financial=True)
    if match := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text):
        return When(year=int(match[1]), month=int(match[2] or 0), day=int(match[3] or 0))
    return None


@lru_cache(maxsize=4096)
def spot(text: str, year: When | None = None, near: int = 0) -> tuple[Spotted, ...]:
    """All dates of a text. `year` is for dates without one, `near` (a year) decides 26-05-20."""
    found: list[Spotted] = []
    for match in _DATE.finditer(text):
        when = _read(match, year, near)
        if when is None:
            continue
        weekday = (match["weekday"] or "").lower()
        day = when.on()
        found.append(
            Spotted(
                when=when,
                start=match.start(),
                end=match.end(),
                of_meeting=not _NOT_THE_MEETING.search(text[max(0, match.start() - 40) : match.start()]),
                weekday_fits=not (weekday and day) or _WEEKDAYS[day.weekday()] == weekday,
            )
        )
    if (
        year
        and not any(not each.when.is_year for each in found)
        and (first := _FIRST_MONTH.match(text))
        and (month := _in_year(_month(first["month"]), 0, year))
    ):
        found.insert(
            0, Spotted(when=month, start=first.start(), end=first.end(), of_meeting=True, weekday_fits=True)
        )
    return tuple(found)


def without_dates(text: str) -> str:
    """The words of a text that are not a date."""
    bare = _DATE.sub(" ", text)
    return " ".join(_FIRST_MONTH.sub(" ", bare).split())


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _read(match: re.Match[str], year: When | None, near: int) -> When | None:
    part = match.groupdict()
    if part["a"]:
        return _numbers(part["a"], part["b"], part["c"], near)
    if part["run"]:
        return _run_together(part["run"], near)
    if part["iso_year"]:
        return _day(int(part["iso_year"]), int(part["iso_month"]), int(part["iso_day"]))
    if part["from"]:
        follows = int(part["to"]) % 100 == (int(part["from"]) + 1) % 100
        return When(year=int(part["from"]), financial=True) if follows else None
    if part["bare"]:
        return When(year=int(part["bare"]))
    return _worded(part, year)


def _worded(part: dict[str, str], year: When | None) -> When | None:
    if part["month"]:
        month, day = _month(part["month"]), int(part["day"])
        if part["year"]:
            return _day(_century(part["year"]), month, day)
        return _in_year(month, day, year) if year else None
    if part["us_month"]:
        return _day(int(part["us_year"]), _month(part["us_month"]), int(part["us_day"]))
    if part["only_month"]:
        return When(year=int(part["only_year"]), month=_month(part["only_month"]))
    return When(year=_century(part["short_year"]), month=_month(part["short_month"]))


def _run_together(run: str, near: int) -> When | None:
    if len(run) == 6:
        return _numbers(run[:2], run[2:4], run[4:], near)
    if run.startswith("20") and (when := _day(int(run[:4]), int(run[4:6]), int(run[6:]))):
        return when
    return _day(int(run[4:]), int(run[2:4]), int(run[:2]))


def _numbers(a: str, b: str, c: str, near: int) -> When | None:
    """Day first; year first where that alone is near."""
    day_first = _day(_century(c), int(b), int(a))
    year_first = _day(_century(a), int(b), int(c)) if len(a) == 2 and len(c) == 2 else None
    if day_first and year_first and near and abs(year_first.year - near) < abs(day_first.year - near):
        return year_first
    return day_first or year_first


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _day(year: int, month: int, day: int) -> When | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return When(year=year, month=month, day=day) if 2000 <= year <= 2049 else None


def _in_year(month: int, day: int, year: When) -> When | None:
    actual = year.year + 1 if year.financial and month < 4 else year.year
    return _day(actual, month, day) if day else When(year=actual, month=month)
