"""What readers take back or change cannot be read in the database's files afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from pipeline.evidence.collection import PageAddress
from pipeline.model import Cadence, WatchList
from storage import tables as t
from storage.archive import open_archive
from storage.secure_delete import OF_PAPERS
from tests.helpers.archives import MOMENT, keep

SECRET = "a very private wording"


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(tmp_path)
    keep(opened, ["The integrated care board met."], key="d1")
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def reader(archive):
    watch = WatchList(name=SECRET, query=f'"{SECRET}"')
    return archive.readers.subscribe(
        "a@example.org", channel="mail", cadence=Cadence.WEEKLY, watch_lists=[watch], confirmed_at=MOMENT
    )


@pytest.fixture
def collection(archive, reader):
    found = archive.collections.start(reader.token, "Mine")
    archive.collections.add(found.id, [PageAddress(document=1, page=1)], SECRET, (SECRET,))
    archive.collections.rename(found.id, "Mine", SECRET)
    return found


def in_files(folder):
    files = [each for each in folder.glob("archive.sqlite3*") if each.suffix != ".sqlite3-shm"]
    return sum(each.read_bytes().count(SECRET.encode()) for each in files)


def test_notes_and_tags_that_are_changed_leave_nothing(tmp_path, archive, collection):
    store = archive.collections
    (page,) = store.pages(collection.id)
    before = in_files(tmp_path)
    assert before
    store.rename(collection.id, "Mine", "Other")
    assert in_files(tmp_path) < before
    before = in_files(tmp_path)
    store.annotate(collection.id, page.id, "Other", ("other",))
    assert in_files(tmp_path) < before


@pytest.mark.parametrize(
    "act",
    [
        lambda archive, of: archive.collections.drop(of.id, archive.collections.pages(of.id)[0].id),
        lambda archive, of: archive.collections.annotate(
            of.id, archive.collections.pages(of.id)[0].id, "Other", ()
        ),
    ],
    ids=["drop", "annotate"],
)
def test_a_page_of_a_collection_leaves_nothing(tmp_path, archive, reader, collection, act):
    archive.collections.rename(collection.id, "Mine", "")
    archive.readers.drop_watch(reader.id, reader.watch_lists[0].id)
    assert in_files(tmp_path)
    act(archive, collection)
    assert not in_files(tmp_path)


def test_a_list_that_is_renamed_or_dropped_leaves_nothing(tmp_path, archive, reader):
    (watch,) = reader.watch_lists
    before = in_files(tmp_path)
    archive.readers.change_watch(reader.id, replace(watch, name="Other"))
    assert in_files(tmp_path) < before
    archive.readers.drop_watch(reader.id, watch.id)
    assert not in_files(tmp_path)


def test_what_could_not_be_erased_while_someone_read_goes_with_the_next_run(tmp_path, archive, collection):
    with closing(sqlite3.connect(tmp_path / "archive.sqlite3")) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM collections").fetchall()
        archive.readers.remove("a@example.org")
        assert in_files(tmp_path), "whoever reads still sees it"
    archive.readers.purge(MOMENT)
    assert not in_files(tmp_path)


def test_every_table_that_holds_what_is_readers_own_is_named_as_one():
    """A column of such a name, or a row that goes with a row of theirs: see `READERS` in the tables."""
    named = {table.name for table in t.of_readers()}
    held = {
        table.name
        for table in t.metadata.sorted_tables
        if {"subscriber_id", "address", "reader"} & set(table.columns.keys())
        or any(key.column.table.name in named for key in table.foreign_keys)
    }
    assert held | {"rules"} == named, "readers' own queries have neither"


def test_papers_are_erased_from_every_table_that_knows_their_bytes():
    read = {table.name for table in t.metadata.sorted_tables if "sha256" in table.columns}
    kept = {"documents", "revisions", "withheld_revisions", "in_hand"}
    assert read - kept <= {*OF_PAPERS, *(table.name for table in t.of_readers())}
