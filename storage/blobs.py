"""Files by the SHA-256 of their content, in folders by its first two characters.

A file under its final name is whole and on disk: it is written under a temporary name in the same file
system, flushed, then renamed. Writing the same content twice leaves one file.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileBlobs:
    """pipeline.ports.Blobs over a folder."""

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

    def files(self) -> Iterator[Path]:
        """Every file that is kept, in no order."""
        return self._folder.glob("??/*")

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
