"""What a reader was told stays true: papers replaced or withdrawn since, and whose first mention it is."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.model import First, Listing, SourceState, WatchList
from pipeline.ports import SourceReport
from tests.alerts.test_channels import config, serving
from tests.helpers.archives import TODAY, document, keep, meeting, revision, source
from tests.helpers.desk import DAY, HOUR, MOMENT, Desk, concept

OLD = "Of the savings, 74 million are still to be found this year, the director said."
NEW = "Of the savings, 78 million were found by the board, and it rests."


def told(entries):
    return [(entry.places[0].title, entry.snippet) for entry in entries]


def withdraw(desk, *still):
    """A good run in which the listing has only these papers left."""
    catalogue = desk.archive.catalogue
    run = catalogue.begin([source()], TODAY)
    catalogue.record_meeting(run, meeting())
    for key in still:
        catalogue.record_document(run, document(key=key))
    listing = Listing(source_id="marlshire", key="meeting/m1")
    catalogue.finish(
        run, SourceReport(source_id="marlshire", state=SourceState.OK, reason="", documents=5), [listing]
    )


def test_a_corrected_paper_is_told_as_replaced_and_not_as_a_first_mention_again(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    old = desk.lay("d1", OLD)
    (one,) = desk.round(MOMENT)
    assert [first.anywhere for first in one.entries[0].firsts] == [True]
    desk.lay("d1", NEW)
    (two,) = desk.round(MOMENT + DAY)
    (fresh,) = two.entries
    assert (fresh.snippet, fresh.firsts) == (NEW, ())
    assert told(two.replaced) == [("Paper d1", OLD)]
    assert two.replaced[0].places[0].sha256 == old
    assert desk.round(MOMENT + 2 * DAY) == []
    desk.lay("d1", "A savings plan of another kind is before us now.")
    (three,) = desk.round(MOMENT + 3 * DAY)
    assert told(three.replaced) == [("Paper d1", NEW)]
    assert desk.round(MOMENT + 4 * DAY) == []


def test_a_reader_who_was_not_told_of_the_old_paper_hears_of_the_first_mention(tmp_path):
    desk = Desk(tmp_path)
    desk.lay("d1", OLD)
    desk.flag()
    desk.reader()
    desk.lay("d1", NEW)
    (one,) = desk.round()
    assert [first.anywhere for first in one.entries[0].firsts] == [True]
    assert told(one.replaced) == []


def test_words_that_are_only_taken_out_are_told_too_and_those_that_stay_are_not(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    other = "\n\nThe merger of the two boards is put off until spring, it was said then."
    desk.watch_for(concept("savings"), concept("merger"))
    desk.lay("d1", OLD + other)
    desk.round(MOMENT)
    desk.lay("d1", "Nothing is said of it here." + other)
    (two,) = desk.round(MOMENT + DAY)
    assert two.entries == ()
    assert told(two.replaced) == [("Paper d1", OLD)]
    desk.lay("d1", "Nothing is said of this here." + other)
    assert desk.round(MOMENT + 2 * DAY) == []


def test_a_sentence_that_stays_while_its_neighbours_change_is_neither_news_nor_gone(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", "One. The savings are many. Two.")
    desk.round(MOMENT)
    desk.lay("d1", "One and a half. The savings are many. Three.")
    assert desk.round(MOMENT + DAY) == []
    desk.lay("d1", "One. The savings are few. Three.")
    (three,) = desk.round(MOMENT + 2 * DAY)
    assert [entry.snippet for entry in three.entries] == ["The savings are few."]
    assert told(three.replaced) == [("Paper d1", "The savings are many.")]


def test_a_paper_that_goes_back_and_forth_is_told_each_time(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", OLD)
    desk.round(MOMENT)
    for day, (now, before) in enumerate([(NEW, OLD), (OLD, NEW), (NEW, OLD)], 1):
        desk.lay("d1", now)
        digests = desk.round(MOMENT + day * DAY)
        # The reader knows both after the first time: what is told again stands, and is not news.
        assert [told(digest.replaced) for digest in digests] == ([[("Paper d1", before)]] if day < 3 else [])


def test_a_replaced_paper_is_told_only_once_it_is_read(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", OLD)
    desk.round(MOMENT)
    run = desk.archive.catalogue.begin([source()], TODAY)
    sha256, _ = desk.archive.blobs.put(b"new")
    desk.archive.catalogue.record_revision(run, revision(b"new"))
    assert desk.round(MOMENT + DAY) == []
    keep(desk.archive, [NEW], content=b"new")
    (two,) = desk.round(MOMENT + 2 * DAY)
    assert told(two.replaced) == [("Paper d1", OLD)]
    assert two.entries[0].places[0].sha256 == sha256


@pytest.mark.parametrize("watch", [WatchList(concepts=("savings",)), WatchList(query="savings")])
def test_a_withdrawn_paper_is_told_once_each_time_it_is_withdrawn(tmp_path, watch):
    desk = Desk(tmp_path)
    reader = desk.reader(concepts=("none",))
    desk.archive.readers.add_watch(reader.id, watch)
    desk.lay("d1", OLD)
    desk.lay("d2", NEW)
    desk.round(MOMENT)
    withdraw(desk, "d2")
    (two,) = desk.round(MOMENT + DAY)
    assert two.entries == ()
    assert told(two.withdrawn) == [("Paper d1", OLD)]
    assert told(two.replaced) == []
    assert desk.round(MOMENT + 2 * DAY) == []
    withdraw(desk, "d1", "d2")
    assert desk.round(MOMENT + 3 * DAY) == []
    withdraw(desk)
    (three,) = desk.round(MOMENT + 4 * DAY)
    assert sorted(told(three.withdrawn)) == [("Paper d1", OLD), ("Paper d2", NEW)]


def test_a_paper_withdrawn_before_it_was_told_is_told_with_that(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", OLD)
    withdraw(desk)
    (one,) = desk.round(MOMENT)
    assert len(one.entries) == len(told(one.withdrawn)) == 1
    desk.watch_for(concept("savings", "savings", "director"))
    assert desk.round(MOMENT + DAY) == []


def test_a_paper_that_its_body_lists_elsewhere_now_is_not_called_withdrawn(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", OLD)
    desk.round(MOMENT)
    keep(desk.archive, [OLD], key="d9", content=f"d1 {(OLD,)}".encode())
    withdraw(desk, "d9")
    (two,) = desk.round(MOMENT + DAY)
    assert [entry.said_again for entry in two.entries] == [True]
    assert told(two.withdrawn) == []
    withdraw(desk)
    (three,) = desk.round(MOMENT + 2 * DAY)
    assert {title for title, _ in told(three.withdrawn)} == {"Paper d1", "Paper d9"}


def test_a_message_that_never_went_takes_its_corrections_into_the_next(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", OLD)
    desk.lay("d2", "The savings are gone.")
    desk.round(MOMENT)
    with serving(refuse={"RCPT": "450 4.2.0 greylisted"}) as server:
        desk.settings = config(server.port)
        desk.lay("d1", NEW)
        withdraw(desk, "d1")
        desk.round(MOMENT + DAY)
        desk.lay("d3")
        (three,) = desk.round(MOMENT + 2 * DAY)
    assert told(three.replaced) == [("Paper d1", OLD)]
    assert told(three.withdrawn) == [("Paper d2", "The savings are gone.")]
    assert {entry.places[0].title for entry in three.entries} == {"Paper d1", "Paper d3"}


def test_each_body_that_says_it_first_is_named_and_no_other(tmp_path):
    """The vale's paper is the thinner and is quoted; others had the same words, one before and one after."""
    desk = Desk(tmp_path)
    desk.reader()
    facts = {"meeting_key": None, "published_on": date(2026, 5, 1)}
    desk.lay("v0", "Savings, and quite other ones.", source_id="vale", **facts)
    desk.round(MOMENT)
    desk.lay("v1", OLD, source_id="vale", meeting_key=None, published_on=date(2026, 5, 2))
    desk.lay("h1", OLD, "A page.", source_id="hill", meeting_key=None, published_on=date(2025, 5, 1))
    desk.lay("m1", OLD, "A page.", "More.", source_id="moor", **facts)
    (two,) = desk.round(MOMENT + HOUR)
    (entry,) = two.entries
    assert [place.body_name for place in entry.places] == ["Vale", "Hill", "Moor"]
    _, hill, moor = entry.places
    assert entry.firsts == (
        First(body_name="Hill", anywhere=True, before=date(2026, 5, 1), document=hill.document),
        First(body_name="Moor", anywhere=False, before=None, document=moor.document),
    )
    assert [len(entry.firsts_at(place)) for place in entry.places] == [0, 1, 1]


def test_the_same_paper_with_another_day_is_not_found_late(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", OLD, meeting_key=None, published_on=date(2026, 6, 1))
    desk.flag()
    desk.archive.firsts.update()
    desk.lay("d1", OLD, meeting_key=None, published_on=date(2026, 5, 1))
    assert desk.archive.firsts.update() == 2
    (one,) = desk.round()
    assert [first.before for first in one.entries[0].firsts] == [None]


def test_a_paper_added_by_hand_is_known_as_such(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    run = desk.archive.catalogue.begin([source()], TODAY)
    desk.archive.catalogue.record_document(run, document(meeting_key=None))
    desk.archive.blobs.put(b"d1")
    desk.archive.catalogue.record_revision(run, revision(b"d1", provenance="added by hand"))
    keep(desk.archive, [OLD], content=b"d1")
    desk.lay("d2", NEW)
    (one,) = desk.round()
    assert {(place.title, place.by_hand) for e in one.entries for place in e.places} == {
        ("Paper d1", True),
        ("Paper d2", False),
    }
