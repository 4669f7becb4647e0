"""What a digest quotes does not hang on which of two papers happened to be crawled first."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from alerts import opening
from pipeline.digest import DigestItem, compose
from pipeline.digest_order import in_turn
from tests.helpers.digest_cases import ACCOUNT, TODAY, place, subscriber


def _subject(numbers: tuple[int, ...]) -> str:
    """The subject of the same papers of three bodies, counted by the archive in this order."""
    items = [
        DigestItem(
            concept_id="lead-provider", wording="lead provider", snippet="A lead provider is named.",
            mark=(2, 15), passage=passage, told_before=False, first_by_body=False,
            place=replace(place(0, body), document=number, hit_id=number, meeting_date=None),
        )
        for number, (body, passage) in zip(numbers, ((1, "a"), (2, "a"), (3, "b"), (4, "c")), strict=True)
    ]  # fmt: skip
    items.sort(key=lambda item: item.place.hit_id)  # as the archive gives them
    digest = compose(subscriber(), items, concepts={}, since=None, today=TODAY, account=ACCOUNT)
    return opening.subject_line(digest, in_turn(digest.entries, TODAY, 20), 0.25)


def test_the_order_of_the_crawl_changes_no_subject():
    assert len({_subject(order) for order in permutations((1, 2, 3, 4))}) == 1
