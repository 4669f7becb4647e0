"""One name for each thing, every date of a paper on every surface, and what stands first on a body's page."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from starlette.testclient import TestClient

from pipeline.model import DocumentKind, SourceState
from pipeline.ports import SourceReport
from storage.public_archive import PublicArchive
from tests.helpers.web_archive import LABELS, TODAY, Keeper, Page, source
from web.app import create_app
from web.config import WebConfig


@pytest.fixture
def keeper(tmp_path):
    return Keeper(tmp_path)


@pytest.fixture
def site(keeper):
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as client:
        yield client


def consultation(keeper: Keeper) -> None:
    keeper.paper(
        "wold", "beds", ["The whole population payment is proposed."], kind=DocumentKind.CONSULTATION,
        published_on=date(2026, 11, 3), closes_on=date(2026, 12, 24),
    )  # fmt: skip


def test_every_date_of_a_paper_is_on_every_surface(keeper, site):
    keeper.begin(source("wold", "Wold"))
    consultation(keeper)
    keeper.run = keeper.archive.catalogue.begin([source("wold", "Wold")], TODAY)
    report = SourceReport(source_id="wold", state=SourceState.OK, reason="")
    keeper.archive.catalogue.finish(keeper.run, report, [])
    with keeper.archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET state = 'withdrawn'")
        connection.exec_driver_sql(
            "INSERT INTO changes (run_id, at, kind, document_id, was, now)"
            f" VALUES ({keeper.run}, '2026-11-21 05:00:00', 'withdrawn', 1, '', '')"
        )
    dates = {"published_on": "2026-11-03", "closes_on": "2026-12-24", "withdrawn_on": TODAY.isoformat()}
    (found,) = site.get("/search.json?q=population").json()["answers"]
    assert {name: found[name] for name in dates} == dates
    assert found["captured_at"]
    paper = site.get("/papers/1.json").json()["paper"]
    assert {name: paper[name] for name in dates} == dates
    row = next(csv.DictReader(io.StringIO(site.get("/search.csv?q=population").content.decode("utf-8-sig"))))
    assert {name: row[name] for name in dates} == dates
    text = Page(site.get("/papers/1").text).text
    for said in ("3 November 2026", "24 December 2026", "noticed on", "Captured"):
        assert said in text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SourceState.BLOCKED, "Not read: the site blocked us. Never read. Papers may be missing here."),
        (SourceState.OK, ""),
    ],
)
def test_a_body_page_says_first_what_is_wrong_with_its_source(keeper, site, state, said):
    keeper.begin(source("wold", "Wold"))
    consultation(keeper)
    report = SourceReport(source_id="wold", state=state, reason="403")
    keeper.archive.catalogue.finish(keeper.run, report, [])
    text = " ".join(Page(site.get("/bodies/wold").text).text.split())
    assert ("Papers may be missing here." in text) is bool(said)
    assert text.find(said) < text.index("Meetings ahead")


def test_a_word_means_the_same_everywhere_and_has_its_entry(keeper, site):
    keeper.begin(source("wold", "Wold"))
    page = Page(site.get("/glossary").text)
    for word in (
        "Paper",
        "Body",
        "Meeting",
        "Revision",
        "Mention",
        "Concept",
        "Topic",
        "Alert",
        "Denominator",
    ):
        assert f'id="{word.lower()}"' in site.get("/glossary").text
        assert word in page.text
    assert 'href="/glossary"' in site.get("/").text
