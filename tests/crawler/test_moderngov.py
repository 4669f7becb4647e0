"""ModernGov as a whole: the same papers by either road, and the readings its pages rest on."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms import PLATFORMS, moderngov
from crawler.platforms.shared.committees import Committee, Watched, with_known
from crawler.platforms.shared.dates import parse_date
from crawler.platforms.shared.moderngov_links import committee_id, meeting_link, paper_link
from crawler.platforms.shared.select import (
    clean_url,
    fragment,
    html_page,
    paragraphs_of,
    parse_time,
    query_of,
    text_of,
    title_of,
)
from pipeline.errors import ParseError
from pipeline.model import (
    Capture,
    Document,
    DocumentKind,
    Doubt,
    Embedded,
    Fetch,
    Found,
    Listing,
    Meeting,
    MeetingStatus,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "https://democracy.westmere.example/"
SERVICE = BASE + "mgWebService.asmx/"
SOURCE = Source(id="westmere", name="Westmere", kind="council", platform="moderngov", url=BASE)
SINCE, UNTIL = date(2026, 9, 25), date(2027, 2, 12)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "councils"


def capture(url: str, body: bytes, media_type: str = "text/html") -> Capture:
    return Capture(
        url=url,
        status=200,
        headers={"content-type": media_type},
        media_type=media_type,
        body=body,
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
    )


def walk(source: Source, site: Mapping[str, str]) -> tuple[list[Found], list[str], list[str]]:
    """Follow a site as the engine does: what was found, the steps asked for, and the problems met."""
    waiting = deque(moderngov.start(source, SINCE, UNTIL))
    found: list[Found] = []
    asked: list[str] = []
    problems: list[str] = []
    while waiting:
        fetch = waiting.popleft()
        asked.append(fetch.step)
        try:
            results = list(moderngov.parse(source, fetch, capture(fetch.url, site[fetch.url].encode())))
        except (KeyError, ParseError) as problem:
            problems.append(str(problem))
            waiting.extend([fetch.otherwise] if fetch.otherwise else [])
            continue
        waiting.extend(each for each in results if isinstance(each, Fetch))
        found.extend(each for each in results if not isinstance(each, Fetch))
    return found, asked, problems


def documents(found: list[Found]) -> dict[str, Document]:
    papers = [each for each in found if isinstance(each, Document)]
    assert len({each.key for each in papers}) == len(papers), "a paper is said twice in a run"
    return {each.key: each for each in papers}


def service() -> dict[str, str]:
    window = "&sFromDate=25/09/2026&sToDate=12/02/2027"
    meetings = (
        "<getmeetings><committee><committeemeetings>"
        "<meeting><meetingid>41</meetingid><meetingdate>10/11/2026</meetingdate>"
        "<meetingstatus>Confirmed</meetingstatus><meetingtime>6.30 pm</meetingtime></meeting>"
        "<meeting><meetingid>42</meetingid><meetingdate>12/01/2027</meetingdate>"
        "<meetingstatus>Confirmed</meetingstatus><meetingtime>6.30 pm</meetingtime></meeting>"
        "</committeemeetings></committee></getmeetings>"
    )
    linked = "".join(
        f"<linkeddoc><attachmentid>{number}</attachmentid><title>{title}</title>"
        f"<url>{BASE}mgConvert2PDF.aspx?ID={number}</url><isrestricted>{restricted}</isrestricted></linkeddoc>"
        for number, title, restricted in (
            (500, "Winter plan", "False"),
            (501, "Annex", "False"),
            (502, "Prices", "True"),
        )
    )
    item = (
        "<agendaitem><agendaitemid>9</agendaitemid><agendaitemtitle>Winter plan</agendaitemtitle>"
        "<fulldisplaynumberformat>1.</fulldisplaynumberformat>"
        "<agendatext>&lt;p&gt;To note.&lt;/p&gt;</agendatext>"
        f"<linkeddocuments>{linked}</linkeddocuments></agendaitem>"
    )
    return {
        SERVICE + "GetCommittees": "<committees><committee><committeeid>7</committeeid>"
        "<committeetitle>Health Scrutiny Committee</committeetitle></committee></committees>",
        SERVICE + "GetMeetings?lCommitteeId=7" + window: meetings,
        SERVICE + "GetMeetings?lCommitteeId=7&sFromDate=10/11/2026&sToDate=10/11/2026": meetings,
        SERVICE + "GetMeeting?lMeetingId=41": "<meeting><meetingid>41</meetingid>"
        "<meetingstatus>Confirmed</meetingstatus><meetinglocation>Town Hall</meetinglocation>"
        f"<agendaitems>{item}</agendaitems></meeting>",
        SERVICE + "GetMeeting?lMeetingId=42": "<meeting><meetingid>42</meetingid>"
        "<meetingstatus>Confirmed</meetingstatus><meetinglocation>Town Hall</meetinglocation></meeting>",
    }


def pages() -> dict[str, str]:
    def page(title: str, inner: str) -> str:
        return (
            f'<html><body><div id="modgov"><h1 class="mgMainTitleTxt">{title}</h1>{inner}</div></body></html>'
        )

    def meeting(title: str, when: str, links: str, content: str) -> str:
        return page(
            title,
            f'<h2 class="mgSubTitleTxt">Health Scrutiny Committee - {when}</h2>'
            f'<ul class="mgActionList">{links}</ul><div class="mgContent">'
            f'<p><span class="mgLabel">Venue: </span>Town Hall</p>{content}</div>',
        )

    link = (
        '<li><a class="mgMeetingTableLnk" href="ieListDocuments.aspx?CId=7&amp;MId={}&amp;Ver=4">{}</a></li>'
    )
    return {
        BASE + "mgListCommittees.aspx?bcr=1": page(
            "Committees", '<a href="mgCommitteeDetails.aspx?ID=7">Health Scrutiny Committee</a>'
        ),
        BASE + "ieListMeetings.aspx?CommitteeId=7": page(
            "Browse meetings",
            link.format(42, "12 Jan 2027&nbsp;6&#58;30 pm") + link.format(41, "10 Nov 2026&nbsp;6&#58;30 pm"),
        ),
        BASE + "ieListDocuments.aspx?CId=7&MId=41&Ver=4": meeting(
            "Agenda",
            "Tuesday 10 November 2026 6.30 pm",
            '<li><a href="documents/g41/Public reports pack.pdf?T=10">Agenda reports pack</a></li>'
            '<li><a href="mgChooseDocPack.aspx?ID=41&amp;SID=3">To follow</a></li>',
            '<table class="mgItemTable"><tr><td class="mgItemNumberCell"><a name="AI9"></a>1.</td><td>'
            '<p class="mgAiTitleTxt"><a href="documents/s500/Winter plan.pdf">Winter plan</a></p>'
            '<div class="mgWordPara"><p>To note.</p></div>'
            '<ul class="mgBulletList"><li><a href="documents/s501/Annex.pdf">Annex</a></li></ul>'
            "</td></tr></table>",
        ),
        BASE + "ieListDocuments.aspx?CId=7&MId=42&Ver=4": meeting(
            "Meeting",
            "Tuesday 12 January 2027 6.30 pm",
            "",
            "<p>No documents are available for this meeting</p>",
        ),
        BASE + "mgChooseDocPack.aspx?ID=41&SID=3": page(
            "Packs", '<a href="documents/b3/Supplement.pdf?T=9">Open</a>'
        ),
    }


PACKS = {"agenda/41/10", "b/3"}
REPORTS = {"attachment/500", "attachment/501"}


def embedded(found: list[Found]) -> dict[str, bytes]:
    return {each.document.key: each.body for each in found if isinstance(each, Embedded)}


def meetings(found: list[Found]) -> list[Meeting]:
    return sorted((each for each in found if isinstance(each, Meeting)), key=lambda each: each.key)


def test_with_both_roads_open_every_paper_is_said_once_under_its_public_address():
    found, asked, problems = walk(SOURCE, service() | pages())
    papers = documents(found)
    assert not problems
    assert set(papers) == PACKS | REPORTS | {"attachment/502"}
    assert papers["attachment/500"].url == BASE + "documents/s500/Winter%20plan.pdf"
    assert papers["attachment/502"].restricted
    assert [each.key for each in meetings(found)] == ["meeting/41", "meeting/42"]
    assert sorted(asked) == sorted(
        ["GetCommittees", "GetMeetings", "meeting page", "meeting page", "GetMeeting", "pack page"]
    )


def test_where_the_pages_are_refused_the_service_gives_all_it_knows():
    found, _, problems = walk(SOURCE, service())
    assert set(documents(found)) == REPORTS | {"attachment/502"}
    assert meetings(found) == meetings(walk(SOURCE, service() | pages())[0])
    assert [problem for problem in problems if "ieListDocuments" in problem]
    assert not [each for each in found if isinstance(each, Listing) and each.key.startswith("page/")]


def test_where_the_service_is_off_the_pages_give_the_same_meetings_papers_and_text():
    found, _, problems = walk(SOURCE, pages())
    both = walk(SOURCE, service() | pages())[0]
    assert set(documents(found)) == PACKS | REPORTS
    assert documents(found).items() <= documents(both).items()
    assert meetings(found) == meetings(both)
    assert embedded(found) == embedded(both) == embedded(walk(SOURCE, service())[0])
    assert problems


@pytest.mark.parametrize(("road", "steps"), [("service", "Get"), ("html", "page")])
def test_a_road_that_a_line_asks_for_is_kept_to(road: str, steps: str):
    source = replace(SOURCE, options={"road": road})
    found, asked, problems = walk(source, service() | pages())
    assert not problems
    assert all(steps in step for step in asked)
    assert set(documents(found)) >= REPORTS


def test_a_meeting_nobody_can_show_is_still_said_to_be_listed():
    site = service() | pages()
    del site[SERVICE + "GetMeeting?lMeetingId=41"]
    del site[BASE + "ieListDocuments.aspx?CId=7&MId=41&Ver=4"]
    found, _, problems = walk(SOURCE, site)
    assert len(problems) == 2
    assert [each.key for each in meetings(found)] == ["meeting/41", "meeting/42"]
    assert {each.key for each in found if isinstance(each, Listing)} == {"committee/7", "page/42"}


def test_committees_that_had_the_meetings_of_the_window_are_hints():
    line = Source(
        id="a",
        name="A",
        kind="council",
        platform="moderngov",
        url="https://a.example/",
        options={"ids": (7,)},
    )
    known = with_known(line, ["committee/12", "committee/7", "meeting/9", "committee/abc", ""])
    assert known.options == {"ids": (7, 12)}
    assert with_known(line, ["meeting/9"]) is line
    listed = [Committee(id="12", name="Health Scrutiny", active=False), Committee(id="13", name="Planning")]
    choice = moderngov.Options(**known.options).choose(listed)
    assert [each.id for each in choice.watched] == ["12"]
    assert choice.doubts == ("7 is no longer listed", "12 has expired (Health Scrutiny)")


def test_a_hint_that_no_longer_fits_is_a_doubt_while_the_rest_is_read():
    source = replace(SOURCE, options={"ids": [99]})
    found, _, problems = walk(source, service() | pages())
    assert problems == []
    assert [each.what for each in found if isinstance(each, Doubt)] == [
        "watched committee 99 is no longer listed"
    ]
    assert set(documents(found)) >= PACKS | REPORTS


@pytest.mark.parametrize(
    ("name", "watched"),
    [
        ("Health Scrutiny Committee", True),
        ("HEALTH AND ADULT SOCIAL CARE SELECT COMMITTEE", True),
        ("Scrutiny Panel (Health)", True),
        ("Adults and Health Select Commission", True),
        ("Health Policy & Accountability Committee", True),
        ("West Yorkshire JHOSC", True),
        ("Health and Wellbeing Board", True),
        ("Health and Well-being Board", True),
        ("Wellbeing for Life Board", True),
        ("Caring Sub-Committee", True),
        ("Healthier Communities Select Committee", True),
        ("People Committee", True),
        ("Adults and Health Committee", True),
        ("Integrated Care Partnership", True),
        ("Place Partnership Board", True),
        ("Joint Commissioning Committee", True),
        ("Health and Safety Board", False),
        ("Health & Safety Scrutiny Group", False),
        ("Children and Young People Committee", False),
        ("Place Committee", False),
        ("Planning Committee", False),
        ("Hoschild Trust", False),
    ],
)
def test_which_names_are_watched(name: str, *, watched: bool):
    choice = Watched().choose([Committee(id="1", name=name)])
    assert bool(choice.watched) is watched


@pytest.mark.parametrize(
    "options", [{"road": "both"}, {"committees": ("(",)}, {"joint": "hill", "committees": ("health",)}]
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]):
    with pytest.raises(ValueError):
        moderngov.Options(**options)


@pytest.mark.parametrize(
    ("href", "key", "kind"),
    [
        ("documents/s500/Plan.pdf", "attachment/500", DocumentKind.REPORT),
        ("/(S(abc))/documents/s500/Plan.pdf", "attachment/500", DocumentKind.REPORT),
        ("mgConvert2PDF.aspx?ID=500", "attachment/500", DocumentKind.REPORT),
        ("MGCONVERT2PDF.ASPX?id=500", "attachment/500", DocumentKind.REPORT),
        ("documents/g41/Agenda frontsheet.pdf?T=0", "agenda/41/0", DocumentKind.AGENDA),
        ("documents/g41/Anything.pdf?t=1", "agenda/41/1", DocumentKind.MINUTES),
        ("documents/g41/Decisions.pdf?T=2", "agenda/41/2", DocumentKind.OTHER),
        ("documents/g41/Public reports pack.pdf?T=10", "agenda/41/10", DocumentKind.PACK),
        ("documents/g41/Public reports pack.pdf", "agenda/41/10", DocumentKind.PACK),
        ("documents/b3/Supplement.pdf?T=9", "b/3", DocumentKind.PACK),
    ],
)
def test_what_a_link_is(href: str, key: str, kind: DocumentKind):
    link = paper_link(clean_url(href, base=BASE))
    assert link is not None
    assert (link.key, link.kind) == (key, kind)


@pytest.mark.parametrize(
    "href",
    [
        "mgMeetingAttendance.aspx?ID=41",
        "ieListDocuments.aspx?MId=41",
        "mgConvert2PDF.aspx",
        "https://x.example/",
    ],
)
def test_what_is_no_paper(href: str):
    assert paper_link(clean_url(href, base=BASE)) is None


@pytest.mark.parametrize(
    ("href", "number"),
    [
        ("ieListDocuments.aspx?CId=7&MId=41&Ver=4", "41"),
        ("ielistdocuments.aspx?MID=41#AI9", "41"),
        ("ieListDocuments.aspx?MeetingId=41", "41"),
        ("CeListDocuments.aspx?MID=41&RD=Agenda&DF=01%2F10%2F2010", "legacy-41"),
        ("ieListDocuments.aspx", None),
        ("mgAi.aspx?MId=41", None),
    ],
)
def test_which_meeting_a_link_leads_to(href: str, number: str | None):
    link = meeting_link(clean_url(href, base=BASE))
    assert (link.id if link else None) == number


@pytest.mark.parametrize(
    ("href", "number"),
    [
        ("mgCommitteeDetails.aspx?ID=7", "7"),
        ("ieListMeetings.aspx?CommitteeId=7", "7"),
        ("ieListMeetings.aspx?cid=7&Year=0", "7"),
        ("ieListMeetings.aspx?CId=7&info=1&MD=Constitution", ""),
        ("ieListMeetings.aspx?Act=earlier&CId=7&D=202601011930", ""),
        ("mgOutsideBodyDetails.aspx?ID=7", ""),
        ("mgCommitteeDetails.aspx?ID=seven", ""),
    ],
)
def test_which_committee_a_link_leads_to(href: str, number: str):
    assert committee_id(clean_url(href, base=BASE)) == number


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("15 Jan 2026\u00a07:30 pm", date(2026, 1, 15), time(19, 30)),
        ("Monday, 21st December, 2015 11.00 am", date(2015, 12, 21), time(11)),
        ("Wednesday 26 November 2025 6.30pm, NEW", date(2025, 11, 26), time(18, 30)),
        ("3 Aug 2026 - 10:00", date(2026, 8, 3), time(10)),
        ("13/01/2026", date(2026, 1, 13), None),
        ("18-Nov-2025 19.30", date(2025, 11, 18), time(19, 30)),
        ("2026-11-05", date(2026, 11, 5), None),
        ("Thursday, 5th of March 2026 at 12 noon", date(2026, 3, 5), time(12)),
        ("1 Sept 2026 2pm", date(2026, 9, 1), time(14)),
        ("1 May 2026 12.15 am", date(2026, 5, 1), time(0, 15)),
        ("1 May 2026 13 pm", date(2026, 5, 1), None),
        ("1 May 2026 25:10 then 9.05", date(2026, 5, 1), time(9, 5)),
        ("30 February 2026 10.00 am", None, time(10)),
        ("31/06/2026", None, None),
        ("1 May 1066", None, None),
        ("10:00 Committee 3", None, time(10)),
        ("to be arranged", None, None),
    ],
)
def test_dates_and_times(text: str, day: date | None, at: time | None):
    assert (parse_date(text), parse_time(text)) == (day, at)


@given(st.text(max_size=80))
def test_reading_words_never_fails(text: str):
    parse_date(text)
    parse_time(text)
    assert title_of(text) == " ".join(title_of(text).split())
    url = clean_url(text, base=BASE)
    assert not url or url.startswith(("http://", "https://"))
    assert clean_url(url, base=BASE) == url
    query_of(url)


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Winter plan PDF 161 KB", "Winter plan"),
        ("Winter plan (2Mb)", "Winter plan"),
        ("Plan [DOCX, 1.2 MB]", "Plan"),
        ("Members&amp;#39; questions", "Members' questions"),
        ("<b>Winter</b> plan", "Winter plan"),
        ("Work programme 2026", "Work programme 2026"),
    ],
)
def test_titles(raw: str, title: str):
    assert title_of(raw) == title


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (
            "documents/g1/Printed minutes\r\n08th.pdf?T=1",
            BASE + "documents/g1/Printed%20minutes%2008th.pdf?T=1",
        ),
        ("a.aspx?x=1&amp;y=2#part", BASE + "a.aspx?x=1&y=2"),
        ("/(X(1)S(token))/a.aspx", BASE + "a.aspx"),
        ("mailto:someone@westmere.example", ""),
        ("javascript:void(0)", ""),
        ("http://[broken/", ""),
        ("http://host:port/", ""),
    ],
)
def test_addresses(href: str, url: str):
    assert clean_url(href, base=BASE) == url


def test_selectors_say_how_many_they_expect():
    page = html_page(SOURCE, capture(BASE, b"<base href='/x/'><p>a<p>b<a href='y'>c</a>"))
    with pytest.raises(ParseError, match=r"westmere: .*expected exactly 1 of p, found 2"):
        page.one("p")
    with pytest.raises(ParseError, match="at most 1 of p, found 2"):
        page.maybe("p")
    with pytest.raises(ParseError, match="at least 1 of table, found none"):
        page.some("table")
    assert page.maybe("table") is None
    assert page.link(page.one("a")) == BASE + "x/y"


def test_text_keeps_words_apart_where_a_reader_sees_them_apart():
    element = fragment("<ul><li>one</li><li>t<b>w</b>o<script>x</script><!-- y --></li></ul><p>&nbsp;</p>")
    assert text_of(element) == "one two"
    assert paragraphs_of(element) == ("one", "two")
    assert text_of(None) == ""


def test_nesting_as_deep_as_a_page_can_hold_is_read():
    element = html_page(SOURCE, capture(BASE, b"<div>" * 5000 + b"deep" + b"</div>" * 5000)).root
    assert text_of(element) in {"deep", ""}


def test_platforms_are_found_by_name():
    assert PLATFORMS["moderngov"] is moderngov
    assert "manual" not in PLATFORMS
    assert len(PLATFORMS) == len(set(PLATFORMS))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
def test_real_pages_of_one_council():
    kingston = SAMPLES / "kingston"
    url = "https://moderngov.kingston.gov.uk/"
    source = replace(SOURCE, url=url)
    context = {"since": "2025-12-01", "until": "2026-04-01", "road": "html"}

    def read(name: str, fetch: Fetch) -> list[Found]:
        return list(moderngov.parse(source, fetch, capture(fetch.url, (kingston / name).read_bytes())))

    found = read(
        "CommitteeStructure.html",
        Fetch(url=url + "mgCommitteeStructure.aspx", step="committees page", context=context),
    )
    assert {each.context["committee"] for each in found} == {"233", "575", "726", "707"}

    context |= {"committee": "711", "body": "A neighbourhood committee"}
    found = read(
        "BrowseMeetings.html",
        Fetch(url=url + "ieListMeetings.aspx?CommitteeId=711", step="meetings page", context=context),
    )
    asked = {each.context["meeting"]: each for each in found if isinstance(each, Fetch)}
    assert {number: each.context["date"] for number, each in asked.items()} == {
        "10161": "2025-12-04",
        "10162": "2026-01-29",
        "10163": "2026-03-03",
        "10221": "2026-01-15",
    }
    assert asked["10161"].context["status"] == "cancelled"

    found = read("Agenda_412.html", asked["10161"])
    assert [each.status for each in meetings(found)] == [MeetingStatus.CANCELLED]
    assert not documents(found)

    found = read("Agenda_151.html", asked["10221"])
    papers = documents(found)
    assert len([key for key in papers if key.startswith("attachment/")]) == 17
    assert {"agenda/10230/0", "agenda/10230/1", "agenda/10230/2"} <= set(papers)
    assert len([each for each in found if isinstance(each, Fetch) and each.step == "pack page"]) == 3
    assert set(embedded(found)) == {"agenda-text/10221", "decisions-text/10221", "minutes-text/10221"}
