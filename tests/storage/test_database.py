"""The database and the files beside it: settings, upgrades, backup, check."""

import os
import shlex
import sqlite3
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from pipeline.errors import ConfigError, StorageError
from pipeline.matching.query import parse
from storage import migrations, ownership, tables
from storage.archive import open_archive
from storage.blobs.folder import FileBlobs
from storage.config import StorageConfig
from storage.engines.sqlite import open_engine, sqlite_url
from tests.helpers.archives import TODAY, keep, source


def test_upgrading_an_empty_database_equals_the_models(tmp_path):
    engine = open_engine(sqlite_url(tmp_path))
    assert migrations.upgrade(engine) is True
    assert migrations.upgrade(engine) is False

    def ours(_object, name, kind, _reflected, _compare_to):
        return not (kind == "table" and name.startswith(tables.PAGE_INDEX))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, tables.metadata) == []


def test_the_head_that_a_start_compares_with_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


FIRST_ROWS = """
INSERT INTO runs (id, today, started_at) VALUES (1, '2026-11-16', '2026-11-16 07:30:00');
INSERT INTO sources (id, body_id, name, kind, platform, url, region, codes, note, every)
VALUES ('vale', 'vale', 'Vale', 'council', 'cmis', '', '', '{}', '', 0),
       ('by-hand-old-icb', 'old-icb', 'old-icb', 'by-hand', 'manual', '', '', '{}', '', 0),
       ('by-hand-wold-trust', 'wold-trust', 'wold-trust', 'by-hand', 'manual', '', '', '{}', '', 0);
INSERT INTO bodies (id, name, kind, region, codes, cluster)
VALUES ('old-icb', 'NHS Old ICB', 'icb', '', '{}', '');
INSERT INTO source_runs (run_id, source_id, state, reason, ended_at, requests, bytes, meetings, documents,
                         new, changed, withdrawn, problems)
VALUES (1, 'vale', 'ok', '', '2026-11-16 07:31:00', 1, 2, 3, 4, 5, 6, 7, '[]');
INSERT INTO runs (id, today, started_at) VALUES (2, '2026-11-17', '2026-11-17 07:30:00');
INSERT INTO documents (id, source_id, key, title, kind, url, listing, state, reason, sha256, first_seen,
                       last_run)
VALUES (1, 'vale', 'd', 'Pack', 'pack', '', '', 'held', '', 'b', '2026-11-16 07:30:30', 2);
INSERT INTO files (sha256, size, media_type, extractor, version, tries, reason, detail, pages, metadata,
                   rules, labels)
VALUES ('a', 1, '', '', '', 0, '', '', 0, '{}', '', '[]'), ('b', 1, '', '', '', 0, '', '', 0, '{}', '', '[]');
INSERT INTO revisions (document_id, sha256, fetched_at, checked_at, urls, etag, last_modified, provenance)
VALUES (1, 'a', '2026-11-16 07:30:40', '2026-11-16 07:30:40', '[]', '', '', 'crawled'),
       (1, 'b', '2026-11-17 07:30:40', '2026-11-17 07:30:40', '[]', '', '', 'crawled')
"""


def test_an_archive_of_the_first_program_keeps_its_rows(tmp_path):
    engine = open_engine(sqlite_url(tmp_path))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FIRST_ROWS.split(";"):
            connection.execute(text(statement))
    engine.dispose()
    archive = open_archive(tmp_path)
    vale = source("vale")
    assert archive.catalogue.usual(archive.catalogue.begin([vale], TODAY), vale) == 4
    with archive.database.reading() as connection:
        assert connection.execute(text("SELECT left FROM source_runs")).scalar() == "[]"
    assert {row.id: (row.name, row.kind) for row in archive.reports.bodies()} == {
        "vale": ("Vale", "council"),
        "old-icb": ("NHS Old ICB", "icb"),
        "wold-trust": ("Wold Trust", "trust"),
    }, "a body of papers added by hand was called by its id, and its kind by-hand"
    known = [(change.kind, change.day.day, change.title) for change in archive.reports.changes()]
    assert known == [("replaced", 17, "Pack"), ("new", 16, "Pack")], "what an archive knows of its past"


