"""Which papers were late, on the web: the page, the JSON and the CSV show the same judgement."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from starlette.testclient import TestClient

from pipeline.model import SourceState
from pipeline.ports import SourceReport
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.helpers.archives import meeting, source
from web.app import create_app
from web.config import WebConfig


def test_late_papers_are_the_same_on_the_page_as_json_and_as_csv(tmp_path):
    archive = open_archive(tmp_path)
    desk = source(platform="moderngov")
    for day in (date(2026, 11, 10), date(2026, 11, 20), date(2026, 11, 27)):
        with time_machine.travel(datetime(day.year, day.month, day.day, 7, tzinfo=UTC), tick=False):
            run = archive.catalogue.begin([desk], day)
            archive.catalogue.record_meeting(run, meeting(body_name="=Scrutiny"))
            archive.catalogue.finish(run, SourceReport(source_id="marlshire", state=SourceState.OK), ())
            archive.catalogue.end(run)
    app = create_app(PublicArchive(archive, {}), WebConfig(), lambda: date(2026, 11, 30))
    with TestClient(app) as site:
        page, answer = site.get("/late").text, site.get("/late.json?year=2026").json()
        (row,) = csv.DictReader(io.StringIO(site.get("/late.csv?body=marlshire").content.decode("utf-8-sig")))
        own = site.get(f"/meetings/{row['meeting']}").text
    said = "No papers seen by 27 November 2026, after the meeting."
    assert (answer["meetings"][0]["said"], answer["meetings"][0]["state"]) == (said, "never")
    assert (row["said"], row["state"], row["committee"]) == (said, "never", "'=Scrutiny")
    assert answer["bodies"][0]["states"]["never"] == 1
    assert all(said in html and "No papers seen" in html for html in (page, own))


@pytest.mark.parametrize(("query", "status"), [("body=nobody", 404), ("year=26", 400), ("year=²026", 400)])
def test_late_papers_of_nothing_that_there_is(query, status, tmp_path):
    with TestClient(create_app(PublicArchive(open_archive(tmp_path), {}), WebConfig())) as site:
        assert site.get(f"/late?{query}").status_code == status
        assert "We have no meetings" in site.get("/late").text
