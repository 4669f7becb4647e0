"""What the archive holds in numbers, and what it could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from pipeline.model import DocumentState, PageMethod
from pipeline.views import RunRow, Totals, Unreadable
from storage import page_parts
from storage import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select


def totals(connection: Connection) -> Totals:
    d, p, f, h, o = t.documents.c, t.pages.c, t.files.c, t.hits.c, t.outbox.c
    current = p.sha256.in_(select(d.sha256).where(d.sha256.is_not(None)))
    methods = dict(
        connection.execute(
            select(p.method, func.count()).where(current).group_by(p.method).order_by(p.method)
        ).all()
    )
    concepts = dict(
        connection.execute(
            select(h.concept_id, func.sum(1 + h.more)).group_by(h.concept_id).order_by(h.concept_id)
        ).all()
    )
    outbox = dict(connection.execute(select(o.state, func.count()).group_by(o.state).order_by(o.state)).all())
    return Totals(
        papers=connection.execute(
            select(func.count()).select_from(t.documents).where(d.sha256.is_not(None))
        ).scalar_one(),
        pages=sum(methods.values()),
        pages_by_method=methods,
        unreadable=tuple(unreadable(connection)),
        hits=sum(concepts.values()),
        hits_by_concept=concepts,
        outbox=outbox,
        pages_with_parts=page_parts.counted(connection),
        to_extract=connection.execute(
            select(func.count()).select_from(t.files).where(f.tries == 0)
        ).scalar_one(),
    )


def withdrawn(connection: Connection) -> int:
    """How many papers and meetings the last run found withdrawn."""
    c = t.source_runs.c
    last = select(func.max(t.runs.c.id)).scalar_subquery()
    query = select(func.coalesce(func.sum(c.withdrawn), 0)).where(c.run_id == last)
    return connection.execute(query).scalar_one()


def last_run(connection: Connection) -> RunRow | None:
    r, c, s = t.runs.c, t.source_runs.c, t.sources.c
    crawled = select(c.run_id).join(t.sources, s.id == c.source_id).where(s.platform != "manual")
    visited = select(c.run_id)
    row = connection.execute(
        select(r.today, r.started_at, r.ended_at)
        .where(or_(r.id.in_(crawled), r.id.not_in(visited)))
        .order_by(r.id.desc())
        .limit(1)
    ).first()
    return RunRow(today=row.today, started_at=row.started_at, ended_at=row.ended_at) if row else None


def unreadable(connection: Connection) -> list[Unreadable]:
    """Papers without bytes, files without text, and single pages without text."""
    d, f = t.documents.c, t.files.c
    paper = (d.id.label("document"), d.title, d.url)
    without_bytes = (
        select(*paper, d.state, d.reason).where(d.state == DocumentState.UNAVAILABLE.value).order_by(d.id)
    )
    without_text = (
        select(*paper, f.sha256, f.reason, f.detail)
        .join(t.files, f.sha256 == d.sha256)
        .where(f.reason != "")
        .order_by(d.id)
    )
    blank = blank_pages().subquery()
    with_blank_pages = (
        select(*paper, d.sha256, blank.c.pages, blank.c.first)
        .join(blank, blank.c.sha256 == d.sha256)
        .join(t.files, f.sha256 == d.sha256)
        .where(f.reason == "")
        .order_by(d.id)
    )
    unread = page_parts.unread_pages().subquery()
    with_parts_unread = (
        select(*paper, d.sha256, unread.c.pages, unread.c.first)
        .join(unread, unread.c.sha256 == d.sha256)
        .join(t.files, f.sha256 == d.sha256)
        .where(f.reason == "")
        .order_by(d.id)
    )
    return [
        *(
            Unreadable(document=document, title=title, url=url, sha256="", reason=state, detail=reason)
            for document, title, url, state, reason in connection.execute(without_bytes)
        ),
        *(
            Unreadable(document=document, title=title, url=url, sha256=sha256, reason=reason, detail=detail)
            for document, title, url, sha256, reason, detail in connection.execute(without_text)
        ),
        *(
            Unreadable(
                document=document,
                title=title,
                url=url,
                sha256=sha256,
                reason="pages without text",
                detail=f"{pages} of its pages, the first is page {first}",
            )
            for document, title, url, sha256, pages, first in connection.execute(with_blank_pages)
        ),
        *(
            Unreadable(
                document=document,
                title=title,
                url=url,
                sha256=sha256,
                reason="parts of pages not read",
                detail=f"on {pages} of its pages, the first is page {first}",
            )
            for document, title, url, sha256, pages, first in connection.execute(with_parts_unread)
        ),
    ]


def blank_pages() -> Select[*tuple[Any, ...]]:
    """Of each file that has pages without text: how many, and which is the first."""
    p = t.pages.c
    return (
        select(p.sha256, func.count().label("pages"), func.min(p.number).label("first"))
        .where(p.method == PageMethod.NONE.value)
        .group_by(p.sha256)
    )
