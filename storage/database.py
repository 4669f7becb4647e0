"""The database as the stores see it: reading, and writing in one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
        with raising_ours(self.engine), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, all or nothing; the write lock is taken at once."""
        with raising_ours(self.engine), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection


@contextmanager
def raising_ours(engine: Engine) -> Iterator[None]:
    """Errors of the database leave as StorageError, with its own words; those of its driver do too."""
    driver: Any = engine.dialect.loaded_dbapi
    try:
        yield
    except (DatabaseError, InterfaceError, driver.Error) as error:
        raise StorageError(f"the archive's database: {said_by(error)}") from error


def said_by(error: Exception) -> str:
    """What the database said, without the statement and its place in it; or what its engine notes of that."""
    said = error.orig if isinstance(error, DBAPIError) else error
    noted = getattr(said, "__notes__", ())
    return noted[0] if noted else str(said).partition("\n")[0]


def now() -> datetime:
    return datetime.now(UTC)
