"""What differs between databases: each engine has a drawer, and nothing outside asks which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.engines import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from storage.engines.ports import Kind

KINDS: dict[str, Kind] = {"sqlite": sqlite}


def of(database: Connection | Engine) -> Kind:
    """The engine of a connection."""
    return KINDS[database.dialect.name]
