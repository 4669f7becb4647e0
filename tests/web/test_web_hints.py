"""A search that was read as words says what may have been meant, on every surface."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from cli.main import call
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Page, filled
from web.app import create_app
from web.config import WebConfig

MEANT = "after:2026-11-12 before:2026-11-13"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    filled(folder)
    return folder


@pytest.fixture(scope="module")
def site(data):
    from storage.archive import open_archive

    with TestClient(
        create_app(PublicArchive(open_archive(data), LABELS), WebConfig(), lambda: TODAY)
    ) as site:
        yield site


def test_a_day_leads_to_the_papers_and_the_meetings_of_that_day(site):
    page = Page(site.get("/search", params={"q": "12/11/2026"}).text)
    assert "papers write dates in many ways" in page.text
    (own,) = [href for href in page.hrefs if "after%3A2026-11-12" in href and href.startswith("/search?")]
    assert "Board papers, November" in Page(site.get(own).text).text
    (of_day,) = [href for href in page.hrefs if href.startswith("/meetings?on=")]
    day = Page(site.get(of_day).text)
    assert "Meetings on 12 November 2026" in day.text
    assert "Wold Integrated Care Board" in day.text


def test_a_day_without_a_meeting_leads_to_no_page_and_a_wrong_one_is_refused(site):
    page = Page(site.get("/search", params={"q": "13/11/2026"}).text)
    assert "papers write dates in many ways" in page.text
    assert not [href for href in page.hrefs if href.startswith("/meetings?on=")]
    assert "We know of no meeting on this day" in site.get("/meetings?on=2026-11-13").text
    assert site.get("/meetings?on=never").status_code == 400


@pytest.mark.parametrize(
    ("q", "said"), [("board NEAR/ payment", "NEAR/8"), ("not payment", "NOT in capitals")]
)
def test_an_operator_that_was_read_as_a_word_is_explained_where_there_are_results_and_where_not(
    site, q, said
):
    assert said in Page(site.get("/search", params={"q": q}).text).text


def test_json_and_the_command_line_say_the_same(site, data, capsys):
    hint, forms = site.get("/search.json", params={"q": "12 November 2026"}).json()["hints"]
    assert '"12/11/2026"' in forms["query"]
    assert (hint["query"], hint["on"]) == (MEANT, "2026-11-12")
    call(["--data", str(data), "search", "12 November 2026", "--format", "json"])
    err = capsys.readouterr().err
    assert f"{hint['said']} search '{MEANT}'" in " ".join(err.split())
    assert site.get("/search.json", params={"q": "payment"}).json()["hints"] == []
