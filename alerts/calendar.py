"""Meetings ahead as a calendar (RFC 5545) that a client can subscribe to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from alerts import links, words
from pipeline.model import MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alerts.config import AlertConfig
    from pipeline.model import Meeting

_LINE = 75  # octets, without the line end

_STATUS = {
    MeetingStatus.SCHEDULED: "CONFIRMED",
    MeetingStatus.MOVED: "TENTATIVE",
    MeetingStatus.CANCELLED: "CANCELLED",
    MeetingStatus.WITHDRAWN: "CANCELLED",
}

# The rules in force since 1996: all that a calendar of meetings ahead needs.
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


def icalendar(
    meetings: Iterable[Meeting],
    settings: AlertConfig,
    *,
    name: str,
    stamped_at: datetime,
    changes: Mapping[tuple[str, str], int] | None = None,
) -> bytes:
    """The calendar as a client wants it; a meeting without a date stands in none.

    `changes` is how often each meeting (source id, key) has changed so far: its SEQUENCE.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Paperwatch//Meetings ahead//EN", "METHOD:PUBLISH"]
    lines += [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}", *_LONDON]
    seen: set[tuple[str, str]] = set()
    for meeting in meetings:
        identity = meeting.source_id, meeting.key
        if meeting.starts_on and identity not in seen:  # a UID may stand once
            seen.add(identity)
            lines += _event(meeting, settings, stamped_at, (changes or {}).get(identity, 0))
    lines.append("END:VCALENDAR")
    return b"".join(folded for line in lines for folded in _folded(line))


def _event(meeting: Meeting, settings: AlertConfig, stamped_at: datetime, sequence: int) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_identity(meeting)}@{settings.domain}",
        f"DTSTAMP:{stamped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{sequence}",
        *_when(meeting),
        f"SUMMARY:{_text(_summary(meeting))}",
        f"STATUS:{_STATUS[meeting.status]}",
        "TRANSP:TRANSPARENT",  # knowing of a meeting takes up nobody's day
    ]
    if meeting.place:
        lines.append(f"LOCATION:{_text(meeting.place)}")
    if url := links.safe(meeting.url):
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


def _summary(meeting: Meeting) -> str:
    title, body = words.clean(meeting.title), words.clean(meeting.body_name)
    what = title if body.casefold() in title.casefold() else f"{body}: {title}" if title else body
    return f"Moved: {what}" if meeting.status is MeetingStatus.MOVED else what


def _text(value: str) -> str:
    """TEXT of RFC 5545: a backslash before what would end it; line ends are already blanks."""
    escaped = words.clean(value, 300)
    for character in ("\\", ";", ","):
        escaped = escaped.replace(character, f"\\{character}")
    return escaped


def _folded(line: str) -> Iterator[bytes]:
    """Lines of at most 75 octets, cut between characters, each but the first begun by a blank."""
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _LINE:
            yield piece + b"\r\n"
            piece = b" "
        piece += octets
    yield piece + b"\r\n"
