"""On a machine that is busy with something else no scanned page is lost: limits count a child's own time.

`make soak` reads fifty pages; here are a few, with a limit that is close to what a page costs.
"""

from __future__ import annotations

import math
import os
import random
import time

import pytest

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import tesseract
from pipeline import stages
from pipeline.model import PageMethod
from storage.archive import open_archive
from tests.documents import fidelity, make
from tests.helpers import archives
from tests.helpers.burning import burning

A_FILE = 10  # pages


def lost_pages(folder, count, *, tries):
    """How many of so many scanned pages are not read on a busy machine, and what each may cost."""
    chance = random.Random("busy")
    texts = [" ".join(chance.sample(fidelity.sentences(), 6)) for _ in range(count)]
    scans = [fidelity.scanned_page(text, 150, chance) for text in texts]
    started = time.process_time()
    tesseract.recognise(scans[0])
    limit = max(1, math.ceil(2 * (time.process_time() - started)))  # seconds: others slow it down by more
    archive = open_archive(folder / "data")
    kept = {}
    for first in range(0, count, A_FILE):
        path = make.scan(folder / f"{first}.pdf", scans[first : first + A_FILE])
        kept[archives.crawl(archive, path.read_bytes(), key=str(first))] = texts[first : first + A_FILE]
    config = ExtractConfig(workers=1, ocr_page_seconds=limit)
    with burning(2 * (os.cpu_count() or 1)), Sandbox(config, folder / "spool") as reader:
        for _ in range(tries):
            stages.extract(archive.texts, reader)
    lost = 0
    for sha256, said in kept.items():
        pages = list(archive.texts.pages(sha256))
        read = [
            page.method is PageMethod.OCR and fidelity.recall(page.text, text) >= 0.9
            for page, text in zip(pages, said, strict=False)
        ]
        lost += len(said) - sum(read)
    archive.database.engine.dispose()
    return lost, limit


@pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
def test_scanned_pages_are_read_while_others_use_the_processors(tmp_path):
    lost, _ = lost_pages(tmp_path, 3, tries=1)
    assert lost == 0
