"""Care of the archive: a copy while it is in use, and a look at every byte of it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from pipeline.errors import ConfigError, StorageError
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ports import Blobs
    from storage.database import Database


class Upkeep:
    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def backup(self, file: str) -> int:
        """A consistent copy of the database; answers its size in bytes. Never overwrites a file."""
        target = Path(file)
        if target.exists():
            raise ConfigError(f"{file} exists already: a backup never overwrites one")
        unfinished = target.with_name(target.name + ".unfinished")
        try:
            with self._database.engine.connect() as connection, closing(sqlite3.connect(unfinished)) as copy:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.backup(copy)
            unfinished.rename(target)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{file}: the backup could not be written: {error}") from error
        return target.stat().st_size

    def check(self) -> Iterator[str]:
        """Every fault, as a sentence."""
        with self._database.reading() as connection:
            for (word,) in connection.execute(text("PRAGMA integrity_check")):
                if word != "ok":
                    yield f"the database: {word}"
            for row in connection.execute(text("PRAGMA foreign_key_check")):
                yield f"the database: a row of {row[0]} refers to a row of {row[2]} that is not there"
            known = connection.execute(select(t.files.c.sha256, t.files.c.size)).all()
        for sha256, size in known:
            path = self._blobs.path(sha256)
            try:
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                yield f"the paper {sha256} cannot be read: {error.strerror}"
                continue
            if found != sha256:
                yield f"the paper {sha256} ({size} bytes) has been changed on disk: it now hashes to {found}"
