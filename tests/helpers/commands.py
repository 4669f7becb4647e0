"""The real command, each time in a process of its own; the program and what ships with it are loaded once.

Loading takes longer than most of what the tests ask of it. A process that has loaded all is copied for each
command, which ends as `python -m cli` does.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from select import select
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = 300
LOOK = 0.02  # seconds between two looks whether it is time
_ASKING = Lock()  # one command at a time: answers come in the order of the questions
# By -c, so that the workers of a command that extracts do not take this for a module of theirs.
NURSERY = """
import gc
import json
import os
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
gc.freeze()  # or each copy looks through all that is loaded, and by that has it all copied
while request := os.read(0, 1 << 16):  # not sys.stdin: a copy would have what is in its buffer
    told = json.loads(request)
    child = os.fork()
    if child == 0:
        os.setsid()
        os.write(1, b"%d\\n" % os.getpid())
        for number, path in enumerate(told["streams"]):
            os.dup2(os.open(path, os.O_RDWR | os.O_APPEND), number)
        os.environ.clear()
        os.environ.update(told["environment"])
        os.chdir(told["folder"])
        sys.argv = ["paperwatch", *told["words"]]
        cli.main.main()
    os.write(1, b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
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
    request: dict[str, Any] = {
        "words": words,
        "streams": list(map(str, streams)),
        "environment": dict(environment),
        "folder": str(Path.cwd()),
    }
    with _ASKING:
        nursery = _nursery()
        nursery.stdin.write(json.dumps(request).encode())
        child, began = int(nursery.stdout.readline()), time.monotonic()
        while not select([nursery.stdout], [], [], LOOK)[0]:
            if is_time(time.monotonic() - began):
                os.killpg(child, signal.SIGKILL)
                nursery.stdout.readline()
                return None
        return int(nursery.stdout.readline())


@cache
def _nursery() -> subprocess.Popen[bytes]:
    started = subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    atexit.register(_end, started)
    return started


def _end(started: subprocess.Popen[bytes]) -> None:
    started.kill()
    started.communicate()
