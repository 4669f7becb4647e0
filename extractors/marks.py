"""Places on a page, as `boxes` answers them. Apart from it, so that the parent process loads no PDFium."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Box(NamedTuple):
    """In points of the page as a reader sees it, from its top left corner, turned and cropped."""

    left: float
    top: float
    right: float
    bottom: float


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes of each span, a box a line, and the size of the page in points, to place them on a picture."""

    width: float
    height: float
    spans: list[list[Box]]
