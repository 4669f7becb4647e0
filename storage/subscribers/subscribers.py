"""Readers, what they follow, and who has asked to become one.

Nothing of a reader is anywhere but in these rows and in their messages; whoever is removed leaves none.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from pipeline.days import LONDON
from pipeline.errors import ConfigError
from pipeline.model import ASKED, Cadence, MessageKind, SignUp, Subscriber, WatchList
from storage import tables as t
from storage.database import now
from storage.secure_delete import erasing
from storage.subscribers import bounces, collections
from storage.subscribers import watch_lists as lists
from storage.subscribers.outbox import forget_refusals, queue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from storage.database import Database

CONFIRM_WITHIN = timedelta(days=7)
MAX_ASKED = 3  # questions to one address within that time: nobody is to be pestered in another's name


class Readers:
    """Readers and what they follow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscribers(self) -> list[Subscriber]:
        with self._database.reading() as connection:
            rows = connection.execute(select(t.subscribers).order_by(t.subscribers.c.id)).all()
            return [_subscriber(connection, row) for row in rows]

    def of_address(self, address: str) -> Subscriber | None:
        return self._one(t.subscribers.c.address == address)

    def of_token(self, token: str) -> Subscriber | None:
        return self._one(t.subscribers.c.token == token) if token.isascii() else None

    def of_id(self, number: int) -> Subscriber | None:
        return self._one(t.subscribers.c.id == number)

    def of_list(self, token: str) -> tuple[Subscriber, WatchList] | None:
        """Whose watch list has this token, and which of theirs it is."""
        w = t.watch_lists.c
        owner = select(w.subscriber_id).where(w.token == token).scalar_subquery()
        reader = self._one(t.subscribers.c.id == owner) if token.isascii() else None
        mine = [watch for watch in reader.watch_lists if watch.token == token] if reader else []
        return (reader, mine[0]) if reader and mine else None

    def of_stop_token(self, token: str) -> Subscriber | None:
        return self._one(t.subscribers.c.stop_token == token) if token.isascii() else None

    def _one(self, which: Any) -> Subscriber | None:
        with self._database.reading() as connection:
            row = connection.execute(select(t.subscribers).where(which)).first()
            return _subscriber(connection, row) if row else None

    # ---- added by the operator's word

    def subscribe(
        self,
        address: str,
        *,
        channel: str,
        cadence: Cadence,
        concepts: Sequence[str] = (),
        bodies: Sequence[str] = (),
        confirmed_at: datetime | None,
        watch_lists: Sequence[WatchList] = (),
        zone: str = LONDON.key,
        quiet: bool = False,
        backlog: bool = False,
    ) -> Subscriber:
        """Add a reader, or change what a known address asks for. What was told stays told.

        Without `watch_lists` they follow one, of these concepts and bodies. With `backlog`, all that the
        archive holds already is news to them.
        """
        wanted = watch_lists or [WatchList(concepts=tuple(concepts), bodies=tuple(bodies))]
        values = {"channel": channel, "cadence": cadence.value, "zone": zone, "quiet": quiet, "stopped": ""}
        c = t.subscribers.c
        with erasing(self._database, at_once=False) as connection:
            row = connection.execute(select(t.subscribers).where(c.address == address)).first()
            if row is None:
                reader = _new(connection, address, confirmed_at, **values)
            else:
                reader = row.id
                connection.execute(update(t.subscribers).where(c.id == reader).values(**values))
                _write_again(connection, row)
            lists.follow_only(connection, reader, wanted, backlog=backlog)
            return _of_id(connection, reader)

    def add_watch(self, reader: int, watch: WatchList, *, backlog: bool = False) -> Subscriber:
        """Follow one thing more, from now on."""
        with self._database.writing() as connection:
            lists.follow(connection, reader, watch, backlog=backlog)
            return _of_id(connection, reader)

    def change_watch(self, reader: int, watch: WatchList) -> Subscriber:
        """Follow this in place of the list with its id, from now on; what that one found is still told."""
        with erasing(self._database) as connection:
            lists.change(connection, reader, watch)
            return _of_id(connection, reader)

    def pause_watch(self, reader: int, watch: int, *, paused: bool) -> Subscriber:
        """Let a list find nothing for a while, or find again from now on."""
        with self._database.writing() as connection:
            lists.pause(connection, reader, watch, paused=paused)
            return _of_id(connection, reader)

    def copy_watch(self, reader: int, watch: int) -> Subscriber:
        """Keep the same list once more, as the last, to be changed."""
        with self._database.writing() as connection:
            lists.duplicate(connection, reader, watch)
            return _of_id(connection, reader)

    def drop_watch(self, reader: int, watch: int) -> Subscriber:
        """Follow it no more; what it found and did not tell is not told."""
        with erasing(self._database) as connection:
            lists.drop(connection, reader, watch)
            return _of_id(connection, reader)

    def change(self, reader: int, *, cadence: Cadence, zone: str, quiet: bool) -> Subscriber:
        with self._database.writing() as connection:
            connection.execute(
                update(t.subscribers)
                .where(t.subscribers.c.id == reader)
                .values(cadence=cadence.value, zone=zone, quiet=quiet)
            )
            return _of_id(connection, reader)

    # ---- asked for by e-mail

    def ask(
        self,
        address: str,
        watch: WatchList,
        *,
        cadence: Cadence,
        zone: str,
        quiet: bool,
        token: str,
        message: tuple[str, str, bytes],
    ) -> bool:
        """Keep a wish and queue the question (channel, Message-ID, content) whether it is the address's own.

        Returns False where the address has been asked often enough.
        """
        channel, message_id, content = message
        c = t.sign_ups.c
        moment = now()
        with self._database.writing() as connection:
            asked = connection.execute(
                select(func.count()).where(
                    c.address == address, c.confirmed_at.is_(None), c.asked_at > moment - CONFIRM_WITHIN
                )
            ).scalar_one()
            if asked >= MAX_ASKED:
                return False
            connection.execute(
                insert(t.sign_ups).values(
                    token=token,
                    address=address,
                    watch=lists.as_json(watch),
                    cadence=cadence.value,
                    zone=zone,
                    quiet=quiet,
                    asked_at=moment,
                )
            )
            queue(connection, MessageKind.CONFIRMATION, channel, address, message_id, content)
            return True

    def asked(self, token: str) -> SignUp | None:
        """What was asked for with this token, while that is kept; None too where its reader has gone."""
        with self._database.reading() as connection:
            row = _sign_up(connection, token)
            if row is None:
                return None
            is_confirmed = row.confirmed_at is not None
            reader = select(t.subscribers.c.id).where(t.subscribers.c.address == row.address)
            if is_confirmed and connection.execute(reader).first() is None:
                return None
            return SignUp(watch=lists.from_json(row.watch), is_confirmed=is_confirmed)

    def confirm(
        self, token: str, channel: str, welcome: Callable[[Subscriber, WatchList], tuple[str, bytes]]
    ) -> Subscriber | None:
        """Begin what was asked for, and queue the message (Message-ID, content) that says so.

        Returns its reader; a second time the same one, and queues nothing.
        """
        with self._database.writing() as connection:
            asked = _sign_up(connection, token)
            if asked is None:
                return None
            c = t.subscribers.c
            row = connection.execute(select(t.subscribers).where(c.address == asked.address)).first()
            if asked.confirmed_at is not None:
                return _subscriber(connection, row) if row else None
            moment = now()
            connection.execute(
                update(t.sign_ups).where(t.sign_ups.c.id == asked.id).values(confirmed_at=moment)
            )
            if row is None:
                reader = _new(
                    connection,
                    asked.address,
                    moment,
                    channel=channel,
                    cadence=asked.cadence,
                    zone=asked.zone,
                    quiet=asked.quiet,
                    stopped="",
                )
            else:
                reader = row.id
                _write_again(connection, row)
            watch = lists.from_json(asked.watch)
            lists.follow(connection, reader, watch)
            begun = _of_id(connection, reader)
            queue(connection, MessageKind.CONFIRMATION, channel, begun.address, *welcome(begun, watch))
            return begun

    def purge(self, moment: datetime) -> list[str]:
        """Forget who asked and never confirmed; returns the Message-IDs of the questions to them.

        A run calls it: what others erased while someone read goes for good now.
        """
        c, o = t.sign_ups.c, t.outbox.c
        late = c.asked_at < moment - CONFIRM_WITHIN
        questions = (
            o.kind == MessageKind.CONFIRMATION.value,
            o.address.in_(select(c.address).where(late, c.confirmed_at.is_(None))),
            o.address.not_in(select(c.address).where(~late)),
        )
        with erasing(self._database) as connection:
            ids = list(connection.execute(select(o.message_id).where(*questions)).scalars())
            connection.execute(delete(t.outbox).where(*questions))
            u = t.unknown_addresses.c.address
            connection.execute(
                delete(t.unknown_addresses).where(
                    u.not_in(select(o.address)), u.not_in(select(t.subscribers.c.address))
                )
            )
            connection.execute(delete(t.sign_ups).where(late))
        return ids

    # ---- going

    def stop(self, reader: int) -> None:
        """Send this reader nothing more, nor what waits to be sent. What it told counts as not told."""
        o = t.outbox.c
        with erasing(self._database) as connection:
            connection.execute(
                update(t.subscribers)
                .where(t.subscribers.c.id == reader)
                .values(stopped=ASKED, stopped_at=now())
            )
            connection.execute(delete(t.outbox).where(o.subscriber_id == reader, o.state == "queued"))

    def resume(self, reader: int) -> Subscriber:
        """Send messages again; to one who had stopped them, of what comes from now on."""
        with erasing(self._database) as connection:
            known = select(t.subscribers).where(t.subscribers.c.id == reader)
            _write_again(connection, connection.execute(known).one())
            return _of_id(connection, reader)

    def message_ids(self, address: str) -> list[str]:
        """The Message-IDs of all that was ever queued for an address."""
        with self._database.reading() as connection:
            return list(
                connection.execute(
                    select(t.outbox.c.message_id).where(t.outbox.c.address == address)
                ).scalars()
            )

    def remove(self, address: str) -> None:
        """Forget an address with everything held on it. Raises ConfigError for one that is not known."""
        with erasing(self._database) as connection:
            gone = [
                connection.execute(delete(table).where(table.c.address == address)).rowcount
                for table in (t.outbox, t.sign_ups, t.unknown_addresses, t.bounces, t.subscribers)
            ]
            lists.forget_unused_rules(connection)
            if not any(gone):
                raise ConfigError(f"no subscriber has the address {address}")

    def export(self, address: str) -> dict[str, Any] | None:
        """Everything that is held on an address; None where nothing is."""
        o, s, led = t.outbox.c, t.sign_ups.c, t.ledger.c
        with self._database.reading() as connection:
            row = connection.execute(select(t.subscribers).where(t.subscribers.c.address == address)).first()
            asked = connection.execute(select(t.sign_ups).where(s.address == address).order_by(s.id)).all()
            messages = connection.execute(select(t.outbox).where(o.address == address).order_by(o.id)).all()
            returned = connection.execute(select(t.bounces).where(t.bounces.c.address == address)).all()
            if row is None and not asked and not messages:
                return None
            followed = lists.all_of_reader(connection, row.id) if row else []
            collected = collections.everything_of(connection, row.id) if row else []
            told = connection.execute(
                select(led.concept_id, led.passage, led.document_id, led.message_id)
                .where(led.subscriber_id == (row.id if row else 0))
                .order_by(led.id)
            ).all()
        return {
            "address": address,
            "reader": None if row is None else row._asdict(),
            "watch_lists": [each._asdict() for each in followed],
            "collections": collected,
            "asked": [each._asdict() for each in asked],
            "messages": [
                {**each._asdict(), "content": each.content.decode("utf-8", "replace")} for each in messages
            ],
            "told": [each._asdict() for each in told],
            "came_back": [each._asdict() for each in returned],
        }


