"""Making archives with known content, through the same doors as the stages."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.model import Document, DocumentKind, Meeting, PageMethod, PageText, Revision, Source
from pipeline.ports import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.archive import Archive

MOMENT = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)
TODAY = date(2026, 11, 16)


def source(source_id: str = "marlshire", **other: object) -> Source:
    facts = {"name": source_id.title(), "kind": "council", "platform": "manual", "url": "http://127.0.0.1/"}
    return Source(id=source_id, **{**facts, **other})


def meeting(source_id: str = "marlshire", key: str = "m1", **other: object) -> Meeting:
    facts = {
        "body_name": "Health Scrutiny Committee",
        "title": "Meeting",
        "starts_on": date(2026, 11, 26),
        "listing": "committee/1",
    }
    return Meeting(source_id=source_id, key=key, **{**facts, **other})


def document(source_id: str = "marlshire", key: str = "d1", **other: object) -> Document:
    facts = {
        "title": f"Paper {key}",
        "kind": DocumentKind.REPORT,
        "url": f"http://127.0.0.1/{key}.pdf",
        "meeting_key": "m1",
        "listing": "meeting/m1",
    }
    return Document(source_id=source_id, key=key, **{**facts, **other})


def revision(content: bytes, source_id: str = "marlshire", key: str = "d1", **other: object) -> Revision:
    facts = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "media_type": "application/pdf",
        "fetched_at": MOMENT,
        "urls": (f"http://127.0.0.1/{key}.pdf",),
    }
    return Revision(source_id=source_id, document_key=key, **{**facts, **other})


def keep(
    archive: Archive,
    pages: Sequence[str],
    *,
    source_id: str = "marlshire",
    key: str = "d1",
    content: bytes = b"",
    items: Sequence[str] = (),
    **other: object,
) -> str:
    """A paper with these pages of text, in the archive as if crawled and read; returns its SHA-256.

    `items` are those of the agenda to which the pages belong, from the first one on.
    """
    sha256 = crawl(archive, content or "\f".join(pages).encode(), source_id=source_id, key=key, **other)
    archive.texts.store(reading(sha256, pages, items))
    return sha256


def crawl(
    archive: Archive,
    content: bytes,
    *,
    source_id: str = "marlshire",
    key: str = "d1",
    of: Meeting | None = None,
    **other: object,
) -> str:
    """A paper as a crawl leaves it, to be read; returns its SHA-256. `of` is its meeting."""
    run = archive.catalogue.begin([source(source_id)], TODAY)
    archive.catalogue.record_meeting(run, of or meeting(source_id))
    archive.catalogue.record_document(run, document(source_id, key, **other))
    sha256, _ = archive.blobs.put(content)
    archive.catalogue.record_revision(run, revision(content, source_id, key))
    return sha256


def reading(sha256: str, pages: Sequence[str], items: Sequence[str] = (), **other: object) -> Reading:
    facts = {"extractor": "pdf", "version": "1", "media_type": "application/pdf"}
    texts = [
        PageText(number=number, text=text, method=PageMethod.TEXT_LAYER, item=item)
        for number, (text, item) in enumerate(zip_longest(pages, items, fillvalue=""), 1)
    ]
    return Reading(sha256=sha256, pages=texts, **{**facts, **other})
