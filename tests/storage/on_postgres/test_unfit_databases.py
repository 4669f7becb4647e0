"""Databases that cannot hold an archive are refused in words; a server that goes is survived."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from cli.exits import Exit
from pipeline.errors import ConfigError, StorageError
from pipeline.ports import Work
from storage import tables as t
from storage.archive import is_there, open_archive
from storage.archive_log import entries
from storage.config import StorageConfig
from storage.engines.postgres import connecting
from storage.engines.postgres.remedies import with_remedy
from tests.helpers import commands, postgres
from tests.helpers.archives import keep


def opened(tmp_path, url):
    return open_archive(tmp_path / "data", StorageConfig(url=postgres.shown(url)))


def test_a_database_of_another_encoding_is_refused(tmp_path, server):
    url = server.bare("ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(
        ConfigError, match=r"encoded in UTF8 and sorted by C: make another one with `createdb"
    ):
        opened(tmp_path, url)
    server.drop(url)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path, server):
    url = server.bare()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id integer)"))
    with pytest.raises(ConfigError, match=r"holds something else .a table invoices."):
        opened(tmp_path, url)
    with engine.begin() as connection:
        assert (
            connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar()
            == 1
        )
    engine.dispose()
    server.drop(url)


def test_an_old_server_is_refused(tmp_path, server, monkeypatch):
    monkeypatch.setattr(connecting, "OLDEST", 99)
    with pytest.raises(ConfigError, match="Paperwatch needs 99 or later"):
        opened(tmp_path, server.bare())


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    away = "postgresql+psycopg://paperwatch:geheim@127.0.0.1:1/papers"
    for call in (open_archive, is_there):
        with pytest.raises(StorageError, match="papers") as raised:
            call(tmp_path / "data", StorageConfig(url=away))
        assert "geheim" not in str(raised.value)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("url", ["postgresql+psycopg://", "postgresql+psycopg2:///papers"])
def test_an_address_that_cannot_be_used_is_refused(tmp_path, url):
    with pytest.raises(ConfigError, match=r"must name a database|only psycopg"):
        open_archive(tmp_path / "data", StorageConfig(url=url))


@pytest.fixture
def stranger(server):
    """An address of an archive's database for a user that may nothing there."""
    url = server.bare()
    name = f"{url.database}_stranger"
    with server.asking() as connection:
        connection.execute(f'CREATE ROLE "{name}" LOGIN')
    yield url.set(username=name)
    server.drop(url)
    with server.asking() as connection:
        connection.execute(f'DROP ROLE "{name}"')


def refused(tmp_path, url, kind=StorageError) -> str:
    with pytest.raises(kind) as raised:
        opened(tmp_path, url)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_what_a_server_refuses_is_said_with_what_to_do(tmp_path, server, stranger):
    wrong = server.url.set(database="nowhere")
    assert "make it with `createdb --template" in refused(tmp_path, wrong, ConfigError)
    wrong = server.url.set(username="nobody")
    assert "make the user with `createuser`" in refused(tmp_path, wrong, ConfigError)
    assert "ALTER DATABASE" in refused(tmp_path, stranger, ConfigError)
    with server.asking() as connection:
        connection.execute(f'ALTER ROLE "{stranger.username}" CONNECTION LIMIT 0')
    assert "raise max_connections" in refused(tmp_path, stranger)
    away = stranger.set(query={}, host="127.0.0.1", port=1)
    assert "Connection refused: start the server, or wait for it; what was finished is kept" in refused(
        tmp_path, away
    )


def test_a_command_names_the_database_that_holds_no_archive_and_the_call_is_wrong(tmp_path, server):
    other, empty = server.bare("ENCODING 'SQL_ASCII' LOCALE 'C'"), server.bare()
    named = {
        other: "encoded in UTF8",
        empty: "there is no archive in postgresql+psycopg://",
    }
    named[server.url.set(database="nowhere")] = "make it with `createdb"
    for url, means in named.items():
        (tmp_path / "paperwatch.toml").write_text(f'[storage]\nurl = "{postgres.shown(url)}"\n')
        answer = commands.run(["--data", str(tmp_path), "status"])
        assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (Exit.WRONG_CALL, "", 1)
        assert means in answer.stderr
        assert url.database in answer.stderr
    filled = server.new()
    keep(opened(tmp_path, filled), ["Care."])
    (tmp_path / "paperwatch.toml").write_text(f'[storage]\nurl = "{postgres.shown(filled)}"\n')
    copy = ["--data", str(tmp_path), "db", "copy", "--to"]
    for url in (other, server.url.set(database="nowhere")):
        assert commands.run([*copy, postgres.shown(url)]).returncode == Exit.WRONG_CALL
    away = "postgresql+psycopg://127.0.0.1:1/papers"
    assert commands.run([*copy, away]).returncode == Exit.NOT_FINISHED, "that one may come back"
    for url in (other, empty):
        server.drop(url)


