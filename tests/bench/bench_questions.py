"""Questions as people ask them, and how many right pages stand among the first ten.

    python -m tests.bench.bench_questions [--show]

The questions (questions.tsv) were written by people who had read the papers of ../shared/corpus and not this
code, with the pages that answer each: by SHA-256 of the paper and page. The archive is filled once, in
PAPERWATCH_BENCH_DATA or the machine's folder for temporary files, and used again. What counts are the pages
that a reader sees first: those with all of the words, the best first, then those with most of them.
"""

from __future__ import annotations

import csv
import hashlib
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2 as pdfium

from pipeline.errors import QueryError
from pipeline.matching.loosening import ENOUGH
from pipeline.matching.query import parse
from pipeline.text.canonical import canonical
from pipeline.views import Order
from storage.archive import open_archive
from tests.bench.measuring import CORPUS, say
from tests.helpers.archives import keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.archive import Archive

FIRST = 10
MADE = "1"  # raise it when the archive is to be made again
FOLDERS = ("uk", "general")
QUESTIONS = Path(__file__).with_name("questions.tsv")

Place = tuple[str, int]  # SHA-256 and page


class Question(NamedTuple):
    """What somebody asks, and the pages that answer."""

    text: str
    kind: str
    right: frozenset[Place]


def questions() -> list[Question]:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Question(row["question"], row["kind"], frozenset(_places(row["right"]))) for row in rows]


def _places(said: str) -> Iterator[Place]:
    for place in said.split():
        sha256, _, page = place.partition(":")
        yield sha256, int(page)


def archive_of_the_corpus() -> Archive:
    folder = os.environ.get("PAPERWATCH_BENCH_DATA") or tempfile.gettempdir()
    data = Path(folder) / f"paperwatch-questions-{MADE}"
    done = data / "filled"
    archive = open_archive(data)
    if not done.exists():
        for path in sorted(path for name in FOLDERS for path in (CORPUS / name).rglob("*.pdf")):
            _keep(archive, path)
        done.touch()
    return archive


def _keep(archive: Archive, path: Path) -> None:
    content = path.read_bytes()
    try:
        document = pdfium.PdfDocument(content)
        pages = [canonical(page.get_textpage().get_text_bounded()) for page in document]
    except pdfium.PdfiumError:
        return
    keep(archive, pages, key=hashlib.sha256(content).hexdigest()[:16], content=content)


def first_pages(archive: Archive, asked: str) -> list[Place]:
    """The pages that a reader sees first, as search shows them."""
    try:
        query = parse(asked)
        found = archive.search.look(query, FIRST, order=Order.RELEVANCE)
        answers = list(found.answers)
        if found.total < ENOUGH:
            answers += archive.search.nearly(query, FIRST).answers
    except QueryError as error:
        print(f"{asked}: {error}")
        return []
    return list(dict.fromkeys((answer.sha256, answer.page) for answer in answers))[:FIRST]


def main() -> None:
    archive = archive_of_the_corpus()
    reached: dict[str, list[tuple[bool, float, float]]] = defaultdict(list)
    for question in questions():
        seen = first_pages(archive, question.text)
        ranks = [rank for rank, place in enumerate(seen, 1) if place in question.right]
        share = len(ranks) / min(len(question.right), FIRST)
        for kind in (question.kind, "all"):
            reached[kind].append((bool(ranks), 1 / ranks[0] if ranks else 0.0, share))
        if "--show" in sys.argv and not ranks:
            print(f"not found ({question.kind}): {question.text}")
    for kind, every in sorted(reached.items(), key=lambda item: item[0] == "all"):
        answered, first, share = (sum(column) / len(every) for column in zip(*every, strict=True))
        say(f"{kind} ({len(every)}): with a right page in the first ten", answered)
        say(f"{kind} ({len(every)}): share of the right pages there", share)
        say(f"{kind} ({len(every)}): one over the first one's place", first)


if __name__ == "__main__":
    main()
