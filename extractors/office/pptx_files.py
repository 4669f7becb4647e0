"""PowerPoint since 2007: a part for each slide, with all that stands on it, remarks and speaker's notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.ocr.embedded_pictures import Pictures
from extractors.office import members as files_within
from extractors.office.drawing import Drawings
from extractors.office.packages import Package, core_properties
from extractors.parts import Aside, not_read, numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

    from extractors.parts import Line
    from pipeline.model import PageText

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHAPES, _PLACEHOLDER = f"{_P}spTree", f"{_P}ph"
_REMARKS = ("comments", "comment")
_OF_THE_PAGE = {"sldImg", "sldNum", "hdr", "ftr", "dt"}  # placeholders of a page of notes that are no notes


def extract(path: Path) -> Iterator[PageText]:
    pictures = Pictures()
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
    for number, item in enumerate(package.xml(main).iter(f"{_P}sldId"), start=1):
        relation = relations.get(item.get(f"{_R}id") or "")
        if relation is None or relation.target not in package:
            lines: list[Line] = [Aside("part", PartState.UNREAD, why="the slide is not in the file")]
        else:
            lines = list(_slide(package, relation.target, drawings, behind))
        yield f"slide {number}", lines
    yield from not_read(package)


def _slide(package: Package, slide: str, drawings: Drawings, behind: set[str]) -> Iterator[Line]:
    """What stands on it, what its layout prints on it, remarks, notes."""
    try:
        yield from drawings.lines(slide, package.xml(slide))
    except ExtractionError as error:
        yield Aside("part", PartState.UNREAD, why=f"{slide}: {error.detail}")
    yield from _behind(package, slide, drawings, behind)
    for relation in package.of(slide, *_REMARKS):
        for remark in _remarks(package, relation.target):
            yield f"[Comment: {remark}]"
    for relation in package.of(slide, "notesSlide"):
        if relation.target in package:
            for shape in _shapes(package.xml(relation.target)):
                if _placeholder(shape) not in _OF_THE_PAGE:
                    yield from drawings.lines(relation.target, shape)


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
