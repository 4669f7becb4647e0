"""From papers to flagged, searchable pages, beside what one would write first: pdfplumber, a `re` a phrase.

`python -m tests.bench.bench_road [papers]`. Ours is all of it: children, normal form, scores, database,
index, flagging. Each way reads the same papers; only the ratios mean anything.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from storage.archive import open_archive
from tests import archives
from tests.bench.measuring import made_or_real_papers, measured, say

PAPERS = 120
GOALS = {100: 40, 1_000: 55}

OURS = """
import pathlib, sys
from extractors.config import ExtractConfig
from extractors.sandbox import Sandbox
from pipeline import stages
from pipeline.concepts import Concept, Wording
from pipeline.matching import Watcher
from storage.archive import open_archive
from tests.bench.measuring import phrases
count, data = int(sys.argv[1]), pathlib.Path(sys.argv[2])
wordings = tuple(Wording(text=phrase) for phrase in phrases(count))
watcher = Watcher([Concept(id="all", label="", about="", wordings=wordings, match=(), no_match=())])
archive = open_archive(data)
with Sandbox(ExtractConfig(ocr=False), data / "spool") as reader:
    pages = stages.extract(archive.texts, reader).pages
stages.flag(archive.texts, archive.mentions, watcher)
print(pages)
"""

FIRST_THOUGHT = """
import re, sys, pdfplumber
from tests.bench.measuring import phrases
count, *papers = sys.argv[1:]
said = [phrase.replace(" ", r"\\s+") for phrase in phrases(int(count))]
patterns = [re.compile(rf"\\b{phrase}\\b", re.IGNORECASE) for phrase in said]
pages = found = 0
for path in papers:
    with pdfplumber.open(path) as paper:
        for page in paper.pages:
            text = page.extract_text()
            page.close()
            pages += 1
            found += sum(1 for pattern in patterns if pattern.search(text))
print(pages)
"""


def main(papers: int = PAPERS) -> None:
    with tempfile.TemporaryDirectory() as directory:
        files = made_or_real_papers(Path(directory), papers)
        for count, goal in GOALS.items():
            data = Path(directory) / str(count)
            crawled(data, files)
            ours = measured(OURS, [str(count), str(data)])
            first = measured(FIRST_THOUGHT, [str(count), *files])
            assert ours.pages == first.pages
            say(
                f"PDF to flagged, searchable pages, {count:,} phrases, x pdfplumber and re",
                first.seconds / ours.seconds,
                goal,
            )
            say("  of ours, pages a processor second", ours.pages / ours.seconds)
            say("  memory of its parent, MiB", ours.memory, 150, most=True)


def crawled(data: Path, papers: list[str]) -> None:
    """An archive that holds the papers and has read none."""
    archive = open_archive(data)
    run = archive.catalogue.begin([archives.source()], date(2026, 11, 16))
    archive.catalogue.record_meeting(run, archives.meeting())
    for number, paper in enumerate(papers):
        content = Path(paper).read_bytes()
        archive.catalogue.record_document(run, archives.document(key=str(number)))
        archive.blobs.put(content)
        archive.catalogue.record_revision(run, archives.revision(content, key=str(number)))
    archive.database.engine.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
