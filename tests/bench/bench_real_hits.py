"""Precision on real papers: 300 hits, drawn by a hash from ../shared/corpus/uk and read by hand.

    python -m tests.bench.bench_real_hits [--show]

The marks stand in real_hits.tsv by SHA-256 of the paper, page, place in the page's text and concept: no words
of others are kept here. Hits that nobody has read yet are counted apart; `--show` prints them to be read.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2 as pdfium

from pipeline.matching import concepts as concept_files
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.model import Page, PageMethod
from pipeline.text.canonical import body_spans, canonical
from tests.bench.measuring import CORPUS, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Hit

DRAWN = 300
SEED = "2026-11-29"
MOST_PAGES = 60  # of a paper
GOAL = 0.97
MARKS = Path(__file__).with_name("real_hits.tsv")


class Mark(NamedTuple):
    """Where a hit is, and of what."""

    sha256: str
    page: int
    start: int
    concept: str


def papers() -> Iterator[list[Page]]:
    """The pages of each paper once, as the text layer has them."""
    seen: set[str] = set()
    for path in sorted((CORPUS / "uk").rglob("*.pdf")):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha256 in seen:
            continue
        seen.add(sha256)
        try:
            document = pdfium.PdfDocument(str(path))
            count = min(len(document), MOST_PAGES)
            texts = [canonical(document[at].get_textpage().get_text_bounded()) for at in range(count)]
        except pdfium.PdfiumError:
            continue
        yield [
            Page(
                sha256=sha256,
                number=number,
                text=text,
                method=PageMethod.TEXT_LAYER,
                extractor="",
                body_start=start,
                body_end=end,
            )
            for number, (text, (start, end)) in enumerate(zip(texts, body_spans(texts), strict=True), 1)
        ]


def drawn(watcher: ConceptMatcher) -> list[Hit]:
    """The hits whose hash is lowest: a change of some concepts changes few of the others' draws."""
    hits = [hit for pages in papers() for hit in watcher.hits(pages)]
    return sorted(hits, key=lambda hit: hashlib.sha256(f"{SEED} {mark_of(hit)}".encode()).digest())[:DRAWN]


def mark_of(hit: Hit) -> Mark:
    return Mark(hit.sha256, hit.page, hit.start, hit.concept_id)


def marks() -> dict[Mark, bool]:
    """What was read, and whether it was right."""
    with MARKS.open(encoding="utf-8", newline="") as file:
        return {
            Mark(row["sha256"], int(row["page"]), int(row["start"]), row["concept"]): row["right"] == "1"
            for row in csv.DictReader(file, delimiter="\t")
        }


def main(arguments: list[str]) -> None:
    hits = drawn(ConceptMatcher(concept_files.load([concept_files.SHIPPED]).values()))
    read = marks()
    known = [(hit, read[mark_of(hit)]) for hit in hits if mark_of(hit) in read]
    print(f"{len(hits)} hits drawn, {len(hits) - len(known)} of them not read yet")
    right, every = Counter(h.concept_id for h, ok in known if ok), Counter(h.concept_id for h, _ in known)
    for concept, count in every.most_common():
        say(f"precision of {concept} ({count} hits)", right[concept] / count, 0.9)
    if known:
        say("precision of all", right.total() / len(known), GOAL)
    if "--show" in arguments:
        for hit in hits:
            if mark_of(hit) not in read:
                print("\t".join(map(str, mark_of(hit))), hit.wording, hit.snippet, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:])
