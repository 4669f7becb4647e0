"""Which text on a slide have the colour of what they are on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractors.colours import BLACK, WHITE, Colour, from_hex, is_lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RUN, _LOOK, _FILL, _NONE = f"{_A}r", f"{_A}rPr", f"{_A}solidFill", f"{_A}noFill"
_SHAPE, _PICTURE = f"{_P}sp", f"{_P}pic"
_SHAPES, _OF_SHAPE, _OF_CELL = f"{_P}spTree", f"{_P}spPr", f"{_A}tcPr"
_FILLS = {_FILL, _NONE, f"{_A}gradFill", f"{_A}blipFill", f"{_A}pattFill", f"{_A}grpFill"}
_PAPER = {"bg1": WHITE, "lt1": WHITE, "tx1": BLACK, "dk1": BLACK}  # as most themes have it


class Slide(NamedTuple):
    """A slide, and from the layout to the master what it is printed on."""

    root: etree._Element
    behind: Sequence[etree._Element]
    is_plain: bool  # its master gives the names of colours their usual meaning

    def lost(self) -> frozenset[etree._Element]:
        """The runs that have the colour of their ground."""
        found: set[etree._Element] = set()
        for run in self.root.iter(_RUN):
            letters = self._said(run.find(_LOOK))
            if letters is not None and is_lost(letters, self._ground(run)):
                found.add(run)
        return frozenset(found)

    def _said(self, look: etree._Element | None) -> Colour | None:
        fill = look.find(_FILL) if look is not None else None
        if fill is None or len(fill) != 1 or len(fill[0]):  # made lighter or darker: not known
            return None
        name = fill[0].get("val", "")
        return from_hex(name) or (_PAPER.get(name) if self.is_plain else None)

    def _ground(self, run: etree._Element) -> Colour | None:
        """None where it is not known: in tables and groups, on placeholders, before other shapes."""
        shape = next(run.iterancestors(_SHAPE, f"{_A}tc"), None)
        if shape is None:
            return None
        if shape.tag != _SHAPE:
            return self._said(shape.find(_OF_CELL))
        about = shape.find(_OF_SHAPE)
        kind = next((each.tag for each in about if each.tag in _FILLS), "") if about is not None else ""
        if kind == _FILL:
            return self._said(about)
        above = shape.getparent()
        is_free = above is not None and above.tag == _SHAPES and not self._fills_place_of(shape)
        if kind not in {"", _NONE} or not is_free or (not kind and shape.find(f"{_P}style") is not None):
            return None
        below = [each for root in self.behind for each in _on(root)]
        below += shape.itersiblings(preceding=True)
        if any(_meet(each, shape) for each in below if _paints(each)):
            return None
        return self._paper()

    def _fills_place_of(self, shape: etree._Element) -> bool:
        """Whether the place that a shape takes, if it does, may give it a ground: none says so."""
        own = next(shape.iter(f"{_P}ph"), None)
        if own is None:
            return False
        kinds = {own.get("type", "body"), *(("title", "ctrTitle") if "itle" in own.get("type", "") else ())}
        kinds |= {"body"} if own.get("type", "obj") in {"obj", "subTitle"} else set()
        for root in self.behind:
            places = [
                shape
                for shape in root.iter(_SHAPE)
                for place in shape.iter(f"{_P}ph")
                if place.get("type", "body") in kinds or place.get("idx", "0") == own.get("idx", "0")
            ]
            if not places or any(map(_paints, places)):
                return True
        return False

    def _paper(self) -> Colour | None:
        for root in (self.root, *self.behind):
            ground = next(root.iter(f"{_P}bg"), None)
            if ground is None:
                continue
            own = ground.find(f"{_P}bgPr")
            if own is not None:
                return self._said(own)
            theme = ground.find(f"{_P}bgRef")
            is_even = (
                theme is not None and theme.get("idx") == "1001" and len(theme) == 1 and not len(theme[0])
            )
            if theme is None or not is_even:
                return None
            name = theme[0].get("val", "")
            return from_hex(name) or (_PAPER.get(name) if self.is_plain else None)
        return WHITE


def _on(root: etree._Element) -> Iterator[etree._Element]:
    tree = next(root.iter(_SHAPES), None)
    for each in tree if tree is not None else ():
        if isinstance(each.tag, str) and next(each.iter(f"{_P}ph"), None) is None:
            yield each


def _paints(shape: etree._Element) -> bool:
    """Whether what is before it may be on something else than the slide."""
    if not isinstance(shape.tag, str) or shape.tag in {f"{_P}nvGrpSpPr", f"{_P}grpSpPr"}:
        return False
    if shape.tag != _SHAPE:
        return True
    about = shape.find(_OF_SHAPE)
    kind = next((each.tag for each in about if each.tag in _FILLS), "") if about is not None else ""
    has_style = shape.find(f"{_P}style") is not None
    return kind not in {"", _NONE} or (not kind and has_style)


def _meet(one: etree._Element, other: etree._Element) -> bool:
    """Whether two shapes may overlap; they may where it is not told where they are."""
    first, second = _place(one), _place(other)
    if first is None or second is None:
        return True
    return all(
        first[at] < second[at] + second[at + 2] and second[at] < first[at] + first[at + 2] for at in (0, 1)
    )


def _place(shape: etree._Element) -> tuple[int, int, int, int] | None:
    """Left, top, width and height; None where its layout says them, or it is turned."""
    at = next(shape.iterfind("*/{*}xfrm"), None)
    at = at if at is not None else shape.find("{*}xfrm")
    corner, extent = (at.find(f"{_A}{name}") if at is not None else None for name in ("off", "ext"))
    if at is None or corner is None or extent is None or at.get("rot", "0") != "0":
        return None
    said = corner.get("x", ""), corner.get("y", ""), extent.get("cx", ""), extent.get("cy", "")
    if not all(each.lstrip("-").isdecimal() for each in said):
        return None
    return int(said[0]), int(said[1]), int(said[2]), int(said[3])


def is_plain(slide: etree._Element, master: etree._Element, theme: etree._Element | None) -> bool:
    """Whether the names of the colours of paper and text mean white and black."""
    names = next(master.iter(f"{_P}clrMap"), None)
    light = next(theme.iter(f"{_A}lt1"), None) if theme is not None else None
    said = light[0].get("lastClr") or light[0].get("val") if light is not None and len(light) else "FFFFFF"
    return (
        (names is None or (names.get("bg1") == "lt1" and names.get("tx1") == "dk1"))
        and next(slide.iter(f"{_A}overrideClrMapping"), None) is None
        and is_lost(from_hex(said), WHITE)
    )
