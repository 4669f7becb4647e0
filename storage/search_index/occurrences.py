"""Where things are: mentions with their papers, the same text elsewhere, a concept through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from pipeline.model import PageRef
from pipeline.views import MentionRow, TopicCount, WordingCount
from storage import tables as t
from storage.engines.sql import month_of
from storage.paper_joins import (
    day_of_paper,
    newest_papers_first,
    page_ref,
    page_refs,
    said_day,
    with_body_and_meeting,
)
from storage.search_index import hit_places

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement, Select

    from pipeline.views import PaperRow
    from storage.database import Database

MOST_PLACES = 50


# What was said before what, as `first_mentions` has it.
_BEFORE = (day_of_paper().label("day"), t.hits.c.id.label("hit_id"))


def _firsts(mentions: Select[*tuple[Any, ...]], *, each_wording: bool) -> Select[*tuple[Any, ...]]:
    """Of these mentions the first of each topic by each body, or of each wording; the oldest first."""
    every = mentions.subquery()
    order = every.c.day, every.c.hit_id, every.c.document
    of = [every.c.concept_id, every.c.body, *([every.c.wording] if each_wording else [])]
    turn = func.row_number().over(partition_by=of, order_by=order)
    ranked = select(every, turn.label("turn")).subquery()
    return select(ranked).where(ranked.c.turn == 1).order_by(ranked.c.day, ranked.c.hit_id)


class Occurrences:
    def __init__(self, database: Database) -> None:
        self._database = database

    def mentions(
        self,
        concept: str = "",
        body: str = "",
        limit: int = 20,
        *,
        oldest: bool = False,
        since: datetime | None = None,
        wordings: Collection[str] = (),
    ) -> list[MentionRow]:
        """Returns the latest mentions, each passage once, or the first of each topic by each body.

        With `since` only of papers whose bytes came after that; with `wordings` only what is said in these
        words, and the first of each of them.
        """
        h = t.hits.c
        asked: list[ColumnElement[bool]] = []
        if concept:
            asked.append(h.concept_id == concept)
        if body:
            asked.append(t.sources.c.body_id == body)
        if wordings:
            asked.append(h.wording.in_(wordings))
        if since:
            r = t.revisions.alias("came").c  # the outer query may look at revisions itself
            came = select(r.document_id).where(r.fetched_at >= since, r.sha256 == t.documents.c.sha256)
            asked.append(t.documents.c.id.in_(came))
        columns = h.concept_id, h.wording, h.snippet, h.mark_start, h.mark_end, h.passage
        if oldest:
            query = _firsts(
                page_refs(t.hits, *columns, *_BEFORE).where(*asked), each_wording=bool(wordings)
            ).limit(limit)
        else:
            # More than are wanted: packs repeat what their parts say.
            latest = said_day().desc().nulls_last(), h.id.desc()
            query = page_refs(t.hits, *columns).where(*asked).order_by(*latest).limit(limit * 8)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        once: dict[tuple[str, ...], MentionRow] = {}
        for row in rows:
            mention = MentionRow(
                concept=row.concept_id,
                wording=row.wording,
                snippet=row.snippet,
                mark=(row.mark_start, row.mark_end),
                at=PageRef(**page_ref(row)),
            )
            once.setdefault((row.concept_id, row.passage, row.body * oldest), mention)
        return list(once.values())[:limit]

    def count(self, concept: str) -> TopicCount:
        h, d = t.hits.c, t.documents.c
        query = (
            select(
                hit_places.mentions_in(t.hits),
                func.count(d.id.distinct()),
                func.count(t.sources.c.body_id.distinct()),
            )
            .join(t.documents, d.sha256 == h.sha256)
            .join(t.sources, t.sources.c.id == d.source_id)
            .where(h.concept_id == concept)
        )
        with self._database.reading() as connection:
            mentions, papers, bodies = connection.execute(query).one()
        return TopicCount(mentions=mentions, papers=papers, bodies=bodies)

    def said(self, concept: str) -> list[WordingCount]:
        """A concept through time: passages by body, wording and month; a paper without a day is left out."""
        h = t.hits.c
        once = (
            with_body_and_meeting(
                select(
                    t.sources.c.body_id,
                    h.wording,
                    h.passage,
                    func.min(said_day()).label("day"),
                )
                .select_from(t.hits)
                .join(t.documents, t.documents.c.sha256 == h.sha256)
            )
            .where(h.concept_id == concept, said_day().is_not(None))
            .group_by(t.sources.c.body_id, h.wording, h.passage)
            .subquery()
        )
        month = month_of(once.c.day)
        query = (
            select(once.c.body_id, once.c.wording, month, func.count())
            .group_by(once.c.body_id, once.c.wording, month)
            .order_by(month)
        )
        with self._database.reading() as connection:
            return [
                WordingCount(body=body, wording=wording, month=when, count=count)
                for body, wording, when, count in connection.execute(query)
            ]

    def elsewhere(self, paper: PaperRow, number: int) -> list[PageRef]:
        """Other papers in which the text of this page is too, newest first."""
        p = t.pages.c
        own = select(p.fingerprint).where(p.sha256 == paper.sha256, p.number == number).scalar_subquery()
        query = (
            page_refs(t.pages)
            .where(
                or_(p.fingerprint == own, (p.sha256 == paper.sha256) & (p.number == number)),
                t.documents.c.id != paper.document,
            )
            .order_by(newest_papers_first(), t.documents.c.id.desc(), p.number)
            .limit(MOST_PLACES)
        )
        with self._database.reading() as connection:
            return [PageRef(**page_ref(row)) for row in connection.execute(query)]

    def passage(self, passage: str) -> str:
        """The words of a passage by its hash, as they are quoted; "" where it is not known."""
        h = t.hits.c
        quoted = select(h.snippet).where(h.passage == passage).order_by(h.id).limit(1)
        with self._database.reading() as connection:
            return connection.execute(quoted).scalar_one_or_none() or ""

    def said_elsewhere(self, paper: PaperRow, number: int) -> dict[str, list[PageRef]]:
        """For each passage flagged on this page, by its hash, the other papers that say it too."""
        h = t.hits.c
        passages = select(h.passage).where(h.sha256 == paper.sha256, h.page == number)
        query = (
            page_refs(t.hits, h.passage)
            .where(h.passage.in_(passages), t.documents.c.id != paper.document)
            .order_by(newest_papers_first(), t.documents.c.id.desc(), h.page)
            .limit(MOST_PLACES)
        )
        found: dict[str, dict[tuple[int, int], PageRef]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                place = PageRef(**page_ref(row))
                found.setdefault(row.passage, {})[place.document, place.page] = place
        return {passage: list(places.values()) for passage, places in found.items()}
