"""Which mentions are news to whom, as statements over hits, papers and watch lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, not_, or_, select

from pipeline.digest import Telling
from pipeline.model import DocumentKind, Place
from pipeline.query import Query, parse
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

ANYWHERE = ""  # the body_id of a first mention anywhere

_by_body = t.first_mentions.alias("first_by_body")
_anywhere = t.first_mentions.alias("first_anywhere")


def day() -> ColumnElement[Any]:
    """The day of a paper: of its meeting, its publication, or else when we first had it."""
    return func.coalesce(
        t.meetings.c.starts_on, t.documents.c.published_on, func.date(t.revisions.c.fetched_at)
    )


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
            f.pages,
            f.media_type,
            p.label,
            d.id.label("document_id"),
            d.title,
            d.kind,
            d.url,
            s.body_id,
            s.name.label("body_name"),
            m.body_name.label("committee"),
            m.starts_on,
            r.fetched_at.label("captured_at"),
            day().label("day"),
            *also,
        )
        .select_from(hits)
        .join(t.documents, d.sha256 == h.sha256)
        .join(t.files, f.sha256 == h.sha256)
        .join(t.sources, s.id == d.source_id)
        .join(t.revisions, r.id == newest_revision())
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .join(t.pages, and_(p.sha256 == h.sha256, p.number == h.page), isouter=True)
    )


def untold(
    connection: Connection, subscriber_id: int, unsent: Collection[int] = (), first: int | None = None
) -> list[Telling]:
    """What a reader follows, is news and was not told; told by an `unsent` message is not told."""
    watches = _watches(connection, t.watch_lists.c.subscriber_id == subscriber_id)
    found: list[Telling] = []
    for hits in (t.hits, t.rule_hits):
        followed = [
            and_(*_follows(watch, hits), *_news(watch, hits)) for watch in watches if _asks(watch, hits)
        ]
        if not followed:
            continue
        led = t.ledger.c
        mine = and_(
            led.subscriber_id == subscriber_id,
            led.concept_id == hits.c.concept_id,
            led.passage == hits.c.passage,
            led.message_id.not_in(unsent),
        )
        statement = (
            _with_firsts(mentions(hits, exists().where(mine).label("told_before"), *_FIRSTS), hits)
            .where(not_(exists().where(mine, led.document_id == t.documents.c.id)), or_(*followed))
            .order_by(hits.c.concept_id, hits.c.id, t.documents.c.id)
            .limit(first)
        )
        found += [_telling(row) for row in connection.execute(statement)]
    return found


def latest(connection: Connection, watch_id: int, limit: int) -> list[Telling]:
    """What a watch list finds, whether told or not, newest papers first."""
    found: list[tuple[Any, Telling]] = []
    for watch in _watches(connection, t.watch_lists.c.id == watch_id):
        for hits in (t.hits, t.rule_hits):
            if _asks(watch, hits):
                statement = (
                    _with_firsts(mentions(hits, *_FIRSTS), hits)
                    .where(*_follows(watch, hits))
                    .order_by(t.revisions.c.id.desc(), hits.c.page)
                    .limit(limit)
                )
                rows = connection.execute(statement)
                found += [((-row.captured_at.timestamp(), row.page), _telling(row)) for row in rows]
    return [telling for _, telling in sorted(found, key=lambda pair: pair[0])][:limit]


def told(connection: Connection, subscriber_id: int, limit: int, skip: int) -> list[Telling]:
    """What a reader was told, newest first, as far as it still stands in a paper that we hold."""
    found: list[tuple[int, Telling]] = []
    for hits in (t.hits, t.rule_hits):
        led = t.ledger.c
        statement = (
            _with_firsts(mentions(hits, led.id.label("ledger_id"), *_FIRSTS), hits)
            .join(
                t.ledger,
                and_(
                    led.concept_id == hits.c.concept_id,
                    led.passage == hits.c.passage,
                    led.document_id == t.documents.c.id,
                ),
            )
            .where(led.subscriber_id == subscriber_id)
            .order_by(led.id.desc())
            .limit(limit + skip)
        )
        found += [(row.ledger_id, _telling(row)) for row in connection.execute(statement)]
    found.sort(key=lambda pair: -pair[0])
    return [telling for _, telling in found[skip : skip + limit]]


def _watches(connection: Connection, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return connection.execute(
        select(t.watch_lists, t.rules.c.topic, t.rules.c.text.label("query"))
        .join(t.rules, t.rules.c.id == t.watch_lists.c.rule_id, isouter=True)
        .where(which)
    ).all()


def _asks(watch: Row[Any], hits: Table) -> bool:
    """Whether a watch list looks at this table at all."""
    return watch.topic is not None if hits is t.rule_hits else bool(watch.concepts) or watch.topic is None


def _follows(watch: Row[Any], hits: Table) -> Iterator[ColumnElement[bool]]:
    """What a watch list asks for."""
    if hits is t.rule_hits:
        yield hits.c.concept_id == watch.topic
        yield from narrowed(parse(watch.query), hits)
    elif watch.concepts:
        yield hits.c.concept_id.in_(watch.concepts)
    if watch.bodies:
        yield t.sources.c.body_id.in_(watch.bodies)
    if watch.kinds:
        yield t.documents.c.kind.in_(watch.kinds)


def narrowed(query: Query, hits: Table) -> Iterator[ColumnElement[bool]]:
    """The filters of a rule; its words have made the hits."""
    yield from paper_filters(query)
    if query.concept:
        said = t.hits.alias("said")
        yield exists().where(
            said.c.sha256 == hits.c.sha256, said.c.page == hits.c.page, said.c.concept_id == query.concept
        )


def paper_filters(query: Query) -> Iterator[ColumnElement[bool]]:
    """Those filters that look at the paper alone."""
    d, s = t.documents.c, t.sources.c
    if query.body:
        yield or_(s.body_id == query.body, s.id == query.body)
    if query.kind:
        yield d.kind == query.kind if query.kind in set(DocumentKind) else s.kind == query.kind
    if query.after:
        yield day() >= query.after
    if query.before:
        yield day() < query.before


def _news(watch: Row[Any], hits: Table) -> Iterator[ColumnElement[bool]]:
    """Flagged or kept after the watch list was; and before it was closed."""
    flagged, revision = func.coalesce(t.files.c.flagged, 0), t.revisions.c.id
    yield revision > hits.c.after_revision
    yield or_(flagged > watch.since_flagged, revision > watch.since_revision)
    if watch.until_flagged is not None:
        yield and_(flagged <= watch.until_flagged, revision <= watch.until_revision)


_FIRSTS = (
    _by_body.c.before.label("before_by_body"),
    _anywhere.c.before.label("before_anywhere"),
    _by_body.c.document_id.is_not(None).label("first_by_body"),
    _anywhere.c.document_id.is_not(None).label("first_anywhere"),
)


def _with_firsts(statement: Select[*tuple[Any, ...]], hits: Table) -> Select[*tuple[Any, ...]]:
    for first, body in ((_by_body, t.sources.c.body_id), (_anywhere, ANYWHERE)):
        statement = statement.join(
            first,
            and_(
                first.c.concept_id == hits.c.concept_id,
                first.c.body_id == body,
                first.c.document_id == t.documents.c.id,
                first.c.passage == hits.c.passage,
            ),
            isouter=True,
        )
    return statement


def _telling(row: Row[Any]) -> Telling:
    return Telling(
        concept_id=row.concept_id,
        wording=row.wording,
        snippet=row.snippet,
        mark=(row.mark_start, row.mark_end),
        passage=row.passage,
        place=_place(row),
        told_before=bool(getattr(row, "told_before", False)),
        first_by_body=bool(row.first_by_body),
        first_anywhere=bool(row.first_anywhere),
        first_before=row.before_by_body or row.before_anywhere,
    )


def _place(row: Row[Any]) -> Place:
    return Place(
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
    )
