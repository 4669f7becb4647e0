"""Days ahead as a calendar (RFC 5545) that a reader's own calendar follows: one form for mail and web."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from pipeline import addresses
from pipeline.model import Ahead, MeetingStatus
from pipeline.text.canonical import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model import Meeting

LINE = 75  # octets, without the line end
LONGEST_TEXT = 500  # characters
LONGEST_ADDRESS = 1_000  # characters: calendars cut longer ones

_STATUS = {
    MeetingStatus.SCHEDULED: "CONFIRMED",
    MeetingStatus.MOVED: "TENTATIVE",
    MeetingStatus.CANCELLED: "CANCELLED",
    MeetingStatus.WITHDRAWN: "CANCELLED",
}

# The rules in force since 1996: all that a calendar of days ahead needs.
_LONDON = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:DAYLIGHT",
    "TZNAME:BST",
    "DTSTART:19960331T010000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZNAME:GMT",
    "DTSTART:19961027T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
# Controls, surrogates and invisible marks that turn text round: no calendar wants them.
_UNSHOWABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A day ahead as its calendar tells it."""

    ahead: Ahead
    sequence: int = 0  # counts its changes
    note: str = ""


def icalendar(events: Iterable[Event], *, name: str, domain: str, stamped_at: datetime) -> bytes:
    """The calendar as a client wants it; what has no day stands in none.

    `domain` and the source's own key make an event's UID: the same in every calendar of this archive.
    """
    # No METHOD: with one, every event would have to name an organiser to answer to (RFC 5546).
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Paperwatch//Days ahead//EN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        *_LONDON,
    ]
    seen: set[tuple[str, str]] = set()
    for event in events:
        meeting = event.ahead.meeting
        identity = meeting.source_id, meeting.key
        if meeting.starts_on and identity not in seen:  # a UID may stand once
            seen.add(identity)
            lines += _event(event, domain, stamped_at)
    lines.append("END:VCALENDAR")
    return b"".join(folded for line in lines for folded in _folded(line))


def _event(event: Event, domain: str, stamped_at: datetime) -> list[str]:
    meeting = event.ahead.meeting
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_identity(meeting)}@{domain}",
        f"DTSTAMP:{stamped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{event.sequence}",
        *_when(meeting),
        f"SUMMARY:{_text(_summary(event.ahead))}",
        f"STATUS:{_STATUS[meeting.status]}",
        "TRANSP:TRANSPARENT",  # knowing of a meeting takes up nobody's day
    ]
    if event.note:
        lines.append(f"DESCRIPTION:{_text(event.note)}")
    if meeting.place:
        lines.append(f"LOCATION:{_text(meeting.place)}")
    if url := addresses.safe(meeting.url, LONGEST_ADDRESS):
        lines.append(f"URL:{url}")
    return [*lines, "END:VEVENT"]


def _identity(meeting: Meeting) -> UUID:
    """The same for the same meeting, whatever letters its site's key is made of."""
    name = f"{meeting.source_id} {meeting.key}".encode("utf-8", "backslashreplace").decode()
    return uuid5(NAMESPACE_URL, name)


def _when(meeting: Meeting) -> Iterator[str]:
    """A day where no hour is known; listings give no end, so none is made up."""
    day = meeting.starts_on
    if day is None:
        return
    if meeting.starts_at:
        yield f"DTSTART;TZID=Europe/London:{datetime.combine(day, meeting.starts_at):%Y%m%dT%H%M%S}"
    else:
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"


def _summary(ahead: Ahead) -> str:
    """Whose day it is, then what happens: a calendar of many bodies shows nothing else."""
    meeting, names = ahead.meeting, list[str]()
    for name in (ahead.body_name, meeting.body_name, meeting.title):
        if name and not any(_words(name) in _words(said) for said in names):
            names.append(name)
    what = ": ".join(names) or "Meeting"
    return f"Moved: {what}" if meeting.status is MeetingStatus.MOVED else what


def _words(name: str) -> str:
    """Whole words between blanks, so that a short name is not found inside of another's word."""
    return f" {' '.join(name.casefold().split())} "


def _text(value: str) -> str:
    """TEXT of RFC 5545: one line, a backslash before what would end it."""
    escaped = shown(_UNSHOWABLE.sub(" ", value[: 2 * LONGEST_TEXT]))[:LONGEST_TEXT]
    for character in ("\\", ";", ","):
        escaped = escaped.replace(character, f"\\{character}")
    return escaped


def _folded(line: str) -> Iterator[bytes]:
    """Lines of at most 75 octets, cut between characters, each but the first begun by a blank."""
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > LINE:
            yield piece + b"\r\n"
            piece = b" "
        piece += octets
    yield piece + b"\r\n"
