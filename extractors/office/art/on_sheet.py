"""Shapes on a sheet of Excel since 2007 that nobody sees, as others are over them. Pure.

They are placed by cells, and how far into these: that is enough to tell which are within which.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from extractors.office import covered
from extractors.office.drawing import is_box, is_filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WIDEST = 1e9  # in the units of places: no cell is wider or higher
_SIDES = (("from", "col"), ("from", "row"), ("to", "col"), ("to", "row"))


def placed_under_others(
    root: etree._Element, is_opaque: Callable[[etree._Element], bool]
) -> set[etree._Element]:
    """Returns the shapes that are wholly under others; `is_opaque` says of a picture whether it hides."""
    shapes: list[covered.Shape] = []
    for anchor in root.iter(f"{_XDR}twoCellAnchor"):
        said = [
            (anchor.findtext(f"{_XDR}{end}/{_XDR}{way}"), anchor.findtext(f"{_XDR}{end}/{_XDR}{way}Off", "0"))
            for end, way in _SIDES
        ]
        if all(cell and cell.isdecimal() and within.isdecimal() for cell, within in said):
            left, top, right, bottom = (int(cell or "0") + int(within) / _WIDEST for cell, within in said)
            hides = functools.partial(_hides, anchor, is_opaque)
            shapes.append(covered.Shape(anchor, (left, top, right, bottom), hides))
    return covered.under_others(shapes, 0.0)


def _hides(anchor: etree._Element, is_opaque: Callable[[etree._Element], bool]) -> bool:
    shape, picture = anchor.find(f"{_XDR}sp"), anchor.find(f"{_XDR}pic")
    drawn = shape if shape is not None else picture
    about = drawn.find(f"{_XDR}spPr") if drawn is not None else None
    if drawn is None or about is None or not is_box(about):
        return False
    if next(about.iter(f"{_A}xfrm"), about).get("rot", "0") != "0":
        return False
    if shape is not None:
        return is_filled(about, shape.find(f"{_XDR}style/{_A}fillRef"))
    content = next(drawn.iter(f"{_A}blip"), None)
    return content is not None and is_opaque(content)
