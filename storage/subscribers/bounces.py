"""Messages that came back by mail: believed with proof, each once, and what follows for its reader."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from pipeline.bounces import BounceKind, Heard
from pipeline.model import Message, MessageKind
from pipeline.stages import hold
from storage import tables as t
from storage.database import now
from storage.engines.sql import day_of
from storage.reports.machine import mark
from storage.reports.returned_mail import NOT_BELIEVED, READ
from storage.secure_delete import erasing
from storage.subscribers import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from pipeline.bounces import Bounce
    from storage.database import Database

NEXT_DAY = timedelta(days=1)
SLACK = timedelta(hours=1)  # clocks of mail servers differ


class Bounces:
    """What came back, and how far mailboxes were read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self, mailbox: str) -> int:
        """The number up to which a mailbox was read."""
        with self._database.reading() as connection:
            c = t.marks.c
            return connection.execute(select(c.value).where(c.name == mailbox)).scalar() or 0

    def passed(self, mailbox: str, position: int) -> None:
        with self._database.writing() as connection:
            mark(connection, mailbox, now(), position)

    def read(self, moment: datetime, not_believed: int) -> None:
        """Note that the mailbox was read, and how many mails in it were not believed."""
        c = t.marks.c
        with self._database.writing() as connection:
            before = connection.execute(select(c.value).where(c.name == NOT_BELIEVED)).scalar() or 0
            mark(connection, READ, moment)
            mark(connection, NOT_BELIEVED, moment, before + not_believed)

    def address(self, message_id: str) -> str | None:
        """To whom a message of ours went; None where there is no such message."""
        c = t.outbox.c
        with self._database.reading() as connection:
            return connection.execute(select(c.address).where(c.message_id == message_id)).scalar()

    def hear(self, bounce: Bounce, moment: datetime) -> Heard:
        """Note that a message came back, and try it again later; all or nothing, and once for each mail.

        Returns what was made of it. A hard one, on a second day with no message between that arrived, stops
        its reader.
        """
        c, b = t.outbox.c, t.bounces.c
        with erasing(self._database, at_once=False) as connection:
            row = connection.execute(select(t.outbox).where(c.message_id == bounce.message_id)).first()
            if row is None:
                return Heard.NOT_BELIEVED
            if connection.execute(select(b.id).where(b.fingerprint == bounce.fingerprint)).first():
                return Heard.AGAIN
            # One that waits to be sent again was heard of; what was written before it went is not of it.
            if row.state != "sent" or (bounce.written_at and bounce.written_at < row.sent_at - SLACK):
                return Heard.AGAIN
            is_second = bounce.kind is BounceKind.HARD and _hard_before(connection, row)
            connection.execute(
                insert(t.bounces).values(
                    fingerprint=bounce.fingerprint,
                    address=row.address,
                    message_id=bounce.message_id,
                    kind=bounce.kind.value,
                    said=bounce.said,
                    sent_at=row.sent_at,
                    heard_at=moment,
                )
            )
            return _follow(connection, row, bounce, moment, is_second=is_second)


def forget(connection: Connection, address: str) -> None:
    """What came back from an address, when its reader begins anew or goes."""
    connection.execute(delete(t.bounces).where(t.bounces.c.address == address))


def _hard_before(connection: Connection, row: Row[Any]) -> bool:
    """Whether a message of an earlier day came back hard, and none that went in between has arrived."""
    b, o = t.bounces.c, t.outbox.c
    last = connection.execute(
        select(func.max(b.sent_at)).where(
            b.address == row.address,
            b.kind == BounceKind.HARD.value,
            day_of(b.sent_at) < row.sent_at.date(),
        )
    ).scalar()
    if last is None:
        return False
    # What came back waits to be sent again, and is not "sent".
    arrived = select(o.id).where(
        o.address == row.address, o.state == "sent", o.sent_at > last, o.sent_at < row.sent_at
    )
    return connection.execute(arrived).first() is None


def _follow(
    connection: Connection, row: Row[Any], bounce: Bounce, moment: datetime, *, is_second: bool
) -> Heard:
    answer = f"it came back: {bounce.said}"
    message = Message(
        id=row.id,
        message_id=row.message_id,
        channel=row.channel,
        address=row.address,
        content=b"",
        tries=row.tries,
        held=row.held,
    )
    if row.kind != MessageKind.DIGEST.value:
        return Heard.COUNTED  # a question to confirm runs out by itself, and the operator has other ways
    if is_second:
        outbox.refuse(connection, message, answer)
        return Heard.STOPPED
    # Its reader may have it all the same (mail is sent on): it keeps its Message-ID, and none takes it in.
    if bounce.kind is BounceKind.CONTENT:
        due_at = moment + hold(row.held)
        outbox.put_back(connection, message, answer, due_at, held=row.held + 1)
    else:
        outbox.put_back(connection, message, answer, moment + NEXT_DAY)
    return Heard.COUNTED
