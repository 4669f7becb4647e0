"""Moving house: an archive's database copied into one of another engine, row by row.

The copy is brought to what the archive was at one moment: rows that are missing are written, those that
differ are put right, those that are too many go. So a copy that was stopped goes on where it was, and one
that is whole is brought up to date by a second call. It cannot be opened as an archive until it is whole.

A copy that has been in use since is an archive of its own: it is refused, and nothing is taken from it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, UniqueConstraint, and_, bindparam, delete, func, insert, not_, select, update

from pipeline.errors import ConfigError, StorageError
from pipeline.text.keys import VERSION
from storage import engines, migrations
from storage import tables as t
from storage.archive import UNFINISHED
from storage.blobs import whose_papers
from storage.database import Database, now
from storage.engines.ports import INDEX_KEYS, NUL_SHOWN
from storage.search_index import fts, index_placement

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

    from sqlalchemy import URL, Connection, Table

BATCH = 200  # rows written in one transaction
OF_THE_ENGINE = {"words", "leases"}  # made with the index, from the pages; of the crawls that go on
AS_COPIED = f"{UNFINISHED} "  # marks of a copy: with a table's name, what was readers' own when it was made
IN_USE = (
    "the database that is to be copied to has been in use since it was copied, and copying again would take "
    "away what {}. If that one is the archive now, go on with it: name it as `[storage] url`. "
    "Else name an empty database"
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What became of one table."""

    table: str
    rows: int
    written: int  # rows that were new, or put right, or too many
    sha256: str  # of all rows, the same on both sides


def copy_database(source: Database, url: URL) -> Iterator[Copied]:
    """Copy an archive's database to another address; yields each table as it is the same on both sides.

    Raises ConfigError where something else is there, and StorageError where a side cannot be read or written.
    """
    kind = engines.at(url)
    kind.make_ready(url)
    engine = kind.open_engine(url)
    target = Database(engine)
    try:
        migrations.upgrade(engine)
        whose_papers.number_of(source)  # made before it is copied: the papers of both are one archive's
        with source.reading() as reading:
            tables = [table for table in t.metadata.sorted_tables if table.name not in OF_THE_ENGINE]
            # What comes to the target after this look at it is not seen, and so never removed.
            with target.reading() as there:
                _refuse_another(reading, there)
                _note(target, done=False)
                removed = {
                    table.name: _remove_others(reading, there, target, table) for table in reversed(tables)
                }
            changed, sums = 0, dict[str, int]()
            for table in tables:
                copied = _bring_up(reading, target, table, removed[table.name])
                changed += copied.written
                sums[table.name] = _small(copied.sha256)
                yield copied
            with target.writing() as connection:
                numbers = engines.of(reading).last_numbers(reading)
                engines.of(connection).set_last_numbers(connection, numbers)
                if changed or fts.version(connection) != VERSION:
                    index_placement.make_anew(connection)
            _note(target, done=True, sums={table.name: sums[table.name] for table in t.of_readers()})
    finally:
        engine.dispose()


def _refuse_another(reading: Connection, there: Connection) -> None:
    """A copy goes into an empty database, or into an earlier copy of this archive that nobody has used."""
    holds = (there.execute(select(each.c.id).limit(1)).first() for each in (t.runs, t.subscribers))
    unfinished = _marked(there, UNFINISHED)
    if unfinished is None and any(holds):
        raise ConfigError("the database that is to be copied to holds an archive: name an empty one")
    if unfinished == 0:
        _refuse_used(reading, there)
    newest, here = (_newest(each) for each in (there, reading))
    if any(a > b for a, b in zip(newest, here, strict=True)):
        raise ConfigError(IN_USE.format("its own runs have found"))
    same = select(t.log_entries.c.content).where(t.log_entries.c.id == newest[0])
    if there.execute(same).scalar() != reading.execute(same).scalar():
        raise ConfigError("the database that is to be copied to holds another archive: name an empty one")


def _refuse_used(reading: Connection, there: Connection) -> None:
    """Readers may have come, gone or changed their minds in a copy that is whole."""
    for table in t.of_readers():
        found = _sum(there, table)
        was = _marked(there, AS_COPIED + table.name)
        # Copies of before these marks must be as the archive is now.
        if found != (_sum(reading, table) if was is None else was):
            raise ConfigError(IN_USE.format(f"its readers did there ({table.name})"))


def _sum(connection: Connection, table: Table) -> int:
    rows = _Counted(_rows(connection, table))
    rows.finish()
    return _small(rows.sha256)


def _small(sha256: str) -> int:
    """As much of a hash as a mark's number holds: it is to notice use, not malice."""
    return int(sha256[:7], 16)


