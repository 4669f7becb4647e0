"""Moving house: an archive's database copied into one of another engine, row by row.

The copy is brought to what the archive was at one moment: rows that are missing are written, those that
differ are put right, those that are too many go. So a copy that was stopped goes on where it was, and one
that is whole is brought up to date by a second call. It cannot be opened as an archive until it is whole.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from pipeline.errors import ConfigError, StorageError
from pipeline.text.keys import VERSION
from storage import engines, migrations
from storage import tables as t
from storage.archive import UNFINISHED
from storage.database import Database, now
from storage.search_index import fts, index_placement

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from sqlalchemy import URL, Connection, Table

BATCH = 200  # rows written in one transaction
OF_THE_ENGINE = {"words"}  # made with the index, from the pages
OWN_MARKS = {UNFINISHED, engines.postgres.page_index.KEYS}
NUL, NUL_SHOWN = "\x00", "\ufffd"  # what PostgreSQL keeps of the one is the other

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What became of one table."""

    table: str
    rows: int
    written: int  # rows that were new, or put right, or too many
    sha256: str  # of all rows, the same on both sides


def copy(source: Database, url: URL) -> Iterator[Copied]:
    """Copy an archive's database to another address; yields each table as it is the same on both sides.

    Raises ConfigError where something else is there, and StorageError where a side cannot be read or written.
    """
    kind = engines.at(url)
    kind.make_ready(url)
    engine = kind.open_engine(url)
    target = Database(engine)
    try:
        migrations.upgrade(engine)
        with source.reading() as reading:
            _refuse_another(reading, target)
            _note(target, done=False)
            tables = [table for table in t.metadata.sorted_tables if table.name not in OF_THE_ENGINE]
            removed = {table.name: _remove_others(reading, target, table) for table in reversed(tables)}
            changed = 0
            for table in tables:
                copied = _bring_up(reading, target, table, removed[table.name])
                changed += copied.written
                yield copied
            with target.writing() as connection:
                numbers = engines.of(reading).last_numbers(reading)
                engines.of(connection).set_last_numbers(connection, numbers)
                if changed or fts.version(connection) != VERSION:
                    index_placement.make_anew(connection)
            _note(target, done=True)
    finally:
        engine.dispose()


def _refuse_another(reading: Connection, target: Database) -> None:
    """A copy goes into an empty database, or into an earlier copy of this archive."""
    with target.reading() as connection:
        holds = (connection.execute(select(each.c.id).limit(1)).first() for each in (t.runs, t.subscribers))
        if _mark(connection) is None and any(holds):
            raise ConfigError("the database that is to be copied to holds an archive: name an empty one")
        there, here = (_newest(each) for each in (connection, reading))
        if any(a > b for a, b in zip(there, here, strict=True)):
            raise ConfigError(
                "the database that is to be copied to knows more than this archive: name an empty one"
            )
        same = select(t.log_entries.c.content).where(t.log_entries.c.id == there[0])
        if connection.execute(same).scalar() != reading.execute(same).scalar():
            raise ConfigError("the database that is to be copied to holds another archive: name an empty one")


def _newest(connection: Connection) -> tuple[int, int]:
    highest = (select(func.coalesce(func.max(each.c.id), 0)) for each in (t.log_entries, t.runs))
    log, run = (connection.execute(query).scalar_one() for query in highest)
    return log, run


def _mark(connection: Connection) -> int | None:
    return connection.execute(select(t.marks.c.value).where(t.marks.c.name == UNFINISHED)).scalar()


def _note(target: Database, *, done: bool) -> None:
    with target.writing() as connection:
        connection.execute(delete(t.marks).where(t.marks.c.name == UNFINISHED))
        connection.execute(insert(t.marks).values(name=UNFINISHED, at=now(), value=0 if done else 1))


