"""Running the real command on the stand-in web, as cron would: in a process of its own."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.model import Cadence
from storage.archive import open_archive
from tests.helpers import commands

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from cli.demo.standin import StandIn

NOW = datetime(2026, 11, 16, tzinfo=UTC)
READERS = (
    ("all@example.org", Cadence.IMMEDIATE, ()),
    ("some@example.org", Cadence.WEEKLY, ("population-payment",)),
)


def prepare(data: Path, standin: StandIn) -> None:
    """A data folder with the stand-in's lines, quick retries and two readers."""
    standin.write_lines(data)
    settings = '[crawl]\nretries = 0\n[alerts]\nsender = "digests@paperwatch.example"\n'
    (data / "paperwatch.toml").write_text(settings)
    readers = open_archive(data).readers
    for address, cadence, concepts in READERS:
        readers.subscribe(address, channel="mail", cadence=cadence, concepts=concepts, confirmed_at=NOW)


def command(data: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "cli", "--data", str(data), *words]


def paperwatch(
    data: Path, *words: str, stdin: str = "", seconds: float = commands.SECONDS, terminal: str = ""
) -> subprocess.CompletedProcess[str]:
    return commands.run(["--data", str(data), *words], stdin, seconds, terminal=terminal)


def run_words(standin: StandIn) -> list[str]:
    return ["run", *bodies(standin), "--today", standin.today.isoformat()]


def bodies(standin: StandIn) -> list[str]:
    return [body for lines in standin.sources().values() for body in lines]


def path_of(url: str) -> str:
    """An address without its host: the ports of the stand-in web change from run to run."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
