"""CMIS as a whole: committee pages first, month views only where they must be."""

from __future__ import annotations

from collections import deque
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.platforms import PLATFORMS, cmis
from pipeline.errors import ParseError
from pipeline.model import Capture, Document, Embedded, Fetch, Found, Listing, Meeting, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "https://cmis.westmere.example/cmis5/"
TAB = BASE + "Meetings/tabid/73"
SOURCE = Source(id="westmere", name="Westmere", kind="council", platform="cmis", url=BASE)
SINCE, UNTIL = date(2026, 11, 20), date(2027, 1, 15)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "councils" / "lgsf"


def capture(url: str, body: bytes) -> Capture:
    return Capture(
        url=url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        media_type="text/html",
        body=body,
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
    )


def walk(site: Mapping[str, str]) -> tuple[list[Found], list[str], list[str]]:
    """Follow a site as the engine does: what was found, the steps asked for, and the problems met."""
    waiting = deque(cmis.start(SOURCE, SINCE, UNTIL))
    found: list[Found] = []
    asked: list[str] = []
    problems: list[str] = []
    seen: set[tuple[str, str]] = set()
    while waiting:
        fetch = waiting.popleft()
        if (fetch.url, fetch.step) in seen:
            continue
        seen.add((fetch.url, fetch.step))
        asked.append(fetch.step)
        try:
            results = list(cmis.parse(SOURCE, fetch, capture(fetch.url, site[fetch.url].encode())))
        except (KeyError, ParseError) as problem:
            problems.append(str(problem))
            waiting.extend([fetch.otherwise] if fetch.otherwise else [])
            continue
        waiting.extend(each for each in results if isinstance(each, Fetch))
        found.extend(each for each in results if not isinstance(each, Fetch))
    return found, asked, problems


def page(inner: str) -> str:
    return f'<html><body><div class="DNNModuleContent ModCMISMeetingsC">{inner}</div></body></html>'


def meeting_url(number: int, *, tab: str = "") -> str:
    return f"{TAB}/ctl/ViewMeetingPublic/mid/410/Meeting/{number}/Committee/38/{tab}Default.aspx"


def details(number: int) -> str:
    return f"{BASE}Committees/tabid/62/ctl/ViewCMIS_CommitteeDetails/mid/381/id/{number}/Default.aspx"


def month_url(day: str) -> str:
    return f"{TAB}/ctl/MeetingCalendarPublicNoJava/mid/410/Date/{day}/Default.aspx"


def month(day: str, links: str) -> str:
    return page(
        f'<table><tr class="rgRow"><td class="SimpleCalendarDate">{day}</td><td>{links}</td></tr></table>'
    )


COMMITTEES = {
    BASE + "Committees.aspx": page(f'<a href="{details(38)}">Health Scrutiny Committee</a>'),
    details(38): page(
        f'<ul><li><a href="{meeting_url(1)}">8 Dec 2026 - 14:00</a> Scheduled</li>'
        f'<li><a href="{meeting_url(2)}">6 Oct 2026 - 14:00</a> Occurred</li></ul>'
    ),
}
MEETING = {
    meeting_url(1, tab="SelectedTab/Documents/"): page(
        '<div class="DNNLabel"><label>Date/Time:</label></div><div class="Value">8 Dec 2026 - 14:00</div>'
        '<ul class="CmisDocumentList"><li class="DocumentListItem"><a class="TitleLink" '
        'href="/CMIS5/Document.ashx?secret">Agenda Contents</a><span class="FileSize">(50Kb)</span></li></ul>'
    ),
}
CALENDAR = {
    BASE + "Meetings.aspx": page('<input name="dnn$ctr410$MeetingCalendarPublicList$btnButtonListView">'),
    BASE + "Meetings.aspx?ctl=MeetingCalendarListView&mid=410": page(
        f'<a href="{meeting_url(9)}">19 Nov 2026 14:00 - Planning Committee</a>'
    ),
    month_url("2026-11-01"): month("Monday, 30 November", ""),
    month_url("2026-12-01"): month(
        "Tuesday, 8 December", f'<p><a href="{meeting_url(1)}">14:00 Health Scrutiny Committee</a></p>'
    ),
    month_url("2027-01-01"): month("Tuesday, 5 January", ""),
}
CHEAP = ["committees", "committee", "meeting"]
DEAR = ["calendar", "list view", "month", "month", "month", "meeting"]


def read(found: list[Found]) -> tuple[list[Meeting], list[Document], set[str]]:
    meetings = [each for each in found if isinstance(each, Meeting)]
    papers = [each for each in found if isinstance(each, Document)]
    return meetings, papers, {each.key for each in found if isinstance(each, Listing)}


def test_a_committees_own_page_is_all_that_is_asked_for():
    found, asked, problems = walk(COMMITTEES | MEETING | CALENDAR)
    [meeting], [paper], listings = read(found)
    assert asked == CHEAP
    assert not problems
    assert (meeting.key, meeting.starts_on) == ("meeting/1", date(2026, 12, 8))
    assert (paper.key, paper.url) == (
        "meeting/1/agenda-contents",
        "https://cmis.westmere.example/CMIS5/Document.ashx?secret",
    )
    assert listings == {"committee/38", "documents/1"}


def test_month_views_are_read_where_a_committee_page_names_no_meeting():
    found, asked, problems = walk(
        COMMITTEES | {details(38): page("Active: 06 May 2022 - onwards")} | MEETING | CALENDAR
    )
    assert not problems
    assert sorted(asked) == sorted([*CHEAP[:2], *DEAR])
    assert read(found)[:2] == read(walk(COMMITTEES | MEETING)[0])[:2]


