"""One page in several papers is one result; the counts stay those of pages."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web import links
from web.app import create_app
from web.config import WebConfig

AROUND = "Some more words of the same report stand here. " * 10
SAID = f"{AROUND}The whole population payment is agreed for the year. {AROUND}"
FIGURES = f"{AROUND}The whole population payment is £4 million. {AROUND}"


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("data"))
    keeper.begin(source("wold", "Wold"), source("ellenby", "Ellenby"))
    keeper.meeting("wold", "nov", date(2026, 11, 12))
    keeper.report = keeper.paper("wold", "report", [SAID], meeting_key="nov")
    keeper.pack = keeper.paper("wold", "pack", ["Agenda", f"{SAID}\n17"], meeting_key="nov")
    keeper.copy = keeper.paper("ellenby", "copy", [f"3\n{SAID}"])
    keeper.finance = [
        keeper.paper("ellenby", f"finance-{million}", [FIGURES.replace("4", million)]) for million in "45"
    ]
    keeper.short = [
        keeper.paper("ellenby", f"short-{n}", ["Whole population payment."], content=n) for n in (b"1", b"2")
    ]
    return keeper


@pytest.fixture(scope="module")
def site(keeper):
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        yield site


def places(answer):
    return {(place["document"], place["page"]) for place in [answer, *answer["also"]]}


def test_the_same_page_in_several_papers_is_one_result(site, keeper):
    told = site.get("/search.json?q=population").json()
    together = [places(answer) for answer in told["answers"] if answer["also"]]
    assert together == [{(keeper.report, 1), (keeper.pack, 2), (keeper.copy, 1)}]
    assert told["total"] == {"count": 7, "at_least": False, "about": False}
    assert len(told["answers"]) == 5


def test_pages_that_differ_in_a_figure_that_is_quoted_or_are_short_stand_apart(site, keeper):
    told = site.get("/search.json?q=population").json()
    apart = [places(answer) for answer in told["answers"] if not answer["also"]]
    wanted = [{(paper, 1)} for paper in (*keeper.finance, *keeper.short)]
    assert sorted(map(sorted, apart)) == sorted(map(sorted, wanted))


def test_the_page_says_so_and_counts_pages(site, keeper):
    page = Page(site.get("/search?q=population").text)
    text = " ".join(page.text.split())
    assert "7 pages found; the same page in several papers is shown once." in text
    assert "The same page in 2 other places" in text
    for document, number in ((keeper.report, 1), (keeper.pack, 2), (keeper.copy, 1)):
        assert f"/papers/{document}/pages/{number}?q=population" in page.hrefs
    ranks = [item["value"] for item in page.all("li") if item.get("class") == "result"]
    assert (len(ranks), ranks[0]) == (5, "1")


def test_nothing_is_said_of_it_where_nothing_is_gathered(site, keeper):
    assert "is shown once" not in site.get("/search?q=population body:wold kind:minutes").text
    assert "is shown once" not in site.get("/search?q=million").text


def test_pages_of_results_lose_none_and_repeat_none(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    for number in range(45):
        keeper.paper("wold", f"copy-{number}", [f"{SAID}\n{number}"])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        every = [site.get(f"/search.json?q=population&page={page}").json() for page in (1, 2, 3)]
        found = [place for told in every for answer in told["answers"] for place in places(answer)]
        assert len(found) == len(set(found)) == every[0]["total"]["count"] == 45
        assert "Older" in site.get("/search?q=population&page=2").text


def test_best_first_says_among_how_many(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "long", [f"The payment of day {number} is made." for number in range(450)])
    for number in range(21):
        keeper.paper("wold", f"short {number}", [f"Payment {number}."])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        told = site.get("/search.json?q=payment&sort=relevance").json()
        assert 0 < told["ranked"] < told["total"]["count"] == 471
        text = " ".join(Page(site.get("/search?q=payment&sort=relevance").text).text.split())
        assert f"Best first among the newest {told['ranked']}" in text
        assert "More results →" in text
        assert "Older" not in text
        assert site.get("/search.json?q=payment").json()["ranked"] == 0
        assert "among the newest" not in site.get("/search?q=payment").text
        few = site.get("/search?q=%22day 7%22&sort=relevance").text
        assert "Best first" in few
        assert "among the newest" not in few


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """Two papers of many pages that say it, the second of which says it most on its third page."""
    keeper = Keeper(tmp_path_factory.mktemp("packs"))
    keeper.begin(source("wold", "Wold"))
    keeper.one = keeper.paper("wold", "one", [f"The zeppelin of day {number}." for number in range(130)])
    keeper.two = keeper.paper("wold", "two", ["A zeppelin.", "Nothing.", "Zeppelin, zeppelin, zeppelin."])
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        yield keeper, site


@pytest.mark.parametrize("sort", ["date", "relevance"])
@pytest.mark.parametrize("asked", ["zeppelin", '"zeppelin of" OR zeppelin'])
def test_a_paper_is_one_result_with_its_best_page_and_the_way_to_the_others(packs, sort, asked):
    keeper, site = packs
    page = Page(site.get("/search", params={"q": asked, "sort": sort}).text)
    text = " ".join(page.text.split())
    assert "132 pages found in 2 papers" in text
    assert sum(item.get("class") == "result" for item in page.all("li")) == 2
    assert "All 130 pages in this paper" in text
    assert "Both pages in this paper" in text
    best = links.page(keeper.two, 3, q=asked)
    assert best in page.hrefs
    others = links.with_query(links.find(keeper.two), q=asked)
    assert others in page.hrefs
    found = Page(site.get(others).text).hrefs
    assert {links.page(keeper.two, number, q=asked) for number in (1, 3)} <= set(found)
    told = site.get("/search.json", params={"q": asked, "sort": sort}).json()
    assert told["total"]["count"] == 132
    assert len(told["answers"]) == 20


def test_papers_found_by_filters_alone_lead_to_the_paper(packs):
    keeper, site = packs
    page = Page(site.get("/search?body=wold").text)
    assert "133 pages found in 2 papers" in " ".join(page.text.split())
    assert links.paper(keeper.two) in page.hrefs


def test_papers_turn_over_and_none_is_lost_or_repeated(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    made = {keeper.paper("wold", f"p{n}", [f"Zeppelin {n}.", f"Zeppelin {n} again."]) for n in range(25)}
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        first, second = (Page(site.get(f"/search?q=zeppelin&page={number}").text) for number in (1, 2))
    assert "these are papers 21 to 25" in " ".join(second.text.split())
    shown = [href for page in (first, second) for href in page.hrefs if "/pages/" in href]
    documents = [int(href.split("/")[2]) for href in dict.fromkeys(shown)]
    assert sorted(documents) == sorted(made)


def test_for_all_who_follow_one_link_the_page_is_made_once(keeper):
    asked = []
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        first = site.get("/search?q=population")
        event.listen(keeper.archive.database.engine, "before_cursor_execute", lambda *_: asked.append(1))
        assert site.get("/search?q=population").content == first.content
        assert not asked
        other = site.get("/search?q=population&sort=relevance")
        wrong = [site.get("/search?q=(open") for _ in range(2)]
    assert asked
    assert other.content != first.content
    assert [answer.status_code for answer in wrong] == [400, 400]


@pytest.mark.parametrize(
    ("address", "most"),
    [("/search?q={word}", 6), ("/search.json?q={word}", 6), ("/papers/1", 5), ("/papers/1/pages/2?q=day", 8)],
)
def test_a_page_asks_the_database_few_questions_however_much_it_shows(packs, address, most):
    keeper, site = packs
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_):
        if statement != "BEGIN":
            asked.append(statement)

    event.listen(keeper.archive.database.engine, "before_cursor_execute", note)
    try:
        site.get(address.format(word="zeppelin"))  # what is on every page is asked now and then
        asked.clear()
        assert site.get(address.format(word="day")).status_code == 200
    finally:
        event.remove(keeper.archive.database.engine, "before_cursor_execute", note)
    assert len(asked) <= most, asked
    assert len(asked) == len(set(asked)), "each is asked once"
