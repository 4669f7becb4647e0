"""Answers on the terminal: JSON one object a line, CSV that no spreadsheet runs, or a table for people."""

from __future__ import annotations

import csv
import json
import re
import sys
from dataclasses import fields
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from pipeline.text import cells
from pipeline.text.foreign import printable, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WHOLE = {"id", "document", "meeting_date", "date", "day", "page", "pages", "first", "month"}  # never wrapped
ENDLESS = 10_000  # characters of a line that nobody reads on a terminal
_UNPRINTABLE = re.compile(
    r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)  # JSON escapes those below


def rows(
    found: Iterable[Mapping[str, Any]],
    output: str,
    columns: Sequence[str],
    *,
    header: Sequence[str] = (),
    empty: str = "Nothing found.",
) -> None:
    """Print rows; `columns` are those that a table shows, JSON and CSV give all.

    `header` is what all are called, for a CSV file that has no rows.
    """
    if output == "json":
        for row in found:
            click.echo(_escaped(json.dumps(cells.plain(row), ensure_ascii=False)))
        return
    found = list(found)
    if output == "csv":
        _csv(found, header)
    elif not found:
        if empty:
            note(empty)
    else:
        _table(found, columns)


def names(row: type[Any]) -> list[str]:
    """What the values of a dataclass are called: the header of its rows."""
    return [field.name for field in fields(row)]


def note(text: str) -> None:
    """A message next to the answer, perhaps with words of others in it: never to stdout."""
    click.echo("\n".join(map(printable, text.split("\n"))), err=True)


def _csv(found: Sequence[Mapping[str, Any]], header: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if names := list(found[0] if found else header):
        writer.writerow(names)
    for row in found:
        writer.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> str:
    """Text that a spreadsheet shows and does not run."""
    return spreadsheet_cell(printable(cells.cell_text(value)))


def text(value: Any) -> str:
    """A value for people: times to the minute, no brackets."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return printable(cells.cell_text(value))


def _escaped(line: str) -> str:
    """The same JSON with what a terminal might obey written as escapes."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", line)


def _table(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in WHOLE)
    for row in found:
        table.add_row(*(Text(text(row[column])) for column in columns))
    # Lines are cut for a terminal only: in a pipe, whoever looks for an id finds it whole.
    Console(width=None if sys.stdout.isatty() else ENDLESS).print(table)
