"""When a paper that is held is asked for again: the rules as a truth table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.answers import conditional
from crawler.answers.conditional import PaperCheck
from crawler.fetching.download_handler import Received
from crawler.source_visit import SourceVisit
from pipeline.health.run_state import Failure
from pipeline.model import Document, DocumentKind, SourceState
from pipeline.ports import Held
from storage.archive import open_archive
from tests.helpers import archives
from tests.helpers.fakes import MemoryCatalogue, source

TODAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
PAPER = Document(source_id="s", key="k", title="t", kind=DocumentKind.REPORT, url="https://h.example/1")
HELD = Held(sha256="0", size=10, url=PAPER.url, etag="", last_modified="", fetched_at=NOW, checked_at=NOW)
TAGGED = replace(HELD, etag='"e"')


def ago(held: Held, days: float) -> Held:
    return replace(held, checked_at=NOW - timedelta(days=days))


def published(days: int) -> Document:
    return replace(PAPER, published_on=TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("document", "held", "meets_in", "look"),
    [
        # Never: what has no address, what is kept from the public.
        (replace(PAPER, url=""), None, 0, PaperCheck.NOT),
        (replace(PAPER, restricted=True), None, 0, PaperCheck.NOT),
        (replace(PAPER, restricted=True), ago(HELD, 99), 0, PaperCheck.NOT),
        # In full: what is not held, or stands elsewhere now, whenever its meeting is.
        (PAPER, None, -300, PaperCheck.GET),
        (PAPER, None, 300, PaperCheck.GET),
        (PAPER, None, None, PaperCheck.GET),
        (PAPER, replace(HELD, url="https://h.example/2"), -300, PaperCheck.GET),
        # In full: what was not compared for so long, or for which a doubt was noted (1970).
        (PAPER, ago(HELD, conditional.LATER[0] - 0.1), -300, PaperCheck.NOT),
        (PAPER, ago(HELD, sum(conditional.LATER)), -300, PaperCheck.GET),
        (PAPER, ago(HELD, conditional.AROUND[0] - 0.1), -3, PaperCheck.HEAD),
        (PAPER, ago(HELD, sum(conditional.AROUND)), -3, PaperCheck.GET),
        (PAPER, ago(HELD, conditional.AHEAD[0] - 0.1), 11, PaperCheck.HEAD),
        (PAPER, ago(HELD, sum(conditional.AHEAD)), 11, PaperCheck.GET),
        # On the day before its meeting and on the day: what is read there is what stands there.
        (PAPER, HELD, 1, PaperCheck.GET),
        (PAPER, HELD, 0, PaperCheck.GET),
        (PAPER, TAGGED, 0, PaperCheck.GET),
        (PAPER, replace(HELD, checked_at=datetime(1970, 1, 1, tzinfo=UTC)), 300, PaperCheck.GET),
        # A clock that ran ahead once does not keep a paper from us for ever.
        (PAPER, ago(HELD, -1), -300, PaperCheck.GET),
        # With a validator, in every run: it costs next to nothing.
        (PAPER, TAGGED, -300, PaperCheck.GET),
        (PAPER, replace(HELD, last_modified="Mon, 02 Nov 2026 08:00:00 GMT"), 300, PaperCheck.GET),
        # Without one, by its length from its publication to a while after the meeting…
        (PAPER, HELD, 84, PaperCheck.HEAD),
        (PAPER, HELD, 2, PaperCheck.HEAD),
        (PAPER, HELD, -1, PaperCheck.HEAD),
        (PAPER, HELD, -14, PaperCheck.HEAD),
        (PAPER, HELD, -15, PaperCheck.NOT),
        # …or its publication, whichever it is…
        (published(-14), HELD, None, PaperCheck.HEAD),
        (published(-15), HELD, None, PaperCheck.NOT),
        (published(-3), HELD, -40, PaperCheck.HEAD),
        (published(-40), HELD, 3, PaperCheck.HEAD),
        (published(-40), HELD, -40, PaperCheck.NOT),
        # …and always where nobody says when it is.
        (PAPER, HELD, None, PaperCheck.HEAD),
    ],
)
def test_look(document, held, meets_in, look):
    meets_on = None if meets_in is None else TODAY + timedelta(days=meets_in)
    assert conditional.look(document, held, meets_on=meets_on, today=TODAY, now=NOW) is look


@pytest.mark.parametrize(
    ("meets_in", "days_ago", "worth"),
    [(5, 1, False), (5, 2.5, False), (5, 2.9, True), (5, 4, True), (1, 0, True), (0, 0, True), (-1, 0, True),
     (-2, 0, False), (None, 0, False), (None, 3, True)],
)  # fmt: skip
def test_where_no_length_is_told(meets_in, days_ago, worth):
    meets_on = None if meets_in is None else TODAY + timedelta(days=meets_in)
    held = ago(HELD, days_ago)
    said = conditional.should_download_without_length(PAPER, held, meets_on=meets_on, today=TODAY, now=NOW)
    assert said is worth


@pytest.mark.parametrize(
    ("status", "length", "nothing"),
    [(200, "10", False), (200, "", True), (200, "0", True), (405, "10", True), (403, "", True),
     (404, "", False), (410, "5", False), (503, "", False)],
)  # fmt: skip
def test_what_a_head_tells(status, length, nothing):
    assert conditional.tells_nothing(status, length) is nothing


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(min_size=1, max_size=20), st.sampled_from([(20, "AHEAD"), (-5, "AROUND"), (-90, "LATER")]))
def test_every_paper_is_compared_again_in_its_time(key, standing):
    meets_in, name = standing
    soonest, spread = getattr(conditional, name)
    paper, meets_on = replace(PAPER, key=key), TODAY + timedelta(days=meets_in)
    due = [
        days
        for days in range(60)
        if conditional.comparison_is_due(paper, ago(HELD, days), meets_on, TODAY, NOW)
    ]
    assert soonest <= due[0] < soonest + spread
    assert due == list(range(due[0], 60)), "and stays due until it was"


def test_papers_of_one_day_do_not_all_come_again_on_one_day():
    papers = [replace(PAPER, key=f"attachment/{number}") for number in range(1300)]
    first = [
        next(
            days
            for days in range(30)
            if conditional.comparison_is_due(paper, ago(HELD, days), None, TODAY, NOW)
        )
        for paper in papers
    ]
    assert max(first.count(days) for days in set(first)) < 1300 / conditional.AROUND[1] * 1.5


def test_a_size_that_was_not_printed_before_or_is_not_now_is_no_other_size(tmp_path):
    catalogue = open_archive(tmp_path).catalogue
    run = catalogue.begin([archives.source()], TODAY)
    catalogue.record_document(run, archives.document())
    catalogue.record_revision(run, archives.revision(b"%PDF", fetched_at=datetime.now(UTC)))
    for printed in ("PDF 197 KB", "", "PDF 197 KB"):
        catalogue.record_document(run, archives.document(printed=printed))
        assert catalogue.held("marlshire", "d1").checked_at.year > 2000
    catalogue.record_document(run, archives.document(printed="PDF 1 MB"))
    assert catalogue.held("marlshire", "d1").checked_at.year == 1970


@pytest.mark.parametrize(
    ("length", "same"),
    [("10", True), ("010", True), ("11", False), ("", False), ("ten", False), ("-10", False), ("²", False)],
)
def test_a_length_is_compared_only_where_it_is_one(length, same):
    assert conditional.is_same(HELD, length) is same


def test_a_paper_is_new_once_and_its_first_bytes_on_another_day_are_a_change():
    """Whoever adds up what runs say was new has as many as there are."""
    catalogue, counts = MemoryCatalogue(), []
    for is_there in (False, True):
        visit = SourceVisit(1, source("s", PAPER.url), catalogue, blobs=None, today=TODAY)
        visit.document(PAPER)
        if is_there:
            received = Received(path=Path("x"), size=1, sha256="0", head=b"")
            visit.paper(PAPER, received, media_type="", urls=(PAPER.url,), etag="", last_modified="")
        else:
            visit.unavailable(PAPER, GONE)
        catalogue.reports.clear()
        report = visit.finish()
        counts.append((report.new, report.changed))
    assert counts == [(1, 0), (0, 1)]


GONE = Failure(state=SourceState.BROKEN, reason="not found (404)")
SHUT = Failure(state=SourceState.BLOCKED, reason="refuses us (403)")


@pytest.mark.parametrize(
    ("not_asked", "barred", "state"),
    [
        (50, [], SourceState.OK),
        (50, [GONE] * 5, SourceState.OK),  # dead links beside papers that stand
        (50, [SHUT], SourceState.OK),  # one paper kept from us
        (50, [SHUT] * 3, SourceState.BLOCKED),  # all that was asked for was refused
        (0, [GONE] * 5, SourceState.BROKEN),
    ],
)
def test_papers_that_nobody_asked_for_speak_against_dead_links_and_not_against_a_wall(
    not_asked, barred, state
):
    visit = SourceVisit(1, source("s", "https://h.example/"), MemoryCatalogue(), blobs=None, today=TODAY)
    visit.page_read("https://h.example/", is_start=True)
    visit.document(PAPER)
    for _ in range(not_asked):
        visit.not_asked(HELD)
    for failure in barred:
        visit.unavailable(PAPER, failure)
    assert visit.finish().state is state


@pytest.mark.parametrize(
    ("said", "look"),
    [
        ({}, PaperCheck.NOT),
        ({"kind": DocumentKind.OTHER}, PaperCheck.NOT),
        ({"title": "Paper d1 (corrected)"}, PaperCheck.GET),
        ({"printed": "PDF 198 KB"}, PaperCheck.GET),
        ({"published_on": date(2026, 1, 2)}, PaperCheck.GET),
        ({"url": "http://127.0.0.1/elsewhere.pdf"}, PaperCheck.GET),
        ("unavailable", PaperCheck.GET),
    ],
)
def test_a_doubt_outlives_a_run_that_was_killed_before_it_asked(tmp_path, said, look):
    archive = open_archive(tmp_path)
    catalogue = archive.catalogue
    run = catalogue.begin([archives.source()], TODAY)
    catalogue.record_document(run, archives.document(printed="PDF 197 KB"))
    archive.blobs.put(b"%PDF")
    catalogue.record_revision(run, archives.revision(b"%PDF", fetched_at=datetime.now(UTC)))
    run = catalogue.begin([], TODAY)
    if said == "unavailable":
        catalogue.record_unavailable(run, "marlshire", "d1", "not found (404)")
        paper = archives.document()
    else:
        paper = archives.document(**said)
        catalogue.record_document(run, paper)
    catalogue.record_document(catalogue.begin([], TODAY), paper)  # the next run: nothing new

    def now_and(days):
        held = catalogue.held("marlshire", "d1")
        moment = datetime.now(UTC) + timedelta(days=days)
        return conditional.look(paper, held, meets_on=date(2026, 1, 1), today=TODAY, now=moment)

    assert now_and(0.1) is look
    catalogue.record_unmodified(run, "marlshire", "d1")
    expected = PaperCheck.GET if paper.url != archives.document().url else PaperCheck.NOT
    assert now_and(0.1) is expected, "until it was compared"