def _newest(connection: Connection) -> tuple[int, ...]:
    highest = (select(func.coalesce(func.max(each.c.id), 0)) for each in (t.log_entries, t.runs, t.log_roots))
    return tuple(connection.execute(query).scalar_one() for query in highest)


def _marked(connection: Connection, name: str) -> int | None:
    return connection.execute(select(t.marks.c.value).where(t.marks.c.name == name)).scalar()


def _note(target: Database, *, done: bool, sums: Mapping[str, int] | None = None) -> None:
    values = {UNFINISHED: 0 if done else 1, **{AS_COPIED + name: each for name, each in (sums or {}).items()}}
    with target.writing() as connection:
        connection.execute(delete(t.marks).where(t.marks.c.name.startswith(UNFINISHED)))
        moment = now()
        connection.execute(
            insert(t.marks), [{"name": name, "at": moment, "value": value} for name, value in values.items()]
        )


def _remove_others(reading: Connection, there: Connection, target: Database, table: Table) -> int:
    """Remove rows that the archive does not have; returns how many. Children come before their parents."""
    removed = 0
    with closing(_Ahead(_keys(reading, table))) as keys:
        many = (key for key in _keys(there, table) if keys.like(key) is None)
        while some := list(islice(many, BATCH)):
            with target.writing() as connection:
                connection.execute(delete(table).where(_is(table)), [_named(table, key) for key in some])
            removed += len(some)
    return removed


def _bring_up(reading: Connection, target: Database, table: Table, removed: int) -> Copied:
    """Put right what differs, write what is missing, then read the copy again and compare."""
    # What another row is to be named must be free before: rows of old may have changed names between them.
    if unnamed := _unnamed(table):
        _put_right(reading, target, table, unnamed)
    written = removed + _put_right(reading, target, table, lambda row, _: row)
    wanted = _Counted(_rows(reading, table))
    with target.reading() as there, closing(_Ahead(_rows(there, table), len(_key(table)))) as known:
        missing = (row for row in wanted if known.like(row) is None)
        while some := list(islice(missing, BATCH)):
            names = [column.name for column in _columns(table)]
            with target.writing() as connection:
                connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in some])
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


def _put_right(
    reading: Connection, target: Database, table: Table, mended: Callable[[Row, Row], Row | None]
) -> int:
    """Update rows that differ: `mended` makes of what a row is to be, and what it is, what is written."""
    done = 0
    with (
        target.reading() as there,
        closing(_Ahead(_rows(there, table), len(_key(table)))) as known,
        closing(_rows(reading, table)) as rows,
    ):
        pairs = ((row, known.like(row)) for row in takewhile(lambda _: known, rows))
        changed = filter(None, (mended(row, was) for row, was in pairs if was is not None and was != row))
        while some := list(islice(changed, BATCH)):
            values = {column: bindparam(f"_{column.name}") for column in _columns(table)[len(_key(table)) :]}
            with target.writing() as connection:
                connection.execute(
                    update(table).where(_is(table)).values(values), [_named(table, row) for row in some]
                )
            done += len(some)
    return done


def _unnamed(table: Table) -> Callable[[Row, Row], Row | None] | None:
    """A row whose unique names are to change gets others for a while, which no row has."""
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    free = {
        at
        for at, column in enumerate(_columns(table))
        if isinstance(column.type, String)
        and not column.foreign_keys
        and any(column.name in each.columns for each in unique)
    }

    def mended(row: Row, was: Row) -> Row | None:
        if all(row[at] == was[at] for at in free):
            return None
        name = NUL_SHOWN.join(map(str, row[: len(_key(table))]))
        return tuple(f"{NUL_SHOWN}{name}" if at in free else each for at, each in enumerate(was))

    return mended if free else None


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
        name = t.marks.c.name
        query = query.where(not_(name.startswith(UNFINISHED)), name != INDEX_KEYS)
    with connection.execute(query) as rows:
        for row in rows:
            yield tuple(_kept(value) for value in row)


def _kept(value: object) -> object:
    """PostgreSQL keeps no NUL."""
    return value.replace("\x00", NUL_SHOWN) if isinstance(value, str) and "\x00" in value else value


class _Ahead:
    """Rows in the order of their keys, read only as far as one is asked for."""

    def __init__(self, rows: Generator[Row], width: int | None = None) -> None:
        self._rows, self._width = rows, width
        self._next = next(rows, None)

    def like(self, row: Row) -> Row | None:
        """The row with the key of this one. To be asked in order."""
        while self._next is not None and self._next[: self._width] < row[: self._width]:
            self._next = next(self._rows, None)
        same = self._next is not None and self._next[: self._width] == row[: self._width]
        return self._next if same else None

    def __bool__(self) -> bool:
        """Whether any are left."""
        return self._next is not None

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
