"""Reading and flagging as stages: kept together, in handfuls, with the same end either way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from pipeline import stages
from pipeline.concepts import Concept, Wording
from pipeline.matching import Watcher
from pipeline.model import FailureReason
from pipeline.ports import Findings, Member
from storage import tables as t
from storage.archive import open_archive
from tests import archives

PAPERS = {
    "board": [
        "The board met.",
        "It chose an integrated care\nprovider. It chose",
        "whole population payment too.",
    ],
    "minutes": ["Nothing to see.", ""],
    "again": ["An integrated care provider, at last."],
    "empty": [],
}
WATCHER = Watcher(
    [
        Concept(id=text.split()[0], label="", about="", wordings=(Wording(text=text),), match=(), no_match=())
        for text in ("integrated care provider", "whole population payment")
    ]
)


class Reader:
    """Answers what it is told. As with the real one, a reading's members are there until the next."""

    def __init__(self, *readings):
        self.readings = readings
        self.asked = []

    def versions(self):
        return {"pdf": "1"}

    def read(self, jobs):
        wanted = {job.sha256 for job in jobs}
        for reading in self.readings:
            if reading.sha256 in wanted:
                yield reading
                for member in reading.members:
                    member.path.unlink(missing_ok=True)


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(tmp_path / "data")
    yield opened
    opened.database.engine.dispose()


def listed(archive):
    """The papers as a crawl leaves them; answers what reading them gives."""
    run = archive.catalogue.begin([archives.source()], archives.TODAY)
    archive.catalogue.record_meeting(run, archives.meeting())
    readings = []
    for key, pages in PAPERS.items():
        sha256, _ = archive.blobs.put(key.encode())
        archive.catalogue.record_document(run, archives.document(key=key))
        archive.catalogue.record_revision(run, archives.revision(key.encode(), key=key))
        readings.append(archives.reading(sha256, pages))
    readings[-1] = replace(readings[-1], reason=FailureReason.ENCRYPTED)
    return readings


def standing(archive):
    """All that reading and flagging wrote, row by row; not when, and not under which number."""
    with archive.database.reading() as connection:
        rows = {
            table.name: [
                {name: value for name, value in row.items() if name not in {"extracted_at", "flagged"}}
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in (t.files, t.pages, t.hits, t.words)
        }
        index = connection.exec_driver_sql(f"SELECT term, doc, cnt FROM {t.PAGE_INDEX_WORDS} ORDER BY term")
        return rows | {"index": index.all()}


def test_flagged_while_read_or_afterwards_it_is_the_same(tmp_path):
    ends = []
    for name in ("while", "afterwards"):
        archive = open_archive(tmp_path / name)
        reader = Reader(*listed(archive))
        look = stages.looking(archive.mentions, WATCHER) if name == "while" else None
        done = stages.extract(archive.texts, reader, look)
        found = done.found + stages.flag(archive.texts, archive.mentions, WATCHER)
        assert found == {"integrated": 2, "whole": 1}
        assert (done.files, done.pages) == (4, 6)
        assert [reading.reason for _, reading in done.failed] == [FailureReason.ENCRYPTED]
        ends.append(standing(archive))
        archive.database.engine.dispose()
    assert ends[0] == ends[1]


def test_what_cannot_be_flagged_is_not_kept_as_if_it_were(archive):
    reader = Reader(*listed(archive))
    before = standing(archive)

    def look(pages):
        if any("at last" in page.text for page in pages):
            raise RuntimeError
        return Findings(rules=WATCHER.rules, hits=WATCHER.hits(pages))

    with pytest.raises(RuntimeError):
        stages.extract(archive.texts, reader, look)
    assert standing(archive) == before
    stages.extract(archive.texts, reader, stages.looking(archive.mentions, WATCHER))
    assert archive.mentions.count_by_concept() == {"integrated": 2, "whole": 1}


def test_read_anew_a_mention_keeps_its_number(archive):
    readings = listed(archive)
    look = stages.looking(archive.mentions, WATCHER)
    archive.texts.store(*readings, look=look)
    with archive.database.reading() as connection:
        before = connection.execute(select(t.hits.c.id, t.hits.c.snippet)).all()
    anew = [replace(reading, version="2", pages=list(reading.pages)) for reading in readings]
    assert archive.texts.store(*anew, look=look) == []
    with archive.database.reading() as connection:
        assert connection.execute(select(t.hits.c.id, t.hits.c.snippet)).all() == before


def test_members_are_taken_before_they_are_gone(archive, tmp_path):
    first, second, *_ = listed(archive)
    inside = tmp_path / "inside"
    inside.write_bytes(b"a paper in a pack")
    pack = replace(first, members=(Member(name="inside.txt", path=inside),))
    stages.extract(archive.texts, Reader(pack, second))
    with archive.database.reading() as connection:
        titles = connection.execute(
            select(t.documents.c.title).where(t.documents.c.key.contains("!"))
        ).scalars()
        assert list(titles) == ["inside.txt"]


@pytest.mark.parametrize(
    ("letters", "batches"),
    [(10, 1), (stages.BATCH_LETTERS // 2, 2), (stages.BATCH_LETTERS, 4)],
    ids=["little", "more", "much"],
)
def test_the_more_text_the_fewer_files_are_kept_at_once(archive, letters, batches):
    readings = [
        replace(reading, pages=archives.reading("", ["x" * letters]).pages) for reading in listed(archive)
    ]
    kept = []

    class Texts:
        pending = staticmethod(archive.texts.pending)

        def store(self, *batch, look):
            kept.append(batch)
            return archive.texts.store(*batch, look=look)

    stages.extract(Texts(), Reader(*readings))
    assert len(kept) == batches
    assert [each.sha256 for batch in kept for each in batch] == [reading.sha256 for reading in readings]
