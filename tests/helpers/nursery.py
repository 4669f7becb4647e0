"""Processes that are each a copy of one that has loaded what they need.

Loading takes longer than most of what the tests ask of a process.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any, Never

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 1 << 17  # bytes of a request: most of it is the environment
ROOT = Path(__file__).parents[2]


class Child:
    """One of the copies. It leads a session of its own."""

    def __init__(self, told: int) -> None:
        self._told = os.fdopen(told, "rb", buffering=0)  # without a buffer `select` sees all that is left
        self.pid = int(self._told.readline())
        self._code: int | None = None

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code, below zero for a signal. Raises TimeoutError where it still runs by then."""
        if self._code is None:
            if not select([self._told], [], [], seconds)[0]:
                raise TimeoutError(f"process {self.pid} still runs after {seconds} seconds")
            with self._told:
                self._code = int(self._told.readline())
        return self._code

    def kill(self) -> int:
        """Kill it with all that it started. Returns its exit code: it may have ended just before."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return self.wait()


class Nursery:
    """The process that is copied, started with Python that loads what the copies need."""

    def __init__(self, load: str) -> None:
        self._door, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # By -c, so that the workers of a command that extracts do not take a file of ours for their program.
        # What is reached is marked in whatever it loads: `reached` comes first.
        code = f"import tests.helpers.reached\n{load}\nfrom tests.helpers.nursery import serve\nserve()"
        with inside:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], stdin=inside, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
        atexit.register(self._close)

    def start(
        self,
        main: str,
        words: Sequence[str],
        streams: Sequence[str | Path] = (os.devnull,) * 3,
        environment: Mapping[str, str] | None = None,
    ) -> Child:
        """A copy that calls `module:function` with these words as its command line, here and now.

        `streams` are the files that it reads from, writes to and complains to.
        """
        request: dict[str, Any] = {
            "main": main,
            "words": list(words),
            "streams": list(map(str, streams)),
            "environment": dict(os.environ if environment is None else environment),
            "folder": str(Path.cwd()),
        }
        heard, told = os.pipe()
        socket.send_fds(self._door, [json.dumps(request).encode()], [told])
        os.close(told)
        return Child(heard)

    def _close(self) -> None:
        self._door.close()
        self._process.kill()
        self._process.wait()


def serve() -> None:
    """Copy this process for each request from stdin; say each copy's id and, at its end, its exit code."""
    gc.freeze()  # or each copy looks through all that is loaded, and by that has it all copied
    door = socket.socket(fileno=os.dup(0))
    running: dict[
        int, tuple[int, int]
    ] = {}  # by a descriptor that can be read at its end: its id, whom to tell
    while True:
        for ready in select([door, *running], [], [])[0]:
            if ready is not door:
                pid, told = running.pop(ready)
                os.write(told, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                os.close(told)
                os.close(ready)
                continue
            request, asking, *_ = socket.recv_fds(door, LARGEST, 1)
            if not request:
                return
            pid = os.fork()
            if pid == 0:
                for descriptor in (*running, *(told for _, told in running.values()), *asking, door.detach()):
                    os.close(descriptor)
                _become(**json.loads(request))
            os.write(asking[0], b"%d\n" % pid)
            running[os.pidfd_open(pid)] = pid, asking[0]


def _become(
    main: str, words: list[str], streams: list[str], environment: dict[str, str], folder: str
) -> Never:
    os.setsid()
    for number, path in enumerate(streams):
        opened = os.open(path, os.O_RDWR | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    tempfile.tempdir = None  # as the environment has it that follows
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["paperwatch", *words]
    module, _, function = main.partition(":")
    sys.exit(getattr(importlib.import_module(module), function)())
