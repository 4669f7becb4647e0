"""A paper that is published every week, and a passage in every paper: bounded, and nothing false is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cli.app.context import App
from pipeline.areas.left_out import Stance
from pipeline.lineage import BOILERPLATE_BODIES
from pipeline.model import Body
from pipeline.stages import flag
from tests.helpers.archives import keep

WEEKS = 20
TWO = "weekly", "weekly-too"
FIRST = date(2026, 4, 6)
WEEKLY = (
    "Members noted the outsourcing of catering, led by a Zonal Delivery Trustee Provider (ZDTP) for the town."
)
EVERYWHERE = (
    "The board is committed to equality and has considered the impact of this outsourcing on all groups."
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = App(tmp_path_factory.mktemp("data"), makes_archive=True)
    bodies = [f"b{number}" for number in range(BOILERPLATE_BODIES + 2)]
    made.archive.catalogue.keep_bodies([Body(id="x-icb", name="NHS X ICB", kind="icb")])
    made.archive.catalogue.keep_areas({"x-icb": [*TWO, *bodies]})
    for week in range(WEEKS):
        day = FIRST + timedelta(weeks=week)
        for body in TWO:
            keep(made.archive, [WEEKLY], source_id=body, key=f"w{week}", meeting_key=None, published_on=day)
    keep(made.archive, ["Noted."], source_id="b0", key="old", meeting_key=None, published_on=date(2025, 1, 6))
    for body in bodies:
        text = [f"{EVERYWHERE} Paper of {body}."]
        keep(made.archive, text, source_id=body, key=body, meeting_key=None, published_on=FIRST)
    flag(made.archive.texts, made.archive.mentions, made.watcher)
    return made


def test_the_same_paper_every_week_is_one_first_use_of_each_body(app):
    found = app.archive.search.trace(WEEKLY)
    assert [(use.at.body, use.at.published_on) for use in found.first_uses] == [(body, FIRST) for body in TWO]
    assert (found.papers, found.bodies, found.is_boilerplate) == (2 * WEEKS, 2, False)


def test_it_is_one_passage_of_the_month_and_its_papers_are_counted(app):
    found = app.archive.reports.left_out("x-icb", "2026-05", subject="", concept="outsourcing")
    rows = {row.body: row for row in found.bodies}
    assert (rows["weekly"].stance, rows["weekly"].places, rows["weekly"].papers_read) == (Stance.SAID, 1, 4)
    assert rows["b0"].stance is Stance.NO_PAPERS


def test_its_name_is_no_new_one_week_after_week(app):
    """Its page is found where its newest paper is, and its first paper is long past."""
    found = app.archive.new_names.found(FIRST + timedelta(weeks=WEEKS), list(app.concepts.values()))
    assert found == []


def test_a_passage_of_every_paper_is_called_a_standard_text(app):
    found = app.archive.search.trace(EVERYWHERE)
    assert found.bodies == BOILERPLATE_BODIES + 2
    assert found.is_boilerplate
