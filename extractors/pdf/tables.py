"""The tables of a page, by pdfplumber: slow, so only for a page that somebody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from pipeline.text.canonical import canonical, shown

if TYPE_CHECKING:
    from pathlib import Path

Table = list[list[str]]  # rows of cells

_MOST_CELLS = 20_000


def tables_of_page(path: Path, page: int) -> list[Table]:
    """Returns the tables of `page` (from 1), top down: every cell on one line, rows without text left out.

    Raises ExtractionError.
    """
    try:
        with pdfplumber.open(path, pages=[page]) as paper:
            if not paper.pages:
                raise ExtractionError(FailureReason.UNREADABLE, f"no page {page}")
            found = paper.pages[0].extract_tables()
    except (PDFException, PdfminerException, MalformedPDFException, ValueError, TypeError, KeyError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{type(error).__name__}: {error}") from error
    if sum(len(row) for table in found for row in table) > _MOST_CELLS:
        raise ExtractionError(FailureReason.TOO_LARGE, f"more than {_MOST_CELLS} cells")
    tables = [[[shown(canonical(cell or "")) for cell in row] for row in table] for table in found]
    return [rows for table in tables if (rows := [row for row in table if any(row)])]
