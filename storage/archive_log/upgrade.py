"""An archive that is older than its log: what it holds is entered once, in a stable order, and marked so."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage import page_parts
from storage import tables as t
from storage.archive_log import entries, records
from storage.page_rows import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipeline.archive_log.entries import LogEntry
    from pipeline.model import Page

AT_UPGRADE = "entered at upgrade"
_BATCH = 1_000


def is_behind(connection: Connection) -> bool:
    """Whether an archive holds something and has no log yet."""
    holds = (connection.execute(select(each.c.id).limit(1)).first() for each in (t.documents, t.meetings))
    return entries.size(connection) == 0 and any(holds)


def enter(connection: Connection) -> None:
    """Enter what an archive holds: meetings, papers, revisions, texts and mentions, each in order."""
    parts = (_meetings(connection), _papers(connection), _texts(connection), _mentions(connection))
    found = (_marked(entry) for entry in chain(*parts))
    while batch := list(islice(found, _BATCH)):
        entries.append(connection, batch)


def _marked(entry: LogEntry) -> LogEntry:
    return replace(entry, facts={**entry.facts, "entered": AT_UPGRADE})


def _meetings(connection: Connection) -> Iterator[LogEntry]:
    for row in connection.execute(records.MEETINGS.order_by(t.meetings.c.id)):
        yield records.meeting_entry(row, "listed")


def _papers(connection: Connection) -> Iterator[LogEntry]:
    for row in connection.execute(records.PAPERS.order_by(t.documents.c.id)):
        yield records.paper_entry(row, "listed")
    for query, table in ((records.REVISIONS, t.revisions), (records.WITHHELD, t.withheld_revisions)):
        for row in connection.execute(query.order_by(table.c.id)):
            yield records.revision_entry(row, "revision")


def _texts(connection: Connection) -> Iterator[LogEntry]:
    for row in connection.execute(records.FILES.where(t.files.c.tries > 0).order_by(t.files.c.sha256)).all():
        hashes = records.page_hashes(logged_pages(connection, row.sha256))
        kept = update(t.files).where(t.files.c.sha256 == row.sha256).values(page_hashes=b"".join(hashes))
        connection.execute(kept)
        yield records.reading_entry(row, hashes)


def _mentions(connection: Connection) -> Iterator[LogEntry]:
    c = t.hits.c
    for sha256 in connection.execute(select(c.sha256).distinct().order_by(c.sha256)).scalars().all():
        yield records.mentions_entry(records.mentions_record(connection, sha256))


def logged_pages(connection: Connection, sha256: str) -> list[Page]:
    """The pages of a file, in order, with their parts."""
    query = select(t.pages).where(t.pages.c.sha256 == sha256).order_by(t.pages.c.number)
    return page_parts.with_parts(connection, (page_of(row) for row in connection.execute(query)))
