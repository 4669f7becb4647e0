"""Where a page says "and N more", it leads to just those, without script."""

from __future__ import annotations

from datetime import date

import lxml.html
import pytest
from starlette.testclient import TestClient

from pipeline.model import FailureReason
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, source
from web.app import create_app
from web.config import WebConfig
from web.pages import coverage
from web.parts.narrowing import SHOWN

BODIES = 43  # more than the table of a topic has rows


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    keeper = Keeper(data)
    keeper.begin(*(source(f"body{n}", f"Body number {n}") for n in range(BODIES)))
    for n in range(BODIES):
        keeper.paper(f"body{n}", "a", [f"A whole population payment {n}."], published_on=date(2026, 1, 1))
    for n in range(5):
        keeper.paper("body0", f"locked{n}", [], reason=FailureReason.ENCRYPTED, title=f"Locked {n}")
    app = create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)
    with TestClient(app) as client:
        yield client


def rest(page: str, summary: str):
    (found,) = lxml.html.fromstring(page).xpath(f"//details[summary[contains(., '{summary}')]]")
    return found


def test_the_other_bodies_of_a_search_are_there_and_narrow_it(site):
    found = rest(site.get("/search?q=payment").text, f"and {BODIES - SHOWN} more")
    links = found.xpath(".//a")
    assert len(links) == BODIES - SHOWN
    narrowed = site.get(links[0].get("href"))
    assert "1 page found" in " ".join(lxml.html.fromstring(narrowed.text).text_content().split())


def test_what_a_search_is_narrowed_by_is_seen_where_it_is_among_the_rest(site):
    from web.parts.narrowing import Facet, Value

    values = [Value(name=str(n), count=1, address="", active=n == 9) for n in range(10)]
    assert Facet(title="Body", values=values[:8], rest=values[8:]).open
    assert not Facet(title="Body", values=values[:8], rest=values[8:9]).open


def test_the_other_bodies_of_a_topic_are_there_with_their_passages(site):
    found = rest(site.get("/concepts/population-payment").text, "and 3 more bodies")
    assert [link.text_content()[:12] for link in found.xpath(".//a")] == ["Body number "] * 3
    assert "1 passage" in found.text_content()


def test_papers_that_could_not_be_read_are_turned_page_by_page(site, monkeypatch):
    monkeypatch.setattr(coverage, "UNREADABLE", 2)
    seen, url = [], "/coverage"
    while url:
        page = lxml.html.fromstring(site.get(url).text)
        seen += [link.text_content() for link in page.xpath("//section[@aria-labelledby='unreadable']//li/a")]
        assert "5 papers in all" in page.text_content()
        url = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert sorted(seen) == [f"Locked {n}" for n in range(5)]
    assert site.get("/coverage?page=0").status_code == 400
