"""Answers: pages that were found, as a reader is shown them, with the words for which they were found."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from pipeline.matching.query_matching import RuleSet
from pipeline.text import snippets
from pipeline.views import Answer
from storage import tables as t
from storage.engines.sql import as_list, pairs_of_numbers, texts_with_numbers
from storage.page_rows import page_of
from storage.paper_joins import PAGE_REF, newest_revision, page_ref, page_refs, withdrawn_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Row, Select

    from pipeline.matching.query import Query
    from pipeline.model import Hit, Page

OPENING = 200  # characters quoted of a page that was found by its filters alone


def answers(
    connection: Connection,
    query: Query,
    places: Iterable[tuple[int, int]],
    chunk: int,
    *,
    doubtful: bool,
) -> Iterator[Answer]:
    """Answers for these places (a page's row and a paper) in order, read `chunk` at a time.

    Each is quoted as a watch list would quote it. Where it is doubtful whether the page says what was asked
    or only the head of the next one, it answers where a watch list would find it too.
    """
    waiting = iter(places)
    while some := list(islice(waiting, chunk)):
        rule = _rule(query)
        found = connection.execute(_whole(), {"places": as_list(some)})
        rows = {(row.row_id, row.document): row for row in found}
        following = _following(connection, rows.values()) if doubtful else {}
        for place in some:
            row = rows[place]
            page = page_of(row)
            hit = _hit(rule, page, following.get((page.sha256, page.number + 1)))
            if hit or not doubtful:
                yield _answer(row, page, hit)


@lru_cache(maxsize=256)
def _rule(query: Query) -> RuleSet:
    return RuleSet({"asked": query} if query.expression else {})


def _hit(rule: RuleSet, page: Page, after: Page | None) -> Hit | None:
    hits = rule.hits([page, after] if after else [page])
    return next((hit for hit in hits if hit.page == page.number), None)


@cache
def _whole() -> Select[*tuple[Any, ...]]:
    """The pages and papers of `places`."""
    asked = pairs_of_numbers("places")
    of = (
        asked.join(t.pages, t.pages.c.id == asked.c.one)
        .join(t.documents, t.documents.c.id == asked.c.other)
        .join(t.revisions, t.revisions.c.id == newest_revision())
    )
    own = (column for column in t.pages.c if column.name not in {*PAGE_REF, "id"})
    return page_refs(t.pages, *own, t.pages.c.id.label("row_id"), withdrawn_on().label("withdrawn_on"), of=of)


def _following(connection: Connection, rows: Iterable[Row[Any]]) -> dict[tuple[str, int], Page]:
    """The pages after these."""
    asked = {"places": as_list((row.sha256, row.number + 1) for row in rows)}
    return {(row.sha256, row.number): page_of(row) for row in connection.execute(_next_pages(), asked)}


@cache
def _next_pages() -> Select[*tuple[Any, ...]]:
    c, asked = t.pages.c, texts_with_numbers("places")
    is_it = and_(c.sha256 == asked.c.one, c.number == asked.c.other)
    return select(t.pages).select_from(asked).join(t.pages, is_it)


def _answer(row: Row[Any], page: Page, hit: Hit | None) -> Answer:
    return Answer(
        snippet=hit.snippet if hit else snippets.opening(page.text, OPENING),
        marks=((hit.mark_start, hit.mark_end),) if hit else (),
        concepts=tuple(row.concepts.split()),
        withdrawn_on=row.withdrawn_on,
        fingerprint=row.fingerprint or "",
        **page_ref(row),
    )
