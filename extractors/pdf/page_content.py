"""What a PDF page shows apart from its text: asked only where the text is missing or too little to be all."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    import pypdfium2

    from extractors.pdf.survey import Survey

_PIXELS_A_POINT = 0.3
_LONGEST_SIDE = 1_000  # pixels
_CONTRAST = 24  # shades of 256 between the darkest and the lightest spot; less is a tinted page


def is_empty(page: pypdfium2.PdfPage) -> bool:
    """Whether there is nothing to draw on the page: no object, and no annotation."""
    return pdfium.FPDFPage_CountObjects(page) <= 0 and pdfium.FPDFPage_GetAnnotCount(page) <= 0


def shows_something(page: pypdfium2.PdfPage) -> bool:
    """Whether anything can be seen: scans, text drawn as lines… Raises PdfiumError, ValueError."""
    width, height = page.get_size()
    scale = min(_PIXELS_A_POINT, _LONGEST_SIDE / max(width, height, 1))
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        shades = bitmap.to_pil().convert("L").histogram()
    seen = [shade for shade, pixels in enumerate(shades) if pixels]
    return seen[-1] - seen[0] > _CONTRAST


def covered(found: Survey, page: pypdfium2.PdfPage) -> float:
    """The share of the page that its largest picture covers."""
    width, height = page.get_size()
    return max((picture.area for picture in found.pictures), default=0.0) / max(1.0, width * height)