def test_month_views_are_read_once_however_many_committees_name_no_meeting():
    two = f'<a href="{details(38)}">Health Scrutiny Committee</a><a href="{details(41)}">Joint HOSC</a>'
    empty = page("Active: 06 May 2022 - onwards")
    site = COMMITTEES | {BASE + "Committees.aspx": page(two), details(38): empty, details(41): empty}
    found, asked, problems = walk(site | MEETING | CALENDAR)
    assert not problems
    assert sorted(asked) == sorted(["committees", "committee", "committee", *DEAR])
    assert [each.key for each in read(found)[0]] == ["meeting/1"]


def test_month_views_are_read_where_there_is_no_list_of_committees():
    found, asked, problems = walk(MEETING | CALENDAR)
    [meeting], [paper], listings = read(found)
    assert len(problems) == 1
    assert sorted(asked) == sorted(["committees", *DEAR])
    assert (meeting.body_name, paper.key) == ("Health Scrutiny Committee", "meeting/1/agenda-contents")
    assert listings == {"documents/1"}, "a calendar read by names cannot say what a committee no longer lists"


def test_a_meeting_whose_papers_cannot_be_read_is_still_said_to_be_listed():
    found, _, problems = walk(COMMITTEES | {meeting_url(1): page("Meeting")})
    [meeting], papers, listings = read(found)
    assert len(problems) == 1
    assert (meeting.key, papers, listings) == ("meeting/1", [], {"committee/38"})


def meeting_page(*titles, item=""):
    papers = "".join(
        f'<li class="DocumentListItem"><a class="TitleLink" href="/Document.ashx?s={n}">{title}</a></li>'
        for n, title in enumerate(titles)
    )
    return page(
        '<div class="DNNLabel"><label>Date/Time:</label></div><div class="Value">8 Dec 2026 - 14:00</div>'
        f'<ul class="CmisDocumentList">{papers}</ul>{item}'
    )


def keys_of(*titles):
    site = COMMITTEES | {meeting_url(1, tab="SelectedTab/Documents/"): meeting_page(*titles)}
    return [paper.key for paper in read(walk(site)[0])[1]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Draft Minutes", "Minutes"),
        ("Minutes (Draft)", "Minutes"),
        ("Unconfirmed minutes of the meeting", "Minutes of the meeting - approved"),
        ("Agenda and reports", "Revised Agenda and reports"),
        ("Winter plan v1", "Winter plan v2.1"),
        ("Winter plan (to follow)", "Winter plan [updated, final]"),
    ],
)
def test_a_draft_that_becomes_final_is_one_paper(before, after):
    assert keys_of(before) == keys_of(after)


@pytest.mark.parametrize(
    "titles", [("Final accounts", "Draft budget"), ("Draft", "Final"), ("Minutes", "Agenda")]
)
def test_other_papers_stay_others(titles):
    assert len(set(keys_of(*titles))) == len(titles)
    assert keys_of("Draft minutes", "Minutes") == ["meeting/1/minutes", "meeting/1/minutes/2"]


def test_the_size_of_a_file_is_no_part_of_the_agenda():
    def agenda(size):
        url = f"{BASE}Committees/ctl/ViewCMIS_DecisionDetails/mid/1/Id/7/Default.aspx"
        said = f'<a href="{url}">Winter plan</a> To note the plan. Report ({size}), Appendix PDF {size}'
        item = f'<ul><li>{said}<span class="FileSize">{size}</span></li></ul>'
        site = COMMITTEES | {meeting_url(1, tab="SelectedTab/Documents/"): meeting_page("Agenda", item=item)}
        [text] = [each for each in walk(site)[0] if isinstance(each, Embedded)]
        return text.body

    assert b"To note the plan." in agenda("120 Kb")
    assert agenda("120 Kb") == agenda("1.3MB")


def test_options_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="not a regular expression"):
        cmis.Options(committees=("(",))
    assert PLATFORMS["cmis"] is cmis


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
def test_real_answers_of_one_council():
    base = "https://birmingham.cmis.uk.com/birmingham/"
    window = {"since": "2026-06-01", "until": "2026-08-31"}
    source = Source(
        id="birmingham",
        name="Birmingham",
        kind="council",
        platform="cmis",
        url=base,
        options={"committees": ["all"]},
    )

    def parse(name: str, fetch: Fetch) -> list[Found]:
        return list(cmis.parse(source, fetch, capture(fetch.url, (SAMPLES / name).read_bytes())))

    [list_view] = parse("cmis_base.html", Fetch(url=base + "Meetings.aspx", step="calendar", context=window))
    assert isinstance(list_view, Fetch)
    assert list_view.url == base + "Meetings.aspx?ctl=MeetingCalendarListView&mid=397"
    [june] = parse("cmis_listview.html", list_view)
    assert isinstance(june, Fetch)
    assert (
        june.url
        == base + "Meetings/tabid/70/ctl/MeetingCalendarPublicNoJava/mid/397/Date/2026-06-01/Default.aspx"
    )
    *meetings, july = parse("cmis_calendar_month.html", june)
    assert [(each.context["meeting"], each.context["date"], each.context["time"]) for each in meetings] == [
        ("15028", "2026-06-08", "10:00:00"),
        ("15029", "2026-06-09", "10:00:00"),
        ("15030", "2026-06-09", "12:00:00"),
        ("15099", "2026-06-30", "14:00:00"),
    ]
    assert july.step == "month"
    found = parse("cmis_meeting_summary.html", meetings[0])
    [meeting], [paper], _ = read(found)
    assert (meeting.starts_on, meeting.place) == (date(2026, 8, 3), "On-line meeting")
    assert paper.title == "Minutes of the previous meeting"
    assert len(read(parse("cmis_detail_with_minutes.html", meetings[0]))[1]) == 2
    assert len(read(parse("cmis_detail_no_minutes.html", meetings[0]))[1]) == 1
