"""Deleting for good: what is personal must not stay readable in the space that a deletion frees."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage import engines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from storage.database import Database


@contextmanager
def erasing(database: Database) -> Iterator[Connection]:
    """A transaction whose deletions are overwritten, as far as the engine can."""
    with database.writing() as connection:
        engines.of(connection).care.overwrite_deleted(connection)
        yield connection


def flush(database: Database) -> None:
    """Let go of old copies of what was deleted; left for later while someone reads."""
    engines.of(database.engine).care.flush(database.engine)
