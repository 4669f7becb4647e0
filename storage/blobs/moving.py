"""Moving house: the files of an archive's papers copied from one store into another, each looked at.

What is there already is not sent again, so a copy that was stopped goes on where it was, and one that is
whole is brought up to date by a second call. The archive may be in use meanwhile.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.errors import StorageError
from storage import tables as t
from storage.blobs import whose_papers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from storage.blobs.ports import Store
    from storage.database import Database

AT_ONCE = 4  # files on their way: a store answers late, and not slowly
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    files: int  # that are in both
    bytes: int
    written: int  # of them now
    sha256: str  # of their names in order, which are their hashes: the same on both sides
    lost: tuple[str, ...]  # why a file of the archive is in neither, a sentence each


def copy_papers(
    source: Store, target: Store, url: str, database: Database, progress: Callable[[int, int], None]
) -> Moved:
    """Copy every file of an archive's papers to the store at `url`; returns what was done.

    `progress` is told how many of how many are there.

    Raises ConfigError where another archive's papers or something else is there, and StorageError where a
    store fails, or where the two differ at the end.
    """
    whose_papers.take_over(target, url, database)
    with database.reading() as connection:
        rows = connection.execute(select(t.files.c.sha256, t.files.c.size))
        wanted: dict[str, int] = {row.sha256: row.size for row in rows}
    there = dict(target.held())
    missing = sorted(sha256 for sha256, size in wanted.items() if there.get(sha256) != size)
    done, lost = len(wanted) - len(missing), dict[str, str]()
    progress(done, len(wanted))
    waiting = iter(missing)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while some := list(islice(waiting, BATCH)):
            faults = threads.map(partial(_carry, source, target), some)
            lost |= {sha256: fault for sha256, fault in zip(some, faults, strict=True) if fault}
            done += len(some)
            progress(done, len(wanted))
    kept = {sha256: size for sha256, size in wanted.items() if sha256 not in lost}
    found = dict(target.held())
    sums = [_sum(kept), _sum(sha256 for sha256, size in kept.items() if found.get(sha256) == size)]
    if sums[0] != sums[1]:
        raise StorageError(f"{url}: the copy is not the same: is something else writing to it?")
    whose_papers.note_without(target, database, sorted(lost))
    return Moved(
        files=len(kept),
        bytes=sum(kept.values()),
        written=len(missing) - len(lost),
        sha256=sums[0],
        lost=tuple(lost.values()),
    )


def _carry(source: Store, target: Store, sha256: str) -> str:
    """Returns why a file cannot be copied where its own store is to blame; "" where it is copied."""
    try:
        with source.opened(sha256) as path:
            if _hash(path) != sha256:
                return f"{source.named(sha256)} has been changed"
            target.take(path, sha256)
    except FileNotFoundError:
        return f"{source.named(sha256)} is gone"
    return ""


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sum(files: Iterable[str]) -> str:
    names = "".join(f"{sha256}\n" for sha256 in sorted(files))
    return hashlib.sha256(names.encode()).hexdigest()
