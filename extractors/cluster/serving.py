"""A worker of a cluster, until it is stopped or its scheduler has gone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.cluster import tags
from extractors.cluster.silence import keep_quiet
from extractors.config import scheduler_of
from pipeline.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30  # seconds for a scheduler that is not there


def serve(address: str, *, memory: str, ready: Callable[[str], None], host: str = "") -> None:
    """Work for the scheduler at an address until SIGINT or SIGTERM; `ready` is told the worker's own address.

    One file at a time, since one fills a processor: a machine has as many workers as processors. It listens
    at `host` alone; "" is the address from which this machine reaches the scheduler. Raises ConfigError where
    the library is not installed or what is named cannot be used, StorageError where the scheduler is away or
    has gone.
    """
    try:
        import distributed  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise ConfigError("This needs the extra: pip install 'paperwatch[cluster]'") from error
    try:
        scheduler = scheduler_of(address)
    except ValueError as error:
        raise ConfigError(f"{address}: {error}") from None
    keep_quiet()
    folder = _folder()
    try:
        asyncio.run(_serve(address, memory, host or _own_address(*scheduler), folder, ready))
    except OSError as error:
        raise StorageError(f"the scheduler {address} is not there: {type(error).__name__}") from None
    except (RuntimeError, TypeError, ValueError) as error:  # of the library: memory, address, certificates
        raise ConfigError(f"the worker cannot be started: {error.__cause__ or error}") from None


def _own_address(host: str, port: int) -> str:
    """Returns the address from which this machine would send there; nothing is sent. Raises OSError."""
    family, kind, _, _, there = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as way:
        way.connect(there)
        return str(way.getsockname()[0])


def _folder() -> Path:
    """Returns where workers of this user keep papers while they read them.

    It is the same for all, so that one removes what another left that was killed. Raises ConfigError.
    """
    folder = Path(tempfile.gettempdir()) / f"paperwatch-workers-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if facts.st_uid != os.getuid() or facts.st_mode & 0o77:
        raise ConfigError(f"{folder} must be this user's own, and open to nobody else")
    return folder


async def _serve(address: str, memory: str, host: str, folder: Path, ready: Callable[[str], None]) -> None:
    from distributed import Worker  # noqa: PLC0415 - an extra

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    worker = await Worker(
        address,
        host=host,
        nthreads=1,
        memory_limit=memory,
        resources=tags.own(),
        local_directory=str(folder),
        dashboard=False,
        death_timeout=PATIENCE,
    )
    ready(worker.address)
    ends = [asyncio.create_task(worker.finished()), asyncio.create_task(stopped.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    if not stopped.is_set():
        ends[1].cancel()
        raise StorageError(f"the scheduler {address} has gone")
    await worker.close_gracefully()  # what it was given goes to others
