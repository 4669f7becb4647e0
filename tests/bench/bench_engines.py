"""PostgreSQL against SQLite on the same generated archive: searches, ingest, and what a run costs.

    python -m tests.bench bench_engines

20,000 pages; PAPERWATCH_BENCH_PAGES=100000 for more (half an hour on two processors). The two are asked in
turn, so that a busy machine is as busy for one as for the other. Where all its processors are busy,
PostgreSQL waits for one at each question and answer: then hold by the ratio of the processors' work. The
server is one of our own, on this machine, with the settings that it ships with. PAPERWATCH_BENCH_SMALL is
the size (10,000 pages) against which ingest at the full size is held.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select, text, update

from cli.app.context import App
from extractors.formats import EXTRACTORS
from pipeline.matching.query import parse
from storage import tables as t
from storage.archive import open_archive
from storage.config import StorageConfig
from tests.bench.bench_search import QUERIES, p95
from tests.bench.big_archive import PAGES_A_PAPER, fill, page_text, sentences
from tests.bench.measuring import say
from tests.helpers import postgres
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.archive import Archive

PAGES = int(os.environ.get("PAPERWATCH_BENCH_PAGES", "20000"))
SMALL = int(os.environ.get("PAPERWATCH_BENCH_SMALL", "10000"))
ASKED = 21  # times each kind of search; the first is not counted
INGESTED = 16  # papers into each archive
ALONE = 0.3  # goal, seconds


@dataclass(frozen=True)
class Made:
    """One archive: its engine and size, and its data folder."""

    engine: str
    pages: int
    data: Path
    archive: Archive


def made(folder: Path, server: postgres.Server) -> Iterator[Made]:
    """A small and a full archive of each engine, with the same pages."""
    for pages in (SMALL, PAGES):
        for engine in ("SQLite", "PostgreSQL"):
            data = folder / f"{engine}-{pages}"
            data.mkdir()
            url = postgres.shown(server.bare()) if engine == "PostgreSQL" else ""
            (data / "paperwatch.toml").write_text(f'[storage]\nurl = "{url}"\n')
            archive = open_archive(data, StorageConfig(url=url))
            began = time.perf_counter()
            fill(archive, pages)
            _settle(data, archive)
            _lay(data / "papers", archive)
            print(f"{engine}, {pages:,} pages made in {time.perf_counter() - began:.0f} s", flush=True)
            yield Made(engine, pages, data, archive)


def _settle(data: Path, archive: Archive) -> None:
    """As after some days: read by this version, flagged by these concepts, and known to the planner."""
    with archive.database.writing() as connection:
        read = {"version": EXTRACTORS["pdf"].version, "rules": App(data).watcher.rules}
        connection.execute(update(t.files).values(read))
    if archive.database.engine.dialect.name == "sqlite":
        return
    with archive.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _lay(papers: Path, archive: Archive) -> None:
    """Something in place of each paper: an archive whose papers are gone takes no more."""
    with archive.database.reading() as connection:
        for sha256 in connection.execute(select(t.files.c.sha256)).scalars():
            place = papers / sha256[:2] / sha256
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"-")


def searches(one: Archive, other: Archive) -> None:
    """SQLite's and PostgreSQL's, in turn: how long each takes, and how much work of the processors it is."""
    server = _server_process(other)
    worst, slowest = 0.0, 0.0
    for name, said in QUERIES.items():
        times: list[list[float]] = [[], []]
        work = [0.0, 0.0]
        for _ in range(ASKED):
            for place, archive in enumerate((one, other)):
                began, worked = time.perf_counter(), time.thread_time() + _seconds(server)
                found = archive.search.look(parse(said), seconds=60)
                if not found.total:
                    archive.search.suggest(parse(said), seconds=60)
                times[place].append(time.perf_counter() - began)
                work[place] += time.thread_time() + _seconds(server) - worked
        sqlite, theirs = (p95(some[1:]) for some in times)
        worst, slowest = max(worst, theirs / sqlite), max(slowest, theirs)
        ours, more = (seconds / ASKED * 1e3 for seconds in work)
        print(
            f"  {name:28} p95 {sqlite * 1e3:6.1f} and {theirs * 1e3:6.1f} ms: {theirs / sqlite:.2f} times; "
            f"processors {ours:.1f} and {more:.1f} ms: {more / ours:.2f} times",
            flush=True,
        )
    say("the worst of the p95's ratios", worst, 3, most=True)
    say("the slowest of PostgreSQL's p95, s", slowest, ALONE, most=True)


def _server_process(archive: Archive) -> Path:
    """What the kernel says of the server's process that answers this archive's one connection."""
    with archive.database.reading() as connection:
        return Path(f"/proc/{connection.execute(text('SELECT pg_backend_pid()')).scalar_one()}/schedstat")


def _seconds(process: Path) -> float:
    """Of processors, so far."""
    return int(process.read_text().split()[0]) / 1e9


def ingest(every: Sequence[Made]) -> None:
    """The same papers into all archives, in turn."""
    dice = Random(11)
    pool = sentences(dice)
    times: dict[tuple[str, int], list[float]] = {(each.engine, each.pages): [] for each in every}
    for number in range(INGESTED):
        pages = [page_text(dice, pool) for _ in range(PAGES_A_PAPER)]
        for each in every:
            began = time.perf_counter()
            keep(each.archive, pages, source_id="wold", key=f"new {number}", content=str(number).encode())
            times[each.engine, each.pages].append((time.perf_counter() - began) / PAGES_A_PAPER)
    middle = {name: statistics.median(some[1:]) for name, some in times.items()}
    for (engine, pages), seconds in middle.items():
        print(f"  {engine} of {pages:,} pages: {seconds * 1e3:.2f} ms a page")
    for engine in ("SQLite", "PostgreSQL"):
        ratio = middle[engine, PAGES] / middle[engine, SMALL]
        say(f"{engine}: a page at {PAGES:,} pages, times that at {SMALL:,}", ratio, 1.2, most=True)
    say("ingest, times SQLite's speed", middle["SQLite", PAGES] / middle["PostgreSQL", PAGES], 0.5)


def fixed(every: Sequence[Made]) -> None:
    """A run with nothing new, from the start of its process to its end; the server's own work is left out."""
    for each in every:
        _run(each.data)  # looks for new names, enters the log: what a week or an upgrade asks once
    spent = {(each.engine, each.pages): _run(each.data) for each in every}
    for engine in ("SQLite", "PostgreSQL"):
        say(
            f"a run of nothing new, {engine} of {PAGES:,} pages, processor s",
            spent[engine, PAGES],
            10,
            most=True,
        )
        say(f"  times that of {SMALL:,} pages", spent[engine, PAGES] / spent[engine, SMALL])


def _run(data: Path) -> float:
    """Processor seconds of a run whose only source is one that nobody asks."""
    by_hand = next(source.id for source in App(data).sources.values() if source.platform == "manual")
    words = [sys.executable, "-m", "cli", "--data", str(data), "run", by_hand, "--quiet"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in {0, 1}, done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        every = list(made(Path(temporary), postgres.start(Path(temporary), quick=False)))
        full = {each.engine: each.archive for each in every if each.pages == PAGES}
        print("Searches, SQLite and PostgreSQL:")
        searches(full["SQLite"], full["PostgreSQL"])
        print("Ingest:")
        ingest(every)
        print("Runs:")
        fixed(every)


if __name__ == "__main__":
    main()
