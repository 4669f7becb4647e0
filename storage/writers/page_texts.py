"""What reading gave: pages of text, the full-text index over them, and the queue of what is still to read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import suppress
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update

from pipeline.errors import DamagedFileError
from pipeline.model import KEPT_BACK, DocumentKind, DocumentState, FailureReason, Page
from pipeline.ports import Job
from pipeline.text.canonical import body_spans
from storage import in_hand, page_parts
from storage import tables as t
from storage.archive_log import records
from storage.database import now
from storage.engines.sql import listed
from storage.page_rows import pack, page_fingerprint, page_of
from storage.search_index import fts, index_placement
from storage.writers.crawl_log import keep_file
from storage.writers.hits import keep_hits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from pipeline.model import Hit
    from pipeline.ports import Blobs, Look, Member, Reading
    from storage.database import Database

MAX_TRIES = 3

# Failures that pass once their tool is there, by the tool's name among the reader's versions.
NEEDING = {"ocr": FailureReason.NEEDS_OCR, "libreoffice": FailureReason.NEEDS_LIBREOFFICE}

# Failures that may pass: another try may find more memory, more time, a better day.
PASSING = (FailureReason.TIMED_OUT, FailureReason.CRASHED, FailureReason.OUT_OF_MEMORY)
# After these the pages of an earlier reading stay. A file that was lost is looked for in every run.
UNFINISHED = (*PASSING, FailureReason.LOST)

# Made once: that takes longer than running them.
_FILE = t.files.c.sha256 == bindparam("file")
_WITH_PAGES = select(t.files.c.sha256).where(
    t.files.c.pages > 0,
    t.files.c.sha256.in_(listed("files")),
)
# What waited for a tool was not tried in vain.
_SAME = and_(
    t.files.c.extractor == bindparam("by"),
    t.files.c.version == bindparam("at"),
    *(t.files.c.reason != reason.value for reason in NEEDING.values()),
)
_NOTE_READING = (
    update(t.files)
    .where(_FILE)
    .values(
        media_type=case((bindparam("type") != "", bindparam("type")), else_=t.files.c.media_type),
        extractor=bindparam("by"),
        version=bindparam("at"),
        tries=case((_SAME, t.files.c.tries + 1), else_=1),
        ended_runs=case((bindparam("why") == FailureReason.CRASHED.value, t.files.c.ended_runs), else_=0),
        reason=bindparam("why"),
        detail=bindparam("said"),
        pages=0,
        page_hashes=b"",
        extracted_at=bindparam("when"),
        metadata=bindparam("about"),
        rules="",
    )
)
_NOTE_PAGES = (
    update(t.files)
    .where(_FILE)
    .values(pages=bindparam("count"), labels=bindparam("under"), page_hashes=bindparam("hashes"))
)
_NEW_PAGES = insert(t.pages)


class Texts:
    """Files to read, and the pages they gave."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def pending(self, versions: Mapping[str, str], *, again: bool = True) -> Iterator[Job]:
        """Yields every file whose text is missing or stale, those of the newest meetings first.

        What failed before and may pass comes last, when the machine is likely to be quieter, and only with
        `again`; after it what a run that ended had in hand, the smallest first: the likeliest to blame is the
        largest. Safe to iterate while storing.
        """
        stale = [and_(t.files.c.extractor == name, t.files.c.version != at) for name, at in versions.items()]
        passing = t.files.c.reason.in_([reason.value for reason in PASSING])
        waiting = [reason.value for tool, reason in NEEDING.items() if tool in versions]
        stale.append(t.files.c.reason.in_(waiting))
        passing = and_(passing, t.files.c.tries < MAX_TRIES)
        lost = t.files.c.reason == FailureReason.LOST.value
        d = t.documents.c
        meeting = func.max(func.coalesce(t.meetings.c.starts_on, d.published_on))
        query = (
            select(
                t.files.c.sha256,
                t.files.c.ended_runs,
                func.max(d.title),
                case((passing, t.files.c.tries), else_=0),
            )
            .join(t.documents, d.sha256 == t.files.c.sha256, isouter=True)
            .join(t.meetings, t.meetings.c.id == d.meeting_id, isouter=True)
            .where(or_(t.files.c.tries == 0, *stale, *([passing, lost] if again else [])))
            .group_by(t.files.c.sha256)
            .order_by(
                case((t.files.c.ended_runs > 0, t.files.c.size), else_=0),
                or_(passing, lost),
                meeting.desc().nulls_last(),
                func.max(d.id).desc(),
            )
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        for sha256, ended_runs, name, tries in rows:
            yield Job(
                sha256=sha256,
                file=partial(self._blobs.opened, sha256),
                name=name or sha256[:12],
                ended_runs=ended_runs,
                tries=tries,
            )

    def take_stock(self) -> None:
        with self._database.writing() as connection:
            in_hand.count_ended_runs(connection)

    def take_in_hand(self, jobs: Sequence[Job]) -> None:
        with self._database.writing() as connection:
            in_hand.take(connection, [job.sha256 for job in jobs])

    def let_go(self) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(t.in_hand))

    def store(self, *readings: Reading, look: Look | None = None) -> list[Hit]:
        """Put each in place of any earlier one, flagged by `look`; returns the new hits. One transaction."""
        members = [
            (reading.sha256, name, *self._adopted(member.path))
            for reading in readings
            for name, member in zip(_told_apart(reading.members), reading.members, strict=True)
        ]
        pages = {reading.sha256: self._with_those_read_before(reading) for reading in readings}
        found = {sha256: look(those) for sha256, those in pages.items()} if look else {}
        hashes = {sha256: records.page_hashes(those) for sha256, those in pages.items()}
        with self._database.writing() as connection:
            _forget(connection, list(pages))
            page_parts.keep(connection, pages)
            connection.execute(_NOTE_READING, [_facts(reading) for reading in readings])
            in_hand.let_go(connection, list(pages))
            fresh = keep_hits(connection, found) if found else []
            _keep_pages(connection, {sha256: those for sha256, those in pages.items() if those}, hashes)
            records.note_readings(connection, hashes)
            for member in members:
                _keep_member(connection, *member)
        return fresh

    def in_papers(self, sha256s: Collection[str]) -> dict[str, int]:
        """Returns how many papers have each of these files now."""
        d = t.documents.c
        query = select(d.sha256, func.count()).where(d.sha256.in_(sha256s)).group_by(d.sha256)
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def _adopted(self, path: Path) -> tuple[str, int]:
        """Returns the hash and size of a member that the store has now."""
        with path.open("rb") as file:
            sha256, size = hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
        with suppress(DamagedFileError):  # other bytes are under its name: to read it will say so
            self._blobs.adopt(path, sha256)
        return sha256, size

    def _with_those_read_before(self, reading: Reading) -> list[Page]:
        """Its pages. Where reading broke off, those behind them stay as an earlier reading left them."""
        pages = _pages(reading)
        if reading.reason not in UNFINISHED:
            return pages
        known = {page.number for page in pages}
        return pages + [page for page in self.pages(reading.sha256) if page.number not in known]

    def pages(self, sha256: str) -> list[Page]:
        """The pages of a file, in order, with their parts."""
        query = select(t.pages).where(t.pages.c.sha256 == sha256).order_by(t.pages.c.number)
        with self._database.reading() as connection:
            return page_parts.with_parts(connection, (page_of(row) for row in connection.execute(query)))


