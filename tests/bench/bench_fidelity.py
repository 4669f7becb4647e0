"""How much of the words is read: hard pages, made scans, other readers' word on the shared papers.

`python -m tests.bench.bench_fidelity`; takes minutes, most of them OCR.
"""

from __future__ import annotations

import contextlib
import logging
import random
import statistics
import tempfile
from itertools import chain, islice
from pathlib import Path

import pdfplumber

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from tests.bench.measuring import CORPUS, say
from tests.documents import fidelity
from tests.helpers.jobs import job_at

SCANS = 10  # a resolution
PAPERS = 60  # of a folder, beside pdfplumber
PAGES = 3  # of each of them
FLOORS = fidelity.FLOORS


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        hard_pages(Path(directory))
        scans(Path(directory))
    phrases()
    agreement()


def hard_pages(directory: Path) -> None:
    found = 0
    for number, draw in enumerate(fidelity.HARD.values()):
        draw(directory / str(number))
        found += fidelity.phrases_found(directory / str(number))
    say(
        "phrases found on hard pages",
        found / len(fidelity.HARD) / len(fidelity.PHRASES),
        FLOORS["made"]["phrases"],
    )


def scans(directory: Path) -> None:
    if not fidelity.can_read_scans():
        print("OCR: not measured, there is no Tesseract wheel here")
        return
    for dpi, floor in FLOORS["ocr"].items():
        reached = fidelity.ocr_recall(SCANS, int(dpi), directory)
        say(f"OCR at {dpi} dpi, words found", reached.words, floor["words"])
        say(f"OCR at {dpi} dpi, three words in a row found", reached.phrases, floor["phrases"])


def phrases() -> None:
    if not CORPUS.is_dir():
        print("known phrases: not measured, the shared papers are not here")
        return
    config = ExtractConfig(ocr=False)
    with tempfile.TemporaryDirectory() as spool, Sandbox(config, Path(spool)) as sandbox:
        jobs = [job_at(CORPUS / name, name) for name in fidelity.files_with_phrases()]
        read = [(reading.sha256, [page.text for page in reading.pages]) for reading in sandbox.read(jobs)]
    count, missed = fidelity.phrases_missed(read)
    for name, page, phrase in missed:
        print(f"  missed: {phrase!r} on page {page} of {name}")
    say(
        f"of {count} known phrases, found on their pages", 1 - len(missed) / count, FLOORS["phrases"]["found"]
    )


def agreement() -> None:
    """With pdftotext, ours and pdfplumber's. It is another reader and not the truth: it says who differs."""
    folders = {name: sorted((CORPUS / name).rglob("*.pdf")) for name in ("uk", "general")}
    if not fidelity.has_poppler() or not all(folders.values()):
        print("agreement with pdftotext: not measured, it or the shared papers are not here")
        return
    alike = {
        name: [fidelity.f1(*pages) for path in papers for pages in fidelity.compared(path)]
        for name, papers in folders.items()
    }
    say("words of a page of uk, F1", statistics.mean(alike["uk"]), FLOORS["poppler"]["uk"]["f1"])
    say("words of a page of general, F1", statistics.mean(alike["general"]))
    say(
        "words of a page of either, F1",
        statistics.mean(chain.from_iterable(alike.values())),
        FLOORS["poppler"]["corpus"]["f1"],
    )
    for name, papers in folders.items():
        beside_pdfplumber(name, random.Random(3).sample(papers, PAPERS))


def beside_pdfplumber(name: str, papers: list[Path]) -> None:
    """On the first pages of some papers, for it is slow."""
    ours, theirs = [], []
    for path in papers:
        pages = list(islice(fidelity.compared(path), PAGES))
        read = plumber_pages(path)
        if len(read) < len(pages):
            continue
        for by_plumber, (by_us, by_poppler) in zip(read, pages, strict=False):
            if fidelity.tokens(by_poppler):  # to be like a page that it cannot read is no merit
                ours.append((by_us, by_poppler))
                theirs.append((by_plumber, by_poppler))
    for what, measure in (("words, F1", fidelity.f1), ("order", fidelity.order)):
        mine, other = (statistics.mean(measure(*pages) for pages in read) for read in (ours, theirs))
        floor = FLOORS["poppler"][name]["order"] if what == "order" and name == "uk" else 0
        say(f"{len(ours)} pages of {name}, {what}, and not below pdfplumber", mine, max(floor, other))


def plumber_pages(path: Path) -> list[str]:
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    with contextlib.suppress(Exception), pdfplumber.open(path) as paper:  # it raises whatever it likes
        return [page.extract_text() for page in islice(paper.pages, PAGES)]
    return []


if __name__ == "__main__":
    main()
