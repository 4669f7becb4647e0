"""One task: one file, read on a worker in the same confined child process as at home.

The coordinator sends the bytes, so a worker needs no credentials and no way to the archive. It keeps nothing.
"""

from __future__ import annotations

import atexit
import tempfile
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from extractors.isolation.sandbox import Sandbox
from pipeline.ports import Job

if TYPE_CHECKING:
    from extractors.config import ExtractConfig
    from pipeline.ports import Reading

MOST_BYTES = 256 * 1024 * 1024  # of a file, or of all that was found in it: more is read at home


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A job as it travels."""

    sha256: str
    name: str
    tries: int
    pictures: bool
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A reading as it travels: without members, whose bytes are next to it."""

    reading: Reading
    members: tuple[tuple[str, bytes], ...]


def read(asked: Asked, config: ExtractConfig) -> Answered | None:
    """Returns what reading the file gave; None where that is too much to be sent."""
    sandbox, folder = _sandbox(msgspec.structs.replace(config, workers=1, cluster=""))
    path = folder / asked.sha256
    try:
        path.write_bytes(asked.content)
        job = Job(sha256=asked.sha256, file=partial(nullcontext, path), name=asked.name, tries=asked.tries)
        for reading in sandbox.read([job], pictures=asked.pictures):
            if sum(member.path.stat().st_size for member in reading.members) > MOST_BYTES:
                return None
            members = tuple((member.name, member.path.read_bytes()) for member in reading.members)
            return Answered(reading=replace(reading, members=()), members=members)
    finally:
        path.unlink(missing_ok=True)
    raise AssertionError("a sandbox gives one reading a job")


@cache
def _sandbox(config: ExtractConfig) -> tuple[Sandbox, Path]:
    """Kept warm as long as the worker lives, in its folder. Of a killed one the next worker removes that."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    folder = Path(tempfile.mkdtemp(prefix="papers-", dir=get_worker().local_directory))
    kept = ExitStack()
    sandbox = kept.enter_context(Sandbox(config, folder / "reading"))
    atexit.register(kept.close)
    return sandbox, folder
