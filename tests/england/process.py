"""`paperwatch` with England's clock, and all hosts on this machine: `process DAY PORT TLS_PORT NOTES WORD…`.

The product is as it ships; the clock is moved, and names resolve to loopback, so that nothing can leave. What
the process took of memory is written to NOTES.
"""

from __future__ import annotations

import json
import re
import socket
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp.connector
from aiohttp.abc import AbstractResolver

from cli.app.context import App
from cli.main import main
from crawler.fetching import download_handler
from pipeline.days import LONDON

if TYPE_CHECKING:
    import asyncio

    from aiohttp import AddrInfoType
    from aiohttp.abc import ResolveResult

# Of the run, in London: in summer the one after midnight is on the day before by UTC.
HOURS = (time(6), time(0, 30))


class Loopback(AbstractResolver):
    """Every name is this machine, and every port one of the stand-ins' two."""

    plain = secure = 0

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """As aiohttp makes its own."""

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": self.secure if port == 443 else self.plain,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _socket(info: AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


def peak() -> int:
    """Bytes, of the whole process. Not getrusage: its peak begins with that of whoever started us."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def _run(day: date, plain: int, secure: int, notes: Path, words: list[str]) -> None:
    sys.modules["pytest"] = None  # type: ignore[assignment] - the moved clock would load it into our memory
    import time_machine

    Loopback.plain, Loopback.secure = plain, secure
    aiohttp.connector.DefaultResolver = Loopback  # type: ignore[misc] - the seam
    download_handler.public_socket = _socket
    crawl, noted = App.crawl, {"before": 0, "crawl": 0, "end": 0}

    def crawl_and_note(*words: Any) -> None:
        noted["before"] = peak()
        crawl(*words)
        noted["crawl"] = peak()

    App.crawl = crawl_and_note  # type: ignore[method-assign]
    sys.argv = ["paperwatch", *words]
    try:
        begins = datetime.combine(day, HOURS[day.toordinal() % 2], LONDON)
        with time_machine.travel(begins.astimezone(UTC)):
            main()
    finally:
        notes.write_text(json.dumps(noted | {"end": peak()}))


if __name__ == "__main__":
    on, plain_port, secure_port, notes_at, *command = sys.argv[1:]
    _run(date.fromisoformat(on), int(plain_port), int(secure_port), Path(notes_at), command)
