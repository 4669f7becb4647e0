"""Where the archive is."""

from __future__ import annotations

from typing import Annotated

import msgspec


class StorageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[storage]` table of the configuration."""

    url: str = ""  # a SQLAlchemy address of a SQLite or PostgreSQL database; empty: SQLite in the data folder
    # Where the files of papers are: s3://bucket/prefix, gs://…, az://… or file:///…; empty: <data>/papers
    papers: str = ""
    papers_cache_mb: Annotated[int, msgspec.Meta(ge=0)] = 2048  # of copies here, of papers in an object store
