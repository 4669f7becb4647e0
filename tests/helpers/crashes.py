"""Flagging, telling and sending in a process of its own, killed at a chosen moment and begun again."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from pipeline.model import Cadence
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.alerts.test_channels import serving
from tests.helpers import commands
from tests.helpers.archives import keep
from tests.helpers.desk import papers_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.small_disks import CutDisk

READERS, PAPERS = 3, 4
PATIENCE = 300  # seconds


class Works:
    """Where the work is done and killed."""

    def __init__(self, folder: Path, server) -> None:
        self.server = server
        self._ready = folder / "ready"  # what is copied for each trial
        lay_out(self._ready, server.port)
        self._said = folder / "said"
        os.mkfifo(self._said)

    def lay_out(self, folder: Path) -> None:
        shutil.copytree(self._ready, folder)

    def run(self, folder: Path, seconds: float | None = None) -> float:
        """Run to the end, or kill after so long; returns how long it took."""
        streams = (os.devnull, self._said, self._said)
        child = commands.nursery().start("tests.helpers.work:main", [str(folder)], streams)
        with self._said.open() as said:
            assert said.readline() == "ready\n", said.read()
            began, killed = time.monotonic(), False
            try:
                code = child.wait(PATIENCE if seconds is None else seconds)
            except TimeoutError:
                assert seconds is not None, f"still at work after {PATIENCE} seconds"
                code, killed = child.kill(), True
            assert code in {0, *([-signal.SIGKILL] if killed else [])}, said.read()
        return time.monotonic() - began

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
        yield Works(folder, server)


def lay_out(folder: Path, port: int, url: str = "") -> None:
    """`url` is of the archive's database, unless it is in the folder."""
    folder.mkdir()
    (folder / "paperwatch.toml").write_text(
        f'[storage]\nurl = "{url}"\n'
        '[alerts]\nchannel = "smtp"\nsender = "watch@paperwatch.example"\n'
        f'[alerts.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout = 5.0\n'
    )
    archive = open_archive(folder, StorageConfig(url=url))
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
