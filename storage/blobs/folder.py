"""Files by the SHA-256 of their content, in folders by its first two characters.

A file under its final name is whole and on disk: it is written under a temporary name in the same file
system, flushed, then renamed. Writing the same content twice leaves one file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pipeline.errors import DamagedFileError, StorageError
from storage.blobs.incoming import Incoming
from storage.blobs.ports import NOTE
from storage.blobs.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class FileBlobs:
    """storage.blobs.ports.Store over a folder, which is made when it is first used."""

    def __init__(self, folder: Path, *, is_own: bool = False) -> None:
        self._where = folder
        self._made = Incoming(folder / "incoming")
        self._readiness = Readiness(self._made.make)
        self.is_own = is_own

    def before_use(self, check: Callable[[], object]) -> None:
        self._readiness.check = lambda: (check(), self._made.make())

    @property
    def _folder(self) -> Path:
        self._readiness()
        return self._where

    @property
    def _incoming(self) -> Incoming:
        self._readiness()
        return self._made

    def temporary(self) -> Path:
        return self._incoming.temporary()

    def adopt(self, temporary: Path, sha256: str = "") -> tuple[str, int]:
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
        with self._incoming.written(content) as temporary:
            return self.adopt(temporary)

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    @contextmanager
    def opened(self, sha256: str) -> Iterator[Path]:
        path = self.path(sha256)
        with _said_of(path):
            path.stat()
        yield path

    def take(self, path: Path, sha256: str) -> None:
        with self._incoming.writing() as temporary:
            try:
                shutil.copyfile(path, temporary)
            except OSError as error:
                raise StorageError(f"cannot write to {temporary.parent}: {error.strerror}") from error
            self.adopt(temporary, sha256)
        if self.digest(sha256) != sha256:
            raise DamagedFileError(f"{self.named(sha256)}: other bytes are under its name")

    def is_copy(self, path: Path, sha256: str) -> bool:  # noqa: ARG002 - to read it anew costs nothing here
        return self.digest(sha256) == sha256

    def size(self, sha256: str) -> int | None:
        path = self.path(sha256)
        with suppress(FileNotFoundError), _said_of(path):
            return path.stat().st_size
        return None

    def digest(self, sha256: str) -> str:
        return hash_of(self.path(sha256))

    def remove(self, sha256: str) -> None:
        with self._said():
            self.path(sha256).unlink(missing_ok=True)

    def held(self) -> Iterator[tuple[str, int]]:
        with self._said():
            for path in self._folder.glob("??/*"):
                with suppress(FileNotFoundError):  # removed meanwhile
                    yield path.name, path.stat().st_size

    def named(self, sha256: str) -> str:
        return str(self._where / sha256[:2] / sha256)

    def note(self) -> bytes | None:
        with self._said(), suppress(FileNotFoundError):
            return (self._folder / NOTE).read_bytes()
        return None

    def write_note(self, content: bytes, *, anew: bool = False) -> bool:
        self._made.make()
        final = self._folder / NOTE
        with self._incoming.writing() as temporary, self._said():
            temporary.write_bytes(content)
            try:
                if anew:
                    temporary.replace(final)
                else:
                    final.hardlink_to(temporary)
            except FileExistsError:
                return False
        return True

    def is_empty(self) -> bool:
        with self._said(), suppress(FileNotFoundError):
            return all(path == self._incoming.folder for path in self._folder.iterdir())
        return True

    def sweep(self) -> int:
        return self._incoming.sweep()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Raises StorageError for what could not be done."""
        try:
            yield
        except OSError as error:
            raise StorageError(f"{error.filename or self._folder}: {error.strerror}") from error


def hash_of(path: Path) -> str:
    """Returns a file's SHA-256. Raises FileNotFoundError, StorageError and DamagedFileError."""
    with _said_of(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """Raises DamagedFileError where the disk does not give a file, StorageError where it is something else.

    A FileNotFoundError goes through.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        kind = DamagedFileError if error.errno == errno.EIO else StorageError
        raise kind(f"{path}: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    """Make what was put into a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
