"""Days as people write them: 1 April 2025, 01/04/2025, April 2025. In figures the day is before the month."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")  # whose days meetings, papers, windows and digests count
FORMS = "1 April 2025, 01/04/2025, April 2025, 2025-04-01 or 2025"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_BEFORE = rf"(?:{_WEEKDAY},?[ ]+)?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_NAMED = rf"(?P<month>{_MONTH})"
_YEAR = r"(?P<year>[0-9]{4})"
# Of a month in words nobody takes the day for the month, so either may be first.
_IN_WORDS = (
    rf"{_BEFORE}{_DAY}(?:[ ]+(?:of[ ]+)?|-){_NAMED}(?:,?[ ]+|-)(?P<year>[0-9]{{4}}|[0-9]{{2}}(?![0-9]))",
    rf"{_BEFORE}{_NAMED}[ ]+{_DAY}(?:,[ ]*|[ ]+){_YEAR}",
    rf"{_NAMED}(?:,?[ ]+|-){_YEAR}",
)
IN_WORDS = re.sub(r"\?P<\w+>", "?:", "|".join(_IN_WORDS))  # for who looks for one within a text
_IN_FIGURES = (
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?",
    r"(?:(?P<day>[0-9]{1,2})[/.-])?(?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})",
    r"(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})[/.](?P<year>[0-9]{2})",
)
_FORMS = [re.compile(form, re.IGNORECASE | re.ASCII) for form in (*_IN_WORDS, *_IN_FIGURES)]


def read(text: str) -> date:
    """The day that a text means: the first one, where it means a month or a year. Raises ValueError."""
    return period(text)[0]


def period(text: str) -> tuple[date, date]:
    """Returns the first day that a text means, and the day after the last. Raises ValueError."""
    for form in _FORMS:
        if match := form.fullmatch(text):
            said = match.groupdict()
            year, month, day = said["year"], said["month"] or "1", said.get("day") or "1"
            number = int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3].lower())
            first = date(int(year) + 2000 * (len(year) == 2), number, int(day))
            if first.year == date.max.year:
                return first, date.max
            if said.get("day"):
                return first, first + timedelta(days=1)
            if said["month"]:
                return first, (first + timedelta(days=31)).replace(day=1)
            return first, first.replace(year=first.year + 1)
    raise ValueError(f"{text!r} is no day: write {FORMS}")


def local_today() -> date:
    """Returns today's date where the meetings are held and the papers published."""
    return datetime.now(LONDON).date()


def local_day(moment: datetime) -> date:
    """Returns the day of an aware instant there: half past eleven at night UTC in June is the next one."""
    return moment.astimezone(LONDON).date()
