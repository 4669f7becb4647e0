"""What the outbox and the query for news promise, each alone: without its line, one test fails."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from pipeline.model import Cadence, DocumentKind, MessageKind, WatchList
from tests.alerts.test_channels import config, serving
from tests.helpers.desk import DAY, HOUR, MOMENT, Desk, papers_in, papers_of


@pytest.fixture
def closed_port():
    """A port on which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("watch", [{"concepts": ("savings",)}, {"query": "savings"}, {}])
def test_a_watch_list_for_one_kind_of_paper_tells_of_no_other(tmp_path, watch):
    desk = Desk(tmp_path)
    desk.reader(watch_lists=[WatchList(kinds=(DocumentKind.PACK,), **watch)])
    for kind in DocumentKind:
        desk.lay(kind.value, kind=kind)
    (digest,) = desk.round()
    assert papers_in(digest) == ["Paper pack"]


def test_what_a_crash_left_on_its_way_may_have_been_taken_and_is_not_told_in_another_message(
    tmp_path, closed_port
):
    desk = Desk(tmp_path, config(closed_port))
    desk.reader()
    desk.lay("d1")
    desk.flag()
    desk.tell()
    (message,) = desk.archive.ledger.due(MOMENT)
    assert desk.archive.ledger.mark_sending(message, MOMENT + HOUR)  # and here we are killed
    desk.send(MOMENT + HOUR)
    with serving() as server:
        desk.settings = config(server.port)
        desk.lay("d2")
        (digest,) = desk.round(MOMENT + 2 * HOUR)
    assert papers_in(digest) == ["Paper d2"]
    assert [papers_of(content) for _, _, content in server.accepted] == [{"d1"}, {"d2"}]


class SentMeanwhile:
    """The ledger, with another process that delivers just after the waiting messages were counted."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ledger = desk, desk.archive.ledger

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    def unsent(self, subscriber):
        waiting = self._ledger.unsent(subscriber)
        self._desk.send(MOMENT + 2 * HOUR)
        return waiting


def test_a_message_that_went_meanwhile_is_not_told_again_in_the_next(tmp_path, closed_port, monkeypatch):
    desk = Desk(tmp_path, config(closed_port))
    desk.reader()
    desk.lay("d1")
    desk.round()
    desk.lay("d2")
    desk.flag()
    with serving() as server, monkeypatch.context() as patch:
        desk.settings = config(server.port)
        honest = desk.archive
        patch.setattr(desk, "archive", replace(honest, ledger=SentMeanwhile(desk)))
        assert desk.tell(MOMENT + 2 * HOUR) == []
        patch.setattr(desk, "archive", honest)
        desk.round(MOMENT + 3 * HOUR)
    assert [papers_of(content) for _, _, content in server.accepted] == [{"d1"}, {"d2"}]


def test_a_digest_that_was_not_tried_yet_goes_as_it_was_written(tmp_path):
    desk = Desk(tmp_path)
    desk.reader()
    for number in (1, 2):
        desk.lay(f"d{number}")
        desk.flag()
        desk.tell(MOMENT + number * HOUR)
    assert desk.outbox() == {"queued": 2}
    with serving() as server:
        desk.settings = config(server.port)
        desk.send(MOMENT + 3 * HOUR)
    assert [papers_of(content) for _, _, content in server.accepted] == [{"d1"}, {"d2"}]


def test_a_list_that_was_changed_is_kept_until_what_it_found_is_told_and_no_longer(tmp_path):
    desk = Desk(tmp_path)
    reader = desk.reader()
    desk.lay("d1")
    desk.flag()
    (watch,) = reader.watch_lists
    desk.archive.readers.change_watch(
        reader.id, WatchList(id=watch.id, token=watch.token, query="nobody says this")
    )
    held = desk.archive.readers.export(reader.address)["watch_lists"]
    assert len(held) == 2
    assert [papers_in(digest) for digest in desk.round()] == [["Paper d1"]]
    (left,) = desk.archive.readers.export(reader.address)["watch_lists"]
    assert left["until_flagged"] is None


def test_a_confirmation_on_its_way_from_the_web_page_is_left_alone_until_its_time_is_up(tmp_path):
    desk = Desk(tmp_path)
    readers, ledger = desk.archive.readers, desk.archive.ledger
    readers.ask(
        "new@example.org",
        WatchList(),
        cadence=Cadence.DAILY,
        zone="Europe/London",
        quiet=False,
        token="token",
        message=("mail", "<question@paperwatch.example>", b"Is it you?"),
    )
    (message,) = ledger.due(MOMENT)
    assert ledger.mark_sending(message, MOMENT + HOUR)
    for kind in (None, MessageKind.CONFIRMATION):
        assert list(ledger.due(MOMENT, kind)) == []
        assert [each.id for each in ledger.due(MOMENT + DAY, kind)] == [message.id]


@pytest.mark.parametrize("answer", [{}, {"RCPT": "550 5.1.1 no such user"}])
def test_what_a_changed_list_had_found_is_told_though_its_message_never_went(tmp_path, closed_port, answer):
    desk = Desk(tmp_path, config(closed_port))
    reader = desk.reader(concepts=("savings",))
    desk.lay("d1")
    desk.flag()
    (watch,) = reader.watch_lists
    desk.archive.readers.change_watch(reader.id, WatchList(query="many", id=watch.id))
    with serving(refuse=answer) as server:
        if answer:
            desk.settings = config(server.port)
        desk.round()  # tells of d1, and fails
        desk.lay("d2")
        desk.round(MOMENT + DAY)
    desk.archive.readers.resume(reader.id)
    desk.lay("d3")
    with serving() as server:
        desk.settings = config(server.port)
        desk.round(MOMENT + 2 * DAY)
        desk.round(MOMENT + 3 * DAY)
    told = set().union(*(papers_of(content) for _, _, content in server.accepted))
    assert told == {"d1", "d2", "d3"}
