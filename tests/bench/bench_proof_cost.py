"""What proof, lateness, new names and copies add to the whole road, a page: goal at most 25 % together.

    python -m tests.bench.bench_proof_cost [PAPERS]

The road is that of `bench_road`: PDF to flagged, searchable pages. Added to it are the entries of the log
with the records that are read and hashed for them, which each page pays; a look for new names at all the
pages, and the judgement on all meetings, as a run does. Copies of a passage and evidence packs cost nothing
until somebody asks: what one question takes is printed beside them. All is processor time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import compiled
from pipeline.stages import flag
from storage.archive import open_archive
from storage.archive_log import entries, records
from tests.bench.bench_extract import text_papers
from tests.bench.bench_log import NOTING
from tests.bench.bench_real_hits import papers
from tests.bench.bench_road import _ours
from tests.bench.measuring import say
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

PAPERS, PHRASES, GOAL = 60, 100, 0.25
DAY = date(2026, 11, 2)


class Spent:
    """Processor seconds in some functions; what they call of each other counts once."""

    def __init__(self) -> None:
        self.seconds, self._depth = 0.0, 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        begun, outer = time.process_time(), self._depth == 0
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self.seconds += (time.process_time() - begun) * outer

    def within(self, function: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **options: object) -> object:
            with self.counting():
                return function(*arguments, **options)

        return counted


def main(most: int = PAPERS) -> None:
    concepts = list(concept_files.load([concept_files.SHIPPED]).values())
    with tempfile.TemporaryDirectory() as folder:
        files = text_papers(Path(folder), most)
        road = _ours(PHRASES, files)
        a_page = road.seconds / road.pages
        say("the whole road, ms a page", 1e3 * a_page)
        archive = open_archive(Path(folder) / "data")
        # A paper of before, without which no name is new.
        keep(archive, ["Noted."], key="old", meeting_key=None, published_on=DAY - timedelta(days=400))
        log = Spent()
        count = pages = 0
        watched: list[tuple[ModuleType, tuple[str, ...]]] = [(entries, ("append",)), (records, NOTING)]
        with ExitStack() as stack:
            for module, names in watched:
                counted = {name: log.within(getattr(module, name)) for name in names}
                stack.enter_context(patch.multiple(module, **counted))
            for number, paper in enumerate(papers()):
                day = DAY - timedelta(days=number % 60)
                texts = [page.text for page in paper]
                keep(archive, texts, source_id="abcd"[number % 4], key=str(number), meeting_key=None,
                     content=str(number).encode(), published_on=day)  # fmt: skip
                pages += len(paper)
                count += 1
                if count == most:
                    break
            flag(archive.texts, archive.mentions, compiled(tuple(concepts)))
        names, late, copies = Spent(), Spent(), Spent()
        with names.counting():
            archive.new_names.found(DAY, concepts, weeks=9)
        with late.counting():
            archive.reports.lateness(DAY - timedelta(days=90), DAY + timedelta(days=90))
        asked = [text for text in (page.text for page in paper) if len(text) > 400][:10]
        with copies.counting():
            for text in asked:
                archive.search.trace(text[:300])
        shares = {"log": log.seconds, "new names": names.seconds, "lateness": late.seconds}
        for what, seconds in shares.items():
            say(f"  {what}, share of the road a page", seconds / pages / a_page)
        say("all together, share of the road a page", sum(shares.values()) / pages / a_page, GOAL, most=True)
        say("  one question after the copies of a passage, ms", 1e3 * copies.seconds / max(1, len(asked)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
