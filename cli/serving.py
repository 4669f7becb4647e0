"""The web page as a server process."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import uvicorn

from pipeline.errors import ConfigError
from web import links
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.ports import Pictures, Readers
    from web.config import WebConfig
    from web.shelf import Shelf


def serve(
    shelf: Shelf,
    config: WebConfig,
    host: str,
    port: int,
    ready: Callable[[str], None],
    *,
    pictures: Pictures | None = None,
    cache: Path | None = None,
    readers: Readers | None = None,
    feeds: Path | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is told the address once the server accepts.

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
                create_app(shelf, config, pictures=pictures, cache=cache, readers=readers, feeds=feeds),
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,  # the site itself knows whom to believe
            )
        )
        ready(f"http://{shown}:{listener.getsockname()[1]}{links.prefix(config.base_url)}/")
        asyncio.run(server.serve(sockets=[listener]))
