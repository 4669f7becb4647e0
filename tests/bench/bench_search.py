"""Searching a generated archive, and how large it is.

    python -m tests.bench.bench_search

100,000 pages; PAPERWATCH_BENCH_PAGES=1000000 for the large one (ten minutes to make, 4 GB). With
PAPERWATCH_BENCH_DATA the archive is kept in that folder and used again. Goals: a search within
100 ms (p95) with snippets, filters, counts and facets; database and index together about as large as the
text. Exits with 1 where a search is too slow. Readers over HTTP: bench_readers.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from sqlalchemy import func, select, text

from pipeline.matching.query import parse
from pipeline.text.canonical import canonical
from pipeline.views import Order
from storage import tables as t
from storage.archive import open_archive
from storage.page_rows import unpacked
from tests.bench.big_archive import fill
from tests.bench.measuring import made_or_real_papers, say
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from storage.archive import Archive

PAGES = int(os.environ.get("PAPERWATCH_BENCH_PAGES", "100000"))
ROUNDS = 12
ALONE = 0.1  # goal, seconds
SIZE = 1.1  # goal, times the text
SAMPLE = 5_000  # pages whose text is measured
REAL_PAPERS = 400
_USED = """
    SELECT (pages.page_count - free.freelist_count) * bytes.page_size
    FROM pragma_page_count pages, pragma_freelist_count free, pragma_page_size bytes
"""

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
    "common words": "board committee report",
    "rare word and common phrase": 'capitated "report of the committee"',
    "either of two": '"integrated care" OR capitated',
    "all but": "payment NOT capitated",
    "misspelt": "capitatde",
    "nothing": "nowhere",
}


def alone(archive: Archive, order: Order) -> list[float]:
    """Seconds of each search but a kind's first. Says its processor time too: nobody else adds to that."""
    times: list[float] = []
    for name, said in QUERIES.items():
        query, some, own = parse(said), list[float](), list[float]()
        for _ in range(ROUNDS):
            began, worked = time.perf_counter(), time.thread_time()
            found = archive.search.look(query, order=order, seconds=5)
            if not found.total:
                archive.search.suggest(query, seconds=5)
            some.append(time.perf_counter() - began)
            own.append(time.thread_time() - worked)
        times += some[1:]
        half, late, work = statistics.median(some) * 1e3, p95(some[1:]) * 1e3, statistics.median(own) * 1e3
        count = f"{'more than ' if found.more else 'about ' if found.about else ''}{found.total:,}"
        print(f"  {name:28} {half:6.1f} ms ({work:.1f} own), p95 {late:6.1f}; {count} found")
    return times


def size(archive: Archive, empty: int = 0) -> float:
    """The database over the text in it."""
    c = t.pages.c
    with archive.database.reading() as connection:
        count = connection.execute(select(func.count()).select_from(t.pages)).scalar_one()
        some = connection.execute(select(c.text).limit(SAMPLE)).scalars().all()
    text_bytes = count * statistics.fmean(len(unpacked(page).encode()) for page in some)
    return (used(archive) - empty) / text_bytes


def used(archive: Archive) -> int:
    with archive.database.reading() as connection:
        return connection.execute(text(_USED)).scalar_one()


def real_size(folder: Path) -> float:
    """The same for the text of real papers, or of some made here where there are none."""
    archive = open_archive(folder / "real")
    empty = used(archive)
    for at, path in enumerate(made_or_real_papers(folder, REAL_PAPERS)):
        with pypdfium2.PdfDocument(path) as paper:
            pages = [canonical(page.get_textpage().get_text_range()) for page in paper]
        keep(archive, pages, key=f"p{at}", content=str(at).encode())
    return size(archive, empty)


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(os.environ.get("PAPERWATCH_BENCH_DATA") or temporary)
        made = (data / "archive.sqlite3").exists()
        archive = open_archive(data)
        began = time.process_time()
        if not made:
            fill(archive, PAGES)
            print(f"{PAGES:,} pages made in {time.process_time() - began:.0f} s of processor time")
        missed = False
        for order in Order:
            print(f"One reader, by {order.value}:")
            late = p95(alone(archive, order))
            say("p95 of all, s", late, ALONE, most=True)
            missed = missed or late > ALONE
        say("database, times its generated text (made-up words pack badly)", size(archive))
        say("database, times the text of real or made papers", real_size(Path(temporary)), SIZE, most=True)
        return int(missed)


if __name__ == "__main__":
    sys.exit(main())
