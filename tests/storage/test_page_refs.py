"""A page of a paper is one record, wherever it is shown."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from pipeline.matching.query import parse
from pipeline.matching.query_matching import RuleSet
from pipeline.model import DocumentKind, PageRef
from storage.search_index.occurrences import Occurrences
from tests.helpers.archives import meeting
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
