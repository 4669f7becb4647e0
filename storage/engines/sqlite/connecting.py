"""Opening the database: SQLite with WAL, foreign keys, and patience while another process writes."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Engine, create_engine, event

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection

BUSY_SECONDS = 30
CONNECTIONS = 40  # kept open once they were needed: as many as the web server has threads
PAGE_BYTES = 8_192  # of the database's own pages: at half the size, texts leave a tenth of them empty
INSTRUCTIONS = 10_000  # of SQLite's between two looks at the clock
DATABASE_NAME = "archive.sqlite3"


def sqlite_url(data: Path) -> URL:
    """Returns the address of a data folder's database: never pasted, since a path may hold `?` or `%`."""
    return URL.create("sqlite", database=str(data / DATABASE_NAME))


def named(url: URL) -> str:
    """The file of a database. Raises ConfigError where the address names none."""
    file = url.database
    if not file or file.startswith((":memory:", "file:")):
        raise ConfigError("[storage] url: must name a file, as in sqlite:////srv/paperwatch/archive.sqlite3")
    return file


def is_there(url: URL) -> bool:
    return Path(named(url)).is_file()


def make_ready(url: URL) -> None:
    """It will hold readers' addresses. SQLite gives the files next to it the rights of this one."""
    if not is_there(url):
        os.close(os.open(named(url), os.O_RDWR | os.O_CREAT, 0o600))


def check(_connection: Connection) -> None:
    """Every file can hold one."""


def open_engine(url: URL) -> Engine:
    """An engine with the settings every connection needs; nothing is created or upgraded here."""
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=CONNECTIONS)

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: object) -> None:
        # The driver must not open transactions of its own accord: see `_begin`.
        connection.isolation_level = None
        cursor = connection.cursor()
        # Only a new database takes it, and only before it has a journal.
        cursor.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: what a run has acknowledged (above all the outbox) survives a power cut.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that reads first and writes later must not lose a race half-way: take the lock at once
        # where the caller says that it is going to write.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def giving_up(connection: Connection, seconds: float) -> Iterator[None]:
    """SQLite gives up after `seconds`: statements raise OperationalError."""
    end = time.monotonic() + seconds
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(lambda: time.monotonic() > end, INSTRUCTIONS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def cursor(connection: Connection) -> sqlite3.Cursor:
    """Its own, under SQLAlchemy: what takes hardly longer than a call of a function."""
    return cast("sqlite3.Connection", connection.connection.driver_connection).cursor()
