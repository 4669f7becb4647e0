"""An export read back in each format: all of the archive that is public, word for word, and nothing else."""

from __future__ import annotations

import csv
import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from pyarrow import parquet
from sqlalchemy import select

from cli.main import call
from pipeline.errors import ConfigError
from pipeline.evidence.collection import PageAddress
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.model import Cadence, DocumentKind, DocumentState, MeetingStatus, PageMethod, WatchList
from pipeline.stages import flag
from storage import tables as t
from storage.archive import open_archive
from storage.dataset import formats
from storage.dataset.export import SUMS, export
from storage.dataset.tables import TABLES, ColumnKind
from storage.page_rows import unpacked
from tests.helpers.archives import MOMENT, keep, meeting
from tests.helpers.web_archive import PAYMENT

READER = "reader@example.org"
SECRETS = (READER, "a private list", "a private query", "a private note")
WITHHELD = "The withheld words on the whole population payment."
ENUMERATED = {
    ("papers", "kind"): DocumentKind,
    ("papers", "state"): DocumentState,
    ("pages", "method"): PageMethod,
    ("meetings", "status"): MeetingStatus,
}
STRANGE = 'Of "quotes", commas;\r\nlines\rand\ttabs; Llŷn, £1m, 🙂, \x00 and =1+1'


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    made = open_archive(tmp_path_factory.mktemp("archive"))
    of = replace(meeting(key="m0"), starts_at=time(9, 30), place="Hall")
    keep(
        made,
        ["The whole population payment.", STRANGE, ""],
        key="d1",
        of=of,
        meeting_key="m0",
        title='=A "title", with £',
    )
    keep(made, ["A whole population payment again.", "x" * 200_000], key="d2", published_on=date(2026, 1, 2))
    keep(made, ["The same bytes in two papers: whole population payment."], key="d3")
    keep(made, ["The same bytes in two papers: whole population payment."], key="d4")
    keep(made, [WITHHELD], key="d5")
    keep(made, ["An older text."], key="d6")
    keep(made, ["A newer text."], key="d6")
    flag(made.texts, made.mentions, ConceptMatcher([PAYMENT]))
    made.custody.withhold(5, "Asked by its body")
    reader = made.readers.subscribe(
        READER,
        channel="mail",
        cadence=Cadence.WEEKLY,
        watch_lists=[WatchList(name="a private list", query='"a private query"')],
        confirmed_at=MOMENT,
    )
    found = made.collections.start(reader.token, "a private list")
    made.collections.add(found.id, [PageAddress(document=1, page=1)], "a private note", ())
    yield made
    made.database.engine.dispose()


def wanted(archive):
    """What the archive has, asked for in a way of its own."""
    d, p, h = t.documents.c, t.pages.c, t.hits.c
    with archive.database.reading() as connection:
        files = dict(connection.execute(select(d.id, d.sha256).where(d.sha256.is_not(None))).all())
        texts = {
            (paper, row.number): unpacked(row.text)
            for paper, sha256 in files.items()
            for row in connection.execute(select(t.pages).where(p.sha256 == sha256))
        }
        hits = {
            (row.id, paper): row.snippet
            for paper, sha256 in files.items()
            for row in connection.execute(select(t.hits).where(h.sha256 == sha256))
        }
        papers = {row.id: row.title for row in connection.execute(select(t.documents))}
        meetings = [row.id for row in connection.execute(select(t.meetings))]
    return {"papers": papers, "pages": texts, "mentions": hits, "meetings": meetings}


def read(folder, form):
    """Rows as dictionaries by table, days and instants as they were."""
    found = {}
    for table in TABLES:
        if form == "parquet":
            rows = parquet.read_table(folder / f"{table.name}.parquet").to_pylist()
        elif form == "sqlite":
            with closing(sqlite3.connect(folder / formats.DATABASE)) as connection:
                connection.row_factory = sqlite3.Row
                rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table.name}")]
        else:
            csv.field_size_limit(10_000_000)
            with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        found[table.name] = [
            {column.name: _as_was(row[column.name], column) for column in table.columns} for row in rows
        ]
    return found


