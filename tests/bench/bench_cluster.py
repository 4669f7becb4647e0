"""Reading papers on a cluster: so many workers against one, and against this machine's own process.

    python -m tests.bench bench_cluster

Two workers; PAPERWATCH_BENCH_WORKERS=4 for more. The papers are made here. The three read in turn, so that a
busy machine is as busy for each. Linear is one worker's speed for each worker, or for each processor where
there are fewer; a machine that has other work has fewer processors than it says.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.cluster.reader import ClusterReader
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from tests.bench.measuring import say
from tests.documents import make
from tests.helpers.cluster import Cluster
from tests.helpers.jobs import job_at

if TYPE_CHECKING:
    from collections.abc import Callable

WORKERS = int(os.environ.get("PAPERWATCH_BENCH_WORKERS", "2"))
PAPERS, PAGES = 24, 30
ROUNDS = 3  # the first, in which each loads what it needs, is not counted; of the others the middle
LINEAR = 0.9  # goal
LINE = "The integrated care board met to consider the finance report of the year and noted it."


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as kept:
        folder = Path(temporary)
        papers = [
            make.pdf(folder / f"{number}.pdf", [f"{LINE} {number}\n" * 40] * PAGES)
            for number in range(PAPERS)
        ]
        (folder / "reading").mkdir()
        alone = ExtractConfig(ocr=False, workers=1)
        readers: dict[str, Callable[[], Sandbox | ClusterReader]] = {
            "one process": lambda: Sandbox(alone, folder / "reading")
        }
        for workers in (1, WORKERS):
            (folder / f"cluster {workers}").mkdir()
            cluster = kept.enter_context(Cluster(folder / f"cluster {workers}"))
            for _ in range(workers):
                cluster.start_worker()
            config = ExtractConfig(ocr=False, workers=1, cluster=cluster.address)
            readers[f"cluster of {workers}"] = lambda config=config: ClusterReader(
                config, folder / "reading", print
            )
        times: dict[str, list[float]] = {name: [] for name in readers}
        for _ in range(ROUNDS):
            for name, reader in readers.items():
                times[name].append(_seconds(reader, papers))
    middle = {name: statistics.median(some[1:]) for name, some in times.items()}
    for name, seconds in middle.items():
        print(f"  {name}: {PAPERS * PAGES / seconds:,.0f} pages a second")
    one, many = middle["cluster of 1"], middle[f"cluster of {WORKERS}"]
    say("one worker of a cluster, times one process's speed", middle["one process"] / one)
    say(f"{WORKERS} workers, times one worker's speed", one / many)
    linear = min(WORKERS, os.cpu_count() or 1)
    say("  of linear", one / many / linear, LINEAR)


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
