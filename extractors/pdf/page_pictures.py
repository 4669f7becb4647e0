"""A page as a picture, for people to look at."""

from __future__ import annotations

import io
from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2

from extractors.pdf.document import opened
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from pathlib import Path

NARROWEST, WIDEST = 50, 3_000  # pixels
_MOST_PIXELS = 12_000_000


def draw(path: Path, page: int, width: int) -> bytes:
    """A PNG of `page` (from 1), `width` pixels wide; less for a page so long that it would grow too large.

    Raises ExtractionError.
    """
    with opened(path) as document:
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
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
