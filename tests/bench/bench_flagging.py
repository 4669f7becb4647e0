"""What flagging costs a page of real papers, beside what an earlier commit's code and concepts cost.

    python -m tests.bench.bench_flagging [--against COMMIT] [--rounds 5]

Both are given the text of ../shared/corpus/uk in turns, each in a process of its own; of each paper the
quickest round counts. The ratio is that of one paired run and holds on any machine. What a process compiles
once, at first or as it meets a wording, is not in the figures: each side has seen the pages before. The
earlier commit found less: the cost of a hit (its quote, its passage) is in them.
"""

from __future__ import annotations

import argparse
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.bench_real_hits import papers
from tests.bench.measuring import say

if TYPE_CHECKING:
    from collections.abc import Iterable

BEFORE = "eb12e97"  # fixed wordings alone, 20 concepts: what a page cost before there were patterns
GOAL = 1.3
HERE = Path(__file__).parents[2]

# Runs on either side's code: names have moved since.
ROUND = """
import pickle, sys, time
from pathlib import Path
from pipeline.model import Page, PageMethod
try:
    from pipeline.matching import concepts
    from pipeline.matching.concept_matching import ConceptMatcher as Matcher
except ImportError:
    from pipeline import concepts
    from pipeline.matching import Watcher as Matcher
papers = [
    [
        Page(sha256=str(at), number=number, text=text, method=PageMethod.TEXT_LAYER, extractor="",
             body_start=start, body_end=end)
        for number, text, start, end in pages
    ]
    for at, pages in enumerate(pickle.loads(Path(sys.argv[1]).read_bytes()))
]
matcher = Matcher(concepts.load([Path.cwd() / "pipeline" / "concepts"]).values())
for paper in papers:
    matcher.hits(paper)
hits = 0
for paper in papers:
    began = time.process_time()
    hits += len(matcher.hits(paper))
    print(time.process_time() - began)
print(hits)
"""


def one_round(code: Path, pages: Path) -> tuple[list[float], int]:
    """Seconds of processor time for each paper, and the number of hits."""
    command = [sys.executable, "-c", ROUND, str(pages)]
    *seconds, hits = subprocess.run(
        command, cwd=code, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()
    return list(map(float, seconds)), int(hits)


def least(rounds: Iterable[tuple[list[float], int]]) -> float:
    """Seconds for all papers, of each its quickest round: what else the machine does counts little."""
    return sum(map(min, zip(*(seconds for seconds, _ in rounds), strict=True)))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", default=BEFORE)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        before, pages = Path(folder) / "before", Path(folder) / "pages"
        before.mkdir()
        tree = subprocess.run(
            ["git", "archive", asked.against, "pipeline"], cwd=HERE, stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x", "-C", str(before)], input=tree.stdout, check=True)
        texts = [
            [(page.number, page.text, page.body_start, page.body_end) for page in pages] for pages in papers()
        ]
        pages.write_bytes(pickle.dumps(texts))
        count = sum(map(len, texts))
        rounds = [(one_round(before, pages), one_round(HERE, pages)) for _ in range(asked.rounds)]
    then, now = (least(side) / count * 1e6 for side in zip(*rounds, strict=True))
    print(
        f"{count:,} pages: {asked.against} {then:.0f} µs a page, {rounds[0][0][1]:,} hits; "
        f"now {now:.0f} µs, {rounds[0][1][1]:,} hits"
    )
    say("cost of a page beside it", now / then, GOAL, most=True)


if __name__ == "__main__":
    main(sys.argv[1:])
