"""OLE compound files (Office before 2007, Outlook messages, what Office embeds), by olefile."""

from __future__ import annotations

import functools
import io
import logging
import struct
from typing import TYPE_CHECKING

import olefile

from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MARK = olefile.MAGIC
_LARGEST = 256 * 1024 * 1024  # bytes
# What olefile raises over files that are damaged: it reads from memory, so no OSError is the disk's.
_DAMAGED = (OSError, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError)
PACKED = b"\0packed"  # before a file of any kind that has its name with it, outside a compound file
_PACKED = "\x01Ole10Native"  # such a file, with its size before it
_WHOLE = ("Package", "EmbeddedOdf", "CONTENTS")  # a file of another program, as it is
_FORMULA = "Equation Native"
_ROOT = "Root Entry"
_POOL, _OF_EXCEL = "ObjectPool", "MBD"

logging.getLogger("olefile").setLevel(logging.CRITICAL)  # what is wrong with a file we say ourselves


class Storage:
    """What one storage holds: streams and other storages, by name."""

    def __init__(
        self, file: olefile.OleFileIO[str], at: tuple[str, ...], inside: Mapping[str, object]
    ) -> None:
        self._file = file
        self._at = at
        self.storages = {
            name: Storage(file, (*at, name), within)
            for name, within in inside.items()
            if isinstance(within, dict)
        }
        self.streams = [name for name, within in inside.items() if within is None]

    def __contains__(self, stream: str) -> bool:
        return stream in self.streams

    def read(self, stream: str) -> bytes:
        """Its content, b"" where there is no such stream. Raises ExtractionError where it is damaged."""
        if stream not in self.streams:
            return b""
        path = [*self._at, stream]
        try:
            content = self._file.openstream(path).read()
            if len(content) < self._file.get_size(path):
                raise ValueError(f"{stream} is cut short")
        except _DAMAGED as error:
            raise ExtractionError(FailureReason.UNREADABLE, f"an OLE file: {error}") from error
        return content


def opened_ole(content: bytes) -> Storage:
    """The root of a compound file. Raises ExtractionError for one cut short or damaged."""
    if len(content) > _LARGEST:
        raise ExtractionError(FailureReason.TOO_LARGE, f"an OLE file of more than {_LARGEST} bytes")
    try:
        file = olefile.OleFileIO(io.BytesIO(content))
        paths = file.listdir(streams=True, storages=False)
        storages = file.listdir(streams=False, storages=True)
    except _DAMAGED as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"an OLE file: {error}") from error
    tree: dict[str, object] = {}
    for path in storages:
        _put(tree, path, {})
    for path in paths:
        _put(tree, path, None)
    return Storage(file, (), tree)


def with_named_root(content: bytes) -> bytes:
    """The same file with a name for its root: Office for the Mac leaves it out, some readers look for it."""
    try:
        (shift,) = struct.unpack_from("<H", content, 0x1E)
        (first,) = struct.unpack_from("<I", content, 0x30)
        at = first + 1 << min(shift, 12)
        (length,) = struct.unpack_from("<H", content, at + 64)
    except struct.error:
        return content
    if length > 2 or not content.startswith(MARK):
        return content
    entry = _ROOT.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(_ROOT) + 2)
    return content[:at] + entry + content[at + len(entry) :]


def stream_names(content: bytes) -> tuple[str, ...]:
    """The names of all streams and storages."""
    return tuple(_names(opened_ole(content)))


def within(content: bytes, name: str) -> tuple[str, bytes] | None:
    """Returns the file that an embedded object is, and its name; None for a formula, which is not a file.

    Raises ExtractionError.
    """
    if content.startswith(PACKED):
        return _unpacked(bytes(4) + content[len(PACKED) :], name)
    if not content.startswith(MARK):
        return name, content
    storage = opened_ole(content)
    if _PACKED in storage:
        return _unpacked(storage.read(_PACKED), name)
    for stream in _WHOLE:
        if stream in storage:
            return name, storage.read(stream)
    return None if _FORMULA in storage else (name, content)


def embedded_files(storage: Storage) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yields the files within a Word or Excel file of before 2007, by name, and how to read each.

    What another program of Office keeps as a storage is no file, and cannot be taken out: reading it raises.
    """
    pool = storage.storages.get(_POOL)
    of_excel = {name: inner for name, inner in storage.storages.items() if name.startswith(_OF_EXCEL)}
    for number, (name, inner) in enumerate({**(pool.storages if pool else {}), **of_excel}.items(), start=1):
        if _FORMULA not in inner:
            yield f"object {number}", functools.partial(_taken_out, inner, name)


def _taken_out(storage: Storage, name: str) -> bytes:
    if _PACKED in storage:
        return PACKED + storage.read(_PACKED)[4:]
    for stream in _WHOLE:
        if stream in storage:
            return storage.read(stream)
    raise ExtractionError(FailureReason.UNSUPPORTED, f"{name}: an object of another program, not a file")


def _put(tree: dict[str, object], path: list[str], leaf: object) -> None:
    for step in path[:-1]:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree.setdefault(path[-1], leaf)


def _names(storage: Storage) -> Iterator[str]:
    yield from storage.streams
    for name, inner in storage.storages.items():
        yield name
        yield from _names(inner)


def _unpacked(content: bytes, name: str) -> tuple[str, bytes]:
    """[MS-OLEDS] 2.3.6: sizes, the label, where it came from, then the file."""
    try:
        label, after = _string(content, 6)
        _, after = _string(content, after)
        (length,) = struct.unpack_from("<I", content, after + 4)
        after += 8 + length
        (size,) = struct.unpack_from("<I", content, after)
    except (struct.error, ValueError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"an embedded file: {error}") from error
    return label.replace("\\", "/").rpartition("/")[2] or name, content[after + 4 : after + 4 + size]


def _string(content: bytes, start: int) -> tuple[str, int]:
    end = content.index(b"\0", start)
    return content[start:end].decode("cp1252", "replace"), end + 1
