"""Adding to the log, and the nodes of its tree. SQLite's own cursor: an entry costs next to nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from pipeline.archive_log import merkle
from storage.database import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.archive_log.entries import LogEntry

_SIZE = "SELECT coalesce(max(id), 0) FROM log_entries"
_NODES = "SELECT place, hash FROM log_nodes WHERE place IN (SELECT value FROM json_each(?))"
_NODE = "SELECT hash FROM log_nodes WHERE place = ?"
_ADD_ENTRY = "INSERT INTO log_entries (id, subject, content) VALUES (?, ?, ?)"
_ADD_NODE = "INSERT INTO log_nodes (place, hash) VALUES (?, ?)"
_ALL = "SELECT id, subject, CAST(content AS BLOB) FROM log_entries ORDER BY id"
_LATEST = "SELECT content FROM log_entries WHERE subject = ? ORDER BY id DESC LIMIT 1"


def append(connection: Connection, entries: Sequence[LogEntry]) -> None:
    """Add to the log, in the caller's transaction."""
    if not entries:
        return
    cursor = _cursor(connection)
    moment = now()
    contents = [entry.content(moment) for entry in entries]
    size = cursor.execute(_SIZE).fetchone()[0]
    places = merkle.siblings(size)
    known = dict(cursor.execute(_NODES, (json.dumps(places),)).fetchall())
    nodes = merkle.grown(size, [known[each] for each in places], map(merkle.leaf_hash, contents))
    cursor.executemany(
        _ADD_ENTRY,
        [
            (number, entry.subject, content)
            for number, (entry, content) in enumerate(zip(entries, contents, strict=True), size + 1)
        ],
    )
    cursor.executemany(_ADD_NODE, nodes)


def size(connection: Connection) -> int:
    return int(_cursor(connection).execute(_SIZE).fetchone()[0])


def nodes(connection: Connection) -> Callable[[int], bytes]:
    """The hash at a place of the tree."""
    cursor = _cursor(connection)

    def node(place: int) -> bytes:
        return cast("bytes", cursor.execute(_NODE, (place,)).fetchone()[0])

    return node


def latest(connection: Connection, subject: str) -> dict[str, Any] | None:
    """What the newest entry about something says; None where there is none."""
    row = _cursor(connection).execute(_LATEST, (subject,)).fetchone()
    return json.loads(row[0]) if row else None


def stream(connection: Connection) -> Iterator[tuple[int, str, bytes]]:
    """Every entry: its number, subject and content."""
    yield from _cursor(connection).execute(_ALL)


def _cursor(connection: Connection) -> sqlite3.Cursor:
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    return raw.cursor()
