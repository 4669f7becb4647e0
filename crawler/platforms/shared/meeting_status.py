"""Whether a meeting takes place as it is listed, and on which day: the words that say so, in one place.

The direction counts. "Rescheduled to 12 January" is about the day that it moves to: of the meeting of 12
January it says that this one is, of any other it names the new day. "Moved from 21 June" says that the
day listed is the new one. Only where no day is told does nobody know when it is. A room, a link or an hour
that a meeting moves to leaves its day alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.select import tidy
from pipeline.model import MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

_CANCELLED = re.compile(
    r"\b(?:cancell?(?:ed|ation)|stood down|called off|abandoned"
    r"|(?:will|does|did) not (?:now )?(?:be taking|be held|take place)|no longer taking place)\b",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\b(?:postponed|deferred|re-?scheduled|re-?arranged|brought forward|moved|(?:date|day) (?:has )?changed?"
    r"|change of (?:date|day)|new date|now (?:being )?(?:held )?on)\b",
    re.IGNORECASE,
)
# Between such a word and the day there is little: "moved by the Chair to", "postponed until Thursday".
_TO = re.compile(r"^[^.;!?]{0,30}?(?:\b(?:to|until|till|for|on|is|now)\b|:|[-–])\s*", re.IGNORECASE)  # noqa: RUF001 - dashes as printed
_FROM = re.compile(r"^[^.;!?]{0,30}?\bfrom\b\s*", re.IGNORECASE)
_DAY = re.compile(
    r"(?:the\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)[a-z]*\.?,?\s+(?:the\s+)?)?"
    r"(?P<day>\d{1,2}(?:st|nd|rd|th)?[\s\-]{1,3}(?:of\s)?[a-z]{3,9}\.?(?:[\s,\-]{1,3}\d{4})?"
    r"|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b\d{4}\b")
_ELSEWHERE = re.compile(
    r"\bmoved\s+(?:to|online|into)\b", re.IGNORECASE
)  # with no day after it: another room
_NEAR = timedelta(days=183)  # a day without a year is the one nearest to the day listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the words about a meeting come to."""

    status: MeetingStatus
    on: date | None  # its day now


def told_status(words: str, on: date | None) -> Told:
    """Whether a meeting listed for this day is, is cancelled or has moved, and the day that it has now.

    `on` is None where the listing gives no day that can be read.
    """
    words = tidy(words)
    moves = list(_moves(words, on))
    new = next((day for direction, day in moves if direction == "to"), None)
    old = next((day for direction, day in moves if direction == "from"), None)
    if _CANCELLED.search(words) and (new is None or new != on):
        return Told(status=MeetingStatus.CANCELLED, on=on)
    if new is not None:
        return Told(status=MeetingStatus.SCHEDULED, on=new)
    is_marked = len(_MOVED.findall(_ELSEWHERE.sub("", words))) > len(moves)  # a label of the site's own
    if old is not None and old != on and not is_marked:
        return Told(status=MeetingStatus.SCHEDULED, on=on)
    if is_marked or old is not None:
        return Told(status=MeetingStatus.MOVED, on=on)
    return Told(status=MeetingStatus.SCHEDULED, on=on)


def _moves(words: str, on: date | None) -> Iterator[tuple[str, date]]:
    """Each day that the words move a meeting to, or from."""
    for said in _MOVED.finditer(words):
        rest = words[said.end() :]
        for direction, between in (("from", _FROM), ("to", _TO)):
            start = between.match(rest)
            day = _DAY.match(rest, start.end()) if start else None
            if day and (found := _date(day["day"], on)):
                yield direction, found
                after = rest[day.end() :]
                if direction == "from" and (to := re.match(r"\s*(?:,\s*)?to\s+", after)):
                    target = _DAY.match(after, to.end())
                    if target and (there := _date(target["day"], on)):
                        yield "to", there
                break
        else:
            day = _DAY.match(rest.lstrip()) if said[0].casefold().startswith("now") else None
            if day and (found := _date(day["day"], on)):
                yield "to", found


def _date(words: str, on: date | None) -> date | None:
    if _YEAR.search(words):
        return parse_date(words)
    if on is None:
        return None
    days = (parse_date(f"{words} {year}") for year in (on.year - 1, on.year, on.year + 1))
    return next((day for day in days if day and abs(day - on) <= _NEAR), None)
