"""Papers in an object store: S3, Google Cloud Storage, Azure, under the names that the folder has too.

A name is only ever made, not written over, and counts once what the store has under it is known to be the
paper: by the MD5 that the store says it received, else by reading it back. A large file is sent in parts;
until the last one has come, the store shows nothing of it. This imports an extra.
"""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError

from pipeline.errors import ConfigError, DamagedFileError, StorageError
from storage.blobs.connect import PART
from storage.blobs.faults import said
from storage.blobs.ports import NOTE
from storage.blobs.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from obstore import ObjectMeta
    from obstore.store import ObjectStore

    from storage.blobs.cache import Cache

TRIES = 3  # at reading a file whole, before what comes is called changed


class ObjectBlobs:
    """storage.blobs.ports.Store over an object store. `connect` is called when it is first used."""

    def __init__(self, url: str, connect: Callable[[], ObjectStore], cache: Cache) -> None:
        self.url = url.rstrip("/")
        self._connect = connect
        self._cache = cache
        self._readiness = Readiness()

    @property
    def is_own(self) -> bool:
        return False

    def before_use(self, check: Callable[[], object]) -> None:
        self._readiness.check = check

    @property
    def _store(self) -> ObjectStore:
        self._readiness()
        return self._connected

    @cached_property
    def _connected(self) -> ObjectStore:
        return self._connect()

    def temporary(self) -> Path:
        return self._cache.incoming.temporary()

    def adopt(self, temporary: Path, sha256: str = "") -> tuple[str, int]:
        try:
            if not sha256:
                with temporary.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = temporary.stat().st_size
            self.take(temporary, sha256)
            self._cache.keep(temporary, sha256)  # it is read next
            self._cache.thin_out()
        except OSError as error:
            raise StorageError(f"cannot read {temporary}: {error.strerror}") from error
        return sha256, size

    def put(self, content: bytes) -> tuple[str, int]:
        with self._cache.incoming.written(content) as temporary:
            return self.adopt(temporary)

    def take(self, path: Path, sha256: str) -> None:
        size, where = path.stat().st_size, self.named(sha256)
        try:
            with said(where):
                try:
                    made = self._sent(path, sha256, size)
                except AlreadyExistsError:
                    made = None
            if made is None:
                if not self.is_copy(path, sha256):
                    raise DamagedFileError(f"{where}: other bytes are under its name in the store")
            elif made.strip('"') != _tag(path) and self.digest(sha256) != sha256:
                self._delete(sha256)
                raise StorageError(f"{where}: the store has other bytes than it was sent")
        except FileNotFoundError:
            raise StorageError(f"{where}: the store does not have what it was sent") from None

    def is_copy(self, path: Path, sha256: str) -> bool:
        there = self._head(sha256)
        if there and there["size"] == path.stat().st_size and (there["e_tag"] or "").strip('"') == _tag(path):
            return True
        return self.digest(sha256) == sha256

    def _sent(self, path: Path, sha256: str, size: int) -> str:
        """Returns the tag that the store gave what it received, "" for none. Raises AlreadyExistsError."""
        if size <= PART:
            return obstore.put(self._store, _key(sha256), path.read_bytes(), mode="create")["e_tag"] or ""
        if self._head(sha256) is not None:  # parts cannot be sent on condition
            raise AlreadyExistsError
        return (
            obstore.put(self._store, _key(sha256), path, use_multipart=True, chunk_size=PART)["e_tag"] or ""
        )

    @contextmanager
    def opened(self, sha256: str) -> Iterator[Path]:
        with self._cache.opened(sha256, partial(self._fetch, sha256)) as path:
            yield path

    def size(self, sha256: str) -> int | None:
        there = self._head(sha256)
        return there["size"] if there else None

    def digest(self, sha256: str) -> str:
        found = ""
        for _ in range(TRIES):
            read = hashlib.sha256()
            for piece in self._pieces(sha256):
                read.update(piece)
            found = read.hexdigest()
            if found == sha256:
                break
        return found

    def remove(self, sha256: str) -> None:
        """Raises StorageError, with nothing deleted, where the store would keep what is deleted."""
        if (there := self._head(sha256)) is not None:
            if self._is_version(there["version"]):
                raise StorageError(
                    f"{self.named(sha256)}: the bucket keeps versions of what is deleted, or kept them once. "
                    "Delete all of this one with the store's own tool "
                    f"(now {there['version']}), then call this again"
                )
            self._delete(sha256)
        self._cache.remove(sha256)

    def held(self) -> Iterator[tuple[str, int]]:
        with said(self.url):
            for some in obstore.list(self._store):
                for each in some:
                    folder, _, name = each["path"].rpartition("/")
                    if folder and folder == name[:2]:
                        yield name, each["size"]

    def named(self, sha256: str) -> str:
        return f"{self.url}/{_key(sha256)}"

    def note(self) -> bytes | None:
        with suppress(FileNotFoundError), said(self.url):
            return bytes(obstore.get(self._store, NOTE).bytes())
        return None

    def write_note(self, content: bytes, *, anew: bool = False) -> bool:
        with said(self.url):
            try:
                made = obstore.put(self._store, NOTE, content, mode="overwrite" if anew else "create")
            except AlreadyExistsError:
                return False
            if not anew and self._is_version(made["version"]):
                obstore.delete(self._store, NOTE)
                raise ConfigError(
                    f"{self.url}: the bucket keeps versions of what is deleted, or kept them once: no paper "
                    "could be removed from it. Name a bucket without versioning"
                )
        return True

    def _is_version(self, name: str | None) -> bool:
        """Whether what is deleted may be kept.

        "null" is the version of what came while a bucket kept none: of another time there may be more. A
        generation of Google's does not tell whether the bucket keeps more than one.
        """
        return name is not None and not self.url.startswith("gs:")

    def is_empty(self) -> bool:
        with said(self.url):
            return not next(iter(obstore.list(self._store, chunk_size=1)), ())

    def sweep(self) -> int:
        _ = self._store  # a run begins with this: what is wrong with the store is said before it fetches
        return self._cache.incoming.sweep()

    def _head(self, sha256: str) -> ObjectMeta | None:
        with suppress(FileNotFoundError), said(self.named(sha256)):
            return obstore.head(self._store, _key(sha256))
        return None

    def _delete(self, sha256: str) -> None:
        with said(self.named(sha256)):
            obstore.delete(self._store, _key(sha256))

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        """What the store has under a name, a part at a time. Raises FileNotFoundError."""
        there = self._head(sha256)
        if there is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.named(sha256))
        at, size = 0, there["size"]
        while at < size:
            with said(self.named(sha256)):
                piece = bytes(
                    obstore.get_range(self._store, _key(sha256), start=at, end=min(at + PART, size))
                )
            if not piece:
                raise DamagedFileError(f"{self.named(sha256)}: the store ends before the file does")
            at += len(piece)
            yield piece

    def _fetch(self, sha256: str, target: Path) -> None:
        """Raises DamagedFileError for other bytes than the name says, FileNotFoundError for none."""
        for _ in range(TRIES):
            read = hashlib.sha256()
            try:
                with target.open("wb") as file:
                    for piece in self._pieces(sha256):
                        read.update(piece)
                        file.write(piece)
            except FileNotFoundError:
                raise
            except OSError as error:
                raise StorageError(f"cannot write to {target.parent}: {error.strerror}") from error
            if read.hexdigest() == sha256:
                return
        raise DamagedFileError(f"{self.named(sha256)}: the store gives other bytes than were stored")


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _tag(path: Path) -> str:
    """What S3 calls a file of these bytes: their MD5, and of parts the MD5 of the parts' own."""
    parts = list[bytes]()
    with path.open("rb") as file:
        while part := file.read(PART):
            parts.append(hashlib.md5(part, usedforsecurity=False).digest())
    if len(parts) > 1:
        return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"
    return (parts[0] if parts else hashlib.md5(b"", usedforsecurity=False).digest()).hex()
