"""What the benches share: papers, phrases, and the processor time of a program with all its children."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import random
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
_SENTENCES = Path(__file__).parents[1] / "flagging"
_SUBREAPER = 36  # prctl: what a program leaves behind becomes our child, and its time ours to count


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    pages: int
    seconds: float  # of processors, children's too
    wall: float
    memory: float  # MiB, at most, of the program itself; never less than of the bench that starts it


def made_or_real_papers(directory: Path, count: int) -> list[str]:
    """Real papers with a text layer where they are at hand; else some made here."""
    papers = sorted((CORPUS / "uk").glob("*.pdf"))
    by_content = {hashlib.sha256(path.read_bytes()).digest(): str(path) for path in papers}
    found = list(by_content.values())
    if found:
        return random.Random(1).sample(found, min(count, len(found)))
    from tests.documents import make  # takes longer to load than what reads a paper

    text = "\n".join(["The integrated care board met to consider the finance report of the year."] * 45)
    return [str(make.pdf(directory / f"{number}.pdf", [text] * 20)) for number in range(count)]


def labelled() -> list[str]:
    """Our labelled sentences."""
    files = sorted(_SENTENCES.glob("*.tsv"))
    rows = [line.split("\t") for path in files for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return list(dict.fromkeys(row[2].replace("\\n", " ") for row in rows))


def phrases(count: int) -> list[str]:
    """Three or four words that follow each other in our labelled sentences, as a watch list has them."""
    said = " ".join(path.read_text(encoding="utf-8") for path in sorted(_SENTENCES.glob("*.tsv")))
    words = re.findall(r"[a-z]+", said.replace("\\n", " ").lower())
    starts = random.Random(6).sample(range(len(words) - 4), 4 * count)
    return list(dict.fromkeys(" ".join(words[at : at + 3 + at % 2]) for at in starts))[:count]


def measured(code: str, arguments: list[str]) -> Result:
    """Run a program that prints its number of pages; counts what it started as well."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    whole = f"{code}\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    command = [sys.executable, "-c", whole, *arguments]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    wall = time.perf_counter() - began
    with contextlib.suppress(ChildProcessError):
        while True:  # the fork server and its children outlive the program by a moment
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    pages, memory = map(int, answer.stdout.split())
    return Result(
        pages=pages,
        seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        wall=wall,
        memory=memory / 1024,
    )


def work_of(process: int) -> float:
    """Processor seconds of a process so far, and of all that it has started and that is still there."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return own + sum(work_of(int(child)) for each in lists for child in each.read_text().split())


def say(what: str, figure: float, goal: float | None = None, *, most: bool = False) -> None:
    """One figure, one line. `most`: the goal is not to be exceeded."""
    line = f"{what}: {figure:.3g}" if figure < 1_000 else f"{what}: {figure:,.0f}"
    if goal is not None:
        met = figure <= goal if most else figure >= goal
        line += f" (goal {'at most' if most else 'at least'} {goal:g}: {'met' if met else 'MISSED'})"
    print(line, flush=True)
