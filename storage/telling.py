"""Which mentions are news to whom, as statements over hits, papers and watch lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, exists, func, not_, or_, select

from pipeline.digest import REPLACED, WITHDRAWN, Telling
from pipeline.model import BY_HAND, DocumentKind, DocumentState, Place
from pipeline.query import Query, parse
from storage import filters
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table
    from sqlalchemy.sql.selectable import FromClause

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
    current = hits.join(t.documents, t.documents.c.sha256 == hits.c.sha256).join(
        t.revisions, t.revisions.c.id == newest_revision()
    )
    return _placed(hits, current, *also)


def _placed(hits: Table, revisions: FromClause, *also: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
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


def untold(connection: Connection, subscriber_id: int, unsent: Collection[int] = ()) -> list[Telling]:
    """What a reader follows, is news and was not told; told by an `unsent` message is not told.

    What is new in a paper that says it since it was replaced is no first mention: the reader knows of that.
    """
    watches = _watches(connection, t.watch_lists.c.subscriber_id == subscriber_id)
    found: list[Telling] = []
    overtaken: dict[int, Telling] = {}
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
                mentions(
                    hits,
                    exists().where(mine).label("told_before"),
                    exists().where(said_here).label("known_here"),
                    _withdrawn_since(subscriber_id, unsent).label("withdrawn"),
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
                overtaken[row.document_id] = _overtaken(row, WITHDRAWN, row.last_run)
    overtaken |= _papers_overtaken(connection, subscriber_id, unsent)
    return [*found, *overtaken.values()]


def _told_of_the_same_sentence(hits: Table, said_here: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it was told from bytes that the paper had before: only what stands around it has changed."""
    before, had = hits.alias("before"), t.revisions.alias("had")
    return exists().where(
        said_here,
        before.c.concept_id == hits.c.concept_id,
        before.c.passage == t.ledger.c.passage,
        before.c.snippet == hits.c.snippet,
        before.c.sha256 != hits.c.sha256,
        had.c.sha256 == before.c.sha256,
        had.c.document_id == t.documents.c.id,
    )


def _papers_overtaken(
    connection: Connection, subscriber_id: int, unsent: Collection[int]
) -> dict[int, Telling]:
    """Papers that the reader was told of, now withdrawn, or replaced by bytes that lack what was told.

    Each as the place that was told, in the bytes that were read then; once for each change.
    """
    led, d, r = t.ledger.c, t.documents.c, t.revisions.c
    noted, current = t.ledger.alias("noted"), t.files.alias("current")
    newest = newest_revision()
    found: dict[int, Telling] = {}
    for hits in (t.hits, t.rule_hits):
        h, still = hits.c, hits.alias("still")
        replaced = and_(
            r.id < newest,
            d.state != DocumentState.WITHDRAWN.value,
            exists().where(current.c.sha256 == d.sha256, current.c.flagged.is_not(None)),
            not_(
                exists().where(
                    still.c.sha256 == d.sha256,
                    still.c.concept_id == h.concept_id,
                    or_(still.c.passage == h.passage, still.c.snippet == h.snippet),
                )
            ),
            # What was told before the last note of this kind was noted then.
            not_(
                exists().where(
                    noted.c.subscriber_id == subscriber_id,
                    noted.c.document_id == d.id,
                    noted.c.concept_id == REPLACED,
                    noted.c.message_id.not_in(unsent),
                    or_(noted.c.message_id > led.message_id, noted.c.passage == _change(d.id, newest)),
                )
            ),
        )
        told_in = hits.join(t.revisions, r.sha256 == h.sha256).join(t.documents, d.id == r.document_id)
        statement = (
            _placed(hits, told_in, d.state, d.last_run, newest.label("newest"))
            .join(
                t.ledger,
                and_(led.concept_id == h.concept_id, led.passage == h.passage, led.document_id == d.id),
            )
            .where(led.subscriber_id == subscriber_id, led.message_id.not_in(unsent))
            .where(or_(_withdrawn_since(subscriber_id, unsent), replaced))
            .order_by(r.id, h.page.desc(), h.id.desc())  # the last one counts
        )
        for row in connection.execute(statement):
            gone = row.state == DocumentState.WITHDRAWN  # else it was replaced
            found[row.document_id] = (
                _overtaken(row, WITHDRAWN, row.last_run) if gone else _overtaken(row, REPLACED, row.newest)
            )
    return found


def _withdrawn_since(subscriber_id: int, unsent: Collection[int]) -> ColumnElement[bool]:
    """Whether a paper is withdrawn, and not only listed elsewhere now, and the reader was not told so."""
    d, noted = t.documents.c, t.ledger.alias("noted_withdrawn").c
    elsewhere = t.documents.alias("elsewhere").c
    return and_(
        d.state == DocumentState.WITHDRAWN.value,
        not_(
            exists().where(
                elsewhere.source_id == d.source_id,
                elsewhere.sha256 == d.sha256,
                elsewhere.state != DocumentState.WITHDRAWN.value,
            )
        ),
        not_(
            exists().where(
                noted.subscriber_id == subscriber_id,
                noted.document_id == d.id,
                noted.concept_id == WITHDRAWN,
                noted.passage == _change(d.id, d.last_run),
                noted.message_id.not_in(unsent),
            )
        ),
    )


def _change(document: ColumnElement[int], number: ColumnElement[int]) -> ColumnElement[str]:
    """Names one change of one paper, where the ledger has a passage; `_overtaken` writes the same."""
    return cast(document, String) + "/" + cast(number, String)


def _overtaken(row: Row[Any], what: str, number: int) -> Telling:
    return Telling(
        concept_id=what,
        wording=row.wording,
        snippet=row.snippet,
        mark=(row.mark_start, row.mark_end),
        passage=f"{row.document_id}/{number}",
        place=_place(row),
        told_before=False,
        first_by_body=False,
    )


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
    """What a reader was told, the last message first and in it the newest papers, as far as we hold them."""
    found: list[tuple[Any, Telling]] = []
    for hits in (t.hits, t.rule_hits):
        led = t.ledger.c
        statement = (
            _with_firsts(mentions(hits, led.message_id, day().label("of_day"), *_FIRSTS), hits)
            .join(
                t.ledger,
                and_(
                    led.concept_id == hits.c.concept_id,
                    led.passage == hits.c.passage,
                    led.document_id == t.documents.c.id,
                ),
            )
            .where(led.subscriber_id == subscriber_id)
            .order_by(led.message_id.desc(), day().desc(), t.documents.c.id, hits.c.page)
            .limit(limit + skip)
        )
        for row in connection.execute(statement):
            telling = _telling(row)
            place = telling.place
            order = -row.message_id, -row.of_day.toordinal(), place.document_id, place.page
            found.append((order, telling))
    found.sort(key=lambda pair: pair[0])
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
    return filters.of_papers(query, [query.body] if query.body else [], day())


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
    known = bool(getattr(row, "known_here", False))
    return Telling(
        concept_id=row.concept_id,
        wording=row.wording,
        snippet=row.snippet,
        mark=(row.mark_start, row.mark_end),
        passage=row.passage,
        place=_place(row),
        told_before=bool(getattr(row, "told_before", False)),
        first_by_body=bool(row.first_by_body) and not known,
        first_anywhere=bool(row.first_anywhere) and not known,
        first_before=row.before_anywhere if row.first_anywhere else row.before_by_body,
    )


def _place(row: Row[Any]) -> Place:
    return Place(
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
    )
