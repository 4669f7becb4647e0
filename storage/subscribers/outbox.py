"""What each reader has been told, and the outbox.

A digest's ledger rows and its message in the outbox are one transaction: either the reader has been told and
the message waits to go, or neither. A message is sent only when the other side has said so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, delete, func, insert, or_, select, update

from pipeline.digest import REPLACED, WITHDRAWN
from pipeline.english import digest_title
from pipeline.model import REFUSED, Cadence, Message, MessageKind
from pipeline.ports import Waiting
from storage import future_dates
from storage import tables as t
from storage.database import now
from storage.secure_delete import erasing
from storage.subscribers import digest_lists, superseded_papers, unreported_hits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection

    from pipeline.digest import DigestItem
    from pipeline.model import Digest, Subscriber
    from pipeline.ports import PutRight, ToldLists
    from storage.database import Database

_OVERTAKEN = (REPLACED, WITHDRAWN)


class SentDigest(NamedTuple):
    """A digest of the outbox."""

    id: int
    message_id: str
    reader: int
    written_at: datetime
    title: str  # what the message calls itself; "" where its days were not kept
    overtaken: int  # papers that it told as replaced or withdrawn


class Outbox:
    """What was told and what waits to be sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_right(self, moment: datetime) -> PutRight:
        """Take back days and due times in the future, as of `moment` or of the clock, whichever is later."""
        with self._database.writing() as connection:
            return future_dates.put_right(connection, max(moment, now()))

    # ---- what there is to tell

    def last_digest_on(self, subscriber: Subscriber) -> date | None:
        with self._database.reading() as connection:
            return connection.execute(
                select(t.subscribers.c.last_digest_on).where(t.subscribers.c.id == subscriber.id)
            ).scalar_one()

    def unreported(self, subscriber: Subscriber, unsent: Collection[int] = ()) -> list[DigestItem]:
        """Returns every mention that is news to this reader and was not told, with the paper it is in.

        What only an `unsent` message tells counts as not told.
        """
        with self._database.reading() as connection:
            return unreported_hits.unreported(connection, subscriber.id, unsent)

    def latest(self, watch_id: int, limit: int) -> list[DigestItem]:
        """What a watch list finds, told or not, newest papers first."""
        with self._database.reading() as connection:
            return unreported_hits.latest_found(connection, watch_id, limit)

    def told(
        self, subscriber: Subscriber, limit: int, skip: int = 0, message: int | None = None
    ) -> list[DigestItem]:
        """What this reader was told, newest first; with `message`, what that one of the outbox told."""
        with self._database.reading() as connection:
            return unreported_hits.told(connection, subscriber.id, limit, skip, message)

    def digest_of(self, message_id: str) -> SentDigest | None:
        """The digest with this Message-ID."""
        found = self._digests(t.outbox.c.message_id == message_id, 1)
        return found[0] if found else None

    def digests(self, subscriber: Subscriber, limit: int) -> list[SentDigest]:
        """A reader's digests, the last first."""
        return self._digests(t.outbox.c.subscriber_id == subscriber.id, limit)

    def _digests(self, which: ColumnElement[bool], limit: int) -> list[SentDigest]:
        c, led = t.outbox.c, t.ledger.c
        overtaken = (
            select(func.count())
            .where(led.message_id == c.id, led.concept_id.in_(_OVERTAKEN))
            .scalar_subquery()
        )
        query = (
            select(
                c.id,
                c.message_id,
                c.subscriber_id,
                c.created_at,
                c.since,
                c.until,
                c.cadence,
                overtaken.label("overtaken"),
            )
            .where(which, c.kind == MessageKind.DIGEST.value)
            .order_by(c.id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [
                SentDigest(
                    id=row.id,
                    message_id=row.message_id,
                    reader=row.subscriber_id,
                    written_at=row.created_at,
                    title=digest_title(Cadence(row.cadence), row.since, row.until) if row.until else "",
                    overtaken=row.overtaken,
                )
                for row in connection.execute(query)
            ]

    def noted(self, message: int) -> list[tuple[str, str, str]]:
        """What a message of the outbox told, shown still or not: passage, topic and body."""
        led = t.ledger.c
        query = (
            select(led.passage, led.concept_id, t.sources.c.body_id)
            .join(t.documents, t.documents.c.id == led.document_id)
            .join(t.sources, t.sources.c.id == t.documents.c.source_id)
            .where(led.message_id == message, led.concept_id.not_in(_OVERTAKEN))
            .order_by(led.id)
        )
        with self._database.reading() as connection:
            return [(row.passage, row.concept_id, row.body_id) for row in connection.execute(query)]

    def overtaken(self, subscriber: Subscriber, message: int) -> list[DigestItem]:
        """The papers that a message of the outbox told as replaced or withdrawn, as they were told before."""
        with self._database.reading() as connection:
            return superseded_papers.told_overtaken(connection, subscriber.id, message)

    def lists(self, message: int) -> ToldLists | None:
        """What a digest told other than mentions; None of one that was written before that was kept."""
        with self._database.reading() as connection:
            kept = connection.execute(select(t.outbox.c.lists).where(t.outbox.c.id == message)).scalar()
            return digest_lists.lists(connection, kept) if kept else None

    # ---- the outbox

    def period_began(self, subscriber: Subscriber, unsent: Collection[int] = ()) -> datetime | None:
        """Returns the instant from which the next digest tells.

        That is when the last one was written that stays; where this one takes the `unsent` ones in, when
        the first of them began; for a reader's first, when they confirmed.
        """
        c = t.outbox.c
        digests = (c.subscriber_id == subscriber.id, c.kind == MessageKind.DIGEST.value)
        with self._database.reading() as connection:
            folded = select(func.min(c.began_at)).where(*digests, c.id.in_(unsent))
            last = select(func.max(c.created_at)).where(*digests, c.id.not_in(unsent), c.state != "refused")
            began = connection.execute(folded).scalar() if unsent else None
            return began or connection.execute(last).scalar() or subscriber.confirmed_at

    def unsent(self, subscriber: Subscriber) -> list[Waiting]:
        """Digests that were tried and that the other side surely has not got: the next one takes them in."""
        with self._database.reading() as connection:
            return _unsent(connection, subscriber.id)

    def enqueue(
        self,
        digest: Digest,
        tellings: Sequence[DigestItem],
        message_id: str,
        content: bytes,
        unsent: Collection[int] = (),
    ) -> bool:
        """Note that the reader is told and queue the message, in place of the `unsent` ones: all or nothing.

        Returns False where this very message is there already, where an unsent one has gone meanwhile, or
        where the reader has stopped.
        """
        subscriber = digest.subscriber
        c, s = t.outbox.c, t.subscribers.c
        with erasing(self._database, at_once=False) as connection:
            if connection.execute(select(c.id).where(c.message_id == message_id)).first():
                return False
            if not connection.execute(select(s.id).where(s.id == subscriber.id, s.stopped == "")).first():
                return False
            if not set(unsent) <= {waiting.id for waiting in _unsent(connection, subscriber.id)}:
                return False
            connection.execute(delete(t.outbox).where(c.id.in_(unsent)))
            outbox_id = queue(
                connection,
                MessageKind.DIGEST,
                subscriber.channel,
                subscriber.address,
                message_id,
                content,
                subscriber_id=subscriber.id,
                since=digest.since,
                until=digest.until,
                cadence=subscriber.cadence.value,
                began_at=digest.account.since,
                lists=digest_lists.kept_lists(digest),
            )
            _note_told(connection, tellings, subscriber.id, outbox_id)
            connection.execute(
                update(t.subscribers).where(s.id == subscriber.id).values(last_digest_on=digest.until)
            )
            return True

    def due(self, moment: datetime, kind: MessageKind | None = None) -> Iterator[Message]:
        """Yields messages to send now, oldest first. One left "sending" by a crash is sent again.

        Only one process sends digests (it holds the run's lock); a confirmation may be on its way from the
        web page, and is left alone until its time is up.
        """
        c = t.outbox.c
        left = and_(c.state == "sending", or_(c.kind != MessageKind.CONFIRMATION.value, c.due_at <= moment))
        query = (
            select(c.id)
            .where(
                or_(left, and_(c.state == "queued", c.due_at <= moment)),
                *([c.kind == kind.value] if kind else []),
            )
            .order_by(c.id)
        )
        with self._database.reading() as connection:
            ids = connection.execute(query).scalars().all()
        for message_id in ids:
            with self._database.reading() as connection:
                row = connection.execute(select(t.outbox).where(c.id == message_id)).first()
            if row is not None:  # else its reader has gone meanwhile
                yield Message(
                    id=row.id,
                    message_id=row.message_id,
                    channel=row.channel,
                    address=row.address,
                    content=row.content,
                    tries=row.tries,
                    held=row.held,
                )

    def mark_sending(self, message: Message, until: datetime) -> bool:
        """Take the message to send it before `until`.

        Returns False where someone else has, or the reader has stopped.

        Nothing waits for a reader who has stopped, not even what was on its way then: what it told counts as
        not told.
        """
        c, s = t.outbox.c, t.subscribers.c
        stopped = select(s.id).where(s.stopped != "")
        with erasing(self._database, at_once=False) as connection:
            connection.execute(delete(t.outbox).where(c.id == message.id, c.subscriber_id.in_(stopped)))
            taken = connection.execute(
                update(t.outbox)
                .where(c.id == message.id, c.state.in_(["queued", "sending"]), c.tries == message.tries)
                .values(
                    uncertain=or_(c.uncertain, c.state == "sending"),
                    state="sending",
                    tries=message.tries + 1,
                    due_at=until,
                )
            )
            return bool(taken.rowcount)

    def mark_sent(self, message: Message) -> None:
        with self._database.writing() as connection:
            _mark(connection, message, state="sent", sent_at=now(), answer="accepted", uncertain=False)
            forget_refusals(connection, message.address)
            _tidy(connection, message)

    def mark_failed(self, message: Message, answer: str, due_at: datetime, *, uncertain: bool) -> None:
        values: dict[str, Any] = {"state": "queued", "answer": answer, "due_at": due_at}
        with self._database.writing() as connection:
            _mark(connection, message, **values, **({"uncertain": True} if uncertain else {}))

    def mark_held(self, message: Message, answer: str, due_at: datetime) -> None:
        """Its content was refused: it was not taken, and no digest takes it in, which it would spoil."""
        with self._database.writing() as connection:
            _mark(connection, message, state="queued", answer=answer, due_at=due_at, held=message.held + 1)

    def mark_unknown(self, message: Message, answer: str, moment: datetime) -> None:
        """The address is not known to its server. Said again on another day, nothing more goes there.

        Then neither this nor what else waits for its reader is sent, and what it told counts as not told.
        """
        u = t.unknown_addresses.c
        today = moment.date()
        with erasing(self._database, at_once=False) as connection:
            since = connection.execute(select(u.since).where(u.address == message.address)).scalar()
            if since is None or since > today:  # a day in the future is not believed
                forget_refusals(connection, message.address)
                connection.execute(
                    insert(t.unknown_addresses).values(address=message.address, since=today, answer=answer)
                )
            elif since < today:
                refuse(connection, message, answer)

    def hurry(self, moment: datetime) -> int:
        """Make everything due that waits to be tried again; returns how many messages that is."""
        c = t.outbox.c
        with self._database.writing() as connection:
            done = connection.execute(
                update(t.outbox).where(c.state == "queued", c.due_at > moment).values(due_at=moment)
            )
            return done.rowcount

    # ---- the operator

    def queue_age(self, moment: datetime) -> float:
        """Hours for which the oldest message that was tried has waited; 0 where none waits."""
        c = t.outbox.c
        with self._database.reading() as connection:
            oldest = connection.execute(
                select(func.min(c.created_at)).where(c.state.in_(["queued", "sending"]), c.tries > 0)
            ).scalar()
        return (moment - oldest).total_seconds() / 3600 if oldest else 0.0

    def noticed(self) -> dict[str, str]:
        """What the operator was last told, by subject."""
        with self._database.reading() as connection:
            return dict(connection.execute(select(t.notices.c.subject, t.notices.c.state)).all())

    def notice(self, states: Mapping[str, str], letters: Sequence[tuple[str, str, str, bytes]]) -> bool:
        """Queue a notice to the operator and note what it says, or neither. Returns False where it was there.

        `letters` are channel, address, Message-ID and content, one for each way to the operator.
        """
        c = t.notices.c
        with self._database.writing() as connection:
            ids = [message_id for _, _, message_id, _ in letters]
            if connection.execute(select(t.outbox.c.id).where(t.outbox.c.message_id.in_(ids))).first():
                return False
            connection.execute(delete(t.notices).where(c.subject.in_(states)))
            connection.execute(
                insert(t.notices), [{"subject": name, "state": state} for name, state in states.items()]
            )
            for channel, address, message_id, content in letters:
                queue(connection, MessageKind.NOTICE, channel, address, message_id, content)
            return True


def _mark(connection: Connection, message: Message, **values: Any) -> None:
    connection.execute(update(t.outbox).where(t.outbox.c.id == message.id).values(**values))


def put_back(connection: Connection, message: Message, answer: str, due_at: datetime, **also: Any) -> None:
    """Try a message again that was sent and came back. Its reader may have it: it keeps its Message-ID."""
    _mark(
        connection,
        message,
        state="queued",
        answer=answer,
        due_at=due_at,
        sent_at=None,
        uncertain=True,
        **also,
    )


def refuse(connection: Connection, message: Message, answer: str) -> None:
    """Its address takes no messages: neither this one nor any other goes there."""
    _mark(connection, message, state="refused", answer=answer)
    _stop(connection, message, f"{REFUSED}{answer}")


def _stop(connection: Connection, message: Message, why: str) -> None:
    """Send the reader of this message nothing more; a message that is no reader's stops nobody."""
    c = t.outbox.c
    reader = connection.execute(select(c.subscriber_id).where(c.id == message.id)).scalar()
    if reader is not None:
        connection.execute(delete(t.ledger).where(t.ledger.c.message_id == message.id))
        connection.execute(delete(t.outbox).where(c.subscriber_id == reader, c.state == "queued"))
        connection.execute(
            update(t.subscribers).where(t.subscribers.c.id == reader).values(stopped=why, stopped_at=now())
        )


def _note_told(
    connection: Connection, tellings: Sequence[DigestItem], subscriber_id: int, outbox_id: int
) -> None:
    """Each passage of a paper once, however often it is in it."""
    rows = {
        (telling.concept_id, telling.passage, telling.place.document): {
            "subscriber_id": subscriber_id,
            "concept_id": telling.concept_id,
            "passage": telling.passage,
            "document_id": telling.place.document,
            "message_id": outbox_id,
        }
        for telling in tellings
    }
    if rows:
        connection.execute(insert(t.ledger), list(rows.values()))


def forget_refusals(connection: Connection, address: str) -> None:
    """What a server said of an address before it took a message, or before its reader asked again."""
    connection.execute(delete(t.unknown_addresses).where(t.unknown_addresses.c.address == address))


def _unsent(connection: Connection, subscriber_id: int) -> list[Waiting]:
    c = t.outbox.c
    rows = connection.execute(
        select(c.id, c.since).where(
            c.subscriber_id == subscriber_id,
            c.kind == MessageKind.DIGEST.value,
            c.state == "queued",
            c.tries > 0,
            c.uncertain.is_(False),
            c.held == 0,
        )
    )
    return [Waiting(id=row.id, since=row.since) for row in rows]


def queue(
    connection: Connection,
    kind: MessageKind,
    channel: str,
    address: str,
    message_id: str,
    content: bytes,
    **also: Any,
) -> int:
    """Put a message into the outbox; returns its id."""
    moment = now()
    return connection.execute(
        insert(t.outbox)
        .values(
            message_id=message_id,
            kind=kind.value,
            channel=channel,
            address=address,
            content=content,
            state="queued",
            created_at=moment,
            due_at=moment,
            tries=0,
            answer="",
            uncertain=False,
            **also,
        )
        .returning(t.outbox.c.id)
    ).scalar_one()


def _tidy(connection: Connection, sent: Message) -> None:
    """Forget the closed watch lists of this message's reader once all that they had found has arrived.

    Until then they are needed: what a message tells that is never taken is told by another one.
    """
    c, o = t.watch_lists.c, t.outbox.c
    reader = select(o.subscriber_id).where(o.id == sent.id).scalar_subquery()
    closed = and_(c.subscriber_id == reader, c.until_flagged.is_not(None), ~c.paused)
    subscriber_id = connection.execute(select(c.subscriber_id).where(closed)).scalar()
    if subscriber_id is None:
        return
    waits = select(o.id).where(
        o.subscriber_id == subscriber_id,
        o.kind == MessageKind.DIGEST.value,
        o.state.in_(["queued", "sending"]),
    )
    if connection.execute(waits).first() or unreported_hits.unreported(connection, subscriber_id):
        return
    connection.execute(delete(t.watch_lists).where(closed))