def _told_apart(members: Sequence[Member]) -> Iterator[str]:
    """Their names; of two with one name the second is no later revision of the first."""
    told: Counter[str] = Counter()
    for member in members:
        told[member.name] += 1
        again = told[member.name]
        yield member.name if again == 1 else f"{member.name} ({again})"


def _pages(reading: Reading) -> list[Page]:
    spans = body_spans([page.text for page in reading.pages])
    return [
        Page(
            sha256=reading.sha256,
            number=page.number,
            text=page.text,
            method=page.method,
            extractor=page.extractor or f"{reading.extractor}/{reading.version}",
            label=page.label,
            item=page.item,
            body_start=start,
            body_end=end,
            parts=page.parts,
        )
        for page, (start, end) in zip(reading.pages, spans, strict=True)
    ]


def _keep_pages(
    connection: Connection, files: Mapping[str, list[Page]], hashes: Mapping[str, list[bytes]]
) -> None:
    if not files:
        return
    standing = index_placement.standings(connection, {sha256: len(pages) for sha256, pages in files.items()})
    rows = [
        _row(page, row, concepts)
        for sha256, pages in files.items()
        for page, row, concepts in zip(pages, standing[sha256].rows, standing[sha256].concepts, strict=True)
    ]
    rows.sort(key=itemgetter("id"))  # SQLite leaves no leaf half empty
    connection.execute(_NEW_PAGES, rows)
    connection.execute(
        _NOTE_PAGES,
        [
            {
                "file": sha256,
                "count": len(pages),
                "under": standing[sha256].labels,
                "hashes": b"".join(hashes[sha256]),
            }
            for sha256, pages in files.items()
        ],
    )
    index = (standing[sha256].index_rows(pages) for sha256, pages in files.items())
    fts.add(connection, chain.from_iterable(index))


