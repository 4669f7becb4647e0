"""Copies of a SQLite database, its own checks, and deleting for good."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

INTEGRITY_OF_INDEX = (3, 44)  # the SQLite from which on its own check looks at the full-text index too
PATIENCE = 1_000  # milliseconds for which a page of the web may wait until the log is empty


def backup(engine: Engine, target: Path) -> None:
    try:
        with engine.connect() as connection, closing(sqlite3.connect(target)) as copy:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.backup(copy)
    except sqlite3.Error as error:
        raise StorageError(str(error)) from error


def faults(connection: Connection) -> Iterator[str]:
    for (word,) in connection.execute(text("PRAGMA integrity_check")):
        if word != "ok":
            yield f"the database: {word}"
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"the database: a row of {row[0]} refers to a row of {row[2]} that is not there"


def looks_at_index() -> bool:
    return sqlite3.sqlite_version_info >= INTEGRITY_OF_INDEX


def overwrite_deleted(connection: Connection) -> None:
    """What is personal must not stay readable in the pages that a deletion frees: zeros are written there."""
    connection.exec_driver_sql("PRAGMA secure_delete = ON")


def flush(engine: Engine, _tables: Sequence[str]) -> None:
    """Empty the write-ahead log, which still holds the old pages; whoever reads is waited for a little."""
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {usual}")
    finally:
        raw.close()