def _as_was(value, column):
    if not isinstance(value, str):
        return value
    if column.kind is ColumnKind.TEXT:
        return value
    if value == "":
        return None
    readers = {
        ColumnKind.NUMBER: int,
        ColumnKind.DAY: date.fromisoformat,
        ColumnKind.TIME: time.fromisoformat,
    }
    return readers.get(column.kind, datetime.fromisoformat)(value)


@pytest.mark.parametrize("form", formats.FORMATS)
def test_all_comes_back_as_the_archive_has_it(archive, tmp_path, form):
    folder = tmp_path / "out"
    done = export(archive.database, form, folder)
    found, held = read(folder, form), wanted(archive)
    assert {name: len(rows) for name, rows in found.items()} == done.rows
    assert {row["paper"]: row["title"] for row in found["papers"]} == held["papers"]
    assert {(row["paper"], row["page"]): row["text"] for row in found["pages"]} == held["pages"]
    assert {(row["mention"], row["paper"]): row["snippet"] for row in found["mentions"]} == held["mentions"]
    assert len(found["mentions"]) == len(held["mentions"]) >= 4
    assert [row["meeting"] for row in found["meetings"]] == held["meetings"]
    first, other, *_ = found["papers"]
    assert (first["meeting_date"], first["captured_at"]) == (date(2026, 11, 26), MOMENT)
    assert (other["published_on"], other["state"]) == (date(2026, 1, 2), "held")
    assert (found["meetings"][0]["time"], found["meetings"][0]["place"]) == (time(9, 30), "Hall")
    assert [row["source"] for row in found["health"]] == ["marlshire"]
    for row in found["mentions"]:
        text = held["pages"][row["paper"], row["page"]]
        assert row["wording"].casefold() in text[row["start"] : row["end"]].casefold()


def test_values_are_those_that_the_readme_names_and_instants_have_one_form(archive, tmp_path):
    """The README said text-layer where the rows say "text layer", and left out "blank"."""
    folder = tmp_path / "out"
    export(archive.database, "csv", folder)
    readme = (folder / "README.md").read_text()
    csv.field_size_limit(10_000_000)
    for table in TABLES:
        with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for column in table.columns:
            values = {row[column.name] for row in rows if row[column.name]}
            if column.kind is ColumnKind.INSTANT:
                assert all(re.fullmatch("[0-9-]{10}T[0-9:]{8}([.][0-9]+)?Z", value) for value in values)
            if (table.name, column.name) in ENUMERATED:
                (about,) = [
                    line
                    for line in readme.splitlines()
                    if line == f"| `{column.name}` | text | {column.about} |"
                ]
                assert {*ENUMERATED[table.name, column.name]} >= values
                assert all(value in about for value in ENUMERATED[table.name, column.name])


@pytest.mark.parametrize("form", formats.FORMATS)
def test_nothing_of_readers_and_no_withheld_text_is_in_it(archive, tmp_path, form):
    folder = tmp_path / "out"
    done = export(archive.database, form, folder)
    said = repr(read(folder, form)) + "".join(
        path.read_bytes().decode("utf-8", "replace") for path in folder.iterdir()
    )
    for secret in (*SECRETS, WITHHELD, "An older text."):
        assert secret not in said
    assert done.kept_back == 1
    assert "1 paper is withheld or removed" in (folder / "README.md").read_text()
    (kept,) = [row for row in read(folder, form)["papers"] if row["state"] == "withheld"]
    assert (kept["paper"], kept["reason"], kept["sha256"] or "") == (5, "Asked by its body", "")


@pytest.mark.parametrize("form", formats.FORMATS)
def test_every_file_has_its_hash_and_every_column_its_sentence(archive, tmp_path, form):
    folder = tmp_path / "out"
    done = export(archive.database, form, folder)
    sums = dict(line.split("  ")[::-1] for line in (folder / SUMS).read_text().splitlines())
    assert {*sums, SUMS} == {path.name for path in folder.iterdir()} == {*done.files}
    for name, sha256 in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
    readme = (folder / "README.md").read_text()
    for table in TABLES:
        assert f"## {table.name} ({done.rows[table.name]:,} row" in readme
        for column in table.columns:
            assert f"| `{column.name}` | {column.kind} | {column.about} |" in readme


