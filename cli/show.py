"""Answers on the terminal: JSON one object a line, CSV that no spreadsheet runs, or a table for people."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMATS = ("table", "json", "csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(
    found: Iterable[Mapping[str, Any]], output: str, columns: Sequence[str], *, empty: str = "Nothing found."
) -> None:
    """Print rows; `columns` are those that a table shows, JSON and CSV give all."""
    if output == "json":
        for row in found:
            click.echo(json.dumps(plain(row), ensure_ascii=False))
        return
    found = list(found)
    if output == "csv":
        _csv(found)
    elif not found:
        note(empty)
    else:
        _table(found, columns)


def note(text: str) -> None:
    """Something said beside the answer: never to stdout."""
    click.echo(text, err=True)


def plain(value: Any) -> Any:
    """The value as JSON has it: ISO dates, lists, strings."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _csv(found: Sequence[Mapping[str, Any]]) -> None:
    if not found:
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(found[0])
    for row in found:
        writer.writerow([_cell(plain(value)) for value in row.values()])


def _cell(value: Any) -> str:
    """Text that a spreadsheet shows and does not run."""
    text = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _table(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in found:
        table.add_row(*(Text(printable(_cell(plain(row[column])))) for column in columns))
    Console().print(table)


def printable(text: str) -> str:
    """Text of others, safe for a terminal: control characters become blanks."""
    return "".join(character if character.isprintable() else " " for character in text)
