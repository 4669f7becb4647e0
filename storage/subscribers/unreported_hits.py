"""Which mentions are news to whom, as statements over hits, papers and watch lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, not_, or_, select

from pipeline.digest import DigestItem
from pipeline.matching.query import Query, fault_of, parse
from storage import tables as t
from storage.paper_joins import day_of_paper
from storage.search_index import filters, followed
from storage.search_index.hit_places import ANYWHERE, hit_place, mention_rows
from storage.subscribers import superseded_papers, watch_lists

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table


# Made once: an alias copies each column of its table.
_by_body = t.first_mentions.alias("first_by_body")
_anywhere = t.first_mentions.alias("first_anywhere")
_had, _said = t.revisions.alias("had"), t.hits.alias("said")
_earlier = t.ledger.alias("earlier")
_told_earlier = (
    _earlier.c.subscriber_id == t.ledger.c.subscriber_id,
    _earlier.c.concept_id == t.ledger.c.concept_id,
    _earlier.c.message_id < t.ledger.c.message_id,
)
_before = {hits: hits.alias("before") for hits in (t.hits, t.rule_hits)}


def unreported(connection: Connection, subscriber_id: int, unsent: Collection[int] = ()) -> list[DigestItem]:
    """Returns what a reader follows, is news and was not told; told by an `unsent` message is not told.

    What is new in a paper that says it since it was replaced is no first mention: the reader knows of that.
    """
    watches = _watches(connection, t.watch_lists.c.subscriber_id == subscriber_id)
    found: list[DigestItem] = []
    gone: dict[int, DigestItem] = {}
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
        said_here = and_(
            led.subscriber_id == subscriber_id,
            led.concept_id == hits.c.concept_id,
            led.document_id == t.documents.c.id,
            led.message_id.not_in(unsent),
        )
        statement = (
            _with_firsts(
                mention_rows(
                    hits,
                    exists().where(mine).label("told_before"),
                    exists().where(said_here).label("known_here"),
                    superseded_papers.withdrawn_since(subscriber_id, unsent).label("withdrawn"),
                    t.documents.c.last_run,
                    *_FIRSTS,
                ),
                hits,
            )
            .where(not_(exists().where(mine, led.document_id == t.documents.c.id)), or_(*followed))
            .where(not_(_told_of_the_same_sentence(hits, said_here)))
            .order_by(hits.c.concept_id, hits.c.id, t.documents.c.id)
        )
        for row in connection.execute(statement):
            found.append(_telling(row))
            if row.withdrawn:
                gone[row.document] = superseded_papers.withdrawn(row)
    gone |= superseded_papers.papers(connection, subscriber_id, unsent)
    return [*found, *gone.values()]


def _told_of_the_same_sentence(hits: Table, said_here: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it was told from bytes that the paper had before: only what is around it has changed."""
    before, had = _before[hits], _had
    return exists().where(
        said_here,
        before.c.concept_id == hits.c.concept_id,
        before.c.passage == t.ledger.c.passage,
        before.c.snippet == hits.c.snippet,
        before.c.sha256 != hits.c.sha256,
        had.c.sha256 == before.c.sha256,
        had.c.document_id == t.documents.c.id,
    )


def latest_found(connection: Connection, watch_id: int, limit: int) -> list[DigestItem]:
    """What a watch list finds, whether told or not, newest papers first."""
    found: list[tuple[Any, DigestItem]] = []
    for watch in _watches(connection, t.watch_lists.c.id == watch_id):
        for hits in (t.hits, t.rule_hits):
            if _asks(watch, hits):
                statement = (
                    _with_firsts(mention_rows(hits, *_FIRSTS), hits)
                    .where(*_follows(watch, hits))
                    .order_by(t.revisions.c.id.desc(), hits.c.page)
                    .limit(limit)
                )
                rows = connection.execute(statement)
                found += [((-row.captured_at.timestamp(), row.page), _telling(row)) for row in rows]
    return [telling for _, telling in sorted(found, key=lambda pair: pair[0])][:limit]


