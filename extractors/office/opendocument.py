"""OpenDocument text (by headings of the first level), presentations (by slides), what is beside cells."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from extractors import hidden
from extractors.ocr.embedded_pictures import Pictures
from extractors.office import members as files_within
from extractors.office.cell_looks import Looks
from extractors.office.packages import Package, parse, read
from extractors.parts import Aside, numbered, unseen
from extractors.raised import END, START, raised, settled
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractors.parts import Line
    from pipeline.model import PageText

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE = f"{_OASIS}office:1.0}}", f"{_OASIS}text:1.0}}", f"{_OASIS}table:1.0}}"
_DRAW, _STYLE, _SHOW = f"{_OASIS}drawing:1.0}}", f"{_OASIS}style:1.0}}", f"{_OASIS}presentation:1.0}}"
_FO = f"{_OASIS}xsl-fo-compatible:1.0}}"
_SVG = f"{_OASIS}svg-compatible:1.0}}"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LEFT_OUT = {f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_OFFICE}event-listeners"}
_LINES = {f"{_TEXT}p", f"{_TEXT}h"}
_SECTION, _HIDDEN_PARAGRAPH = f"{_TEXT}section", f"{_TEXT}hidden-paragraph"
_BLANKS = {f"{_TEXT}s", f"{_TEXT}tab"}  # "s" may stand for several blanks; canonical text has one
_DESCRIBED = {f"{_SVG}title", f"{_SVG}desc"}
_ANNOTATION, _NOTE, _FRAME, _IMAGE = f"{_OFFICE}annotation", f"{_TEXT}note", f"{_DRAW}frame", f"{_DRAW}image"
_OBJECTS = {f"{_DRAW}object", f"{_DRAW}object-ole"}
_POSITION = f"{_STYLE}text-position"
_RISEN = re.compile(r"\s*(?:super|[1-9])")
_NOT_SHOWN = {"collapse", "filter"}
_GROUPS = {f"{_TABLE}table-row-group", f"{_TABLE}table-column-group"}
_LENGTH = re.compile(r"(-?[\d.]+)(mm|cm|in|pt|pc|px)")
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_MOST_BASES = 20  # styles on styles
_DEEPEST = 200  # elements within elements
_DEEPEST_OBJECT = 3  # objects within objects
_FACTS = {
    "title": "title",
    "creator": "author",
    "creation-date": "created",
    "date": "modified",
}


def extract(path: Path) -> Iterator[PageText]:
    pictures = Pictures()
    with Package(path) as package:
        document = _Document(package, pictures)
        body = document.body()
        slides = body.findall(f"{_DRAW}page")
        yield from numbered(document.slides(slides) if slides else document.sections(body))
    pictures.say_what_is_left()


def metadata(path: Path) -> dict[str, str]:
    content = read(path, "meta.xml")
    facts = {}
    for element in parse(content).iter(etree.Element) if content else ():
        name = etree.QName(element).localname
        if name in _FACTS and element.text:
            facts[_FACTS[name]] = element.text
    return facts


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    with Package(path) as package:
        content = package.read("content.xml")
        parts = [_part("", each) for each in parse(content).iter(*_OBJECTS)] if content else []
        known = [part for part in dict.fromkeys(parts) if part in package]
        yield from files_within.unpack(files_within.of_package(package, known), directory)


def beside_cells(
    path: Path, pictures: Pictures
) -> tuple[dict[str, list[Line]], dict[str, str], dict[str, Looks]]:
    """Returns what is beside the cells of a spreadsheet, by sheets; its cells with raised signs; their looks.

    Those cells as they are shown, and as they are to be read.
    """
    with Package(path) as package:
        document = _Document(package, pictures)
        running = [*document.running("header"), *document.running("footer")]
        sheets = list(document.body().iter(f"{_TABLE}table"))
        beside = {sheet.get(f"{_TABLE}name", ""): [*document.drawn(sheet), *running] for sheet in sheets}
        raised_cells = {
            shown: read for sheet in sheets for shown, read in document.raised_cells(sheet) if shown != read
        }
        return beside, raised_cells, {sheet.get(f"{_TABLE}name", ""): _looks(sheet) for sheet in sheets}


def _looks(sheet: etree._Element) -> Looks:
    """Which rows and columns of a sheet are hidden. One element may stand for many alike."""
    looks = Looks()
    for spans, tag, repeated in (
        (looks.rows, f"{_TABLE}table-row", f"{_TABLE}number-rows-repeated"),
        (looks.columns, f"{_TABLE}table-column", f"{_TABLE}number-columns-repeated"),
    ):
        at = 0
        for element in sheet.iter(tag):
            times = element.get(repeated, "1")
            end = at + (int(times) if times.isdecimal() else 1)
            if element.get(f"{_TABLE}visibility") in _NOT_SHOWN or _is_closed(element):
                spans.add(at, end)
            at = end
    return looks


def _is_closed(element: etree._Element) -> bool:
    """Whether a row or column belongs to a group that is folded away."""
    above = element.getparent()
    return above is not None and above.tag in _GROUPS and above.get(f"{_TABLE}display") == "false"


class _Document:
    """The file, or an object within it, whose parts lie in a folder of its own."""

    def __init__(self, package: Package, pictures: Pictures, folder: str = "", depth: int = 1) -> None:
        self._package = package
        self._pictures = pictures
        self._folder = folder
        self._depth = depth
        self._size = 0.0, 0.0  # of a slide
        content = package.read(posixpath.join(folder, "content.xml"))
        if not content:
            raise ExtractionError(FailureReason.UNREADABLE, "an OpenDocument file without content.xml")
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise ExtractionError(FailureReason.ENCRYPTED, "an OpenDocument file with a password")
        self.root = parse(content)
        styles = package.read(posixpath.join(folder, "styles.xml"))
        self._styles = parse(styles) if styles else None
        known = [
            style
            for root in (self.root, self._styles)
            for style in (root.iter(f"{_STYLE}style") if root is not None else ())
        ]
        self._raised = {
            style.get(f"{_STYLE}name", "")
            for style in known
            if any(_RISEN.match(look.get(_POSITION) or "") for look in style.iter(f"{_STYLE}text-properties"))
        }
        self._unseen = _unseen_styles(known)

    def body(self) -> etree._Element:
        body = self.root.find(f"{_OFFICE}body")
        if body is None or len(body) == 0:
            raise ExtractionError(FailureReason.NO_TEXT, "an OpenDocument file without a body")
        return body[0]

    def slides(self, slides: list[etree._Element]) -> Iterator[tuple[str, list[Line]]]:
        self._size = self._size_of_slides()
        for number, slide in enumerate(slides, start=1):
            lines = self._blocks(slide, 0)
            is_hidden = ("drawing-page", slide.get(f"{_DRAW}style-name")) in self._unseen
            yield f"slide {number}", list(unseen(lines, "a hidden slide") if is_hidden else lines)

    def _size_of_slides(self) -> tuple[float, float]:
        """In points; noughts where it is not said, or not the same for all."""
        said = {
            (_points(each.get(f"{_FO}page-width")), _points(each.get(f"{_FO}page-height")))
            for each in (
                self._styles.iter(f"{_STYLE}page-layout-properties") if self._styles is not None else ()
            )
        }
        wide, high = (max((size[at] for size in said), default=0.0) for at in (0, 1))
        return wide, high

    def _is_off(self, shape: etree._Element) -> bool:
        """Whether a shape stands wholly beside the slide, where a show does not reach."""
        if not all(self._size) or shape.get(f"{_DRAW}transform") or f"{_SVG}x" not in shape.attrib:
            return False
        left, top, wide, high = (
            _points(shape.get(f"{_SVG}{name}")) for name in ("x", "y", "width", "height")
        )
        return left >= self._size[0] or top >= self._size[1] or left + wide <= 0 or top + high <= 0

    def _why_unseen(self, element: etree._Element) -> str:
        """Why nobody sees a paragraph, a section or a shape; "" where somebody does."""
        name = element.get(f"{_TEXT}style-name")
        if element.tag in _LINES:
            says_so = any(each.get(f"{_TEXT}is-hidden") == "true" for each in element.iter(_HIDDEN_PARAGRAPH))
            return "a hidden paragraph" if says_so or ("paragraph", name) in self._unseen else ""
        if element.tag == _SECTION:
            is_hidden = element.get(f"{_TEXT}display") == "none" or element.get(f"{_TEXT}is-hidden") == "true"
            return "a hidden section" if is_hidden else ""
        if element.tag.startswith(_DRAW):
            if any(name.endswith("}display") and says == "none" for name, says in element.attrib.items()):
                return "a hidden shape"
            return "it is off the slide" if self._is_off(element) else ""
        return ""

    def sections(self, body: etree._Element) -> Iterator[tuple[str, list[Line]]]:
        label, lines = "beginning", self.running("header")
        for element in body:
            if element.tag == f"{_TEXT}h" and element.get(f"{_TEXT}outline-level", "1") == "1":
                title = hidden.shown(self._inline(element, []))[:1000].strip()
                if any(isinstance(line, Aside) or line.strip() for line in lines):
                    yield label, lines
                label, lines = f"section {title}", list["Line"]()
            lines += self._blocks(element, 0)
        yield label, lines + self.running("footer")

    def running(self, which: str) -> list[Line]:
        """The lines of all headers or footers, each said once."""
        if self._styles is None:
            return []
        names = [f"{_STYLE}{which}{kind}" for kind in ("", "-left", "-first")]
        lines = (line for each in self._styles.iter(*names) for line in self._blocks(each, 0))
        return [line for line in dict.fromkeys(lines) if isinstance(line, Aside) or line.strip()]

    def drawn(self, root: etree._Element) -> Iterator[Line]:
        """What stands below `root` and is no text of a cell."""
        waiting = [root]
        while waiting:
            element = waiting.pop()
            if element is not root and _stands_apart(element):
                yield from self._blocks(element, 0)
            else:
                waiting.extend(reversed(element))

    def raised_cells(self, sheet: etree._Element) -> Iterator[tuple[str, str]]:
        """Each cell with something raised in it, without and with the marks settled."""
        for cell in sheet.iter(f"{_TABLE}table-cell") if self._raised else ():
            text = " ".join(self._inline(line, []) for line in cell.iterchildren(*_LINES))
            if START in text:
                shown = " ".join(text.replace(START, "").replace(END, "").split())
                yield shown, " ".join(settled(text).split())

    # ---- the walk

    def _blocks(self, element: etree._Element, depth: int) -> Iterator[Line]:
        """Lines: one a paragraph, one a row of a table; after each what is drawn or remarked in it."""
        if element.tag in _LEFT_OUT or depth > _DEEPEST or not isinstance(element.tag, str):
            return
        if why := self._why_unseen(element):
            yield from unseen(self._seen_blocks(element, depth), why)
        else:
            yield from self._seen_blocks(element, depth)

    def _seen_blocks(self, element: etree._Element, depth: int) -> Iterator[Line]:
        if element.tag in _LINES:
            within: list[etree._Element] = []
            yield self._inline(element, within)
            for each in within:
                yield from self._blocks(each, depth + 1)
        elif element.tag == f"{_TABLE}table-row":
            yield from self._row(element, depth)
        elif said := self._beside(element):
            yield said
        elif element.tag in _OBJECTS:
            yield from self._object(element)
        elif element.tag == _IMAGE:
            yield from self._image(element)
        else:
            is_object = element.tag == _FRAME and any(each.tag in _OBJECTS for each in element)
            for child in element:
                if not (is_object and child.tag == _IMAGE):  # what it looks like, where it cannot be shown
                    yield from self._blocks(child, depth + 1)

    def _beside(self, element: etree._Element) -> str:
        """A remark, a description or a formula, on one line; "" for all else."""
        if element.tag == _ANNOTATION:
            text = " ".join(self._inline(each, []) for each in element if each.tag not in _ABOUT_A_REMARK)
            return f"[Comment: {' '.join(text.split())}]"
        if element.tag in _DESCRIBED:
            return f"[Alternative text: {_all_of(element)}]"
        return _all_of(element) if element.tag == f"{_MATH}math" else ""

    def _row(self, row: etree._Element, depth: int) -> Iterator[Line]:
        cells: list[str] = []
        asides: list[Line] = []
        for cell in row:
            lines = list(self._blocks(cell, depth + 1))
            cells.append(" ".join(" ".join(line for line in lines if isinstance(line, str)).split()))
            asides += (line for line in lines if isinstance(line, Aside))
        yield " ".join(cells)
        yield from asides

    def _inline(self, element: etree._Element, within: list[etree._Element]) -> str:
        """Mixed content: the text before, in and after each element. What stands apart goes to `within`."""
        pieces = [element.text or ""]
        for child in element:
            if child.tag in _BLANKS:
                pieces.append(" ")
            elif child.tag == f"{_TEXT}line-break":
                pieces.append("\n")
            elif child.tag in _LINES:
                pieces += ["\n", self._inline(child, within)]
            elif child.tag == _NOTE:
                pieces.append(raised(child.findtext(f"{_TEXT}note-citation") or ""))
                within += child.iterchildren(f"{_TEXT}note-body")
            elif _stands_apart(child):
                within.append(child)
            elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
                text = self._inline(child, within)
                if self._is_hidden(child):
                    text = hidden.hidden(text)
                pieces.append(raised(text) if child.get(f"{_TEXT}style-name") in self._raised else text)
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _is_hidden(self, element: etree._Element) -> bool:
        """Whether words within a line are: by their style, or as a field that says so."""
        if element.tag == f"{_TEXT}hidden-text":
            return element.get(f"{_TEXT}is-hidden") == "true"
        return ("text", element.get(f"{_TEXT}style-name")) in self._unseen

    # ---- parts of their own

    def _object(self, element: etree._Element) -> Iterator[Line]:
        part = _part(self._folder, element)
        if len(element):  # it holds the object itself
            for child in element:
                yield from self._blocks(child, 0)
        elif posixpath.join(part, "content.xml") in self._package:
            yield from self._within(part)
        elif part not in self._package:
            yield Aside("part", PartState.UNREAD, why=f"{part or 'an object'} is not in the file")

    def _within(self, part: str) -> Iterator[Line]:
        """A chart, a formula, a sheet or a text within this one."""
        if self._depth >= _DEEPEST_OBJECT:
            yield Aside("part", PartState.UNREAD, why=f"{part}: deeper than {_DEEPEST_OBJECT} objects")
            return
        try:
            inner = _Document(self._package, self._pictures, part, self._depth + 1)
            yield from inner._blocks(inner.root, 0)
        except ExtractionError as error:
            yield Aside("part", PartState.UNREAD, why=f"{part}: {error.detail}")

    def _image(self, element: etree._Element) -> Iterator[Line]:
        part = _part(self._folder, element)
        try:
            if part in self._package and (found := self._pictures.read(self._package.read(part), part)):
                yield found
        except ExtractionError as error:
            yield Aside("picture", PartState.UNREAD, why=f"{part}: {error.detail}")
        for child in element:
            yield from self._blocks(child, 0)


_ABOUT_A_REMARK = {
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://purl.org/dc/elements/1.1/}date",
    f"{_OASIS}meta:1.0}}creator-initials",
    f"{_OASIS}meta:1.0}}date-string",
}


def _unseen_styles(styles: list[etree._Element]) -> set[tuple[str, str]]:
    """Family and name of those whose text, or slide, is hidden: by themselves, or by what they build on."""
    said: dict[tuple[str, str], tuple[bool | None, str]] = {}
    for style in styles:
        own = None
        for look in style:
            shown = look.get(f"{_TEXT}display") or look.get(f"{_SHOW}visibility")
            own = own if shown is None else shown in {"none", "hidden"}
        name = style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")
        said[name] = own, style.get(f"{_STYLE}parent-style-name", "")
    return {(family, name) for family, name in said if _inherits(said, family, name)}


def _inherits(said: dict[tuple[str, str], tuple[bool | None, str]], family: str, name: str) -> bool:
    """What a style, or the first of those it is based on that says anything, says."""
    for _ in range(_MOST_BASES):
        own, name = said.get((family, name), (False, ""))
        if own is not None:
            return own
    return False


def _points(length: str | None) -> float:
    match = _LENGTH.fullmatch((length or "").strip())
    return float(match[1]) * _POINTS[match[2]] if match else 0.0


def _all_of(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _stands_apart(element: etree._Element) -> bool:
    """Whether it is drawn, or remarked, beside the line that it hangs on."""
    if not isinstance(element.tag, str):
        return False
    return element.tag == _ANNOTATION or (element.tag.startswith(_DRAW) and element.tag != f"{_DRAW}a")


def _part(folder: str, element: etree._Element) -> str:
    """The part that an element refers to; "" where it is none of the file's own."""
    href = unquote(element.get(_HREF) or "")
    if not href or "://" in href:
        return ""
    return posixpath.normpath(posixpath.join("/" + folder, href)).lstrip("/")
