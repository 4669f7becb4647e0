"""A PDF as a file: opened, or why it cannot be, and what it says of itself."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TAIL = 2048  # bytes
_MOST_ENTRIES = 5_000  # of the outline
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")


@contextmanager
def opened_pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """A document of at least one page. Raises ExtractionError."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ExtractionError(*_why_closed(path, error)) from error
    with closing(document):
        if len(document) == 0:
            raise ExtractionError(FailureReason.UNREADABLE, "a PDF without pages")
        yield document


def _why_closed(path: Path, error: pypdfium2.PdfiumError) -> tuple[FailureReason, str]:
    if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
        return FailureReason.ENCRYPTED, "a PDF with a password"
    with path.open("rb") as file:
        head = file.read(1_000_000)
    if b" obj" not in head:
        return FailureReason.NOT_WHAT_IT_SAYS, "the head of a PDF, and no PDF behind it"
    if not has_its_end(path):
        return FailureReason.TRUNCATED, "a PDF without its end"
    return FailureReason.UNREADABLE, f"PDFium: {error}"


def has_its_end(path: Path) -> bool:
    """Whether the file has its last line. PDFium opens what is left of a file cut short, and says nothing."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" in file.read()


def outline(document: pypdfium2.PdfDocument) -> Iterator[tuple[int, int, str]]:
    """Returns level, page from 1 and title of entries of two levels that lead to a page of this document."""
    for entry in islice(document.get_toc(max_depth=2), _MOST_ENTRIES):
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is not None:
            yield entry.level, page + 1, entry.get_title()


def said_of_itself(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """Returns what a file tells of itself, dates as ISO 8601 without a zone: few programs write one."""
    facts = {key.lower(): document.get_metadata_value(key) for key in ("Title", "Author", "Producer")}
    for key, name in (("CreationDate", "created"), ("ModDate", "modified")):
        facts[name] = _date(document.get_metadata_value(key))
    return {name: value for name, value in facts.items() if value} | {"pages": str(len(document))}


def _date(said: str) -> str:
    match = _DATE.match(said)
    if match is None:
        return ""
    year, month, day, *clock = match.groups()
    date = "-".join(filter(None, (year, month, day)))
    return f"{date}T{':'.join(part or '00' for part in clock)}" if day and clock[0] else date