def test_a_server_that_follows_another_one_is_named_where_something_is_to_be_written(tmp_path, server):
    url = server.new()
    archive = opened(tmp_path, url)
    with server.asking() as connection:
        connection.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = on')
    archive.database.engine.dispose()
    with pytest.raises(StorageError, match=r"this server only follows another one: name that one"):
        keep(archive, ["Care."])
    assert archive.reports.papers() == []
    archive.database.engine.dispose()
    server.drop(url)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (
            'could not extend file "base/5/1": No space left on device\nHINT:  Check free disk space.',
            "make room",
        ),
        ('connection failed: … failed: FATAL:  password authentication failed for user "a"', "~/.pgpass"),
        ("fe_sendauth: no password supplied", "~/.pgpass"),
        ("FATAL:  sorry, too many clients already", "max_connections"),
        ("failed to resolve host 'x': Name or service not known", "the host in"),
        ("canceling statement due to lock timeout", "`paperwatch status` names a run"),
    ],
)
def test_what_a_test_brings_about_with_trouble_is_known_by_its_words(said, means):
    sentence = with_remedy(said, is_gone=True)
    assert means in sentence
    assert "HINT" not in sentence
    assert "connection failed" not in sentence


def test_without_the_driver_the_extra_is_named(tmp_path):
    """In a process of its own: the engine must not want its driver to be loaded."""
    (tmp_path / "paperwatch.toml").write_text('[storage]\nurl = "postgresql+psycopg:///papers"\n')
    code = (
        "import sys; sys.modules['psycopg'] = None; from cli.main import call; sys.exit(call(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "status", "--data", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("PostgreSQL needs the extra: pip install 'paperwatch[postgres]'\n")


def cut_off(server, url):
    with server.asking() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database]
        )


def half_a_work(archive, server, url):
    with archive.database.writing() as connection:
        connection.execute(t.notices.insert().values(subject="half", state="done"))
        cut_off(server, url)
        connection.execute(t.notices.insert().values(subject="other half", state="done"))


def test_a_server_that_goes_in_mid_run_loses_the_work_in_hand_alone(tmp_path, server):
    url = server.new()
    archive = opened(tmp_path, url)
    keep(archive, ["Kept before."], key="d1")
    with pytest.raises(StorageError, match="the archive's database"):
        half_a_work(archive, server, url)
    keep(archive, ["Kept after."], key="d2")  # by the same program, once the server is back
    with archive.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM notices")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM pages")).scalar() == 2
    server.drop(url)


def test_a_server_that_goes_is_no_fault_of_ours_wherever_it_is_noticed(tmp_path, server, caplog):
    """In statements that go past SQLAlchemy, too: of the log, and of who is at work."""
    url = server.new()
    archive = opened(tmp_path, url)

    def of_the_log():
        with archive.database.writing() as connection:
            cut_off(server, url)
            entries.size(connection)

    def of_who_is_at_work():
        with archive.at_work([Work.SEND], [], "process 1 on a") as check:
            cut_off(server, url)
            check()

    for noticed in (of_the_log, of_who_is_at_work):
        with pytest.raises(StorageError, match="what was finished is kept"):
            noticed()
    assert caplog.records == [], "the libraries add nothing to the sentence"
    archive.database.engine.dispose()
    server.drop(url)


def test_a_nul_in_a_title_is_kept_as_a_sign_that_something_was_there(tmp_path, server):
    archive = opened(tmp_path, server.new())
    keep(archive, ["Care."], title="Budget\x00 2027")
    assert [paper.title for paper in archive.reports.papers()] == ["Budget\ufffd 2027"]


def test_the_index_says_where_a_page_is_missing_from_it(tmp_path, server):
    archive = opened(tmp_path, server.new())
    keep(archive, ["Care."])
    assert list(archive.upkeep.check()) == []
    with archive.database.writing() as connection:
        connection.execute(text("DELETE FROM page_index"))
    assert list(archive.upkeep.check()) == [
        "the full-text index: 1 pages are not in it, and 0 are in it that are no longer kept"
    ]
