"""Where things are: mentions with their papers, the same text elsewhere, a concept through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from pipeline.model import PageRef
from pipeline.views import MentionRow, WordingCount
from storage import tables as t
from storage.engines.sql import month_of
from storage.paper_joins import newest_papers_first, page_ref, page_refs, said_day, with_body_and_meeting

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from pipeline.views import PaperRow
    from storage.database import Database

MOST_PLACES = 50


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
        """Returns mentions by the day of their papers; the same passage once, where it was first said.

        With `since` only those of papers whose bytes came after that.
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
        day = said_day()
        order = (day.is_(None), day, h.id) if oldest else (day.desc().nulls_last(), h.id.desc())
        columns = h.concept_id, h.wording, h.snippet, h.mark_start, h.mark_end, h.passage
        # More than are wanted: packs repeat what their parts say.
        query = page_refs(t.hits, *columns).where(*asked).order_by(*order).limit(limit * 8)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        once: dict[tuple[str, str], MentionRow] = {}
        for row in rows:
            mention = MentionRow(
                concept=row.concept_id,
                wording=row.wording,
                snippet=row.snippet,
                mark=(row.mark_start, row.mark_end),
                at=PageRef(**page_ref(row)),
            )
            once.setdefault((row.concept_id, row.passage), mention)
        return list(once.values())[:limit]

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
