"""What the archive holds in numbers, and what it could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal, or_, select

from pipeline.health import shards
from pipeline.model import DocumentState, PageMethod
from pipeline.views import RunRow, Totals, Unreadable
from storage import page_parts
from storage import tables as t
from storage.search_index import hit_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Row, Select


def totals(connection: Connection) -> Totals:
    d, p, h, o = t.documents.c, t.pages.c, t.hits.c, t.outbox.c
    of_papers = t.pages.join(
        t.documents, d.sha256 == p.sha256
    )  # as in the account: once in each paper that has it
    methods = dict(
        connection.execute(
            select(p.method, func.count()).select_from(of_papers).group_by(p.method).order_by(p.method)
        ).all()
    )
    # As pages are counted, and as the export has them: once in each paper whose bytes they are in now.
    concepts = dict(
        connection.execute(
            select(h.concept_id, hit_places.mentions_in(t.hits))
            .join(t.documents, d.sha256 == h.sha256)
            .group_by(h.concept_id)
            .order_by(h.concept_id)
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
        pages_with_parts=page_parts.pages_with_parts(connection),
    )


def last_runs(connection: Connection) -> list[RunRow]:
    """The last crawl; where it was of a shard, the last of each shard of as many, in their order."""
    newest = connection.execute(_crawls().order_by(t.runs.c.id.desc()).limit(1)).first()
    if newest is None or not newest.shard:
        return [_run(newest)] if newest else []
    same = _of_as_many(newest.shard)
    latest = select(func.max(t.runs.c.id)).where(same).group_by(t.runs.c.shard)
    rows = map(_run, connection.execute(_crawls().where(t.runs.c.id.in_(latest))))
    return sorted(rows, key=lambda run: shards.parse(run.shard).number)


def first_run(connection: Connection, shard: str) -> RunRow | None:
    """The first crawl ever of one of as many shards."""
    row = connection.execute(_crawls().where(_of_as_many(shard)).order_by(t.runs.c.id).limit(1)).first()
    return _run(row) if row else None


def _crawls() -> Select[*tuple[Any, ...]]:
    """Runs that visited a source which is crawled, or none yet."""
    r, c, s = t.runs.c, t.source_runs.c, t.sources.c
    visit = select(c.id).where(c.run_id == r.id)
    crawled = visit.join(t.sources, s.id == c.source_id).where(s.platform != "manual")
    return select(r.id, r.today, r.started_at, r.ended_at, r.shard).where(
        or_(crawled.exists(), ~visit.exists())
    )


def _of_as_many(shard: str) -> ColumnElement[bool]:
    return t.runs.c.shard.like(f"%/{shards.parse(shard).of}")


def _run(row: Row[Any]) -> RunRow:
    return RunRow(today=row.today, started_at=row.started_at, ended_at=row.ended_at, shard=row.shard)


def unreadable(connection: Connection) -> list[Unreadable]:
    """Every paper that the account counts as not held, not read, or not read in full: each once."""
    d, f = t.documents.c, t.files.c
    paper = (d.id.label("document"), d.title, d.url)
    why = case((d.state == DocumentState.LISTED.value, "not collected yet"), else_=d.reason)
    listed = select(*paper, literal("").label("sha256"), d.state.label("reason"), why.label("detail"))
    held = select(*paper, d.sha256).join(t.files, f.sha256 == d.sha256)
    return [
        *_unreadable(connection, listed.where(listed_alone())),
        *_unreadable(connection, held.add_columns(f.reason, f.detail).where(f.reason != "")),
        *_unreadable(
            connection, held.add_columns(literal("waiting"), literal("not read yet")).where(f.tries == 0)
        ),
        *_in_part(connection, held),
    ]


def listed_alone() -> ColumnElement[bool]:
    """Papers that are listed and open to the public, and of which no bytes came."""
    d = t.documents.c
    return and_(
        d.sha256.is_(None), d.state.in_([DocumentState.UNAVAILABLE.value, DocumentState.LISTED.value])
    )


def _unreadable(connection: Connection, papers: Select[*tuple[Any, ...]]) -> Iterator[Unreadable]:
    for document, title, url, sha256, reason, detail in connection.execute(papers.order_by(t.documents.c.id)):
        yield Unreadable(
            document=document, title=title, url=url, sha256=sha256, reason=reason, detail=detail, pages=0
        )


def _in_part(connection: Connection, held: Select[*tuple[Any, ...]]) -> Iterator[Unreadable]:
    """Papers that were read but for some pages of their files, or for parts of pages."""
    unread = page_parts.unread_pages().subquery()
    papers = (
        held.add_columns(unread.c.pages, unread.c.first, unread.c.blank)
        .join(unread, unread.c.sha256 == t.documents.c.sha256)
        .order_by(t.documents.c.id)
    )
    for document, title, url, sha256, pages, first, blank in connection.execute(papers):
        kinds = [
            *(["pages without text"] if blank else []),
            *(["parts of pages not read"] if blank < pages else []),
        ]
        yield Unreadable(
            document=document,
            title=title,
            url=url,
            sha256=sha256,
            reason=" and ".join(kinds),
            detail=f"on {pages} of its pages, the first is page {first}",
            pages=pages,
        )


def blank_pages() -> Select[*tuple[Any, ...]]:
    """Of each file that has pages without text: how many."""
    p = t.pages.c
    return (
        select(p.sha256, func.count().label("pages"))
        .where(p.method == PageMethod.NONE.value)
        .group_by(p.sha256)
    )
