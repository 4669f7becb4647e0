"""The formats of an export: each takes a table's rows one by one and holds only a few of them."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.errors import ConfigError
from pipeline.text import cells
from storage.dataset.tables import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from storage.dataset.tables import DataTable, Value, Values

AT_ONCE = 2_000  # rows of a group in Parquet
MOST_CHARACTERS = 8_000_000  # of such a group
DATABASE = "paperwatch.sqlite3"
# What the full-text tables of SQLite search, by table.
SEARCHED = {"papers": ("title", "body_name", "committee"), "pages": ("text",), "mentions": ("snippet",)}
REFERS = {"paper": "papers (paper)", "meeting": "meetings (meeting)"}

Filled: TypeAlias = tuple["DataTable", "Iterator[Values]"]


def write_csv(folder: Path, tables: Iterable[Filled]) -> None:
    """A file for each table: UTF-8, the first line the names of its columns."""
    for table, rows in tables:
        path = folder / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.name for column in table.columns])
            writer.writerows(map(_plain, rows))


def write_sqlite(folder: Path, tables: Iterable[Filled]) -> None:
    """One database with a table for each, and full-text tables that Datasette finds by itself."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # the folder is whole or not there at all
        connection.execute("PRAGMA synchronous = OFF")
        for table, rows in tables:
            connection.execute(_declared(table))
            marks = ", ".join("?" * len(table.columns))
            into = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 - a name of ours
            connection.executemany(into, map(_plain, rows))
            if "sha256" in {column.name for column in table.columns}:
                connection.execute(f"CREATE INDEX {table.name}_sha256 ON {table.name} (sha256)")
            if searched := SEARCHED.get(table.name):
                connection.execute(
                    f"CREATE VIRTUAL TABLE {table.name}_fts USING fts5("
                    f'{", ".join(searched)}, content="{table.name}", tokenize="porter")'
                )
                rebuild = f"INSERT INTO {table.name}_fts ({table.name}_fts) VALUES ('rebuild')"  # noqa: S608 - as above
                connection.execute(rebuild)
            connection.commit()


def _declared(table: DataTable) -> str:
    numbers = {ColumnKind.NUMBER: "INTEGER"}
    columns = [
        f'"{column.name}" {numbers.get(column.kind, "TEXT")}'
        + (
            f" REFERENCES {REFERS[column.name]}"
            if column.name in REFERS and table.key != (column.name,)
            else ""
        )
        for column in table.columns
    ]
    key = ", ".join(f'"{name}"' for name in table.key)
    return f"CREATE TABLE {table.name} ({', '.join(columns)}, PRIMARY KEY ({key}))"


def write_parquet(folder: Path, tables: Iterable[Filled]) -> None:
    """A file for each table, compressed. Raises ConfigError where pyarrow is not there."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - it is an extra
        from pyarrow import parquet  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ConfigError("Parquet needs the extra: pip install 'paperwatch[parquet]'") from error
    types: dict[ColumnKind, Any] = {
        ColumnKind.NUMBER: pa.int64(),
        ColumnKind.TEXT: pa.string(),
        ColumnKind.DAY: pa.date32(),
        ColumnKind.TIME: pa.time32("s"),
        ColumnKind.INSTANT: pa.timestamp("us", tz="UTC"),
    }
    for table, rows in tables:
        schema = pa.schema([pa.field(column.name, types[column.kind]) for column in table.columns])
        with parquet.ParquetWriter(folder / f"{table.name}.parquet", schema, compression="zstd") as writer:
            for group in _groups(rows):
                columns = [list(map(_storable, values)) for values in zip(*group, strict=True)]
                writer.write_batch(pa.record_batch(columns, schema=schema))


FORMATS: dict[str, Callable[[Path, Iterable[Filled]], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "sqlite": write_sqlite,
}


def _plain(row: Values) -> list[Value]:
    """As CSV and SQLite write it: days and times as every other file has them."""
    return [_storable(cells.plain(value)) for value in row]


def _storable(value: Value) -> Value:
    """A text of what UTF-8 can say: half of a pair has no place in a file."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _groups(rows: Iterable[Values]) -> Iterator[Sequence[Values]]:
    group: list[Values] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += sum(len(value) for value in row if isinstance(value, str))
        if len(group) == AT_ONCE or characters > MOST_CHARACTERS:
            yield tuple(group)
            group.clear()
            characters = 0
    if group:
        yield tuple(group)
