"""Where the archive is."""

from __future__ import annotations

import msgspec


class StorageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[storage]` table of the configuration."""

    url: str = ""  # a SQLAlchemy address of a SQLite or PostgreSQL database; empty: SQLite in the data folder
