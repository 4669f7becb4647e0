"""The papers of the stand-in web: prose in, bytes and truth out. Made when first asked for."""

from __future__ import annotations

import hashlib
import html
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx

from cli.demo.markup import Scan, Table, Text, parse
from cli.demo.typesetting import Landed, Typesetter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cli.demo.markup import Block

_PROSE = Path(__file__).parent / "prose"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STAMP = (2026, 11, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paper as written. `parts` are papers bound in after its own text, as a pack binds its reports."""

    id: str
    title: str
    head: str
    style: str
    form: str  # pdf, docx or html
    parts: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in its file a planted mention is."""

    page: int
    concept: str
    wording: str
    passage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    content: bytes
    media_type: str
    places: tuple[Place, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@cache
def prose(paper: str) -> Prose:
    """Read `prose/<paper>.txt`."""
    front, _, body = (_PROSE / f"{paper}.txt").read_text("utf-8").partition("\n---\n")
    keys = dict(line.split(": ", 1) for line in front.splitlines())
    return Prose(
        id=paper,
        title=keys["title"],
        head=keys.get("head", ""),
        style=keys.get("style", "plain"),
        form=keys.get("form", "pdf"),
        parts=tuple(keys.get("parts", "").split()),
        blocks=parse(body),
    )


@cache
def made(paper: str) -> Made:
    """The paper as its body publishes it. An HTML paper is its text only; its site sets it in a page."""
    written = prose(paper)
    match written.form:
        case "docx":
            return _docx(written)
        case "html":
            markup = "\n".join(_html(written.blocks))
            places = (_place(text, number, 1) for text, number in _mentions(written.blocks))
            return Made(content=markup.encode(), media_type="text/html", places=tuple(places))
        case _:
            return _pdf(written)


def _pdf(written: Prose) -> Made:
    setter = Typesetter(title=written.title)
    for part in (written, *(prose(name) for name in written.parts)):
        setter.set(part.blocks, title=part.title, head=part.head, style=part.style, seed=part.id)
    content = setter.finish()
    places = tuple(_place(landed.text, landed.number, landed.page) for landed in setter.landed)
    return Made(content=content, media_type="application/pdf", places=places)


def _docx(written: Prose) -> Made:
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author = written.title, ""
    properties.created = properties.modified = datetime(*_STAMP, tzinfo=UTC)
    landed: list[Landed] = []
    part = 0
    for block in written.blocks:
        if isinstance(block, Text):
            if block.role == "heading":
                part += 1
                document.add_heading(block.plain, level=1)
            elif block.role == "subheading":
                document.add_heading(block.plain, level=2)
            else:
                document.add_paragraph(block.plain, style="List Bullet" if block.role == "bullet" else None)
        elif isinstance(block, Table):
            table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text.plain
        landed += (Landed(text=text, number=n, page=max(part, 1)) for text, n in _mentions((block,)))
    file = BytesIO()
    document.save(file)
    places = tuple(_place(each.text, each.number, each.page) for each in landed)
    return Made(content=_timeless(file), media_type=_DOCX, places=places)


def _timeless(archive: BytesIO) -> bytes:
    """The same zip without the time of day in it, and stored: builds of zlib compress differently."""
    file = BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _STAMP), old.read(name))
    return file.getvalue()


def _html(blocks: Iterable[Block]) -> Iterator[str]:
    tags = {"heading": "h2", "subheading": "h3", "paragraph": "p", "bullet": "li"}
    in_list = False
    for block in blocks:
        is_bullet = isinstance(block, Text) and block.role == "bullet"
        if is_bullet != in_list:
            yield "<ul>" if is_bullet else "</ul>"
            in_list = is_bullet
        if isinstance(block, Text):
            tag = tags[block.role]
            yield f"<{tag}>{html.escape(block.plain)}</{tag}>"
        elif isinstance(block, Table):
            for row in block.rows:
                cells = "".join(f"<td>{html.escape(cell.plain)}</td>" for cell in row)
                yield f"{'<table>' if row is block.rows[0] else ''}<tr>{cells}</tr>"
            yield "</table>"
    if in_list:
        yield "</ul>"


def _texts(block: Block) -> Iterator[Text]:
    match block:
        case Text():
            yield block
        case Table():
            yield from (cell for row in block.rows for cell in row)
        case Scan():
            yield from block.texts
        case _:
            return


def _mentions(blocks: Iterable[Block]) -> Iterator[tuple[Text, int]]:
    for block in blocks:
        for text in _texts(block):
            yield from ((text, number) for number in range(len(text.planted)))


def _place(text: Text, number: int, page: int) -> Place:
    planted = text.planted[number]
    passage = hashlib.sha256(f"{number} {text.plain}".encode()).hexdigest()[:16]
    return Place(page=page, concept=planted.concept, wording=planted.wording, passage=passage)
