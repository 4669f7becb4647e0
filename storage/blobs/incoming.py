"""A folder of files that are still being written: whoever writes one holds a lock on it.

Every process may write here, and the one that holds the run's lock sweeps: it removes what nobody holds.
"""

from __future__ import annotations

import fcntl
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Incoming:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """Raises StorageError where the folder cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"cannot make {self.folder}: {error.strerror}") from error

    def temporary(self) -> Path:
        """Returns a new name, for whoever holds the run's lock while it writes: nobody sweeps meanwhile."""
        return self.folder / uuid.uuid4().hex

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Yields an empty file that no sweep removes while this lasts; after it the name is gone.

        Raises StorageError where there can be none.
        """
        try:
            while True:
                path = self.temporary()
                file = path.open("xb")
                with suppress(OSError):  # where files cannot be locked, nobody sweeps either
                    fcntl.flock(file, fcntl.LOCK_EX)
                if path.exists():
                    break
                file.close()  # swept between the two
        except OSError as error:
            raise StorageError(f"cannot write to {self.folder}: {error.strerror}") from error
        with file:
            try:
                yield path
            finally:
                path.unlink(missing_ok=True)

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
        """Remove the files that nobody writes. Returns how many. Raises StorageError."""
        try:
            left = list(self.folder.iterdir())
        except OSError as error:
            raise StorageError(f"cannot sweep {self.folder}: {error.strerror}") from error
        swept = 0
        for path in left:
            with suppress(OSError), path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                swept += 1
        return swept
