"""Zip packs: every file in them a paper of its own.

A member is written under a number, so that no name in an archive ever becomes a path; twice the same name is
two members. Archives within are opened to a depth of three. What is counted is bytes as they come out, not
what the archive says of itself.
"""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from extractors.config import current
from extractors.sniff import sniff
from extractors.zips import DAMAGED, is_damage
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText

_DEEPEST = 3
_MOST_MEMBERS = 10_000
_CHUNK = 1024 * 1024
_LITTER = {"thumbs.db", ".ds_store", "desktop.ini"}


def extract(path: Path) -> Iterator[PageText]:  # noqa: ARG001 - the Extractor's signature
    """No text of its own: `members` has it all."""
    return iter(())


def members(path: Path, directory: Path) -> Iterator[str]:
    """Yields the name of each member that it writes to `directory` under its number.

    Raises ExtractionError at the first limit, and at the end where members had to be left out.
    """
    unpacking = _Unpacking(directory)
    yield from unpacking.unpack(path, depth=1)
    if unpacking.left_out:
        raise ExtractionError(unpacking.reason, f"left out: {'; '.join(unpacking.left_out[:5])}")


class _Unpacking:
    """The counts that hold over an archive and all archives within it."""

    def __init__(self, directory: Path) -> None:
        self.left_out: list[str] = []
        self.reason = FailureReason.UNREADABLE
        self._directory = directory
        self._number = 0
        self._room = current.get().members_mb * 1024 * 1024

    def unpack(self, path: Path, depth: int) -> Iterator[str]:
        try:
            archive = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise ExtractionError(FailureReason.UNREADABLE, str(error)) from error
        with archive:
            for info in archive.infolist():
                name = _harmless(info.filename)
                if not name or info.is_dir() or _is_litter(info.filename):
                    continue
                if self._number >= _MOST_MEMBERS:
                    raise ExtractionError(FailureReason.TOO_LARGE, f"more than {_MOST_MEMBERS} members")
                if info.flag_bits & 1:
                    self._leave_out(name, "has a password", FailureReason.ENCRYPTED)
                    continue
                target = self._directory / str(self._number)
                try:
                    self._copy(archive, info, target)
                except (*DAMAGED, OSError) as error:
                    if not is_damage(error):
                        raise
                    target.unlink(missing_ok=True)
                    self._leave_out(name, str(error), FailureReason.UNREADABLE)
                    continue
                if _is_archive(target):
                    yield from self._nested(target, name, depth + 1)
                else:
                    self._number += 1
                    yield name

    def _copy(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
        with archive.open(info) as source, target.open("wb") as copy:
            while chunk := source.read(_CHUNK):
                self._room -= len(chunk)
                if self._room < 0:
                    raise ExtractionError(
                        FailureReason.TOO_LARGE, f"unpacks to over {current.get().members_mb} MB"
                    )
                copy.write(chunk)

    def _nested(self, target: Path, name: str, depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            target.unlink()
            self._leave_out(name, f"an archive deeper than {_DEEPEST}", FailureReason.TOO_LARGE)
            return
        inner = target.with_name(f"inner-{depth}")
        target.replace(inner)
        try:
            for member in self.unpack(inner, depth):
                yield f"{name}/{member}"
        finally:
            inner.unlink(missing_ok=True)

    def _leave_out(self, name: str, why: str, reason: FailureReason) -> None:
        self.left_out.append(f"{name} ({why})")
        self.reason = reason


def _harmless(name: str) -> str:
    """A member's name without drive, root and ways up: for people to read, never a path to write to."""
    steps = PurePosixPath(name.replace("\\", "/")).parts
    return "/".join(step for step in steps if step not in {"/", "..", "."} and not step.endswith(":"))


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].lower() in _LITTER


def _is_archive(path: Path) -> bool:
    try:
        return sniff(path).format == "zip"
    except ExtractionError:
        return False
