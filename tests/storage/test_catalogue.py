"""What a crawl writes: each write answers new, changed or unchanged, nothing is withdrawn on a bad word."""

from datetime import date, timedelta

import pytest

from pipeline.changes import ChangeKind
from pipeline.health.left import Tally
from pipeline.model import (
    DocumentKind,
    DocumentState,
    Left,
    LeftReason,
    Listing,
    MeetingStatus,
    Outcome,
    SourceState,
)
from pipeline.ports import SourceReport
from pipeline.where import Where
from storage.archive import open_archive
from tests.helpers.archives import TODAY, document, meeting, revision, source

NEW, CHANGED, UNCHANGED = Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED


@pytest.fixture
def archive(tmp_path):
    return open_archive(tmp_path / "data")


@pytest.fixture
def catalogue(archive):
    return archive.catalogue


def states(archive):
    return {row.title: row.state for row in archive.reports.papers()}


def test_meetings_answer_new_changed_unchanged_and_keep_the_first_name(archive, catalogue):
    run = catalogue.begin([source()], TODAY)
    assert catalogue.record_meeting(run, meeting()) is NEW
    assert catalogue.record_meeting(run, meeting()) is UNCHANGED
    assert catalogue.record_meeting(run, meeting(status=MeetingStatus.CANCELLED)) is CHANGED
    assert (
        catalogue.record_meeting(run, meeting(status=MeetingStatus.CANCELLED, body_name="Renamed"))
        is UNCHANGED
    )
    (row,) = archive.reports.meetings()
    assert (row.committee, row.status) == ("Health Scrutiny Committee", "cancelled")


def test_a_meeting_that_several_pages_list_is_in_each_run_where_the_first_of_them_has_it(archive, catalogue):
    """Else its address, its calendar entry and the log change with each crawl of a site that has not."""
    for _ in range(2):
        run = catalogue.begin([source()], TODAY)
        catalogue.record_meeting(run, meeting())
        for year in ("2025", "2026"):
            again = meeting(url=f"https://x.example/{year}", listing=year)
            assert catalogue.record_meeting(run, again) is UNCHANGED
    (row,) = archive.reports.meetings()
    assert row.url == meeting().url
    assert archive.log.size() == 1


