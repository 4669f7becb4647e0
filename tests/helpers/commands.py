"""The real command, each time in a process of its own; the program and what ships with it are loaded once."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = 300
LOOK = 0.02  # seconds between two looks whether it is time
LOADED = """
import sys
import tempfile
from pathlib import Path
import alembic.command
import alerts.render
import cli.app.feed_files
import cli.app.operator_notices
import cli.main
import crawler.run
import icalendar
import rich.console
import scrapy.extensions.telnet
import storage.archive
from cli.app.context import App
from cli.commands import COMMANDS

dict(COMMANDS)  # all are imported
with tempfile.TemporaryDirectory() as empty:
    ready = App(Path(empty))  # what ships is read, and its concepts compiled, once in a process
    assert ready.wrong_files() == [] and ready.watcher
for read_afresh in ("run", "settings"):  # they look at the environment when they are loaded
    del sys.modules[f"crawler.{read_afresh}"]
    delattr(crawler, read_afresh)
assert "twisted.internet.reactor" not in sys.modules, "each command has its own"
"""


def run(
    words: list[str],
    stdin: str = "",
    seconds: float = SECONDS,
    environment: Mapping[str, str] = os.environ,
    terminal: str = "",
) -> subprocess.CompletedProcess[str]:
    """What `paperwatch WORDS` answers; `terminal` is one to read from. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        for path, text in zip(streams, (stdin, "", ""), strict=True):
            path.write_text(text)
        code = _ended(
            words, [terminal or streams[0], *streams[1:]], environment, lambda waited: waited > seconds
        )
        if code is None:
            raise subprocess.TimeoutExpired(words, seconds)
        return subprocess.CompletedProcess(words, code, streams[1].read_text(), streams[2].read_text())


def killed(words: list[str], is_time: Callable[[float], bool]) -> bool:
    """Start a command and kill it, children and all, once it is time; returns whether it still ran.

    `is_time` is asked again and again, with the seconds since the start.
    """
    return _ended(words, [os.devnull] * 3, os.environ, is_time) is None


def _ended(
    words: list[str],
    streams: list[str | Path],
    environment: Mapping[str, str],
    is_time: Callable[[float], bool],
) -> int | None:
    """The exit code of a command, None for one that was killed when it was time."""
    child, began = nursery().start("cli.main:main", words, streams, environment), time.monotonic()
    while not is_time(time.monotonic() - began):
        with suppress(TimeoutError):
            return child.wait(LOOK)
    code = child.kill()
    return None if code == -signal.SIGKILL else code


@cache
def nursery() -> Nursery:
    """What commands are copied from."""
    return Nursery(LOADED)
