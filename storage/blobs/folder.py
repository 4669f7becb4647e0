"""Files by the SHA-256 of their content, in folders by its first two characters.

A file under its final name is whole and on disk: it is written under a temporary name in the same file
system, flushed, then renamed. Writing the same content twice leaves one file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pipeline.errors import StorageError
from storage.blobs.ports import NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileBlobs:
    """storage.blobs.ports.Store over a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def temporary(self) -> Path:
        return self._incoming / uuid.uuid4().hex

    def adopt(self, temporary: Path, sha256: str = "") -> tuple[str, int]:
        """Move a finished temporary file in. Pass its `sha256` where it is known, else it is computed."""
        try:
            with temporary.open("rb") as file:
                sha256 = sha256 or hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            size = temporary.stat().st_size
            final = self.path(sha256)
            if final.exists():
                temporary.unlink()
            else:
                if not final.parent.exists():
                    final.parent.mkdir(exist_ok=True)
                    _sync_folder(self._folder)
                temporary.rename(final)
                _sync_folder(final.parent)
        except OSError as error:
            raise StorageError(f"cannot store a file in {self._folder}: {error.strerror}") from error
        return sha256, size

    def put(self, content: bytes) -> tuple[str, int]:
        temporary = self.temporary()
        try:
            temporary.write_bytes(content)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise StorageError(f"cannot write to {self._incoming}: {error.strerror}") from error
        return self.adopt(temporary)

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    @contextmanager
    def opened(self, sha256: str) -> Iterator[Path]:
        path = self.path(sha256)
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        yield path

    def take(self, path: Path, sha256: str) -> None:
        temporary = self.temporary()
        try:
            shutil.copyfile(path, temporary)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise StorageError(f"cannot write to {self._incoming}: {error.strerror}") from error
        self.adopt(temporary, sha256)

    def size(self, sha256: str) -> int | None:
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def digest(self, sha256: str) -> str:
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def held(self) -> Iterator[tuple[str, int]]:
        return ((path.name, path.stat().st_size) for path in self._folder.glob("??/*"))

    def named(self, sha256: str) -> str:
        return str(self.path(sha256))

    def note(self) -> bytes | None:
        try:
            return (self._folder / NOTE).read_bytes()
        except FileNotFoundError:
            return None

    def write_note(self, content: bytes, *, anew: bool = False) -> bool:
        temporary, final = self.temporary(), self._folder / NOTE
        temporary.write_bytes(content)
        try:
            if anew:
                temporary.replace(final)
            else:
                final.hardlink_to(temporary)
        except FileExistsError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
        return True

    def is_empty(self) -> bool:
        return all(path == self._incoming for path in self._folder.iterdir())

    def sweep(self) -> int:
        """Remove what killed runs left half-written; only for whoever holds the run's lock."""
        left = list(self._incoming.iterdir())
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _sync_folder(folder: Path) -> None:
    """Make what was put into a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