def _new(connection: Connection, address: str, confirmed_at: datetime | None, **values: Any) -> int:
    return connection.execute(
        insert(t.subscribers)
        .values(
            address=address,
            confirmed_at=confirmed_at,
            token=secrets.token_urlsafe(24),
            stop_token=secrets.token_urlsafe(24),
            **values,
        )
        .returning(t.subscribers.c.id)
    ).scalar_one()


def _write_again(connection: Connection, reader: Row[Any]) -> None:
    """Send messages to a reader again; to one who had stopped them, of what comes from now on.

    What came meanwhile, and what a message told that was taken back when they stopped, is not news to them.
    """
    c = t.subscribers.c
    connection.execute(update(t.subscribers).where(c.id == reader.id).values(stopped="", stopped_at=None))
    forget_refusals(connection, reader.address)
    bounces.forget(connection, reader.address)
    if reader.stopped == ASKED:
        lists.begin_anew(connection, reader.id)


def _sign_up(connection: Connection, token: str) -> Row[Any] | None:
    if not token.isascii():
        return None  # it comes out of an address: any text may
    c = t.sign_ups.c
    return connection.execute(
        select(t.sign_ups).where(c.token == token, c.asked_at > now() - CONFIRM_WITHIN)
    ).first()


def _of_id(connection: Connection, reader: int) -> Subscriber:
    row = connection.execute(select(t.subscribers).where(t.subscribers.c.id == reader)).one()
    return _subscriber(connection, row)


def _subscriber(connection: Connection, row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        address=row.address,
        channel=row.channel,
        watch_lists=tuple(lists.followed(connection, row.id)),
        cadence=Cadence(row.cadence),
        confirmed_at=row.confirmed_at,
        token=row.token,
        stop_token=row.stop_token,
        zone=row.zone,
        quiet=row.quiet,
        stopped=row.stopped,
        stopped_at=row.stopped_at,
    )
