"""Spreadsheets of every kind: a part for each sheet, a line for each row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from extractors.packages import core_properties
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText

Cell = str | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta


def extract(path: Path) -> Iterator[PageText]:
    """Hidden sheets too: what a body published, it published."""
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            yield from numbered(_sheets(book))
    except PasswordError as error:
        raise ExtractionError(FailureReason.ENCRYPTED, "a spreadsheet with a password") from error
    except CalamineError as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{type(error).__name__}: {error}") from error


def metadata(path: Path) -> dict[str, str]:
    return core_properties(path)


def _sheets(book: CalamineWorkbook) -> Iterator[tuple[str, str]]:
    for sheet in book.sheets_metadata:
        if sheet.typ is SheetTypeEnum.WorkSheet:
            rows = book.get_sheet_by_name(sheet.name).iter_rows()
            yield f"sheet {sheet.name}", "\n".join(" ".join(filter(None, map(_shown, row))) for row in rows)


def _shown(value: Cell) -> str:
    """A cell as a reader would write it. Formats (pounds, per cent) are not known here."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return " ".join(str(value).split())
