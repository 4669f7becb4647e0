"""A meeting's own page, with its papers and what they say."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from pipeline.model import MeetingStatus
from storage import tables as t
from storage.public_archive import PublicArchive
from storage.reports import meetings
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

SAID = "The whole population payment is agreed."
DAYS = [date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 5), date(2026, 12, 3), date(2027, 1, 7)]


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    """A board that meets monthly, the second time withdrawn, and another committee on the same days."""
    keeper = Keeper(tmp_path_factory.mktemp("data"))
    keeper.begin(source("wold", "Wold Integrated Care Board"), source("ellenby", "Ellenby Council"))
    for number, day in enumerate(DAYS):
        keeper.meeting("wold", f"other-{number}", day, body_name="Finance Committee")
        keeper.meeting("ellenby", f"board-{number}", day)
        status = MeetingStatus.WITHDRAWN if number == 1 else MeetingStatus.SCHEDULED
        keeper.meeting(
            "wold", f"board-{number}", day, status=status, starts_at=time(9, 30), place="The Old Hall"
        )
    keeper.meeting("wold", "undated", None)
    keeper.papers = [
        keeper.paper("wold", "agenda", ["Agenda"], meeting_key="board-2"),
        keeper.paper(
            "wold", "pack", ["Cover", *[f"{n} times. {SAID}" for n in range(5)]], meeting_key="board-2"
        ),
    ]
    keeper.paper("wold", "other-paper", [SAID], meeting_key="other-2")
    keeper.paper("wold", "gone", [SAID], meeting_key="other-2")
    keeper.paper("wold", "exempt", [], meeting_key="other-2", published_on=DAYS[2])
    with keeper.archive.database.writing() as connection:
        for key, state in (("gone", "withdrawn"), ("exempt", "restricted")):
            connection.execute(update(t.documents).where(t.documents.c.key == key).values(state=state))
    return keeper


@pytest.fixture(scope="module")
def site(keeper):
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        yield site


def board(keeper, number):
    """The number of the page of one of the board's meetings."""
    rows = keeper.archive.reports.meetings(source="wold")
    return next(row.id for row in rows if row.committee == "Board" and row.date == DAYS[number])


def said(page):
    return " ".join(page.text.split())


def test_a_meeting_says_whose_it_is_when_and_where(site, keeper):
    page = Page(site.get(f"/meetings/{board(keeper, 3)}").text)
    assert "Board Thursday 3 December 2026, 09:30" in said(page)
    assert "Held byWold Integrated Care Board PlaceThe Old Hall" in said(page)
    assert "No papers published yet" in said(page)
    assert "https://wold.example/meeting" in page.hrefs
    assert "/bodies/wold" in page.hrefs


def test_its_papers_stand_with_what_they_say(site, keeper):
    agenda, pack = keeper.papers
    page = Page(site.get(f"/meetings/{board(keeper, 2)}").text)
    assert "2 papers published with 5 mentions" in said(page)
    assert [href for href in page.hrefs if href == f"/papers/{agenda}"] == [f"/papers/{agenda}"]
    pages = [int(href.rpartition("/")[2]) for href in page.hrefs if f"/papers/{pack}/pages/" in href]
    assert pages == [2, 3, 4]
    assert page.marks == ["whole population payment"] * 3
    assert f"/papers/{pack}#mentions" in page.hrefs
    assert "All 5 mentions in this paper" in said(page)


@pytest.mark.parametrize(
    ("number", "earlier", "later"),
    [(0, None, 2), (1, 0, 2), (2, 0, 3), (3, 2, 4), (4, 3, None)],
)
def test_the_meetings_before_and_after_are_those_of_the_same_committee(site, keeper, number, earlier, later):
    address = f"/meetings/{board(keeper, number)}"
    page, told = Page(site.get(address).text), site.get(f"{address}.json").json()
    for rel, name, wanted in (("prev", "earlier", earlier), ("next", "later", later)):
        linked = [a["href"] for a in page.all("a") if a.get("rel") == rel]
        assert linked == ([] if wanted is None else [f"/meetings/{board(keeper, wanted)}"])
        assert (told[name] and told[name]["id"]) == (None if wanted is None else board(keeper, wanted))


def test_a_meeting_without_a_day_has_none_beside_it(site, keeper):
    (undated,) = [row.id for row in keeper.archive.reports.meetings(source="wold") if row.date is None]
    told = site.get(f"/meetings/{undated}.json").json()
    assert (told["earlier"], told["later"], told["papers"]) == (None, None, [])
    assert "date not known" in said(Page(site.get(f"/meetings/{undated}").text))


def test_programs_are_told_the_same(site, keeper):
    told = site.get(f"/meetings/{board(keeper, 2)}.json").json()
    assert (told["meeting"]["committee"], told["meeting"]["place"]) == ("Board", "The Old Hall")
    assert told["body_name"] == "Wold Integrated Care Board"
    assert [(row["paper"]["document"], len(row["hits"])) for row in told["papers"]] == [
        (keeper.papers[0], 0),
        (keeper.papers[1], 5),
    ]


def test_a_withdrawn_meeting_says_so(site, keeper):
    assert "no longer lists this meeting" in site.get(f"/meetings/{board(keeper, 1)}").text


@pytest.mark.parametrize("number", [0, 9_999, 2**63, 10**30])
def test_a_meeting_that_is_not_there_is_a_404(site, number):
    assert site.get(f"/meetings/{number}").status_code == 404
    assert site.get(f"/meetings/{number}.json").status_code == 404


def test_every_page_that_names_a_meeting_leads_to_it(site, keeper):
    _, pack = keeper.papers
    past, ahead = f"/meetings/{board(keeper, 2)}", f"/meetings/{board(keeper, 3)}"
    for address, leads in {
        "/": ahead,
        "/meetings": ahead,
        "/bodies/wold": past,
        "/search?q=payment": past,
        f"/papers/{pack}": past,
        f"/papers/{pack}/pages/2": past,
    }.items():
        assert leads in Page(site.get(address).text).hrefs, address
    calendar = site.get("/meetings.ics").text.replace("\r\n ", "")
    assert f"http://testserver{ahead}\r\n" in calendar
    answers = site.get("/search.json?q=payment&kind=report").json()["answers"]
    assert board(keeper, 2) in {answer["meeting"] for answer in answers}


def test_papers_that_are_out_are_counted_alike_on_every_surface(site, keeper):
    """A list counted an exempt paper as published, and the page of the meeting one that is gone."""
    (row,) = [
        row for row in keeper.archive.reports.meetings(source="wold", since=DAYS[2]) if row.mentions == 1
    ]
    with keeper.archive.database.reading() as connection:
        (coming,) = [each for each in meetings.coming(connection, DAYS[2]) if each.meeting == row.id]
    told = site.get(f"/meetings/{row.id}.json").json()["meeting"]
    page = said(Page(site.get(f"/meetings/{row.id}").text))
    assert [(each.papers, each.mentions) for each in (row, coming)] == [(1, 1)] * 2
    assert (told["papers"], told["mentions"]) == (1, 1)
    assert "1 paper published with 1 mention, 1 no longer listed, 1 not open to the public" in page
    assert "1 paper published, 1 mention" in said(Page(site.get("/bodies/wold").text))


def test_a_paper_that_is_not_open_to_the_public_was_never_published(site, keeper):
    (exempt,) = [row for row in keeper.archive.reports.papers(source="wold") if row.state == "restricted"]
    facts = said(Page(site.get(f"/papers/{exempt.document}").text))
    assert "Published by" in facts
    assert "PublishedThursday" not in facts
