"""Shapes of a Word text that float over its page, and which of them are under others. Pure.

Where the text runs is not known here, so a shape is only held against others that are placed from the same
edge: of one paragraph, or of one page.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from extractors.office import covered
from extractors.office.drawing import is_box, is_filled, is_said_again
from extractors.office.odf.names import points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_V = "{urn:schemas-microsoft-com:vml}"
_ANCHOR, _PARAGRAPH, _TEXT, _BREAK = f"{_WP}anchor", f"{_W}p", f"{_W}t", f"{_W}br"
_OLD = (f"{_V}rect", f"{_V}shape")
_ENDS = (f"{_W}lastRenderedPageBreak", f"{_W}pageBreakBefore", f"{_W}sectPr")  # of a page
_BY_PARAGRAPH = {"paragraph", "line", "text", "char"}  # what a place may be counted from
_MOST_BETWEEN = 1_000  # characters between two shapes of a page, so that no new one begins unsaid
_A_POINT = 12_700  # in the units of places
_STYLE = re.compile(r"([\w-]+)\s*:\s*([^;]+)")


class _Floating(NamedTuple):
    origin: tuple[object, ...]  # what its place is counted from
    height: tuple[int, int]  # over the text or under it, and over or under its like
    shape: covered.Shape


def hidden_drawings(root: etree._Element, is_opaque: Callable[[etree._Element], bool]) -> set[etree._Element]:
    """Returns the drawings that are wholly under others; `is_opaque` says of a picture whether it hides."""
    together = defaultdict[tuple[object, ...], list[_Floating]](list)
    for each in _floating(root, is_opaque):
        together[each.origin].append(each)
    return {
        under
        for group in together.values()
        for under in covered.under_others(
            [each.shape for each in sorted(group, key=lambda each: each.height)], 1.0
        )
    }


def _floating(root: etree._Element, is_opaque: Callable[[etree._Element], bool]) -> Iterator[_Floating]:
    page = between = 0
    for element in root.iter(_ANCHOR, _TEXT, _BREAK, *_ENDS, *_OLD):
        if element.tag == _TEXT:
            between += len(element.text or "")
        elif element.tag in _ENDS or (element.tag == _BREAK and element.get(f"{_W}type") == "page"):
            page += 1
        elif not any(map(is_said_again, element.iterancestors())):
            page += between > _MOST_BETWEEN
            between = 0
            made = (
                _anchored(element, page, is_opaque) if element.tag == _ANCHOR else _of_before(element, page)
            )
            if made is not None:
                yield made


def _origin(element: etree._Element, across: str, down: str, page: int) -> tuple[object, ...]:
    paragraph = next(element.iterancestors(_PARAGRAPH), None)
    return across, down, paragraph if down in _BY_PARAGRAPH else page


def _anchored(
    anchor: etree._Element, page: int, is_opaque: Callable[[etree._Element], bool]
) -> _Floating | None:
    sides = anchor.find(f"{_WP}positionH"), anchor.find(f"{_WP}positionV")
    extent, drawing = anchor.find(f"{_WP}extent"), anchor.getparent()
    if sides[0] is None or sides[1] is None or extent is None or drawing is None:
        return None
    said = [*(side.findtext(f"{_WP}posOffset") or "" for side in sides), *map(extent.get, ("cx", "cy"))]
    if not all(re.fullmatch(r"\s*-?\d+\s*", each or "") for each in said):
        return None  # at an edge, or in the middle
    left, top, wide, high = (int(each or "0") / _A_POINT for each in said)
    origin = _origin(anchor, sides[0].get("relativeFrom", ""), sides[1].get("relativeFrom", ""), page)
    height = anchor.get("relativeHeight", "0")
    return _Floating(
        origin,
        (anchor.get("behindDoc") not in {"1", "true"}, int(height) if height.isdecimal() else 0),
        covered.Shape(
            drawing, (left, top, left + wide, top + high), functools.partial(_hides, anchor, is_opaque)
        ),
    )


def _hides(anchor: etree._Element, is_opaque: Callable[[etree._Element], bool]) -> bool:
    """Whether nothing is seen through a shape, or a picture, that is all that is drawn there."""
    data = next(anchor.iter(f"{_A}graphicData"), None)
    drawn = data[0] if data is not None and len(data) == 1 else None
    if drawn is None or any(each.get("rot", "0") != "0" for each in drawn.iter(f"{_A}xfrm")):
        return False
    if drawn.tag == f"{_PIC}pic":
        picture = next(drawn.iter(f"{_A}blip"), None)
        about = drawn.find(f"{_PIC}spPr")
        return picture is not None and about is not None and is_box(about) and is_opaque(picture)
    about = drawn.find(f"{_WPS}spPr") if drawn.tag == f"{_WPS}wsp" else None
    return about is not None and is_box(about) and is_filled(about, drawn.find(f"{_WPS}style/{_A}fillRef"))


def _of_before(shape: etree._Element, page: int) -> _Floating | None:
    """A shape as Word drew them until 2010."""
    style = dict(_STYLE.findall(shape.get("style", "")))
    drawing = shape.getparent()
    if (
        style.get("position") != "absolute"
        or "rotation" in style
        or drawing is None
        or drawing.tag != f"{_W}pict"
    ):
        return None
    names = ("margin-left", "margin-top", "width", "height")
    left, top, wide, high = (points(style.get(name)) for name in names)
    if not wide or not high:
        return None
    across, down = (style.get(f"mso-position-{way}-relative", "text") for way in ("horizontal", "vertical"))
    height = style.get("z-index", "0").strip()
    level = int(height) if height.lstrip("-").isdecimal() else 0
    return _Floating(
        _origin(shape, across, down, page),
        (level >= 0, level),
        covered.Shape(
            drawing, (left, top, left + wide, top + high), functools.partial(_hides_of_before, shape)
        ),
    )


def _hides_of_before(shape: etree._Element) -> bool:
    is_rectangle = shape.tag == _OLD[0] or shape.get("type", "").endswith("_t202")
    fill = shape.find(f"{_V}fill")
    is_even = fill is None or (fill.get("opacity") is None and fill.get("type", "solid") == "solid")
    return is_rectangle and is_even and shape.get("filled", "t") not in {"f", "false", "0"}
