"""Each mention is told once: whatever the server does, whatever is read again, whenever a rule changes.

The long trials are tests/soak/test_outbox_soak.py.
"""

from __future__ import annotations

import random
import socket
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from pipeline.digest import is_due
from pipeline.matching.query_matching import topic
from pipeline.model import Cadence, WatchList
from pipeline.stages import flag
from storage import tables as t
from tests.alerts.test_channels import config, serving
from tests.helpers.archives import keep, reading
from tests.helpers.crashes import working
from tests.helpers.desk import DAY, HOUR, MOMENT, Desk, concept, papers_in, papers_of


@pytest.fixture
def closed_port():
    """A port on which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_server_dead_for_three_days_then_gets_one_digest_of_everything(tmp_path, closed_port):
    desk = Desk(tmp_path, config(closed_port))
    desk.reader()
    for hour in range(0, 72, 3):
        if hour % 6 == 0:
            desk.lay(f"d{hour}")
        desk.round(MOMENT + hour * HOUR)
        assert desk.outbox() == {"queued": 1}
    with serving() as server:
        desk.settings = config(server.port)
        desk.lay("last")
        (digest,) = desk.round(MOMENT + 72 * HOUR)
        desk.send(MOMENT + 96 * HOUR)
    assert len(papers_in(digest)) == 13
    assert digest.since == MOMENT.date()
    ((_, _, content),) = server.accepted
    assert papers_of(content) == {f"d{hour}" for hour in range(0, 72, 6)} | {"last"}
    assert desk.outbox() == {"sent": 1}
    assert desk.round(MOMENT + 100 * HOUR) == []


def test_without_news_the_waiting_digest_is_tried_at_longer_and_longer_intervals(tmp_path, closed_port):
    desk = Desk(tmp_path, config(closed_port))
    desk.reader()
    desk.lay("d1")
    desk.flag()
    desk.tell()
    waits: list[timedelta] = []
    while sum(waits, timedelta()) < 3 * DAY:
        tried = MOMENT + sum(waits, timedelta())
        (message,) = desk.archive.ledger.due(tried)
        assert list(desk.archive.ledger.due(tried - timedelta(seconds=1))) in ([], [message] * (not waits))
        desk.send(tried)
        waits.append(due_at(desk) - tried)
    assert waits[0] == timedelta(minutes=5)
    assert all(b == min(2 * a, DAY) for a, b in pairwise(waits))
    assert max(waits) == DAY
    with serving() as server:
        desk.settings = config(server.port)
        desk.send(MOMENT + sum(waits, timedelta()))
    assert len(server.accepted) == 1


def due_at(desk: Desk) -> datetime:
    with desk.archive.database.reading() as connection:
        return connection.execute(select(t.outbox.c.due_at)).scalar_one()


def test_a_message_that_may_have_been_taken_is_never_folded_into_another(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    with serving(drop="DOT") as server:
        desk.settings = config(server.port)
        desk.lay("d1")
        desk.round()
    with serving() as server:
        desk.settings = config(server.port)
        desk.lay("d2")
        (digest,) = desk.round(MOMENT + HOUR)
    assert papers_in(digest) == ["Paper d2"]
    assert [papers_of(content) for _, _, content in server.accepted] == [{"d1"}, {"d2"}]


UNKNOWN = "550 5.1.1 no such user"


@pytest.mark.parametrize(
    ("answer", "stops"), [("450 4.2.0 greylisted", False), ("550 5.7.1 policy", False), (UNKNOWN, True)]
)
def test_an_address_unknown_on_two_days_is_stopped_and_nothing_is_lost(tmp_path, answer, stops):
    desk = Desk(tmp_path)
    reader = desk.reader()
    with serving(refuse={"RCPT": answer}) as server:
        desk.settings = config(server.port)
        desk.lay("d1")
        for hours in (0, 1, 10):  # however often on one day
            desk.round(MOMENT + hours * HOUR)
            desk.lay(f"more{hours}")
        assert not desk.archive.readers.subscribers()[0].stopped
        desk.round(MOMENT + DAY)
    (now,) = desk.archive.readers.subscribers()
    assert bool(now.stopped) is stops
    assert desk.outbox() == {"refused" if stops else "queued": 1}
    desk.lay("d2")
    with serving() as server:
        desk.settings = config(server.port)
        desk.round(MOMENT + 2 * DAY)
        assert len(server.accepted) == (0 if stops else 1)
        desk.archive.readers.resume(reader.id)
        desk.round(MOMENT + 3 * DAY)
    told = set().union(*(papers_of(content) for _, _, content in server.accepted))
    assert told == {"d1", "d2", "more0", "more1", "more10"}


def test_an_address_that_took_a_message_in_between_was_not_unknown_on_two_days(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    with serving() as server:
        desk.settings = config(server.port)
        for day, refuse in enumerate(({"RCPT": UNKNOWN}, {}, {"RCPT": UNKNOWN})):
            server.refuse = refuse
            desk.lay(f"d{day}")
            desk.round(MOMENT + day * DAY)
    assert not desk.archive.readers.subscribers()[0].stopped


def test_a_server_that_refuses_every_address_alike_speaks_of_us(tmp_path):
    desk = Desk(tmp_path)
    for number in range(5):
        desk.reader(f"r{number}@example.org")
    desk.lay("d1")
    with serving(refuse={"RCPT": "550 mailbox unavailable"}) as server:
        desk.settings = config(server.port)
        for day in range(4):
            desk.round(MOMENT + day * DAY)
        assert [reader.stopped for reader in desk.archive.readers.subscribers()] == [""] * 5
        server.refuse = {}
        desk.round(MOMENT + 5 * DAY)
    assert sorted(to for _, (to,), _ in server.accepted) == [f"r{number}@example.org" for number in range(5)]


def test_an_address_that_is_refused_is_not_tried_again_for_what_else_waits(tmp_path):
    desk = Desk(tmp_path)
    reader = desk.reader()
    with serving(drop="DOT") as server:
        desk.settings = config(server.port)
        desk.lay("d1")
        desk.round()
    desk.lay("d2")
    desk.flag()
    desk.tell(MOMENT + HOUR)
    assert desk.outbox() == {"queued": 2}
    with serving(refuse={"RCPT": UNKNOWN}) as server:
        desk.settings = config(server.port)
        sent, failed = desk.send(MOMENT + HOUR)
        assert (len(sent), len(failed)) == (0, 1)
        assert desk.outbox() == {"queued": 2}
        desk.send(MOMENT + 2 * DAY)
    assert desk.outbox() == {"refused": 1}
    assert desk.archive.ledger.queue_age(MOMENT + 9 * DAY) == 0
    desk.archive.readers.resume(reader.id)
    (digest,) = desk.tell(MOMENT + 3 * DAY)
    assert papers_in(digest) == ["Paper d1", "Paper d2"]


# Answers of real servers to what a message says, or to its size.
OF_CONTENT = (
    "552 5.3.4 message too big", "554 5.7.1 looks like spam", "554 5.6.0 content refused",
    "571 delivery not authorized", "550 High probability of spam", "550 5.1.1 no such user",
)  # fmt: skip


@pytest.mark.parametrize("verb", ["DATA", "DOT"])
@pytest.mark.parametrize("answer", OF_CONTENT)
def test_a_verdict_on_a_message_holds_it_and_stops_nobody(tmp_path, verb, answer):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1")
    with serving(refuse={verb: answer}) as server:
        desk.settings = config(server.port)
        desk.round()
        desk.round(MOMENT + 2 * DAY)
        assert not desk.archive.readers.subscribers()[0].stopped
        desk.lay("d2")
        server.refuse = {}
        (digest,) = desk.round(MOMENT + 2 * DAY + HOUR)
        assert papers_in(digest) == ["Paper d2"]  # the held one would spoil it
        desk.round(MOMENT + 30 * DAY)
    assert [papers_of(content) for _, _, content in server.accepted] == [{"d2"}, {"d1"}]
    assert desk.outbox() == {"sent": 2}


def test_a_held_message_is_tried_later_each_time_and_with_less_in_it(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1")
    desk.flag()
    desk.tell()
    seen, moment = [], MOMENT
    for _ in range(8):
        with serving(refuse={"DOT": "554 5.7.1 looks like spam"}) as server:
            desk.settings = config(server.port)
            desk.send(moment)
            seen += [(due_at(desk) - moment, content) for _, _, content in server.refused]
        moment = due_at(desk)
    waits = [wait for wait, _ in seen]
    assert waits[0] == timedelta(hours=4)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=7)
    sizes = [len(content) for _, content in seen]
    assert sizes == sorted(sizes, reverse=True)
    whole, text, least = (message_from_bytes(seen[n][1], policy=policy.default) for n in (0, 2, -1))
    assert whole.is_multipart()
    assert text.get_content_type() == least.get_content_type() == "text/plain"
    assert "savings" in text.get_content()
    assert "savings of paper" not in least.get_content()
    assert "left out here" in least.get_content()
    assert {each["Message-ID"] for each in (whole, text, least)} == {whole["Message-ID"]}


@pytest.mark.parametrize("cadence", list(Cadence))
def test_a_clock_that_was_in_2051_for_one_run_silences_no_digest(tmp_path, cadence):
    desk = Desk(tmp_path)
    desk.reader(cadence=cadence)
    desk.lay("d1")
    ahead = MOMENT + 5 * 365 * DAY
    (digest,) = desk.round(ahead)
    desk.lay("d2")
    found = desk.archive.ledger.put_right(MOMENT + DAY)
    assert (found.readers, found.until) == (1, digest.until)
    assert [papers_in(each) for each in desk.round(MOMENT + 40 * DAY)] == [["Paper d2"]]
    assert desk.archive.ledger.put_right(MOMENT + 41 * DAY).readers == 0


def test_a_message_put_off_until_2051_goes_the_next_time(tmp_path, closed_port):
    desk = Desk(tmp_path, config(closed_port))
    desk.reader()
    desk.lay("d1")
    desk.round(MOMENT + 5 * 365 * DAY)
    with serving() as server:
        desk.settings = config(server.port)
        assert desk.send(MOMENT) == ([], [])
        found = desk.archive.ledger.put_right(MOMENT)
        assert (found.readers, found.messages) == (1, 1)
        desk.send(MOMENT)
    assert [papers_of(content) for _, _, content in server.accepted] == [{"d1"}]


def test_what_waits_as_long_as_messages_do_is_left_alone(tmp_path, closed_port):
    desk = Desk(tmp_path, config(closed_port))
    desk.reader(zone="Pacific/Kiritimati")  # whose day is ahead of ours
    desk.lay("d1")
    for hours in (0, 1, 3, 9, 24, 48, 96):
        desk.round(MOMENT + hours * HOUR)
        before = due_at(desk)
        found = desk.archive.ledger.put_right(MOMENT + hours * HOUR)
        assert (found.readers, found.messages) == (0, 0)
        assert due_at(desk) == before


def test_who_stops_while_a_message_is_on_its_way_gets_no_second_try_of_it(tmp_path, closed_port):
    desk = Desk(tmp_path, config(closed_port))
    reader = desk.reader()
    desk.lay("d1")
    desk.flag()
    desk.tell()
    ledger = desk.archive.ledger
    (message,) = ledger.due(MOMENT)
    assert ledger.mark_sending(message, MOMENT + HOUR)
    desk.archive.readers.stop(reader.id)
    ledger.mark_failed(message, "the line was cut", MOMENT, uncertain=False)
    with serving() as server:
        desk.settings = config(server.port)
        assert desk.send(MOMENT + DAY) == ([], [])
        assert server.accepted == []
    assert desk.outbox() == {}


def test_two_senders_at_once_send_each_message_once(tmp_path):
    desk = Desk(tmp_path)
    for number in range(5):
        desk.reader(f"r{number}@example.org")
    desk.lay("d1")
    desk.flag()
    desk.tell()
    other = Desk(tmp_path)
    with serving() as server:
        desk.settings = other.settings = config(server.port)
        mine = desk.archive.ledger.due(MOMENT)
        first = next(mine)
        assert desk.archive.ledger.mark_sending(first, MOMENT + HOUR)
        assert not other.archive.ledger.mark_sending(first, MOMENT + HOUR)
        desk.archive.ledger.mark_failed(first, "let go", MOMENT, uncertain=False)
        other.send()
        desk.send()
    assert sorted(to for _, (to,), _ in server.accepted) == [f"r{n}@example.org" for n in range(5)]


# ---- what is read, flagged or ruled again


def reread(desk: Desk, sha256: str, version: str, *pages: str) -> None:
    desk.archive.texts.store(replace(reading(sha256, pages), version=version))
    desk.flag()


def test_what_is_read_again_a_little_differently_is_not_told_again(tmp_path):
    desk = Desk(tmp_path)
    reader = desk.reader()
    sha256 = desk.lay("d1", "Great savings were made by the board this year.", "And savings again later.")
    desk.round()
    for version, pages in (
        ("2", ("Great savings were made by the board this year.", "And savings again later.")),
        ("3", ("Gr eat savings were rnade by the b0ard this year.", "And savings again later on.")),
        ("4", ("Great savings were made by the board this year.", "And savings again later.")),
    ):
        reread(desk, sha256, version, *pages)
        assert desk.archive.ledger.unreported(reader) == []
    reread(
        desk, sha256, "5", "Great savings were made by the board.", "Savings here, and savings again later."
    )
    (found,) = desk.archive.ledger.unreported(reader)
    assert found.place.page == 2


def test_a_digest_says_under_which_item_of_the_agenda_a_mention_stands(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay(
        "d1", "Agenda of savings.", "Savings of millions were noted.", items=["", "Item 7: Finance report"]
    )
    (digest,) = desk.round()
    assert [place.item for entry in digest.entries for place in entry.places] == [
        "",
        "Item 7: Finance report",
    ]
    (letter,) = (tmp_path / "outbox").glob("*.eml")
    message = message_from_bytes(letter.read_bytes(), policy=policy.default)
    lines = message.get_body(("plain",)).get_content().splitlines()
    assert [line.strip() for line in lines if "of 2" in line] == [
        "Page 1 of 2 · savings. First mention in this archive, by Marlshire.",
        "Item 7: Finance report, page 2 of 2 · savings.",
    ]
    html = message.get_body(("html",)).get_content()
    assert "Item 7: Finance report, page 2 of 2</a>" in html
    assert ">Page 1 of 2</a>" in html


def test_a_concept_edited_and_edited_back_repeats_nothing_loses_nothing_and_floods_nobody(tmp_path):
    desk = Desk(tmp_path)
    told, weekly = desk.reader("now@example.org"), desk.reader("later@example.org", cadence=Cadence.WEEKLY)
    desk.lay("d0")
    desk.round(MOMENT)
    desk.lay("d1")
    desk.lay("d2", "Cuts were made.")
    desk.round(MOMENT + DAY)  # the weekly reader is not due
    for wordings in (("cuts",), ("savings", "cuts"), ("savings",), ("new savings",), ("savings",)):
        desk.watch_for(concept("savings", *wordings))
        desk.flag()
        assert desk.archive.ledger.unreported(told) == []
    assert [t.place.title for t in desk.archive.ledger.unreported(weekly)] == ["Paper d1"]
    desk.watch_for(concept("savings", "savings", "cuts"))
    desk.flag()
    assert [t.place.title for t in desk.archive.ledger.unreported(weekly)] == ["Paper d1"]
    desk.lay("d3", "Cuts again.")
    desk.flag()
    assert [t.place.title for t in desk.archive.ledger.unreported(told)] == ["Paper d3"]


def test_a_watch_list_changed_and_changed_back_repeats_nothing_and_loses_nothing(tmp_path):
    desk = Desk(tmp_path)
    reader = desk.reader(concepts=("savings",), cadence=Cadence.WEEKLY)
    desk.lay("d1")
    desk.round()
    desk.lay("d2")
    desk.flag()
    (watch,) = reader.watch_lists
    query = WatchList(query="many", id=watch.id)
    (changed,) = desk.archive.readers.change_watch(reader.id, query).watch_lists
    desk.flag()
    assert [t.place.title for t in desk.archive.ledger.unreported(reader)] == ["Paper d2"]
    desk.lay("d3")
    desk.flag()
    desk.archive.readers.change_watch(reader.id, replace(watch, id=changed.id))
    desk.lay("d4")
    (digest,) = desk.round(MOMENT + 7 * DAY)
    assert papers_in(digest) == ["Paper d2", "Paper d3", "Paper d4"]
    assert desk.archive.ledger.unreported(reader) == []


def test_the_same_bytes_in_another_paper_are_told_as_said_again(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", "One page of savings.")
    desk.round()
    keep(desk.archive, ["One page of savings."], key="d9", content=b"d1 ('One page of savings.',)")
    (digest,) = desk.round(MOMENT + HOUR)
    assert [(entry.said_again, papers_in(digest)) for entry in digest.entries] == [(True, ["Paper d9"])]


# ---- from when on


def test_a_new_reader_hears_of_what_comes_and_not_of_the_whole_archive(tmp_path):
    desk = Desk(tmp_path)
    desk.lay("old")
    desk.flag()
    desk.lay("waiting")  # crawled and not yet flagged: no report could have shown it
    reader = desk.reader()
    everything = desk.reader("all@example.org", backlog=True)
    desk.lay("new")
    desk.flag()
    assert {t.place.title for t in desk.archive.ledger.unreported(reader)} == {"Paper new", "Paper waiting"}
    assert len(desk.archive.ledger.unreported(everything)) == 3


class Meddler:
    """Stands in front of the stores; before the n-th call of a stage it does something else."""

    def __init__(self, store, state):
        self._store, self._state = store, state

    def __getattr__(self, name):
        method = getattr(self._store, name)

        def called(*arguments, **named):
            self._state["left"] -= 1
            if self._state["left"] == 0:
                self._state["do"]()
            return method(*arguments, **named)

        return called


def interleaved(desk: Desk, name: str, moment: int) -> None:
    """A rule is added at one of the moments at which a paper comes, is read and is flagged."""
    word = f"word{name}"
    reader = desk.archive.readers.of_address("r@example.org")
    known: set[str] = set()

    def add():
        with desk.archive.database.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT title FROM documents JOIN files USING (sha256) WHERE flagged IS NOT NULL"
            )
            known.update(title for (title,) in rows)
        desk.archive.readers.add_watch(reader.id, WatchList(query=word))

    state = {"left": moment, "do": add}
    mentions, texts = Meddler(desk.archive.mentions, state), Meddler(desk.archive.texts, state)
    for part in "abc":
        desk.lay(f"{name}{part}", f"{word} is said by {part} of {name}.")
        flag(texts, mentions, desk.watcher)
    while state["left"] > 0:
        mentions.rules()
    desk.flag()
    told = [
        telling.place.title
        for telling in desk.archive.ledger.unreported(reader)
        if telling.concept_id == topic(word)
    ]
    hunted = {title for title in known if title.startswith(f"Paper {name}")}
    assert len(told) == len(set(told)), "no paper twice"
    assert set(told) | hunted == {f"Paper {name}{part}" for part in "abc"}, "none missing"
    assert set(told) & hunted == set(), "none both in the report and in an alert"


def test_a_rule_added_while_papers_arrive_tells_each_once(tmp_path):
    desk = Desk(tmp_path, None, concept("nothing"))
    desk.reader(concepts=("nothing",))
    for moment in range(1, 20):
        interleaved(desk, f"n{moment:02}", moment)


# ---- the clock


@pytest.mark.parametrize(
    ("cadence", "last", "today", "due"),
    [
        (Cadence.IMMEDIATE, date(2026, 11, 16), date(2026, 11, 16), True),
        (Cadence.DAILY, date(2026, 11, 16), date(2026, 11, 16), False),
        (Cadence.DAILY, date(2026, 11, 16), date(2026, 11, 17), True),
        (Cadence.WEEKLY, date(2026, 11, 16), date(2026, 11, 22), False),
        (Cadence.WEEKLY, date(2026, 11, 16), date(2026, 11, 23), True),
        (Cadence.MONTHLY, date(2027, 1, 31), date(2027, 2, 27), False),
        (Cadence.MONTHLY, date(2027, 1, 31), date(2027, 2, 28), True),
        (Cadence.MONTHLY, date(2028, 1, 31), date(2028, 2, 28), False),
        (Cadence.MONTHLY, date(2028, 1, 31), date(2028, 2, 29), True),
        (Cadence.MONTHLY, date(2026, 12, 15), date(2027, 1, 15), True),
        (Cadence.MONTHLY, None, date(2027, 1, 15), True),
        (Cadence.WEEKLY, date(2026, 11, 16), date(2026, 11, 10), False),
    ],
)
def test_when_a_digest_is_due(cadence, last, today, due):
    assert is_due(cadence, last, today) is due


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("begins", [datetime(2027, 3, 26, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
def test_a_daily_digest_comes_once_a_local_day_whichever_way_the_clocks_go(tmp_path, zone, begins):
    desk = Desk(tmp_path)
    desk.reader(cadence=Cadence.DAILY, zone=zone)
    days = []
    for step in range(0, 4 * 24, 5):
        moment = begins + step * HOUR
        desk.lay(f"d{step}")
        days += [moment.astimezone(ZoneInfo(zone)).date() for _ in desk.round(moment)]
    assert days == sorted(set(days))
    assert len(days) in {4, 5}
    assert (days[-1] - days[0]).days == len(days) - 1


def test_a_host_asleep_for_three_days_makes_one_digest_of_all(tmp_path):
    desk = Desk(tmp_path)
    desk.reader(cadence=Cadence.DAILY)
    desk.lay("d1")
    desk.round(MOMENT)
    for number in range(2, 6):
        desk.lay(f"d{number}")
    (digest,) = desk.round(MOMENT + 3 * DAY)
    assert len(papers_in(digest)) == 4
    assert (digest.since, digest.until) == (MOMENT.date(), MOMENT.date() + timedelta(days=3))
    assert desk.round(MOMENT + 3 * DAY + HOUR) == []


def test_who_asked_for_it_hears_that_there_was_nothing_and_what_stands_behind_that(tmp_path):
    desk = Desk(tmp_path)
    desk.reader("quiet@example.org", cadence=Cadence.WEEKLY, quiet=True, concepts=("savings",))
    desk.reader("other@example.org", cadence=Cadence.WEEKLY)
    desk.lay("d1", "Nothing of note.")
    assert desk.round(MOMENT) == []
    (digest,) = desk.round(MOMENT + 6 * DAY)
    assert digest.entries == ()
    assert digest.subscriber.address == "quiet@example.org"
    assert digest.account.papers == 1
    assert desk.round(MOMENT + 8 * DAY) == []


# ---- the first to say it


def test_first_mentions_and_a_late_found_older_one(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    desk.lay("d1", meeting_key=None, published_on=date(2026, 5, 1))
    (one,) = desk.round(MOMENT)
    assert [(first.anywhere, first.before) for first in one.entries[0].firsts] == [(True, None)]
    desk.lay("d2", meeting_key=None, published_on=date(2026, 6, 1))
    desk.lay("e1", source_id="vale", meeting_key=None, published_on=date(2026, 6, 1))
    (two,) = desk.round(MOMENT + HOUR)
    assert {(papers_in_entry(e), tuple(first.anywhere for first in e.firsts)) for e in two.entries} == {
        ("Paper d2", ()),
        ("Paper e1", (False,)),
    }
    desk.lay("e2", source_id="vale", meeting_key=None, published_on=date(2025, 3, 1))
    (three,) = desk.round(MOMENT + 2 * HOUR)
    (late,) = three.entries
    # The day is of the first anywhere; by its own body it was 1 June.
    assert [(first.anywhere, first.before) for first in late.firsts] == [(True, date(2026, 5, 1))]
    months = [(m.body, m.month, m.passages, m.first) for m in desk.archive.reports.spread("savings")]
    assert months == [
        ("vale", "2025-03", 1, date(2025, 3, 1)),
        ("vale", "2026-06", 1, date(2025, 3, 1)),
        ("marlshire", "2026-05", 1, date(2026, 5, 1)),
        ("marlshire", "2026-06", 1, date(2026, 5, 1)),
    ]


def papers_in_entry(entry) -> str:
    return entry.places[0].title


# ---- kill -9


@pytest.mark.sqlite
def test_killed_between_match_and_send_nothing_is_lost_and_little_is_repeated(tmp_path):
    dice = random.Random("outbox")
    with working(tmp_path) as works:
        usual = works.unbroken(tmp_path / "unbroken")
        works.crash_once(tmp_path / "trial", dice.uniform(0, usual))
