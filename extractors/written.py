"""What was filled into the form fields of a PDF page, and its notes: no part of PDFium's text."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.config import current
from pipeline.text import canonical

if TYPE_CHECKING:
    import pypdfium2

_MOST_ANNOTATIONS = 2_000  # of a page
_WRITTEN_IN = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_TEXT)


def written_in(page: pypdfium2.PdfPage) -> str:
    """Canonical text, a field or note a line."""
    words: list[str] = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        if pdfium.FPDFAnnot_GetSubtype(annotation) in _WRITTEN_IN:
            words += [_value(annotation, b"V"), _value(annotation, b"Contents")]
        pdfium.FPDFPage_CloseAnnot(annotation)
    return canonical("\n".join(filter(None, words)))


def _value(annotation: object, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= current.get().page_text_kb * 1024:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(
        annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
    )
    value = buffer.raw[: size - 2].decode("utf-16-le", "ignore")
    return "" if value in {"Off", "Yes"} else value  # the states of a tick box
