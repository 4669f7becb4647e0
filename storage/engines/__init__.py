"""What differs between databases: each engine has a drawer, and nothing outside asks which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import ConfigError
from storage.engines import sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL, Connection, Engine

    from storage.engines.ports import Kind

KINDS = ("sqlite", "postgresql")


def of(database: Connection | Engine) -> Kind:
    """The engine of a connection."""
    return _kind(database.dialect.name)


def at(url: URL) -> Kind:
    """The engine of an address."""
    return _kind(url.get_backend_name())


def address(given: str, data: Path) -> URL:
    """What `[storage] url` says; empty is SQLite in the data folder. Raises ConfigError."""
    if not given:
        return sqlite.sqlite_url(data)
    if given.partition(":")[0].partition("+")[0] not in KINDS:
        raise ConfigError(
            "[storage] url: only sqlite: and postgresql+psycopg: addresses can be used, "
            f"not {given.partition(':')[0]}:"
        )
    try:
        return make_url(given)
    except (ArgumentError, ValueError) as error:
        raise ConfigError(f"[storage] url: {error}") from error


def _kind(name: str) -> Kind:
    if name == "sqlite":
        return sqlite
    from storage.engines import postgres  # noqa: PLC0415 - a quarter of the time of a start, which few need

    return postgres
