"""Pages of a pack as they look, with the quoted words boxed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ExtractionError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.evidence.case import PageCase
    from pipeline.evidence.pack import Draw
    from pipeline.ports import Pictures

WIDTH = 1_600  # pixels of a page: small print stays legible on paper


def drawing(pictures: Pictures | None) -> Draw:
    """How pages are drawn; b"" for what cannot be shown, as a web page or a Word file."""

    def draw(original: Path, case: PageCase, /) -> bytes:
        if pictures is None:
            return b""
        spans = [(quote.start, quote.end) for quote in case.quotes]
        try:
            boxes = pictures.boxes(original, case.page, spans) if spans else ()
            return pictures.picture(original, case.page.number, WIDTH, boxes)
        except ExtractionError:
            return b""

    return draw
