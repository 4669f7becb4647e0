"""Words that travel: copies of a passage are found though edited, in the order of their papers' days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from starlette.testclient import TestClient

from cli.main import call
from storage.archive import open_archive
from storage.public_archive import PublicArchive
from tests.bench.bench_lineage import EDITS, measure
from tests.helpers.archives import keep
from tests.helpers.web_archive import LABELS, TODAY, filled
from web.app import create_app
from web.config import WebConfig

FIRST = (
    "The board agreed that one provider should hold a ten year contract for all community services in town."
)
COPY = (
    "The committee agreed that one provider should hold a fifteen year contract for community services here."
)
OTHER = (
    "Members noted a verbal report on car parking at the main hospital and asked for figures by the spring."
)

CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    made = open_archive(tmp_path_factory.mktemp("data"))
    keep(made, [OTHER, f"Item 4.\n{COPY}\n{OTHER}"], source_id="b", key="b1", published_on=date(2026, 3, 2))
    keep(
        made, [f"{OTHER}\n{FIRST}"], source_id="a", key="a1", published_on=date(2025, 7, 1), meeting_key=None
    )
    keep(made, [OTHER], source_id="c", key="c1")
    return made


def test_the_earliest_stands_first_and_what_each_changed_is_marked(archive):
    found = archive.search.trace(FIRST)
    assert [use.at.body for use in found.first_uses] == ["a", "b"]
    assert (found.papers, found.bodies, found.held, found.is_boilerplate) == (2, 2, 3, False)
    pieces = found.first_uses[1].pieces
    assert " ".join(piece.text for piece in pieces if piece.kind != "gone") == COPY
    assert {"fifteen", "committee"} <= {piece.text for piece in pieces if piece.kind == "new"}
    assert {"ten", "board"} <= {piece.text for piece in pieces if piece.kind == "gone"}
    assert all(not piece.kind for piece in found.first_uses[0].pieces)


def test_a_passage_that_nobody_says_and_one_too_short(archive):
    nobody = archive.search.trace(
        "Every bus stop in the parish will have a bench of oak by the end of the summer."
    )
    assert (nobody.first_uses, nobody.papers, nobody.held) == ((), 0, 3)
    assert archive.search.trace("community services in the town") is None


def test_a_sample_of_the_bench_reaches_its_goals():
    recall, precision = measure(11, 20)
    assert all(recall[share] >= goal for share, goal in EDITS.items())
    assert precision >= 0.95


def test_the_command_and_the_page_of_a_passage(archive, capsys, tmp_path):
    data = archive.blobs.path("0" * 64).parents[2]
    assert call(["lineage", FIRST, "--format", "csv", "--data", str(data)]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [["2025-07-01", "a"], ["2026-11-26", "b"]]
    assert call(["lineage", "too short", "--data", str(data)]) == 2
    keeper = filled(tmp_path)
    with TestClient(create_app(PublicArchive(keeper.archive, LABELS), WebConfig(), lambda: TODAY)) as site:
        shelf = PublicArchive(keeper.archive, LABELS)
        hits = shelf.hits(*{row.sha256 for row in keeper.archive.reports.papers()})
        answers = {site.get(f"/passages/{hit.passage}").status_code for hit in hits}
        assert answers <= {200, 404}
        assert 200 in answers
        assert site.get("/passages/nothing").status_code == 404
