"""Moving house: the files of an archive's papers copied from one store into another, each looked at.

What is there already is not sent again, but held against its hash: a copy that was stopped goes on
where it was, and a whole one is brought up to date by a second call. The archive may be in use meanwhile.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.errors import ConfigError, DamagedFileError, StorageError
from storage import tables as t
from storage.archive_log import entries
from storage.blobs import whose_papers
from storage.blobs.folder import FileBlobs, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
    removed: int  # files deleted from the target: the archive has removed them for good since an earlier copy
    strange: tuple[str, ...]  # where a file in the target is that the archive does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carried:
    """What became of one file."""

    written: bool = False
    fault: str = ""  # why it is in neither


def copy_papers(
    source: Store, target: Store, url: str, database: Database, progress: Callable[[int, int], None]
) -> Moved:
    """Copy every file of an archive's papers to the store at `url`; returns what was done.

    `progress` is told how many of how many are there.

    Raises ConfigError where another archive's papers or something else is there, or these papers are there
    already, and StorageError where a store fails, or where the two differ at the end.
    """
    # "x" stands for any file: two stores that name it alike are one.
    if source.named("x") == target.named("x") or (source.is_own and target.is_own):
        raise ConfigError(f"{url}: the papers are there already: this is what [storage] papers names")
    target.before_use(partial(whose_papers.take_over, target, url, database))
    there = {name for name, _ in target.held()}
    wanted = _wanted(database)
    progress(0, len(wanted))
    carried: dict[str, _Carried] = {}
    waiting = iter(sorted(wanted))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while some := list(islice(waiting, BATCH)):
            done = threads.map(partial(_carry, source, target, there), some)
            carried |= zip(some, done, strict=True)
            progress(len(carried), len(wanted))
    still = _wanted(
        database
    )  # a paper that was removed meanwhile is not lost, and does not stay in the target
    lost = {sha256: each.fault for sha256, each in carried.items() if each.fault and sha256 in still}
    kept = {sha256: size for sha256, size in wanted.items() if sha256 in still and sha256 not in lost}
    found = dict(target.held())
    sums = [_sum(kept), _sum(sha256 for sha256, size in kept.items() if found.get(sha256) == size)]
    if sums[0] != sums[1]:
        raise StorageError(f"{url}: the copy is not the same: is something else writing to it?")
    unknown = found.keys() - _wanted(database).keys()
    removed = _erased(database, unknown)
    for sha256 in removed:
        target.remove(sha256)
    whose_papers.note_without(target, database, sorted(lost))
    return Moved(
        files=len(kept),
        bytes=sum(kept.values()),
        written=sum(carried[sha256].written for sha256 in kept),
        sha256=sums[0],
        lost=tuple(lost.values()),
        removed=len(removed),
        strange=tuple(target.named(sha256) for sha256 in sorted(unknown - removed)),
    )


def _carry(source: Store, target: Store, there: set[str], sha256: str) -> _Carried:
    """Have a file in the target. Raises StorageError where that cannot be done and the file is not lost."""
    if sha256 in there and _is_right(source, target, sha256):
        return _Carried()
    with ExitStack() as kept:
        try:
            path = kept.enter_context(source.opened(sha256))
            found = hash_of(path)
        except FileNotFoundError:
            if source.size(sha256) is not None:
                raise StorageError(f"{source.named(sha256)} is there, and cannot be read") from None
            return _Carried(fault=f"{source.named(sha256)} is gone")
        except DamagedFileError as error:
            return _Carried(fault=str(error))
        if found != sha256:
            return _Carried(fault=f"{source.named(sha256)} has been changed")
        if sha256 in there:  # other bytes: half of a file, or somebody else's
            target.remove(sha256)
        target.take(path, sha256)
    return _Carried(written=True)


def _is_right(source: Store, target: Store, sha256: str) -> bool:
    """Returns whether what the target has already is the paper.

    Where the source is a folder, its file can be compared with the target's own tag: nothing is fetched.
    """
    with suppress(FileNotFoundError, DamagedFileError):
        if isinstance(source, FileBlobs):
            with suppress(FileNotFoundError), source.opened(sha256) as path:
                if hash_of(path) == sha256:
                    return target.is_copy(path, sha256)
        return target.digest(sha256) == sha256
    return False


def _wanted(database: Database) -> dict[str, int]:
    """Returns the size of every file that the archive has, by its hash."""
    with database.reading() as connection:
        rows = connection.execute(select(t.files.c.sha256, t.files.c.size))
        return {row.sha256: row.size for row in rows}


def _erased(database: Database, files: Iterable[str]) -> set[str]:
    """Returns those of the files of which the archive's log says that they were removed for good.

    A file that is merely not known may be one whose row is still to be written.
    """
    with database.reading() as connection:
        said = {sha256: entries.latest(connection, f"file:{sha256}") for sha256 in files}
    return {sha256 for sha256, entry in said.items() if entry is not None and entry["kind"] == "erased"}


def _sum(files: Iterable[str]) -> str:
    names = "".join(f"{sha256}\n" for sha256 in sorted(files))
    return hashlib.sha256(names.encode()).hexdigest()
