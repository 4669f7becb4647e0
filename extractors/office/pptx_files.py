"""PowerPoint since 2007: a part for each slide, with all that is on it, remarks and speaker's notes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from extractors.ocr.embedded_pictures import PictureReader
from extractors.office import covered
from extractors.office import members as files_within
from extractors.office.colours.slides import Slide, is_plain
from extractors.office.drawing import Drawings, is_box, is_filled, is_filled_table
from extractors.office.packages import Package, core_properties
from extractors.parts import Aside, numbered, part_not_read, unseen_lines
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml import etree

    from extractors.parts import Line
    from pipeline.model import PageText

    _Place = Callable[[float, float], tuple[float, float]]

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHAPES, _PLACEHOLDER = f"{_P}spTree", f"{_P}ph"
_GROUP = f"{_P}grpSp"
_A_POINT = 12_700  # in the units of places
_REMARKS = ("comments", "comment")
_OF_THE_PAGE = {"sldImg", "sldNum", "hdr", "ftr", "dt"}  # placeholders of a page of notes that are no notes


def extract(path: Path) -> Iterator[PageText]:
    pictures = PictureReader()
    with Package(path) as package:
        main = package.main("ppt/presentation.xml")
        if main not in package:
            raise ExtractionError(FailureReason.UNREADABLE, "a presentation without its list of slides")
        yield from numbered(_parts(package, main, Drawings(package, pictures)))
    pictures.say_what_is_left()


def metadata(path: Path) -> dict[str, str]:
    return core_properties(path)


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    with Package(path) as package:
        yield from files_within.unpack(files_within.of_package(package, package.embedded()), directory)


def _parts(package: Package, main: str, drawings: Drawings) -> Iterator[tuple[str, list[Line]]]:
    relations = package.relations(main)
    behind: set[str] = set()  # layouts and masters whose own words were told
    root = package.xml(main)
    size = _size(root)
    for number, item in enumerate(root.iter(f"{_P}sldId"), start=1):
        relation = relations.get(item.get(f"{_R}id") or "")
        if relation is None or relation.target not in package:
            lines: list[Line] = [Aside("part", PartState.UNREAD, why="the slide is not in the file")]
        else:
            lines = list(_slide(package, relation.target, drawings, behind, size))
        yield f"slide {number}", lines
    yield from part_not_read(package)


def _slide(
    package: Package, slide: str, drawings: Drawings, behind: set[str], size: tuple[int, int]
) -> Iterator[Line]:
    """What is on it, its layout prints on it, remarks, notes; a slide left out of the show is hidden."""
    try:
        root = package.xml(slide)
    except ExtractionError as error:
        yield Aside("part", PartState.UNREAD, why=f"{slide}: {error.detail}")
        return
    lines = _said_on(package, slide, root, drawings, behind, size)
    is_shown = root.get("show", "1") not in {"0", "false"}
    yield from lines if is_shown else unseen_lines(lines, "a hidden slide")


def _said_on(
    package: Package,
    slide: str,
    root: etree._Element,
    drawings: Drawings,
    behind: set[str],
    size: tuple[int, int],
) -> Iterator[Line]:
    unseen_there = {
        **dict.fromkeys(
            _colours(package, slide, root).lost(), "it has the colour of its ground, none, or no size"
        ),
        **dict.fromkeys(_covered(drawings, slide, root), covered.WHY),
        **dict.fromkeys(off_the_slide(root, size), "it is off the slide"),
    }
    yield from drawings.lines(slide, root, off=unseen_there)
    yield from _behind(package, slide, drawings, behind)
    for relation in package.of(slide, *_REMARKS):
        for remark in _remarks(package, relation.target):
            yield f"[Comment: {remark}]"
    for relation in package.of(slide, "notesSlide"):
        if relation.target in package:
            for shape in _shapes(package.xml(relation.target)):
                if _placeholder(shape) not in _OF_THE_PAGE:
                    yield from drawings.lines(relation.target, shape)


def _covered(drawings: Drawings, slide: str, root: etree._Element) -> set[etree._Element]:
    """The shapes that are wholly under others; none where the slide moves some of these away."""
    moved = {each.get("spid") for each in root.iter(f"{_P}spTgt")}
    shapes: list[covered.Shape] = []
    waiting = [(shape, _as_it_is) for shape in reversed(_shapes(root))]
    while waiting:
        shape, place = waiting.pop()
        at = _placed_at(shape)
        where = _box(at, "off", "ext") if at is not None else None
        if at is None or where is None or at.get("rot", "0") != "0":
            continue
        if shape.tag == _GROUP:
            if inner := _box(at, "chOff", "chExt"):
                within = _within(place, where, inner)
                waiting += [(each, within) for each in reversed(shape) if isinstance(each.tag, str)]
            continue
        left, top = place(*where[:2])
        right, bottom = place(where[0] + where[2], where[1] + where[3])
        edges = min(left, right), min(top, bottom), max(left, right), max(top, bottom)
        name = next((each.get("id") for each in shape.iter(f"{_P}cNvPr")), None)
        if name not in moved:
            shapes.append(covered.Shape(shape, edges, functools.partial(_hides, drawings, slide, shape)))
    return covered.under_others(shapes, _A_POINT)


def _hides(drawings: Drawings, slide: str, shape: etree._Element) -> bool:
    """Whether nothing is seen through a shape: a fill without alpha or a picture, as a box; or a table."""
    if shape.tag == f"{_P}graphicFrame":
        return is_filled_table(shape)
    about = shape.find(f"{_P}spPr")
    if about is None or not is_box(about):
        return False
    if shape.tag == f"{_P}pic":
        picture = next(shape.iter(f"{_A}blip"), None)
        return picture is not None and drawings.is_opaque(slide, picture)
    # What is drawn is filled as its style says, if it says nothing itself.
    return shape.tag == f"{_P}sp" and is_filled(about, shape.find(f"{_P}style/{_A}fillRef"))


def _colours(package: Package, slide: str, root: etree._Element) -> Slide:
    behind: list[etree._Element] = []
    part, theme = slide, None
    for kind in ("slideLayout", "slideMaster", "theme"):
        part = next((each.target for each in package.of(part, kind) if each.target in package), "")
        if not part:
            break
        try:
            theme = package.xml(part)
        except ExtractionError:
            return Slide(root, behind, is_plain=False)
        if kind != "theme":
            behind.append(theme)
    return Slide(root, behind, is_plain=bool(behind) and is_plain(root, behind[-1], theme))


def _size(root: etree._Element) -> tuple[int, int]:
    """Of every slide, in the units of its places; noughts where it is not said."""
    said = root.find(f"{_P}sldSz")
    return (0, 0) if said is None else (_number(said, "cx"), _number(said, "cy"))


def off_the_slide(root: etree._Element, size: tuple[int, int]) -> frozenset[etree._Element]:
    """The shapes that are wholly off the slide, where a show does not reach."""
    found: set[etree._Element] = set()
    waiting = [(shape, _as_it_is) for shape in _shapes(root)]
    while waiting and all(size):
        shape, place = waiting.pop()
        at = _placed_at(shape)
        if at is None or (where := _box(at, "off", "ext")) is None:
            continue  # its layout says where
        left, top = place(*where[:2])
        right, bottom = place(where[0] + where[2], where[1] + where[3])
        if (
            max(left, right) <= 0
            or max(top, bottom) <= 0
            or min(left, right) >= size[0]
            or (min(top, bottom) >= size[1])
        ):
            found.add(shape)
        elif shape.tag == _GROUP and (inner := _box(at, "chOff", "chExt")):
            waiting += [(each, _within(place, where, inner)) for each in shape if isinstance(each.tag, str)]
    return frozenset(found)


def _placed_at(shape: etree._Element) -> etree._Element | None:
    at = next(shape.iterfind("*/{*}xfrm"), None)
    return at if at is not None else shape.find("{*}xfrm")


def _box(at: etree._Element, corner: str, extent: str) -> tuple[int, int, int, int] | None:
    """Left, top, width and height."""
    first, second = at.find(f"{_A}{corner}"), at.find(f"{_A}{extent}")
    if first is None or second is None:
        return None
    return _number(first, "x"), _number(first, "y"), _number(second, "cx"), _number(second, "cy")


def _number(element: etree._Element, name: str) -> int:
    said = element.get(name, "0")
    return int(said) if said.lstrip("-").isdecimal() else 0


def _as_it_is(x: float, y: float) -> tuple[float, float]:
    return x, y


def _within(place: _Place, outer: tuple[int, int, int, int], inner: tuple[int, int, int, int]) -> _Place:
    """Where a point within a group is on the slide."""
    wide, high = outer[2] / (inner[2] or 1), outer[3] / (inner[3] or 1)
    return lambda x, y: place(outer[0] + (x - inner[0]) * wide, outer[1] + (y - inner[1]) * high)


def _behind(package: Package, part: str, drawings: Drawings, told: set[str]) -> Iterator[Line]:
    """What layout and master print, once for the file; their placeholders only say where to write."""
    for relation in package.of(part, "slideLayout", "slideMaster"):
        if relation.target in told or relation.target not in package:
            continue
        told.add(relation.target)
        for shape in _shapes(package.xml(relation.target)):
            if _placeholder(shape) is None:
                yield from drawings.lines(relation.target, shape)
        if relation.kind == "slideLayout":
            yield from _behind(package, relation.target, drawings, told)


def _shapes(root: etree._Element) -> list[etree._Element]:
    tree = next(root.iter(_SHAPES), None)
    return [] if tree is None else [shape for shape in tree if isinstance(shape.tag, str)]


def _placeholder(shape: etree._Element) -> str | None:
    """What kind of place a shape is; None where it is a shape of its own."""
    found = next(shape.iter(_PLACEHOLDER), None)
    return None if found is None else found.get("type", "body")


def _remarks(package: Package, part: str) -> Iterator[str]:
    """The remarks on a slide: as PowerPoint kept them until 2021, and since."""
    if part not in package:
        return
    for element in package.xml(part).iter(f"{_P}text", f"{_A}p"):
        if text := " ".join("".join(map(str, element.itertext())).split()):
            yield text
