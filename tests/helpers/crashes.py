"""Flagging, telling and sending in a process of its own, killed at a chosen moment and begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from pipeline.model import Cadence
from storage.archive import open_archive
from tests.helpers.archives import keep
from tests.helpers.desk import papers_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.small_disks import CutDisk

READERS, PAPERS = 3, 4
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from alerts import render
from alerts.channels import table
from cli.app import feed_files
from cli.app import operator_notices
from cli.app.context import App
app = App(Path(sys.argv[1]), makes_archive=True)
app.validate_files()
app.archive
print("ready", flush=True)
app.flag(lambda *_: None)
app.tell(datetime(2026, 11, 16, 7, tzinfo=UTC))
app.deliver()
"""


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


def _run(folder: Path, seconds: float | None) -> float:
    """Run to the end, or kill after so long; returns how long it took."""
    with subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        began = time.monotonic()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        else:
            assert process.returncode == 0
        return time.monotonic() - began


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


def unbroken(folder: Path, server) -> float:
    """A run that nobody kills; returns how long it took."""
    lay_out(folder, server.port)
    took = _run(folder, None)
    check(server, 0)
    return took


def crash_once(folder: Path, server, seconds: float) -> int:
    """Killed once and begun again; returns how many messages came twice."""
    lay_out(folder, server.port)
    _run(folder, seconds)
    _run(folder, None)
    return check(server, 1)


def power_cut(disk: CutDisk, name: str, server, seconds: float | None) -> int:
    """The same, killed or at its end; what had not reached the disk by then is gone. Returns the repeats."""
    folder = disk.place / name
    lay_out(folder, server.port)
    os.sync()
    _run(folder, seconds)
    disk.lose_power()
    _run(folder, None)
    archive = open_archive(folder)
    assert list(archive.upkeep.check()) == []
    archive.database.engine.dispose()
    return check(server, 1)
