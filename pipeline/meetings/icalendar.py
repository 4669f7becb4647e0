"""Days ahead as a calendar (RFC 5545) that a reader's own calendar follows: one form for mail and web."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from pipeline import addresses
from pipeline.days import LONDON
from pipeline.model import Ahead, MeetingStatus
from pipeline.text.figures import without_day
from pipeline.text.foreign import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import time

    from icalendar import Component

    from pipeline.model import Meeting

LONGEST_TEXT = 500  # characters
LONGEST_ADDRESS = 1_000  # characters: calendars cut longer ones

_STATUS = {
    MeetingStatus.SCHEDULED: "CONFIRMED",
    MeetingStatus.MOVED: "TENTATIVE",
    MeetingStatus.CANCELLED: "CANCELLED",
    MeetingStatus.WITHDRAWN: "CANCELLED",
}

# The rules in force since 1996, and for good: the library would list each change of the clocks, up to 2038.
_LONDON = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A day ahead as its calendar tells it."""

    ahead: Ahead
    sequence: int = 0  # counts its changes
    note: str = ""


def icalendar(events: Iterable[Event], *, name: str, domain: str, stamped_at: datetime) -> bytes:
    """Returns the calendar as a client wants it; an event without a day is left out.

    `domain` and the source's own key make an event's UID: the same in every calendar of this archive.
    """
    from icalendar import Calendar, Timezone, vText  # noqa: PLC0415 - a tenth of a second that few starts need

    calendar = Calendar()  # no METHOD: with one, every event would have to name an organiser (RFC 5546)
    calendar.add("prodid", "-//Paperwatch//Days ahead//EN")
    calendar.add("version", "2.0")
    # As text by its own hand: the library knows neither for one, and would leave a comma bare.
    calendar["name"] = calendar["x-wr-calname"] = vText(_text(name))
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    known: dict[tuple[str, str], tuple[date, Event]] = {}  # a UID may be once: the first counts
    for event in events:
        if day := event.ahead.meeting.starts_on:
            known.setdefault((event.ahead.meeting.source_id, event.ahead.meeting.key), (day, event))
    calendar.add_component(Timezone.from_ical(_LONDON))
    for day, event in known.values():
        calendar.add_component(_event(event, day, domain, stamped_at))
    return bytes(calendar.to_ical(sorted=False))


def _event(event: Event, day: date, domain: str, stamped_at: datetime) -> Component:
    from icalendar import Event as Written  # noqa: PLC0415

    meeting = event.ahead.meeting
    written = Written()
    written.add("uid", f"{_identity(meeting)}@{domain}")
    written.add("dtstamp", stamped_at.astimezone(UTC))
    written.add("sequence", event.sequence)
    for key, value in _when(day, meeting.starts_at):
        written.add(key, value)
    written.add("summary", _text(_summary(event.ahead)))
    written.add("status", _STATUS[meeting.status])
    written.add("transp", "TRANSPARENT")  # knowing of a meeting takes up nobody's day
    if event.note:
        written.add("description", _text(event.note))
    if meeting.place:
        written.add("location", _text(meeting.place))
    if url := addresses.safe(meeting.url, LONGEST_ADDRESS):
        written.add("url", url)
    return written


def _text(text: str) -> str:
    """One line of a listing's; icalendar would write a backslash before a capital N as a line's end."""
    return clean(text, LONGEST_TEXT).replace("\\N", "\\ N")


def _identity(meeting: Meeting) -> UUID:
    """The same for the same meeting, whatever characters its site's key is made of."""
    name = f"{meeting.source_id} {meeting.key}".encode("utf-8", "backslashreplace").decode()
    return uuid5(NAMESPACE_URL, name)


def _when(day: date, hour: time | None) -> Iterator[tuple[str, date]]:
    """A day where no hour is known; listings give no end, so none is made up."""
    if hour:
        yield "dtstart", datetime.combine(day, hour, LONDON)
    else:
        yield "dtstart", day
        yield "dtend", day + timedelta(days=1)


def _summary(ahead: Ahead) -> str:
    """Whose day it is, then what happens: a calendar of many bodies shows nothing else."""
    meeting, names = ahead.meeting, list[str]()
    title = without_day(meeting.title, meeting.starts_on)
    for name in (ahead.body_name, meeting.body_name, title):
        if name and not any(_words(name) in _words(said) for said in names):
            names.append(name)
    what = ": ".join(names) or "Meeting"
    return f"Moved: {what}" if meeting.status is MeetingStatus.MOVED else what


def _words(name: str) -> str:
    """Whole words between blanks, so that a short name is not found inside of another's word."""
    return f" {' '.join(name.casefold().split())} "
