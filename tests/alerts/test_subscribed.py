"""Feeds and calendars as the programs that follow them read them, by parsers that are not ours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import feedparser
import icalendar as other
import lxml.html
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.feed import atom
from pipeline.meetings.icalendar import Event, icalendar
from pipeline.model import Ahead, First, Meeting, MeetingStatus
from pipeline.text.canonical import shown
from tests.alerts.test_render import PLAIN, SENT_AT, SERVED, entry, nasty, place

LONDON = ZoneInfo("Europe/London")
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_read_by_another_reader():
    entries = [
        entry(
            snippet="A <b>word</b> & more",
            marks=((5, 9),),
            firsts=(First(body_name="Vale Council"),),
            places=(place(), place(page=4)),
        ),
        entry(snippet="Another word.", marks=(), places=(place(title="\x00<x>", url="javascript:x"),)),
    ]
    made = atom(
        entries, SERVED, title="All concepts", url="https://watch.example.org/feed/tok", updated=SENT_AT
    )
    feed = feedparser.parse(made)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "All concepts"
    assert feed.feed.updated == "2026-11-21T05:12:00Z"
    one, other = feed.entries
    assert one.id != other.id
    assert one.id.startswith("urn:uuid:")
    assert one.title == "a concept: Vale Council, A paper, page 3 of 9"
    assert one.link == f"https://watch.example.org/papers/1/pages/3?version={'ab' * 6}"
    whole = f"https://watch.example.org/papers/1?version={'ab' * 32}"
    assert f'<a href="{whole}">SHA-256 {"ab" * 6}</a>' in one.content[0].value
    assert "First mention by Vale Council" in one.content[0].value
    said_again = one.content[0].value.partition("Also in 1 other place:")[2]
    assert f'<a href="https://watch.example.org/papers/1/pages/4?version={"ab" * 6}">' in said_again
    assert "<script" not in one.content[0].value
    assert other.title == "a concept: Vale Council, <x>, page 3 of 9"


def test_every_number_of_a_feed_leads_to_what_it_counts():
    many = entry(
        snippet="A word here.",
        marks=((2, 6),),
        places=tuple(place(page=n, pages=99, more=3) for n in range(1, 32)),
    )
    made = atom([many], SERVED, title="t", url="https://watch.example.org/f", updated=SENT_AT)
    (told,) = feedparser.parse(made).entries
    links = {
        link.text_content(): link.get("href")
        for link in lxml.html.fromstring(told.content[0].value).iter("a")
    }
    find = "And 3 more mentions in this paper: find all “word”"
    assert links[find] == "https://watch.example.org/papers/1/find?q=%22word%22"
    assert links["all 30 other places"] == "https://watch.example.org/search?q=%22word+here.%22"
    assert told.content[0].value.count("<li>") == 21


def test_feed_ids_stay_and_stand_once():
    def ids(*entries):
        made = atom(entries, PLAIN, title="t", url="https://watch.example.org/f", updated=SENT_AT)
        return [one.id for one in feedparser.parse(made).entries]

    again = entry(places=(place(hit_id=99, captured_at=SENT_AT),), snippet="A  word\nhere.")
    assert ids(entry()) == ids(again)  # read again by a better extractor: still the same mention
    assert len(ids(entry(), again)) == 1
    assert ids(entry()) != ids(entry(concept_id="d"))


def test_an_empty_feed_is_a_feed():
    made = atom([], PLAIN, title="t", url="https://watch.example.org/f", updated=SENT_AT)
    feed = feedparser.parse(made)
    assert not feed.bozo
    assert feed.feed.updated == "2026-11-23T06:00:00Z"


@given(nasty, nasty)
def test_no_text_breaks_the_feed(one, other):
    made = atom(
        [entry(concept_label=one, snippet=other, places=(place(title=one, body_name=other, url=one),))],
        SERVED,
        title=other,
        url="https://watch.example.org/f",
        updated=SENT_AT,
    )
    feed = feedparser.parse(made)
    assert not feed.bozo
    assert len(feed.entries) == 1


INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # of RFC 3339


def check_atom(content: bytes) -> None:
    """What RFC 4287 asks of every feed, read from its text and from no model of ours."""
    assert content.startswith(b"<?xml")
    feed = ET.fromstring(content)
    assert feed.tag == f"{ATOM}feed"

    def one(parent, name):
        (found,) = parent.findall(f"{ATOM}{name}")
        return found

    def check_common(element):
        assert urlsplit(one(element, "id").text).scheme  # an IRI, never a relative one
        assert one(element, "title").text
        assert one(element, "title").get("type", "text") == "text"
        assert INSTANT.fullmatch(one(element, "updated").text)
        for link in element.findall(f"{ATOM}link"):
            assert urlsplit(link.attrib["href"]).scheme in {"http", "https", "urn"}
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(set(links)) == len(links)

    check_common(feed)
    assert one(one(feed, "author"), "name").text  # stands for every entry that names no author
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self"]
    entries = feed.findall(f"{ATOM}entry")
    for element in entries:
        check_common(element)
        # An entry without a link to read on must have content.
        assert one(element, "content").get("type") == "html"
        assert one(element, "content").text
        assert {category.get("term") for category in element.findall(f"{ATOM}category")} != {None}
    ids = [one(element, "id").text for element in (feed, *entries)]
    assert len(set(ids)) == len(ids)


@settings(max_examples=50, deadline=None)
@given(nasty, nasty, st.booleans())
def test_every_feed_has_what_the_standard_asks(one, two, served):
    entries = [
        entry(concept_label=one, snippet=two, places=(place(title=two, body_name=one, url=one, document=n),))
        for n in range(3)
    ]
    settings = SERVED if served else PLAIN
    check_atom(atom(entries, settings, title=one, url="urn:paperwatch/feeds/t.atom", updated=SENT_AT))
    check_atom(atom([], settings, title=two, url="https://watch.example.org/f", updated=SENT_AT))


# ---- the calendar, by a strict reader of our own


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


# ---- the calendar, by another parser


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
