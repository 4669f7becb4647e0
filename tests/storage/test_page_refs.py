"""A page of a paper is one record, wherever it is shown."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from pipeline.health.account import Scope
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.query import parse
from pipeline.matching.query_matching import RuleSet
from pipeline.model import Body, Cadence, DocumentKind, PageRef, WatchList
from pipeline.stages import flag
from storage.archive import open_archive
from storage.search_index.occurrences import Occurrences
from tests.helpers.archives import keep, meeting
from tests.helpers.desk import Desk

WORDS = "The savings of this year are many, and quite unlike those of any other year before it."


def as_page_ref(found: PageRef) -> dict[str, object]:
    return {field.name: getattr(found, field.name) for field in fields(PageRef)}


def test_a_search_a_mention_a_hunt_and_a_digest_say_the_same_of_a_page(tmp_path):
    desk = Desk(tmp_path, None)
    reader = desk.reader()
    desk.lay(
        "d1",
        "Agenda.",
        WORDS,
        items=("", "Item 7: Finance report"),
        kind=DocumentKind.PACK,
        published_on=date(2026, 11, 19),
        closes_on=date(2026, 12, 1),
    )
    desk.flag()
    archive = desk.archive
    [answer] = archive.search.find(parse("savings"))
    [mention] = Occurrences(archive.database).mentions("savings")
    [found] = archive.reports.hunt(RuleSet({"": parse("savings")}).hits)
    [told] = archive.ledger.unreported(reader)
    said = as_page_ref(answer)
    assert as_page_ref(mention.at) == said
    assert as_page_ref(found) == said
    assert as_page_ref(told.place) == said
    assert said["item"] == "Item 7: Finance report"
    assert (said["meeting_date"], said["meeting"]) == (meeting().starts_on, 1)
    assert (said["kind"], said["closes_on"]) == (DocumentKind.PACK, date(2026, 12, 1))
    assert said["by_hand"] is False
    assert not {name for name, value in said.items() if value is None}, (
        "each is set, so that each is compared"
    )


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A body that took another over, which had taken over a third; and papers with a day, and without."""
    archive = open_archive(tmp_path_factory.mktemp("county"))
    archive.catalogue.keep_bodies(
        [
            Body(id="oldest", name="Oldest", kind="icb", successors=("old",)),
            Body(id="old", name="Old", kind="icb", successors=("new",)),
            Body(id="new", name="New", kind="icb"),
        ]
    )
    for body in ("oldest", "old", "new", "other"):
        keep(archive, [f"Savings of {body}."], source_id=body, key=f"{body} met")
        keep(archive, [f"Savings at no time, by {body}."], source_id=body, key=body, meeting_key=None)
    yield archive
    archive.database.engine.dispose()


@pytest.mark.parametrize(
    ("query", "papers"),
    [
        ("savings body:new", 6),
        ("savings body:old", 4),
        ("savings body:other", 2),
        ("savings after:2026", 4),
        ("savings before:2027", 4),
        ("savings body:new before:2027 kind:report", 3),
    ],
)
def test_a_search_a_hunt_a_preview_and_an_alert_find_the_same_papers_and_account_for_them(
    county, query, papers
):
    """With `body:new` a search found 6 papers, and a hunt, whose account counted 6 as searched, found 2."""
    asked, watch = parse(query), WatchList(query=query)
    reader = county.readers.subscribe(
        "r@example.org", channel="mail", cadence=Cadence.DAILY, confirmed_at=None
    )
    list_id = county.readers.add_watch(reader.id, watch).watch_lists[-1].id
    flag(county.texts, county.mentions, ConceptMatcher([]))
    found = {answer.document for answer in county.search.find(asked, 0)}
    assert len(found) == papers
    hunted = county.reports.hunt(RuleSet({"": asked}).hits, asked)
    assert {each.document for each in hunted} == found
    assert len(county.reports.papers_with(watch, asked, date.min)) == papers
    assert {each.place.document for each in county.ledger.latest(list_id, 99)} == found
    assert county.reports.account((Scope(query=asked),)).papers == papers