def test_papers_of_a_body_whose_kind_was_mended_are_found_by_it_at_once(tmp_path, monkeypatch):
    """An upgrade may call a body by another kind; the index has its papers under the one before."""
    archive = open_archive(tmp_path)
    keep(archive, ["A zeppelin."])
    with archive.database.writing() as connection:
        connection.execute(text("UPDATE sources SET kind = 'icb'"))
    assert not archive.search.find(parse("zeppelin", kind="icb"))
    monkeypatch.setattr(migrations, "upgrade", lambda _: True)
    assert len(open_archive(tmp_path).search.find(parse("zeppelin", kind="icb"))) == 1


def test_an_archive_of_a_newer_program_is_left_alone(tmp_path):
    open_archive(tmp_path)
    with sqlite3.connect(tmp_path / "archive.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="newer Paperwatch"):
        open_archive(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "archive.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 40)
    with pytest.raises(StorageError, match=r"not a database.*archive\.sqlite3"):
        open_archive(tmp_path)


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "data").write_text("a file stands where the folder was due")
    with pytest.raises(ConfigError, match=str(tmp_path / "data")):
        open_archive(tmp_path / "data")


def test_a_database_of_another_kind_is_refused_by_name(tmp_path):
    with pytest.raises(ConfigError, match="mysql:"):
        open_archive(tmp_path, StorageConfig(url="mysql://user:secret@db/papers"))


@pytest.mark.parametrize(
    "name", ["x?y=1", "a%20b", "50%", "%(here)s", "a#b", "a;b", "a b", "a&mode=ro", "ü\n", ":memory:"]
)
def test_the_name_of_a_data_folder_is_never_syntax(tmp_path, name):
    data = tmp_path / "outside" / name
    keep(open_archive(data), ["One page."])
    assert {path.name for path in data.iterdir()} >= {"archive.sqlite3", "papers"}
    assert [path.name for path in data.parent.iterdir()] == [name]
    assert len(open_archive(data).reports.papers()) == 1
    assert open_archive(data).upkeep.backup(str(data / "copy?mode=memory")) > 0
    assert (data / "copy?mode=memory").is_file()


def test_root_leaves_nothing_in_the_folder_of_another(tmp_path):
    me = tmp_path.stat().st_uid
    with pytest.raises(ConfigError, match=r"sudo -u .*`") if me else nullcontext():
        ownership.check_owner(tmp_path, user=0)
    ownership.check_owner(tmp_path, user=me)
    ownership.check_owner(tmp_path / "not yet there", user=0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_folder_of_the_service_is_refused_to_root_and_what_root_left_is_named_to_the_service(tmp_path):
    service = 12345
    data = tmp_path / "it's data"
    open_archive(data).blobs.sweep()
    for path in (data, *data.rglob("*")):
        os.chown(path, service, service)
    with pytest.raises(ConfigError, match=r"belongs to #12345, who could not .* `sudo -u #12345`"):
        open_archive(data)
    ownership.check_owner(data, service)
    (data / "papers" / "ab").mkdir()
    with pytest.raises(
        ConfigError, match=r"papers/ab belongs to another user.*sudo chown -R #12345 '"
    ) as told:
        ownership.check_owner(data, service)
    assert shlex.split(str(told.value).split("`")[1])[-1] == str(data)


def test_every_connection_has_the_settings_that_keep_data_safe(tmp_path):
    engine = open_engine(sqlite_url(tmp_path))
    with engine.connect() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_who_keeps_an_archive_in_sqlite_does_not_wait_for_postgresql_to_be_loaded():
    """It would be a quarter of the time of each start."""
    code = "import storage.archive, sys; print('sqlalchemy.dialects.postgresql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_write_that_fails_leaves_nothing(tmp_path):
    archive = open_archive(tmp_path)

    def write_and_fail():
        with archive.database.writing() as connection:
            connection.execute(text("INSERT INTO runs (today, started_at) VALUES ('2026-11-16', '')"))
            connection.execute(text("INSERT INTO revisions (document_id, sha256) VALUES (1, 'x')"))

    with pytest.raises(StorageError):
        write_and_fail()
    with archive.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM runs")).scalar() == 0


def test_reading_goes_on_while_another_process_writes(tmp_path):
    archive = open_archive(tmp_path)
    keep(archive, ["Care."])
    with archive.database.writing() as connection:
        connection.execute(text("DELETE FROM pages"))
        assert archive.reports.totals().pages == 1
        connection.rollback()


# ---- files


def test_the_same_content_is_one_file(tmp_path):
    blobs = FileBlobs(tmp_path)
    assert blobs.put(b"one") == blobs.put(b"one")
    assert [path.read_bytes() for path in tmp_path.glob("??/*")] == [b"one"]


def test_what_is_adopted_lasts_through_a_power_cut_with_the_folders_above_it(tmp_path, monkeypatch):
    """The file before it gets its name, then every folder that has got a new name."""
    synced = []

    def fsync(descriptor, real=os.fsync):
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    blobs = FileBlobs(tmp_path)
    sha256, _ = blobs.put(b"whole")
    assert Path(synced[0]).is_relative_to(tmp_path / "incoming")
    assert synced[1:] == [str(tmp_path), str(blobs.path(sha256).parent)]


FULL_DISK = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pipeline.errors import StorageError
from storage.blobs.folder import FileBlobs
from storage.config import StorageConfig
try:
    FileBlobs(Path(sys.argv[1])).put(b"x" * 10_000)
except StorageError as error:
    print(error)
"""


def test_a_full_disk_is_said_and_leaves_no_file(tmp_path):
    """A limit on file size stands in for a full disk: the write fails half-way in the same manner."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "cannot write to" in done.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# ---- care


def test_a_backup_is_consistent_and_never_overwrites(tmp_path):
    archive = open_archive(tmp_path / "data")
    keep(archive, ["Care."])
    target = tmp_path / "copy.sqlite3"
    assert archive.upkeep.backup(str(target)) == target.stat().st_size
    with pytest.raises(ConfigError, match="exists already"):
        archive.upkeep.backup(str(target))
    (tmp_path / "restored").mkdir()
    target.rename(tmp_path / "restored" / "archive.sqlite3")
    assert open_archive(tmp_path / "restored").reports.totals().papers == 1


BACKUP_TO_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from pipeline.errors import StorageError
from storage.archive import open_archive
archive = open_archive(Path(sys.argv[1]))
archive.reports.totals()
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    archive.upkeep.backup(sys.argv[2])
except StorageError as error:
    print(error)
"""


def test_a_backup_that_does_not_fit_is_said_and_leaves_no_file(tmp_path):
    open_archive(tmp_path / "data").database.engine.dispose()
    (tmp_path / "full").mkdir()
    command = [sys.executable, "-c", BACKUP_TO_A_FULL_DISK, tmp_path / "data", tmp_path / "full" / "copy"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "the backup could not be written" in done.stdout
    assert list((tmp_path / "full").iterdir()) == []


def test_a_broken_full_text_index_is_found(tmp_path):
    archive = open_archive(tmp_path)
    for number in range(3):
        keep(archive, [f"Care {number}."], key=f"d{number}")
    assert list(archive.upkeep.check()) == []
    with archive.database.writing() as connection:
        blocks = f"{tables.PAGE_INDEX}_data"
        connection.execute(
            text(f"UPDATE {blocks} SET block = zeroblob(40) WHERE id = (SELECT max(id) FROM {blocks})")
        )
    (fault,) = archive.upkeep.check()
    assert "malformed" in fault


def test_a_row_whose_other_half_is_gone_is_found(tmp_path):
    archive = open_archive(tmp_path)
    keep(archive, ["Care."])
    with sqlite3.connect(tmp_path / "archive.sqlite3") as connection:
        connection.execute("DELETE FROM documents")
    assert sorted(archive.upkeep.check()) == [
        f"the database: a row of {table} refers to a row of documents that is not there"
        for table in ("changes", "revisions")
    ]


def test_a_changed_or_missing_paper_is_found(tmp_path):
    archive = open_archive(tmp_path)
    first, second, _third = (keep(archive, [f"Page {n}"], key=f"d{n}") for n in range(3))
    assert list(archive.upkeep.check()) == []
    archive.blobs.path(first).write_bytes(b"Page 0, forged")
    archive.blobs.path(second).unlink()
    faults = sorted(archive.upkeep.check())
    assert len(faults) == 2
    assert any(first in fault and "changed on disk" in fault for fault in faults)
    assert any(second in fault and "cannot be read" in fault for fault in faults)
