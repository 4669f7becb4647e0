"""PostgreSQL: a database of its own on a server, for archives that outgrow one file."""

from __future__ import annotations

from storage.engines.postgres import care, page_index
from storage.engines.postgres.connecting import (
    check,
    cursor,
    giving_up,
    is_there,
    make_ready,
    named,
    open_engine,
)
from storage.engines.postgres.leases import leases
from storage.engines.postgres.words import keep, keep_new, last_numbers, set_last_numbers
from storage.engines.postgres.works import at_work, workers

__all__ = [
    "at_work", "care", "check", "cursor", "giving_up", "is_there", "keep",
    "keep_new", "last_numbers", "leases", "make_ready", "named", "open_engine", "page_index",
    "set_last_numbers", "workers",
]  # fmt: skip
