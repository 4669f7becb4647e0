"""Spreadsheets of every kind: a part for each sheet, a line for each row, then what else is on the sheet."""

from __future__ import annotations

import functools
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from extractors import hidden
from extractors.ocr.embedded_pictures import PictureReader
from extractors.office import biff, ole, opendocument
from extractors.office import members as files_within
from extractors.office.art import on_sheet
from extractors.office.cells import binary_sheets, cell_looks
from extractors.office.cells.cell_looks import CellLooks, Styles
from extractors.office.cells.number_formats import without_format
from extractors.office.drawing import Drawings
from extractors.office.odf import flat, sheets
from extractors.office.packages import Package, core_properties
from extractors.parts import Aside, numbered, part_not_read, unseen_lines
from extractors.raised import END, START, settled
from extractors.signs.symbol_fonts import MAY_BE_NAMED, as_drawn
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree
    from python_calamine import SheetMetadata

    from extractors.parts import Line
    from pipeline.model import PageText

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ITEM, _RUN, _TEXT, _ALIGN = f"{_S}si", f"{_S}r", f"{_S}t", f"{_S}rPr/{_S}vertAlign"
_NAMED_BY_EXCEL = re.compile(r"(?:Sheet|Chart|Tabelle|Feuil|Hoja|Foglio|Blad|Table)\s?\d*", re.IGNORECASE)
_AFTER_CELLS = re.compile(rb"</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*/>|<(?:\w+:)?chartsheet\b")
_RUNNING = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>(.*?)</", re.DOTALL)
_PROMPTS = re.compile(rb'\b(?:promptTitle|prompt)="([^"]*)"')
_TOO_SMALL = {"0.5", "1", "1.0"}  # points
_SMALL = re.compile(rb'<(?:\w+:)?sz [^>]*"(?:0?\.5|1(?:\.0)?)"')
_THREADED = "[Threaded comment]"  # the note that Excel puts next to a thread says the same again


def extract(path: Path) -> Iterator[PageText]:
    """Hidden sheets, rows, columns and cells too, marked so: only who asks for them sees them."""
    pictures = PictureReader()
    try:
        with _book(path) as book:
            yield from numbered(_parts(book, path, pictures))
    except PasswordError as error:
        raise ExtractionError(FailureReason.ENCRYPTED, "a spreadsheet with a password") from error
    except CalamineError as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{type(error).__name__}: {error}") from error
    pictures.say_what_is_left()


def _parts(book: CalamineWorkbook, path: Path, pictures: PictureReader) -> Iterator[tuple[str, list[Line]]]:
    kind = _container(path)
    if kind == "package":
        with Package(path) as package:
            yield from _Workbook(package, pictures).sheets(book)
    elif kind in {"opendocument", "flat"}:
        yield from _sheets(book, *sheets.beside_cells(path, pictures))
    else:
        yield from _sheets(book, raised=biff.raised_cells(path), looks=biff.looks_of_cells(path))
        if beside := biff.beside_cells(path, pictures):
            yield "not in the cells", beside


def _book(path: Path) -> CalamineWorkbook:
    made = flat.package(path) if _container(path) == "flat" else path
    return CalamineWorkbook.from_object(str(made) if isinstance(made, Path) else made)


