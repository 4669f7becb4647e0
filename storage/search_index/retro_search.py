"""Looking through every paper that is held now, for a hunt or the preview of a watch list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from pipeline.matching.query_matching import RuleSet
from pipeline.views import RetroHit
from storage import tables as t
from storage.page_rows import page_of
from storage.paper_joins import (
    day_of_paper,
    newest_revision,
    of_page,
    page_ref,
    paper_columns,
    with_body_and_meeting,
)
from storage.search_index import filters, followed, prefilter
from storage.search_index.hit_places import mention_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection, Row, Select

    from pipeline.matching.query import Query
    from pipeline.model import Hit, Page, WatchList

_OF_FILE = select(t.pages).where(t.pages.c.sha256 == bindparam("sha256")).order_by(t.pages.c.number)


def hunt(
    connection: Connection, find: Callable[[Sequence[Page]], Sequence[Hit]], rule: Query | None = None
) -> list[RetroHit]:
    """What a matcher finds in every paper that is held now, oldest first; `rule` narrows the papers."""
    wanted = list(filters.of_papers(rule)) if rule else []
    held = connection.execute(every_paper().where(*wanted).order_by(day_of_paper(), t.documents.c.id)).all()
    hits: dict[str, list[tuple[Hit, dict[str, Any]]]] = {}
    for sha256 in _could_hold(connection, rule, held):
        pages = list(unpacked_pages(connection, sha256))
        found = find(pages)
        if found:
            places = {page.number: of_page(page) for page in pages}
            said = _said(connection, rule, sha256)
            hits[sha256] = [(hit, places[hit.page]) for hit in found if said is None or hit.page in said]
    return [_found(paper, *hit) for paper in held for hit in hits.get(paper.sha256, ())]


def papers_with(
    connection: Connection,
    watch: WatchList,
    rule: Query | None,
    since: date,
    find: Callable[[Sequence[Page]], Sequence[Hit]] | None = None,
) -> list[date]:
    """Returns the day of each paper since then in which a watch list would have found something.

    `find` looks for its concepts now; without it, what was flagged with them counts.
    """
    asked = followed.in_where(watch.where)
    if watch.kinds:
        asked.append(t.documents.c.kind.in_(watch.kinds))
    days: dict[int, date] = {}
    if find is not None:
        held = connection.execute(every_paper().where(day_of_paper() >= since, *asked)).all()
        files = dict.fromkeys(paper.sha256 for paper in held)
        saying = {sha256 for sha256 in files if find(list(unpacked_pages(connection, sha256)))}
        days |= {paper.document: paper.day for paper in held if paper.sha256 in saying}
    elif watch.concepts or rule is None:
        flagged = [t.hits.c.concept_id.in_(watch.concepts)] if watch.concepts else []
        every = mention_rows(t.hits).where(day_of_paper() >= since, *flagged, *asked).subquery()
        days |= dict(connection.execute(select(every.c.document, every.c.day).distinct()).all())
    if rule is not None:
        held = connection.execute(
            every_paper().where(day_of_paper() >= since, *asked, *filters.of_papers(rule))
        ).all()
        matcher = RuleSet({"": rule})
        holding = {
            sha256
            for sha256 in _could_hold(connection, rule, held)
            if _holds(matcher, unpacked_pages(connection, sha256), _said(connection, rule, sha256))
        }
        days |= {paper.document: paper.day for paper in held if paper.sha256 in holding}
    return list(days.values())


def every_paper() -> Select[*tuple[Any, ...]]:
    """Every paper that we hold, with its day."""
    query = (
        select(*paper_columns(), t.documents.c.sha256, day_of_paper().label("day"))
        .select_from(t.documents)
        .join(t.revisions, t.revisions.c.id == newest_revision())
        .join(t.files, t.files.c.sha256 == t.documents.c.sha256)
    )
    return with_body_and_meeting(query)


def unpacked_pages(connection: Connection, sha256: str) -> Iterator[Page]:
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


def _found(paper: Row[Any], hit: Hit, page: dict[str, Any]) -> RetroHit:
    return RetroHit(
        day=paper.day,
        wording=hit.wording,
        snippet=hit.snippet,
        more=hit.more,
        **page_ref(paper, **page),
    )
