"""An archive made by the first program that was in use upgrades with everything it holds.

`archive_of_eb12e97.sql.gz` is the database that commit eb12e97 made of two sites of the stand-in web on two
days, of a paper with a meeting, of three readers, of three messages sent and of three that wait.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from cli.main import call
from storage import tables as t
from storage.archive import open_archive

OLD = Path(__file__).with_name("archive_of_eb12e97.sql.gz")
# Columns that a migration moved elsewhere or gave another form, by table; each has a test of its own then.
MOVED: dict[str, set[str]] = {}
INDEXES = ("words", t.PAGE_INDEX)  # made anew from the pages where they were made by an older reading


@pytest.fixture(scope="module")
def old():
    """The old database, in memory."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(gzip.decompress(OLD.read_bytes()).decode())
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.fixture
def data(tmp_path, old):
    with closing(sqlite3.connect(tmp_path / "archive.sqlite3")) as connection:
        old.backup(connection)
    return tmp_path


def rows(connection, table, columns):
    found = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    return sorted(tuple(map(repr, row)) for row in found)


def test_every_row_of_every_table_is_there_after_the_upgrade(old, data):
    open_archive(data)
    kept = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    lost = []
    with closing(sqlite3.connect(data / "archive.sqlite3")) as new:
        for table in kept:
            if table.startswith(("sqlite_", "alembic_", *INDEXES)):
                continue
            then = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
            both = [column for column in then if column not in MOVED.get(table, ())]
            if rows(old, table, both) != rows(new, table, both):
                lost.append(table)
    assert lost == []


def test_the_upgraded_archive_answers_and_tells_nothing_twice(old, data, capsys):
    archive = open_archive(data)
    totals = archive.reports.totals()
    hits = old.execute("SELECT count(*) FROM hits").fetchone()[0]
    assert (totals.papers, totals.pages, totals.hits) == (9, 10, hits)
    capsys.readouterr()
    assert call(["search", '"whole population payment"', "--format", "json", "--data", str(data)]) == 0
    assert '"page":1' in capsys.readouterr().out.replace(" ", "")
    with archive.database.reading() as connection:
        waiting = connection.execute(select(t.outbox.c.id).where(t.outbox.c.state != "sent")).all()
        assert len(waiting) == 3
        told = connection.execute(text("SELECT count(*) FROM ledger")).scalar()
    (data / "paperwatch.toml").write_text('[alerts]\nsender = "digests@paperwatch.example"\n')
    call(["notify", "--now", "--today", "2026-11-30", "--data", str(data)])
    assert len(list((data / "outbox").glob("*.eml"))) == 3, "those that waited, and no other"
    with archive.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger")).scalar() == told