def _remove_others(reading: Connection, target: Database, table: Table) -> int:
    """Remove rows that the archive does not have; returns how many. Children come before their parents."""
    removed = 0
    with target.reading() as there, closing(_Ahead(_keys(reading, table))) as keys:
        many = (key for key in _keys(there, table) if not keys.has(key))
        while some := list(islice(many, BATCH)):
            with target.writing() as connection:
                connection.execute(delete(table).where(_is(table)), [_named(table, key) for key in some])
            removed += len(some)
    return removed


def _bring_up(reading: Connection, target: Database, table: Table, removed: int) -> Copied:
    """Write what is missing and put right what differs, then read the copy again and compare."""
    wanted, written = _Counted(_rows(reading, table)), removed
    with target.reading() as there, closing(_Ahead(_rows(there, table), len(_key(table)))) as known:
        missing = (row for row in wanted if not known.has(row))
        while some := list(islice(missing, BATCH)):
            with target.writing() as connection:
                _write(connection, table, some)
            written += len(some)
    with target.reading() as there:
        found = _Counted(_rows(there, table))
        found.finish()
    if (found.count, found.sha256) != (wanted.count, wanted.sha256):
        raise StorageError(
            f"the copy of {table.name} is not the same: {found.count} rows of {wanted.count}; "
            "is something else writing to it?"
        )
    return Copied(table=table.name, rows=found.count, written=written, sha256=found.sha256)


def _write(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    width = len(_key(table))
    names = [column.name for column in _columns(table)]
    which = and_(*(column.in_({row[at] for row in rows}) for at, column in enumerate(_key(table))))
    there = {tuple(row) for row in connection.execute(select(*_key(table)).where(which))}
    new = [dict(zip(names, row, strict=True)) for row in rows if row[:width] not in there]
    other = [_named(table, row) for row in rows if row[:width] in there]
    if new:
        connection.execute(insert(table), new)
    if other:
        values = {column: bindparam(f"_{column.name}") for column in _columns(table)[width:]}
        connection.execute(update(table).where(_is(table)).values(values), other)


def _key(table: Table) -> list[Any]:
    return list(table.primary_key.columns)


def _columns(table: Table) -> list[Any]:
    """All columns, the key's first."""
    key = _key(table)
    return [*key, *(column for column in table.columns if column not in set(key))]


def _is(table: Table) -> Any:
    return and_(*(column == bindparam(f"_{column.name}") for column in _key(table)))


def _named(table: Table, row: Row) -> dict[str, Any]:
    return {f"_{column.name}": value for column, value in zip(_columns(table), row, strict=False)}


def _keys(connection: Connection, table: Table) -> Generator[Row]:
    return _ordered(connection, table, _key(table))


def _rows(connection: Connection, table: Table) -> Generator[Row]:
    return _ordered(connection, table, _columns(table))


def _ordered(connection: Connection, table: Table, columns: Iterable[Any]) -> Generator[Row]:
    query = select(*columns).order_by(*_key(table)).execution_options(yield_per=BATCH)
    if table is t.marks:
        query = query.where(t.marks.c.name.not_in(OWN_MARKS))
    with connection.execute(query) as rows:
        for row in rows:
            yield tuple(_kept(value) for value in row)


def _kept(value: object) -> object:
    return value.replace(NUL, NUL_SHOWN) if isinstance(value, str) and NUL in value else value


class _Ahead:
    """Rows in the order of their keys, read only as far as one is asked for."""

    def __init__(self, rows: Generator[Row], width: int | None = None) -> None:
        self._rows, self._width = rows, width
        self._next = next(rows, None)

    def has(self, row: Row) -> bool:
        """Whether this very row is there. To be asked in order."""
        while self._next is not None and self._next[: self._width] < row[: self._width]:
            self._next = next(self._rows, None)
        return self._next == row

    def close(self) -> None:
        self._rows.close()


class _Counted:
    """Rows, counted and hashed as they pass."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows, self._hash = rows, hashlib.sha256()
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            self._hash.update(json.dumps(row, default=_said, separators=(",", ":")).encode() + b"\n")
            yield row

    def finish(self) -> None:
        for _ in self:
            pass

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _said(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    assert isinstance(value, date | datetime | time)
    return value.isoformat()
