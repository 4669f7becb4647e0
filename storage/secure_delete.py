"""Deleting for good: what is personal must not stay readable in the space that a deletion frees."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage import engines
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from storage.database import Database

# Where a paper that is removed leaves what was read of it.
OF_PAPERS = ("hits", "dropped_hits", "parts", "pages", "files", "words", t.PAGE_INDEX)


@contextmanager
def erasing(database: Database, *, papers: bool = False, at_once: bool = True) -> Iterator[Connection]:
    """Yields a transaction for what readers take back or change: what was there cannot be read afterwards.

    With `papers` it erases texts of papers as well. Not `at_once`: the next run lets go of the old copies.
    """
    with database.writing() as connection:
        engines.of(connection).care.overwrite_deleted(connection)
        yield connection
    if at_once:
        flush(database, papers=papers)


def flush(database: Database, *, papers: bool = False) -> None:
    """Let go of old copies of what was deleted; left for the next run while someone reads."""
    tables = [*(table.name for table in t.of_readers()), *(OF_PAPERS if papers else ())]
    engines.of(database.engine).care.flush(database.engine, tables)
