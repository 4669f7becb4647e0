"""Who left a subject out, on the web: the page, the JSON and the CSV show the same rows."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from pipeline.model import Body
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.archives import TODAY
from tests.helpers.web_archive import PAYMENT, Page
from tests.storage.test_left_out import fill
from web.app import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    archive = open_archive(tmp_path_factory.mktemp("data"))
    fill(archive)
    shelf = PublicArchive(archive, {PAYMENT.id: PAYMENT.label})
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as client:
        yield client


@pytest.mark.parametrize("topic", [f"concept={PAYMENT.id}", 'q="whole population payment"'])
def test_the_page_the_json_and_the_csv_say_the_same(site, topic):
    asked = f"area=x-icb&month=2026-11&{topic}"
    page = Page(site.get(f"/left-out?{asked}").text).text
    answer = site.get(f"/left-out.json?{asked}").json()
    table = list(csv.DictReader(io.StringIO(site.get(f"/left-out.csv?{asked}").content.decode("utf-8-sig"))))
    assert [(row["body"], row["said"]) for row in answer["bodies"]] == [
        (row["body"], row["said"]) for row in table
    ]
    assert answer["said"] in page
    assert all(row["said"] in page for row in table)
    assert table[0]["quote_1"] == answer["bodies"][0]["quotes"][0]["snippet"]
    assert page.index("Did not say it in the papers we read") < page.index("None of their papers was read")


def test_nothing_asked_is_a_form_and_no_answer(site):
    page = site.get("/left-out").text
    assert 'value="2026-10"' in page
    assert "NHS X ICB" in page
    assert "said it;" not in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("area=nowhere&q=payment", 404),
        ("area=x-icb&concept=nothing", 404),
        ("area=x-icb&q=payment&month=2026-13", 400),
        ("area=x-icb&q=payment+body:a-trust", 400),
        ("area=x-icb", 400),
    ],
)
def test_what_cannot_be_asked(site, query, status):
    assert site.get(f"/left-out.json?{query}").status_code == status


def test_a_body_that_the_archive_does_not_know_is_named_and_led_to_nothing(tmp_path):
    archive = open_archive(tmp_path)
    archive.catalogue.keep_bodies([Body(id="x-icb", name="NHS X ICB", kind="icb")])
    archive.catalogue.keep_areas({"x-icb": ["vale-of-wold-trust"]})
    with TestClient(create_app(PublicArchive(archive, {}), WebConfig(), lambda: TODAY)) as client:
        page = Page(client.get("/left-out?area=x-icb&month=2026-11&q=payment").text)
        assert "Vale of Wold Trust" in page.text
        bodies = [link for link in page.hrefs if link.startswith("/bodies/")]
        assert bodies == ["/bodies/x-icb"]
        assert client.get(bodies[0]).status_code == 200


def test_without_areas_there_is_nothing_to_choose_from(tmp_path):
    shelf = PublicArchive(open_archive(tmp_path), {PAYMENT.id: PAYMENT.label})
    with TestClient(create_app(shelf, WebConfig(), lambda: TODAY)) as client:
        assert "<select" not in client.get("/left-out").text
        assert "/left-out" not in client.get(f"/concepts/{PAYMENT.id}").text
