"""Days and times that a clock wrote which was ahead: they are not believed, and put right.

A digest of 2031 would silence its reader until then, and a message due in 2031 would wait as long.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from pipeline.model import MessageKind
from pipeline.ports import PutRight
from pipeline.stages import LAST_HOLD, LAST_RETRY
from storage import tables as t
from storage.engines.sql import day_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

SLACK = timedelta(hours=1)  # clocks that are kept in step differ by less
ZONES = timedelta(days=1)  # a reader's own day may be one ahead of ours


def put_right(connection: Connection, moment: datetime) -> PutRight:
    """Take back what lies in the future of `moment`; returns how much that was."""
    latest = (moment + ZONES).date()
    furthest = _furthest(connection)
    readers = _last_digests(connection, moment, latest)
    messages = _due_times(connection, moment)
    _other_moments(connection, moment)
    return PutRight(readers=readers, messages=messages, until=furthest if readers or messages else None)


def _furthest(connection: Connection) -> date | None:
    day = connection.execute(select(func.max(t.subscribers.c.last_digest_on))).scalar()
    due = connection.execute(select(func.max(t.outbox.c.due_at)).where(t.outbox.c.state != "sent")).scalar()
    return max((each for each in (day, due.date() if due else None) if each), default=None)


def _last_digests(connection: Connection, moment: datetime, latest: date) -> int:
    """The last digest was of the day on which the last believable one was written, or of none."""
    s, o = t.subscribers.c, t.outbox.c
    written = (
        select(day_of(func.max(o.created_at)))
        .where(o.subscriber_id == s.id, o.kind == MessageKind.DIGEST.value, o.created_at <= moment + SLACK)
        .correlate(t.subscribers)
        .scalar_subquery()
    )
    done = connection.execute(
        update(t.subscribers).where(s.last_digest_on > latest).values(last_digest_on=written)
    )
    return done.rowcount


def _due_times(connection: Connection, moment: datetime) -> int:
    o = t.outbox.c
    waits = and_(o.state != "sent", o.state != "refused")
    late = or_(
        and_(o.held == 0, o.due_at > moment + LAST_RETRY + SLACK), o.due_at > moment + LAST_HOLD + SLACK
    )
    return connection.execute(update(t.outbox).where(waits, late).values(due_at=moment)).rowcount


def _other_moments(connection: Connection, moment: datetime) -> None:
    """By these ages are counted: of the queue, of a question to confirm, of a reader who heard of nothing."""
    for table, column in (
        (t.outbox, t.outbox.c.created_at),
        (t.sign_ups, t.sign_ups.c.asked_at),
        (t.subscribers, t.subscribers.c.confirmed_at),
    ):
        connection.execute(update(table).where(column > moment + SLACK).values({column: moment}))
