"""Copies of papers as files, for what must have a file: no more bytes of them than allowed, the newest used.

Only what is in use right now stays beyond that, which a lock on the file tells every process. Whatever
is here can be fetched again: the folder may be emptied at any time.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from operator import itemgetter
from typing import IO, TYPE_CHECKING

from storage.blobs.incoming import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Cache:
    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self.incoming = Incoming(folder / "incoming")
        self._spare = (
            most // 16
        )  # what may come before it is looked at again: a look costs more the more there is
        self._came = most  # bytes since that look
        self.incoming.make()

    @contextmanager
    def opened(self, name: str, fetch: Callable[[Path], None]) -> Iterator[Path]:
        """Yields the copy of this name; where there is not one yet, `fetch` writes it to a path.

        Raises what `fetch` raises, and StorageError where nothing can be written here.
        """
        path = self._path(name)
        while (file := self._locked(path)) is None:
            with self.incoming.writing() as temporary:
                fetch(temporary)
                self.keep(temporary, name)
        with file:
            with suppress(OSError):
                os.utime(path)
            self.thin_out()
            yield path

    def keep(self, temporary: Path, name: str) -> None:
        """Take a finished temporary file as the copy of this name; `thin_out` is to follow."""
        path = self._path(name)
        with temporary.open("rb") as file:
            self._came += os.fstat(file.fileno()).st_size
            os.fsync(file.fileno())  # else a power cut leaves a name for bytes that never came
        path.parent.mkdir(exist_ok=True, mode=0o700)
        with suppress(FileExistsError):  # another process was quicker, and may be reading it
            path.hardlink_to(temporary)
        temporary.unlink(missing_ok=True)

    def thin_out(self) -> None:
        """Remove what was not used for longest, until the rest is as small as it must be."""
        if self._came < self._spare:
            return
        copies: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                facts = path.stat()
                copies.append((facts.st_mtime, facts.st_size, path))
        total = sum(size for _, size, _ in copies)
        for _, size, path in sorted(copies, key=itemgetter(0)):
            if total <= self._most - self._spare:
                break
            with suppress(OSError), path.open("r+b") as file:  # one that is in use cannot be locked
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                total -= size
        self._came = 0 if total <= self._most else self._spare  # those in use may go the next time

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _locked(self, path: Path) -> IO[bytes] | None:
        """The copy, which nobody removes until this is closed; None where it is not there."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        fcntl.flock(file, fcntl.LOCK_SH)
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        file.close()  # removed between the two
        return None
