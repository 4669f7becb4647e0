"""Reading and flagging as stages: kept together, in handfuls, with the same end either way."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from pipeline import stages
from pipeline.errors import StorageError
from pipeline.matching import concept_matching as matching
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.kept_hits import MOST_IN_A_PAPER, MOST_ON_A_PAGE
from pipeline.matching.query_matching import topic
from pipeline.model import FailureReason, Page, PageMethod, Part, PartState, WatchList
from pipeline.ports import Findings, Member
from storage import tables as t
from storage.archive import open_archive
from tests.helpers import archives
from tests.helpers.desk import Desk, concept
from tests.storage.test_outbox import Meddler

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
MATCHER = ConceptMatcher(
    [
        Concept(id=text.split()[0], label="", about="", wordings=(Wording(text=text),), match=(), no_match=())
        for text in ("integrated care provider", "whole population payment")
    ]
)


class Reader:
    """Answers what it is told. As with the real one, a reading's members are there until the next."""

    def __init__(self, *readings):
        self.readings = readings

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
    """The papers as a crawl leaves them; returns what reading them gives."""
    readings = [
        archives.reading(archives.crawl(archive, key.encode(), key=key), pages)
        for key, pages in PAPERS.items()
    ]
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
        look = stages.looking(archive.mentions, MATCHER) if name == "while" else None
        done = stages.extract(archive.texts, reader, look)
        found = done.found + stages.flag(archive.texts, archive.mentions, MATCHER)
        assert found == {"integrated": 2, "whole": 1}
        assert (done.papers, done.pages) == (4, 6)
        assert [reading.reason for _, reading in done.failed] == [FailureReason.ENCRYPTED]
        ends.append(standing(archive))
        archive.database.engine.dispose()
    assert ends[0] == ends[1]


class Killer:
    """A look that ends its process at a paper that says "at last"."""

    def __init__(self, look, by):
        self.look, self.by = look, by

    def __call__(self, pages):
        if any("at last" in page.text for page in pages):
            self.by()
        return self.look(pages)


