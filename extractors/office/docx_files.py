"""Word since 2007, in the order of the body: paragraphs, rows of tables, controls, text boxes, drawings.

The walk is ours: libraries pass over content controls, text boxes, notes, comments, charts and files put into
the body (altChunk) in silence, and much of a form or a report is there. Deleted text of tracked changes
is not read.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from typing import TYPE_CHECKING

from extractors import hidden, html, spaced_out
from extractors.charset import decode
from extractors.mail import messages
from extractors.ocr.embedded_pictures import PictureReader
from extractors.office import covered, rtf
from extractors.office import members as files_within
from extractors.office.art import floating
from extractors.office.colours.word import WordColours
from extractors.office.drawing import MATH_BELOW, MATH_TEXT, WORD_BOX, Drawings, is_said_again
from extractors.office.packages import Package, core_properties
from extractors.parts import Aside, alternative_line, numbered, part_not_read, unseen_lines
from extractors.raised import END, START
from extractors.signs import word_symbols
from extractors.signs.word_lists import WordLists
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

    from extractors.parts import Line
    from pipeline.model import PageText

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PARAGRAPH, _TABLE, _ROW, _CELL, _RUN = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}r"
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr"}
_DELETED = (f"{_W}del", f"{_W}moveFrom")
_TEXT, _SIGN = f"{_W}t", f"{_W}sym"
_SIGNS = {
    f"{_W}tab": " ",
    f"{_W}ptab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}softHyphen": "",
    MATH_BELOW: "/",
    f"{_W}rt": " ",
    f"{_W}rubyBase": " ",
}
_APART = ("footnotes", "endnotes", "comments")
_DRAWN = {f"{_W}drawing", f"{_W}pict", f"{_W}object"}
_LOOK, _VANISH, _HIDDEN_ROW = f"{_W}rPr", f"{_W}vanish", f"{_W}trPr/{_W}hidden"
_COMMENTED, _CHUNK, _ABOUT_TABLE = f"{_W}commentReference", f"{_W}altChunk", f"{_W}tblPr"
_SWITCHED_OFF = "a header or footer that is switched off"
_FROM_RIGHT = f"{_W}tblPr/{_W}bidiVisual"
_MERGED, _UNDER = f"{_W}tcPr/{_W}vMerge", "a cell under one that was merged"
_FRAME, _DROP_CAP = f"{_W}pPr/{_W}framePr", f"{_W}dropCap"
_ENTRIES = f"{_W}ddList"  # of a drop-down in a form
_DEEPEST = 200  # elements within elements
_MOST_BASES = 20  # styles on styles
_DEEPEST_CHUNK = 3  # files put into the body of files put into the body


def extract(path: Path) -> Iterator[PageText]:
    """A part for each heading of the first level, what comes before it as "beginning"; then the notes."""
    pictures = PictureReader()
    with Package(path) as package:
        yield from numbered(_Document(package, pictures).sections())
    pictures.say_what_is_left()


def metadata(path: Path) -> dict[str, str]:
    return core_properties(path)


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    with Package(path) as package:
        yield from files_within.unpack(files_within.of_package(package, package.embedded()), directory)


class _Document:
    def __init__(self, package: Package, pictures: PictureReader, depth: int = 1) -> None:
        self._package = package
        self._pictures = pictures
        self._drawings = Drawings(package, pictures)
        self._depth = depth
        self._main = package.main("word/document.xml")
        if self._main not in package:
            raise ExtractionError(FailureReason.UNREADABLE, "a Word file without its document")
        styles = self._all_styles()
        self._headings, self._raised, self._vanished = _told_by(styles)
        pages = [self._main, *(each.target for each in package.of(self._main, "header", "footer"))]
        self._colours = WordColours(styles, map(package.read, pages))
        told_apart = [each.target for each in package.of(self._main, "styles", *_APART)]
        self._symbols = word_symbols.WordSymbols(styles, map(package.read, [*pages, *told_apart]))
        self._damaged: list[Line] = []
        self._lists = WordLists(self._numbering(), styles)
        self._switched_off: set[str] = set()
        self._covered: set[etree._Element] = set()  # drawings under others
        self._in_hidden: set[etree._Element] = set()  # what is drawn in hidden runs
        self._comments = self._all_comments()

    def sections(self) -> Iterator[tuple[str, list[Line]]]:
        body = _with_drop_caps(self._package.xml(self._main))
        self._switched_off = self._running_that_is_off(body)
        self._covered = floating.hidden_drawings(
            body, functools.partial(self._drawings.is_opaque, self._main)
        )
        label, lines = "beginning", self._running("header")
        for element in (each for within in body for each in within):
            title = ""
            if element.tag == _PARAGRAPH and _style(element) in self._headings:
                title = hidden.shown(self._inline(element)[0]).strip()
            if title:
                if any(isinstance(line, Aside) or line.strip() for line in lines):
                    yield label, lines
                label, lines = f"section {title}", list["Line"]()
            lines += self._blocks(self._main, element, 0)
        yield label, lines + self._running("footer")
        if notes := self._notes(body):
            yield "notes", notes
        if self._comments or self._damaged:  # those that no place in the body refers to
            yield "comments", [*(f"[Comment: {text}]" for text in self._comments.values()), *self._damaged]
        yield from part_not_read(self._package)

    def _all_styles(self) -> list[etree._Element]:
        """The styles, and what holds where they say nothing."""
        return [
            style
            for relation in self._package.of(self._main, "styles")
            if relation.target in self._package
            for style in self._package.xml(relation.target).iter(f"{_W}style", f"{_W}docDefaults")
        ]

    def _numbering(self) -> Iterator[etree._Element]:
        for relation in self._package.of(self._main, "numbering"):
            if relation.target in self._package:
                try:
                    yield self._package.xml(relation.target)
                except ExtractionError as error:
                    why = f"numbers of lists: {relation.target}: {error.detail}"
                    self._damaged.append(Aside("part", PartState.UNREAD, why=why))

    # ---- what is outside the body

    def _running(self, which: str) -> list[Line]:
        """Lines of the headers or footers of all sections, each said once."""
        relations = self._package.relations(self._main)
        lines: list[Line] = []
        for number, relation in relations.items():
            if relation.kind == which and relation.target in self._package:
                said = [line for line in self._other(relation.target) if isinstance(line, Aside) or line]
                lines += unseen_lines(said, _SWITCHED_OFF) if number in self._switched_off else said
        return list(dict.fromkeys(lines))

    def _running_that_is_off(self, root: etree._Element) -> set[str]:
        """The ids of the headers and footers that no page shows: Word keeps those that are not used."""
        has_even = any(
            _is_on(said)
            for relation in self._package.of(self._main, "settings")
            if relation.target in self._package
            for said in self._package.xml(relation.target).iter(f"{_W}evenAndOddHeaders")
        )
        on = set[str]()
        current: dict[tuple[str, str], str] = {}  # of a section that says nothing itself: those of the last
        for section in root.iter(f"{_W}sectPr"):
            for each in section.iterchildren(f"{_W}headerReference", f"{_W}footerReference"):
                current[each.tag, each.get(f"{_W}type", "default")] = each.get(f"{_R}id", "")
            kinds = {"default"} | ({"even"} if has_even else set())
            kinds |= {"first"} if _is_on(section.find(f"{_W}titlePg")) else set()
            on |= {number for (_, kind), number in current.items() if kind in kinds}
        every = self._package.relations(self._main).items()
        return {
            number for number, relation in every if relation.kind in {"header", "footer"} and number not in on
        }

    def _notes(self, body: etree._Element) -> list[Line]:
        """Of the notes, those that no mark in the text refers to are not seen."""
        lines: list[Line] = []
        for name in ("footnote", "endnote"):
            marks = {
                each.get(f"{_W}id")
                for each in body.iter(f"{_W}{name}Reference")
                if next(each.iterancestors(*_DELETED), None) is None
            }
            for relation in self._package.of(self._main, f"{name}s"):
                if relation.target in self._package:
                    lines += self._notes_in(relation.target, f"{_W}{name}", marks)
        return [line for line in lines if isinstance(line, Aside) or line]

    def _notes_in(self, part: str, name: str, marks: set[str | None]) -> Iterator[Line]:
        try:
            notes = _with_drop_caps(self._package.xml(part)).iter(name)
        except ExtractionError as error:
            yield Aside("part", PartState.UNREAD, why=f"{part}: {error.detail}")
            return
        for note in notes:
            lines = self._blocks(part, note, 0)
            is_seen = note.get(f"{_W}id") in marks or note.get(f"{_W}type", "normal") != "normal"
            yield from lines if is_seen else unseen_lines(lines, "a note that no mark refers to")

    def _other(self, part: str) -> Iterator[Line]:
        try:
            yield from self._blocks(part, _with_drop_caps(self._package.xml(part)), 0)
        except ExtractionError as error:
            yield Aside("part", PartState.UNREAD, why=f"{part}: {error.detail}")

    def _all_comments(self) -> dict[str, str]:
        """By their ids."""
        found: dict[str, str] = {}
        for relation in self._package.of(self._main, "comments"):
            if relation.target not in self._package:
                continue
            try:
                root = self._package.xml(relation.target)
            except ExtractionError as error:
                self._damaged.append(
                    Aside("comment", PartState.UNREAD, why=f"{relation.target}: {error.detail}")
                )
                continue
            for comment in root.iter(f"{_W}comment"):
                lines = (line for line in self._blocks(relation.target, comment, 0) if isinstance(line, str))
                if text := " ".join(" ".join(lines).split()):
                    found[comment.get(f"{_W}id", "")] = text
        return found

    # ---- the walk

    def _blocks(self, part: str, element: etree._Element, depth: int) -> Iterator[Line]:
        """Lines: one a paragraph, one a row of a table; after each what is drawn or remarked in it."""
        if element.tag in _LEFT_OUT or depth > _DEEPEST or is_said_again(element):
            return
        if element.tag == _PARAGRAPH:
            text, within = self._inline(element)
            number = self._lists.number(element)
            yield f"{number} {text}" if number and text.strip() else text
            for each in within:
                yield from self._within(part, each, depth)
        elif element.tag == _ROW:
            yield from self._row(part, element, depth)
        elif element.tag == _CHUNK:
            yield from self._chunk(part, element.get(f"{_R}id") or "")
        elif element.tag == _ABOUT_TABLE:
            for about in element.iter(f"{_W}tblCaption", f"{_W}tblDescription"):
                yield alternative_line(about.get(f"{_W}val", ""))
        else:
            for child in element:
                yield from self._blocks(part, child, depth + 1)

    def _row(self, part: str, row: etree._Element, depth: int) -> Iterator[Line]:
        if _is_on(row.find(_HIDDEN_ROW)):
            yield from unseen_lines(self._cells(part, row, depth), "a hidden row of a table")
        else:
            yield from self._cells(part, row, depth)

    def _cells(self, part: str, row: etree._Element, depth: int) -> Iterator[Line]:
        cells: list[str] = []
        asides: list[Line] = []
        for cell in row.iter(_CELL):
            if next(cell.iterancestors(_ROW), None) is row:
                words = []
                lines = self._blocks(part, cell, depth + 1)
                for line in unseen_lines(lines, _UNDER) if _is_under(row, cell) else lines:
                    if isinstance(line, Aside):
                        asides.append(line)
                    else:
                        words.append(line)
                cells.append(" ".join(" ".join(words).split()))
        yield " ".join(_as_placed(row, cells))
        yield from asides

    def _inline(self, element: etree._Element) -> tuple[str, list[etree._Element]]:
        """The text of a paragraph, and the elements in it that are lines of their own."""
        pieces: list[str] = []
        within: list[etree._Element] = []
        waiting: list[etree._Element | str] = [element]
        hidden_runs: set[etree._Element] = set()
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                pieces.append(item)
            elif item.tag in {_TEXT, MATH_TEXT}:
                pieces.append(self._symbols.text(item, element))
            elif item.tag == _SIGN:
                pieces.append(word_symbols.sign(item))
            elif item.tag in _DRAWN or item.tag in {_COMMENTED, WORD_BOX}:
                within.append(item)
                if not hidden_runs.isdisjoint(item.iterancestors(_RUN)):
                    self._in_hidden.add(item)
            elif item.tag == _ENTRIES:
                pieces.append(_chosen(item))
            elif item is element or not (item.tag in _LEFT_OUT or is_said_again(item)):
                pieces.append(_SIGNS.get(item.tag, ""))
                marks = self._marks(item, element, hidden_runs) if item.tag == _RUN else ()
                for start, end in marks:
                    pieces.append(start)
                    waiting.append(end)
                waiting += reversed(item)
        return spaced_out.joined("".join(pieces)), within

    def _marks(
        self, run: etree._Element, paragraph: etree._Element, hidden_runs: set[etree._Element]
    ) -> Iterator[tuple[str, str]]:
        """What goes around the text of a run. One that is hidden joins those."""
        look = run.find(_LOOK)
        if _is_raised(look, self._raised):
            yield START, END
        if self._is_hidden(look, of_style=_style(paragraph) in self._vanished):
            hidden_runs.add(run)
            yield hidden.START, hidden.END
        elif self._colours.lose(run, paragraph):
            yield hidden.START, hidden.END

    def _is_hidden(self, look: etree._Element | None, *, of_style: bool) -> bool:
        """Whether a run is: by itself, or by one of two styles; two that hide it show it again."""
        own = _vanishes(look)
        style = look.find(f"{_W}rStyle") if look is not None else None
        by_name = style is not None and style.get(f"{_W}val") in self._vanished
        return own if own is not None else of_style != by_name

    def _within(self, part: str, element: etree._Element, depth: int) -> Iterator[Line]:
        if element.tag == _COMMENTED:
            if text := self._comments.pop(element.get(f"{_W}id", ""), ""):
                yield f"[Comment: {text}]"
            return
        lines = self._drawings.lines(part, element, lambda box: self._box(part, box, depth))
        if element in self._in_hidden or element in self._covered:
            why = "it is in hidden text" if element in self._in_hidden else covered.WHY
            lines = unseen_lines(lines, why)
        yield from lines

    def _box(self, part: str, box: etree._Element, depth: int) -> Iterator[Line]:
        for child in box:
            yield from self._blocks(part, child, depth + 1)

    def _chunk(self, part: str, number: str) -> Iterator[Line]:
        """A file put into the body, in whatever format it has."""
        relation = self._package.relations(part).get(number)
        if relation is None or relation.target not in self._package:
            yield Aside("part", PartState.UNREAD, why="a file put into the text is not there")
            return
        try:
            yield from self._read_chunk(self._package.read(relation.target))
        except (ExtractionError, RecursionError, ValueError) as error:
            yield Aside("part", PartState.UNREAD, why=f"{relation.target}: {error}")

    def _read_chunk(self, content: bytes) -> Iterator[Line]:
        start = content.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ")[:4096]
        if start.startswith(b"PK"):
            if self._depth >= _DEEPEST_CHUNK:
                raise ExtractionError(FailureReason.TOO_LARGE, f"deeper than {_DEEPEST_CHUNK} files")
            with Package(io.BytesIO(content)) as package:
                for _, lines in _Document(package, self._pictures, self._depth + 1).sections():
                    yield from lines
        elif start.startswith(b"{\\rtf"):
            yield rtf.words(content)
        elif start[:13].lower() == b"mime-version:" or start[:5].lower() == b"from:":
            yield messages.words(content)
        elif start.replace(b"\x00", b"").startswith(b"<"):
            yield html.from_bytes(content)
        else:
            yield decode(content)


def _told_by(styles: list[etree._Element]) -> tuple[set[str], set[str], set[str]]:
    """The ids of the styles that Word calls "heading 1", of raised text, and of hidden text.

    The ids themselves are in the writer's language.
    """
    headings, raised = set[str](), set[str]()
    vanished: dict[str, tuple[bool | None, str]] = {}  # and the style that it is based on
    for style in styles:
        name, number = style.find(f"{_W}name"), style.get(f"{_W}styleId", "")
        if name is not None and name.get(f"{_W}val", "").lower() == "heading 1":
            headings.add(number)
        if _is_raised(style.find(_LOOK), set()):
            raised.add(number)
        based = style.find(f"{_W}basedOn")
        vanished[number] = (
            _vanishes(style.find(_LOOK)),
            based.get(f"{_W}val", "") if based is not None else "",
        )
    return headings, raised, {number for number in vanished if _inherits(vanished, number)}


def _with_drop_caps(root: etree._Element) -> etree._Element:
    """The part with each large first letter, which has a paragraph of its own, in that of its word."""
    for paragraph in list(root.iter(_PARAGRAPH)):
        frame, after = paragraph.find(_FRAME), paragraph.getnext()
        if (
            frame is None
            or frame.get(_DROP_CAP, "none") == "none"
            or after is None
            or after.tag != _PARAGRAPH
        ):
            continue
        at = 1 if after.find(f"{_W}pPr") is not None else 0
        after[at:at] = [child for child in paragraph if child.tag != f"{_W}pPr"]
    return root


def _as_placed(row: etree._Element, cells: list[str]) -> list[str]:
    """The cells from left to right: a table may begin at the right, though its words are not written so."""
    begins = next((table.find(_FROM_RIGHT) for table in row.iterancestors(_TABLE)), None)
    is_written_so = any(unicodedata.bidirectional(each) in {"R", "AL"} for each in "".join(cells))
    return cells[::-1] if _is_on(begins) and not is_written_so else cells


def _is_under(row: etree._Element, cell: etree._Element) -> bool:
    """Whether a cell goes on one above it, of which alone the words are shown."""
    merged = cell.find(_MERGED)
    is_first = next(row.itersiblings(_ROW, preceding=True), None) is None
    return merged is not None and merged.get(f"{_W}val", "continue") != "restart" and not is_first


def _style(paragraph: etree._Element) -> str | None:
    found = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return None if found is None else found.get(f"{_W}val")


def _chosen(entries: etree._Element) -> str:
    """What a drop-down of a form shows."""
    said = [entries.find(f"{_W}{name}") for name in ("result", "default")]
    number = next((each.get(f"{_W}val", "0") for each in said if each is not None), "0")
    words = [each.get(f"{_W}val", "") for each in entries.iter(f"{_W}listEntry")]
    return words[int(number)] if number.isdecimal() and int(number) < len(words) else ""


def _vanishes(look: etree._Element | None) -> bool | None:
    """Whether what looks so is hidden; None where that is not said."""
    said = look.find(_VANISH) if look is not None else None
    return None if said is None else _is_on(said)


def _is_on(said: etree._Element | None) -> bool:
    """Whether something that is either so or not is so."""
    return said is not None and said.get(f"{_W}val", "1") not in {"0", "false", "off"}


def _inherits(said: dict[str, tuple[bool | None, str]], number: str) -> bool:
    """What a style, or the first of those it is based on that says anything, says."""
    for _ in range(_MOST_BASES):
        own, number = said.get(number, (False, ""))
        if own is not None:
            return own
    return False


def _is_raised(look: etree._Element | None, styles: set[str]) -> bool:
    """Whether what looks so is above its line: as a superscript, by its position, or by its style."""
    if look is None:
        return False
    align = look.find(f"{_W}vertAlign")
    if align is not None:
        return align.get(f"{_W}val") == "superscript"
    position, style = look.find(f"{_W}position"), look.find(f"{_W}rStyle")
    height = position.get(f"{_W}val", "") if position is not None else ""
    return (height.isdigit() and int(height) > 0) or (style is not None and style.get(f"{_W}val") in styles)
