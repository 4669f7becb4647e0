"""Readers over HTTP: 50 at once while papers are written, then pictures of pages.

    python -m tests.bench.bench_readers

The archive is served as users serve it, by `paperwatch serve`. 100,000 generated pages;
PAPERWATCH_BENCH_PAGES and PAPERWATCH_BENCH_DATA as in bench_search. PAPERWATCH_BENCH_READERS=200 for more of
them, PAPERWATCH_BENCH_POSTGRES=1 for PostgreSQL, on a server of our own. Goals, p95 on 2 cores: a page of
search results within 300 ms (of 200 readers: 500 ms), no answer that is an error; the picture of a page
within 500 ms, and within 50 ms once it was drawn.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pypdfium2

from cli.app.context import App
from pipeline.text.canonical import canonical
from tests.bench.bench_search import PAGES, QUERIES, p95
from tests.bench.big_archive import fill, vocabulary
from tests.bench.measuring import made_or_real_papers, say
from tests.helpers import postgres
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.archive import Archive

READERS = int(os.environ.get("PAPERWATCH_BENCH_READERS", "50"))
ON_POSTGRES = bool(os.environ.get("PAPERWATCH_BENCH_POSTGRES"))
SECONDS = float(os.environ.get("PAPERWATCH_BENCH_SECONDS", "60"))
PAUSE = 4.0  # seconds, on average, in which a reader reads what it was shown
WRITE_EVERY = 0.2  # seconds between two papers of 20 pages
BY_RELEVANCE, OPENED, UNASKED = 0.2, 0.2, 0.3  # shares of what readers ask for; the rest others ask too
WORDS = 2_000  # the commonest, of which readers ask for two together
PAPERS, PAGES_EACH = 12, 4  # of which pictures are asked for
SEARCH, FIRST, AGAIN = 0.3 if READERS <= 50 else 0.5, 0.5, 0.05  # goals, seconds


@contextmanager
def served(data: Path) -> Iterator[tuple[str, int]]:
    """Host and port of the archive's own server and its process, while it runs."""
    command = [str(Path(sys.executable).with_name("paperwatch")), "--data", str(data), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None, "it was asked for"
        line = server.stderr.readline()
        rest = threading.Thread(target=shutil.copyfileobj, args=(server.stderr, sys.stderr))
        rest.start()
        try:
            yield urlsplit(next(word for word in line.split() if word.startswith("http"))).netloc, server.pid
        finally:
            server.terminate()
            rest.join()


def processor_seconds(process: int) -> float:
    facts = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def asked(host: str, address: str) -> tuple[float, int, bytes]:
    """Seconds until the whole answer was there, its status and content."""
    began = time.perf_counter()
    connection = HTTPConnection(host, timeout=30)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    return time.perf_counter() - began, answer.status, content


def read(
    host: str,
    dice: random.Random,
    words: Sequence[str],
    end: float,
    pages: Sequence[str],
    times: dict[str, list[float]],
    faults: list[str],
) -> None:
    """One reader: looks for something, reads, opens a page, reads."""
    while time.monotonic() < end:
        time.sleep(dice.expovariate(1 / PAUSE))
        query = quote(dice.choice(list(QUERIES.values())))
        which = dice.random()
        if which < OPENED:
            name, address = "a page with boxes", f"{dice.choice(pages)}?q=care"
        elif which < OPENED + UNASKED:  # no answer to it is kept from another reader's asking
            name, address = "search, its own words", f"/search?q={quote(' '.join(dice.sample(words, 2)))}"
        elif which < OPENED + UNASKED + BY_RELEVANCE:
            name, address = "search, best first", f"/search?q={query}&sort=relevance"
        else:
            name, address = "search, latest first", f"/search?q={query}"
        try:
            seconds, status, _ = asked(host, address)
        except (OSError, HTTPException) as fault:
            faults.append(f"{address}: {fault!r}")
            continue
        times[name].append(seconds)
        if status != 200:
            faults.append(f"{address}: {status}")


def together(
    host: str, archive: Archive, pages: Sequence[str]
) -> tuple[dict[str, list[float]], list[str], int]:
    """Times by kind, faults, papers written meanwhile."""
    times: dict[str, list[float]] = defaultdict(list)
    faults: list[str] = []
    words = sorted(set(vocabulary(random.Random(7), WORDS)))
    end = time.monotonic() + SECONDS
    readers = [
        threading.Thread(target=read, args=(host, random.Random(seed), words, end, pages, times, faults))
        for seed in range(READERS)
    ]
    for reader in readers:
        reader.start()
    began, written = int(time.time()), 0
    while time.monotonic() < end:
        written += 1
        text = f"The board noted the integrated care budget {began} {written}."
        keep(archive, [f"{text} Page {number}." for number in range(20)], key=f"new{began}-{written}")
        time.sleep(WRITE_EVERY)
    for reader in readers:
        reader.join()
    return times, faults, written


def real_pages(archive: Archive, folder: Path) -> list[str]:
    """Addresses of pages of real papers, or of some made here."""
    for at, path in enumerate(made_or_real_papers(folder, PAPERS)):
        with pypdfium2.PdfDocument(path) as paper:
            pages = [canonical(page.get_textpage().get_text_range()) for page in paper]
        keep(archive, pages, source_id="pictures", key=f"p{at}", content=Path(path).read_bytes())
    return [
        f"/papers/{paper.document}/pages/{number}"
        for paper in archive.reports.papers(source="pictures")
        for number in sorted({1 + at * paper.pages // PAGES_EACH for at in range(PAGES_EACH)})
    ]


def pictures(host: str, pages: Sequence[str]) -> tuple[list[float], list[str]]:
    times: list[float] = []
    faults: list[str] = []
    for address in (f"{page}/page.png" for page in pages):
        seconds, status, content = asked(host, address)
        times.append(seconds)
        if status != 200 or not content.startswith(b"\x89PNG"):
            faults.append(f"{address}: {status}")
    return times, faults


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(os.environ.get("PAPERWATCH_BENCH_DATA") or temporary)
        settings = data / "paperwatch.toml"
        if ON_POSTGRES and not settings.exists():
            url = postgres.shown(postgres.start(Path(temporary), quick=False).bare())
            settings.write_text(f'[storage]\nurl = "{url}"\n', encoding="utf-8")
        archive = App(data, makes_archive=True).archive
        if not archive.reports.totals().pages:
            fill(archive, PAGES)
        pages = real_pages(archive, Path(temporary))
        shutil.rmtree(data / "pictures", ignore_errors=True)
        with served(data) as (host, process):
            asked(host, "/search?q=board")
            before = processor_seconds(process)
            times, faults, written = together(host, archive, pages)
            worked = processor_seconds(process) - before
            first, unseen = pictures(host, pages)
            again, lost = pictures(host, pages)
        for kind, some in sorted(times.items()):
            half, late = statistics.median(some) * 1e3, p95(some) * 1e3
            print(f"{kind}: {len(some):,} answers, half within {half:.0f} ms, 95 % within {late:.0f} ms")
        answers = sum(map(len, times.values()))
        say("processor time of the server for an answer, ms (nobody else adds to it)", worked / answers * 1e3)
        searches = [seconds for kind, some in times.items() if kind.startswith("search") for seconds in some]
        say(
            f"{READERS} readers, {written} papers written meanwhile: p95 of search, s",
            p95(searches),
            SEARCH,
            most=True,
        )
        say(f"picture of a page, p95 of {len(first)}, s", p95(first), FIRST, most=True)
        say("the same once it was drawn, s", p95(again), AGAIN, most=True)
        faults += unseen + lost
        print(f"Faults: {len(faults)} {faults[:5]}")
        return int(p95(searches) > SEARCH or p95(first) > FIRST or p95(again) > AGAIN or bool(faults))


if __name__ == "__main__":
    sys.exit(main())
