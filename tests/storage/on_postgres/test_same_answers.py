"""A search has the same answers on both engines: a sample of tests/soak/test_engines_soak.py."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pytest

from cli.demo import papers
from pipeline.model import DocumentKind
from storage.archive import open_archive
from storage.config import StorageConfig
from storage.copying import copy_database
from tests.helpers import postgres
from tests.helpers.archives import TODAY, document, meeting, reading, revision, source
from tests.helpers.two_engines import Asking, differences

QUERIES = 100
WHOLLY = 4  # asked in every way
BODIES = ("marlshire", "ellenby", "vale", "hull")
DAYS = (date(2025, 3, 1), date(2026, 1, 1), date(2026, 10, 31), date(2026, 11, 26), None)
PROSE = Path(papers.__file__).parent / "prose"
MARKED = re.compile(r"\{[^|{}]*\|([^{}]*)\}")


def texts():
    """The words of the demo's papers, as papers of a few pages; some words broken at the end of a line."""
    dice = random.Random(11)
    for file in sorted(PROSE.glob("*.txt")):
        said = MARKED.sub(r"\1", file.read_text("utf-8").partition("\n---\n")[2]).split()
        broken = [f"{w[:4]}\u00ad{w[4:]}" if len(w) > 8 and dice.random() < 0.1 else w for w in said]
        yield file.stem, [" ".join(broken[at : at + 90]) for at in range(0, len(broken), 90)]


@pytest.fixture(scope="module")
def both(tmp_path_factory, server):
    data, dice = tmp_path_factory.mktemp("data"), random.Random(5)
    archive = open_archive(data, StorageConfig(url=f"sqlite:///{data / 'archive.sqlite3'}"))
    pages = []
    run = archive.catalogue.begin([source(body) for body in BODIES], TODAY)
    for name, those in texts():
        body, day = dice.choice(BODIES), dice.choice(DAYS)
        archive.catalogue.record_meeting(run, meeting(body, f"on {day}", starts_on=day))
        kind = dice.choice(list(DocumentKind))
        archive.catalogue.record_document(run, document(body, name, meeting_key=f"on {day}", kind=kind))
        sha256, _ = archive.blobs.put(name.encode())
        archive.catalogue.record_revision(run, revision(name.encode(), body, name))
        archive.texts.store(reading(sha256, those))
        pages += those
    there = server.new()
    list(copy_database(archive.database, there))
    yield archive, open_archive(data, StorageConfig(url=postgres.shown(there))), pages
    archive.database.engine.dispose()


def test_both_engines_say_the_same(both):
    one, other, pages = both
    asking = Asking(pages, BODIES, random.Random(19))
    queries = [asking.query() for _ in range(QUERIES)]
    assert list(differences(one, other, queries[:WHOLLY])) == []
    assert list(differences(one, other, queries[WHOLLY:], ["by date"])) == []
