"""The key under which readers' addresses are hashed: a file that each machine has, and the archive knows it.

The archive has no more of it than a fingerprint, from which no address can be tried.
"""

from __future__ import annotations

import hmac
import os
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from pipeline.errors import StorageError
from storage import engines
from storage import tables as t
from storage.database import now
from storage.ownership import HELP

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from storage.database import Database

FILE = "readers-key"
MARK = "readers' key"  # whose value is the fingerprint


class ReadersKey:
    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._path = folder / FILE

    def load(self) -> bytes:
        """The key, made where the archive knows none. Raises StorageError where this machine has another."""
        if wrong := self.strange():
            raise StorageError(wrong)
        if not self._path.exists():
            self._make()
        key = self._path.read_bytes()
        with self._database.reading() as connection:
            is_known = _known(connection) is not None
        if not is_known:
            with self._database.writing() as connection:
                _note(connection, key)
            return self.load()  # another machine may have been quicker
        return key

    def strange(self) -> str:
        """Why this machine's key may not be used, "" where it may."""
        with self._database.reading() as connection:
            known = _known(connection)
        if known is None:
            return ""
        if not self._path.exists():
            return f"{self._path} is not there, and readers of the archive are told apart by one: {HELP}"
        if _fingerprint(self._path.read_bytes()) == known:
            return ""
        return f"{self._path} is not the key by which readers of the archive are told apart: {HELP}"

    def go_on_with_own(self) -> None:
        """From now on readers are told apart by this machine's key; those who said something count anew."""
        if self.strange():
            with self._database.writing() as connection:
                connection.execute(delete(t.marks).where(t.marks.c.name == MARK))
            self.load()

    def _make(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self._path.with_name(f".{FILE}-{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        # Who comes second finds the first one's: a key is never written over.
        try:
            os.link(made, self._path)
        except FileExistsError:
            pass
        finally:
            made.unlink()


def _known(connection: Connection) -> int | None:
    return connection.execute(select(t.marks.c.value).where(t.marks.c.name == MARK)).scalar()


def _note(connection: Connection, key: bytes) -> None:
    row = {"name": MARK, "at": now(), "value": _fingerprint(key)}
    engines.of(connection).keep_new(connection, t.marks, row)


def _fingerprint(key: bytes) -> int:
    """63 bits, which every engine keeps as a number."""
    return int.from_bytes(hmac.digest(key, MARK.encode(), "sha256")[:8]) >> 1
