"""SQLite: a file in the data folder, its full-text index FTS5."""

from __future__ import annotations

from storage.engines.sqlite import care, page_index
from storage.engines.sqlite.connecting import (
    check,
    cursor,
    giving_up,
    is_there,
    make_ready,
    named,
    open_engine,
    sqlite_url,
)
from storage.engines.sqlite.words import keep, keep_new, last_numbers, set_last_numbers
from storage.engines.sqlite.works import at_work, leases, workers

__all__ = [
    "at_work", "care", "check", "cursor", "giving_up", "is_there", "keep",
    "keep_new", "last_numbers", "leases", "make_ready", "named", "open_engine", "page_index",
    "set_last_numbers", "sqlite_url", "workers",
]  # fmt: skip
