"""What a PDF page shows apart from its text: asked only where the text is missing or too little to be all."""

from __future__ import annotations

import ctypes
from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_OBJECTS = 2_000  # of a page, looked at
_PIXELS_A_POINT = 0.3
_LONGEST_SIDE = 1_000  # pixels
_CONTRAST = 24  # shades of 256 between the darkest and the lightest spot; less is a tinted page


def is_empty(page: pypdfium2.PdfPage) -> bool:
    """Whether there is nothing to draw on the page: no object, and no annotation."""
    return pdfium.FPDFPage_CountObjects(page) <= 0 and pdfium.FPDFPage_GetAnnotCount(page) <= 0


def shows_something(page: pypdfium2.PdfPage) -> bool:
    """Whether anything can be seen: scans, letters drawn as lines… Raises PdfiumError, ValueError."""
    width, height = page.get_size()
    scale = min(_PIXELS_A_POINT, _LONGEST_SIDE / max(width, height, 1))
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        shades = bitmap.to_pil().convert("L").histogram()
    seen = [shade for shade, pixels in enumerate(shades) if pixels]
    return seen[-1] - seen[0] > _CONTRAST


def strings(page: pypdfium2.PdfPage) -> int:
    """How many strings of letters are set on the page, or in forms on it, readable or not."""
    return sum(
        _strings_of(item) if kind == pdfium.FPDF_PAGEOBJ_FORM else kind == pdfium.FPDF_PAGEOBJ_TEXT
        for kind, item in _objects(page)
    )


def _strings_of(form: object) -> int:
    inner = range(min(pdfium.FPDFFormObj_CountObjects(form), _MOST_OBJECTS))
    kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFFormObj_GetObject(form, index)) for index in inner)
    return sum(kind == pdfium.FPDF_PAGEOBJ_TEXT for kind in kinds)


def covered(page: pypdfium2.PdfPage) -> float:
    """The share of the page that its largest picture covers."""
    width, height = page.get_size()
    largest = 0.0
    for kind, item in _objects(page):
        if kind != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            largest = max(largest, (right - left) * (top - bottom))
    return largest / max(1.0, width * height)


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[int, object]]:
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, index)
        yield pdfium.FPDFPageObj_GetType(item), item
