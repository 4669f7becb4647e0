"""Papers as they are listed: with their body, their committee, their day and what is held of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from pipeline.model import DocumentState
from pipeline.views import Count, PaperRow
from storage import tables as t
from storage.engines.sql import year_of
from storage.paper_joins import newest_papers_first, said_day, with_body_and_meeting, withdrawn_on

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Connection, Row, Select


def listed_papers(
    connection: Connection,
    *,
    source: str = "",
    body: str = "",
    document: int | None = None,
    limit: int = 0,
    skip: int = 0,
) -> list[PaperRow]:
    """Papers by date, newest first; limit 0 is all of them."""
    d, s = t.documents.c, t.sources.c
    query = (
        _papers()
        .where(
            *([s.id == source] if source else []),
            *([s.body_id == body] if body else []),
            *([d.id == document] if document is not None else []),
        )
        .order_by(newest_papers_first(), s.id, d.id)
    )
    return _rows(connection, query.limit(limit).offset(skip) if limit else query)


def of_meetings(connection: Connection, meetings: Collection[int]) -> list[PaperRow]:
    """The papers of these meetings, in the order in which they were listed."""
    d = t.documents.c
    return _rows(connection, _papers().where(d.meeting_id.in_(meetings)).order_by(d.id))


def of_no_meeting(
    connection: Connection,
    body: str,
    *,
    since: date | None = None,
    before: date | None = None,
    limit: int,
    skip: int = 0,
) -> list[PaperRow]:
    """A body's papers that belong to no meeting, newest first."""
    d = t.documents.c
    query = (
        _papers()
        .where(
            t.sources.c.body_id == body,
            d.meeting_id.is_(None),
            *([d.published_on >= since] if since else []),
            *([d.published_on < before] if before else []),
        )
        .order_by(d.published_on.desc().nulls_last(), d.id.desc())
    )
    return _rows(connection, query.limit(limit).offset(skip))


def closing(
    connection: Connection, *, since: date, until: date | None = None, body: str = ""
) -> list[PaperRow]:
    """Consultations whose last day is not before `since`, soonest first; `until` is included."""
    d = t.documents.c
    query = (
        _papers()
        .where(
            d.closes_on >= since,
            d.state != DocumentState.WITHDRAWN.value,
            *([d.closes_on <= until] if until else []),
            *([t.sources.c.body_id == body] if body else []),
        )
        .order_by(d.closes_on, d.id)
    )
    return _rows(connection, query)


def years(connection: Connection, body: str) -> list[Count]:
    """How many papers a body has of each year, latest first; those of an unknown day are left out."""
    year = year_of(said_day())
    query = (
        with_body_and_meeting(select(year, func.count()).select_from(t.documents))
        .where(t.sources.c.body_id == body, said_day().is_not(None))
        .group_by(year)
        .order_by(year.desc())
    )
    return [Count(id=when, count=count) for when, count in connection.execute(query)]


# What other statements over papers are made of.


def _papers() -> Select[*tuple[Any, ...]]:
    d, f, r = t.documents.c, t.files.c, t.revisions.c
    revisions = select(func.count()).where(r.document_id == d.id).scalar_subquery()
    query = select(
        t.documents,
        withdrawn_on().label("withdrawn_on"),
        t.sources.c.body_id,
        t.meetings.c.body_name.label("committee"),
        t.meetings.c.starts_on,
        revisions.label("revisions"),
        f.pages,
        f.media_type,
    ).select_from(t.documents)
    return with_body_and_meeting(query).join(t.files, f.sha256 == d.sha256, isouter=True)


def _rows(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[PaperRow]:
    return [_paper(row) for row in connection.execute(query)]


def _paper(row: Row[Any]) -> PaperRow:
    return PaperRow(
        source=row.source_id,
        body=row.body_id,
        committee=row.committee or "",
        meeting_date=row.starts_on,
        published_on=row.published_on,
        closes_on=row.closes_on,
        kind=row.kind,
        title=row.title,
        url=row.url,
        sha256=row.sha256 or "",
        state=row.state,
        reason=row.reason,
        first_seen=row.first_seen,
        revisions=row.revisions,
        pages=row.pages or 0,
        document=row.id,
        media_type=row.media_type or "",
        meeting=row.meeting_id,
        withdrawn_on=row.withdrawn_on,
    )