def in_a_child(run):
    """Exit status of `run` in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            run()
        except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
            os._exit(7)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def out_of_memory():
    raise MemoryError


@pytest.mark.parametrize(("by", "status"), [(lambda: os._exit(9), 9), (out_of_memory, 7)])
def test_a_file_that_ends_the_process_stops_no_other_and_is_named_in_the_end(tmp_path, by, status):
    archive = open_archive(tmp_path)
    reader = Reader(*listed(archive))
    bomb = next(reading.sha256 for reading in reader.readings if "at last" in str(reading.pages))
    archive.database.engine.dispose()

    def run():
        mine = open_archive(tmp_path)
        stages.extract(mine.texts, reader, Killer(stages.looking(mine.mentions, MATCHER), by))

    for _ in range(stages.MOST_ENDED_RUNS):
        assert in_a_child(run) == status
    assert in_a_child(run) == 0
    kept = open_archive(tmp_path)
    assert kept.reports.totals().hits_by_concept == {"integrated": 1, "whole": 1}
    with kept.database.reading() as connection:
        rows = {row.sha256: row for row in connection.execute(select(t.files))}
        assert connection.execute(select(t.in_hand)).all() == []
    assert {sha256: row.ended_runs for sha256, row in rows.items() if row.ended_runs} == {
        bomb: stages.MOST_ENDED_RUNS
    }
    assert rows[bomb].reason == FailureReason.CRASHED
    assert "3 runs ended while it was read" in rows[bomb].detail


def test_a_run_that_a_person_or_a_full_disk_stops_blames_no_file(tmp_path):
    for error in (KeyboardInterrupt, StorageError):
        archive = open_archive(tmp_path / error.__name__)
        reader = Reader(*listed(archive))

        def stop(error=error):
            raise error("no more")

        with pytest.raises(error):
            stages.extract(archive.texts, reader, Killer(stages.looking(archive.mentions, MATCHER), stop))
        assert all(job.ended_runs == 0 for job in archive.texts.pending(reader.versions()))
        assert stages.extract(archive.texts, reader).papers == len(PAPERS)


def test_what_cannot_be_flagged_is_not_kept_as_if_it_were(archive):
    reader = Reader(*listed(archive))
    before = standing(archive)

    def look(pages):
        if any("at last" in page.text for page in pages):
            raise RuntimeError
        return Findings(rules=MATCHER.rules, hits=MATCHER.hits(pages))

    with pytest.raises(RuntimeError):
        stages.extract(archive.texts, reader, look)
    assert standing(archive) == before
    stages.extract(archive.texts, reader, stages.looking(archive.mentions, MATCHER))
    assert archive.reports.totals().hits_by_concept == {"integrated": 2, "whole": 1}


def test_new_concepts_are_looked_for_in_many_papers_with_few_writes(archive):
    archive.texts.store(*listed(archive))
    commits: list[int] = []
    event.listen(archive.database.engine, "commit", lambda connection: commits.append(_writes(connection)))
    assert stages.flag(archive.texts, archive.mentions, MATCHER) == {"integrated": 2, "whole": 1}
    assert sum(commits) == 1


def _writes(connection) -> int:
    return bool(connection.get_execution_options().get("writes"))


def test_read_anew_a_mention_keeps_its_number(archive):
    readings = listed(archive)
    look = stages.looking(archive.mentions, MATCHER)
    archive.texts.store(*readings, look=look)
    with archive.database.reading() as connection:
        before = connection.execute(select(t.hits.c.id, t.hits.c.snippet)).all()
    anew = [replace(reading, version="2", pages=reading.pages) for reading in readings]
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


def test_what_a_run_says_it_read_and_flagged_is_what_is_held(archive):
    pages = ["The integrated way.", "No more."]
    shared = archives.crawl(archive, b"one pack", key="first body")
    archives.crawl(archive, b"one pack", key="second body")
    readings = [*listed(archive), archives.reading(shared, pages)]
    done = stages.extract(archive.texts, Reader(*readings), stages.looking(archive.mentions, MATCHER))
    held = archive.reports.totals()
    assert (done.papers, done.pages, done.found) == (held.papers, held.pages, held.hits_by_concept)


@pytest.mark.parametrize(
    ("letters", "batches"),
    [(10, 1), (stages.BATCH_CHARS // 2, 2), (stages.BATCH_CHARS, 4)],
    ids=["little", "more", "much"],
)
def test_the_more_text_the_fewer_files_are_kept_at_once(archive, letters, batches):
    readings = [
        replace(reading, pages=archives.reading("", ["x" * letters]).pages) for reading in listed(archive)
    ]
    kept = []

    class Texts:
        pending = staticmethod(archive.texts.pending)
        take_stock = staticmethod(archive.texts.take_stock)
        take_in_hand = staticmethod(archive.texts.take_in_hand)
        in_papers = staticmethod(archive.texts.in_papers)

        def store(self, *batch, look):
            kept.append(batch)
            return archive.texts.store(*batch, look=look)

    stages.extract(Texts(), Reader(*readings))
    assert len(kept) == batches
    assert [each.sha256 for batch in kept for each in batch] == [reading.sha256 for reading in readings]


def test_a_rule_added_while_papers_are_read_and_flagged_tells_each_once(tmp_path):
    desk = Desk(tmp_path, None, concept("nothing"))
    reader = desk.reader(concepts=("nothing",))
    for moment in range(1, 21):
        word = f"word{moment}"
        known = set()

        def add(word=word, known=known):
            known |= {title for title in flagged(desk.archive) if word in title}
            desk.archive.readers.add_watch(reader.id, WatchList(query=word))

        state = {"left": moment, "do": add}
        mentions, texts = Meddler(desk.archive.mentions, state), Meddler(desk.archive.texts, state)
        titles = {f"{word} {part}" for part in "abc"}
        for title in sorted(titles):
            sha256 = archives.crawl(desk.archive, title.encode(), key=title, title=title)
            look = stages.looking(mentions, desk.watcher)
            stages.extract(texts, Reader(archives.reading(sha256, [f"{word} is said in {title}."])), look)
        while state["left"] > 0:
            mentions.rules()
        desk.flag()
        told = [
            each.place.title
            for each in desk.archive.ledger.unreported(reader)
            if each.concept_id == topic(word)
        ]
        assert sorted([*told, *known]) == sorted(titles), "each once, in the report or in an alert"


def flagged(archive):
    with archive.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT title FROM documents JOIN files USING (sha256) WHERE flagged IS NOT NULL"
        )
        return [title for (title,) in rows]


def pages_of(*texts):
    return [
        Page(
            sha256="x",
            number=number,
            text=text,
            method=PageMethod.TEXT_LAYER,
            extractor="pdf/1",
            body_end=len(text),
        )
        for number, text in enumerate(texts, 1)
    ]


def counted(hits):
    """Kept and further mentions by concept."""
    kept = Counter(hit.concept_id for hit in hits)
    more = Counter()
    for hit in hits:
        more[hit.concept_id] += hit.more
    return {concept: (kept[concept], more[concept]) for concept in kept}


def test_what_a_paper_says_without_end_is_kept_in_part_and_counted_in_full():
    said = "The integrated care provider pays. " * 70
    hits = MATCHER.hits(pages_of(*[said] * 30, "A whole population payment."))
    assert counted(hits) == {"integrated": (MOST_IN_A_PAPER, 70 * 30 - MOST_IN_A_PAPER), "whole": (1, 0)}
    assert max(Counter(hit.page for hit in hits).values()) == MOST_ON_A_PAGE
    assert counted(MATCHER.hits(pages_of("An integrated care provider. " * 3)))["integrated"] == (3, 0)


def test_a_paper_of_too_many_mentions_to_hold_is_flagged_as_any_other(monkeypatch):
    pages = pages_of(
        *(f"Page {n}. An integrated care provider, {n}. Then a whole\npopulation payment." for n in range(9))
    )
    before = MATCHER.hits(pages)
    monkeypatch.setattr(matching, "MOST_HELD", 5)
    assert MATCHER.hits(pages) == before


def test_the_archive_counts_what_is_not_kept(archive):
    sha256 = archives.crawl(archive, b"much", key="much")
    text = "The integrated care provider pays. " * 120
    archive.texts.store(archives.reading(sha256, [text]), look=stages.looking(archive.mentions, MATCHER))
    assert archive.reports.totals().hits_by_concept == {"integrated": 120}


def test_a_page_that_was_read_in_part_is_named(archive):
    sha256 = archives.crawl(archive, b"pictures", key="pictures")
    reading = archives.reading(sha256, ["Words.", "More words."])
    unread = Part(kind="picture", state=PartState.UNREAD, why="it is too large", text="", start=0, end=0)
    last = replace(reading.pages[1], parts=(unread,))
    done = stages.extract(archive.texts, Reader(replace(reading, pages=(reading.pages[0], last))))
    assert [left for _, left in done.partly] == [
        "parts of 1 of 2 pages, the first is page 2: picture: it is too large"
    ]
