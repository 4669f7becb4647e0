"""The account of what was looked at, as one consistent view of the archive: see pipeline.health.account.

A page counts once in each paper that has it, as in the answers of a search: two boards may publish the
same bytes, and no search may find more pages than were searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select, true

from pipeline.health.account import SourceLine, of_sources
from pipeline.model import Account, DocumentKind
from storage import page_parts, paper_joins
from storage import tables as t
from storage.reports import source_health, totals
from storage.search_index import filters, followed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Subquery

    from pipeline.health.account import Scope


def account(connection: Connection, scopes: Sequence[Scope] = (), since: datetime | None = None) -> Account:
    """Of the papers that any of these scopes lets through; without scopes, of all."""
    sources = of_sources(lines(connection, scopes), since, source_health.WELL)
    d, s, f = t.documents.c, t.sources.c, t.files.c
    asked = _either(and_(true(), *_of_papers(scope)) for scope in scopes)
    held = paper_joins.with_body_and_meeting(select(d.sha256)).where(d.sha256.is_not(None), asked).subquery()
    every = connection.execute(
        paper_joins.with_body_and_meeting(
            select(
                func.count(d.sha256).label("papers"),
                func.coalesce(func.sum(f.pages), 0).label("pages"),
                func.count(s.body_id.distinct()).filter(d.sha256.is_not(None)).label("bodies"),
                func.count().filter(f.pages > 0).label("with_text"),
                func.count(s.body_id.distinct()).filter(f.pages > 0).label("bodies_with_text"),
                func.count().filter(and_(d.sha256.is_not(None), f.reason != "")).label("unreadable"),
                func.count().filter(and_(d.sha256.is_not(None), f.tries == 0)).label("waiting"),
                func.count().filter(and_(f.pages == 0, f.reason == "", f.tries > 0)).label("empty"),
                func.count().filter(totals.listed_alone()).label("not_fetched"),
            ).select_from(t.documents)
        )
        .join(t.files, f.sha256 == d.sha256, isouter=True)
        .where(asked)
    ).one()
    came_papers, came_pages = _came(connection, asked, since)
    return Account(
        since=since,
        as_of=sources.as_of,
        followed=sources.followed,
        read=sources.read,
        by_hand=sources.by_hand,
        sources=sources.sources,
        missed=sources.missed,
        in_doubt=sources.in_doubt,
        came_papers=came_papers,
        came_pages=came_pages,
        bodies=every.bodies,
        papers=every.papers,
        pages=every.pages,
        without_text=every.papers - every.with_text,
        bodies_without_text=every.bodies - every.bodies_with_text,
        unreadable=every.unreadable,
        unreadable_pages=_unread_pages(connection, held),
        waiting=every.waiting,
        empty=every.empty,
        not_fetched=every.not_fetched,
    )


def lines(connection: Connection, scopes: Sequence[Scope] = ()) -> list[SourceLine]:
    """The sources of which a scope may let papers through; without scopes, all."""
    s = t.sources.c
    asked = _either(and_(true(), *_of_sources(scope)) for scope in scopes)
    wanted = {row.id: row for row in connection.execute(select(s.id, s.body_id, s.platform).where(asked))}
    return [
        SourceLine(body=wanted[row.id].body_id, platform=wanted[row.id].platform, health=row)
        for row in source_health.health(connection)
        if row.id in wanted
    ]


def _either(conditions: Iterator[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = list(conditions)
    return or_(*found) if found else true()


def _of_sources(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """What of a scope can be said of a source: whose it is. Which papers it lists is another matter."""
    s, query = t.sources.c, scope.query
    if scope.where:
        yield s.body_id.in_(scope.where.named)
    if query and query.body:
        yield filters.of_body(query.body)
    if query and query.kind and query.kind not in set(DocumentKind):
        yield s.kind == query.kind


def _of_papers(scope: Scope) -> Iterator[ColumnElement[bool]]:
    yield from followed.in_where(scope.where)
    if scope.kinds:
        yield t.documents.c.kind.in_(scope.kinds)
    if scope.query:
        yield from filters.of_papers(scope.query)


def _came(connection: Connection, asked: ColumnElement[bool], since: datetime | None) -> tuple[int, int]:
    """Papers of which bytes came since then, and the pages of what they are now."""
    if since is None:
        return 0, 0
    d, f, r = t.documents.c, t.files.c, t.revisions.c
    new = exists().where(r.document_id == d.id, r.fetched_at >= since)
    rows = (
        paper_joins.with_body_and_meeting(select(d.id, d.sha256)).where(d.sha256.is_not(None), new, asked)
    ).subquery()
    came = select(func.count(), func.coalesce(func.sum(f.pages), 0)).select_from(
        rows.outerjoin(t.files, f.sha256 == rows.c.sha256)
    )
    papers, pages = connection.execute(came).one()
    return papers, pages


def _unread_pages(connection: Connection, held: Subquery) -> int:
    """Pages that were not read, or not in full, in papers that were read otherwise."""
    unread = page_parts.unread_pages().subquery()
    query = select(func.coalesce(func.sum(unread.c.pages), 0)).join(held, held.c.sha256 == unread.c.sha256)
    return connection.execute(query).scalar_one()