def metadata(path: Path) -> dict[str, str]:
    return {} if _container(path) in {"ole", "flat"} else core_properties(path)


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each file within to `directory` under its number and yield its name."""
    kind = _container(path)
    if kind == "ole":
        yield from files_within.unpack(ole.embedded_files(ole.opened_ole(path.read_bytes())), directory)
    elif kind in {"opendocument", "flat"}:
        yield from opendocument.members(path, directory)
    elif kind == "package":
        with Package(path) as package:
            yield from files_within.unpack(files_within.of_package(package, package.embedded()), directory)


def _container(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if head == ole.MARK:
        return "ole"
    if not head.startswith(b"PK"):
        return "flat"
    with Package(path) as package:
        return "opendocument" if "content.xml" in package else "package"


# ---- cells


def _sheets(
    book: CalamineWorkbook,
    beside: Mapping[str, list[Line]] | None = None,
    raised: Mapping[str, str] | None = None,
    looks: Mapping[str, CellLooks] | None = None,
) -> Iterator[tuple[str, list[Line]]]:
    for sheet in book.sheets_metadata:
        if sheet.typ is SheetTypeEnum.WorkSheet:
            rows = _rows(book, sheet.name, raised or {}, (looks or {}).get(sheet.name))
            yield _sheet(sheet, [*rows, *(beside or {}).get(sheet.name, [])])


def _sheet(sheet: SheetMetadata, lines: list[Line]) -> tuple[str, list[Line]]:
    """With its name; as a hidden one, where it is one."""
    lines = [*_named(sheet.name), *lines]
    if sheet.visible is not SheetVisibleEnum.Visible:
        lines = [*unseen_lines(lines, "a hidden sheet")]
    return f"sheet {sheet.name}", lines


def _rows(
    book: CalamineWorkbook, name: str, raised: Mapping[str, str], looks: CellLooks | None = None
) -> Iterator[Line]:
    """`raised`: cells with something raised in them, as they are shown and as they are to be read."""
    sheet = book.get_sheet_by_name(name)
    first = sheet.start[1] if sheet.start else 0
    looks = looks or CellLooks()
    unseen_cells: list[Line] = []
    for number, row in enumerate(sheet.iter_rows()):
        seen: list[str] = []
        unseen: list[str] = []
        for at, value in enumerate(row, first):
            if not (bare := without_format(value) or looks.fault(number, at)):
                continue
            if looks.hides(number, at, bare):
                unseen.append(bare)
            elif shown := looks.shown(
                number, at, raised.get(bare, bare) if isinstance(value, str) else value
            ):
                seen.append(shown)
            elif value:  # many formats leave noughts out
                unseen.append(bare)
        yield " ".join(seen)
        if unseen:
            unseen_cells.append(" ".join(unseen))
    yield from unseen_lines(unseen_cells, "hidden rows, columns or cells")


def _named(name: str) -> list[str]:
    """What a sheet is called is on its tab; what Excel calls it says nothing."""
    return [] if _NAMED_BY_EXCEL.fullmatch(name) else [name]


# ---- what else is in a workbook of Excel since 2007


class _Workbook:
    def __init__(self, package: Package, pictures: PictureReader) -> None:
        self._package = package
        self._drawings = Drawings(package, pictures)
        self._main = package.main("xl/workbook.xml")
        self._raised = self._raised_strings()
        self._styles = self._styles_that_matter()
        self._coloured = self._coloured_strings() if self._styles.lost else frozenset()

    def sheets(self, book: CalamineWorkbook) -> Iterator[tuple[str, list[Line]]]:
        places = self._places()
        for sheet in book.sheets_metadata:
            place = places.pop(sheet.name, "")
            is_cells = sheet.typ is SheetTypeEnum.WorkSheet
            rows = _rows(book, sheet.name, self._raised, self._looks(place)) if is_cells else ()
            yield _sheet(sheet, [*rows, *(self._beside(place) if place else ())])
        for name, place in places.items():  # that the reader of the cells does not know
            yield f"sheet {name}", [*_named(name), *self._beside(place)]
        yield from part_not_read(self._package)

    def _looks(self, part: str) -> CellLooks | None:
        """What its looks do to the cells of a sheet; None where that is not known."""
        if not part.lower().endswith(".xml"):
            return self._faults(part) if part else None
        tables = (each.target for each in self._package.of(part, "table") if each.target in self._package)
        dressed = [self._package.xml(each).get("ref", "") for each in tables] if self._styles.lost else []
        return cell_looks.of_sheet(self._package.read(part), self._styles, dressed, self._coloured)

    def _faults(self, part: str) -> CellLooks:
        """All that is known of the looks of a binary sheet."""
        looks = CellLooks()
        for row, column, fault in binary_sheets.faults(self._package.read(part)):
            looks.write_fault(row, column, fault)
        return looks

    def _styles_that_matter(self) -> Styles:
        for relation in self._package.of(self._main, "styles"):
            if relation.target.lower().endswith(".xml") and relation.target in self._package:
                return cell_looks.styles_that_matter(self._package.xml(relation.target))
        return Styles()

    def _coloured_strings(self) -> frozenset[str]:
        """Texts with colours of their own in them, as they are shown."""
        return frozenset(
            " ".join("".join(each.text or "" for each in item.iter(_TEXT)).split())
            for relation in self._package.of(self._main, "sharedStrings")
            for item in self._package.xml(relation.target).iter(_ITEM)
            if item.find(f"{_RUN}/{_S}rPr/{_S}color") is not None
        )

    def _places(self) -> dict[str, str]:
        """The part of each sheet, by its name."""
        relations = self._package.relations(self._main)
        if self._main.lower().endswith(".xml"):
            sheets = self._package.xml(self._main).iter(f"{_S}sheet")
            numbers = {each.get("name", ""): each.get(f"{_R}id", "") for each in sheets}
        else:
            numbers = binary_sheets.sheets(self._package.read(self._main))
        return {name: relations[number].target for name, number in numbers.items() if number in relations}

    def _beside(self, part: str) -> Iterator[Line]:
        """Heads and feet, what is drawn, notes and remarks, what is asked of whoever fills a cell in."""
        try:
            if part.lower().endswith(".xml"):
                yield from _printed(self._package.read(part))
            for relation in self._package.of(part, "drawing"):
                is_opaque = functools.partial(self._drawings.is_opaque, relation.target)
                under = functools.partial(on_sheet.placed_under_others, is_opaque=is_opaque)
                yield from self._drawings.part(relation.target, under)
            yield from self._controls(part)
            yield from self._remarks(part)
        except ExtractionError as error:
            yield Aside("part", PartState.UNREAD, why=f"{part}: {error.detail}")

    def _controls(self, part: str) -> Iterator[Line]:
        """The words on buttons of a form, and pictures in heads; the notes drawn there are remarks."""
        for relation in self._package.of(part, "vmlDrawing"):
            content = self._package.read(relation.target)
            images = self._package.relations(relation.target)
            for shape in lxml.html.fromstring(content).iter("v:shape") if content.strip() else ():
                for image in shape.iter("v:imagedata"):
                    if (found := images.get(image.get("o:relid") or "")) and found.target in self._package:
                        yield from self._drawings.picture(found.target)
                if not any(about.get("objecttype") == "Note" for about in shape.iter("x:clientdata")):
                    yield from (" ".join(box.text_content().split()) for box in shape.iter("v:textbox"))

    def _remarks(self, part: str) -> Iterator[Line]:
        for relation in self._package.of(part, "comments", "threadedComment"):
            if not relation.target.lower().endswith(".xml"):
                yield Aside("comment", PartState.UNREAD, why=f"{relation.target} is not read")
                continue
            for remark in self._package.xml(relation.target).iter("{*}comment", "{*}threadedComment"):
                text = " ".join("".join(each.text or "" for each in remark.iter("{*}t", "{*}text")).split())
                if text and not text.startswith(_THREADED):
                    yield f"[Comment: {text}]"

    def _raised_strings(self) -> dict[str, str]:
        """Cells with something raised in them, as they are shown and as they are to be read."""
        found: dict[str, str] = {}
        for relation in self._package.of(self._main, "sharedStrings"):
            content = self._package.read(relation.target)
            if b"superscript" in content or _SMALL.search(content) or MAY_BE_NAMED.search(content):
                for item in self._package.xml(relation.target).iter(_ITEM):
                    runs = list(item.iter(_RUN))
                    shown = " ".join("".join(map(_text, runs)).split())
                    read = " ".join(settled("".join(map(_run, runs))).split())
                    if read != shown:
                        found[shown] = read
        return found


def _text(run: etree._Element) -> str:
    return "".join(each.text or "" for each in run.iter(_TEXT))


def _run(run: etree._Element) -> str:
    font = run.find(f"{_S}rPr/{_S}rFont")
    text = as_drawn(font.get("val", "") if font is not None else "", _text(run))
    size = run.find(f"{_S}rPr/{_S}sz")
    if size is not None and size.get("val", "") in _TOO_SMALL:
        return hidden.hidden(text)
    align = run.find(_ALIGN)
    return f"{START}{text}{END}" if align is not None and align.get("val") == "superscript" else text


def _printed(content: bytes) -> Iterator[str]:
    """Heads and feet of the printed sheet, and prompts, from what is after the cells."""
    after = _AFTER_CELLS.search(content)
    rest = content[after.end() :] if after else b""
    for said in _RUNNING.findall(rest):
        yield biff.printed(unescape(said.decode("utf-8", "replace")))
    for said in _PROMPTS.findall(rest):
        yield unescape(said.decode("utf-8", "replace"))
