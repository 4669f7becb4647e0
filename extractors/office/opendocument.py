"""OpenDocument text (by headings of the first level) and presentations (by slides)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lxml import etree

from extractors import hidden
from extractors.ocr.embedded_pictures import PictureReader
from extractors.office import covered
from extractors.office import members as files_within
from extractors.office.odf import flat, names
from extractors.office.odf.document import OdfDocument, part_of, whole_text
from extractors.office.packages import Package, parse
from extractors.parts import Aside, numbered, unseen_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractors.parts import Line
    from pipeline.model import PageText


_TEXT, _DRAW, _STYLE, _SHOW, _FO = names.TEXT, names.DRAW, names.STYLE, names.SHOW, names.FO
_LINES = {f"{_TEXT}p", f"{_TEXT}h"}
_ANCHORED = f"{_TEXT}anchor-type"
_FRAME, _IMAGE = f"{_DRAW}frame", f"{_DRAW}image"
_OBJECTS = {f"{_DRAW}object", f"{_DRAW}object-ole"}
_ROOMY = 1_100.0, 1_100.0  # points: no slide whose picture_size is not told is larger
_MOVED, _XML_ID = (
    "{urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0}targetElement",
    "{http://www.w3.org/XML/1998/namespace}id",
)
_PLACES = [f"{names.SVG}{side}" for side in ("x", "y", "width", "height")]
_FACTS = {
    "title": "title",
    "creator": "author",
    "creation-date": "created",
    "date": "modified",
}


def extract(path: Path) -> Iterator[PageText]:
    pictures = PictureReader()
    with Package(flat.package(path)) as package:
        document = _Paper(package, pictures)
        body = document.body()
        slides = body.findall(f"{_DRAW}page")
        yield from numbered(document.slides(slides) if slides else document.sections(body))
    pictures.say_what_is_left()


def metadata(path: Path) -> dict[str, str]:
    with Package(flat.package(path)) as package:
        content = package.read("meta.xml")
    facts = {}
    for element in parse(content).iter(etree.Element) if content else ():
        name = etree.QName(element).localname
        if name in _FACTS and element.text:
            facts[_FACTS[name]] = element.text
    return facts


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    with Package(flat.package(path)) as package:
        content = package.read("content.xml")
        parts = [part_of("", each) for each in parse(content).iter(*_OBJECTS)] if content else []
        known = [part for part in dict.fromkeys(parts) if part in package]
        yield from files_within.unpack(files_within.of_package(package, known), directory)


class _Paper(OdfDocument):
    """A text or a presentation."""

    def slides(self, slides: list[etree._Element]) -> Iterator[tuple[str, list[Line]]]:
        footers = {
            each.get(f"{_SHOW}name", ""): whole_text(each) for each in self.root.iter(f"{_SHOW}footer-decl")
        }
        for number, slide in enumerate(slides, start=1):
            master = self._masters.get(slide.get(f"{_DRAW}master-page-name", ""))
            self._size = self._size_of(master)
            self._covered = self._under_others(slide)
            lines = [
                *self._blocks(slide, 0),
                *(self._behind(slide, master) if master is not None else ()),
                *self._footer(slide, footers.get(slide.get(f"{_SHOW}use-footer-name", ""), "")),
            ]
            is_hidden = ("drawing-page", slide.get(f"{_DRAW}style-name")) in self._unseen
            yield f"slide {number}", list(unseen_lines(lines, "a hidden slide") if is_hidden else lines)

    def sections(self, body: etree._Element) -> Iterator[tuple[str, list[Line]]]:
        label, lines = "beginning", self.running("header")
        self._covered = self._under_others(body)
        for element in body:
            if element.tag == f"{_TEXT}h" and element.get(f"{_TEXT}outline-level", "1") == "1":
                title = hidden.shown(self._inline(element, []))[:1000].strip()
                if any(isinstance(line, Aside) or line.strip() for line in lines):
                    yield label, lines
                label, lines = f"section {title}", list["Line"]()
            lines += self._blocks(element, 0)
        yield label, lines + self.running("footer")

    def _under_others(self, root: etree._Element) -> set[etree._Element]:
        """The shapes of a slide or a text that are wholly under others; none that a slide moves away.

        In a text, those that are counted from one place alone.
        """
        moved = {each.get(_MOVED) for each in root.iter() if each.get(_MOVED)}
        shapes: dict[object, list[tuple[int, covered.Shape]]] = {}
        for shape in root.iter(f"{_DRAW}custom-shape", f"{_DRAW}rect", _FRAME):
            if shape.get(f"{_DRAW}transform") or not all(map(shape.get, _PLACES)):
                continue
            if moved.isdisjoint((shape.get(_XML_ID), shape.get(f"{_DRAW}id"))):
                left, top, wide, high = (names.points(shape.get(side)) for side in _PLACES)
                hides = functools.partial(self._hides, shape)
                one = covered.Shape(shape, (left, top, left + wide, top + high), hides)
                height = shape.get(f"{_DRAW}z-index", "0")
                level = int(height) if height.isdecimal() else 0
                shapes.setdefault(_counted_from(shape), []).append((level, one))
        return {
            under
            for group in shapes.values()
            for under in covered.under_others([one for _, one in sorted(group, key=lambda e: e[0])], 1.0)
        }

    def _hides(self, shape: etree._Element) -> bool:
        """Whether nothing is seen through a shape: a box that is filled, a picture, or a table."""
        form = shape.find(f"{_DRAW}enhanced-geometry")
        if shape.tag == f"{_DRAW}custom-shape" and (
            form is None or form.get(f"{_DRAW}type") not in {"rectangle", "round-rectangle"}
        ):
            return False
        if shape.find(f"{names.TABLE}table") is not None:
            return self._colours.is_filled_table(shape)
        image = shape.find(_IMAGE) if shape.tag == _FRAME else None
        if image is None:
            return self._colours.is_opaque(shape)
        part = part_of(self._folder, image)
        return part in self._package and covered.is_opaque(self._package.read(part))

    def _behind(self, slide: etree._Element, master: etree._Element) -> Iterator[Line]:
        """What a master prints on its slides, once for the file; its placeholders only say where to write."""
        if self._switched(slide, "background-objects-visible") == "false":
            return
        for shape in master:
            if not str(shape.tag).startswith(_DRAW) or shape.get(f"{_SHOW}class"):
                continue
            for line in self._blocks(shape, 0):
                said = line.text if isinstance(line, Aside) else line
                if said not in self._told:
                    self._told.add(said)
                    yield line

    def _footer(self, slide: etree._Element, said: str) -> Iterator[Line]:
        if self._switched(slide, "display-footer") == "false":
            yield from unseen_lines([said], "a footer that is switched off")
        else:
            yield said

    def _switched(self, slide: etree._Element, what: str) -> str:
        style = self._known.get(("drawing-page", slide.get(f"{_DRAW}style-name", "")))
        looks = style.iter(f"{_STYLE}drawing-page-properties") if style is not None else ()
        return next((look.get(f"{_SHOW}{what}", "") for look in looks), "")

    def _size_of(self, master: etree._Element | None) -> tuple[float, float]:
        """Of the slides of a master, in points; of the largest where that is not said."""
        wanted = master.get(f"{_STYLE}page-layout-name") if master is not None else None
        found: dict[str | None, tuple[float, float]] = {}
        for root in (self.root, self._styles):
            for look in root.iter(f"{_STYLE}page-layout-properties") if root is not None else ():
                layout = look.getparent()
                wide, high = (names.points(look.get(f"{_FO}page-{side}")) for side in ("width", "height"))
                if wide and high and layout is not None:
                    found[layout.get(f"{_STYLE}name")] = wide, high
        return found.get(wanted) or max(found.values(), default=_ROOMY)


def _counted_from(shape: etree._Element) -> object:
    """What the place of a shape is counted from: a page of a text, a paragraph, or the slide."""
    if shape.get(_ANCHORED) == "page":
        return shape.get(f"{_TEXT}anchor-page-number", "1")
    return next(shape.iterancestors(*_LINES), None)
