"""Real, damaged and hostile files: each ends as text by page or as a named failure, and the parent lives.

A sample each time; `tests/soak/soak_extract.py` reads them all, with OCR.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from pipeline.model import FailureReason
from pipeline.text.canonical import canonical
from tests.documents import fidelity
from tests.helpers.jobs import job_at

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FOLDERS = {"uk": 40, "broken": 80, "scanned": 10, "general": 60, "office": 60}
PHRASE_FILES = 40
# Of so many files every so many.
SHARES = [4, pytest.param(1, marks=pytest.mark.soak)]

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not here")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    config = ExtractConfig(seconds=20, ocr=False, memory_mb=1024)
    with Sandbox(config, tmp_path_factory.mktemp("spool")) as reader:
        yield reader


def sample(folder, size):
    files = sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())
    return random.Random(folder).sample(files, min(size, len(files)))


@pytest.mark.parametrize(("folder", "size"), FOLDERS.items())
@pytest.mark.parametrize("share", SHARES)
def test_every_file_ends_in_a_named_state(sandbox, folder, size, share):
    files = sample(folder, size)[::share]
    seen = 0
    for reading in sandbox.read(job_at(path, path.name, name=path.name) for path in files):
        pages = reading.pages
        seen += 1
        assert reading.reason not in {FailureReason.CRASHED, FailureReason.TIMED_OUT}, reading.sha256
        assert reading.reason is not None or pages or reading.members, reading.sha256
        assert [page.number for page in pages] == list(range(1, len(pages) + 1)), reading.sha256
        assert all(page.text == canonical(page.text) and page.label for page in pages), reading.sha256
    assert seen == len(files)


@pytest.mark.parametrize("share", SHARES)
def test_every_known_phrase_is_found_on_its_page(sandbox, share):
    files = random.Random(7).sample(fidelity.files_with_phrases(), PHRASE_FILES)[::share]
    jobs = [job_at(CORPUS / name, name) for name in files]
    read = [(reading.sha256, [page.text for page in reading.pages]) for reading in sandbox.read(jobs)]
    count, missed = fidelity.phrases_missed(read)
    assert count > len(files)
    assert missed == []
