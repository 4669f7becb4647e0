"""A reader follows a committee, a meeting or a paper, and pauses, copies and changes lists."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import feedparser
import pytest
from click.testing import CliRunner

from cli.main import paperwatch
from pipeline.days import local_today
from pipeline.errors import ConfigError
from pipeline.model import Cadence, WatchList
from pipeline.where import BodyPart, PartKind, Where, all_of, part
from tests.cli.test_readers import ADDRESS, app_in, letters, signed_up
from tests.helpers.archives import keep, meeting
from tests.helpers.desk import HOUR, MOMENT, Desk, concept, papers_in

SAID = "Great savings of many millions are planned by"
SAVINGS = WatchList(name="Money", concepts=("savings",))


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path, None, concept("savings"), concept("closure"))
    yield made
    made.archive.database.engine.dispose()


@pytest.fixture
def home(tmp_path):
    made = app_in(tmp_path / "data")
    yield made
    made.archive.database.engine.dispose()


def lay(archive, key, *, text=SAID, committee="Health Scrutiny Committee", body="marlshire"):
    """A paper of a committee's own meeting; returns its number and that of its meeting."""
    words = f"{text} {key} and {key}."
    keep(
        archive,
        [words],
        key=key,
        source_id=body,
        content=words.encode(),
        of=meeting(body, f"m-{committee}", body_name=committee),
        meeting_key=f"m-{committee}",
    )
    row = next(row for row in archive.reports.papers() if row.title == f"Paper {key}")
    return row.document, row.meeting


def told(desk, moment=MOMENT):
    """What the messages of a round say."""
    known = {*desk.folder.glob("outbox/*.eml")}
    desk.round(moment)
    new = {*desk.folder.glob("outbox/*.eml")} - known
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in new]
    return " ".join(" ".join(each.get_body(("plain",)).get_content() for each in letters).split())


def kept(desk, reader):
    return desk.archive.readers.of_id(reader.id).watch_lists


def follower(desk, *followed, **other):
    """A reader of these parts of bodies."""
    parts = tuple(map(part, followed))
    return desk.reader(**{"watch_lists": [WatchList(parts=parts)], **other})


def test_a_committee_a_meeting_and_a_paper_are_followed_and_nothing_else_of_their_bodies(desk):
    paper, gathering = lay(desk.archive, "d1")
    lay(desk.archive, "d0", committee="Cabinet")
    desk.round()
    for number, what in enumerate(("committee/Health Scrutiny Committee", f"meeting/{gathering}")):
        reader = follower(desk, f"marlshire/{what}")
        lay(desk.archive, f"in-{number}")
        lay(desk.archive, f"out-{number}", committee="Cabinet")
        said = told(desk)
        assert f"Paper in-{number}" in said
        assert "out-" not in said
        desk.archive.readers.remove(reader.address)
    follower(desk, f"marlshire/paper/{paper}")
    lay(desk.archive, "d2")
    assert told(desk) == ""
    lay(desk.archive, "d1", text=f"Later, even more {SAID}")
    said = told(desk, MOMENT + HOUR)
    assert "Paper d1" in said
    assert "You asked for every topic in 1 paper, as soon as something is found." in said


def test_one_list_follows_several_topics_bodies_and_parts_of_others(desk):
    lay(desk.archive, "d1")
    lay(desk.archive, "e1", body="vale", committee="Cabinet")
    desk.flag()
    watch = WatchList(
        concepts=("savings", "closure"), bodies=("marlshire",), parts=(part("vale/committee/Cabinet"),)
    )
    desk.reader(watch_lists=[watch])
    lay(desk.archive, "d2")
    lay(desk.archive, "e2", body="vale", committee="Cabinet")
    lay(desk.archive, "e3", body="vale", committee="Planning Board")
    said = told(desk)
    assert "Paper d2" in said
    assert "Paper e2" in said
    assert "Paper e3" not in said
    assert "2 topics in the papers of 1 body and 1 committee" in said
    seen = {
        each: len(desk.archive.reports.papers_with(each, None, date(2026, 1, 1)))
        for each in (watch, replace(watch, parts=()), replace(watch, bodies=()))
    }
    assert list(seen.values()) == [4, 2, 2]