@pytest.mark.parametrize("form", formats.FORMATS)
def test_it_is_of_one_moment_while_a_run_writes(tmp_path, form):
    archive = open_archive(tmp_path / "data")
    keep(archive, ["First."], key="d1")
    write = formats.FORMATS[form]

    def busy(folder, tables):
        def with_a_run():
            for number, filled in enumerate(tables):
                keep(archive, [f"Written meanwhile {number}."], key=f"new{number}")
                yield filled

        write(folder, with_a_run())

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(formats.FORMATS, form, busy)
        done = export(archive.database, form, tmp_path / "out")
    assert (done.rows["papers"], done.rows["pages"]) == (1, 1)
    assert export(archive.database, form, tmp_path / "later").rows["pages"] == 6
    archive.database.engine.dispose()


def test_datasette_finds_the_full_text_tables_and_they_answer(archive, tmp_path):
    export(archive.database, "sqlite", tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / formats.DATABASE)) as connection:
        tables = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%USING fts5%'"))
        assert set(tables) == {"papers_fts", "pages_fts", "mentions_fts"}
        for name in ("papers", "pages", "mentions"):  # what Datasette looks for
            assert f'content="{name}"' in tables[f"{name}_fts"]
        found = connection.execute(
            "SELECT paper, page FROM pages WHERE rowid IN "
            "(SELECT rowid FROM pages_fts WHERE pages_fts MATCH 'populations AND payments') ORDER BY paper"
        ).fetchall()
        assert found == [(1, 1), (2, 1), (3, 1), (4, 1)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_rows_are_held_a_few_at_a_time(archive, monkeypatch):
    monkeypatch.setattr(formats, "AT_ONCE", 3)
    monkeypatch.setattr(formats, "MOST_CHARACTERS", 10)
    taken = []
    rows = (taken.append(number) or (number, "x" * (12 if number == 4 else 1)) for number in range(10))
    groups = formats._groups(rows)
    assert [len(next(groups)), len(taken)] == [3, 3]
    assert [len(next(groups)), len(taken)] == [2, 5], "a long text ends a group"
    assert [len(each) for each in groups] == [3, 2]


def test_nothing_is_overwritten_and_nothing_half_is_left(archive, tmp_path, monkeypatch):
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("Mine.")
    with pytest.raises(ConfigError, match="not an empty folder: an export overwrites nothing"):
        export(archive.database, "csv", taken)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]

    def stopped(_folder, tables):
        next(iter(tables))
        raise KeyboardInterrupt

    monkeypatch.setitem(formats.FORMATS, "csv", stopped)
    with pytest.raises(KeyboardInterrupt):
        export(archive.database, "csv", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_command_says_what_it_wrote(archive, tmp_path, capsys, monkeypatch):
    import sys

    data = archive.database.engine.url.database.rpartition("/")[0]
    (tmp_path / "out").mkdir()
    asked = ["export", "--data", data, "--out", str(tmp_path / "out")]
    assert call([*asked, "--format", "sqlite"]) == 0
    said = capsys.readouterr().out
    assert "papers: 6 rows" in said
    assert "1 paper is withheld or removed: without text and mentions." in said
    assert call(asked) == 2
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert call([*asked[:-1], str(tmp_path / "p"), "--format", "parquet"]) == 2
    assert "pip install 'paperwatch[parquet]'" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_half_a_pair_in_a_title_is_written_as_what_files_can_hold(tmp_path):
    archive = open_archive(tmp_path / "data")
    keep(archive, ["Text."], key="d1")
    rows = [(1, "half \ud800 of a pair", datetime(2026, 1, 1, tzinfo=UTC))]
    columns = (*TABLES[0].columns[:2], TABLES[0].columns[14])
    table = replace(TABLES[0], name="odd", columns=columns, key=("paper",))
    for form, write in formats.FORMATS.items():
        folder = tmp_path / form
        folder.mkdir()
        write(folder, [(table, iter(rows))])
        assert any(folder.iterdir())
    archive.database.engine.dispose()
