"""Feeds as the programs that follow them read them, by parsers that are not ours."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import feedparser
import lxml.html
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.feed import atom
from pipeline.model import First
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
