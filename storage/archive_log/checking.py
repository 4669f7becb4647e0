"""Holding the archive to its log: what was changed, removed or back-dated is named, each as a sentence."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from pipeline.archive_log import checkpoint, merkle
from pipeline.archive_log.entries import page_hash, stamp
from pipeline.english import counted, instant
from storage import page_parts
from storage import tables as t
from storage.archive_log import entries, keys, records
from storage.archive_log.log import KEY, root_of
from storage.page_rows import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Row, Select

    from pipeline.archive_log.checkpoint import SignedRoot
    from storage.database import Database

_SUBJECT = re.compile(r"\b(paper|meeting|revision|file|mentions):([0-9a-f]+)\b")
DIGITS = 19  # a number in the database has fewer
GRACE = timedelta(days=1)  # a run may sign a root between the fetch of a paper and its entry

# Of each subject of the log that should have a row and has none. As text: the log may hold what is no number.
_GONE = {
    "paper": "SELECT CAST(id AS TEXT) FROM documents",
    "meeting": "SELECT CAST(id AS TEXT) FROM meetings",
    "revision": "SELECT CAST(id AS TEXT) FROM revisions UNION ALL "
    "SELECT CAST(id AS TEXT) FROM withheld_revisions",
    "file": "SELECT sha256 FROM files",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    text: str
    fault: bool = True  # False: to be said, and no sign of a change


def findings(database: Database) -> Iterator[Finding]:
    """Everything in the database that is not as the log says, and what a reader of it should know."""
    with database.reading() as connection:
        for finding in _findings(connection):
            said = _SUBJECT.sub(lambda found: _named(connection, found[1], found[2]), finding.text)
            yield replace(finding, text=said)


def _findings(connection: Connection) -> Iterator[Finding]:
    signed: list[SignedRoot] = []
    for row_id in connection.execute(select(t.log_roots.c.id).order_by(t.log_roots.c.id)).scalars().all():
        before = len(signed)
        with _unreadable():
            query = select(t.log_roots).where(t.log_roots.c.id == row_id)
            signed.append(root_of(connection.execute(query).one()))
        if len(signed) == before:
            yield Finding(text=f"the log: its signed root {row_id} cannot be read")
    yield from _tree(connection)
    yield from _signatures(connection, signed)
    yield from _dates(connection, signed)
    yield from _rows(connection)
    yield from _mentions(connection)
    yield from _gone(connection)
    yield from _current(connection)


def _named(connection: Connection, kind: str, which: str) -> str:
    """What the log calls "revision:55", as in "revision 55 of paper 12, 'Finance report'"."""
    number = int(which) if which.isdecimal() and len(which) < DIGITS else 0
    d, papers = t.documents.c, [number] if kind == "paper" and number else []
    if kind in {"revision", "file", "mentions"}:
        for table in (t.revisions, t.withheld_revisions):
            own = table.c.id == number if kind == "revision" else table.c.sha256 == which
            papers += connection.execute(select(table.c.document_id).where(own).distinct()).scalars()
    if not papers:
        return f"{kind} {which}"
    title = connection.execute(select(d.title).where(d.id == papers[0])).scalar()
    paper = f"paper {papers[0]}, {title!r}"
    return paper if kind == "paper" else f"{kind} {which} of {paper}"


def _tree(connection: Connection) -> Iterator[Finding]:
    """Each entry against its leaf, each node against the two below it."""
    node = entries.nodes(connection)
    places = 0
    for count, (number, subject, content) in enumerate(entries.stream(connection), 1):
        if number != count:
            yield Finding(text=f"the log: entry {count} was removed")
            return
        if _subject(content) != subject:
            yield Finding(text=f"the log: entry {number} says that it is about {subject}, and is not")
        level, index = 0, number - 1
        expected = merkle.leaf_hash(content)
        while True:
            places += 1
            place = merkle.place(level, index)
            found = _node(node, place)
            if found != expected:
                what = f"entry {number}" if level == 0 else f"the hash over {1 << level} entries to {number}"
                yield Finding(text=f"the log: {what} has been changed")
            if not index & 1:
                break
            below = _node(node, merkle.place(level, index - 1))
            level, index, expected = level + 1, index >> 1, merkle.node_hash(below, found)
    kept = connection.execute(select(func.count()).select_from(t.log_nodes)).scalar_one()
    if kept != places:
        yield Finding(text=f"the log: it has {kept} hashes, and should have {places}")


def _node(node: Callable[[int], bytes], place: int) -> bytes:
    try:
        return bytes(node(place))
    except TypeError:  # it is not there, or is no bytes
        return b""


def _subject(content: bytes) -> str:
    try:
        return str(json.loads(content)["subject"])
    except (ValueError, KeyError, TypeError):
        return ""


def _signatures(connection: Connection, signed: list[SignedRoot]) -> Iterator[Finding]:
    size, node = entries.size(connection), entries.nodes(connection)
    in_force = _keys(connection)
    for root in signed:
        what = f"the root of {counted(root.size, 'entry', 'entries')}"
        if root.size > size:
            yield Finding(text=f"the log: {what} was signed, and {root.size - size} of them are gone")
            continue
        try:
            found = merkle.root(root.size, node)
            signature = checkpoint.signature(root.note)
        except (TypeError, ValueError):
            found = signature = b""
        body = checkpoint.text(root.name, root.size, root.root, root.at)
        if found != root.root:
            yield Finding(text=f"the log: {what} is not the one that was signed")
        whole = checkpoint.note(body, root.name, root.key, signature)
        if root.note != whole or not keys.is_signed(root.key, signature, body.encode()):
            yield Finding(text=f"the log: the signature of {what} does not fit")
        if root.key not in in_force:
            yield Finding(text=f"the log: {what} is signed with a key that the log does not name")
    for said in checkpoint.ran_back(signed):
        yield Finding(text=said, fault=False)


def _keys(connection: Connection) -> set[bytes]:
    query = select(t.log_entries.c.content).where(t.log_entries.c.subject == "log")
    found: set[bytes] = set()
    for content in connection.execute(query).scalars():
        with _unreadable():
            facts = json.loads(content)
            if facts["kind"] == KEY:
                found.add(bytes.fromhex(facts["public"]))
    return found


def _dates(connection: Connection, signed: list[SignedRoot]) -> Iterator[Finding]:
    """Entries dated before the one before; revisions that came into the log long after their day."""
    before = ""
    waiting, latest = sorted(signed, key=lambda root: root.size), None
    for number, subject, content in entries.stream(connection):
        while waiting and waiting[0].size < number:
            latest = waiting.pop(0)
        try:
            facts = json.loads(content)
            at, fetched = str(facts["at"]), facts.get("fetched_at")
            if at < before:
                yield Finding(
                    text=f"the clock ran back: entry {number} is dated {at}, the one before it {before}",
                    fault=False,
                )
            before = at
            if not latest or not fetched or facts.get("inside") or facts.get("entered"):
                continue
            if at < stamp(latest.at):  # the clock has run back: that is said, and proves nothing of a paper
                continue
            if facts["kind"] == "revision" and datetime.fromisoformat(fetched) + GRACE < latest.at:
                yield Finding(
                    text=f"{subject} says that it was fetched on {fetched}, and came into the log after the "
                    f"root of {instant(latest.at)}: it was back-dated, or kept late"
                )
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # named above: it has been changed


def _rows(connection: Connection) -> Iterator[Finding]:
    """Each row against the newest entry about it."""
    d, m, f = t.documents.c, t.meetings.c, t.files.c
    for row_id in connection.execute(select(d.id).order_by(d.id)).scalars().all():
        yield from _held(
            connection, f"paper:{row_id}", records.PAPERS.where(d.id == row_id), records.paper_record
        )
    for row_id in connection.execute(select(m.id).order_by(m.id)).scalars().all():
        yield from _held(
            connection, f"meeting:{row_id}", records.MEETINGS.where(m.id == row_id), records.meeting_record
        )
    for table, query in ((t.revisions, records.REVISIONS), (t.withheld_revisions, records.WITHHELD)):
        for row_id in connection.execute(select(table.c.id).order_by(table.c.id)).scalars().all():
            one = query.where(table.c.id == row_id)
            yield from _held(connection, f"revision:{row_id}", one, records.revision_record)
    for sha256, tries in connection.execute(select(f.sha256, f.tries).order_by(f.sha256)).all():
        yield from _text(connection, sha256, tries)


def _held(
    connection: Connection, subject: str, query: Select[*tuple[Any, ...]], record: Callable[[Row[Any]], Any]
) -> Iterator[Finding]:
    known = _latest(connection, subject)
    if known is None:
        yield Finding(text=f"{subject} is in the archive and not in the log")
        return
    found = ""
    with _unreadable():
        found = records.record_hash(record(connection.execute(query).one()))
    if found != known.get("record"):
        yield Finding(text=f"{subject}: its record has been changed since {known.get('at')}")


def _text(connection: Connection, sha256: str, tries: int) -> Iterator[Finding]:
    subject = f"file:{sha256}"
    known = _latest(connection, subject)
    if known is None or known.get("kind") == "erased":
        if tries:
            yield Finding(text=f"{subject}: its text is in the archive and not in the log")
        return
    found, row = "", None
    with _unreadable():
        row = connection.execute(records.FILES.where(t.files.c.sha256 == sha256)).one()
        found = records.record_hash(records.reading_record(row))
    if found != known.get("record"):
        yield Finding(text=f"{subject}: the record of its reading has been changed since {known.get('at')}")
    yield from _pages(connection, sha256, known)


def _pages(connection: Connection, sha256: str, known: dict[str, Any]) -> Iterator[Finding]:
    """Each page of a file against its hash, and the hashes against their root in the log."""
    p, subject, since = t.pages.c, f"file:{sha256}", f"since {known.get('at')}"
    hashes: list[bytes] = []
    with _unreadable():
        query = select(t.files.c.page_hashes).where(t.files.c.sha256 == sha256)
        hashes = records.hashes_of_pages(connection.execute(query).scalar_one())
    root = ""
    with _unreadable():
        root = merkle.root(len(hashes), merkle.small(hashes)).hex()
    if root != known.get("pages"):
        yield Finding(text=f"{subject}: the hashes of its pages have been changed {since}")
    of_file = select(p.number).where(p.sha256 == sha256).order_by(p.number)
    numbers = connection.execute(of_file).scalars().all()
    if len(numbers) != len(hashes):
        yield Finding(text=f"{subject}: it has {len(numbers)} pages, and should have {len(hashes)}")
    for number, kept in zip(numbers, hashes, strict=False):
        found = b""
        with _unreadable():
            row = connection.execute(select(t.pages).where(p.sha256 == sha256, p.number == number)).one()
            found = page_hash(page_parts.with_parts(connection, [page_of(row)])[0])
        if found != kept:
            yield Finding(text=f"page {number} of {subject}: its text has been changed {since}")


@contextmanager
def _unreadable() -> Iterator[None]:
    """A row that is broken may fail in any way: it is not what the log says, which is all that matters."""
    with suppress(Exception):
        yield


def _latest(connection: Connection, subject: str) -> dict[str, Any] | None:
    try:
        return entries.latest(connection, subject)
    except ValueError:
        return {}


def _mentions(connection: Connection) -> Iterator[Finding]:
    """What is said in each file against what the log says was found in it."""
    query = text(
        "SELECT sha256 FROM hits UNION SELECT substr(subject, 10) FROM log_entries "
        "WHERE subject >= 'mentions:' AND subject < 'mentions;' ORDER BY 1"
    )
    for sha256 in connection.execute(query).scalars().all():
        if (_latest(connection, f"file:{sha256}") or {}).get("kind") == "erased":
            continue
        known, found = _latest(connection, f"mentions:{sha256}") or {}, ""
        with _unreadable():
            found = records.record_hash(records.mentions_record(connection, sha256))
        if found != known.get("record"):
            what = f"have been changed since {known.get('at')}" if known else "are not in the log"
            yield Finding(text=f"mentions:{sha256}: they {what}")


def _gone(connection: Connection) -> Iterator[Finding]:
    """What the log speaks of and the archive does not hold, unless the log says that it was removed."""
    for kind, there in _GONE.items():
        known = "SELECT DISTINCT subject FROM log_entries WHERE subject >= :first AND subject < :last"
        query = text(f"{known} AND substr(subject, {len(kind) + 2}) NOT IN ({there})")
        bounds = {"first": f"{kind}:", "last": f"{kind};"}
        for subject in connection.execute(query, bounds).scalars().all():
            if not _was_removed(connection, kind, _latest(connection, subject) or {}):
                yield Finding(text=f"{subject} is in the log and no longer in the archive")


def _was_removed(connection: Connection, kind: str, known: dict[str, Any]) -> bool:
    if kind == "revision":
        paper = _latest(connection, f"paper:{known.get('paper')}") or {}
        return paper.get("state") == "removed"
    return kind == "file" and known.get("kind") == "erased"


def _current(connection: Connection) -> Iterator[Finding]:
    """Papers that are not with the newest of their revisions."""
    d, r = t.documents.c, t.revisions.c
    newest = select(r.sha256).where(r.document_id == d.id).order_by(r.id.desc()).limit(1).scalar_subquery()
    query = select(d.id).where(d.sha256.is_distinct_from(newest)).order_by(d.id)
    for paper in connection.execute(query).scalars():
        yield Finding(text=f"paper:{paper} does not match the newest of its revisions")
