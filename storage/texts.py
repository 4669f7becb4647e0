"""What reading gave: pages of text, the full-text index over them, and the queue of what is still to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, update

from pipeline.model import DocumentKind, DocumentState, FailureReason, Page
from pipeline.ports import Job
from pipeline.text import body_spans
from storage import shelving
from storage import tables as t
from storage.catalogue import keep_file
from storage.database import now
from storage.packing import fingerprint, pack, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from pipeline.ports import Blobs, Reading
    from storage.database import Database

MAX_TRIES = 3
BATCH = 200

# Failures that may pass: another try may find more memory, more time, a better day.
PASSING = (FailureReason.TIMED_OUT, FailureReason.CRASHED)


class Texts:
    """Files to read, and the pages they gave."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def pending(self, versions: Mapping[str, str]) -> Iterator[Job]:
        """Every file whose text is missing or stale, newest first. Safe to iterate while storing."""
        stale = [and_(t.files.c.extractor == name, t.files.c.version != at) for name, at in versions.items()]
        passing = t.files.c.reason.in_([reason.value for reason in PASSING])
        if "ocr" in versions:  # what it would take to read these was not there, and now is
            stale.append(t.files.c.reason == FailureReason.NEEDS_OCR.value)
        query = (
            select(t.files.c.sha256, func.max(t.documents.c.title))
            .join(t.documents, t.documents.c.sha256 == t.files.c.sha256, isouter=True)
            .where(or_(t.files.c.tries == 0, *stale, and_(passing, t.files.c.tries < MAX_TRIES)))
            .group_by(t.files.c.sha256)
            .order_by(func.max(t.documents.c.id).desc())
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        for sha256, name in rows:
            yield Job(sha256=sha256, path=self._blobs.path(sha256), name=name or sha256[:12])

    def store(self, reading: Reading) -> int:
        """Put a reading in place of any earlier one; answers its number of pages. One transaction."""
        members = [(member.name, *self._blobs.adopt(member.path)) for member in reading.members]
        pages = [
            Page(
                sha256=reading.sha256,
                number=page.number,
                text=page.text,
                method=page.method,
                extractor=page.extractor or f"{reading.extractor}/{reading.version}",
                label=page.label,
                item=page.item,
            )
            for page in reading.pages
        ]
        spans = body_spans([page.text for page in pages])
        with self._database.writing() as connection:
            _forget(connection, reading.sha256)
            rows = [
                _row(page, row_id, span)
                for page, row_id, span in zip(
                    pages, shelving.rows_for(connection, reading.sha256, len(pages)), spans, strict=True
                )
            ]
            for start in range(0, len(rows), BATCH):
                connection.execute(insert(t.pages), rows[start : start + BATCH])
            shelving.shelve(connection, reading.sha256)
            connection.execute(
                update(t.files)
                .where(t.files.c.sha256 == reading.sha256)
                .values(
                    media_type=reading.media_type or t.files.c.media_type,
                    extractor=reading.extractor,
                    version=reading.version,
                    tries=case(
                        (
                            and_(
                                t.files.c.extractor == reading.extractor,
                                t.files.c.version == reading.version,
                            ),
                            t.files.c.tries + 1,
                        ),
                        else_=1,
                    ),
                    reason=reading.reason.value if reading.reason else "",
                    detail=reading.detail,
                    pages=len(pages),
                    extracted_at=now(),
                    metadata=reading.metadata,
                    rules="",
                )
            )
            for name, sha256, size in members:
                _keep_member(connection, reading.sha256, name, sha256, size)
        return len(pages)

    def pages(self, sha256: str) -> list[Page]:
        """The pages of a file, in order."""
        query = select(t.pages).where(t.pages.c.sha256 == sha256).order_by(t.pages.c.number)
        with self._database.reading() as connection:
            return [page_of(row) for row in connection.execute(query)]


def _row(page: Page, row_id: int, span: tuple[int, int]) -> dict[str, Any]:
    return {
        "id": row_id,
        "sha256": page.sha256,
        "number": page.number,
        "text": pack(page.text),
        "method": page.method.value,
        "extractor": page.extractor,
        "label": page.label,
        "item": page.item,
        "fingerprint": fingerprint(page.text[slice(*span)]),
        "body_start": span[0],
        "body_end": span[1],
    }


def _forget(connection: Connection, sha256: str) -> None:
    """Remove a file's pages, and what the index knows of them."""
    shelving.unshelve(connection, sha256)
    connection.execute(delete(t.pages).where(t.pages.c.sha256 == sha256))


def _keep_member(connection: Connection, parent: str, name: str, sha256: str, size: int) -> None:
    """A file found inside another is a paper of its own, beside every document that holds the other."""
    keep_file(connection, sha256, size, "")
    for holder in connection.execute(select(t.documents).where(t.documents.c.sha256 == parent)).all():
        key = f"{holder.key}!{name}"
        known = connection.execute(
            select(t.documents.c.id, t.documents.c.sha256).where(
                t.documents.c.source_id == holder.source_id, t.documents.c.key == key
            )
        ).first()
        if known is not None and known.sha256 == sha256:
            continue
        holding = connection.execute(
            select(t.revisions)
            .where(t.revisions.c.document_id == holder.id, t.revisions.c.sha256 == parent)
            .order_by(t.revisions.c.id.desc())
        ).first()
        assert holding is not None, "a document's current file has a revision"
        if known is None:
            document_id = connection.execute(
                insert(t.documents)
                .values(
                    source_id=holder.source_id,
                    key=key,
                    meeting_id=holder.meeting_id,
                    title=name.rpartition("/")[2],
                    kind=DocumentKind.REPORT.value,
                    url=holder.url,
                    published_on=holder.published_on,
                    listing="",
                    state=DocumentState.HELD.value,
                    reason="",
                    first_seen=now(),
                    last_run=holder.last_run,
                    sha256=sha256,
                )
                .returning(t.documents.c.id)
            ).scalar_one()
        else:
            document_id = known.id
            connection.execute(
                update(t.documents).where(t.documents.c.id == document_id).values(sha256=sha256)
            )
        connection.execute(
            insert(t.revisions).values(
                document_id=document_id,
                sha256=sha256,
                fetched_at=holding.fetched_at,
                checked_at=holding.checked_at,
                urls=[*holding.urls, f"#{name}"],
                etag="",
                last_modified="",
                provenance=holding.provenance,
            )
        )