def test_what_there_is_not_cannot_be_followed(home):
    lay(home.archive, "d1")
    for wrong in ("marlshire/committee/Nothing", "marlshire/meeting/99", "vale/paper/1", "marlshire/paper/0"):
        with pytest.raises(ConfigError, match="there is no"):
            home.readers.checked(WatchList(parts=(part(wrong),)))


@pytest.mark.parametrize(
    "text", ["", "vale", "vale/room/1", "vale/paper/x", "vale/meeting/1e3", "/paper/1", "a/paper/²"]
)
def test_what_names_no_part_is_refused(text):
    with pytest.raises(ConfigError, match="no committee, meeting or paper"):
        part(text)


def test_a_committee_may_have_any_name():
    assert part("vale/committee/Health/Care 1").what == "Health/Care 1"
    assert str(part("vale/paper/007")) == "vale/paper/7"


def test_whoever_follows_everything_in_one_list_follows_everything():
    one = Where(("vale",), (BodyPart("wold", PartKind.COMMITTEE, "Cabinet"),))
    assert all_of((one, Where(("vale", "ash")))).named == ("vale", "ash", "wold")
    assert not all_of((one, Where()))


def test_a_paused_list_finds_nothing_and_what_it_had_found_is_told(desk):
    reader = desk.reader(watch_lists=[SAVINGS])
    readers, (watch,) = desk.archive.readers, reader.watch_lists
    lay(desk.archive, "before")
    desk.flag()
    paused = readers.pause_watch(reader.id, watch.id, paused=True)
    assert [(each.id, each.paused) for each in paused.watch_lists] == [(watch.id, True)]
    lay(desk.archive, "meanwhile")
    said = told(desk)
    assert "Paper before" in said
    assert "Paper meanwhile" not in said
    # A message that arrives tidies lists away that were changed; a paused one stays.
    assert kept(desk, reader)[0].paused
    resumed = readers.pause_watch(reader.id, watch.id, paused=False)
    assert [(each.token, each.paused) for each in resumed.watch_lists] == [(watch.token, False)]
    lay(desk.archive, "after")
    said = told(desk, MOMENT + HOUR)
    assert "Paper after" in said
    assert "Paper meanwhile" not in said


def test_a_paused_list_is_changed_and_stays_paused_until_it_is_asked_for_again(desk):
    reader = desk.reader(watch_lists=[SAVINGS])
    readers, (watch,) = desk.archive.readers, reader.watch_lists
    readers.pause_watch(reader.id, watch.id, paused=True)
    changed = readers.change_watch(reader.id, replace(watch, concepts=("closure",)))
    assert [(each.concepts, each.paused) for each in changed.watch_lists] == [(("closure",), True)]
    lay(desk.archive, "d1", text="The closure planned by")
    assert told(desk) == ""
    again = desk.reader(watch_lists=[replace(SAVINGS, concepts=("closure",))])
    assert [each.paused for each in again.watch_lists] == [False]


def test_whoever_has_paused_all_hears_of_nothing_at_all(desk):
    reader = desk.reader(watch_lists=[SAVINGS], cadence=Cadence.DAILY, quiet=True)
    assert told(desk, MOMENT + timedelta(days=2)), "a reader who wants to hear that there was nothing"
    desk.archive.readers.pause_watch(reader.id, reader.watch_lists[0].id, paused=True)
    assert told(desk, MOMENT + timedelta(days=4)) == ""


