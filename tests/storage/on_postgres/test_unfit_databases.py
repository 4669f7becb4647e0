"""Databases that cannot hold an archive are refused in words; a server that goes is survived."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from pipeline.errors import ConfigError, StorageError
from storage import tables as t
from storage.archive import is_there, open_archive
from storage.config import StorageConfig
from storage.engines.postgres import connecting
from tests.helpers import postgres
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


def half_a_work(archive, server, url):
    with archive.database.writing() as connection:
        connection.execute(t.notices.insert().values(subject="half", state="done"))
        with server.asking() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database]
            )
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
