"""The database as the stores see it: reading, and writing in one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine


class Database:
    """One engine, two doors. Errors of the database leave as StorageError, with its own words."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view; does not wait for a writer."""
        with raising_ours(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, all or nothing; the write lock is taken at once."""
        with raising_ours(), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection


@contextmanager
def raising_ours() -> Iterator[None]:
    """Errors of the database leave as StorageError, with its own words."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        said = f": {said_by(error)}"
        if error.connection_invalidated:
            said = f" went away ({said_by(error)}): what was finished is kept; call again once it is back"
        raise StorageError(f"the archive's database{said}") from error


def said_by(error: DBAPIError) -> str:
    """What the database said, without the statement and its place in it."""
    return str(error.orig).partition("\n")[0]


def now() -> datetime:
    return datetime.now(UTC)
