"""One run at a time on one archive. The lock belongs to the process: when that dies, the lock is free."""

from __future__ import annotations

import fcntl
import os
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
        data.mkdir(parents=True, exist_ok=True)
        # Opened without truncating: the holder's number stays readable for whoever is refused.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ConfigError(f"the data folder {data} cannot be used: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise Busy(f"another run is going on in {data} (process {holder})") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
