"""How well the sources are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from pipeline.health import left
from pipeline.health.run_state import OFF, WELL, silence
from pipeline.model import SourceHealth, SourceState
from pipeline.views import SourceRow
from storage import page_parts
from storage import tables as t
from storage.reports.totals import blank_pages

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

# The runs that have read their source, whole or by half.
READ = (SourceState.OK, SourceState.EMPTY, SourceState.PARTLY)


def health(connection: Connection) -> list[SourceHealth]:
    """How each source is; those with faults first."""
    c, s = t.source_runs.c, t.sources.c
    latest = select(func.max(c.id)).group_by(c.source_id)
    success = (
        select(c.source_id, func.max(c.ended_at).label("last_success"))
        .where(c.state.in_(READ))
        .group_by(c.source_id)
        .subquery()
    )
    before, same = t.source_runs.alias("before"), t.source_runs.alias("same")
    # The last run that ended in another state: what came after it is one unbroken stretch.
    broken = (
        select(func.coalesce(func.max(before.c.id), 0))
        .where(before.c.source_id == c.source_id, before.c.state != c.state)
        .correlate(t.source_runs)
        .scalar_subquery()
    )
    since = (
        select(func.min(same.c.ended_at))
        .where(same.c.source_id == c.source_id, same.c.id > broken)
        .correlate(t.source_runs)
        .scalar_subquery()
    )
    first, last = t.runs.alias("first"), t.runs.alias("last")
    began = select(c.source_id, func.min(c.run_id).label("run_id")).group_by(c.source_id).subquery()
    newest = func.max(t.documents.c.first_seen)
    papers_ = (
        select(t.documents.c.source_id, newest.label("newest")).group_by(t.documents.c.source_id).subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(
            *(s.id, s.name, s.kind, s.platform, s.every, s.off, c.state, c.reason, c.ended_at, c.left),
            *(success.c.last_success, papers_.c.newest),
            first.c.today.label("first_run"),
            last.c.today,
            t.bodies.c.until,
            since.label("since"),
        )
        .select_from(t.sources)
        .join(t.source_runs, and_(c.source_id == s.id, c.id.in_(latest)), isouter=True)
        .join(last, last.c.id == c.run_id, isouter=True)
        .join(began, began.c.source_id == s.id, isouter=True)
        .join(first, first.c.id == began.c.run_id, isouter=True)
        .join(success, success.c.source_id == s.id, isouter=True)
        .join(papers_, papers_.c.source_id == s.id, isouter=True)
        .join(t.bodies, t.bodies.c.id == s.body_id, isouter=True)
    )
    found = [_health(row) for row in connection.execute(query)]
    return sorted(found, key=lambda source: (source.state in WELL, source.id))


def problems(connection: Connection) -> dict[str, list[str]]:
    """By source: the single pages and papers that failed in its last run, as they were said."""
    c = t.source_runs.c
    latest = select(func.max(c.id)).group_by(c.source_id)
    return dict(connection.execute(select(c.source_id, c.problems).where(c.id.in_(latest))).all())


def _health(row: Row[Any]) -> SourceHealth:
    never = SourceState.MANUAL if row.platform == "manual" else SourceState.UNKNOWN
    state, reason = SourceState(row.state) if row.state else never, row.reason or ""
    if row.off:
        state, reason = SourceState.OFF, OFF
    elif silent := _silence(row, state):
        state, reason = SourceState.SILENT, silent
    return SourceHealth(
        id=row.id,
        name=row.name,
        kind=row.kind,
        state=state,
        reason=reason,
        last_run=row.ended_at,
        last_success=row.last_success,
        left=tuple(left.of_row(count) for count in row.left or ()),
        since=row.since,
    )


def _silence(row: Row[Any], state: SourceState) -> str:
    if row.today is None or (row.until and row.until < row.today):
        return ""  # never run, or its body has ended
    return silence(
        state,
        every=row.every,
        kind=row.kind,
        first_run=row.first_run,
        last_new=row.newest.date() if row.newest else None,
        today=row.today,
    )


def sources(connection: Connection) -> list[SourceRow]:
    """How well each source is followed; those with faults first."""
    d, f = t.documents.c, t.files.c
    blank, unread = blank_pages().subquery(), page_parts.unread_pages().subquery()
    counts = (
        select(
            d.source_id,
            func.max(d.first_seen).label("last_paper"),
            func.count(d.sha256).label("papers"),
            func.coalesce(func.sum(f.pages), 0).label("pages"),
            func.coalesce(func.sum(blank.c.pages), 0).label("blank"),
            func.coalesce(func.sum(unread.c.pages), 0).label("unread"),
        )
        .join(t.files, f.sha256 == d.sha256, isouter=True)
        .join(unread, unread.c.sha256 == d.sha256, isouter=True)
        .join(blank, blank.c.sha256 == d.sha256, isouter=True)
        .group_by(d.source_id)
    )
    held = {row.source_id: row for row in connection.execute(counts)}
    lines = {row.id: row for row in connection.execute(select(t.sources))}
    rows: list[SourceRow] = []
    for source in health(connection):
        line, has = lines[source.id], held.get(source.id)
        rows.append(
            SourceRow(
                id=source.id,
                body=line.body_id,
                name=source.name,
                kind=source.kind,
                region=line.region,
                platform=line.platform,
                url=line.url,
                note=line.note,
                state=source.state,
                reason=source.reason,
                last_run=source.last_run,
                last_success=source.last_success,
                last_paper=has.last_paper if has else None,
                every=line.every,
                papers=has.papers if has else 0,
                pages=has.pages if has else 0,
                blank=has.blank if has else 0,
                unread=has.unread if has else 0,
                left=source.left,
            )
        )
    return rows
