"""A first crawl of 40 committees with 400 meetings and 4,000 papers, and an unchanged one the day after.

`python -m tests.bench.bench_recrawl`; takes minutes and most of a gigabyte of the temporary folder. Says how
much was found, how often each host was asked, and how little was moved the second time.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from tests.councils import figures
from tests.councils.crawling import crawl, holding, overlaps, sites
from tests.councils.world import TODAY, world


def main() -> None:
    councils = world(seed=1, committees=40, reports=(13, 20), large=5)
    due = figures.truth(councils)
    with tempfile.TemporaryDirectory() as folder, sites(councils) as made:
        data = Path(folder)
        first = crawl(data, made, made.sources())
        held = holding(data)
        second = crawl(data, made, made.sources(), today=TODAY + timedelta(days=1))
        again = holding(data)
    print(figures.table(councils, due, first, second))
    for kind in ("meetings", "papers", "texts"):
        should, are = getattr(due, kind), getattr(held, kind)
        recall, precision = len(should & are) / len(should), len(should & are) / len(are)
        print(f"{kind}: recall {recall:.2%}, precision {precision:.2%} of {len(should)}")
    changed = sum(report["new"] + report["changed"] for report in second.reports.values())
    print(f"called new or changed on the unchanged day: {changed}; the archive is the same: {held == again}")
    overlapping = sum(
        overlaps([each for each in run.asked if each.council == council.id])
        for run in (first, second)
        for council in councils
    )
    print(f"requests that overlapped another to the same host: {overlapping}")


if __name__ == "__main__":
    main()
