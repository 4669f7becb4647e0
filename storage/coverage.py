"""How well the sources are followed, and how much stands behind an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from pipeline.answers import SourceRow
from pipeline.model import Denominator, SourceHealth, SourceState
from storage import bodies, filters, papers
from storage import tables as t
from storage.totals import blank_pages

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from pipeline.query import Query

WELL = {
    SourceState.OK,
    SourceState.EMPTY,
    SourceState.MANUAL,
    SourceState.ENDED,
    SourceState.UNKNOWN,
}


def health(connection: Connection) -> list[SourceHealth]:
    """How each source is; those that are not well first."""
    c, s = t.source_runs.c, t.sources.c
    latest = select(func.max(c.id)).group_by(c.source_id)
    success = (
        select(c.source_id, func.max(c.ended_at).label("last_success"))
        .where(c.state.in_([SourceState.OK.value, SourceState.EMPTY.value]))
        .group_by(c.source_id)
        .subquery()
    )
    query = (
        select(s.id, s.name, s.kind, c.state, c.reason, c.ended_at, success.c.last_success)
        .select_from(t.sources)
        .join(t.source_runs, and_(c.source_id == s.id, c.id.in_(latest)), isouter=True)
        .join(success, success.c.source_id == s.id, isouter=True)
    )
    found = [
        SourceHealth(
            id=row.id,
            name=row.name,
            kind=row.kind,
            state=SourceState(row.state) if row.state else SourceState.UNKNOWN,
            reason=row.reason or "",
            last_run=row.ended_at,
            last_success=row.last_success,
        )
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda source: (source.state in WELL, source.id))


def sources(connection: Connection) -> list[SourceRow]:
    """How well each source is followed; those that are not well first."""
    d, f = t.documents.c, t.files.c
    blank = blank_pages().subquery()
    counts = (
        select(
            d.source_id,
            func.max(d.first_seen).label("last_paper"),
            func.count(d.sha256).label("papers"),
            func.coalesce(func.sum(f.pages), 0).label("pages"),
            func.coalesce(func.sum(blank.c.pages), 0).label("blank"),
        )
        .join(t.files, f.sha256 == d.sha256, isouter=True)
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
            )
        )
    return rows


def denominator(
    connection: Connection, watched: Collection[str] = (), *, query: Query | None = None
) -> Denominator:
    """What stands behind an answer: how much was looked at, and what could not be.

    `watched` narrows it to the papers of these bodies, `query` to those that its filters let through.
    """
    d, s, f = t.documents.c, t.sources.c, t.files.c
    some = [s.body_id.in_(watched)] if watched else []
    asked = (
        list(filters.of_papers(query, bodies.meant(connection, query.body), papers.day())) if query else []
    )
    blank = blank_pages().subquery()
    counts = (
        papers.with_body_and_meeting(
            select(
                func.count(),
                func.count(s.body_id.distinct()),
                func.count().filter(or_(f.reason != "", blank.c.sha256.is_not(None))),
            ).select_from(t.documents)
        )
        .join(t.files, f.sha256 == d.sha256)
        .join(blank, blank.c.sha256 == d.sha256, isouter=True)
        .where(*some, *asked)
    )
    held, covered, unreadable = connection.execute(counts).one()
    files = papers.with_body_and_meeting(select(d.sha256)).where(d.sha256.is_not(None), *some, *asked)
    pages = select(func.coalesce(func.sum(f.pages), 0)).where(f.sha256.in_(files))
    every = select(func.count(s.body_id.distinct())).where(*some)
    return Denominator(
        bodies=covered if asked else connection.execute(every).scalar_one(),
        papers=held,
        pages=connection.execute(pages).scalar_one(),
        unreadable=unreadable,
        not_well=tuple(source for source in health(connection) if source.state not in WELL),
    )
