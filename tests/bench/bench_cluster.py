"""Reading papers on a cluster: so many workers against one, and against this machine's own process.

    python -m tests.bench bench_cluster

Two workers; PAPERWATCH_BENCH_WORKERS=4 for more. The papers are made here. The three read in turn, so that a
busy machine is as busy for each. Linear is one worker's speed for each worker, or for each processor where
there are fewer. Scheduler and coordinator need a share of the same processors: what workers on machines of
their own would do is in the processor time that a paper costs each of them.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from extractors.cluster.reader import ClusterReader
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from tests.bench.measuring import say, work_of
from tests.documents import make
from tests.helpers.cluster import Cluster
from tests.helpers.jobs import job_at

if TYPE_CHECKING:
    from collections.abc import Callable

WORKERS = int(os.environ.get("PAPERWATCH_BENCH_WORKERS", "2"))
PAPERS, PAGES = 24, 30
ROUNDS = 3  # the first, in which each loads what it needs, is not counted; of the others the middle
LINEAR = 0.9  # goal
CONFIG = ExtractConfig(ocr=False, workers=1)
LINE = "The integrated care board met to consider the finance report of the year and noted it."


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as kept:
        folder = Path(temporary)
        papers = [
            make.pdf(folder / f"{number}.pdf", [f"{LINE} {number}\n" * 40] * PAGES)
            for number in range(PAPERS)
        ]
        (folder / "reading").mkdir()
        readers = [_Reader("one process", partial(Sandbox, CONFIG, folder / "reading"), {})]
        readers += [_of_cluster(kept, folder, workers) for workers in (1, WORKERS)]
        for _ in range(ROUNDS):
            for reader in readers:
                reader.measure(papers)
    own, one, many = readers
    for reader in readers:
        print(f"  {reader.name}: {PAPERS * PAGES / reader.seconds():,.0f} pages a second")
    say("one worker of a cluster, times one process's speed", own.seconds() / one.seconds())
    say(f"{WORKERS} workers, times one worker's speed", one.seconds() / many.seconds())
    linear = min(WORKERS, os.cpu_count() or 1)
    say("  of linear", one.seconds() / many.seconds() / linear, LINEAR)
    for reader in (one, many):
        said = ", ".join(f"{role} {reader.work(role) * 1e3:.0f} ms" for role in reader.processes)
        print(f"  processor time of a paper, {reader.name}: {said}")
    say("  of linear, by the workers' own processor time", one.work("workers") / many.work("workers"), LINEAR)


@dataclass
class _Reader:
    name: str
    start: Callable[[], Sandbox | ClusterReader]
    processes: dict[str, list[int]]  # by what they are, but this one
    times: list[float] = field(default_factory=list)
    works: list[dict[str, float]] = field(default_factory=list)

    def measure(self, papers: list[Path]) -> None:
        before = self._work()
        self.times.append(_seconds(self.start, papers))
        self.works.append({role: spent - before[role] for role, spent in self._work().items()})

    def seconds(self) -> float:
        return statistics.median(self.times[1:])

    def work(self, role: str) -> float:
        """Processor seconds of a paper."""
        return statistics.median(each[role] for each in self.works[1:]) / PAPERS

    def _work(self) -> dict[str, float]:
        return {role: sum(map(work_of, those)) for role, those in self.processes.items()}


def _of_cluster(kept: ExitStack, folder: Path, workers: int) -> _Reader:
    name = f"cluster of {workers}"
    (folder / name).mkdir()
    cluster = kept.enter_context(Cluster(folder / name))
    started = [cluster.start_worker().pid for _ in range(workers)]
    config = msgspec.structs.replace(CONFIG, cluster=cluster.address)
    reader = partial(ClusterReader, config, folder / "reading", print)
    return _Reader(name, reader, {"scheduler": [cluster.scheduler.pid], "workers": started})


def _seconds(reader: Callable[[], Sandbox | ClusterReader], papers: list[Path]) -> float:
    jobs = [job_at(path, path.stem) for path in papers]
    with reader() as reading:
        began = time.perf_counter()
        done = list(reading.read(jobs))
        seconds = time.perf_counter() - began
    assert sorted(each.sha256 for each in done) == sorted(path.stem for path in papers)
    assert all(len(each.pages) == PAGES for each in done)
    return seconds


if __name__ == "__main__":
    main()
