"""Looking through every paper that is held now, for a hunt or the preview of a watch list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from pipeline.matching.query_matching import RuleSet
from storage import followed
from storage import tables as t
from storage.page_rows import page_of
from storage.search_index import filters, prefilter
from storage.search_index.hit_places import day, mentions, newest_revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from pipeline.matching.query import Query
    from pipeline.model import Hit, Page, WatchList

_OF_FILE = select(t.pages).where(t.pages.c.sha256 == bindparam("sha256")).order_by(t.pages.c.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mention in one paper, as a report has it."""

    day: date
    body: str
    body_name: str
    document: int
    meeting_date: date | None
    title: str
    kind: str
    url: str
    page: int
    label: str
    item: str
    wording: str
    snippet: str
    sha256: str
    captured_at: datetime
    more: int  # further mentions in this paper that are counted and not listed


def hunt(
    connection: Connection, find: Callable[[Sequence[Page]], Sequence[Hit]], rule: Query | None = None
) -> list[Found]:
    """What a matcher finds in every paper that is held now, oldest first; `rule` narrows the papers."""
    wanted = list(paper_filters(rule)) if rule else []
    held = connection.execute(papers().where(*wanted).order_by(day(), t.documents.c.id)).all()
    hits: dict[str, list[tuple[Hit, str, str]]] = {}
    for sha256 in _could_hold(connection, rule, held):
        pages = list(pages_of(connection, sha256))
        found = find(pages)
        if found:
            places = {page.number: (page.label, page.item) for page in pages}
            said = _said(connection, rule, sha256)
            hits[sha256] = [(hit, *places[hit.page]) for hit in found if said is None or hit.page in said]
    return [_found(paper, *hit) for paper in held for hit in hits.get(paper.sha256, ())]


def papers_with(connection: Connection, watch: WatchList, rule: Query | None, since: date) -> list[date]:
    """The day of each paper since then in which a watch list would have found something."""
    asked = followed.in_where(watch.where)
    if watch.kinds:
        asked.append(t.documents.c.kind.in_(watch.kinds))
    days: dict[int, date] = {}
    if watch.concepts or rule is None:
        flagged = [t.hits.c.concept_id.in_(watch.concepts)] if watch.concepts else []
        every = mentions(t.hits).where(day() >= since, *flagged, *asked).subquery()
        days |= dict(connection.execute(select(every.c.document_id, every.c.day).distinct()).all())
    if rule is not None:
        held = connection.execute(papers().where(day() >= since, *asked, *paper_filters(rule))).all()
        matcher = RuleSet({"": rule})
        holding = {
            sha256
            for sha256 in _could_hold(connection, rule, held)
            if _holds(matcher, pages_of(connection, sha256), _said(connection, rule, sha256))
        }
        days |= {paper.id: paper.day for paper in held if paper.sha256 in holding}
    return list(days.values())


def papers() -> Select[*tuple[Any, ...]]:
    """Every paper that we hold, with its day."""
    d, s, m, r = t.documents.c, t.sources.c, t.meetings.c, t.revisions.c
    return (
        select(t.documents, s.body_id, s.name, m.starts_on, r.fetched_at, day().label("day"))
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .join(t.revisions, r.id == newest_revision())
    )


def paper_filters(query: Query) -> Iterator[ColumnElement[bool]]:
    """Those filters that look at the paper alone."""
    return filters.of_papers(query, [query.body] if query.body else [], day())


def pages_of(connection: Connection, sha256: str) -> Iterator[Page]:
    """The pages of a file, each unpacked when it is asked for."""
    return map(page_of, connection.execute(_OF_FILE, {"sha256": sha256}).all())


def _could_hold(connection: Connection, rule: Query | None, held: Sequence[Row[Any]]) -> list[str]:
    """The files of these papers, each once, without those of which the index knows that a rule fails."""
    could = prefilter.files(connection, rule.expression) if rule and rule.expression else None
    return list(dict.fromkeys(paper.sha256 for paper in held if could is None or paper.sha256 in could))


def _holds(matcher: RuleSet, pages: Iterator[Page], said: set[int] | None) -> bool:
    if said is None:
        return matcher.hold_in(pages)
    return any(hit.page in said for hit in matcher.hits(list(pages)))


def _said(connection: Connection, rule: Query | None, sha256: str) -> set[int] | None:
    """The pages of a file that a `concept:` filter lets through; None: all of them."""
    if rule is None or not rule.concept:
        return None
    h = t.hits.c
    flagged = select(h.page).where(h.sha256 == sha256, h.concept_id == rule.concept)
    return set(connection.execute(flagged).scalars())


def _found(paper: Row[Any], hit: Hit, label: str, item: str) -> Found:
    return Found(
        day=paper.day,
        body=paper.body_id,
        body_name=paper.name,
        document=paper.id,
        meeting_date=paper.starts_on,
        title=paper.title,
        kind=paper.kind,
        url=paper.url,
        page=hit.page,
        label=label,
        item=item,
        wording=hit.wording,
        snippet=hit.snippet,
        sha256=hit.sha256,
        captured_at=paper.fetched_at,
        more=hit.more,
    )