def test_documents_answer_new_changed_unchanged(catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_meeting(run, meeting())
    assert catalogue.record_document(run, document()) is NEW
    assert catalogue.record_document(run, document()) is UNCHANGED
    assert catalogue.record_document(run, document(title="Paper, revised")) is CHANGED


def test_a_paper_replaced_in_place_is_a_new_revision_and_back_again_another(archive, catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_document(run, document())
    outcomes = []
    for content in (b"one", b"one", b"two", b"two", b"one"):
        archive.blobs.put(content)
        outcomes.append(catalogue.record_revision(run, revision(content)))
    assert outcomes == [NEW, UNCHANGED, CHANGED, UNCHANGED, CHANGED]
    (row,) = archive.reports.papers()
    assert (row.revisions, row.sha256) == (3, revision(b"one").sha256)


def test_what_a_conditional_request_needs_is_that_of_the_latest_revision(catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_document(run, document())
    assert catalogue.held("marlshire", "d1") is None
    catalogue.record_revision(run, revision(b"one", etag='"1"'))
    catalogue.record_revision(run, revision(b"two", etag='"2"'))
    assert catalogue.held("marlshire", "d1").etag == '"2"'
    assert catalogue.held("marlshire", "other") is None


def test_an_unavailable_paper_keeps_what_we_hold_of_it(archive, catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_document(run, document())
    catalogue.record_revision(run, revision(b"one"))
    assert catalogue.record_unavailable(run, "marlshire", "d1", "404 Not Found") is CHANGED
    assert catalogue.record_unavailable(run, "marlshire", "d1", "404 Not Found") is UNCHANGED
    (row,) = archive.reports.papers()
    assert (row.state, row.reason, row.revisions) == ("unavailable", "404 Not Found", 1)
    catalogue.record_unmodified(run, "marlshire", "d1")
    assert states(archive) == {"Paper d1": "held"}


def test_a_restricted_paper_that_opens_is_listed(archive, catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_document(run, document(restricted=True))
    assert states(archive) == {"Paper d1": "restricted"}
    assert catalogue.record_document(run, document()) is CHANGED
    assert states(archive) == {"Paper d1": "listed"}


@pytest.mark.parametrize("state", list(SourceState))
def test_only_a_run_that_has_read_the_listing_withdraws(archive, catalogue, state):
    listings = [
        Listing(source_id="marlshire", key="meeting/m1"),
        Listing(source_id="marlshire", key="committee/1", since=date(2026, 11, 1), until=date(2026, 12, 1)),
    ]
    first = catalogue.begin([source()], TODAY)
    catalogue.record_meeting(first, meeting())
    catalogue.record_meeting(first, meeting(key="m2"))
    catalogue.record_document(first, document())
    catalogue.record_document(first, document(key="d2"))
    second = catalogue.begin([source()], TODAY)
    catalogue.record_meeting(second, meeting())
    catalogue.record_document(second, document())
    withdrawn = catalogue.finish(second, SourceReport(source_id="marlshire", state=state), listings)
    gone = state in {SourceState.OK, SourceState.PARTLY}
    assert withdrawn == (1 if gone else 0), "a paper; meetings are counted by themselves"
    assert states(archive) == {"Paper d1": "listed", "Paper d2": "withdrawn" if gone else "listed"}
    statuses = sorted(row.status for row in archive.reports.meetings())
    assert statuses == ["scheduled", "withdrawn" if gone else "scheduled"]


def test_what_another_listing_holds_or_the_window_leaves_out_is_not_withdrawn(archive, catalogue):
    first = catalogue.begin([source()], TODAY)
    catalogue.record_meeting(first, meeting(key="before", starts_on=date(2026, 10, 31)))
    catalogue.record_document(first, document(listing="meeting/other"))
    second = catalogue.begin([source()], TODAY)
    report = SourceReport(source_id="marlshire", state=SourceState.OK)
    listings = [
        Listing(source_id="marlshire", key="meeting/m1"),
        Listing(source_id="marlshire", key="committee/1", since=date(2026, 11, 1), until=date(2026, 12, 1)),
    ]
    assert catalogue.finish(second, report, listings) == 0


def test_what_still_stands_in_sight_elsewhere_is_not_withdrawn(archive, catalogue):
    """A body moves its files to a host that the line does not name: the links are left, not gone."""
    first = catalogue.begin([source()], TODAY)
    for key in ("by title", "by file", "gone"):
        catalogue.record_document(first, document(key=key, url=f"http://127.0.0.1/{key[3:]}-2026.pdf"))
    second = catalogue.begin([source()], TODAY)
    tally = Tally()
    elsewhere = {"source_id": "marlshire", "reason": LeftReason.ANOTHER_HOST, "host": "f.example"}
    tally.add(Left(title="PAPER by title", url="https://f.example/1", **elsewhere))
    tally.add(Left(title="Download", url="https://f.example/x/file-2026.pdf?v=2", **elsewhere))
    report = SourceReport(source_id="marlshire", state=SourceState.PARTLY)
    listings = [Listing(source_id="marlshire", key="meeting/m1")]
    assert catalogue.finish(second, report, listings, tally.names()) == 1
    assert [title for title, state in states(archive).items() if state == "withdrawn"] == ["Paper gone"]


def test_a_withdrawn_paper_that_is_listed_again_is_what_it_was(archive, catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_document(run, document())
    catalogue.record_revision(run, revision(b"one"))
    later = catalogue.begin([source()], TODAY)
    listing = Listing(source_id="marlshire", key="meeting/m1")
    catalogue.finish(later, SourceReport(source_id="marlshire", state=SourceState.OK), [listing])
    assert states(archive) == {"Paper d1": DocumentState.WITHDRAWN}
    assert catalogue.record_document(later, document()) is CHANGED
    assert states(archive) == {"Paper d1": DocumentState.HELD}


def test_a_paper_whose_meeting_has_left_the_window_is_not_withdrawn(archive, catalogue):
    """A page of papers is one listing for all of them, and of what is over nobody looks any more."""
    first = catalogue.begin([source()], TODAY)
    for key, on in (("over", date(2026, 10, 31)), ("near", date(2026, 11, 2)), ("beyond", date(2026, 12, 2))):
        catalogue.record_meeting(first, meeting(key=key, starts_on=on, listing="page"))
        catalogue.record_document(first, document(key=key, meeting_key=key, listing="page"))
    second = catalogue.begin([source()], TODAY)
    window = {"since": date(2026, 11, 1), "until": date(2026, 12, 1)}
    listing = Listing(source_id="marlshire", key="page", **window)
    report = SourceReport(source_id="marlshire", state=SourceState.OK)
    assert catalogue.finish(second, report, [listing]) == 1, "the paper; its meeting is gone, too"
    assert [title for title, state in states(archive).items() if state == "withdrawn"] == ["Paper near"]


def test_what_was_called_withdrawn_for_its_window_alone_is_so_no_longer(archive, catalogue):
    """Archives of before December 2026: each paper of a papers page was, 56 days after its meeting."""
    first = catalogue.begin([source()], TODAY)
    days = {"over": TODAY - timedelta(days=57), "gone": TODAY - timedelta(days=56)}
    for key, on in days.items():
        catalogue.record_meeting(first, meeting(key=key, starts_on=on, listing="page"))
        catalogue.record_document(first, document(key=key, meeting_key=key, listing="page"))
    second = catalogue.begin([source()], TODAY)
    everything = Listing(source_id="marlshire", key="page")  # as if the window had not been asked
    assert (
        catalogue.finish(second, SourceReport(source_id="marlshire", state=SourceState.OK), [everything]) == 2
    )
    assert {row.state for row in archive.reports.papers()} == {"withdrawn"}

    catalogue.begin([source("ellenby")], TODAY)
    assert set(states(archive).values()) == {"withdrawn"}, "the run reads another source"
    for _ in range(2):
        catalogue.begin([source()], TODAY + timedelta(days=9))
        assert states(archive) == {"Paper over": "listed", "Paper gone": "withdrawn"}
    told = archive.reports.changes(kinds=[ChangeKind.WITHDRAWN])
    assert [row.title for row in told if row.document] == ["Paper gone"]
    papers = {row.title: row.document for row in archive.reports.papers()}
    said = [entry.kind for entry in archive.log.about(f"paper:{papers['Paper over']}")]
    assert said == ["listed", "withdrawn", "listed again"]


def ran(catalogue, state=SourceState.OK, count=0, today=TODAY, papers=()):
    """A run of a source that saw so many papers, some of them with a meeting or days of their own."""
    run = catalogue.begin([source()], today)
    for paper in papers:
        catalogue.record_document(run, paper)
    catalogue.finish(run, SourceReport(source_id="marlshire", state=state, documents=count), ())
    catalogue.end(run)


def test_what_is_usual_is_the_median_of_the_last_five_good_runs(catalogue):
    assert catalogue.usual(catalogue.begin([source()], TODAY), source()) is None
    for state, count in [
        (SourceState.OK, 1000),
        (SourceState.OK, 10),
        (SourceState.OK, 12),
        (SourceState.BROKEN, 0),
        (SourceState.OK, 11),
        (SourceState.SUSPECT, 2),
        (SourceState.OK, 40),
        (SourceState.OK, 9),
    ]:
        ran(catalogue, state, count)
    assert catalogue.usual(catalogue.begin([source()], TODAY), source()) == 11


def test_what_is_over_is_not_usual(catalogue):
    """Else a council in August, a consultation that closes and a ministry at Christmas look like faults."""
    begun = catalogue.begin([source()], TODAY)
    for key, on in (("over", date(2026, 10, 1)), ("near", TODAY), ("no day", None)):
        catalogue.record_meeting(begun, meeting(key=key, starts_on=on))
    papers = {
        "over": {"meeting_key": "over"},
        "near": {"meeting_key": "near"},
        "of a month": {"meeting_key": "no day"},
        "closed": {"meeting_key": None, "published_on": TODAY, "closes_on": TODAY + timedelta(days=10)},
        "old": {"meeting_key": None, "published_on": date(2026, 10, 1)},
        "bare": {"meeting_key": None},
    }
    every = [document(key=key, **said) for key, said in papers.items()]
    for _ in range(5):
        ran(catalogue, count=len(every), papers=every)
    later = TODAY + timedelta(days=30)
    run = catalogue.begin([source()], later)
    assert catalogue.usual(run, source()) == 2, "the near one, and the one of which nothing is known"
    catalogue.record_document(run, every[0])
    assert catalogue.usual(run, source()) == 3, "what is seen again is not over"


def test_the_listings_of_meetings_that_are_not_over(catalogue):
    run = catalogue.begin([source()], TODAY)
    for key, on in (("a", date(2026, 10, 1)), ("b", TODAY), ("c", None), ("d", date(2026, 12, 1))):
        catalogue.record_meeting(run, meeting(key=key, starts_on=on, listing=f"committee/{key}"))
    assert set(catalogue.meeting_listings("marlshire", TODAY)) == {"committee/b", "committee/d"}
    assert not catalogue.meeting_listings("other", TODAY)


def test_the_health_of_a_source_is_that_of_its_last_run(archive, catalogue):
    for state in (SourceState.OK, SourceState.BLOCKED):
        run = catalogue.begin([source()], TODAY)
        catalogue.finish(run, SourceReport(source_id="marlshire", state=state, reason="why"), ())
    (health,) = archive.reports.health()
    assert (health.state, health.reason) == (SourceState.BLOCKED, "why")
    assert health.last_success is not None
    assert health.last_run > health.last_success


def test_a_consultation_that_closes_is_expected_like_a_meeting(archive, catalogue):
    run = catalogue.begin([source()], TODAY)
    catalogue.record_meeting(run, meeting())
    closing = document(
        title="Proposed contract", kind=DocumentKind.CONSULTATION, closes_on=date(2026, 11, 20)
    )
    catalogue.record_document(run, closing)
    expected = archive.reports.ahead(TODAY, date(2026, 12, 1))
    assert [(each.body_name, each.meeting.title, each.meeting.starts_on) for each in expected] == [
        ("Marlshire", "Consultation closes: Proposed contract", date(2026, 11, 20)),
        ("Marlshire", "Meeting", date(2026, 11, 26)),
    ]
    assert archive.reports.ahead(date(2026, 11, 21), date(2026, 12, 1), Where(("marlshire",))) == expected[1:]
    assert len(archive.reports.calendar(TODAY)) == 2
