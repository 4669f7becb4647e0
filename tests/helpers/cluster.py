"""A scheduler and workers of dask in processes of their own, on loopback; a worker can be held at a task."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from extractors.cluster import serving, task
from extractors.formats import EXTRACTORS
from extractors.ocr import tesseract
from pipeline.model import FailureReason
from pipeline.ports import Reading
from tests.helpers.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractors.cluster.task import Answered, Asked
    from extractors.config import ExtractConfig

LOADED = """
import warnings
warnings.simplefilter("ignore")
import cli.main
import distributed
import tests.helpers.cluster
from cli.commands import COMMANDS
dict(COMMANDS)  # all are imported
"""


def scheduler() -> None:
    """At the port that is named; says its address."""
    from distributed import Scheduler

    async def serve() -> None:
        made = await Scheduler(host="127.0.0.1", port=int(sys.argv[1]), dashboard=False)
        print(made.address, flush=True)
        await made.finished()

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    asyncio.run(serve())


def odd_worker() -> None:
    """A worker as `paperwatch worker` starts it, but other than ours in one respect, or held at each file.

    Then it says its process on one pipe, and goes on with what comes on another.
    """
    address, kind, folder = sys.argv[1:]
    match kind:
        case "held":
            task.read = _held(task.read, Path(folder))
        case "older":
            EXTRACTORS["pdf"] = replace(EXTRACTORS["pdf"], version="0")
        case "without OCR":
            tesseract.available = lambda: False
        case "without LibreOffice":
            task.read = _lacking
    serving.serve(address, memory="2 GiB", ready=lambda address: print(address, flush=True))


def _held(read: Callable[..., Answered | None], folder: Path) -> Callable[..., Answered | None]:
    def held(asked: Asked, config: ExtractConfig) -> Answered | None:
        (folder / "begun").write_text(f"{os.getpid()}\n")
        (folder / "go").read_text()
        return read(asked, config)

    return held


def _lacking(asked: Asked, _config: ExtractConfig) -> Answered:
    reason = FailureReason.NEEDS_LIBREOFFICE
    reading = Reading(sha256=asked.sha256, extractor="", version="", media_type="", reason=reason)
    return task.Answered(reading=reading, members=())


class Member:
    """A scheduler or a worker in a process of its own. It has started: its first line says its address."""

    def __init__(self, main: str, words: list[str], said: Path) -> None:
        os.mkfifo(said)
        self._child = _nursery().start(main, words, (os.devnull, said, said))
        self._said = said.open()
        self.pid = self._child.pid
        self.line = self._said.readline().strip()

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def ended(self) -> tuple[int, str]:
        """Waits for its end; returns its exit code and the rest of what it said."""
        return self._child.wait(), self._said.read()

    def kill(self) -> None:
        self._child.kill()
        self._said.close()


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[Member] = []
        self.address = ""

    def __enter__(self) -> Self:
        os.mkfifo(self.folder / "begun")
        os.mkfifo(self.folder / "go")
        self.start_scheduler()
        return self

    def __exit__(self, *_: object) -> None:
        for member in self._started:
            member.kill()

    def start_scheduler(self) -> None:
        """At the address of before, where there was one."""
        port = self.address.rpartition(":")[2] or "0"
        self.scheduler = self._start("tests.helpers.cluster:scheduler", [port])
        self.address = self.scheduler.line

    def start_worker(self, kind: str = "usual") -> Member:
        if kind == "usual":
            return self._start("cli.main:main", ["worker", self.address, "--memory", "2 GiB"])
        return self._start("tests.helpers.cluster:odd_worker", [self.address, kind, str(self.folder)])

    def a_task_begins(self) -> int:
        """Waits until a held worker has one; returns the worker's process."""
        with (self.folder / "begun").open() as begun:
            return int(begun.readline())

    def let_go(self) -> None:
        """Lets one held worker, which has a task, go on."""
        with (self.folder / "go").open("w") as go:
            go.write("go")

    def _start(self, main: str, words: list[str]) -> Member:
        self._started.append(Member(main, words, self.folder / f"said-{len(self._started)}"))
        return self._started[-1]


@cache
def _nursery() -> Nursery:
    return Nursery(LOADED)
