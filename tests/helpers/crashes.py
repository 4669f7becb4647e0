"""Flagging, telling and sending in a process of its own, killed at a chosen moment and begun again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from select import select
from typing import TYPE_CHECKING

from pipeline.model import Cadence
from storage.archive import open_archive
from tests.alerts.test_channels import serving
from tests.helpers.archives import keep
from tests.helpers.desk import papers_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.small_disks import CutDisk

READERS, PAPERS = 3, 4
PATIENCE = 300  # seconds
# Loads the program once, and does the work in a fork of its own for each folder that is named to it.
NURSERY = """
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from alerts import render
from alerts.channels import table
from cli.app import feed_files
from cli.app import operator_notices
from cli.app.context import App
for folder in sys.stdin:
    child = os.fork()
    if child == 0:
        app = App(Path(folder.rstrip()), makes_archive=True)
        app.validate_files()
        app.archive
        print("ready", os.getpid(), flush=True)
        app.flag(lambda *_: None)
        app.tell(datetime(2026, 11, 16, 7, tzinfo=UTC))
        app.deliver()
        os._exit(0)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Works:
    """Where the work is done and killed: see NURSERY."""

    def __init__(self, folder: Path, server) -> None:
        self.server = server
        self._ready = folder / "ready"  # what is copied for each trial
        lay_out(self._ready, server.port)
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def lay_out(self, folder: Path) -> None:
        shutil.copytree(self._ready, folder)

    def run(self, folder: Path, seconds: float | None = None) -> float:
        """Run to the end, or kill after so long; returns how long it took."""
        self._process.stdin.write(f"{folder}\n".encode())
        word, number = self._said()
        assert word == "ready"
        began = time.monotonic()
        killed = seconds is not None and not select([self._process.stdout], [], [], seconds)[0]
        if killed:
            os.kill(int(number), signal.SIGKILL)
        word, code = self._said()
        assert (word, code) in {("ended", "0"), *([("ended", "-9")] if killed else [])}
        return time.monotonic() - began

    def _said(self) -> list[str]:
        """Its next line; the pipe has no buffer on our side, so that `select` sees all that is left of it."""
        assert select([self._process.stdout], [], [], PATIENCE)[0], f"nothing said in {PATIENCE} seconds"
        return self._process.stdout.readline().decode().split()

    def unbroken(self, folder: Path) -> float:
        """A run that nobody kills; returns how long it took."""
        self.lay_out(folder)
        took = self.run(folder)
        check(self.server, 0)
        return took

    def crash_once(self, folder: Path, seconds: float) -> int:
        """Killed once and begun again; returns how many messages came twice."""
        self.lay_out(folder)
        self.run(folder, seconds)
        self.run(folder)
        return check(self.server, 1)

    def power_cut(self, disk: CutDisk, name: str, seconds: float | None) -> int:
        """The same, killed or at its end; what had not reached the disk by then is gone."""
        folder = disk.place / name
        self.lay_out(folder)
        disk.sync()
        self.run(folder, seconds)
        disk.lose_power()
        self.run(folder)
        archive = open_archive(folder)
        assert list(archive.upkeep.check()) == []
        archive.database.engine.dispose()
        return check(self.server, 1)


@contextmanager
def working(folder: Path) -> Iterator[Works]:
    """A mail server and a place to work at. `folder` is for what trials are copied from."""
    with serving() as server:
        works = Works(folder, server)
        try:
            yield works
        finally:
            works.close()


def lay_out(folder: Path, port: int) -> None:
    folder.mkdir()
    (folder / "paperwatch.toml").write_text(
        '[alerts]\nchannel = "smtp"\nsender = "watch@paperwatch.example"\n'
        f'[alerts.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout = 5.0\n'
    )
    archive = open_archive(folder)
    for number in range(READERS):
        archive.readers.subscribe(
            f"r{number}@example.org",
            channel="mail",
            cadence=Cadence.IMMEDIATE,
            confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
    for number in range(PAPERS):
        page = f"A whole population annual payment of {number} million was agreed by board {number}."
        keep(archive, [page], key=f"d{number}", content=page.encode())
    archive.database.engine.dispose()


def check(server, repeats: int) -> int:
    """Every reader has every paper; a message that came twice is the same message. Returns the repeats."""
    came = Counter()
    papers: dict[str, set[str]] = {}
    for _, (to,), content in server.accepted:
        came[to, str(message_from_bytes(content, policy=policy.default)["Message-ID"])] += 1
        papers.setdefault(to, set()).update(papers_of(content))
    assert papers == {f"r{n}@example.org": {f"d{m}" for m in range(PAPERS)} for n in range(READERS)}
    assert len(came) == READERS, "one Message-ID a reader"
    again = sum(came.values()) - len(came)
    assert again <= repeats
    server.accepted.clear()
    return again
