"""Whether papers were out in time: a table of meetings, and no claim that the looks at a list do not bear."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import time_machine

from cli.main import call
from crawler.lines import registry
from pipeline.meetings.lateness import Lateness
from pipeline.model import BY_HAND, DocumentKind, MeetingStatus, Source, SourceState
from pipeline.ports import SourceReport
from storage.archive import open_archive
from storage.reports.lateness import _LOOKED_AHEAD
from tests.helpers.archives import document, meeting, revision, source

L = Lateness


def at(day: str, hour: int = 7) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), UTC)


def run(
    archive, day: date, *, papers=(), state=SourceState.OK, listed=True, of: Source | None = None
) -> None:
    """One run at seven on a day that lists a meeting, and these papers of it."""
    catalogue = archive.catalogue
    with time_machine.travel(datetime.combine(day, time(7), UTC), tick=False):
        number = catalogue.begin([source(platform="moderngov")], day)
    with time_machine.travel(datetime.combine(day, time(7, 5), UTC), tick=False):
        if listed:
            catalogue.record_meeting(number, meeting())
        for each in papers:
            catalogue.record_document(number, each)
            if not each.restricted:
                catalogue.record_revision(number, revision(each.key.encode(), key=each.key))
        catalogue.finish(number, SourceReport(source_id="marlshire", state=state), ())
        catalogue.end(number)


NOVEMBER = [date(2026, 11, day) for day in range(1, 31)]
AGENDA = document(key="a", kind=DocumentKind.AGENDA)
MINUTES = document(key="m", kind=DocumentKind.MINUTES)


def only(archive):
    (found,) = archive.reports.lateness(NOVEMBER[0], NOVEMBER[-1])
    return found


def test_the_looks_are_those_of_runs_that_read_the_whole_list(tmp_path):
    archive = open_archive(tmp_path)
    run(archive, NOVEMBER[15])
    run(archive, NOVEMBER[16], papers=[MINUTES])  # minutes are no paper for the meeting
    run(archive, NOVEMBER[18], state=SourceState.PARTLY)  # it may have been there
    run(archive, NOVEMBER[19], papers=[AGENDA])
    found = only(archive)
    assert (found.first_before, found.first_by) == (at("2026-11-17"), at("2026-11-20").replace(minute=5))
    assert (found.state, found.papers, found.agenda_by) == (L.UNKNOWN, 1, found.first_by)
    assert (found.least_days, found.most_days) == (3, 6)


def test_a_look_back_at_an_old_meeting_proves_nothing_of_its_time(tmp_path):
    """A crawl further back finds an old meeting with its papers: our looks did not cover it."""
    archive = open_archive(tmp_path)
    run(archive, date(2026, 11, 30) + timedelta(days=200), listed=False)
    run(archive, date(2026, 11, 30) + timedelta(days=201), papers=[AGENDA])
    assert (only(archive).state, only(archive).first_before) == (L.UNKNOWN, None)


def test_a_look_long_after_a_meeting_left_the_list_is_none_at_it(tmp_path):
    archive = open_archive(tmp_path)
    run(archive, NOVEMBER[9])
    run(archive, NOVEMBER[17])
    run(archive, NOVEMBER[29] + timedelta(days=300), listed=False)
    assert (only(archive).state, only(archive).last_look) == (L.NOT_OUT, at("2026-11-18"))


def test_cancelled_meetings_and_confidential_papers_are_no_matter(tmp_path):
    archive = open_archive(tmp_path)
    run(archive, NOVEMBER[15])
    run(archive, NOVEMBER[16], papers=[replace(AGENDA, restricted=True)])
    assert only(archive).papers == 0
    with time_machine.travel(at("2026-11-18"), tick=False):
        number = archive.catalogue.begin([source()], NOVEMBER[17])
        archive.catalogue.record_meeting(number, replace(meeting(), status=MeetingStatus.CANCELLED))
    assert archive.reports.lateness(NOVEMBER[0], NOVEMBER[-1]) == []


def test_every_list_of_meetings_is_looked_at_as_far_ahead_as_is_relied_on(tmp_path):
    kinds = {"council", "icb", "trust"}
    short = [
        each.id
        for each in registry.load(tmp_path).values()
        if each.kind in kinds and each.window.ahead < _LOOKED_AHEAD and each.platform not in {"feed", "page"}
    ]
    assert short == []


def test_the_command_shows_meetings_and_bodies_and_its_csv_has_a_header(tmp_path, capsys):
    archive = open_archive(tmp_path)
    for day in NOVEMBER[15:27]:
        run(archive, day, papers=[AGENDA] if day >= NOVEMBER[20] else [])
    period = ["--since", "2026-11-01", "--until", "2026-11-30", "--data", str(tmp_path)]
    assert call(["late", *period, "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["state"], row["least_days"], row["most_days"]) == ("late", "3", "3")
    assert row["said"].endswith("3 clear working days before the meeting.")
    assert call(["late", *period, "--by", "body", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    found = " ".join(row[name] for name in ("body", "year", "meetings", "late", "in time"))
    assert found == "marlshire 2026 1 1 0"
    assert call(["late", "--since", "2026-12-01", "--until", "2026-11-01", "--data", str(tmp_path)]) == 2


def test_a_paper_added_by_hand_to_a_meeting_is_no_paper_that_came_late(tmp_path):
    archive = open_archive(tmp_path)
    run(archive, NOVEMBER[15])
    run(archive, NOVEMBER[26])
    assert only(archive).state is L.NEVER
    with time_machine.travel(datetime.combine(NOVEMBER[27], time(7), UTC), tick=False):
        number = archive.catalogue.begin([source("by-hand-marlshire", body="marlshire")], NOVEMBER[27])
        archive.catalogue.record_document(number, document("by-hand-marlshire", "x", meeting_key=None))
        archive.catalogue.record_revision(
            number, revision(b"x", "by-hand-marlshire", "x", provenance=BY_HAND)
        )
        archive.catalogue.join_meeting("by-hand-marlshire", "x", only(archive).meeting)
    assert (only(archive).state, only(archive).by_hand, only(archive).papers) == (L.UNKNOWN, True, 0)
