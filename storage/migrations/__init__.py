"""Bringing a database up to date, by itself, on every start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, InterfaceError

from pipeline.errors import StorageError
from storage import engines
from storage.database import said_by

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD = "0026"  # the newest of versions/ (tested); known here so that an ordinary start need not load Alembic


def upgrade(engine: Engine) -> bool:
    """Upgrade the database where it is behind; returns whether anything was done. All or nothing."""
    try:
        with engine.connect() as connection:
            engines.of(connection).check(connection)
            found = _version(connection)
        if found == HEAD:
            return False
        with engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                # Another process may have upgraded it while this one waited for the lock.
                if _version(connection) == HEAD:
                    return False
                _run(connection)
    except (DatabaseError, InterfaceError) as error:
        raise StorageError(f"the archive's database cannot be opened: {said_by(error)}") from error
    return True


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - half a second that most starts can save
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    # An option of Alembic's takes `%` for syntax.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            "the archive was made by a newer Paperwatch than this one: update the program, not the archive"
        ) from error
