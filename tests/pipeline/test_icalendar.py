"""Calendars as the programs that follow them read them, by a parser that is not ours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar as other
from hypothesis import example, given, settings

from pipeline.meetings.icalendar import Event, icalendar
from pipeline.model import Ahead, Meeting, MeetingStatus
from pipeline.text.canonical import shown
from tests.alerts.test_render import SENT_AT, nasty

LONDON = ZoneInfo("Europe/London")


def unfolded(content: bytes) -> list[tuple[str, str]]:
    """A strict reader of RFC 5545 lines: (name with parameters, value), blocks closed as they were opened."""
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in physical)
    lines: list[bytes] = []
    for line in physical:
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    pairs = [tuple(line.decode().split(":", 1)) for line in lines]
    blocks: list[str] = []
    for name, value in pairs:
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Za-z0-9/+-]+)*", name)
        if name == "BEGIN":
            blocks.append(value)
        if name == "END":
            assert blocks.pop() == value
    assert blocks == []
    return pairs


def meeting(**changes) -> Meeting:
    values = {
        "source_id": "vale",
        "key": "m1",
        "body_name": "Board",
        "title": "",
        "starts_on": date(2026, 11, 26),
    }
    return Meeting(**values | changes)


def calendar(meetings, *, name="n", stamped_at=SENT_AT, changes=None) -> bytes:
    return icalendar(
        [
            Event(
                ahead=Ahead(body_name="Vale Council", meeting=each), sequence=(changes or {}).get(each.key, 0)
            )
            for each in meetings
        ],
        name=name,
        domain="watch.example.org",
        stamped_at=stamped_at,
    )


def test_the_calendar_says_when_and_where():
    made = calendar(
        [
            meeting(
                starts_at=time(13, 30),
                title="Board; in public, part 1",
                place="Town Hall",
                url="https://v.example/m",
            ),
            meeting(key="m2", status=MeetingStatus.CANCELLED),
            meeting(key="m3", starts_on=None),
            meeting(key="m4", starts_on=date(2026, 12, 31), status=MeetingStatus.MOVED),
            meeting(key="m4", title="twice"),
        ],
        name="Meetings ahead",
        stamped_at=SENT_AT,
        changes={"m2": 3},
    )
    pairs = unfolded(made)
    events = "\n".join(f"{name}:{value}" for name, value in pairs).split("BEGIN:VEVENT\n")[1:]
    assert len(events) == 3
    one, cancelled, moved = events
    assert "DTSTART;TZID=Europe/London:20261126T133000" in one
    assert "SUMMARY:Vale Council: Board: Board\\; in public\\, part 1" in one
    assert "LOCATION:Town Hall" in one
    assert "URL:https://v.example/m" in one
    assert "STATUS:CONFIRMED" in one
    assert "DTSTAMP:20261123T060000Z" in one
    assert "STATUS:CANCELLED" in cancelled
    assert "SEQUENCE:3" in cancelled
    assert "DTSTART;VALUE=DATE:20261126" in cancelled
    assert "SUMMARY:Moved: Vale Council: Board" in moved
    assert "DTEND;VALUE=DATE:20270101" in moved
    uids = [value for name, value in pairs if name == "UID"]
    assert len(set(uids)) == 3
    later = unfolded(calendar([meeting(title="New title")], stamped_at=SENT_AT.replace(year=2027)))
    assert ("UID", uids[0]) in later


@given(nasty, nasty)
def test_no_text_breaks_the_calendar(one, other):
    bad = meeting(
        source_id=one, key=other, body_name=one, title=other, place=one, url=f"https://{other}/{one}"
    )
    pairs = unfolded(calendar([bad], name=other, stamped_at=SENT_AT))
    harmless = unfolded(calendar([meeting(place="here")], stamped_at=SENT_AT))
    assert [pair for pair in pairs if pair[0] == "BEGIN"] == [pair for pair in harmless if pair[0] == "BEGIN"]


def read(content: bytes):
    """Raises ValueError where a line, a value or a parameter is not as RFC 5545 has it."""
    calendar = other.Calendar.from_ical(content)
    assert calendar.errors == []
    for event in calendar.events:
        assert event.errors == []
    return calendar


def test_another_parser_reads_every_kind_of_event():
    meetings = [
        meeting(key="summer", starts_on=date(2026, 7, 9), starts_at=time(18, 0), place="Town Hall, Vale"),
        meeting(key="winter", starts_on=date(2026, 12, 3), starts_at=time(9, 30)),
        meeting(key="day", title="Consultation closes; Ŵyth € 😀 " + "long, " * 40),
        meeting(key="off", status=MeetingStatus.CANCELLED),
        meeting(key="gone", status=MeetingStatus.WITHDRAWN),
        meeting(key="moved", status=MeetingStatus.MOVED, starts_at=time(10, 0)),
    ]
    made = calendar(meetings, name="Vale, ahead", stamped_at=SENT_AT, changes={"off": 2})
    seen = read(made)
    assert seen["VERSION"] == "2.0"
    assert seen["PRODID"]
    assert str(seen["NAME"]) == "Vale\\, ahead"  # newer than what this parser unescapes
    assert "METHOD" not in seen
    summer, winter, day, off, gone, moved = seen.events
    assert summer.decoded("DTSTART").astimezone(UTC) == datetime(2026, 7, 9, 17, tzinfo=UTC)
    assert winter.decoded("DTSTART").astimezone(UTC) == datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    assert summer["LOCATION"] == "Town Hall, Vale"
    assert day.decoded("DTSTART") == date(2026, 11, 26)
    assert day["DTSTART"].params["VALUE"] == "DATE"
    assert day.decoded("DTEND") == date(2026, 11, 27)
    assert day["SUMMARY"].startswith("Vale Council: Board: Consultation closes; Ŵyth € 😀 long, long, ")
    assert [event["STATUS"] for event in (winter, off, gone, moved)] == [
        "CONFIRMED", "CANCELLED", "CANCELLED", "TENTATIVE"
    ]  # fmt: skip
    assert (winter["SEQUENCE"], off["SEQUENCE"]) == (0, 2)
    assert all(event.decoded("DTSTAMP") == SENT_AT for event in seen.events)
    assert len({event["UID"] for event in seen.events}) == len(meetings)


def test_its_own_time_zone_is_that_of_the_clocks():
    """Clients use the rules in the file and not a zone of the same name that they may know."""
    (zone,) = read(calendar([])).timezones
    rules = zone.to_tz(other.timezone.tzp, lookup_tzid=False)
    hour = datetime(2026, 1, 1)  # noqa: DTZ001 - the clock on the wall
    while hour.year < 2032:
        assert hour.replace(tzinfo=rules).utcoffset() == hour.replace(tzinfo=LONDON).utcoffset(), hour
        hour += timedelta(hours=7)


def test_a_meeting_keeps_its_uid_through_all_that_changes():
    changed = meeting(
        title="Board in public", starts_on=date(2027, 1, 5), starts_at=time(14, 0), place="Elsewhere",
        status=MeetingStatus.CANCELLED, url="https://v.example/other", body_name="The Board",
    )  # fmt: skip
    before = read(calendar([meeting()])).events[0]
    after = read(calendar([changed], changes={"m1": 1})).events[0]
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


@settings(max_examples=50, deadline=None)
@given(nasty, nasty)
@example("C:\\New", "\\N")
def test_the_other_parser_reads_back_what_was_written(one, two):
    made = calendar(
        [meeting(key="a", title=one, place=two), meeting(key="b", title=two, starts_at=time(9, 0))],
        name=one,
        stamped_at=SENT_AT,
    )
    first, second = read(made).events
    for written, event, name in ((two, first, "LOCATION"), (one, first, "SUMMARY"), (two, second, "SUMMARY")):
        letters = "".join(filter(str.isalnum, shown(written[:100])))
        assert letters in "".join(filter(str.isalnum, str(event.get(name, ""))))


def test_a_note_is_the_description_of_its_event():
    event = Event(ahead=Ahead(body_name="Vale", meeting=meeting()), note="Papers: 2 mentions")
    made = icalendar([event], name="n", domain="watch.example.org", stamped_at=SENT_AT)
    assert read(made).events[0]["DESCRIPTION"] == "Papers: 2 mentions"