def _facts(reading: Reading) -> dict[str, Any]:
    return {
        "file": reading.sha256,
        "type": reading.media_type,
        "by": reading.extractor,
        "at": reading.version,
        "why": reading.reason.value if reading.reason else "",
        "said": reading.detail,
        "when": now(),
        "about": reading.metadata,
    }


def _row(page: Page, row: int, concepts: str) -> dict[str, Any]:
    return {
        "id": row,
        "sha256": page.sha256,
        "number": page.number,
        "text": pack(page.text),
        "method": page.method.value,
        "extractor": page.extractor,
        "label": page.label,
        "item": page.item,
        "concepts": concepts,
        "fingerprint": page_fingerprint(page.text[page.body_start : page.body_end]),
        "body_start": page.body_start,
        "body_end": page.body_end,
    }


def _forget(connection: Connection, files: Sequence[str]) -> None:
    """Remove the files' pages, and what the index knows of them."""
    for sha256 in connection.execute(_WITH_PAGES, {"files": json.dumps(files)}).scalars().all():
        index_placement.unshelve(connection, sha256)
        connection.execute(delete(t.pages).where(t.pages.c.sha256 == sha256))


def _keep_member(connection: Connection, parent: str, name: str, sha256: str, size: int) -> None:
    """A file found inside another is a paper of its own, once for every document that holds the other.

    One that holds itself is one paper.
    """
    if sha256 == parent:
        return
    keep_file(connection, sha256, size, "")
    for holder in connection.execute(select(t.documents).where(t.documents.c.sha256 == parent)).all():
        key = f"{holder.key}!{name}"
        known = connection.execute(
            select(t.documents.c.id, t.documents.c.sha256, t.documents.c.state).where(
                t.documents.c.source_id == holder.source_id, t.documents.c.key == key
            )
        ).first()
        if known is not None and (known.sha256 == sha256 or known.state in KEPT_BACK):
            continue
        holding = connection.execute(
            select(t.revisions)
            .where(t.revisions.c.document_id == holder.id, t.revisions.c.sha256 == parent)
            .order_by(t.revisions.c.id.desc())
        ).first()
        assert holding is not None, "a document's current file has a revision"
        if known is None:
            document_id = _new_paper(connection, holder, key, name, sha256)
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
                capture=holding.capture,
            )
        )
        records.note_revision(connection, document_id)


def _new_paper(connection: Connection, holder: Row[Any], key: str, name: str, sha256: str) -> int:
    """Returns the number of the new paper of a file found inside a `holder`."""
    number = connection.execute(
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
    records.note_papers(connection, [number])
    return number
