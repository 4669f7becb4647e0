"""What PostgreSQL calls by a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, column, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn

from storage import tables as t
from storage.engines import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler


def keep_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    connection.execute(insert(table).values(**values).on_conflict_do_nothing())


def keep(connection: Connection, table: Table, key: str, values: Mapping[str, Any]) -> None:
    others = {name: value for name, value in values.items() if name != key}
    connection.execute(
        insert(table).values(**values).on_conflict_do_update(index_elements=[key], set_=others)
    )


def last_numbers(connection: Connection) -> dict[str, int]:
    found = ((name, _last(connection, sequence)) for name, sequence in _sequences(connection).items())
    return {name: number for name, number in found if number}


def set_last_numbers(connection: Connection, numbers: Mapping[str, int]) -> None:
    for name, sequence in _sequences(connection).items():
        highest = connection.execute(select(func.max(t.metadata.tables[name].c.id))).scalar() or 0
        if last := max(highest, numbers.get(name, 0)):
            connection.execute(select(func.setval(sequence, last)))


def _sequences(connection: Connection) -> dict[str, str]:
    """The sequence of each table whose rows have numbers, by the table's name."""
    asked = {
        name: func.pg_get_serial_sequence(name, "id")
        for name, table in t.metadata.tables.items()
        if "id" in table.c
    }
    found = connection.execute(select(*asked.values())).one()
    return {name: str(sequence) for name, sequence in zip(asked, found, strict=True) if sequence}


def _last(connection: Connection, sequence: str) -> int:
    found = select(column("last_value"), column("is_called")).select_from(text(sequence))
    last, is_called = connection.execute(found).one()
    return int(last) if is_called else 0


@compiles(Integer, "postgresql")
def _whole(_type: Any, _compiler: Any, **_options: Any) -> str:
    """As wide as SQLite's: the number of a page begins with its day."""
    return "BIGINT"


@compiles(CreateColumn, "postgresql")
def _numbered(element: Any, compiler: DDLCompiler, **options: Any) -> str:
    column: str = compiler.visit_create_column(element, **options) or ""
    return column.replace(" SERIAL", " BIGSERIAL")


@compiles(sql.Texts, "postgresql")
def _texts(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS jsonb))"


@compiles(sql.Numbers, "postgresql")
def _numbers(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    listed = _texts(element, compiler, **options)
    return f"(SELECT CAST(each AS bigint) AS value FROM {listed} AS each)"  # noqa: S608 - SQLAlchemy's own words


@compiles(sql.PairsOfNumbers, "postgresql")
def _pairs(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return _split(element, compiler, "CAST(each ->> 0 AS bigint)", **options)


@compiles(sql.TextsWithNumbers, "postgresql")
def _texts_with_numbers(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return _split(element, compiler, "each ->> 0", **options)


def _split(element: Any, compiler: SQLCompiler, one: str, **options: Any) -> str:
    listed = f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS jsonb))"
    return f"(SELECT {one} AS one, CAST(each ->> 1 AS bigint) AS other FROM {listed} AS each)"  # noqa: S608 - SQLAlchemy's own words


@compiles(sql.year_of, "postgresql")
def _year(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)}, 'YYYY')"


@compiles(sql.month_of, "postgresql")
def _month(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)}, 'YYYY-MM')"


@compiles(sql.day_of, "postgresql")
def _day(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS date)"


@compiles(sql.text_of, "postgresql")
def _text(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_from({compiler.process(element.clauses, **options)}, 'UTF8')"
