"""What the web page reads: pipeline.ports.Shelf over the stores. Nothing of the readers is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from pipeline.model import Hit, Revision
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Row

    from pipeline.answers import Answer, MeetingRow, PaperRow, Totals
    from pipeline.model import Denominator, Page, SourceHealth
    from pipeline.query import Query
    from storage.archive import Archive


class Shelf:
    """The archive for readers; `labels` are the concepts' names."""

    def __init__(self, archive: Archive, labels: Mapping[str, str]) -> None:
        self._archive = archive
        self._labels = dict(labels)

    def find(self, query: Query, limit: int = 20, skip: int = 0) -> list[Answer]:
        return self._archive.search.find(query, limit, skip)

    def papers(self, *, source: str = "", body: str = "") -> list[PaperRow]:
        return self._archive.reports.papers(source=source, body=body)

    def paper(self, document: int) -> PaperRow | None:
        return next(iter(self._archive.reports.papers(document=document)), None)

    def revisions(self, document: int) -> list[Revision]:
        r, d, f = t.revisions.c, t.documents.c, t.files.c
        query = (
            select(t.revisions, d.source_id, d.key, f.size, f.media_type)
            .join(t.documents, d.id == r.document_id)
            .join(t.files, f.sha256 == r.sha256)
            .where(r.document_id == document)
            .order_by(r.id)
        )
        with self._archive.database.reading() as connection:
            return [_revision(row) for row in connection.execute(query)]

    def pages(self, sha256: str) -> list[Page]:
        return self._archive.texts.pages(sha256)

    def hits(self, sha256: str) -> list[Hit]:
        h = t.hits.c
        query = select(t.hits).where(h.sha256 == sha256).order_by(h.page, h.start, h.concept_id)
        with self._archive.database.reading() as connection:
            return [_hit(row) for row in connection.execute(query)]

    def original(self, sha256: str) -> Path:
        return self._archive.blobs.path(sha256)

    def meetings(self, *, source: str = "", body: str = "", since: date | None = None) -> list[MeetingRow]:
        return self._archive.reports.meetings(source=source, body=body, since=since)

    def health(self) -> list[SourceHealth]:
        return self._archive.reports.health()

    def denominator(self) -> Denominator:
        return self._archive.reports.denominator()

    def totals(self) -> Totals:
        return self._archive.reports.totals()

    def bodies(self) -> dict[str, str]:
        s, d = t.sources.c, t.documents.c
        query = (
            select(s.body_id, s.name)
            .where(s.id.in_(select(d.source_id).where(d.sha256.is_not(None))))
            .order_by(s.name)
        )
        with self._archive.database.reading() as connection:
            return dict(connection.execute(query).all())

    def concepts(self) -> dict[str, str]:
        return self._labels


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        source_id=row.source_id,
        document_key=row.key,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        fetched_at=row.fetched_at,
        urls=tuple(row.urls),
        etag=row.etag,
        last_modified=row.last_modified,
        provenance=row.provenance,
    )


def _hit(row: Row[Any]) -> Hit:
    return Hit(
        sha256=row.sha256,
        page=row.page,
        concept_id=row.concept_id,
        wording=row.wording,
        start=row.start,
        end=row.end,
        snippet=row.snippet,
        mark_start=row.mark_start,
        mark_end=row.mark_end,
        passage=row.passage,
        rules=row.rules,
    )
