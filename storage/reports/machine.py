"""What the archive knows of the machine: its runs, its queue of messages, and marks of what was done."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, insert, select

from pipeline.health.account import of_sources
from pipeline.health.machine import SLACK, Arrivals, Machine, Queue
from storage import tables as t
from storage.reports import account, source_health, totals
from storage.reports.returned_mail import returned

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

VERIFIED, BACKED_UP, MEMORY = "verified", "backed up", "memory"
LEAST_FREE = 200_000_000  # bytes that a run may take whatever it fetches: the index, temporary files
MOST_ARRIVALS = 20_000  # the newest papers, of which the pauses between them are known
FEWEST_DAYS = 10  # on which papers came, before a pause can be called long
SAMPLE = 1_000  # papers before the last with a mention
TIMES_FETCHED = 3  # a paper is kept, unpacked and indexed


def machine(
    connection: Connection,
    now: datetime,
    rhythm: timedelta,
    *,
    running: str = "",
    free: int | None = None,
    most_missed: float = 1.0,
) -> Machine:
    marks = {row.name: row for row in connection.execute(select(t.marks))}
    fetched = connection.execute(
        select(func.coalesce(func.sum(t.source_runs.c.bytes), 0)).where(
            t.source_runs.c.run_id == select(func.max(t.runs.c.id)).scalar_subquery()
        )
    ).scalar_one()
    runs = totals.last_runs(connection)
    return Machine(
        now=now,
        rhythm=rhythm,
        last_runs=tuple(runs),
        first_run=totals.first_run(connection, runs[0].shard) if runs and runs[0].shard else None,
        crawled=connection.execute(
            select(func.count()).where(t.sources.c.platform != "manual", ~t.sources.c.off)
        ).scalar_one(),
        running=running,
        last_good=_last_good(connection, now),
        free=free,
        needed=LEAST_FREE + TIMES_FETCHED * fetched,
        queue=_queue(connection),
        latest=_latest(connection),
        verified=marks[VERIFIED].at if VERIFIED in marks else None,
        backed_up=marks[BACKED_UP].at if BACKED_UP in marks else None,
        memory=marks[MEMORY].value if MEMORY in marks else None,
        sources=of_sources(account.lines(connection), None, source_health.WELL),
        most_missed=most_missed,
        arrivals=_arrivals(connection, now),
        returned=returned(connection, now),
    )


def mark(connection: Connection, name: str, moment: datetime, value: int = 0) -> None:
    """Note that something was done now, in place of when it was done before."""
    connection.execute(delete(t.marks).where(t.marks.c.name == name))
    connection.execute(insert(t.marks).values(name=name, at=moment, value=value))


def _last_good(connection: Connection, now: datetime) -> datetime | None:
    """When the last run ended that had read a source; a moment in the future is not believed."""
    c, r, s = t.source_runs.c, t.runs.c, t.sources.c
    read = (
        select(c.run_id)
        .join(t.sources, s.id == c.source_id)
        .where(c.state.in_(source_health.READ), s.platform != "manual")
    )
    return connection.execute(
        select(func.max(r.ended_at)).where(r.ended_at <= now + SLACK, r.id.in_(read))
    ).scalar()


def _arrivals(connection: Connection, now: datetime) -> Arrivals:
    r, f = t.revisions.c, t.files.c
    latest = connection.execute(
        select(r.fetched_at).where(r.fetched_at <= now + SLACK).order_by(r.id.desc()).limit(MOST_ARRIVALS)
    ).scalars()
    moments = sorted(latest)
    days = sorted({moment.date() for moment in moments})
    pauses = [later - earlier for earlier, later in pairwise(days)]
    waits = connection.execute(
        select(func.min(r.fetched_at)).join(t.files, f.sha256 == r.sha256).where(f.extractor == "")
    ).scalar()
    return Arrivals(
        newest=moments[-1] if moments else None,
        longest_pause=max(pauses) if len(days) >= FEWEST_DAYS else None,
        waits_since=waits,
        **_telling(connection),
    )


def _telling(connection: Connection) -> dict[str, Any]:
    """How many papers were flagged since the last with a mention, and the share of mentions before."""
    f = t.files.c
    says = exists().where(t.hits.c.sha256 == f.sha256)
    last = connection.execute(
        select(f.flagged).where(says).order_by(f.flagged.desc().nulls_last()).limit(1)
    ).scalar()
    if last is None:
        return {}
    newest = connection.execute(select(func.max(f.flagged))).scalar_one()
    before = f.flagged > last - SAMPLE, f.flagged <= last
    every = connection.execute(select(func.count()).select_from(t.files).where(*before)).scalar_one()
    telling = connection.execute(select(func.count()).select_from(t.files).where(*before, says)).scalar_one()
    return {"silent": newest - last, "telling": telling / every}


def _latest(connection: Connection) -> datetime | None:
    every = (
        select(func.max(t.runs.c.started_at)),
        select(func.max(t.runs.c.ended_at)),
        select(func.max(t.outbox.c.created_at)),
    )
    found = [connection.execute(query).scalar() for query in every]
    return max((moment for moment in found if moment), default=None)


def _queue(connection: Connection) -> Queue:
    c = t.outbox.c
    waits = and_(c.state.in_(["queued", "sending"]), c.tries > 0)
    row = connection.execute(
        select(
            func.count().label("waiting"),
            func.min(c.created_at).label("oldest"),
            func.count().filter(c.held > 0).label("held"),
            func.max(c.id).filter(c.held > 0).label("newest_held"),
            func.min(c.due_at).label("next_try"),
        ).where(waits)
    ).one()
    reason = connection.execute(
        select(c.answer).where(waits, c.answer != "").order_by(c.id.desc()).limit(1)
    ).scalar()
    return Queue(
        waiting=row.waiting,
        oldest=row.oldest,
        held=row.held,
        newest_held=row.newest_held or 0,
        reason=reason or "",
        next_try=row.next_try,
    )
