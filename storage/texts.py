"""What reading gave: pages of text, the full-text index over them, and the queue of what is still to read."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, text, update

from pipeline.flow import also_said
from pipeline.model import DocumentKind, DocumentState, FailureReason, Page, PageMethod
from pipeline.ports import Job
from pipeline.text import body_spans
from storage import tables as t
from storage.catalogue import keep_file
from storage.database import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from pipeline.ports import Blobs, Reading
    from storage.database import Database

MAX_TRIES = 3
BATCH = 200

# Failures that may pass: another try may find more memory, more time, a better day.
PASSING = (FailureReason.TIMED_OUT, FailureReason.CRASHED)

_INDEX = text(f"INSERT INTO {t.PAGE_INDEX}(rowid, text, also) VALUES (:id, :text, :also)")  # noqa: S608 - our own constant
_UNINDEX = text(
    f"INSERT INTO {t.PAGE_INDEX}({t.PAGE_INDEX}, rowid, text, also) VALUES ('delete', :id, :text, :also)"  # noqa: S608 - our own constant
)


class Texts:
    """Files to read, and the pages they gave."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def pending(self, versions: Mapping[str, str]) -> Iterator[Job]:
        """Every file whose text is missing or stale, newest first. Safe to iterate while storing."""
        stale = [and_(t.files.c.extractor == name, t.files.c.version != at) for name, at in versions.items()]
        passing = t.files.c.reason.in_([reason.value for reason in PASSING])
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
            )
            for page in reading.pages
        ]
        spans = body_spans([page.text for page in pages])
        with self._database.writing() as connection:
            _forget(connection, reading.sha256)
            first = (connection.execute(select(func.max(t.pages.c.id))).scalar() or 0) + 1
            rows = [
                _row(page, first + index, span)
                for index, (page, span) in enumerate(zip(pages, spans, strict=True))
            ]
            whole = [_page(row) for row in rows]
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                connection.execute(insert(t.pages), batch)
                connection.execute(
                    _INDEX,
                    [
                        {
                            "id": row["id"],
                            "text": whole[start + offset].text,
                            "also": also_said(whole, start + offset),
                        }
                        for offset, row in enumerate(batch)
                    ],
                )
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
            return [_page(row._asdict()) for row in connection.execute(query)]


def unpack(content: bytes) -> str:
    """A page's text from its row."""
    return zlib.decompress(content).decode()


def _row(page: Page, row_id: int, span: tuple[int, int]) -> dict[str, Any]:
    return {
        "id": row_id,
        "sha256": page.sha256,
        "number": page.number,
        "text": zlib.compress(page.text.encode()),
        "method": page.method.value,
        "extractor": page.extractor,
        "label": page.label,
        "body_start": span[0],
        "body_end": span[1],
    }


def _page(row: dict[str, Any]) -> Page:
    return Page(
        sha256=row["sha256"],
        number=row["number"],
        text=unpack(row["text"]),
        method=PageMethod(row["method"]),
        extractor=row["extractor"],
        label=row["label"],
        body_start=row["body_start"],
        body_end=row["body_end"],
    )


def _forget(connection: Connection, sha256: str) -> None:
    """Remove a file's pages; the index keeps no text of its own, so it must be told what it is to forget."""
    rows: Sequence[Row[Any]] = connection.execute(
        select(t.pages).where(t.pages.c.sha256 == sha256).order_by(t.pages.c.number)
    ).all()
    old = [_page(row._asdict()) for row in rows]
    for index, (row, page) in enumerate(zip(rows, old, strict=True)):
        connection.execute(_UNINDEX, {"id": row.id, "text": page.text, "also": also_said(old, index)})
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
