"""What is read is what is printed: small samples against the floors; `python -m tests.bench` has the rest."""

from __future__ import annotations

import random
import statistics

import pytest

from tests.documents import fidelity

FLOORS = fidelity.FLOORS
PAPERS = 10
PAGES = 4  # of one alone, a single word is more than the floors leave room for


@pytest.mark.parametrize("page", fidelity.HARD)
def test_every_planted_phrase_is_read(tmp_path, page):
    fidelity.HARD[page](tmp_path / "a")
    found = fidelity.phrases_found(tmp_path / "a")
    assert found >= FLOORS["made"]["phrases"] * len(fidelity.PHRASES)


@pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
@pytest.mark.parametrize("dpi", [150, pytest.param(200, marks=pytest.mark.soak)])
def test_scans_are_read_as_well_as_before(tmp_path, dpi):
    reached, floor = fidelity.ocr_recall(PAGES, dpi, tmp_path), FLOORS["ocr"][str(dpi)]
    assert reached.words >= floor["words"]
    assert reached.phrases >= floor["phrases"]


@pytest.mark.skipif(
    not (fidelity.has_poppler() and fidelity.CORPUS.is_dir()), reason="no pdftotext, or no shared papers here"
)
def test_real_pages_are_read_as_another_engine_reads_them():
    papers = random.Random(4).sample(sorted((fidelity.CORPUS / "uk").glob("*.pdf")), PAPERS)
    pages = [both for path in papers for both in fidelity.compared(path)]
    # A few papers may be the worst ones: they are held to the floor of all kinds.
    assert statistics.mean(fidelity.f1(*both) for both in pages) >= FLOORS["poppler"]["corpus"]["f1"]


def test_measures():
    assert fidelity.f1("The board, met", "the BOARD met") == 1
    assert fidelity.f1("", "") == 1
    assert fidelity.f1("one", "two") == 0
    assert fidelity.order("a b c", "a b c") == 1
    assert fidelity.order("a b c d", "c d a b") == pytest.approx(0.5)
    assert fidelity.recall("a b x c d", "a b c d") == 1
    assert fidelity.recall("a b x c d", "a b c d", 2) == pytest.approx(2 / 3)
