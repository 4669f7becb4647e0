"""A folder of files that are still being written: each process has a place of its own in it.

It holds a lock there for as long as it lives. A sweep removes the places of those that have ended.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
import weakref
from contextlib import contextmanager, suppress
from threading import Lock
from typing import IO, TYPE_CHECKING

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "lock"


class Incoming:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own: Path | None = None
        self._making = Lock()

    def make(self) -> None:
        """Raises StorageError where the folder cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"cannot make {self.folder}: {error.strerror}") from error

    def temporary(self) -> Path:
        """Returns a name for a new file: no sweep removes it while this object lives. Raises StorageError."""
        with self._making:
            if self._own is None or not (self._own / LOCK).exists():
                self._own, lock = _new_place(self.folder)
                weakref.finalize(self, _leave, self._own, lock, os.getpid())
            return self._own / uuid.uuid4().hex

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Yields a name for a new file; after it the name is gone. Raises StorageError."""
        path = self.temporary()
        try:
            yield path
        finally:
            with suppress(OSError):
                path.unlink()

    @contextmanager
    def written(self, content: bytes) -> Iterator[Path]:
        """Yields a file of these bytes, as `writing` does. Raises StorageError where it cannot be whole."""
        with self.writing() as path:
            try:
                path.write_bytes(content)
            except OSError as error:
                raise StorageError(f"cannot write to {self.folder}: {error.strerror}") from error
            yield path

    def sweep(self) -> int:
        """Remove the files of processes that have ended. Returns how many. Raises StorageError."""
        try:
            return sum(map(_swept, list(self.folder.iterdir())))
        except OSError as error:
            raise StorageError(f"cannot sweep {self.folder}: {error.strerror}") from error


def _new_place(folder: Path) -> tuple[Path, IO[bytes]]:
    try:
        while True:
            place = folder / uuid.uuid4().hex
            place.mkdir(mode=0o700)
            with suppress(FileNotFoundError):  # swept between the two
                lock = (place / LOCK).open("xb")
                with suppress(OSError):  # where files cannot be locked, nobody sweeps
                    fcntl.flock(lock, fcntl.LOCK_EX)
                if (place / LOCK).exists():
                    return place, lock
                lock.close()  # swept before it was locked
    except OSError as error:
        raise StorageError(f"cannot write to {folder}: {error.strerror}") from error


def _swept(place: Path) -> int:
    """Remove a place that nobody holds. Returns how many files were in it."""
    with suppress(OSError):
        if not place.is_dir():  # of a Paperwatch from before there were places
            place.unlink()
            return 1
        try:
            lock = (place / LOCK).open("r+b")
        except FileNotFoundError:
            place.rmdir()
            return 0
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left = [path for path in place.iterdir() if path.name != LOCK]
            for path in left:
                path.unlink()
            shutil.rmtree(place)
            return len(left)
    return 0


def _leave(place: Path, lock: IO[bytes], process: int) -> None:
    if os.getpid() == process:  # and not one that it was forked into
        shutil.rmtree(place, ignore_errors=True)
    lock.close()
