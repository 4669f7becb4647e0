"""Numbers with their nouns, and days, as a sentence has them: what any module of the core may use."""

from __future__ import annotations

import re
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


def instant(when: datetime, *, seconds: bool = False) -> str:
    """As in "21 November 2026, 21:52 UTC", whatever zone it came in."""
    clock = f"{when.astimezone(UTC):%H:%M:%S}" if seconds else f"{when.astimezone(UTC):%H:%M}"
    return f"{short_day(when)}, {clock} UTC"


def _in_utc(when: date) -> date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def month(when: date) -> str:
    return f"{_MONTHS[when.month - 1]} {when.year}"


def brief_day(when: date, today: date) -> str:
    """As in "3 Dec"; with its year where that is another one than `today`'s."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {_MONTHS[when.month - 1][:3]}{year}"


def without_day(title: str, when: date | None) -> str:
    """Returns a meeting's title without the meeting's own day, as in "Board" for "Board, 26 November 2026".

    For lines that say the day themselves. A title that is nothing but its day stays whole.
    """
    if when is None:
        return title
    weekday, name = _DAYS[when.weekday()], _MONTHS[when.month - 1]
    written = (
        rf"(?:(?:{weekday}|{weekday[:3]}),?\s+)?(?:0?{when.day}(?:st|nd|rd|th)?\s+(?:{name}|{name[:3]})"
        rf"|(?:{name}|{name[:3]})\s+0?{when.day}(?:st|nd|rd|th)?),?\s+{when.year}"
        rf"|0?{when.day}[/.]0?{when.month}[/.](?:{when.year}|{when.year % 100:02})"
        rf"|{when.isoformat()}"
    )
    before, said = r"[\s,:;\u2013\u2014-]*", rf"(?<!\d)(?:{written})(?!\d)"
    # "Meeting of 26 November" goes with its "of", "Papers for 26 November Board" keeps its "for".
    prepositions = r"\b(?:held on|on|of|for|from|dated)\s+"
    ends = r"(?=\s*(?:$|[,:;()\[\]\u2013\u2014-]|(?:of|in|at|on|for)\b))"
    rest = re.sub(
        rf"\s*[(\[]\s*(?:{prepositions})?{said}\s*[)\]]"
        rf"|{before}(?:{prepositions}{said}{ends}|(?:\bon\s+)?{said})",
        "",
        title,
        flags=re.IGNORECASE,
    )
    return rest.strip(" ,:;\u2013\u2014-") or title
