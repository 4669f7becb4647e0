"""Looking back over a whole archive: hunts, previews of a rule, and who said it first.

`python -m tests.bench.bench_hunts [pages] [hits]`. Hunts are held to a look at every page, or this fails. The
first figure is what merely reading the pages takes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from pipeline.matching.query_matching import RuleSet, rule
from pipeline.model import WatchList
from storage import tables as t
from storage.archive import open_archive
from storage.search_index import retro_search
from tests.bench.big_archive import LAST, fill
from tests.bench.measuring import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from storage.archive import Archive

PAGES = 100_000
HITS = 1_000_000
HUNT, FIRSTS = 10, 1  # seconds
ASKED = (
    '"nowhere said"',
    '"whole population payment"',
    'capitated NEAR/5 allocation OR "integrated care budget"',
    '"the board noted the report"',
)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Of processor time, and what the work answered."""
    began = time.process_time()
    answer = work()
    return time.process_time() - began, answer


def read_all(archive: Archive) -> int:
    with archive.database.reading() as connection:
        files = connection.execute(select(t.files.c.sha256)).scalars().all()
        return sum(len(list(retro_search.unpacked_pages(connection, sha256))) for sha256 in files)


def lay_hits(archive: Archive, count: int) -> None:
    """So many hits of twenty concepts, spread over all files."""
    with archive.database.writing() as connection:
        files = connection.execute(select(t.files.c.sha256)).scalars().all()
        each = count // len(files)
        for number, sha256 in enumerate(files):
            rows = [
                {
                    "sha256": sha256, "page": 1, "concept_id": f"concept-{(number + at) % 20}",
                    "wording": "w", "start": at, "end": at + 1, "mark_start": 0, "mark_end": 1,
                    "snippet": "A sentence as long as sentences are. " * 5,
                    "passage": f"{number:08x}{at:08x}", "rules": "", "after_revision": 0,
                }
                for at in range(each)
            ]  # fmt: skip
            connection.execute(insert(t.hits), rows)


def main(pages: int = PAGES, hits: int = HITS) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        archive = open_archive(Path(temporary))
        fill(archive, pages)
        reading, count = seconds(lambda: read_all(archive))
        say(f"reading {count:,} pages, s", reading)
        slowest = 0.0
        for text in ASKED:
            query = rule(text)
            matcher = RuleSet({"": query})
            took, found = seconds(partial(archive.reports.hunt, matcher.hits, query))
            assert found == archive.reports.hunt(matcher.hits), "the index left something out"
            say(f"hunt {text}, {len(found):,} found, s", took, HUNT, most=True)
            year = LAST - timedelta(days=365)
            watch = WatchList(query=text)
            took_to_preview, _ = seconds(partial(archive.reports.papers_with, watch, query, year))
            say(f"preview of {text}, s", took_to_preview)
            slowest = max(slowest, took)
        lay_hits(archive, hits)
        first, _ = seconds(archive.firsts.update)
        again, _ = seconds(archive.firsts.update)
        say(f"first mentions of {hits:,} hits, s", first)
        say("the same again, s", again, FIRSTS, most=True)
        return int(slowest > HUNT or again > FIRSTS)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
