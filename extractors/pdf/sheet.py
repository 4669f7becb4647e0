"""The page as a reader sees it: turned and cropped, in points from its top left corner."""

from __future__ import annotations

import ctypes
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.box_types import PointBox

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

_FINE = 100  # device units a point when PDFium turns page coordinates into those of the page as shown
_MOST_NOTES = 2_000  # of a page
_FAR = 1_000.0  # points between the places that it is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Its size, and where a point of the file's own count is on it: a line for each direction."""

    width: float
    height: float
    across: tuple[float, float, float]
    down: tuple[float, float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        a, b, c = self.across
        d, e, f = self.down
        return a * x + b * y + c, d * x + e * y + f

    def box(self, left: float, bottom: float, right: float, top: float) -> PointBox:
        """Where a box of the file's own count is; it may reach beyond the sheet."""
        (x, y), (other_x, other_y) = self.place(left, bottom), self.place(right, top)
        return PointBox(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))

    def within(self, box: PointBox) -> PointBox | None:
        """What of a box is on the sheet; None where nothing is."""
        seen = PointBox(
            max(0.0, box.left), max(0.0, box.top), min(self.width, box.right), min(self.height, box.bottom)
        )
        return seen if seen.left < seen.right and seen.top < seen.bottom else None

    def shares(self, box: PointBox) -> tuple[float, float, float, float]:
        """A box as shares of the sheet's width and height, as a part of a page says it."""
        width, height = max(1.0, self.width), max(1.0, self.height)
        edges = box.left / width, box.top / height, box.right / width, box.bottom / height
        left, top, right, bottom = (round(min(1.0, max(0.0, edge)), 4) for edge in edges)
        return left, top, right, bottom

    def drawn(self, page: pypdfium2.PdfPage, place: PointBox, scale: float) -> Image.Image:
        """Returns a piece of the page in grey, `scale` pixels a point. Raises PdfiumError and ValueError."""
        outside = place.left, self.height - place.bottom, self.width - place.right, place.top
        left, bottom, right, top = (max(0.0, edge) for edge in outside)
        return drawn(page, scale, (left, bottom, right, top))

    def of_shares(self, shares: tuple[float, float, float, float]) -> PointBox:
        left, top, right, bottom = shares
        return PointBox(left * self.width, top * self.height, right * self.width, bottom * self.height)

    def share(self, box: PointBox) -> float:
        """Of the sheet's area."""
        left, top, right, bottom = self.shares(box)
        return round((right - left) * (bottom - top), 4)


def drawn(
    page: pypdfium2.PdfPage, scale: float, crop: tuple[float, float, float, float] = (0, 0, 0, 0)
) -> Image.Image:
    """Returns a page in grey, `scale` pixels a point, without what `crop` cuts off at its sides.

    Its notes are drawn too, unless there are enough of them to take all memory. Raises PdfiumError and
    ValueError.
    """
    few = pdfium.FPDFPage_GetAnnotCount(page) <= _MOST_NOTES
    with closing(page.render(scale=scale, grayscale=True, crop=crop, draw_annots=few)) as bitmap:
        return bitmap.to_pil().convert("L")


def sheet_of(page: pypdfium2.PdfPage) -> Sheet:
    """Three places tell how a page is turned, cropped and scaled."""
    width, height = page.get_size()
    size = int(width * _FINE), int(height * _FINE)
    x, y = ctypes.c_int(), ctypes.c_int()
    places: list[tuple[float, float]] = []
    for point in ((0.0, 0.0), (_FAR, 0.0), (0.0, _FAR)):
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, *point, ctypes.byref(x), ctypes.byref(y))
        places.append((x.value / _FINE, y.value / _FINE))
    (left, top), (right, right_down), (up_across, up) = places
    return Sheet(
        width=width,
        height=height,
        across=((right - left) / _FAR, (up_across - left) / _FAR, left),
        down=((right_down - top) / _FAR, (up - top) / _FAR, top),
    )
