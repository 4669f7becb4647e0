"""SQLite: a file in the data folder, its full-text index FTS5."""

from __future__ import annotations

from storage.engines.sqlite import care, page_index
from storage.engines.sqlite.connecting import cursor, giving_up, open_engine, sqlite_url
from storage.engines.sqlite.words import keep, keep_new

__all__ = ["care", "cursor", "giving_up", "keep", "keep_new", "open_engine", "page_index", "sqlite_url"]
