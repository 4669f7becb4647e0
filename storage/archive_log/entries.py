"""Adding to the log, and the nodes of its tree. The driver's own cursor: an entry costs next to nothing."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import LargeBinary, select
from sqlalchemy import cast as as_bytes

from pipeline.archive_log import merkle
from storage import engines
from storage import tables as t
from storage.database import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.archive_log.entries import LogEntry

BATCH = 1_000  # entries read at a time
_SIZE = "SELECT coalesce(max(id), 0) FROM log_entries"
_NODE = "SELECT hash FROM log_nodes WHERE place = ?"
_ADD_ENTRY = "INSERT INTO log_entries (id, subject, content) VALUES (?, ?, ?)"
_ADD_NODE = "INSERT INTO log_nodes (place, hash) VALUES (?, ?)"
_LATEST = "SELECT content FROM log_entries WHERE subject = ? ORDER BY id DESC LIMIT 1"


def append(connection: Connection, entries: Sequence[LogEntry]) -> None:
    """Add to the log, in the caller's transaction."""
    if not entries:
        return
    cursor = engines.of(connection).cursor(connection)
    moment = now()
    contents = [entry.content(moment) for entry in entries]
    size = cursor.execute(_SIZE).fetchone()[0]
    places = merkle.siblings(size)
    known = dict(cursor.execute(_nodes(len(places)), tuple(places)).fetchall()) if places else {}
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
    return int(engines.of(connection).cursor(connection).execute(_SIZE).fetchone()[0])


def nodes(connection: Connection) -> Callable[[int], bytes]:
    """The hash at a place of the tree."""
    cursor = engines.of(connection).cursor(connection)

    def node(place: int) -> bytes:
        return cast("bytes", cursor.execute(_NODE, (place,)).fetchone()[0])

    return node


def latest(connection: Connection, subject: str) -> dict[str, Any] | None:
    """What the newest entry about something says; None if it has no entry."""
    row = engines.of(connection).cursor(connection).execute(_LATEST, (subject,)).fetchone()
    return json.loads(row[0]) if row else None


def stream(connection: Connection) -> Iterator[tuple[int, str, bytes]]:
    """Every entry: its number, subject and content."""
    e = t.log_entries.c
    every = select(e.id, e.subject, as_bytes(e.content, LargeBinary)).order_by(e.id)
    with connection.execute(every.execution_options(yield_per=BATCH)) as rows:
        for row in rows:
            yield row.id, row.subject, row.content


@functools.cache
def _nodes(count: int) -> str:
    return f"SELECT place, hash FROM log_nodes WHERE place IN ({', '.join('?' * count)})"  # noqa: S608 - marks alone
