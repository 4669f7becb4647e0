"""A worker of a cluster, until it is stopped or its scheduler has gone."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from typing import TYPE_CHECKING

from extractors.cluster import tags
from pipeline.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30  # seconds for a scheduler that is not there


def serve(address: str, *, memory: str, ready: Callable[[str], None]) -> None:
    """Work for the scheduler at an address until SIGINT or SIGTERM; `ready` is told the worker's own address.

    One file at a time, since one fills a processor: a machine has as many workers as processors. Raises
    ConfigError where the library is not installed, StorageError where the scheduler is not there or has gone.
    """
    try:
        import distributed  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise ConfigError("This needs the extra: pip install 'paperwatch[cluster]'") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="paperwatch-worker-") as folder:
        try:
            asyncio.run(_serve(address, memory, folder, ready))
        except OSError as error:
            raise StorageError(f"the scheduler {address} is not there: {type(error).__name__}") from None


async def _serve(address: str, memory: str, folder: str, ready: Callable[[str], None]) -> None:
    from distributed import Worker  # noqa: PLC0415 - an extra

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    worker = await Worker(
        address,
        nthreads=1,
        memory_limit=memory,
        resources=tags.own(),
        local_directory=folder,
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
