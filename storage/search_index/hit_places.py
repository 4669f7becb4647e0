"""Hits with all that a reader needs to prove them: the paper, its meeting and source, and the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from pipeline.model import BY_HAND, DocumentKind, Place
from storage import tables as t
from storage.engines.sql import day_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select, Table
    from sqlalchemy.sql.selectable import FromClause

ANYWHERE = ""  # the body_id of a first mention anywhere


def day() -> ColumnElement[Any]:
    """The day of a paper: of its meeting, its publication, or else when we first had it."""
    return func.coalesce(t.meetings.c.starts_on, t.documents.c.published_on, day_of(t.revisions.c.fetched_at))


def newest_revision() -> ColumnElement[int]:
    """The id of the revision that a paper's current bytes came with."""
    d, newest = t.documents.c, t.revisions.alias("newest")
    return (
        select(func.max(newest.c.id))
        .where(newest.c.document_id == d.id, newest.c.sha256 == d.sha256)
        .correlate(t.documents)
        .scalar_subquery()
    )


def mentions(hits: Table, *also: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Every hit with every paper whose current revision it stands in."""
    current = hits.join(t.documents, t.documents.c.sha256 == hits.c.sha256).join(
        t.revisions, t.revisions.c.id == newest_revision()
    )
    return placed(hits, current, *also)


def placed(hits: Table, revisions: FromClause, *also: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Hits already joined with papers and their `revisions`, with all that a place says."""
    h, d, f, s, m, r, p = (
        table.c for table in (hits, t.documents, t.files, t.sources, t.meetings, t.revisions, t.pages)
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
            _more(hits).label("more"),
            f.pages,
            f.media_type,
            p.label,
            p.item,
            d.id.label("document_id"),
            d.title,
            d.kind,
            d.url,
            d.published_on,
            d.closes_on,
            d.meeting_id,
            s.body_id,
            s.name.label("body_name"),
            m.body_name.label("committee"),
            m.starts_on,
            r.fetched_at.label("captured_at"),
            r.provenance,
            day().label("day"),
            *also,
        )
        .select_from(revisions)
        .join(t.files, f.sha256 == h.sha256)
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .join(t.pages, and_(p.sha256 == h.sha256, p.number == h.page), isouter=True)
    )


def _more(hits: Table) -> ColumnElement[int]:
    """How many mentions of the same in the same file are counted and not kept."""
    other = hits.alias("of_the_same")
    return (
        select(func.sum(other.c.more))
        .where(other.c.sha256 == hits.c.sha256, other.c.concept_id == hits.c.concept_id)
        .correlate(hits)
        .scalar_subquery()
    )


def place(row: Row[Any]) -> Place:
    return Place(
        more=row.more or 0,
        by_hand=row.provenance == BY_HAND,
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
        media_type=row.media_type,
        label=row.label or "",
        item=row.item or "",
        published_on=row.published_on,
        closes_on=row.closes_on,
        meeting_id=row.meeting_id or 0,
    )
