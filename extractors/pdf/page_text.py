"""PDFium's text of a page: as a handle, upright, and as a string."""

from __future__ import annotations

import ctypes
import functools
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.config import current
from extractors.pdf.words import nameless_codes, symbol_signs
from extractors.pdf.words.glyphs import TextPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2


@contextmanager
def text_layer(page: pypdfium2.PdfPage) -> Iterator[TextPage]:
    """PDFium's text page. It reads words on their head or side upright: else their order is wrong."""
    layer = pdfium.FPDFText_LoadPage(page)
    turn = page.get_rotation()
    if quarters := _turned_by(layer, turn):
        pdfium.FPDFText_ClosePage(layer)
        page.set_rotation((turn - 90 * quarters) % 360)
        layer = pdfium.FPDFText_LoadPage(page)
        page.set_rotation(turn)
    try:
        yield TextPage(layer)
    finally:
        pdfium.FPDFText_ClosePage(layer)


def _turned_by(layer: object, turn: int) -> int:
    """By how many quarters two of three characters are turned, as the page is shown; clockwise.

    Where two agree the third is not asked. 0 where no two do, and for mirrored ones on their side, which
    no turn sets right.
    """
    count = pdfium.FPDFText_CountChars(layer)
    if count <= 0:
        return 0

    def at(quarter: int) -> int:
        angle = pdfium.FPDFText_GetCharAngle(layer, count * quarter // 4)
        return round((math.degrees(angle) + turn) / 90) % 4

    first, second = at(1), at(2)
    quarters = first if first == second else third if (third := at(3)) in {first, second} else 0
    return 0 if quarters % 2 and _is_mirrored(layer, count // 2) else quarters


def _is_mirrored(layer: object, letter: int) -> bool:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(layer, letter, matrix)
    return matrix.a * matrix.d < matrix.b * matrix.c


def printed_text(layer: TextPage) -> str:
    """Returns PDFium's text, by its own calls: the wrapper's objects take a twentieth of all time.

    What its fonts have no names for, or wrong ones, is named where that is known.
    """
    buffer = _buffer(most_letters())
    count = min(most_letters(), pdfium.FPDFText_CountChars(layer))
    units = pdfium.FPDFText_GetText(layer, 0, count, buffer) if count > 0 else 0
    content = memoryview(buffer).cast("B")[: 2 * max(0, units - 1)]  # the last is a NUL
    text = symbol_signs.with_signs(str(content, "utf-16-le", "ignore"), layer)
    return nameless_codes.as_meant(text, layer)


def most_letters() -> int:
    """Of a page: more than are kept of it, so that it is seen where some are left out."""
    return 2 * current.get().page_text_kb * 1024


@functools.cache
def _buffer(longest: int) -> ctypes.Array[ctypes.c_ushort]:
    return (ctypes.c_ushort * (longest + 1))()
