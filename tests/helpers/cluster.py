"""A scheduler and workers of dask in processes of their own, on loopback; a worker can be held at a task."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
SCHEDULER = """
import asyncio, logging, sys
from distributed import Scheduler
logging.getLogger("distributed").setLevel(logging.CRITICAL)

async def serve():
    scheduler = await Scheduler(host="127.0.0.1", port=int(sys.argv[1]), dashboard=False)
    print(scheduler.address, flush=True)
    await scheduler.finished()

asyncio.run(serve())
"""
# A worker as `paperwatch worker` starts it, but other than ours in one respect, or held at each file: then it
# says its process on one pipe, and goes on with what comes on another.
WORKER = """
import os, sys
from dataclasses import replace
from pathlib import Path
from extractors.cluster import serving, tags, task
from extractors.formats import EXTRACTORS
from extractors.ocr import tesseract
from pipeline.model import FailureReason
from pipeline.ports import Reading

def held(asked, config):
    with open(sys.argv[3] + "/begun", "w") as begun:
        begun.write(f"{os.getpid()}\\n")
    with open(sys.argv[3] + "/go") as go:
        go.read()
    return real(asked, config)

def lacking(asked, config):
    reason = FailureReason.NEEDS_LIBREOFFICE
    reading = Reading(sha256=asked.sha256, extractor="", version="", media_type="", reason=reason)
    return task.Answered(reading=reading, members=())

if __name__ == "__main__":
    match sys.argv[2]:
        case "held":
            real, task.read = task.read, held
        case "older":
            EXTRACTORS["pdf"] = replace(EXTRACTORS["pdf"], version="0")
        case "without OCR":
            tesseract.available = lambda: False
        case "without LibreOffice":
            task.read = lacking
    serving.serve(sys.argv[1], memory="2 GiB", ready=lambda address: print(address, flush=True))
"""


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []
        self.address = ""

    def __enter__(self) -> Self:
        os.mkfifo(self.folder / "begun")
        os.mkfifo(self.folder / "go")
        (self.folder / "a_worker.py").write_text(WORKER)
        self.start_scheduler()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.kill()
        for process in self._started:
            process.wait()
            process.stdout.close()

    def start_scheduler(self) -> None:
        """At the address of before, where there was one."""
        port = self.address.rpartition(":")[2] or "0"
        self.scheduler, self.address = self._start(["-c", SCHEDULER, port])

    def start_worker(self, kind: str = "usual") -> subprocess.Popen[str]:
        if kind == "usual":
            return self._start(
                ["-m", "cli", "worker", self.address, "--memory", "2 GiB"], says_so_on_stderr=True
            )[0]
        return self._start([str(self.folder / "a_worker.py"), self.address, kind, str(self.folder)])[0]

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.wait()

    def a_task_begins(self) -> int:
        """Waits until a held worker has one; returns the worker's process."""
        with (self.folder / "begun").open() as begun:
            return int(begun.readline())

    def let_go(self) -> None:
        """Lets one held worker, which has a task, go on."""
        with (self.folder / "go").open("w") as go:
            go.write("go")

    def _start(
        self, words: list[str], *, says_so_on_stderr: bool = False
    ) -> tuple[subprocess.Popen[str], str]:
        streams = {"stderr": subprocess.STDOUT} if says_so_on_stderr else {"stderr": subprocess.DEVNULL}
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", *words],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            **streams,
        )
        self._started.append(process)
        line = process.stdout.readline().strip()
        assert line, f"{words} has ended: {process.wait()}"
        return process, line
