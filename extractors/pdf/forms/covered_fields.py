"""Which fields and typed notes of a PDF page are wholly under what was put onto the page after them."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_OBJECTS = 20  # of one look
_SLACK = 1.0  # points
# Put onto the page by people or programs, with a look that may cover what is under it.
_OVER = {
    pdfium.FPDF_ANNOT_FREETEXT,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_REDACT,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_WIDGET,
}
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW


def covered_annotations(annotations: Sequence[tuple[int, object]]) -> set[int]:
    """Returns the numbers of those of a page that are under later ones; in the order of the page."""
    found: set[int] = set()
    over: list[tuple[pdfium.FS_RECTF, object]] = []
    for number, annotation in reversed(annotations):
        place = pdfium.FS_RECTF()
        if pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN or not pdfium.FPDFAnnot_GetRect(annotation, place):
            continue
        if any(_holds(other, place) and _is_opaque(other, above) for other, above in over):
            found.add(number)
        if pdfium.FPDFAnnot_GetSubtype(annotation) in _OVER:
            over.append((place, annotation))
    return found


def _holds(outer: pdfium.FS_RECTF, inner: pdfium.FS_RECTF) -> bool:
    return (
        outer.left - _SLACK <= inner.left < inner.right <= outer.right + _SLACK
        and outer.bottom - _SLACK <= inner.bottom < inner.top <= outer.top + _SLACK
    )


def _is_opaque(place: pdfium.FS_RECTF, annotation: object) -> bool:
    """Whether its look begins with a box, as large as itself, that lets nothing through."""
    wide, high = place.right - place.left - 2 * _SLACK, place.top - place.bottom - 2 * _SLACK
    for number in range(min(pdfium.FPDFAnnot_GetObjectCount(annotation), _MOST_OBJECTS)):
        item = pdfium.FPDFAnnot_GetObject(annotation, number)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        if (
            pdfium.FPDFPath_GetDrawMode(item, mode, stroked)
            and mode.value
            and not pdfium.FPDFPageObj_HasTransparency(item)
            and pdfium.FPDFPageObj_GetBounds(item, *edges)
            and edges[2].value - edges[0].value >= wide
            and edges[3].value - edges[1].value >= high
        ):
            return True
    return False
