"""Papers that a person keeps back, removes or moves: what readers then see, and that it can be taken back."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from cli.main import call
from pipeline.errors import ConfigError
from pipeline.matching.query import parse
from pipeline.model import BY_HAND, DocumentState, Listing, SourceState
from pipeline.ports import Member, SourceReport
from storage import tables as t
from storage.archive import open_archive
from tests.helpers import archives
from tests.helpers.fakes import MemoryCatalogue, crawl, sites, source


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(tmp_path / "data")
    yield opened
    opened.database.engine.dispose()


def paper(archive, text, **facts):
    archives.keep(archive, [text], **facts)
    return max(row.document for row in archive.reports.papers())


def found(archive, words):
    return [answer.document for answer in archive.search.find(parse(words), 10)]


def row(archive, document):
    [listed] = archive.reports.papers(document=document)
    return listed


def everything(archive):
    """All rows but the logs, which only grow."""
    with archive.database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in t.metadata.sorted_tables
            if table not in {t.paper_actions, t.words, t.log_entries, t.log_nodes}
        }


def test_a_withheld_paper_is_in_no_search_and_restored_it_is_as_it_was(archive):
    document = paper(archive, "A zeppelin over the ward.", key="one")
    before = everything(archive)
    archive.custody.withhold(document, "A patient is named on page 1.")
    assert found(archive, "zeppelin") == []
    listed = row(archive, document)
    assert (listed.state, listed.reason, listed.sha256) == (
        DocumentState.WITHHELD, "A patient is named on page 1.", "",
    )  # fmt: skip
    assert listed.revisions == 0
    archive.custody.restore(document, "")
    assert found(archive, "zeppelin") == [document]
    assert everything(archive) == before
    assert [action.action for action in archive.custody.log()] == ["restore", "withhold"]


def test_the_same_file_of_another_paper_stays_and_is_named(archive):
    one = paper(archive, "A zeppelin over the ward.", key="one")
    two = paper(archive, "A zeppelin over the ward.", key="two")
    assert archive.custody.withhold(one, "why") == [two]
    assert found(archive, "zeppelin") == [two]
    assert archive.custody.remove(one, "why") == 0
    assert found(archive, "zeppelin") == [two]


def test_two_papers_of_the_same_bytes_that_are_removed_at_once_leave_none(archive, monkeypatch):
    """Each sees that the other has them still, until the other is gone."""
    one, two = (paper(archive, "A zeppelin over the ward.", key=key) for key in ("one", "two"))
    sha256 = row(archive, one).sha256
    archive.blobs.put(b"its bytes")
    for document in (one, two):
        archive.custody.withhold(document, "why")
    erase, left, removed = archive.custody._erase, [two], []

    def erase_after_the_other(document, *facts, **more):
        if left:
            archive.custody.remove(left.pop(), "why")
        return erase(document, *facts, **more)

    monkeypatch.setattr(archive.custody, "_erase", erase_after_the_other)
    monkeypatch.setattr(archive.blobs, "remove", removed.append)
    assert archive.custody.remove(one, "why") == 1
    assert removed == [sha256]
    with archive.database.reading() as connection:
        assert connection.execute(select(t.files.c.sha256).where(t.files.c.sha256 == sha256)).all() == []


def test_the_number_of_a_withheld_revision_is_given_to_no_other(archive):
    one = paper(archive, "First.", key="one")
    archive.custody.withhold(one, "why")
    paper(archive, "Second.", key="two")
    archive.custody.restore(one, "")
    with archive.database.reading() as connection:
        assert connection.execute(select(t.revisions.c.document_id).order_by(t.revisions.c.id)).all() == [
            (1,),
            (2,),
        ]


def test_a_removed_paper_leaves_no_byte_in_the_data_folder_and_its_reason_stays(archive, tmp_path):
    document = paper(archive, "A zeppelinesque secret.", key="one")
    sha256 = row(archive, document).sha256
    assert archive.blobs.path(sha256).exists() or archive.blobs.put(b"its bytes")
    assert archive.custody.remove(document, "By order of the court.") == 1
    assert not archive.blobs.path(sha256).exists()
    left = [
        path
        for path in (tmp_path / "data").rglob("*")
        if path.is_file() and b"zeppelinesque" in path.read_bytes()
    ]
    assert left == []
    listed = row(archive, document)
    assert (listed.state, listed.reason) == (DocumentState.REMOVED, "By order of the court.")
    assert archive.custody.remove(document, "again") == 0
    with pytest.raises(ConfigError, match="not withheld: it is removed"):
        archive.custody.restore(document, "")
    assert list(archive.upkeep.check()) == []


def test_a_paper_that_is_kept_back_is_not_fetched_again(tmp_path):
    with sites() as site:
        board = site()
        board.lists(documents=[{"key": f"{name}.pdf", "url": f"{board.url}/{name}.pdf"} for name in "ab"])
        for name in ("a", "b"):
            board.routes[f"/{name}.pdf"] = (
                200,
                {"Content-Type": "application/pdf"},
                b"%PDF-1.4 " + name.encode(),
            )
        catalogue = MemoryCatalogue(kept_back={("s", "a.pdf")})
        done = crawl(tmp_path, [source("s", board.url + "/")], catalogue=catalogue)
        assert "/b.pdf" in board.paths()
        assert "/a.pdf" not in board.paths()
    assert set(done.catalogue.documents) == {("s", "a.pdf"), ("s", "b.pdf")}
    assert set(done.catalogue.revisions) == {("s", "b.pdf")}


def test_listed_again_or_no_longer_a_paper_stays_as_a_person_left_it(archive):
    document = paper(archive, "A zeppelin.", key="one")
    archive.custody.withhold(document, "why")
    run = archive.catalogue.begin([archives.source()], archives.TODAY)
    archive.catalogue.record_document(run, archives.document(key="one", title="A new title"))
    assert archive.catalogue.is_kept_back("marlshire", "one")
    assert row(archive, document).state == DocumentState.WITHHELD
    later = archive.catalogue.begin([archives.source()], archives.TODAY)
    listing = Listing(source_id="marlshire", key="meeting/m1")
    report = SourceReport(source_id="marlshire", state=SourceState.OK)
    archive.catalogue.finish(later, report, [listing])
    assert row(archive, document).state == DocumentState.WITHHELD


def test_the_files_of_a_pack_go_with_it_and_come_back(archive, tmp_path):
    sha256 = archives.crawl(archive, b"a zip", key="pack")
    inside = tmp_path / "inside"

    def read():
        inside.write_bytes(b"a member")
        reading = archives.reading(sha256, [], members=(Member(name="one.pdf", path=inside),))
        archive.texts.store(reading)

    read()
    pack = next(each.document for each in archive.reports.papers() if each.sha256 == sha256)
    archive.custody.withhold(pack, "why")
    assert {each.state for each in archive.reports.papers()} == {DocumentState.WITHHELD}
    archive.custody.restore(pack, "")
    assert {each.state for each in archive.reports.papers()} == {DocumentState.HELD}
    member = next(each.document for each in archive.reports.papers() if each.sha256 != sha256)
    archive.custody.withhold(member, "why")
    read()  # by a newer version of its reader
    assert row(archive, member).state == DocumentState.WITHHELD


def test_only_a_paper_added_by_hand_moves_to_another_body_and_is_found_there(archive):
    document = paper(archive, "A zeppelin.", key="one")
    by_hand = archives.source("by-hand-dorset", body="dorset")
    with pytest.raises(ConfigError, match="was found by the source marlshire"):
        archive.custody.move(document, by_hand, "")
    with archive.database.writing() as connection:
        connection.execute(update(t.revisions).values(provenance=BY_HAND))
    archive.custody.move(document, by_hand, "a slip")
    assert found(archive, "zeppelin body:dorset") == [document]
    assert found(archive, "zeppelin body:marlshire") == []
    assert archive.custody.log()[0].reason == "marlshire to by-hand-dorset. a slip"


def test_the_commands_ask_say_what_they_did_and_refuse_what_is_not_there(archive, tmp_path, capsys):
    document = str(paper(archive, "A zeppelin.", key="one"))

    def ask(*words):
        code = call(["papers", *words, "--data", str(tmp_path / "data")])
        return code, *capsys.readouterr()

    assert ask("withhold", document, "--reason", "A patient is named.")[0] == 0
    assert (
        ask("withhold", document, "--reason", "again")[2]
        == f"paperwatch: paper {document} is withheld already\n"
    )
    assert "withheld" in ask()[1]
    assert ask("restore", document)[0] == 0
    assert ask("remove", document)[0] == 2  # without a reason
    assert ask("remove", document, "--reason", "Court order", "--yes")[1].startswith(
        f"Paper {document} is removed"
    )
    assert ask("withhold", "99", "--reason", "x")[2] == "paperwatch: there is no paper with the number 99\n"
    _, out, _ = ask("log", "--format", "json")
    assert [json.loads(line)["action"] for line in out.splitlines()] == [
        "remove", "withhold", "restore", "withhold",
    ]  # fmt: skip
