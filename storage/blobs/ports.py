"""What the archive wants of the store that keeps its papers, beyond what the other stations want of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipeline.ports import Blobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOTE = "paperwatch-archive.json"  # the name of the note of whose papers a store holds


class Store(Blobs, Protocol):
    """Each call raises StorageError where the store cannot do it."""

    def take(self, path: Path, sha256: str) -> None:
        """Keep a copy of a file that has this hash, and leave the file where it is."""
        ...

    def size(self, sha256: str) -> int | None:
        """Bytes of a file as it is kept; None where it is gone."""
        ...

    def digest(self, sha256: str) -> str:
        """The SHA-256 of what is kept under a name, read anew. Raises FileNotFoundError."""
        ...

    def remove(self, sha256: str) -> None:
        """Delete a file for good, if it is there."""
        ...

    def held(self) -> Iterator[tuple[str, int]]:
        """Every name that something is kept under, with its size in bytes, in no order."""
        ...

    def named(self, sha256: str) -> str:
        """Where a file is, for a person."""
        ...

    def note(self) -> bytes | None:
        """What is written in the store of whose papers it holds."""
        ...

    def write_note(self, content: bytes, *, anew: bool = False) -> bool:
        """Returns whether it was written: not where there is one, unless it is written `anew`."""
        ...

    def is_empty(self) -> bool:
        """Whether nothing at all is in it, ours or not."""
        ...

    def sweep(self) -> int:
        """Remove what killed runs left half-written; only for whoever holds the run's lock."""
        ...
