"""The walk through an OpenDocument file: its lines in their order, and what nobody sees of them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from extractors import hidden, spaced_out
from extractors.ocr.embedded_pictures import WHOLE, PictureReader, picture_size
from extractors.office import covered
from extractors.office.odf import names
from extractors.office.odf.colours import OdfColours
from extractors.office.odf.lists import OdfLists
from extractors.office.packages import Package, parse
from extractors.parts import Aside, alternative_line, unseen_lines
from extractors.raised import raised
from extractors.signs import symbol_fonts
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.parts import Line


_OFFICE, _TEXT, _TABLE, _DRAW = names.OFFICE, names.TEXT, names.TABLE, names.DRAW
_STYLE, _SHOW, _FO, _SVG, _FORM = names.STYLE, names.SHOW, names.FO, names.SVG, names.FORM
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_SET_APART = {
    f"{_TEXT}ruby-text",
    f"{_TEXT}number",
}  # small words over others; what is before a line of a list
_LEFT_OUT = {f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_OFFICE}event-listeners"}
_LINES = {f"{_TEXT}p", f"{_TEXT}h"}
_SECTION, _HIDDEN_PARAGRAPH = f"{_TEXT}section", f"{_TEXT}hidden-paragraph"
_BLANKS = {f"{_TEXT}s", f"{_TEXT}tab"}  # "s" may mean several blanks; canonical text has one
_DESCRIBED = {f"{_SVG}title", f"{_SVG}desc"}
_FORMS = f"{_OFFICE}forms"
_ANNOTATION, _NOTE, _FRAME, _IMAGE = f"{_OFFICE}annotation", f"{_TEXT}note", f"{_DRAW}frame", f"{_DRAW}image"
_OBJECTS = {f"{_DRAW}object", f"{_DRAW}object-ole"}
_IN_PLACE = {f"{_OFFICE}document", f"{_MATH}math"}  # an object that is in the file itself
_SHOWN_ITSELF = {*_OBJECTS, f"{_TABLE}table"}  # a picture next to it in its frame says the same again
_POSITION = f"{_STYLE}text-position"
_RISEN = re.compile(r"\s*(?:super|[1-9])")
_COVERED = f"{_TABLE}covered-table-cell"
_ROOMY = 1_100.0, 1_100.0  # points: no slide whose picture_size is not told is larger
_CLIP = re.compile(r"rect\(([^)]*)\)")
_SAID_IN_FORMS = ("label", "current-value", "value")
_NOT_SHOWN_IN_FORMS = {f"{_FORM}password", f"{_FORM}hidden"}
_ASKED_PAGE, _USUAL_PAGES = f"{_STYLE}master-page-name", ("Standard", "Default")
_MOST_BASES = 20  # styles on styles
_DEEPEST = 200  # elements within elements
_DEEPEST_OBJECT = 3  # objects within objects
_ABOUT_A_REMARK = {
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://purl.org/dc/elements/1.1/}date",
    f"{names.META}creator-initials",
    f"{names.META}date-string",
}


class OdfDocument:
    """The file, or an object within it, whose parts lie in a folder of its own."""

    def __init__(self, package: Package, pictures: PictureReader, folder: str = "", depth: int = 1) -> None:
        self._package = package
        self._pictures = pictures
        self._folder = folder
        self._depth = depth
        self._size = _ROOMY  # of a slide
        self._covered: set[etree._Element] = set()  # of the slide
        self._told: set[str] = set()  # lines of masters
        self._in_hidden: set[etree._Element] = set()  # what is drawn among hidden words
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
        self._clips = {
            style.get(f"{_STYLE}name", ""): clip
            for style in known
            for look in style.iter(f"{_STYLE}graphic-properties")
            if (clip := look.get(f"{_FO}clip", "")).startswith("rect")
        }
        roots = [self.root, *([self._styles] if self._styles is not None else [])]
        self._masters = {
            each.get(f"{_STYLE}name", ""): each
            for root in roots
            for each in root.iter(f"{_STYLE}master-page")
        }
        self._colours = OdfColours(known, roots)
        self._known = {(s.get(f"{_STYLE}family", ""), s.get(f"{_STYLE}name", "")): s for s in known}
        self._lists = OdfLists(roots, self._known)

    def body(self) -> etree._Element:
        body = self.root.find(f"{_OFFICE}body")
        if body is None or len(body) == 0:
            raise ExtractionError(FailureReason.NO_TEXT, "an OpenDocument file without a body")
        return body[0]

    def _is_off(self, shape: etree._Element) -> bool:
        """Whether a shape is wholly off the slide, where a show does not reach."""
        if shape.get(f"{_DRAW}transform") or f"{_SVG}x" not in shape.attrib:
            return False
        left, top, wide, high = (
            names.points(shape.get(f"{_SVG}{name}")) for name in ("x", "y", "width", "height")
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
        if element.tag == _COVERED:
            return "a cell under one that was merged"
        return self._why_unseen_shape(element) if element.tag.startswith(_DRAW) else ""

    def _why_unseen_shape(self, shape: etree._Element) -> str:
        if shape in self._in_hidden:
            return "it is in hidden text"
        if shape in self._covered:
            return covered.WHY
        if any(name.endswith("}display") and says == "none" for name, says in shape.attrib.items()):
            return "a hidden shape"
        return "it is off the slide" if self._is_off(shape) else ""

    def running(self, which: str) -> list[Line]:
        """The lines of all headers or footers, each said once."""
        if self._styles is None:
            return []
        kinds = [f"{_STYLE}{which}{kind}" for kind in ("", "-left", "-first")]
        used = self._pages_used()
        lines = (line for each in self._styles.iter(*kinds) for line in self._running(each, used))
        return [line for line in dict.fromkeys(lines) if isinstance(line, Aside) or line.strip()]

    def _running(self, element: etree._Element, used: set[str]) -> Iterator[Line]:
        lines = self._blocks(element, 0)
        masters = element.iterancestors(f"{_STYLE}master-page")
        is_off = element.get(f"{_STYLE}display") == "false" or any(
            master.get(f"{_STYLE}name", "") not in used for master in masters
        )
        yield from (
            unseen_lines(lines, "a head or foot that is switched off, or on no page") if is_off else lines
        )

    def _pages_used(self) -> set[str]:
        """The kinds of pages that a text has: the usual one, those its styles ask for, what follows them."""
        named = {
            said
            for element in self.root.iter(etree.Element)
            for name, said in element.attrib.items()
            if name.endswith("style-name")
        }
        by_name = {name: style for (_, name), style in self._known.items()}
        below = named
        for _ in range(_MOST_BASES):
            below = {by_name[name].get(f"{_STYLE}parent-style-name", "") for name in below if name in by_name}
            named |= below
        usual = next((name for name in _USUAL_PAGES if name in self._masters), next(iter(self._masters), ""))
        asked = {style.get(_ASKED_PAGE, "") for (_, name), style in self._known.items() if name in named}
        used, waiting = set[str](), [usual, *asked]
        while waiting:
            name = waiting.pop()
            if name in self._masters and name not in used:
                used.add(name)
                waiting.append(self._masters[name].get(f"{_STYLE}next-style-name", ""))
        return used

    def _blocks(self, element: etree._Element, depth: int) -> Iterator[Line]:
        """Lines: one a paragraph, one a row of a table; after each what is drawn or remarked in it."""
        if element.tag in _LEFT_OUT or depth > _DEEPEST or not isinstance(element.tag, str):
            return
        if why := self._why_unseen(element):
            yield from unseen_lines(self._seen_blocks(element, depth), why)
        else:
            yield from self._seen_blocks(element, depth)

    def _seen_blocks(self, element: etree._Element, depth: int) -> Iterator[Line]:
        if element.tag in _LINES:
            within: list[etree._Element] = []
            number, text = self._lists.number(element), spaced_out.joined(self._inline(element, within))
            yield f"{number} {text}" if number and text.strip() else text
            for each in within:
                yield from self._blocks(each, depth + 1)
        elif element.tag == f"{_TABLE}table-row":
            yield from self._row(element, depth)
        elif said := self._beside(element):
            yield said
        elif element.tag in _OBJECTS:
            yield from self._object(element)
        elif element.tag.startswith(_FORM):
            yield from self._control(element, depth)
        elif element.tag == _IMAGE:
            yield from self._image(element)
        else:
            is_object = element.tag == _FRAME and any(each.tag in _SHOWN_ITSELF for each in element)
            for child in element:
                if not (is_object and child.tag == _IMAGE):  # what it looks like, where it cannot be shown
                    yield from self._blocks(child, depth + 1)

    def _beside(self, element: etree._Element) -> str:
        """A remark, a description or a formula, on one line; "" for all else."""
        if element.tag == _ANNOTATION:
            text = " ".join(self._inline(each, []) for each in element if each.tag not in _ABOUT_A_REMARK)
            return f"[Comment: {' '.join(text.split())}]"
        if element.tag in _DESCRIBED:
            return alternative_line(whole_text(element))
        return _formula(element) if element.tag == f"{_MATH}math" else ""

    def _control(self, element: etree._Element, depth: int) -> Iterator[Line]:
        """What is written on a control of a form, and into it."""
        if element.tag not in _NOT_SHOWN_IN_FORMS:
            said = dict.fromkeys(element.get(f"{_FORM}{name}", "") for name in _SAID_IN_FORMS)
            yield from filter(None, said)
            for child in element:
                yield from self._blocks(child, depth + 1)

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
        """Mixed content: the text before, in and after each element. What is apart goes to `within`."""
        is_lost, font = self._colours.lose(element), self._colours.font(element)

        def own(text: str | None) -> str:
            text = symbol_fonts.as_drawn(font, text or "")
            return hidden.hidden(text) if is_lost and text else text

        pieces = [own(element.text)]
        for child in element:
            if child.tag in _BLANKS:
                pieces.append(" " if child.get(f"{_TEXT}c", "1") == "1" else "  ")
            elif child.tag == f"{_TEXT}line-break":
                pieces.append("\n")
            elif child.tag in _SET_APART:
                pieces.append(f" {self._piece(child, within)} ")
            elif child.tag in _LINES:
                pieces += ["\n", self._inline(child, within)]
            elif child.tag == _NOTE:
                pieces.append(raised(child.findtext(f"{_TEXT}note-citation") or ""))
                within += child.iterchildren(f"{_TEXT}note-body")
            elif stands_apart(child):
                within.append(child)
            elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
                pieces.append(self._piece(child, within))
            pieces.append(own(child.tail))
        return "".join(pieces)

    def _piece(self, element: etree._Element, within: list[etree._Element]) -> str:
        apart: list[etree._Element] = []
        text = self._inline(element, apart)
        if self._is_hidden(element):
            text = hidden.hidden(text)
            self._in_hidden.update(apart)
        within += apart
        return raised(text) if element.get(f"{_TEXT}style-name") in self._raised else text

    def _is_hidden(self, element: etree._Element) -> bool:
        """Whether words within a line are: by their style, or as a field that says so."""
        if element.tag == f"{_TEXT}hidden-text":
            return element.get(f"{_TEXT}is-hidden") == "true"
        return ("text", element.get(f"{_TEXT}style-name")) in self._unseen

    def _object(self, element: etree._Element) -> Iterator[Line]:
        part = part_of(self._folder, element)
        if any(child.tag in _IN_PLACE for child in element):
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
            inner = OdfDocument(self._package, self._pictures, part, self._depth + 1)
            yield from inner._blocks(inner.root, 0)
        except ExtractionError as error:
            yield Aside("part", PartState.UNREAD, why=f"{part}: {error.detail}")

    def _image(self, element: etree._Element) -> Iterator[Line]:
        part = part_of(self._folder, element)
        try:
            if part in self._package:
                content = self._package.read(part)
                if found := self._pictures.read(content, part, self._cut(element, content)):
                    yield found
        except ExtractionError as error:
            yield Aside("picture", PartState.UNREAD, why=f"{part}: {error.detail}")
        for child in element:
            yield from self._blocks(child, 0)

    def _cut(self, image: etree._Element, content: bytes) -> tuple[float, float, float, float]:
        """How much of a picture its frame cuts off: at the left, the top, the right and the bottom."""
        frame = image.getparent()
        name = "" if frame is None else frame.get(f"{_DRAW}style-name") or frame.get(f"{_SHOW}style-name")
        clip = _CLIP.fullmatch(self._clips.get(name or "", ""))
        wide, high = picture_size(content) if clip else (0.0, 0.0)
        if clip is None or not wide or not high:
            return WHOLE
        sides = [
            names.points(each) for each in clip[1].replace(",", " ").split()
        ]  # from the top, as a clock goes
        if len(sides) != 4:
            return WHOLE
        return sides[3] / wide, sides[0] / high, sides[1] / wide, sides[2] / high


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


def whole_text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _formula(element: etree._Element) -> str:
    """Its signs, apart; not what a program keeps of it next to them."""
    signs = (
        each.text or ""
        for each in element.iter(*(f"{_MATH}{kind}" for kind in ("mi", "mn", "mo", "mtext", "ms")))
    )
    return " ".join(" ".join(signs).split())


def stands_apart(element: etree._Element) -> bool:
    """Whether it is drawn, or remarked, apart from the line that it hangs on."""
    if not isinstance(element.tag, str):
        return False
    return element.tag in {_ANNOTATION, _FORMS} or (
        element.tag.startswith(_DRAW) and element.tag != f"{_DRAW}a"
    )


def part_of(folder: str, element: etree._Element) -> str:
    """The part that an element refers to; "" if it is not one of the file's own."""
    href = unquote(element.get(_HREF) or "")
    if not href or "://" in href:
        return ""
    return posixpath.normpath(posixpath.join("/" + folder, href)).lstrip("/")
