"""What a PDF page shows apart from its text: asked only where the text is missing or too little to be all."""

from __future__ import annotations

import ctypes
from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Place = Callable[[float, float], tuple[float, float]]  # from a point of an object to one of the page

_MOST_OBJECTS = 2_000  # of a page, looked at
_DEEPEST = 8  # forms in forms
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
    return sum(kind == pdfium.FPDF_PAGEOBJ_TEXT for kind, _, _ in _objects(page))


def covered(page: pypdfium2.PdfPage) -> float:
    """The share of the page that its largest picture covers."""
    width, height = page.get_size()
    largest = 0.0
    for kind, item, place in _objects(page):
        if kind != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            corners = [place(x, y) for x in (left, right) for y in (bottom, top)]
            across, up = zip(*corners, strict=True)
            largest = max(largest, (max(across) - min(across)) * (max(up) - min(up)))
    return largest / max(1.0, width * height)


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[int, object, _Place]]:
    """Kind, object, and where on the page a point of it stands; those of forms, and forms in them, too."""
    found = 0
    waiting: list[tuple[Iterator[object], _Place, int]] = [(_of_page(page), _as_it_is, 0)]
    while waiting:
        items, place, depth = waiting.pop()
        for item in items:
            found += 1
            if found > _MOST_OBJECTS:
                return
            kind = pdfium.FPDFPageObj_GetType(item)
            yield kind, item, place
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                waiting.append((_of_form(item), _within(item, place), depth + 1))


def _of_page(page: pypdfium2.PdfPage) -> Iterator[object]:
    return (pdfium.FPDFPage_GetObject(page, index) for index in range(pdfium.FPDFPage_CountObjects(page)))


def _of_form(form: object) -> Iterator[object]:
    return (
        pdfium.FPDFFormObj_GetObject(form, index) for index in range(pdfium.FPDFFormObj_CountObjects(form))
    )


def _as_it_is(x: float, y: float) -> tuple[float, float]:
    return x, y


def _within(form: object, outer: _Place) -> _Place:
    """Where a point of a form stands on the page."""
    at = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(form, at):
        return outer

    def place(x: float, y: float) -> tuple[float, float]:
        return outer(at.a * x + at.c * y + at.e, at.b * x + at.d * y + at.f)

    return place
