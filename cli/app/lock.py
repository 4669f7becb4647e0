"""One run at a time in a data folder, and one of each kind on an archive that several machines fill.

Both locks belong to the process: when that dies, they are free.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import Busy, unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cli.app.context import App
    from pipeline.ports import Work


@contextmanager
def run_lock(data: Path) -> Iterator[None]:
    """Hold the archive for writing. Raises Busy at once where another run holds it."""
    path = data / "run.lock"
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Opened without truncating: the holder's number stays readable for whoever is refused.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unusable(data, error) from error
    try:
        if not (_take(descriptor) or _take_again(descriptor)):
            raise Busy(f"another run is going on in {data} (process {_named(descriptor)})")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def work_lock(app: App, *alone: Work, shared: Collection[Work] = ()) -> Iterator[Callable[[], None]]:
    """Hold the data folder, and keep other machines from this work on its archive.

    Returns what raises StorageError once other machines are kept away no more. Raises Busy at once.
    """
    with run_lock(app.data), archive_lock(app, *alone, shared=shared) as check:
        yield check


def archive_lock(
    app: App, *alone: Work, shared: Collection[Work] = ()
) -> AbstractContextManager[Callable[[], None]]:
    """As `work_lock`, for whoever holds the data folder."""
    return app.archive.at_work(alone, shared, named())


def named() -> str:
    """This process, for whoever it keeps waiting."""
    return f"process {os.getpid()} on {socket.gethostname()[:40]}"


def holder_of(app: App) -> str:
    """The number of the process that is at work on an archive, with its machine where that may be another."""
    return holder(app.data) or ", ".join(name.removeprefix("process ") for name in app.archive.workers())


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