def test_a_change_of_a_followed_paper_is_told_to_whoever_was_never_told_of_it(desk):
    paper, _ = lay(desk.archive, "d1", text="Nothing of note")
    lay(desk.archive, "d2", text="Nothing of note")
    follower(desk, f"marlshire/paper/{paper}", confirmed_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert told(desk) == ""
    for key in ("d1", "d2"):
        lay(desk.archive, key, text="Nothing of note, in other words")
    said = told(desk, MOMENT + HOUR)
    assert "Paper d1: Replaced by another version." in said
    assert "Paper d2" not in said


def test_what_is_followed_in_part_has_only_that_in_its_calendar(desk):
    lay(desk.archive, "d1")
    lay(desk.archive, "d2", committee="Cabinet")
    keep(desk.archive, ["x"], key="c", closes_on=date(2027, 2, 1), content=b"c")
    calendar = desk.archive.reports.calendar

    def days(where):
        return [ahead.meeting.body_name for ahead, _ in calendar(date(2026, 1, 1), where)]

    assert days(Where(parts=(part("marlshire/committee/Cabinet"),))) == ["Cabinet"]
    assert days(Where(parts=(part("marlshire/paper/1"),))) == []
    assert len(days(Where(("marlshire",)))) == len(days(Where())) == 4


def test_a_list_and_its_copy_have_their_feeds_at_once(home):
    lay(home.archive, "d1")
    home.flag(lambda *_: None)
    reader, folder = signed_up(home), home.data / "feeds"
    assert {path.stem for path in folder.iterdir()} == {reader.watch_lists[0].token}
    copied = home.readers.copy_watch(reader.token, reader.watch_lists[0].id)
    one, other = copied.watch_lists
    assert (other.name, other.concepts, other.note) == ("Money (copy)", one.concepts, one.note)
    assert other.token not in {"", one.token}
    feed = feedparser.parse((folder / f"{other.token}.atom").read_bytes())
    assert [entry.title for entry in feed.entries] == ["Savings: Marlshire, Paper d1, page 1 of 1"]
    longest = home.readers.add_watch(reader.token, WatchList(name="n" * 100)).watch_lists[-1]
    assert len(home.readers.copy_watch(reader.token, longest.id).watch_lists[-1].name) == 100
    home.readers.drop_watch(reader.token, one.id)
    left = home.readers.drop_watch(reader.token, other.id).watch_lists
    assert {path.stem for path in folder.iterdir()} == {watch.token for watch in left}


PAUSED = "Your alert is paused, so we look for nothing new until you resume it."


def plain(letter):
    return " ".join(letter.get_body(("plain",)).get_content().split()) if letter.is_multipart() else ""


def test_whoever_has_paused_all_follows_nobody_and_every_surface_says_so(home):
    """Two readers of everything; one has paused. An earlier find is told: nothing else of the archive is."""
    soon = local_today() + timedelta(days=3)
    keep(home.archive, ["x"], key="c", closes_on=soon, content=b"c")
    reader = signed_up(home, WatchList(name="All"))
    home.archive.readers.subscribe(
        "o@example.org", channel="mail", cadence=Cadence.DAILY, confirmed_at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    lay(home.archive, "d2")
    home.flag(lambda *_: None)
    token, watch = reader.watch_lists[0].token, reader.watch_lists[0].id
    home.readers.pause_watch(reader.token, watch, paused=True)
    assert soon.strftime("%Y%m%d") not in (home.data / "feeds" / f"{token}.ics").read_text()
    lay(home.archive, "d3")
    home.flag(lambda *_: None)
    digests = {each.subscriber.address: each for each in home.tell(datetime.now(UTC))}
    assert digests["o@example.org"].ahead
    told = digests[ADDRESS]
    assert papers_in(told) == ["Paper d2"]
    assert (told.ahead, told.changes, told.account.followed, told.account.papers) == ((), (), 0, 0)
    home.deliver()
    (letter,) = [each for each in letters(home) if each["To"] == ADDRESS and "Paper d2" in plain(each)]
    assert plain(letter).count(PAUSED) == 2, "in what we read, and in what was asked for"
    assert "all bodies" not in plain(letter)
    feed = feedparser.parse((home.data / "feeds" / f"{token}.atom").read_bytes()).feed
    assert "This alert is paused" in feed.subtitle
    calendar = (home.data / "feeds" / f"{token}.ics").read_text()
    assert "(paused)" in calendar
    assert "BEGIN:VEVENT" not in calendar
    asked = ["--data", str(home.data), "subscribers", "list", "--format", "json"]
    rows = [json.loads(line) for line in CliRunner().invoke(paperwatch, asked).output.splitlines()]
    assert {row["address"]: row["paused"] for row in rows} == {ADDRESS: 1, "o@example.org": 0}
