"""The archive's log at a million entries: what a proof takes, and what of storing a paper is its entries."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

from pipeline.archive_log.entries import LogEntry
from storage.archive import open_archive
from storage.archive_log import entries, records
from tests.helpers import archives

ENTRIES, BATCH, PAPERS, PAGES = 1_000_000, 5_000, 300, 30
PAGE = "The committee received a report on the finances of the system, and noted it. " * 30


def main(count: int = ENTRIES, papers: int = PAPERS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Path(folder) / "data")
        archives.keep(archive, [PAGE])
        fill(archive, count)
        size = archive.log.size()
        some = range(1, size, size // 200)
        proofs = [timed(lambda number=number: archive.log.inclusion(number)) for number in some]
        print(
            f"proof in {size:,} entries: median {median(proofs) * 1e3:.2f} ms, "
            f"worst {max(proofs) * 1e3:.2f} ms (goal < 50)"
        )
        joined = timed(lambda: archive.log.consistency(size // 3, size))
        print(f"consistency proof from {size // 3:,} entries: {joined * 1e3:.2f} ms")
        appending, noting = Spent(), Spent()
        with watched(entries, ("append",), appending), watched(records, NOTING, noting):
            whole = median([timed(lambda number=number: store(archive, number)) for number in range(papers)])
        print(f"storing a paper of {PAGES} pages: {whole * 1e3:.2f} ms")
        print(f"  appending its entries: {appending.of_each(papers) / whole:.2%} (goal ≤ 1 %)")
        print(f"  with the records read and hashed for them: {noting.of_each(papers) / whole:.2%}")


def fill(archive, count: int) -> None:
    facts = {"record": "0" * 64, "state": "public"}
    for begin in range(0, count, BATCH):
        several = [
            LogEntry(kind="listed", subject=f"bench:{number}", facts=facts)
            for number in range(begin, begin + BATCH)
        ]
        with archive.database.writing() as connection:
            entries.append(connection, several)


def store(archive, number: int) -> None:
    archives.keep(archive, [f"{number} {page} {PAGE}" for page in range(PAGES)], key=f"k{number}")


class Spent:
    """What calls took, by function; medians, since others work on the machine too."""

    def __init__(self) -> None:
        self.calls = defaultdict(list)

    def of_each(self, papers: int) -> float:
        return sum(median(calls) * len(calls) / papers for calls in self.calls.values())


@contextmanager
def watched(module, names, spent: Spent):
    """Count the time that these functions take."""
    with patch.multiple(module, **{name: counted(getattr(module, name), spent) for name in names}):
        yield


NOTING = ("note_papers", "note_meetings", "note_revision", "page_hashes", "note_readings", "note_mentions")


def counted(function, spent: Spent):
    def counting(*arguments, **options):
        begun = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            spent.calls[function].append(time.perf_counter() - begun)

    return counting


def timed(work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
