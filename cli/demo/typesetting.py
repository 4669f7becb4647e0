"""Papers as PDF, set by hand so that the page each word lands on is known and not guessed.

The bytes depend on nothing but the text: no dates, no random identifiers, no compression that differs between
builds of zlib. The same paper has the same SHA-256 on every machine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from cli.demo.filler import sentences
from cli.demo.markup import Fill, FillPage, NewPage, Scan, Table, Text, Word, text_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.demo.markup import Block

_WIDTH, _HEIGHT = A4
_LEFT, _TOP, _BOTTOM = 68.0, 88.0, 76.0
_MEASURE = _WIDTH - 2 * _LEFT
_PADDING = 6.0  # of a table cell, left and right
_SCAN_DPI = 200
_SCAN_FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The look of a body's papers."""

    plain: str
    bold: str
    colour: str


STYLES = {
    "council": Style(plain="Helvetica", bold="Helvetica-Bold", colour="#1d3b2f"),
    "nhs": Style(plain="Helvetica", bold="Helvetica-Bold", colour="#0b3c7d"),
    "plain": Style(plain="Times-Roman", bold="Times-Bold", colour="#222222"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    font: str
    size: float
    leading: float
    before: float = 0
    after: float = 6
    indent: float = 0
    colour: str = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A planted mention, and the page of this file that it begins on."""

    text: Text
    number: int  # of the mention in its text
    page: int


@lru_cache(maxsize=20_000)
def _width(word: str, font: str, size: float) -> float:
    return stringWidth(word, font, size)


def _lines(words: Sequence[Word], face: _Face, measure: float) -> list[list[Word]]:
    lines: list[list[Word]] = [[]]
    blank = _width(" ", face.font, face.size)
    used = 0.0
    for word in words:
        width = _width(word.text, face.font, face.size)
        if lines[-1] and (lines[-1][-1].after != "blank" or used + blank + width > measure):
            lines.append([])
            used = 0.0
        used += width + (blank if lines[-1] else 0)
        lines[-1].append(word)
    return lines


def _measures(table: Table, face: _Face) -> list[float]:
    """Widths of the columns, in proportion to their longest cells."""
    columns = zip(*table.rows, strict=True)
    longest = [
        max(_width(cell.plain, face.font, face.size) + 2 * _PADDING for cell in column) for column in columns
    ]
    return [_MEASURE * each / sum(longest) for each in longest]


class Typesetter:
    """Sets texts into one PDF; each begins a page and keeps its own running head and numbering."""

    def __init__(self, *, title: str) -> None:
        self._file = BytesIO()
        self._canvas = Canvas(self._file, pagesize=A4, invariant=1, pageCompression=0)
        self._canvas.setTitle(title)
        self._page = 0
        self._open = False
        self._y = 0.0
        self._style = STYLES["plain"]
        self._head = ""
        self._own_page = 0
        self.landed: list[Landed] = []

    def set(self, blocks: Sequence[Block], *, title: str, head: str, style: str, seed: str) -> None:
        """Add a text. The same text with the same `seed` comes out line by line the same in any file."""
        self._end_page()
        self._style = STYLES[style]
        self._head = head
        self._own_page = 0
        chance = random.Random(seed)
        self._canvas.bookmarkPage(seed)
        self._canvas.addOutlineEntry(title, seed, level=0)
        for block in blocks:
            self._block(block, chance)

    def finish(self) -> bytes:
        self._end_page()
        self._canvas.save()
        return self._file.getvalue()

    def _block(self, block: Block, chance: random.Random) -> None:
        match block:
            case Text():
                self._text(block)
            case Table():
                self._table(block)
            case Fill():
                for _ in range(block.paragraphs):
                    self._text(text_block(" ".join(sentences(block.topic, chance)), "paragraph"))
            case FillPage():
                self._fill_page(block, chance)
            case NewPage():
                self._end_page()
            case Scan():
                self._scan(block)

    def _begin_page(self) -> None:
        self._end_page()
        self._page += 1
        self._own_page += 1
        self._open = True
        self._y = _HEIGHT - _TOP
        canvas, style = self._canvas, self._style
        canvas.setFillColor(HexColor(style.colour))
        canvas.setFont(style.bold, 9)
        canvas.drawString(_LEFT, _HEIGHT - 50, self._head)
        canvas.setStrokeColor(HexColor(style.colour))
        canvas.setLineWidth(0.7)
        canvas.line(_LEFT, _HEIGHT - 56, _WIDTH - _LEFT, _HEIGHT - 56)

    def _end_page(self) -> None:
        if not self._open:
            return
        canvas, style = self._canvas, self._style
        canvas.setFillColor(HexColor("#555555"))
        canvas.setFont(style.plain, 8)
        canvas.drawString(_LEFT, 40, f"Page {self._own_page}")
        canvas.drawRightString(_WIDTH - _LEFT, 40, "An invented paper, made for a demonstration")
        canvas.showPage()
        self._open = False

    def _face(self, role: str) -> _Face:
        style = self._style
        if role == "heading":
            return _Face(font=style.bold, size=17, leading=22, before=8, after=8, colour=style.colour)
        if role == "subheading":
            return _Face(font=style.bold, size=12, leading=16, before=8, after=4, colour=style.colour)
        if role == "bullet":
            return _Face(font=style.plain, size=11, leading=15, after=4, indent=18)
        if role == "cell":
            return _Face(font=style.plain, size=9, leading=12, after=0)
        return _Face(font=style.plain, size=11, leading=15)

    def _room(self, height: float) -> bool:
        return self._open and self._y - height >= _BOTTOM

    def _text(self, text: Text) -> None:
        face = self._face(text.role)
        lines = _lines(text.words, face, _MEASURE - face.indent)
        # A heading keeps two lines of what follows with it.
        keep = face.before + face.leading * len(lines) + 32 if "heading" in text.role else face.leading
        if not self._room(keep):
            self._begin_page()
        self._y -= face.before
        for number, line in enumerate(lines):
            if not self._room(face.leading):
                self._begin_page()
            self._y -= face.leading
            if number == 0 and text.role == "bullet":
                self._canvas.setFillColor(HexColor(self._style.colour))
                self._canvas.circle(_LEFT + 8, self._y + 3.5, 1.8, stroke=0, fill=1)
            self._line(line, text, face, _LEFT + face.indent, self._y)
            if line[-1].after == "page":
                self._begin_page()
        self._y -= face.after

    def _line(self, line: Sequence[Word], text: Text, face: _Face, x: float, y: float) -> None:
        self._canvas.setFillColor(HexColor(face.colour))
        self._canvas.setFont(face.font, face.size)
        self._canvas.drawString(x, y, " ".join(word.text for word in line))
        self._land(line, text)

    def _land(self, words: Sequence[Word], text: Text) -> None:
        self.landed += (
            Landed(text=text, number=word.begins, page=self._page)
            for word in words
            if word.begins is not None
        )

    def _fill_page(self, block: FillPage, chance: random.Random) -> None:
        face = self._face("paragraph")
        if not self._open:
            self._begin_page()
        while True:
            room = int((self._y - _BOTTOM - face.after) // face.leading) - block.lines_left
            said = sentences(block.topic, chance)
            while said and len(_lines(text_block(" ".join(said), "paragraph").words, face, _MEASURE)) > room:
                said.pop()
            if not said:
                return
            self._text(text_block(" ".join(said), "paragraph"))

    def _table(self, table: Table) -> None:
        self._y -= 4
        plain = self._face("cell")
        head = _Face(font=self._style.bold, size=plain.size, leading=plain.leading)
        measures = _measures(table, head)
        for number, row in enumerate(table.rows):
            face = plain if number else head
            cells = [
                _lines(cell.words, face, measure - 2 * _PADDING)
                for cell, measure in zip(row, measures, strict=True)
            ]
            height = face.leading * max(len(lines) for lines in cells) + 8
            if not self._room(height):
                self._begin_page()
            if number == 0:
                self._canvas.setFillColor(HexColor("#e6ebf0"))
                self._canvas.rect(_LEFT, self._y - height, _MEASURE, height, stroke=0, fill=1)
            self._canvas.setStrokeColor(HexColor("#8a949e"))
            self._canvas.setLineWidth(0.4)
            x = _LEFT
            for cell, lines, measure in zip(row, cells, measures, strict=True):
                self._canvas.rect(x, self._y - height, measure, height, stroke=1, fill=0)
                for depth, line in enumerate(lines, start=1):
                    self._line(line, cell, face, x + _PADDING, self._y - 2 - depth * face.leading)
                x += measure
            self._y -= height
        self._y -= 10

    def _scan(self, scan: Scan) -> None:
        """A page that is one picture: no running head, no text layer at all."""
        self._end_page()
        self._page += 1
        self._own_page += 1
        for text in scan.texts:
            self._land(text.words, text)
        self._canvas.drawImage(ImageReader(_photograph(scan)), 0, 0, width=_WIDTH, height=_HEIGHT)
        self._canvas.showPage()


def _photograph(scan: Scan) -> BytesIO:
    """The page as a grey JPEG, typed large and laid a little askew, as scanners do."""
    inch = _SCAN_DPI / 72
    sheet = Image.new("L", (round(_WIDTH * inch), round(_HEIGHT * inch)), 250)
    draw = ImageDraw.Draw(sheet)
    y = 90 * inch
    for text in scan.texts:
        font = ImageFont.truetype(str(_SCAN_FONT), round((18 if text.role == "heading" else 13) * inch))
        line = ""
        for word in [*text.words, None]:
            longer = f"{line} {word.text}".strip() if word else ""
            if word is None or font.getlength(longer) > (_WIDTH - 150) * inch:
                draw.text((75 * inch, y), line, font=font, fill=25)
                y += font.size * 1.5
                line = word.text if word else ""
            else:
                line = longer
        y += font.size * 0.7
    file = BytesIO()
    sheet.rotate(0.3, resample=Image.Resampling.BICUBIC, fillcolor=250).save(file, "JPEG", quality=70)
    file.seek(0)
    return file
