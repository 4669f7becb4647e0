"""Who is told of what, and what becomes of a message, on a real archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.errors import ConfigError, DeliveryError
from pipeline.model import AreaNote, Cadence, WatchList
from pipeline.stages import (
    ALIKE,
    FIRST_HOLD,
    FIRST_RETRY,
    LAST_HOLD,
    NEXT_DAY,
    Surroundings,
    deliver,
    hold,
    tell_readers,
)
from tests.helpers.desk import DAY, MOMENT, Desk


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path / "data")
    yield made
    made.archive.database.engine.dispose()


class Channel:
    """Takes messages, or answers with an error."""

    def __init__(self, error: DeliveryError | None = None) -> None:
        self.error = error
        self.taken: list[bytes] = []

    def send(self, message) -> None:
        if self.error is not None:
            raise self.error
        self.taken.append(message.content)


def sent(desk: Desk, channel: Channel, moment=MOMENT, smaller=lambda message: message):
    return deliver(desk.archive.ledger, lambda _: channel, moment, smaller=smaller)


def waits(desk: Desk, after: timedelta) -> int:
    return sum(1 for _ in desk.archive.ledger.due(MOMENT + after, None))


def test_each_is_told_when_theirs_is_due_and_of_news_alone(desk):
    desk.reader("now@example.org")
    desk.reader("weekly@example.org", cadence=Cadence.WEEKLY)
    desk.reader("unconfirmed@example.org", confirmed_at=None)
    assert desk.round() == []
    desk.lay("one")
    assert [digest.subscriber.address for digest in desk.round()] == ["now@example.org", "weekly@example.org"]
    desk.lay("two")
    assert [digest.subscriber.address for digest in desk.round(MOMENT + DAY)] == ["now@example.org"]


def test_one_reader_whose_digest_cannot_be_written_stops_no_other(desk):
    desk.reader("first@example.org")
    desk.reader("second@example.org")
    desk.lay("one")
    desk.flag()
    failed: list[tuple[str, str]] = []
    surroundings = Surroundings(
        concepts=desk.concepts,
        account=desk.archive.reports.account,
        ahead=lambda *_: (),
        changes=lambda *_: (),
        left_out=lambda *_: (),
        failed=lambda reader, why: failed.append((reader.address, why)),
    )

    def render(digest):
        if digest.subscriber.address.startswith("first"):
            raise ConfigError("the template is broken")
        return "<1@watch.example>", b"a letter"

    told = tell_readers(desk.archive.ledger, desk.archive.readers.subscribers(), surroundings, render, MOMENT)
    assert [digest.subscriber.address for digest in told] == ["second@example.org"]
    assert failed == [("first@example.org", "the template is broken")]


def test_a_month_that_ended_is_told_of_once_to_whoever_follows_an_area(desk):
    desk.reader(watch_lists=(WatchList(area="vale"),), confirmed_at=MOMENT - 40 * DAY)
    note = AreaNote(
        subject="savings",
        area="vale",
        area_name="Vale",
        month="2046-10",
        concept="savings",
        query="",
        summary="",
        lines=(),
    )
    asked: list[tuple[str, str]] = []

    def left_out(watch, month):
        asked.append((watch.area, month))
        return [note]

    surroundings = Surroundings(
        concepts=desk.concepts,
        account=desk.archive.reports.account,
        ahead=lambda *_: (),
        changes=lambda *_: (),
        left_out=left_out,
        failed=lambda *_: None,
    )
    told = [
        tell_readers(
            desk.archive.ledger,
            desk.archive.readers.subscribers(),
            surroundings,
            lambda digest: (f"<{digest.until}@watch.example>", b"a letter"),
            moment,
        )
        for moment in (MOMENT, MOMENT + DAY)
    ]
    assert [[digest.left_out for digest in each] for each in told] == [[(note,)], []]
    assert asked == [("vale", "2046-10")]


def one_message(desk: Desk, *addresses: str) -> None:
    for address in addresses or ("r@example.org",):
        desk.reader(address)
    desk.lay("one")
    desk.flag()
    desk.tell()


def test_a_message_is_sent_when_the_other_side_has_taken_it_and_never_again(desk):
    one_message(desk)
    channel = Channel()
    assert len(sent(desk, channel)[0]) == 1
    assert sent(desk, channel, MOMENT + DAY) == ([], [])
    assert len(channel.taken) == 1


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        ({"retryable": True}, FIRST_RETRY),
        ({"retryable": True, "uncertain": True}, FIRST_RETRY),
        ({"retryable": True, "content": True}, FIRST_HOLD),
        ({"retryable": False}, NEXT_DAY),
    ],
)
def test_a_refused_message_waits_as_long_as_its_answer_asks(desk, error: dict[str, bool], wait: timedelta):
    one_message(desk)
    done, failed = sent(desk, Channel(DeliveryError("no", **error)))
    assert done == []
    assert [why for _, why in failed] == ["no"]
    assert waits(desk, wait - timedelta(seconds=1)) == 0
    assert waits(desk, wait) == 1


def test_a_message_whose_content_is_refused_goes_smaller_and_later_each_time(desk):
    one_message(desk)
    sent(desk, Channel(DeliveryError("too large", retryable=True, content=True)))
    channel = Channel()
    sent(desk, channel, MOMENT + FIRST_HOLD, lambda message: replace(message, content=b"short"))
    assert channel.taken == [b"short"]
    waits_of = [hold(times) for times in range(9)]
    assert waits_of == sorted(waits_of)
    assert waits_of[0] == FIRST_HOLD
    assert waits_of[-1] == LAST_HOLD


@pytest.mark.parametrize("readers", [1, ALIKE])
def test_an_address_that_is_unknown_on_two_days_gets_no_more_unless_all_are_refused_alike(desk, readers: int):
    """A server that knows none of several addresses, in the same words, speaks of us."""
    one_message(desk, *(f"r{number}@example.org" for number in range(readers)))
    unknown = Channel(DeliveryError("550 no such mailbox", retryable=False))
    for day in (MOMENT, MOMENT + DAY, MOMENT + 2 * DAY):
        sent(desk, unknown, day)
    stopped = [reader.stopped for reader in desk.archive.readers.subscribers()]
    assert [bool(each) for each in stopped] == ([True] if readers == 1 else [False] * ALIKE)


def test_an_address_that_was_refused_is_not_tried_again_for_its_next_message(desk):
    one_message(desk)
    desk.lay("two")
    desk.flag()
    desk.tell(MOMENT + timedelta(hours=1))
    unknown = Channel(DeliveryError("550 no such mailbox", retryable=False))
    assert len(sent(desk, unknown, MOMENT + timedelta(hours=1))[1]) == 1


def test_who_asked_for_it_hears_that_there_was_nothing(desk):
    desk.reader("quiet@example.org", quiet=True)
    desk.reader("other@example.org")
    assert [digest.subscriber.address for digest in desk.round(MOMENT + DAY)] == ["quiet@example.org"]
