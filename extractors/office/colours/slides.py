"""Which texts on a slide have the colour of their ground, or none, or are of a point: whatever says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractors.colours import BLACK, TOO_SMALL, WHITE, Colour, from_hex, is_lost
from extractors.office.drawing import is_clear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RUN, _LOOK, _FILL, _NONE = f"{_A}r", f"{_A}rPr", f"{_A}solidFill", f"{_A}noFill"
_SHAPE, _PICTURE = f"{_P}sp", f"{_P}pic"
_SHAPES, _OF_SHAPE, _OF_CELL = f"{_P}spTree", f"{_P}spPr", f"{_A}tcPr"
_FILLS = {_FILL, _NONE, f"{_A}gradFill", f"{_A}blipFill", f"{_A}pattFill", f"{_A}grpFill"}
_FIELD, _DEFAULT = f"{_A}fld", f"{_A}defRPr"
_LIKE = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}  # kinds of places that take what others say
_STYLES = {"title": "titleStyle", "body": "bodyStyle"}
_HUNDREDTHS = 100  # of a point, in which sizes are said
_PAPER = {"bg1": WHITE, "lt1": WHITE, "tx1": BLACK, "dk1": BLACK}  # as most themes have it


class Slide(NamedTuple):
    """A slide, and from the layout to the master what it is printed on."""

    root: etree._Element
    behind: Sequence[etree._Element]
    is_plain: bool  # its master gives the names of colours their usual meaning

    def lost(self) -> frozenset[etree._Element]:
        """The runs that nobody sees: of the colour of their ground, of none, or too small."""
        found: set[etree._Element] = set()
        known: dict[tuple[etree._Element, str], list[etree._Element]] = {}  # what shapes say of a level
        for run in self.root.iter(_RUN, _FIELD):
            paragraph = run.getparent()
            shape = next(run.iterancestors(_SHAPE, f"{_A}tc"), None)
            looks = [look for look in (run.find(_LOOK),) if look is not None]
            if paragraph is not None and shape is not None and shape.tag == _SHAPE:
                level = _level(paragraph)
                if (shape, level) not in known:
                    known[shape, level] = list(self._usual(shape, level))
                looks += known[shape, level]
            if _is_small(looks) or self._is_lost(run, looks):
                found.add(run)
        return frozenset(found)

    def _is_lost(self, run: etree._Element, looks: Sequence[etree._Element]) -> bool:
        look = next((each for each in looks if any(fill.tag in _FILLS for fill in each)), None)
        if look is None:
            return False
        if look is not run.find(_LOOK) and is_clear(look):
            return True
        letters = self._said(look)
        return letters is not None and is_lost(letters, self._ground(run))

    def _usual(self, shape: etree._Element, level: str) -> Iterator[etree._Element]:
        """What a shape, the places that it takes and its master say of a level, the nearest first."""
        place = next(shape.iter(f"{_P}ph"), None)
        for each in (shape, *(self._places(place) if place is not None else ())):
            yield from each.iterfind(f"{_P}txBody/{_A}lstStyle/{level}/{_DEFAULT}")
        if place is not None:
            styles = _STYLES.get(_kind(place), "otherStyle")
            for root in self.behind:
                yield from root.iterfind(f"{_P}txStyles/{_P}{styles}/{level}/{_DEFAULT}")

    def _places(self, own: etree._Element) -> Iterator[etree._Element]:
        """The shape of the layout, then of the master, whose place it is: by its number, or by its kind."""
        for root in self.behind:
            places = [(place, shape) for shape in root.iter(_SHAPE) for place in shape.iter(f"{_P}ph")]
            alike = [each for each in places if _kind(each[0]) == _kind(own)]
            by_number = [
                each for each in places if own.get("idx") is not None and each[0].get("idx") == own.get("idx")
            ]
            if found := by_number or alike:
                yield found[0][1]
                own = found[0][0]

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


def _kind(place: etree._Element) -> str:
    kind = place.get("type", "obj")
    return _LIKE.get(kind, kind)


def _level(paragraph: etree._Element) -> str:
    about = paragraph.find(f"{_A}pPr")
    level = about.get("lvl", "0") if about is not None else "0"
    return f"{_A}lvl{int(level) + 1 if level.isdecimal() else 1}pPr"


def _is_small(looks: Sequence[etree._Element]) -> bool:
    said = next((size for each in looks if (size := each.get("sz", ""))), "")
    return said.isdecimal() and int(said) <= TOO_SMALL * _HUNDREDTHS


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
