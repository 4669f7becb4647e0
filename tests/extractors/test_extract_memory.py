"""The parent's memory stays small whatever a file says: each is read in a process of its own and measured."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.documents import make

MOST = 150  # MiB

# Holds all pages of a reading at once, as whoever keeps them does. Its peak since it was started, not what
# `getrusage` says, which begins with the peak of the process that started it.
PARENT = """
import re, sys
from pathlib import Path
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from tests.helpers.jobs import job_at
from tests.extractors.test_sandbox import HostileSandbox

if __name__ == "__main__":
    kind = HostileSandbox if sys.argv[1] == "act" else Sandbox
    with kind(ExtractConfig(workers=1, ocr=False), Path(sys.argv[3])) as sandbox:
        for reading in sandbox.read([job_at(Path(sys.argv[2]))]):
            pages = reading.pages
            names = {member.name for member in reading.members if len(member.name) < 300}
            print(len(pages), len(names), str(reading.reason), sep=";")
    print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def talk(path):
    line = "the board of the trust met to consider the finance report of the year \N{GRINNING FACE}\n"
    path.write_text(line * (30_000_000 // len(line)), encoding="utf-8")
    return path


def many_members(path):
    return make.archive(path, [(f"{number:05d}{'n' * 60_000}", b"x") for number in range(900)])


def act(name):
    def write(path):
        path.write_text(name)
        return path

    return write


FILES = {
    "a text of 30 million letters": ("file", talk, ";0;too large"),
    "members with names of 60,000 letters": ("file", many_members, "0;900;None"),
    "a page without an end": ("act", act("babble"), ";0;None"),
    "200,000 letters, a thousand times": ("act", act("chatter"), ";0;None"),
}


@pytest.mark.parametrize(("kind", "write", "reason"), FILES.values(), ids=FILES)
def test_the_parent_stays_small(tmp_path, request, kind, write, reason):
    (tmp_path / "parent.py").write_text(PARENT)
    command = [sys.executable, tmp_path / "parent.py", kind, write(tmp_path / "a"), tmp_path / "spool"]
    answer = subprocess.run(
        command,
        env={"PYTHONPATH": str(request.config.rootpath)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    ended, memory = answer.stdout.split("\n", 1)
    assert ended.endswith(reason)
    assert int(memory) < MOST
