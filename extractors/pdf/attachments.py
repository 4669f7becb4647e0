"""Files within a PDF: attached to it, as all papers of a portfolio are, or pinned to one of its pages."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.config import current
from extractors.pdf.forms.form_fields import files_on
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from pipeline.text.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    import pypdfium2

_MOST = 1_000  # files
_LONGEST_NAME = 2_000  # bytes


def has_own(document: pypdfium2.PdfDocument) -> bool:
    """Whether any file is attached to the document as a whole."""
    return pdfium.FPDFDoc_GetAttachmentCount(document) > 0


def members(document: pypdfium2.PdfDocument, pages: Collection[int], directory: Path) -> Iterator[str]:
    """Yields the name of each file that it writes to `directory` under its number.

    Some are pinned to `pages`. Raises ExtractionError where there are more, or larger ones, than are taken.
    """
    room = current.get().members_mb * 1024 * 1024
    longest = current.get().output_mb * 1024 * 1024
    left_out = 0
    for number, attached in enumerate(_every(document, pages)):
        size = ctypes.c_ulong()
        if not pdfium.FPDFAttachment_GetFile(attached, None, 0, size) or size.value == 0:
            continue
        room -= size.value
        if number >= _MOST or size.value > longest or room < 0:
            left_out += 1
            if number >= _MOST:
                break
            continue
        content = ctypes.create_string_buffer(size.value)
        pdfium.FPDFAttachment_GetFile(attached, content, size.value, size)
        written = sum(1 for _ in directory.iterdir())
        (directory / str(written)).write_bytes(content.raw)
        yield one_line(_said(pdfium.FPDFAttachment_GetName, attached)) or f"attachment {written + 1}"
    if left_out:
        raise ExtractionError(FailureReason.TOO_LARGE, "more or larger files are attached than are taken")


def _every(document: pypdfium2.PdfDocument, pages: Collection[int]) -> Iterator[object]:
    for index in range(min(pdfium.FPDFDoc_GetAttachmentCount(document), _MOST + 1)):
        attached = pdfium.FPDFDoc_GetAttachment(document, index)
        if attached:
            yield attached
    for index in pages:
        page = document[index]
        yield from files_on(page)
        page.close()


def _said(call: Callable[..., int], attached: object) -> str:
    size = call(attached, None, 0)
    if not 2 < size <= _LONGEST_NAME:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(attached, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "ignore")
