"""What changed from run to run: each change is named once, and nothing is named that did not happen."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.main import call
from pipeline.changes import ChangeKind, change_said
from pipeline.english import short_day
from pipeline.model import Cadence, Listing, MeetingStatus, Source, SourceState, WatchList
from pipeline.ports import SourceReport
from storage.archive import open_archive
from tests.helpers.archives import TODAY, document, meeting, revision, source
from tests.helpers.desk import MOMENT, Desk

K = ChangeKind
TOMORROW = TODAY + timedelta(days=1)
LISTINGS = (Listing(source_id="marlshire", key="papers"), Listing(source_id="marlshire", key="meetings"))


def run(archive, today: date, meetings, papers, *, state=SourceState.OK, of: Source | None = None) -> None:
    """One run that lists these meetings, and these papers with their bytes (b"" for none)."""
    catalogue = archive.catalogue
    number = catalogue.begin([of or source()], today)
    for each in meetings:
        catalogue.record_meeting(number, replace(each, listing="meetings"))
    for each, content in papers:
        catalogue.record_document(number, replace(each, listing="papers"))
        if content:
            catalogue.record_revision(number, revision(content, key=each.key))
    catalogue.finish(number, SourceReport(source_id="marlshire", state=state), LISTINGS)
    catalogue.end(number)


def told(archive, **asked) -> Counter[tuple[str, str]]:
    return Counter((change.kind.value, change.title) for change in archive.reports.changes(**asked))


# ---- generated histories of two days

STATES = st.sampled_from([MeetingStatus.SCHEDULED, MeetingStatus.CANCELLED, MeetingStatus.MOVED])


@st.composite
def days(draw):
    """What a body lists on two days: for each meeting and paper, its form on each or None."""
    world: dict[str, list[object]] = {"meetings": [], "papers": []}
    for number in range(draw(st.integers(0, 4))):
        first = meeting(
            key=f"m{number}",
            title=f"Meeting {number}",
            starts_on=date(2027, 3, 1 + number),
            starts_at=time(10),
        )
        forms = [
            draw(
                st.none()
                | st.builds(
                    replace,
                    st.just(first),
                    status=STATES,
                    starts_on=st.sampled_from([date(2027, 3, 1 + number), date(2027, 4, 9)]),
                    starts_at=st.sampled_from([None, time(10), time(14, 30)]),
                    place=st.sampled_from(["", "Town Hall", "Library"]),
                )
            )
            for _ in range(2)
        ]
        world["meetings"].append(forms)
    for number in range(draw(st.integers(0, 5))):
        forms = [
            draw(
                st.none()
                | st.tuples(
                    st.builds(
                        lambda title, shut, number=number: document(
                            key=f"d{number}", title=title, restricted=shut, meeting_key=None
                        ),
                        st.sampled_from([f"Paper {number}", f"Paper {number} (corrected)"]),
                        st.booleans(),
                    ),
                    st.sampled_from([b"", b"one", b"another"]),
                )
            )
            for _ in range(2)
        ]
        world["papers"].append([form and (form[0], b"" if form[0].restricted else form[1]) for form in forms])
    return world


def truth(world) -> Counter[tuple[str, str]]:
    """What happened on the second day, from what was listed on both."""
    happened: Counter[tuple[str, str]] = Counter()
    for before, after in world["meetings"]:
        title = (after or before).title if after or before else ""
        if after and not before:
            happened["new", title] += 1
            happened[after.status.value, title] += after.status is not MeetingStatus.SCHEDULED
        elif before and not after:
            happened["withdrawn", title] += 1
        elif before and after:
            was = (before.starts_on, before.starts_at)
            moved = before.starts_on != after.starts_on or (
                before.starts_at and after.starts_at and before.starts_at != after.starts_at
            )
            says_so = after.status is MeetingStatus.MOVED and before.status is not MeetingStatus.MOVED
            happened["moved", title] += bool(moved or says_so)
            cancelled = MeetingStatus.CANCELLED
            happened["cancelled", title] += after.status is cancelled and before.status is not cancelled
            happened["back", title] += before.status is cancelled and after.status is not cancelled
            happened["place", title] += bool(before.place and before.place != after.place)
            assert was
    for before, after in world["papers"]:
        if after and not before:
            happened["new", after[0].title] += 1
        elif before and not after:
            happened["withdrawn", before[0].title] += 1
        elif before and after:
            (old, had), (new, has) = before, after
            happened["renamed", new.title] += old.title != new.title
            happened["restricted", new.title] += new.restricted and not old.restricted
            happened["back", new.title] += old.restricted and not new.restricted
            happened["replaced", new.title] += bool(had and has and had != has)
    return +happened


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(world=days())
def test_all_that_happened_between_two_days_is_named_and_nothing_else(tmp_path_factory, world):
    archive = open_archive(tmp_path_factory.mktemp("data"))
    for number, day in enumerate((TODAY, TOMORROW)):
        listed = [[form[number] for form in world[kind] if form[number]] for kind in ("meetings", "papers")]
        run(archive, day, *listed)
    assert told(archive, since=TOMORROW) == truth(world)
    run(archive, TOMORROW + timedelta(days=1), *listed)
    assert told(archive, since=TOMORROW + timedelta(days=1)) == Counter(), "nothing new, nothing to tell"


@pytest.mark.parametrize("state", [SourceState.SUSPECT, SourceState.BROKEN, SourceState.BLOCKED])
def test_a_run_that_went_wrong_withdraws_nothing_and_finds_nobody_late(tmp_path, state):
    archive = open_archive(tmp_path)
    soon = meeting(starts_on=TODAY + timedelta(days=3))
    run(archive, TODAY, [soon, meeting(key="m2", starts_on=TODAY)], [(document(meeting_key="m2"), b"x")])
    run(archive, TOMORROW, [], [], state=state)
    assert told(archive, since=TOMORROW) == Counter()


# ---- late


def test_a_meeting_near_without_papers_is_late_once_until_its_papers_come(tmp_path):
    archive = open_archive(tmp_path)
    soon = meeting(key="soon", title="Soon", starts_on=TODAY + timedelta(days=5))
    past = (document(meeting_key="past"), b"x")
    meetings = [
        soon,
        meeting(key="past", title="Past", starts_on=TODAY - timedelta(days=9)),
        meeting(key="off", title="Off", starts_on=soon.starts_on, status=MeetingStatus.CANCELLED),
        meeting(key="far", title="Far", starts_on=TODAY + timedelta(days=30)),
    ]
    run(archive, TODAY, meetings, [past])
    late = {"kinds": [K.LATE]}
    assert told(archive, **late) == Counter()
    for days in (1, 2, 2):
        run(archive, TODAY + timedelta(days=days), meetings, [past])
        assert told(archive, **late) == Counter({("late", "Soon"): 1})
    (change,) = archive.reports.changes(kinds=[K.LATE])
    assert change_said(change) == "No paper is out, 4 days before the meeting."
    # A new day is a new question.
    moved = [replace(soon, starts_on=TODAY + timedelta(days=6)), *meetings[1:]]
    run(archive, TODAY + timedelta(days=3), moved, [past])
    (change,) = archive.reports.changes(kinds=[K.LATE])
    assert (change.day, change.now) == (TODAY + timedelta(days=3), "3")
    run(archive, TODAY + timedelta(days=4), moved, [past, (document(key="d2", meeting_key="soon"), b"y")])
    assert told(archive, **late) == Counter()


def test_a_source_that_gives_no_papers_to_meetings_is_never_late(tmp_path):
    archive = open_archive(tmp_path)
    run(archive, TODAY, [meeting(starts_on=TOMORROW)], [(document(meeting_key=None), b"x")])
    assert told(archive, kinds=[K.LATE]) == Counter()


# ---- the command


def test_the_command_says_what_changed_since_a_day_in_every_format(tmp_path, capsys):
    archive = open_archive(tmp_path)
    run(archive, TODAY, [meeting()], [(document(title="=1+1"), b"x")])
    run(archive, TOMORROW, [meeting(starts_on=date(2026, 12, 3))], [(document(title="=1+1"), b"y")])

    def ask(*words):
        code = call(["--data", str(tmp_path), "changes", *words])
        out, err = capsys.readouterr()
        return code, out, err

    code, out, _ = ask("--since", TOMORROW.isoformat(), "--format", "json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(row["kind"], row["what"], row["was"][:10], row["now"][:10]) for row in rows] == [
        ("replaced", "paper", revision(b"x").sha256[:10], revision(b"y").sha256[:10]),
        ("moved", "meeting", "2026-11-26", "2026-12-03"),
    ]
    assert rows[1]["said"] == "Moved from Thursday 26 November 2026 to Thursday 3 December 2026."
    assert {"body", "body_name", "committee", "meeting_date", "document", "url", "day"} <= rows[0].keys()
    _, out, _ = ask("--since", TOMORROW.isoformat(), "--format", "csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert [row["kind"] for row in table] == ["replaced", "moved"]
    assert table[0]["title"].startswith("'="), "no formula for a spreadsheet"
    _, out, _ = ask("--since", TODAY.isoformat(), "--kind", "new")
    assert out.count("New ") == 2
    assert "Replaced" not in out
    assert ask("--since", "2030-01-01", "--format", "csv")[1].startswith("id,day,at,kind")
    assert ask("--body", "nobody")[0] == 2
    last = f"Nothing changed. The last changes are of {short_day(TOMORROW)}: --since {TOMORROW}"
    assert ask("--since", "2030-01-01")[2].strip() == last
    assert ask("--since", "2030-01-01", "--kind", "cancelled")[2].strip() == "Nothing changed."


# ---- the digest


def test_a_digest_tells_each_change_once_and_a_reader_of_chosen_bodies_even_without_a_mention(tmp_path):
    desk = Desk(tmp_path)
    archive = desk.archive
    run(archive, TODAY, [meeting(title="Board")], [])
    since = {"confirmed_at": datetime(2026, 1, 1, tzinfo=UTC), "cadence": Cadence.DAILY}
    desk.reader("a@example.org", watch_lists=(WatchList(bodies=("marlshire",)),), **since)
    desk.reader("b@example.org", watch_lists=(WatchList(),), **since)
    run(archive, TOMORROW, [meeting(title="Board", status=MeetingStatus.CANCELLED)], [])
    moment = MOMENT
    (digest,) = desk.tell(moment)
    assert digest.subscriber.address == "a@example.org", "who follows all bodies hears with the mentions"
    assert [(change.kind, change.title) for change in digest.changes] == [(K.CANCELLED, "Board")]
    (content,) = [message.content for message in archive.ledger.due(moment)]
    assert b"Cancelled." in content
    assert desk.tell(moment + timedelta(days=8)) == [], "told once"
