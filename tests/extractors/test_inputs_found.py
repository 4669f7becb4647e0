"""The small inputs that failed once: each says its sentence, or a file within it does, or it is named."""

from __future__ import annotations

import re

import pytest

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import tesseract
from tests.helpers.jobs import job_at

SAID = "whole population payment"
OF_OTHERS = {".pdf", ".py", ".md"}  # PDFs have tests of their own
NOT_OF_READING = {"43-wordings-in-quotes-and-plurals.txt"}  # about concepts


@pytest.mark.skipif(not tesseract.available(), reason="no Tesseract wheel here")
def test_every_input_is_found(shared, tmp_path):
    paths = sorted((shared / "findings" / "inputs").iterdir())
    jobs = [
        job_at(path, path.name, name=path.name)
        for path in paths
        if path.suffix not in OF_OTHERS and path.name not in NOT_OF_READING
    ]
    assert len(jobs) > 20
    found: dict[str, bool] = {}
    with Sandbox(ExtractConfig(workers=1), tmp_path / "spool") as sandbox:
        for reading in sandbox.read(jobs):
            named = [part.text for page in reading.pages for part in page.parts]  # as hidden
            text = " ".join([*(page.text for page in reading.pages), *named])
            within = [member.path.read_bytes() for member in reading.members]
            found[reading.sha256] = SAID in re.sub(r"[\W_]+", " ", text.lower()) or bool(within)
            assert reading.reason is None, (reading.sha256, reading.detail)
    assert [name for name, is_found in found.items() if not is_found] == []
