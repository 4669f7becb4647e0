"""From papers to flagged, searchable pages, beside what one would write first: pdfplumber, a `re` a phrase.

`python -m tests.bench.bench_road [papers]`. Ours is all of it: children, normal form, scores, database,
index, flagging, and the start of every process. Each way reads the papers of `bench_extract`. Only the ratios
mean anything: pdfplumber takes minutes, in which a shared machine is now quicker, now slower, and so it reads
its papers in parts, and we all of ours after each part.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

from storage.archive import open_archive
from tests.bench.bench_extract import PDFIUM, text_papers
from tests.bench.measuring import Result, measured, say
from tests.helpers import archives

PAPERS = 1_000  # at most
TURNS = 6
GOALS = {100: 40, 1_000: 55}

OURS = """
import pathlib, sys
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from pipeline import stages
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.concept_matching import ConceptMatcher
from storage.archive import open_archive
from tests.bench.measuring import phrases
count, data = int(sys.argv[1]), pathlib.Path(sys.argv[2])
wordings = tuple(Wording(text=phrase) for phrase in phrases(count))
watcher = ConceptMatcher([Concept(id="all", label="", about="", wordings=wordings, match=(), no_match=())])
archive = open_archive(data)
with Sandbox(ExtractConfig(ocr=False), data / "spool") as reader:
    pages = stages.extract(archive.texts, reader, stages.looking(archive.mentions, watcher)).pages
print(pages)
"""

PDFPLUMBER = """
import contextlib, json, sys, pdfplumber
texts, *papers = sys.argv[1:]
pages = []
for path in papers:
    with contextlib.suppress(Exception), pdfplumber.open(path) as paper:  # some it gives up on
        for page in paper.pages:
            pages.append(page.extract_text())
            page.close()
with open(texts, "w") as file:
    json.dump(pages, file)
print(len(pages))
"""

EACH_PHRASE = """
import json, re, sys
from tests.bench.measuring import phrases
count, texts = sys.argv[1:]
said = [phrase.replace(" ", r"\\s+") for phrase in phrases(int(count))]
patterns = [re.compile(rf"\\b{phrase}\\b", re.IGNORECASE) for phrase in said]
pages = found = 0
for text in json.load(open(texts)):
    pages += 1
    found += sum(1 for pattern in patterns if pattern.search(text))
print(pages)
"""


def main(most: int = PAPERS) -> None:
    with tempfile.TemporaryDirectory() as directory:
        papers = text_papers(Path(directory), most)
        texts = str(Path(directory) / "texts")
        plumber: list[Result] = []
        bare: list[Result] = []
        phrases: dict[int, list[Result]] = {count: [] for count in GOALS}
        ours: dict[int, list[Result]] = {count: [] for count in GOALS}
        for turn in range(TURNS):
            plumber.append(measured(PDFPLUMBER, [texts, *papers[turn::TURNS]]))
            bare.append(measured(PDFIUM, papers))
            for count in GOALS:
                phrases[count].append(measured(EACH_PHRASE, [str(count), texts]))
                ours[count].append(_ours(count, papers))
    (pages,) = {result.pages for results in ours.values() for result in results}
    assert sum(result.pages for result in plumber) > 0.99 * pages
    for count, goal in GOALS.items():
        first_thought = sum(result.seconds for result in (*plumber, *phrases[count]))
        seconds = statistics.mean(result.seconds for result in ours[count])
        say(
            f"PDF to flagged, searchable pages, {count:,} phrases, x pdfplumber and re",
            first_thought / seconds,
            goal,
        )
        say("  of ours, pages a processor second", pages / seconds)
        say("  memory of its parent, MiB", max(result.memory for result in ours[count]), 150, most=True)
    say(
        "bare pypdfium2, which keeps and flags nothing, x pdfplumber",
        sum(result.seconds for result in plumber) / statistics.mean(result.seconds for result in bare),
    )


def _ours(count: int, files: list[str]) -> Result:
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        crawled(data, files)
        return measured(OURS, [str(count), str(data)])


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
