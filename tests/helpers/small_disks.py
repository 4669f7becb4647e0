"""Disks of a test's own: one whose power can be cut, and one that is full. They want root, and say so."""

from __future__ import annotations

import gc
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# So long the file system writes nothing by itself that no program asked it to write.
QUIET = "commit=900"


@dataclass(frozen=True)
class CutDisk:
    """An ext4 file system on a file. What was never synced lives in this machine's memory alone."""

    image: Path
    place: Path

    def sync(self) -> None:
        """What is on it by now is on the disk."""
        _do("sync", "--file-system", str(self.place))

    def lose_power(self) -> None:
        """Go back to what had reached the disk: a copy of it, taken while the rest is still in memory.

        It proves that what a program calls done was synced. It does not reorder writes that the disk had
        already taken, as a disk with a cache of its own might.
        """
        cut = self.image.with_suffix(".cut")
        _do("cp", "--sparse=always", str(self.image), str(cut))
        _unmount(self.place)
        cut.replace(self.image)
        _do("mount", "-o", f"loop,{QUIET}", str(self.image), str(self.place))


@contextmanager
def cut_disk(folder: Path, megabytes: int = 48) -> Iterator[CutDisk]:
    disk = CutDisk(folder / "image", folder / "disk")
    disk.place.mkdir(parents=True)
    with disk.image.open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    _do("mkfs.ext4", "-q", str(disk.image))
    _mounted("-o", f"loop,{QUIET}", str(disk.image), str(disk.place))
    try:
        yield disk
    finally:
        _unmount(disk.place)


@dataclass(frozen=True)
class FullDisk:
    place: Path

    def leave(self, free: int) -> None:
        """Fill it up to so many free bytes."""
        stat = os.statvfs(self.place)
        with (self.place / "ballast").open("ab") as file:
            file.write(bytes(max(0, stat.f_bavail * stat.f_frsize - free)))

    def take_no_writes(self) -> None:
        gc.collect()  # as in _unmount
        _do("mount", "-o", "remount,ro", str(self.place))

    def empty(self) -> None:
        (self.place / "ballast").unlink(missing_ok=True)


@contextmanager
def full_disk(folder: Path, megabytes: int = 64) -> Iterator[FullDisk]:
    disk = FullDisk(folder / "disk")
    disk.place.mkdir(parents=True)
    _mounted("-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(disk.place))
    try:
        yield disk
    finally:
        _unmount(disk.place)


def _unmount(place: Path) -> None:
    gc.collect()  # an archive that this test opened there holds a file until it is let go
    _do("umount", str(place))


def _mounted(*words: str) -> None:
    try:
        _do("mount", *words)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk of its own cannot be mounted here, which wants root: {error}")


def _do(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
