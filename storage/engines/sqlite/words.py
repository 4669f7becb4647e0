"""What SQLite calls by a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.compiler import compiles

from storage import tables as t
from storage.engines import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table
    from sqlalchemy.sql.compiler import SQLCompiler


def keep_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    connection.execute(insert(table).values(**values).on_conflict_do_nothing())


def keep(connection: Connection, table: Table, key: str, values: Mapping[str, Any]) -> None:
    others = {name: value for name, value in values.items() if name != key}
    connection.execute(insert(table).values(**values).on_conflict_do_update([key], set_=others))


def last_numbers(connection: Connection) -> dict[str, int]:
    return dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all())


def set_last_numbers(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Tables that give no number twice; the others go on from the highest that is there."""
    for name, number in numbers.items():
        if name in t.metadata.tables and t.metadata.tables[name].dialect_options["sqlite"]["autoincrement"]:
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            connection.exec_driver_sql(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number)
            )


@compiles(sql.Texts, "sqlite")
@compiles(sql.Numbers, "sqlite")
def _listed(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(sql.PairsOfNumbers, "sqlite")
@compiles(sql.TextsWithNumbers, "sqlite")
def _pairs(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    listed = _listed(element, compiler, **options)
    return f"(SELECT json_extract(value, '$[0]') AS one, json_extract(value, '$[1]') AS other FROM {listed})"  # noqa: S608 - SQLAlchemy's own words


@compiles(sql.year_of, "sqlite")
def _year(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y', {compiler.process(element.clauses, **options)})"


@compiles(sql.month_of, "sqlite")
def _month(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **options)})"


@compiles(sql.day_of, "sqlite")
def _day(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(sql.text_of, "sqlite")
def _text(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS TEXT)"