def told(
    connection: Connection, subscriber_id: int, limit: int, skip: int, message: int | None = None
) -> list[DigestItem]:
    """Returns what a reader was told, as far as we hold it: the last message first, in it the newest papers.

    What was known to them, and what was a first mention, is as each message said it.
    With `message`, an id of the outbox, what that one told. Where a paper has newer bytes without the
    passage, it is quoted from the last ones that had it.
    """
    found: list[tuple[Any, DigestItem]] = []
    for hits in (t.hits, t.rule_hits):
        led, d, r = t.ledger.c, t.documents.c, t.revisions.c
        in_any = hits.join(t.revisions, r.sha256 == hits.c.sha256).join(t.documents, d.id == r.document_id)
        rows = mention_rows(
            hits,
            led.message_id,
            day_of_paper().label("of_day"),
            (d.sha256 != hits.c.sha256).label("is_replaced"),
            exists().where(*_told_earlier, _earlier.c.passage == led.passage).label("told_before"),
            exists().where(*_told_earlier, _earlier.c.document_id == led.document_id).label("known_here"),
            *_FIRSTS,
            of=in_any,
        )
        statement = (
            _with_firsts(rows, hits)
            .join(
                t.ledger,
                and_(
                    led.concept_id == hits.c.concept_id,
                    led.passage == hits.c.passage,
                    led.document_id == t.documents.c.id,
                ),
            )
            .where(led.subscriber_id == subscriber_id, *([led.message_id == message] if message else []))
            .where(not_(_said_later(hits)))
            .order_by(led.message_id.desc(), day_of_paper().desc(), t.documents.c.id, hits.c.page)
            .limit(limit + skip)
        )
        for row in connection.execute(statement):
            telling = _telling(row)
            order = (
                -row.message_id,
                -row.of_day.toordinal(),
                telling.place.document,
                telling.place.page,
            )
            found.append((order, telling))
    found.sort(key=lambda pair: pair[0])
    return [telling for _, telling in found[skip : skip + limit]]


def _said_later(hits: Table) -> ColumnElement[bool]:
    """Whether bytes that the paper had after these say the same passage."""
    later, still = t.revisions.alias("later").c, hits.alias("still").c
    return exists().where(
        later.document_id == t.documents.c.id,
        later.id > t.revisions.c.id,
        still.sha256 == later.sha256,
        still.concept_id == hits.c.concept_id,
        still.passage == hits.c.passage,
    )


def _watches(connection: Connection, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return connection.execute(
        select(t.watch_lists, t.rules.c.topic, t.rules.c.text.label("query"))
        .join(t.rules, t.rules.c.id == t.watch_lists.c.rule_id, isouter=True)
        .where(which)
    ).all()


def _asks(watch: Row[Any], hits: Table) -> bool:
    """Whether a watch list looks at this table at all, and its query can be read."""
    if hits is t.rule_hits:
        return watch.topic is not None and not fault_of(watch.query)
    return bool(watch.concepts) or watch.topic is None


def _follows(watch: Row[Any], hits: Table) -> Iterator[ColumnElement[bool]]:
    """What a watch list asks for."""
    if hits is t.rule_hits:
        yield hits.c.concept_id == watch.topic
        yield from narrowed_rows(parse(watch.query), hits)
    elif watch.concepts:
        yield hits.c.concept_id.in_(watch.concepts)
    yield from followed.in_where(watch_lists.where(watch))
    if watch.kinds:
        yield t.documents.c.kind.in_(watch.kinds)


def narrowed_rows(query: Query, hits: Table) -> Iterator[ColumnElement[bool]]:
    """The filters of a rule; its words have made the hits."""
    yield from filters.of_papers(query)
    if query.concept:
        yield exists().where(
            _said.c.sha256 == hits.c.sha256, _said.c.page == hits.c.page, _said.c.concept_id == query.concept
        )


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


def _telling(row: Row[Any]) -> DigestItem:
    known = bool(getattr(row, "known_here", False))
    return DigestItem(
        concept_id=row.concept_id,
        wording=row.wording,
        snippet=row.snippet,
        mark=(row.mark_start, row.mark_end),
        passage=row.passage,
        place=hit_place(row),
        told_before=bool(getattr(row, "told_before", False)),
        first_by_body=bool(row.first_by_body) and not known,
        first_anywhere=bool(row.first_anywhere) and not known,
        first_before=row.before_anywhere if row.first_anywhere else row.before_by_body,
    )
