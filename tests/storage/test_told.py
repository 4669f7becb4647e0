"""What a reader was told, and what a list finds: in order, in parts, and nobody else's."""

from __future__ import annotations

from datetime import date

import pytest

from tests.helpers.archives import meeting
from tests.helpers.desk import DAY, MOMENT, Desk

FIRST, SECOND = date(2026, 11, 19), date(2026, 12, 3)


@pytest.fixture
def desk(tmp_path):
    """Two messages: of two papers, one of them with two pages; then of a paper of an earlier day."""
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("early", "Early savings of one kind.", of=meeting(key="m1", starts_on=FIRST))
    desk.lay(
        "late",
        "Late savings on page one.",
        "Late savings on another page, two.",
        of=meeting(key="m2", starts_on=SECOND),
        meeting_key="m2",
    )
    assert len(desk.round(MOMENT)) == 1
    desk.lay("next", "Savings came up again.", of=meeting(key="m1", starts_on=FIRST))
    assert len(desk.round(MOMENT + DAY)) == 1
    return desk


def places(items):
    return [(item.place.title, item.place.page) for item in items]


TOLD = [("Paper next", 1), ("Paper late", 1), ("Paper late", 2), ("Paper early", 1)]


def test_the_last_message_comes_first_and_in_it_the_newest_papers_page_by_page(desk):
    assert places(desk.archive.ledger.told(desk.reader(), 10)) == TOLD


@pytest.mark.parametrize("skip", range(5))
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_parts_of_it_are_parts_of_the_whole(desk, limit, skip):
    assert places(desk.archive.ledger.told(desk.reader(), limit, skip)) == TOLD[skip : skip + limit]


def test_a_message_has_what_it_told_and_nothing_else(desk):
    first, second = (desk.archive.ledger.digest_of(message).id for message in desk.composed)
    assert places(desk.archive.ledger.told(desk.reader(), 10, message=first)) == TOLD[1:]
    assert places(desk.archive.ledger.told(desk.reader(), 10, message=second)) == TOLD[:1]


def test_nothing_of_it_is_anybody_elses(desk):
    other = desk.reader("other@example.org")
    assert desk.archive.ledger.told(other, 10) == []
    assert desk.archive.ledger.digests(other, 10) == []
    own = [digest.message_id for digest in desk.archive.ledger.digests(desk.reader(), 10)]
    assert own == [*desk.composed][::-1]


def test_nothing_is_queued_for_a_reader_who_stopped_while_it_was_written(desk):
    reader = desk.reader()
    digest = [*desk.composed.values()][-1]
    desk.archive.readers.stop(reader.id)
    assert not desk.archive.ledger.enqueue(digest, [], "<new@example.org>", b"")
    assert desk.archive.ledger.digest_of("<new@example.org>") is None


def test_another_paper_with_the_same_passage_was_not_told_for_it(desk):
    """It came to a reader who asks for nothing that is in it."""
    desk.lay("copy", "Savings came up again.", of=meeting(key="m3", starts_on=SECOND), meeting_key="m3")
    desk.flag()
    assert places(desk.archive.ledger.told(desk.reader(), 10)) == TOLD


def test_a_list_finds_the_newest_bytes_first_page_by_page_whether_told_or_not(desk):
    desk.lay("new", "Savings on a first page.", "More savings on a second.")
    desk.flag()
    (watch,) = desk.reader().watch_lists
    found = [("Paper new", 1), ("Paper new", 2), *TOLD[:1], ("Paper late", 1), ("Paper late", 2), *TOLD[3:]]
    latest = places(desk.archive.ledger.latest(watch.id, 10))
    # All of them came at one moment of the test's clock: pages are in order, whatever the papers.
    assert sorted(latest) == sorted(found)
    for title in {title for title, _ in found}:
        pages = [page for each, page in latest if each == title]
        assert pages == sorted(pages)
    for limit in range(1, 6):
        assert len(desk.archive.ledger.latest(watch.id, limit)) == limit


def test_a_digest_says_whose_it_is(desk):
    reader = desk.reader()
    facts = [desk.archive.ledger.digest_of(message) for message in desk.composed]
    assert [each.reader for each in facts] == [reader.id, reader.id]
    assert desk.archive.ledger.digest_of("nobody@example.org") is None


def test_what_was_replaced_is_no_mention_and_a_notice_is_no_digest(desk):
    desk.lay("early", "It says nothing of that any more.", of=meeting(key="m1", starts_on=FIRST))
    desk.lay("more", "Savings of yet another kind.")
    (digest,) = desk.round(MOMENT + 2 * DAY)
    assert len(digest.replaced) == 1
    sent = desk.archive.ledger.digest_of([*desk.composed][-1])
    assert sent.overtaken == 1
    (before,) = desk.archive.ledger.overtaken(desk.reader(), sent.id)
    assert (before.snippet, before.place) == (digest.replaced[0].snippet, digest.replaced[0].places[0])
    desk.archive.ledger.notice({"disk": "full"}, [("mail", "o@example.org", "n@example.org", b"")])
    assert desk.archive.ledger.digest_of("n@example.org") is None
