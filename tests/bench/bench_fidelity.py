"""How much of the words is read: hard pages, made scans, other readers' word on the shared papers.

`python -m tests.bench.bench_fidelity`; takes minutes, most of them OCR.
"""

from __future__ import annotations

import contextlib
import random
import statistics
import tempfile
from pathlib import Path

from extractors import pdf
from extractors.config import ExtractConfig, current
from pipeline.errors import ExtractionError
from tests.bench.measuring import CORPUS, say
from tests.documents import fidelity

SCANS = 10  # a resolution
PAPERS = 60
FLOORS = fidelity.FLOORS


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        hard_pages(Path(directory))
        scans(Path(directory))
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


def agreement() -> None:
    if not fidelity.has_poppler():
        print("agreement with pdftotext: not measured, it is not installed")
        return
    papers = sorted((CORPUS / "uk").glob("*.pdf"))
    if not papers:
        print("agreement with pdftotext: not measured, the shared papers are not here")
        return
    token = current.set(ExtractConfig(ocr=False))
    alike = [score for path in random.Random(3).sample(papers, PAPERS) for score in against_poppler(path)]
    current.reset(token)
    say("tokens of a page, F1 against pdftotext", statistics.mean(alike), FLOORS["poppler"]["f1"])


def against_poppler(path: Path) -> list[float]:
    ours: list[str] = []
    with contextlib.suppress(ExtractionError):  # some pages are pictures; the others count
        ours.extend(page.text for page in pdf.extract(path))
    return [
        fidelity.f1(text, other)
        for text, other in zip(ours, fidelity.poppler_pages(path), strict=False)
        if text or other
    ]


if __name__ == "__main__":
    main()
