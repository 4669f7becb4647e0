"""One run at a time on one archive. The lock belongs to the process: when that dies, the lock is free."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import Busy, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def run_lock(data: Path) -> Iterator[None]:
    """Hold the archive for writing. Raises Busy at once where another run holds it."""
    path = data / "run.lock"
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Opened without truncating: the holder's number stays readable for whoever is refused.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ConfigError(f"the data folder {data} cannot be used: {error.strerror}") from error
    try:
        if not (_take(descriptor) or _take_again(descriptor)):
            raise Busy(f"another run is going on in {data} (process {_named(descriptor)})")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(data: Path) -> str:
    """The number of the process that holds the lock, "" where none does."""
    try:
        descriptor = os.open(data / "run.lock", os.O_RDONLY)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _named(descriptor)
    finally:
        os.close(descriptor)
    return ""


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_again(descriptor: int) -> bool:
    """Whoever asks for the `holder` holds the lock for an instant, too: that is no run."""
    time.sleep(0.1)
    return _take(descriptor)


def _named(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
