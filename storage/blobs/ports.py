"""What the archive wants of the store that keeps its papers, beyond what the other stations want of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipeline.ports import Blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


NOTE = "paperwatch-archive.json"  # the name of the note of whose papers a store holds


class Store(Blobs, Protocol):
    """Each call raises StorageError where the store cannot do it.

    DamagedFileError, which is one, is about a single file: the store itself is there.
    """

    @property
    def is_own(self) -> bool:
        """Whether it is the data folder's own: then nobody else's papers are in it."""
        ...

    def before_use(self, check: Callable[[], object]) -> None:
        """Call `check` before the store is used for anything but it; what it raises, its first use raises."""
        ...

    def take(self, path: Path, sha256: str) -> None:
        """Keep a copy of a file that has this hash, and leave the file where it is.

        Raises DamagedFileError where other bytes are under its name already.
        """
        ...

    def is_copy(self, path: Path, sha256: str) -> bool:
        """Returns whether what is kept under a name is the file at a path that has this hash.

        The store's own tag tells where it can, else it is read anew. Raises FileNotFoundError.
        """
        ...

    def size(self, sha256: str) -> int | None:
        """Returns bytes of a file as it is kept; None where it is gone."""
        ...

    def digest(self, sha256: str) -> str:
        """Returns the SHA-256 of what is kept under a name, read anew.

        Raises FileNotFoundError, and DamagedFileError where this one cannot be read.
        """
        ...

    def remove(self, sha256: str) -> None:
        """Delete a file for good, if it is there."""
        ...

    def held(self) -> Iterator[tuple[str, int]]:
        """Yields every name that something is kept under, with its size in bytes, in no order."""
        ...

    def named(self, sha256: str) -> str:
        """Returns where a file is, for a person."""
        ...

    def note(self) -> bytes | None:
        """Returns what is written in the store of whose papers it holds; None where nothing is."""
        ...

    def write_note(self, content: bytes, *, anew: bool = False) -> bool:
        """Returns whether it was written: not where there is one, unless it is written `anew`."""
        ...

    def is_empty(self) -> bool:
        """Returns whether nothing at all is in it, ours or not; so is a place that is not there."""
        ...

    def sweep(self) -> int:
        """Remove what killed runs left half-written; only for whoever holds the run's lock.

        Returns how many files.
        """
        ...
