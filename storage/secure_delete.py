"""Deleting for good: what is personal must not stay readable in the pages that a deletion frees."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from storage.database import Database


@contextmanager
def erasing(database: Database) -> Iterator[Connection]:
    """A transaction whose deletions are overwritten with zeros."""
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        yield connection


def flush(database: Database) -> None:
    """Empty the write-ahead log, which still holds the old pages; left for later while someone reads."""
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
