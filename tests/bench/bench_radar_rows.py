"""How many false rows a month the radar shows: ../shared/corpus played as one year.

    python -m tests.bench.bench_radar_rows [PAPERS]

The papers of the corpus are dealt over the days of a year and six bodies by a hash; a look a week, from the
second month on. No name of the corpus is a renaming that campaigners would want to hear of, so every row
counts as false: the figure is an upper bound.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.stages import flag
from storage.archive import open_archive
from tests.bench.bench_real_hits import papers
from tests.bench.measuring import say
from tests.helpers.archives import keep

BEGINS = date(2025, 1, 1)
DAYS, HISTORY = 365, 31  # the first month is what the archive knew before
BODIES = "abcdef"
GOAL = 10  # rows a month


def main(most: int = 0) -> None:
    concepts = list(concept_files.load([concept_files.SHIPPED]).values())
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Path(folder))
        count = 0
        for pages in papers():
            count += 1
            dealt = int(hashlib.sha256(pages[0].sha256.encode()).hexdigest(), 16)
            keep(
                archive,
                [page.text for page in pages],
                source_id=BODIES[dealt % len(BODIES)],
                key=pages[0].sha256,
                content=pages[0].sha256.encode(),
                meeting_key=None,
                published_on=BEGINS + timedelta(days=dealt // 7 % DAYS),
            )
            if count == most:
                break
        flag(archive.texts, archive.mentions, ConceptMatcher(concepts))
        rows: defaultdict[str, set[str]] = defaultdict(set)
        for days in range(HISTORY, DAYS, 7):
            today = BEGINS + timedelta(days=days)
            rows[f"{today:%Y-%m}"] |= {name.name for name in archive.new_names.found(today, concepts)}
    months = [len(names) for names in rows.values()]
    say("radar: papers of the corpus", count)
    say("radar: rows in the worst month (all counted false)", max(months), GOAL, most=True)
    say("radar: rows a month, mean", sum(months) / len(months))
    for month, names in sorted(rows.items()):
        print(f"  {month} {len(names)}: {', '.join(sorted(names))}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
