"""What came back by mail, for reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.bounces import Returned
from pipeline.model import MessageKind
from storage import tables as t

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

DAYS = 30  # that a report looks back
READ, NOT_BELIEVED = "bounces read", "bounces not believed"


def returned(connection: Connection, moment: datetime) -> Returned:
    """What came back in the last days."""
    b, o = t.bounces.c, t.outbox.c
    recent = b.heard_at > moment - timedelta(days=DAYS)
    kinds = select(b.kind, func.count()).where(recent).group_by(b.kind)
    notice = (
        select(b.said)
        .join(t.outbox, o.message_id == b.message_id)
        .where(recent, o.kind == MessageKind.NOTICE.value)
        .order_by(b.id.desc())
        .limit(1)
    )
    marks = {
        row.name: row
        for row in connection.execute(select(t.marks).where(t.marks.c.name.in_([READ, NOT_BELIEVED])))
    }
    return Returned(
        days=DAYS,
        kinds=dict(connection.execute(kinds).all()),
        not_believed=marks[NOT_BELIEVED].value if NOT_BELIEVED in marks else 0,
        read_at=marks[READ].at if READ in marks else None,
        to_operator=connection.execute(notice).scalar() or "",
    )
