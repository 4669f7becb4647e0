"""Searching a generated archive: one reader, then 50 at once while papers are written.

    python tests/bench/bench_search.py

100,000 pages; PAPERWATCH_BENCH_PAGES=1000000 for the large one (ten minutes to make, 6 GB). With
PAPERWATCH_BENCH_DATA the archive is kept in that folder and used again. Goals, p95: one reader under 100 ms
with snippets, filters, counts and facets; 50 readers, each asking again some seconds after its last answer,
under 300 ms on 2 cores. Exits with 1 where a goal is missed.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.answers import Order
from pipeline.query import parse
from storage.archive import open_archive
from tests.archives import keep
from tests.bench.big_archive import fill

if TYPE_CHECKING:
    from storage.archive import Archive

PAGES = int(os.environ.get("PAPERWATCH_BENCH_PAGES", "100000"))
READERS = 50
SECONDS = 30.0
PAUSE = 4.0  # seconds, on average, in which a reader reads what it was shown
ALONE, TOGETHER = 0.1, 0.3  # goals, seconds
QUERIES = {
    "common word": "board",
    "common phrase": '"report of the committee"',
    "word on 6 %": "integrated care",
    "word on 0.4 %": "payment",
    "rare phrase": '"whole population payment"',
    "rare word": "capitated",
    "prefix": "capitat*",
    "ending": "*tated",
    "body": "board body:body-7",
    "kind": "board kind:pack",
    "kind and year": "board kind:icb after:2024 before:2025",
    "concept": "board concept:savings",
    "filters alone": "kind:council after:2025",
    "near": "board NEAR/3 report",
    "nothing": "nowhere",
}


def alone(archive: Archive, order: Order) -> float:
    times: list[float] = []
    for name, query in QUERIES.items():
        some: list[float] = []
        for _ in range(11):
            began = time.perf_counter()
            found = archive.search.look(parse(query), order=order, seconds=5)
            some.append(time.perf_counter() - began)
        times += some[1:]
        print(f"  {name:15} {statistics.median(some) * 1e3:7.1f} ms, {found.total:,} counted")
    return _p95(times)


def together(archive: Archive) -> tuple[float, int, list[str]]:
    """p95, number of answers, faults."""
    end = time.monotonic() + SECONDS
    times: list[float] = []
    faults: list[str] = []

    def read(seed: int) -> None:
        dice = random.Random(seed)
        while time.monotonic() < end:
            time.sleep(dice.expovariate(1 / PAUSE))
            query = parse(dice.choice(list(QUERIES.values())))
            began = time.perf_counter()
            try:
                archive.search.look(query, seconds=5)
            except Exception as fault:  # noqa: BLE001 - whatever it is, it counts
                faults.append(str(fault))
            times.append(time.perf_counter() - began)

    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    number = int(time.time())
    while time.monotonic() < end:
        keep(archive, [f"The board noted the integrated care budget {number}."] * 20, key=f"new{number}")
        number += 1
        time.sleep(0.2)
    for reader in readers:
        reader.join()
    return _p95(times), len(times), faults


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(os.environ.get("PAPERWATCH_BENCH_DATA") or temporary)
        made = (data / "archive.sqlite3").exists()
        archive = open_archive(data)
        began = time.process_time()
        if not made:
            fill(archive, PAGES)
            print(f"{PAGES:,} pages made in {time.process_time() - began:.0f} s of processor time")
        size = (data / "archive.sqlite3").stat().st_size / 1e6
        print(f"{size:,.0f} MB")
        missed = False
        for order in Order:
            print(f"One reader, by {order.value}:")
            p95 = alone(archive, order)
            print(f"  p95 {p95 * 1e3:.0f} ms; goal {ALONE * 1e3:.0f} ms")
            missed = missed or p95 > ALONE
        p95, count, faults = together(archive)
        print(f"{READERS} readers and a writer: p95 {p95 * 1e3:.0f} ms of {count:,} answers")
        print(f"  goal {TOGETHER * 1e3:.0f} ms")
        print(f"Faults: {faults[:3] or 'none'}")
        return int(missed or p95 > TOGETHER or bool(faults))


if __name__ == "__main__":
    sys.exit(main())
