"""The web page as a server process."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from pipeline.errors import ConfigError
from web import links
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.health.machine import Machine
    from pipeline.matching.families import Families
    from pipeline.ports import Pictures, Readers
    from pipeline.public_archive import PublicArchive
    from web.config import WebConfig


PATIENCE = 10  # seconds for answers under way, once we are told to stop


@contextmanager
def until_stopped() -> Iterator[None]:
    """Until SIGINT or SIGTERM, which end what is within and are no failure.

    uvicorn stops at either and raises it again: left to itself, SIGTERM would then end us with the readers'
    processes, their folder and their semaphores as they are.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


def serve(
    shelf: PublicArchive,
    config: WebConfig,
    host: str,
    port: int,
    ready: Callable[[str], None],
    *,
    pictures: Pictures | None = None,
    cache: Path | None = None,
    readers: Readers | None = None,
    machine: Callable[[], Machine] | None = None,
    families: Families | None = None,
) -> None:
    """Serve until interrupted. `ready` is told the address once the server accepts.

    Raises ConfigError where the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise ConfigError(f"{host}:{port} cannot be served on: {error.strerror}") from error
        listener.listen(128)
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(
                    shelf,
                    config,
                    pictures=pictures,
                    cache=cache,
                    readers=readers,
                    machine=machine,
                    families=families,
                ),
                log_level="warning",
                timeout_graceful_shutdown=PATIENCE,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # the site itself knows whom to believe
            )
        )
        ready(f"http://{shown}:{listener.getsockname()[1]}{links.prefix(config.base_url)}/")
        asyncio.run(server.serve(sockets=[listener]))
