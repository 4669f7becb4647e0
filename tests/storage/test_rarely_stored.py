"""What an archive refuses, forgives or says that is rarely so."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import StatementError

from pipeline.errors import ConfigError, StorageError
from pipeline.matching.query import Phrase
from pipeline.model import BY_HAND
from storage import engines, ttl_cache
from storage import tables as t
from storage.archive import open_archive
from storage.archive_log import checking, keys
from storage.blobs import connect
from storage.config import StorageConfig
from storage.dataset.export import export
from storage.search_index import any_words, fts
from tests.helpers import archives


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(tmp_path / "data")
    archives.keep(opened, ["A whole population payment."])
    opened.log.sign()
    yield opened
    opened.database.engine.dispose()


# ---- the log


def test_no_proof_is_made_of_what_the_log_has_not(archive):
    size = archive.log.size()
    for ask in (lambda: archive.log.inclusion(1, size + 1), lambda: archive.log.root_at(size + 1)):
        with pytest.raises(ConfigError, match=f"the log has {size} entries, not {size + 1}"):
            ask()


def _behind_its_back(archive, change):
    with archive.database.writing() as connection:
        connection.execute(change)


def _faults(archive):
    return [each.text for each in checking.findings(archive.database) if each.fault]


def test_an_entry_that_was_taken_out_of_the_midst_is_named(archive):
    _behind_its_back(archive, delete(t.log_entries).where(t.log_entries.c.id == 2))
    assert "the log: entry 2 was removed" in _faults(archive)


def test_entries_that_are_no_longer_json_are_named_and_end_no_check(archive):
    _behind_its_back(archive, update(t.log_entries).values(content=b"no json"))
    found = _faults(archive)
    assert all(
        f"the log: entry {number} has been changed" in found for number in range(1, archive.log.size() + 1)
    )


def test_a_key_that_cannot_be_read_or_kept_is_said(tmp_path):
    (tmp_path / keys.FILE).mkdir()
    with pytest.raises(StorageError, match="cannot be read"):
        keys.load(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="the log's key cannot be kept"):
        keys._make(tmp_path / "file" / "in")
    made = keys.load(tmp_path / "new")
    assert keys._make(tmp_path / "new").private_bytes_raw() == made.private_bytes_raw(), "who was quicker"
    assert not keys.is_signed(b"no key", b"", b"")


# ---- addresses


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite://", "sqlite:///file:x", "sqlite://a:b:c"])
def test_a_database_is_a_file_that_has_a_name(tmp_path, url):
    with pytest.raises(ConfigError, match=r"\[storage\] url"):
        open_archive(tmp_path, StorageConfig(url=url))


@pytest.mark.parametrize("url", ["ftp://papers.example/x", "s3://"])
def test_a_store_of_no_kind_is_refused(url):
    with pytest.raises(ConfigError, match=r"\[storage\] papers"):
        connect.connect(url)


# ---- copies


def test_a_backup_into_a_folder_that_is_not_there(archive, tmp_path):
    with pytest.raises(StorageError, match="the backup could not be written"):
        archive.upkeep.backup(str(tmp_path / "gone" / "copy"))


def test_an_export_that_cannot_be_written(archive, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="the export could not be written"):
        export(archive.database, "csv", tmp_path / "file" / "out")


def test_an_index_of_a_newer_program_is_left_alone(archive, tmp_path):
    with archive.database.writing() as connection:
        engines.of(connection).page_index.note_version(connection, fts.VERSION + 1)
    with pytest.raises(StorageError, match="made by a newer Paperwatch"):
        open_archive(tmp_path / "data")


# ---- what is kept


def test_a_paper_does_not_move_to_a_body_that_has_it(archive):
    archives.keep(archive, ["Another."], source_id="dorset", key="d1")
    with archive.database.writing() as connection:
        connection.execute(update(t.revisions).values(provenance=BY_HAND))
    (first, *_) = [row.document for row in archive.reports.papers() if row.source == "marlshire"]
    with pytest.raises(ConfigError, match="has this paper already"):
        archive.custody.move(first, archives.source("dorset"), "")


def test_an_instant_without_a_zone_is_no_instant(archive):
    with (
        pytest.raises(StatementError, match="an instant without a zone"),
        archive.database.writing() as connection,
    ):
        connection.execute(update(t.runs).values(started_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_answers_that_are_kept_are_bounded(monkeypatch):
    monkeypatch.setattr(ttl_cache, "MOST", 2)
    memory = ttl_cache.Memory(60)
    assert [memory.recall(number % 3, lambda number=number: number) for number in range(4)] == [0, 1, 2, 3]


def test_a_word_on_very_many_pages_weighs_only_where_others_lead(monkeypatch):
    monkeypatch.setattr(any_words, "FREQUENT", 3)
    rare, frequent = (
        any_words.Unit(expression=Phrase(("word",)), weight=weight, rows=frozenset(rows))
        for weight, rows in ((3.0, {7}), (1.0, {5, 6, 7}))
    )
    assert any_words.heaviest([rare, frequent], 9) == [7]
