"""What the log says of papers, revisions, meetings and texts: a record of each, and an entry when it changes.

A record holds what a paper's body published and what we did with it. What only steers our own work (when we
last looked, how often we tried) is no part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from pipeline.archive_log import merkle
from pipeline.archive_log.entries import LogEntry, page_hash, record_hash
from pipeline.model import KEPT_BACK, DocumentState
from storage import tables as t
from storage.archive_log import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

    from pipeline.model import Page

# States that say something of the paper; the others say whether we hold it.
TOLD = frozenset(
    state.value
    for state in (
        DocumentState.RESTRICTED,
        DocumentState.WITHDRAWN,
        DocumentState.WITHHELD,
        DocumentState.REMOVED,
    )
)
PUBLIC = "public"

_d, _m, _r, _f, _h = t.documents.c, t.meetings.c, t.revisions.c, t.files.c, t.hits.c
# Made once: that takes longer than running them.
PAPERS = select(t.documents, _m.key.label("meeting")).join(t.meetings, _m.id == _d.meeting_id, isouter=True)
_PAPER = PAPERS.where(_d.id == bindparam("paper"))
MEETINGS = select(t.meetings)
_MEETING = MEETINGS.where(_m.id == bindparam("meeting"))
REVISIONS, WITHHELD = (
    select(table, _f.size).join(t.files, _f.sha256 == table.c.sha256)
    for table in (t.revisions, t.withheld_revisions)
)
_OF_PAPER = REVISIONS.where(_r.document_id == bindparam("paper")).order_by(_r.id.desc()).limit(1)
FILES: Select[*tuple[Any, ...]] = select(
    _f.sha256, _f.size, _f.media_type, _f.extractor, _f.version, _f.reason, _f.detail, _f.pages, _f.metadata,
    _f.extracted_at,
)  # fmt: skip
_MENTIONS = (
    select(
        _h.page, _h.concept_id, _h.wording, _h.start, _h.end, _h.snippet, _h.mark_start, _h.mark_end,
        _h.passage, _h.more,
    )
    .where(_h.sha256 == bindparam("file"))
    .order_by(_h.page, _h.start, _h.end, _h.concept_id)
)  # fmt: skip
_FILE = FILES.where(_f.sha256 == bindparam("file"))


def paper_record(row: Row[Any]) -> dict[str, Any]:
    """From a row of PAPERS."""
    state = state_of(row)
    return {
        "paper": row.id,
        "source": row.source_id,
        "key": row.key,
        "meeting": row.meeting,
        "title": row.title,
        "kind": row.kind,
        "url": row.url,
        "published_on": row.published_on,
        "closes_on": row.closes_on,
        "first_seen": row.first_seen,
        "state": state,
        "reason": row.reason if state in KEPT_BACK else "",
    }


def state_of(row: Row[Any]) -> str:
    return row.state if row.state in TOLD else PUBLIC


def meeting_record(row: Row[Any]) -> dict[str, Any]:
    """From a row of MEETINGS."""
    names = ("source_id", "key", "body_name", "title", "starts_on", "starts_at", "status", "place", "url")
    return {"meeting": row.id, "first_seen": row.first_seen} | {name: getattr(row, name) for name in names}


def revision_record(row: Row[Any]) -> dict[str, Any]:
    """From a row of REVISIONS or WITHHELD."""
    return {
        "revision": row.id,
        "paper": row.document_id,
        "sha256": row.sha256,
        "size": row.size,
        "fetched_at": row.fetched_at,
        "urls": row.urls,
        "etag": row.etag,
        "last_modified": row.last_modified,
        "provenance": row.provenance,
        "capture": row.capture,
    }


def reading_record(row: Row[Any]) -> dict[str, Any]:
    """From a row of FILES: how its text was made, and when."""
    return dict(row._mapping)  # noqa: SLF001 - Row's public name for its mapping


def note_papers(connection: Connection, papers: Iterable[int], what: str = "") -> None:
    """Add an entry for each paper whose record is no longer the one that the log knows."""
    found = []
    for paper in papers:
        row = connection.execute(_PAPER, {"paper": paper}).one()
        known = entries.latest(connection, f"paper:{paper}")
        entry = paper_entry(row, what or _what_happened(state_of(row), known))
        if known is None or known["record"] != entry.facts["record"]:
            found.append(entry)
    entries.append(connection, found)


def note_removed(connection: Connection, papers: Iterable[int], files: Sequence[str]) -> None:
    """As `note_papers`, with the files whose bytes and text went with them."""
    note_papers(connection, papers)
    entries.append(connection, [LogEntry(kind="erased", subject=f"file:{sha256}") for sha256 in files])


def note_meetings(connection: Connection, meetings: Iterable[int]) -> None:
    """Add an entry for each meeting whose record is no longer the one that the log knows."""
    found = []
    for meeting in meetings:
        row = connection.execute(_MEETING, {"meeting": meeting}).one()
        known = entries.latest(connection, f"meeting:{meeting}")
        entry = meeting_entry(row, "changed" if known else "listed")
        if known is None or known["record"] != entry.facts["record"]:
            found.append(entry)
    entries.append(connection, found)


def note_revision(connection: Connection, paper: int) -> None:
    """Add an entry for the newest revision of a paper, where the log does not know it as it is."""
    row = connection.execute(_OF_PAPER, {"paper": paper}).one()
    known = entries.latest(connection, f"revision:{row.id}")
    entry = revision_entry(row, "seen again" if known else "revision")
    if known is None or known["record"] != entry.facts["record"]:
        entries.append(connection, [entry])


def note_readings(connection: Connection, files: Mapping[str, Sequence[bytes]]) -> None:
    """Add an entry for each text that was kept just now, from the hashes of its pages."""
    rows = ((connection.execute(_FILE, {"file": sha256}).one(), hashes) for sha256, hashes in files.items())
    entries.append(connection, [reading_entry(row, hashes) for row, hashes in rows])


def page_hashes(pages: Sequence[Page]) -> list[bytes]:
    """Of a file's pages in order."""
    return [page_hash(page) for page in sorted(pages, key=lambda page: page.number)]


