"""What OCR read in pictures before: letterheads and logos are in every paper of a body, and are read once.

A process remembers what it read. The archive has a folder with a file for each picture, named by its hash,
that children only read. They report what is new, and the parent puts it there, whole or not at all: neither a
kill nor another process spoils it. It may be deleted at any time. What a child says of a picture holds for
all papers that show it, so nothing is taken from a child that was ended.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import OrderedDict
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from extractors.ocr import tesseract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Said = TypeVar("Said")

_MOST_REMEMBERED = 2_000  # pictures, in a process
MOST_KEPT = 20_000  # pictures, in the folder
_TOO_MANY = 1.1  # times as many: to look at all of them takes time
_LARGEST = 32 * 1024  # bytes of what is read in one: a letterhead has less
_MOST_REPORTED = 1_000  # pictures of one file
_NAME = re.compile(rb"([0-9a-f]{32,64}-\w{1,20}) (.*)\n")

_remembered: OrderedDict[str, bytes] = OrderedDict()
_folder: Path | None = None
_report: Path | None = None


def look_in(folder: Path | None) -> None:
    """Have this process look for readings in a folder."""
    global _folder  # noqa: PLW0603 - one a process, as the engine is
    _folder = folder


def report_to(path: Path | None) -> None:
    """Have what this process reads from now on reported in a file, for the parent to keep."""
    global _report  # noqa: PLW0603 - one a process
    _report = path


def read(digest: str, kind: type[Said], by: Callable[[], Said]) -> Said:
    """Returns what was read in a picture with this digest before, or else what is read `by` OCR now."""
    known = recalled(digest, kind)
    if known is not None:
        return known
    found = by()
    said = msgspec.json.encode(found)
    _remember(_name(digest, kind), said)
    if _report is not None and len(said) <= _LARGEST:
        with suppress(OSError), _report.open("ab") as file:
            file.write(_name(digest, kind).encode() + b" " + said + b"\n")
    return found


def recalled(digest: str, kind: type[Said]) -> Said | None:
    """Returns what was read before, None for nothing."""
    name = _name(digest, kind)
    said = _remembered.get(name)
    if said is None and _folder is not None:
        with suppress(OSError):
            said = (_folder / name).read_bytes()
    if said is None:
        return None
    try:
        found = msgspec.json.decode(said, type=kind)
    except msgspec.DecodeError:
        return None
    _remember(name, said)
    return found


def keep_reported(reported: Iterable[bytes], folder: Path, most: int = MOST_KEPT) -> None:
    """Put what a child reported into the folder. What is there already stays; a full disk keeps nothing."""
    kept = 0
    for line in islice(reported, _MOST_REPORTED):
        match = _NAME.fullmatch(line)
        if match is None or len(match[2]) > _LARGEST:
            break
        path = folder / match[1].decode()
        if not path.exists():
            with suppress(OSError):
                _write(path, match[2])
                kept += 1
    if kept:
        thin_out(folder, most)


def thin_out(folder: Path, most: int = MOST_KEPT) -> None:
    """Delete the oldest where there are a tenth too many: in time, what a killed process left as well."""
    with suppress(OSError):
        paths = list(folder.iterdir())
        if len(paths) <= most * _TOO_MANY:
            return
        oldest = sorted(paths, key=lambda path: path.stat().st_mtime)[: len(paths) - most]
        for path in oldest:
            path.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Delete all readings, as when a paper is removed for good: its words may be among them."""
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)


def _write(path: Path, said: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
    with os.fdopen(handle, "wb") as file:
        file.write(said)
    Path(name).replace(path)


def _name(digest: str, kind: Any) -> str:
    what = "text" if kind is str else "words"
    return f"{digest}-{what}{tesseract.VERSION}"


def _remember(name: str, said: bytes) -> None:
    _remembered[name] = said
    _remembered.move_to_end(name)
    if len(_remembered) > _MOST_REMEMBERED:
        _remembered.popitem(last=False)
