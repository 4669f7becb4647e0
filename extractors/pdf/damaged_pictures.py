"""Pictures of a page that cannot be unpacked: what PDFium draws of them may be a blank."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.box_types import PointBox
    from extractors.pdf.sheet import Sheet

_MOST = 50  # pictures of a page
_DEEPEST = 8  # forms in forms
_WHOLE = 0.9  # of its bytes: what has fewer was cut off
_SMALLEST = 64  # pixels a side: no words are smaller
_BY_PILLOW = {"DCTDecode": "JPEG", "JPXDecode": "JPEG2000"}


def damaged(
    page: pypdfium2.PdfPage, sheet: Sheet, known: dict[tuple[int, int, int], bool]
) -> Iterator[PointBox]:
    """Where they are on the sheet. `known`: by their size, pictures that were looked at."""
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST)
    for _, picture in zip(range(_MOST), pictures, strict=False):
        if isinstance(picture, pypdfium2.PdfImage) and min(picture.get_px_size()) >= _SMALLEST:
            packed = bytes(picture.get_data(decode_simple=False))
            look = (*picture.get_px_size(), len(packed))
            if look not in known:
                known[look] = _is_damaged(picture, packed)
            if known[look] and (box := sheet.within(sheet.box(*picture.get_bounds()))):
                yield box


def _is_damaged(picture: pypdfium2.PdfImage, packed: bytes) -> bool:
    filters = picture.get_filters()
    kind = _BY_PILLOW.get(filters[-1]) if filters else None
    try:
        if kind:
            unpacked = bytes(picture.get_data(decode_simple=True)) if len(filters) > 1 else packed
            with Image.open(io.BytesIO(unpacked), formats=[kind]) as image:
                image.draft("L", (image.width // 8, image.height // 8))
                image.load()
            return False
        wide, high = picture.get_px_size()
        bits = picture.get_metadata().bits_per_pixel
        if filters and filters[-1] in {"CCITTFaxDecode", "JBIG2Decode"}:
            return False  # only whoever draws it could tell
        return len(bytes(picture.get_data(decode_simple=True))) < _WHOLE * high * ((wide * bits + 7) // 8)
    except (OSError, SyntaxError, ValueError, pypdfium2.PdfiumError, Image.DecompressionBombError):
        return True
