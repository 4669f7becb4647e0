"""What is new and what is coming: home, the calendar, its file, and a body with very many papers."""

from __future__ import annotations

from datetime import date, timedelta

import icalendar
import pytest
from sqlalchemy import event, insert
from starlette.testclient import TestClient

from pipeline.model import DocumentKind, MeetingStatus
from storage import tables
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig

SAYS = "The board agreed a whole population payment."


def opened(keeper, today=TODAY):
    return TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: today))


def said(site, address):
    return " ".join(Page(site.get(address).text).text.split())


def events(site, address="/meetings.ics"):
    """The events as another program reads them."""
    return list(icalendar.Calendar.from_ical(site.get(address).content).walk("VEVENT"))


@pytest.fixture
def keeper(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold Integrated Care Board"), source("ellenby", "Ellenby", "council"))
    return keeper


# ---- what is coming


def consultation(keeper, key, closes, text=SAYS):
    return keeper.paper(
        "wold",
        key,
        [text],
        kind=DocumentKind.CONSULTATION,
        title=f"Proposal {key}",
        url=f"https://wold.example/{key}",
        closes_on=closes,
    )


def test_a_consultation_stands_on_its_last_day_wherever_meetings_stand(keeper):
    keeper.meeting("wold", "dec", date(2026, 12, 3))
    keeper.meeting("ellenby", "later", date(2026, 12, 9))
    paper = consultation(keeper, "beds", date(2026, 12, 5))
    with opened(keeper) as site:
        for address in ("/", "/meetings"):
            text = said(site, address)
            closes = text.index("Saturday 5 December 2026")
            assert text.index("Thursday 3 December 2026") < closes < text.index("Wednesday 9 December 2026")
            assert "Consultation closes: Proposal beds, Wold" in text[closes:]
            assert "1 mention" in text[closes:]
            assert f"/papers/{paper}" in Page(site.get(address).text).hrefs
        (event,) = [event for event in events(site) if "Proposal" in event["SUMMARY"]]
        assert event["SUMMARY"] == "Wold Integrated Care Board: Consultation closes: Proposal beds"
        assert event.decoded("DTSTART") == date(2026, 12, 5)
        assert f"/papers/{paper}" in event["DESCRIPTION"]
        assert [row["document"] for row in site.get("/consultations.json").json()] == [paper]
        assert "Open consultations" in said(site, "/bodies/wold")
        assert "Open consultations" not in said(site, "/bodies/ellenby")


@pytest.mark.parametrize(
    ("closes", "shown"), [(TODAY, True), (TODAY - timedelta(days=1), False), (date(2026, 12, 31), True)]
)
def test_a_consultation_is_ahead_up_to_its_last_day(keeper, closes, shown):
    consultation(keeper, "beds", closes)
    with opened(keeper) as site:
        assert ("Proposal beds" in said(site, "/meetings")) == shown
        assert len(site.get("/consultations.json").json()) == shown
        assert len(events(site)) == 1  # a calendar keeps what is just past


def test_the_calendar_is_narrowed_by_kind_of_body_and_to_what_is_said(keeper):
    keeper.meeting("wold", "dec", date(2026, 12, 3))
    keeper.meeting("ellenby", "later", date(2026, 12, 9))
    keeper.paper("ellenby", "pack", [SAYS], meeting_key="later")
    with opened(keeper) as site:
        for narrowed in ("kind=council", "said=1"):
            text = said(site, f"/meetings?{narrowed}")
            assert "9 December" in text
            assert "3 December" not in text
        assert "No meeting or consultation matches" in said(site, "/meetings?kind=icb&said=1")


def test_very_many_days_ahead_come_a_month_at_a_time(keeper):
    for day in range(200):
        keeper.meeting("wold", f"m{day}", TODAY + timedelta(days=day))
    with opened(keeper) as site:
        page = Page(site.get("/meetings").text)
        months = [href for href in page.hrefs if "month=" in href]
        assert len(months) == 8
        assert sum(site.get(month).text.count('<p class="when">') for month in months) == 200


def test_a_meeting_keeps_its_event_when_it_moves_and_when_it_goes(keeper):
    keeper.meeting("wold", "dec", date(2026, 12, 3))
    with opened(keeper) as site:
        (before,) = events(site)
    keeper.meeting("wold", "dec", date(2026, 12, 10), status=MeetingStatus.CANCELLED)
    with opened(keeper) as site:
        (after,) = events(site)
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")


# ---- what is new


@pytest.mark.parametrize(("later", "is_new"), [(0, True), (6, True), (9, False)])
def test_new_is_what_came_in_the_last_seven_days(keeper, later, is_new):
    keeper.paper("wold", "report", [SAYS], published_on=date(2026, 11, 1))
    keeper.finish("wold")
    with opened(keeper, TODAY + timedelta(days=later)) as site:
        text = said(site, "/").partition("New this week")[2]
    assert ("No paper we collected since" in text) != is_new
    assert "Report" in text  # or among the last before that
    assert ("Before that" in text) != is_new


def test_an_archive_in_which_nothing_was_ever_said_does_not_point_back(keeper):
    keeper.paper("wold", "report", ["The accounts were noted."])
    with opened(keeper) as site:
        text = said(site, "/")
    assert "No paper we collected since 14 November 2026 mentions a topic." in text
    assert "Before that" not in text


# ---- a body with very many papers

PAPERS, MEETINGS = 5_000, 400


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A body with 400 meetings over ten years and 5,000 papers, half of them of no meeting."""
    keeper = Keeper(tmp_path_factory.mktemp("crowded"))
    keeper.begin(source("wold", "Wold Integrated Care Board"))
    keeper.begin(source("few", "Few Integrated Care Board"))
    keeper.paper("few", "only", [SAYS])
    paper = keeper.paper("wold", "first", [SAYS])
    for number in range(MEETINGS):
        keeper.meeting("wold", f"m{number}", TODAY - timedelta(days=9 * number - 90))
    database = keeper.archive.database
    with database.reading() as connection:
        meetings = [row.id for row in connection.execute(tables.meetings.select())]
        like = connection.execute(tables.documents.select().where(tables.documents.c.id == paper)).one()
    rows = [
        dict(like._mapping)
        | {
            "id": 10_000 + number,
            "key": f"p{number}",
            "title": f"Paper {number}",
            "meeting_id": meetings[number % MEETINGS] if number % 2 else None,
            "published_on": TODAY - timedelta(days=number % 3650),
        }
        for number in range(PAPERS)
    ]
    with database.writing() as connection:
        connection.execute(insert(tables.documents), rows)
    return keeper


def test_a_body_with_very_many_papers_is_shown_piece_by_piece_and_asks_no_more_of_the_database(crowded):
    with opened(crowded) as site:
        site.get("/bodies/wold")  # what is made once
        site.get("/bodies/few")
        few = statements_of(crowded, site, "/bodies/few")
        for piece in (f"/bodies/wold?page={number}&papers={number}" for number in range(1, 6)):
            assert statements_of(crowded, site, piece) == few, "as of a body of one paper"
            assert len(site.get(piece).content) < 200_000


def statements_of(keeper, site, address):
    """How many statements the database is given for one page."""
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    engine = keeper.archive.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert site.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_every_paper_of_a_body_is_reached(crowded):
    with opened(crowded) as site:
        seen, ahead = set(), {"/bodies/wold"}
        papers = set()
        while ahead:
            address = ahead.pop()
            seen.add(address)
            hrefs = {href.partition("#")[0] for href in Page(site.get(address).text).hrefs}
            papers |= {href for href in hrefs if href.startswith("/papers/")}
            # The years, and from each the older meetings and papers, each kind by itself.
            ahead |= {href for href in hrefs if href.startswith("/bodies/wold?year=")} - seen
            ahead = {href for href in ahead if not ("&page=" in href and "&papers=" in href)}
        assert len(papers) == PAPERS + 1


@pytest.mark.parametrize("asked", ["year=x", "year=99999999999999999999", "page=0", "papers=-1", "papers=x"])
def test_a_piece_that_cannot_be_is_a_plain_answer(crowded, asked):
    with opened(crowded) as site:
        assert site.get(f"/bodies/wold?{asked}").status_code == 400
        assert site.get("/bodies/wold?year=1999").status_code == 200
