"""Opening a database on a PostgreSQL server, and refusing one that cannot hold an archive."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.errors import ConfigError, StorageError
from storage.database import said_by
from storage.engines.postgres.remedies import MAKE, is_of_settings, noted, with_remedy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import URL, Connection, ExceptionContext

OLDEST = 14  # server
BUSY_SECONDS = 30
CONNECTIONS = 40  # kept open once they were needed: as many as the web server has threads
CONNECT_SECONDS = 10
WRITING = 7_301_425_190_417  # the one lock of whoever writes: any number that no other program takes
_SETTINGS = f"SET jit = off; SET timezone = 'UTC'; SET lock_timeout = '{BUSY_SECONDS}s'"
_SORTED = text("SELECT current_database(), current_setting('server_encoding'), 'Z' < 'a'")


def open_engine(url: URL) -> Engine:
    """An engine with the settings every connection needs; nothing is created or upgraded here."""
    from psycopg import IsolationLevel  # noqa: PLC0415 - psycopg is an extra

    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        pool_pre_ping=True,  # the server may have been started anew
        connect_args={"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"},
    )

    for name in ("psycopg", "sqlalchemy.pool"):  # that a connection is lost is said in our words
        logging.getLogger(name).setLevel(logging.CRITICAL)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        from storage.engines.postgres.adapting import adapt  # noqa: PLC0415 - psycopg is an extra

        adapt(connection)
        connection.autocommit = True
        connection.execute(_SETTINGS)
        connection.autocommit = False

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # One writer at a time, as on SQLite: numbers given later are of what was kept later.
        asked = connection.get_execution_options()
        writes = asked.get("writes", False)
        # The driver's BEGIN says it, which saves a question and its answer.
        reads = not writes and not asked.get("apart", False)
        driver: Any = connection.connection.dbapi_connection
        driver.isolation_level = IsolationLevel.REPEATABLE_READ if reads else None
        driver.read_only = reads or None
        if writes:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")

    @event.listens_for(engine, "handle_error")
    def _explain(context: ExceptionContext) -> None:
        is_gone = context.is_disconnect or context.connection is None
        said = str(context.original_exception)
        sentence = with_remedy(said, is_gone=is_gone)
        if is_of_settings(said):
            raise ConfigError(f"[storage] url: {sentence} ({named(url)})")
        context.original_exception.add_note(sentence)

    return engine


def named(url: URL) -> str:
    """Of the database, for messages: never with its password."""
    return url.render_as_string(hide_password=True)


def make_ready(url: URL) -> None:
    """Raises ConfigError where the address names no database, or the driver is not there."""
    if not url.database:
        raise ConfigError(
            "[storage] url: must name a database, as in postgresql+psycopg://localhost/paperwatch"
        )
    if url.get_driver_name() != "psycopg":
        raise ConfigError(
            "[storage] url: of PostgreSQL's drivers only psycopg is used: postgresql+psycopg://"
        )
    try:
        import psycopg  # noqa: F401, PLC0415 - it is an extra
    except ImportError as error:
        raise ConfigError(
            "[storage] url: PostgreSQL needs the extra: pip install 'paperwatch[postgres]'"
        ) from error


def is_there(url: URL) -> bool:
    """Whether the database holds an archive.

    Raises ConfigError for one that cannot, StorageError where the server does not answer.
    """
    make_ready(url)
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            check(connection)
            return inspect(connection).has_table("alembic_version")
    except DBAPIError as error:
        raise StorageError(f"the archive's database: {said_by(error)} ({named(url)})") from error
    finally:
        engine.dispose()


def check(connection: Connection) -> None:
    """Raises ConfigError for a database that cannot hold an archive, with what to do."""
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    if version < OLDEST:
        raise ConfigError(
            f"[storage] url: the server is PostgreSQL {version}; Paperwatch needs {OLDEST} or later"
        )
    name, encoding, by_code = connection.execute(_SORTED).one()
    if encoding != "UTF8" or not by_code:
        raise ConfigError(
            f"[storage] url: the database {name} is encoded in {encoding}, or sorted by a language; an "
            f"archive is encoded in UTF8 and sorted by C: make another one with `{MAKE} NAME`"
        )
    tables = set(inspect(connection).get_table_names())
    if tables and not {"alembic_version", "documents", "revisions"} <= tables:
        raise ConfigError(
            f"[storage] url: the database {name} holds something else (a table {min(tables)}): "
            f"an archive wants one of its own: make it with `{MAKE} NAME`"
        )


@contextmanager
def giving_up(connection: Connection, seconds: float) -> Iterator[None]:
    """Statements fail that take longer, and those that begin later: both raise OperationalError."""
    end = time.monotonic() + seconds
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")

    @event.listens_for(connection, "before_cursor_execute")
    def _look(*_asked: object) -> None:
        if time.monotonic() > end:
            raise OperationalError("out of time", None, TimeoutError("out of time"))

    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", _look)


class _Cursor:
    """psycopg's, which wants `%s` where SQLite's wants `?`."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, statement: str, values: Sequence[object] = ()) -> Any:
        with noted():
            return self._cursor.execute(statement.replace("?", "%s"), values)

    def executemany(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        with noted():
            self._cursor.executemany(statement.replace("?", "%s"), values)


def cursor(connection: Connection) -> _Cursor:
    driver: Any = connection.connection.driver_connection
    return _Cursor(driver.cursor())
