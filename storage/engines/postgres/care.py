"""Copies of a PostgreSQL database, what its server knows to be wrong with it, and deleting for good."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from pipeline.errors import StorageError
from storage.database import raising_ours
from storage.engines.postgres.remedies import noted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

_SPOILT = text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")


def backup(engine: Engine, target: Path) -> None:
    """With PostgreSQL's own pg_dump, which must be of the server's version or later."""
    program = shutil.which("pg_dump")
    if program is None:
        raise StorageError("pg_dump is not there: install PostgreSQL's client programs (postgresql-client)")
    url = engine.url.set(drivername="postgresql")
    address = url.set(password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [program, "--format=custom", f"--file={target}", f"--dbname={address}"]
    done = subprocess.run(  # noqa: S603 - our own words, and the address that the configuration names
        command, env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StorageError(done.stderr.strip() or f"pg_dump ended with {done.returncode}")


def faults(connection: Connection) -> Iterator[str]:
    """The server checks each page of its own as it reads it, where it was told to keep checksums."""
    if spoilt := connection.execute(_SPOILT).scalar():
        yield f"the database: the server has read {spoilt} pages that were changed on disk"


def looks_at_index() -> bool:
    return False


def overwrite_deleted(_connection: Connection) -> None:
    """PostgreSQL cannot: see `flush`."""


def flush(engine: Engine, tables: Sequence[str]) -> None:
    """Give the space of deleted rows free, to be written over. It waits for nobody."""
    with raising_ours(engine), noted():
        raw = engine.raw_connection()
        driver: Any = raw.driver_connection
        driver.autocommit = True
        try:
            driver.execute(f"VACUUM (SKIP_LOCKED) {', '.join(tables)}")
            driver.autocommit = False
        finally:
            raw.close()
