"""A BagIt folder (RFC 8493) as a ZIP, written file by file; the same content gives the same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Self

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHUNK = 1 << 20
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP knows: a pack does not depend on when it is made


class Bag:
    """`name` is the folder in the ZIP. What is added is payload; `close` writes what speaks of it."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._name = name
        self._hashes: dict[str, str] = {}
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Let go of the ZIP, before its file: one that was not closed is whole to nobody."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def add(self, path: str, content: bytes) -> None:
        self._put(f"data/{path}", content)
        self._hashes[f"data/{path}"] = hashlib.sha256(content).hexdigest()
        self._bytes += len(content)

    def add_file(self, path: str, source: Path, sha256: str) -> None:
        """Copy a file in. Raises StorageError where its bytes are not those that the hash names."""
        digest = hashlib.sha256()
        try:
            with source.open("rb") as file:
                info = self._info(f"data/{path}")
                info.file_size = source.stat().st_size
                with self._zip.open(info, "w") as target:
                    while chunk := file.read(_CHUNK):
                        digest.update(chunk)
                        target.write(chunk)
                        self._bytes += len(chunk)
        except OSError as error:
            raise StorageError(f"{source}: {error.strerror}") from error
        if digest.hexdigest() != sha256:
            raise StorageError(f"{source.name} is not what it was when it came: see `paperwatch log verify`")
        self._hashes[f"data/{path}"] = sha256

    def close(self, info: Mapping[str, str], tags: Mapping[str, bytes]) -> None:
        """Write the manifest, the bag's own description and these tag files."""
        facts = {**info, "Payload-Oxum": f"{self._bytes}.{len(self._hashes)}"}
        own = {
            **tags,
            "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in facts.items()).encode(),
            "manifest-sha256.txt": _listed(self._hashes),
        }
        for path, content in own.items():
            self._put(path, content)
        self._put("tagmanifest-sha256.txt", _listed({path: _sha256(own[path]) for path in own}))
        self._zip.close()

    def _put(self, path: str, content: bytes) -> None:
        self._zip.writestr(self._info(path), content)

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self._name}/{path}", _LONG_AGO)
        info.create_system, info.external_attr = 3, 0o644 << 16
        return info


def _listed(hashes: Mapping[str, str]) -> bytes:
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