def note_mentions(connection: Connection, files: Iterable[str]) -> None:
    """Add an entry for each file of which the log does not know what concepts are said in it now."""
    found = []
    for sha256 in files:
        record = mentions_record(connection, sha256)
        known = entries.latest(connection, f"mentions:{sha256}")
        entry = mentions_entry(record)
        if (record["mentions"] or known) and (known is None or known["record"] != entry.facts["record"]):
            found.append(entry)
    entries.append(connection, found)


def mentions_record(connection: Connection, sha256: str) -> dict[str, Any]:
    """What is said in a file of the concepts, in order; readers' own queries are nobody's business."""
    rows = connection.execute(_MENTIONS, {"file": sha256})
    return {"sha256": sha256, "mentions": [dict(row) for row in rows.mappings()]}


def mentions_entry(record: Mapping[str, Any]) -> LogEntry:
    return LogEntry(
        kind="flagged", subject=f"mentions:{record['sha256']}", facts={"record": record_hash(record)}
    )


def hashes_of_pages(hashes: bytes) -> list[bytes]:
    """One hash a page, from what is kept of all."""
    return [hashes[begin : begin + 32] for begin in range(0, len(hashes), 32)]


def paper_entry(row: Row[Any], kind: str) -> LogEntry:
    facts = {"state": state_of(row), "record": record_hash(paper_record(row))}
    return LogEntry(kind=kind, subject=f"paper:{row.id}", facts=facts)


def meeting_entry(row: Row[Any], kind: str) -> LogEntry:
    facts = {"record": record_hash(meeting_record(row))}
    return LogEntry(kind=kind, subject=f"meeting:{row.id}", facts=facts)


def revision_entry(row: Row[Any], kind: str) -> LogEntry:
    facts = {
        "paper": row.document_id,
        "sha256": row.sha256,
        "size": row.size,
        "fetched_at": row.fetched_at,
        "record": record_hash(revision_record(row)),
    }
    if is_member(row):
        facts["inside"] = True  # another file, which came at that time
    return LogEntry(kind=kind, subject=f"revision:{row.id}", facts=facts)


def is_member(row: Row[Any]) -> bool:
    return bool(row.urls) and row.urls[-1].startswith("#")


def reading_entry(row: Row[Any], hashes: Sequence[bytes]) -> LogEntry:
    root = merkle.root(len(hashes), merkle.small(hashes)).hex()
    facts = {"pages": root, "record": record_hash(reading_record(row))}
    return LogEntry(kind="read", subject=f"file:{row.sha256}", facts=facts)


def _what_happened(state: str, known: Mapping[str, Any] | None) -> str:
    if known is None:
        return "listed"
    if known["state"] == state:
        return "changed"
    return state if state != PUBLIC else "restored" if known["state"] in KEPT_BACK else "listed again"
