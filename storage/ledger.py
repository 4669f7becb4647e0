"""Readers, what each has been told, and the outbox.

A digest's ledger rows and its message in the outbox are one transaction: either the reader has been told and
the message waits to go, or neither. A message is sent only when the other side has said so.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, insert, or_, select, update

from pipeline.digest import Telling
from pipeline.errors import ConfigError
from pipeline.model import Cadence, DocumentKind, Message, Place, Subscriber
from storage import tables as t
from storage.database import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from pipeline.model import Digest
    from storage.database import Database


class Ledger:
    """Readers and their messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- readers

    def subscribe(
        self,
        address: str,
        *,
        channel: str,
        cadence: Cadence,
        concepts: Sequence[str] = (),
        bodies: Sequence[str] = (),
        confirmed_at: datetime | None,
    ) -> Subscriber:
        """Add a reader, or change what a known address asks for. What was told stays told."""
        values = {
            "channel": channel,
            "concepts": list(concepts),
            "bodies": list(bodies),
            "cadence": cadence.value,
        }
        c = t.subscribers.c
        with self._database.writing() as connection:
            row = connection.execute(select(t.subscribers).where(c.address == address)).first()
            if row is None:
                connection.execute(
                    insert(t.subscribers).values(
                        address=address,
                        quiet_weeks=False,
                        confirmed_at=confirmed_at,
                        token=secrets.token_urlsafe(24),
                        **values,
                    )
                )
            else:
                connection.execute(update(t.subscribers).where(c.id == row.id).values(**values))
            return _subscriber(connection.execute(select(t.subscribers).where(c.address == address)).one())

    def subscribers(self) -> list[Subscriber]:
        with self._database.reading() as connection:
            rows = connection.execute(select(t.subscribers).order_by(t.subscribers.c.id))
            return [_subscriber(row) for row in rows]

    def unsubscribe(self, address: str) -> None:
        """Remove a reader with everything held on them."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(t.subscribers).where(t.subscribers.c.address == address))
            if not gone.rowcount:
                raise ConfigError(f"no subscriber has the address {address}")

    def last_digest_on(self, subscriber: Subscriber) -> date | None:
        with self._database.reading() as connection:
            return connection.execute(
                select(t.subscribers.c.last_digest_on).where(t.subscribers.c.id == subscriber.id)
            ).scalar_one()

    # ---- what there is to tell

    def untold(self, subscriber: Subscriber) -> list[Telling]:
        """Every mention that this reader asked for and has not been told of, with the paper it stands in."""
        h, led = t.hits.c, t.ledger.c
        told = exists().where(
            led.subscriber_id == subscriber.id,
            led.concept_id == h.concept_id,
            led.passage == h.passage,
            led.document_id == t.documents.c.id,
        )
        query = _mentions().where(~told, *_asked(subscriber)).order_by(h.concept_id, h.id, t.documents.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            before = _told_passages(connection, subscriber)
            first = _first_by_body(connection)
        return [
            Telling(
                concept_id=row.concept_id,
                wording=row.wording,
                snippet=row.snippet,
                mark=(row.mark_start, row.mark_end),
                passage=row.passage,
                place=_place(row),
                told_before=(row.concept_id, row.passage) in before,
                first_by_body=first[row.body_id, row.concept_id] == row.hit_id,
            )
            for row in rows
        ]

    # ---- the outbox

    def enqueue(self, digest: Digest, tellings: Sequence[Telling], message_id: str, content: bytes) -> bool:
        """Note that the reader is told and queue the message, or neither.

        Answers False where this very message is there already.
        """
        subscriber = digest.subscriber
        moment = now()
        with self._database.writing() as connection:
            c = t.outbox.c
            if connection.execute(select(c.id).where(c.message_id == message_id)).first():
                return False
            outbox_id = connection.execute(
                insert(t.outbox)
                .values(
                    message_id=message_id,
                    subscriber_id=subscriber.id,
                    channel=subscriber.channel,
                    address=subscriber.address,
                    content=content,
                    state="queued",
                    created_at=moment,
                    due_at=moment,
                    tries=0,
                    answer="",
                )
                .returning(c.id)
            ).scalar_one()
            rows = {
                (telling.concept_id, telling.passage, telling.place.document_id): {
                    "subscriber_id": subscriber.id,
                    "concept_id": telling.concept_id,
                    "passage": telling.passage,
                    "document_id": telling.place.document_id,
                    "message_id": outbox_id,
                }
                for telling in tellings
            }
            if rows:
                connection.execute(insert(t.ledger), list(rows.values()))
            connection.execute(
                update(t.subscribers)
                .where(t.subscribers.c.id == subscriber.id)
                .values(last_digest_on=digest.until)
            )
            return True

    def due(self, moment: datetime) -> Iterator[Message]:
        """Messages to send now, oldest first. One left "sending" by a crash is sent again, once more."""
        c = t.outbox.c
        query = (
            select(t.outbox)
            .where(or_(c.state == "sending", and_(c.state == "queued", c.due_at <= moment)))
            .order_by(c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield Message(
                id=row.id,
                message_id=row.message_id,
                channel=row.channel,
                address=row.address,
                content=row.content,
                tries=row.tries,
            )

    def mark_sending(self, message: Message) -> None:
        self._mark(message, state="sending", tries=message.tries + 1)

    def mark_sent(self, message: Message) -> None:
        self._mark(message, state="sent", sent_at=now(), answer="accepted")

    def mark_failed(self, message: Message, answer: str, due_at: datetime) -> None:
        self._mark(message, state="queued", answer=answer, due_at=due_at)

    def mark_refused(self, message: Message, answer: str) -> None:
        self._mark(message, state="refused", answer=answer)

    def _mark(self, message: Message, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(t.outbox).where(t.outbox.c.id == message.id).values(**values))


def _mentions() -> Select[*tuple[Any, ...]]:
    """Every hit with every paper whose current revision it stands in."""
    h, d, f, s, m, r = t.hits.c, t.documents.c, t.files.c, t.sources.c, t.meetings.c, t.revisions.c
    captured = (
        select(r.fetched_at)
        .where(r.document_id == d.id, r.sha256 == h.sha256)
        .order_by(r.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            h.id.label("hit_id"),
            h.concept_id,
            h.wording,
            h.snippet,
            h.mark_start,
            h.mark_end,
            h.passage,
            h.page,
            h.sha256,
            f.pages,
            d.id.label("document_id"),
            d.title,
            d.kind,
            d.url,
            s.body_id,
            s.name.label("body_name"),
            m.body_name.label("committee"),
            m.starts_on,
            d.published_on,
            captured.label("captured_at"),
        )
        .join(t.documents, d.sha256 == h.sha256)
        .join(t.files, f.sha256 == h.sha256)
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
    )


def _asked(subscriber: Subscriber) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if subscriber.concepts:
        asked.append(t.hits.c.concept_id.in_(subscriber.concepts))
    if subscriber.bodies:
        asked.append(t.sources.c.body_id.in_(subscriber.bodies))
    return asked


def _told_passages(connection: Connection, subscriber: Subscriber) -> set[tuple[str, str]]:
    led = t.ledger.c
    rows = connection.execute(
        select(led.concept_id, led.passage).where(led.subscriber_id == subscriber.id).distinct()
    )
    return {(row.concept_id, row.passage) for row in rows}


def _first_by_body(connection: Connection) -> dict[tuple[str, str], int]:
    """The hit that is the first mention of each concept by each body: by date of the paper, then by id."""
    first: dict[tuple[str, str], tuple[tuple[Any, int], int]] = {}
    for row in connection.execute(_mentions()):
        day = row.starts_on or row.published_on or row.captured_at.date()
        order = ((day, row.hit_id), row.hit_id)
        at = (row.body_id, row.concept_id)
        if at not in first or order < first[at]:
            first[at] = order
    return {at: hit_id for at, (_, hit_id) in first.items()}


def _place(row: Row[Any]) -> Place:
    return Place(
        hit_id=row.hit_id,
        body_id=row.body_id,
        body_name=row.body_name,
        committee=row.committee or "",
        meeting_date=row.starts_on,
        document_id=row.document_id,
        title=row.title,
        kind=DocumentKind(row.kind),
        url=row.url,
        page=row.page,
        pages=row.pages,
        sha256=row.sha256,
        captured_at=row.captured_at,
    )


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        address=row.address,
        channel=row.channel,
        concepts=tuple(row.concepts),
        bodies=tuple(row.bodies),
        cadence=Cadence(row.cadence),
        confirmed_at=row.confirmed_at,
        token=row.token,
    )
