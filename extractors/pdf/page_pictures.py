"""A page as a picture, for people to look at."""

from __future__ import annotations

import io
from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2
from PIL import ImageDraw

from extractors.pdf.opening import opened_pdf
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

NARROWEST, WIDEST = 50, 3_000  # pixels
FRAME = (200, 0, 60)  # red, and dark where nobody sees colours
_MOST_PIXELS = 12_000_000


def draw(path: Path, page: int, width: int, boxes: Sequence[tuple[float, float, float, float]] = ()) -> bytes:
    """Returns a PNG of `page` (from 1), `width` pixels wide.

    It is less wide for a page so long that it would grow too large. `boxes` are left, top, right and bottom
    as shares of the page. Raises ExtractionError.
    """
    with opened_pdf(path) as document:
        if not 1 <= page <= len(document):
            raise ExtractionError(FailureReason.UNREADABLE, f"no page {page}")
        try:
            with closing(document[page - 1]) as sheet:
                across, down = sheet.get_size()
                scale = max(NARROWEST, min(width, WIDEST)) / max(1.0, across)
                scale = min(scale, (_MOST_PIXELS / max(1.0, across * down)) ** 0.5)
                with closing(sheet.render(scale=scale)) as bitmap:
                    image = bitmap.to_pil().convert("RGB")
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise ExtractionError(FailureReason.UNREADABLE, f"page {page}: {error}") from error
    _box(image, boxes)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def _box(image: Image.Image, boxes: Sequence[tuple[float, float, float, float]]) -> None:
    """Draw a frame around words, a little apart from them, so that every letter stays to be read."""
    pen, line = ImageDraw.Draw(image), max(2, image.width // 400)
    for left, top, right, bottom in boxes:
        corners = (left * image.width, top * image.height, right * image.width, bottom * image.height)
        apart = (corners[0] - 2 * line, corners[1] - 2 * line, corners[2] + 2 * line, corners[3] + 2 * line)
        pen.rectangle(apart, outline=FRAME, width=line)
