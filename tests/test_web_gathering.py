"""One page in several papers is one result; the counts stay those of pages."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from storage.shelf import Shelf
from tests.web_archive import LABELS, TODAY, Keeper, Page, source
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
    with TestClient(create_app(Shelf(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
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
    assert "7 pages found; those that are the same page in several papers stand together." in text
    assert "The same page in 2 other places" in text
    for document, number in ((keeper.report, 1), (keeper.pack, 2), (keeper.copy, 1)):
        assert f"/papers/{document}/pages/{number}?q=population" in page.hrefs
    ranks = [item["value"] for item in page.all("li") if item.get("class") == "result"]
    assert (len(ranks), ranks[0]) == (5, "1")


def test_nothing_is_said_of_it_where_nothing_is_gathered(site, keeper):
    assert "stand together" not in site.get("/search?q=population body:wold kind:minutes").text
    assert "stand together" not in site.get("/search?q=million").text


def test_pages_of_results_lose_none_and_repeat_none(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    for number in range(45):
        keeper.paper("wold", f"copy-{number}", [f"{SAID}\n{number}"])
    with TestClient(create_app(Shelf(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        every = [site.get(f"/search.json?q=population&page={page}").json() for page in (1, 2, 3)]
        found = [place for told in every for answer in told["answers"] for place in places(answer)]
        assert len(found) == len(set(found)) == every[0]["total"]["count"] == 45
        assert "Older" in site.get("/search?q=population&page=2").text


def test_best_first_says_among_how_many(tmp_path):
    keeper = Keeper(tmp_path)
    keeper.begin(source("wold", "Wold"))
    keeper.paper("wold", "long", [f"The payment of day {number} is made." for number in range(450)])
    with TestClient(create_app(Shelf(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        told = site.get("/search.json?q=payment&sort=relevance").json()
        assert 0 < told["ranked"] < told["total"]["count"] == 450
        text = " ".join(Page(site.get("/search?q=payment&sort=relevance").text).text.split())
        assert f"Best first among the newest {told['ranked']}" in text
        assert "More results →" in text
        assert "Older" not in text
        assert site.get("/search.json?q=payment").json()["ranked"] == 0
        assert "among the newest" not in site.get("/search?q=payment").text
        few = site.get("/search?q=%22day 7%22&sort=relevance").text
        assert "Best first" in few
        assert "among the newest" not in few
