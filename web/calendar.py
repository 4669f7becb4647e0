"""Meetings ahead as a calendar (RFC 5545) that a reader's own calendar follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.model import MeetingStatus
from web import links

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.answers import MeetingRow

LOCAL = ZoneInfo("Europe/London")
LONGEST = 74  # bytes of a line, without its end
LASTS = timedelta(hours=2)  # where nobody says how long a meeting takes
LONGEST_TEXT = 500


def icalendar(meetings: Iterable[MeetingRow], *, name: str, base: str) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Paperwatch//meetings//EN",
        f"X-WR-CALNAME:{_text(name)}",
        *(line for meeting in meetings for line in _event(meeting, base)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(meeting: MeetingRow, base: str) -> Iterator[str]:
    if meeting.date is None:
        return
    seen = meeting.first_seen or datetime(2000, 1, 1, tzinfo=UTC)
    yield "BEGIN:VEVENT"
    yield f"UID:meeting-{meeting.id}@{urlsplit(base).hostname or 'paperwatch'}"
    yield f"DTSTAMP:{_instant(seen)}"
    yield f"SEQUENCE:{meeting.sequence}"
    if meeting.time:
        starts = datetime.combine(meeting.date, meeting.time, LOCAL)
        yield f"DTSTART:{_instant(starts)}"
        yield f"DTEND:{_instant(starts + LASTS)}"
    else:
        yield f"DTSTART;VALUE=DATE:{meeting.date:%Y%m%d}"
    yield "SUMMARY:" + _text(f"{meeting.source_name}: {meeting.committee or 'Meeting'}")
    if meeting.place:
        yield f"LOCATION:{_text(meeting.place)}"
    if meeting.status == MeetingStatus.CANCELLED:
        yield "STATUS:CANCELLED"
    said = f"{meeting.papers} papers published. " if meeting.papers else "No papers published yet. "
    said += f"{meeting.mentions} mentions of what we watch for. " if meeting.mentions else ""
    yield f"DESCRIPTION:{_text(said + links.absolute(base, links.body(meeting.body)))}"
    if url := links.safe(meeting.url):
        yield f"URL:{url}"
    yield "END:VEVENT"


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    shown = " ".join(text.split())[:LONGEST_TEXT]
    return shown.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """A line in pieces of whole characters, each after the first with a blank before it."""
    pieces, piece = list[bytes](), b""
    for character in line:
        encoded = character.encode("utf-8", "replace")
        if len(piece) + len(encoded) > LONGEST:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
