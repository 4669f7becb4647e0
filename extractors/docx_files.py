"""Word since 2007, in the order of the body: paragraphs, rows of tables, content controls, text boxes.

python-docx opens the package and knows its styles. The walk is ours: its own passes over content controls,
text boxes and notes in silence, and much of a form or a report stands there. Deleted text of tracked changes
is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from extractors.packages import core_properties, parse
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document

    from pipeline.model import PageText

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr")}
_LEFT_OUT.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")  # says the same again
_TEXT = qn("w:t")
_SIGNS = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "",
}
_NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
_DEEPEST = 200  # elements within elements


def extract(path: Path) -> Iterator[PageText]:
    """A part for each heading of the first level, what comes before it as "beginning"; then the notes."""
    return numbered(_sections(_opened(path)))


def metadata(path: Path) -> dict[str, str]:
    return core_properties(path)


def _opened(path: Path) -> Document:
    try:
        return docx.Document(str(path))
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{type(error).__name__}: {error}") from error


def _sections(document: Document) -> Iterator[tuple[str, str]]:
    headings = _heading_styles(document)
    label, lines = "beginning", _running(document, "header")
    for element in document.element.body:
        if element.tag == _PARAGRAPH and _style(element) in headings and (title := _inline(element).strip()):
            if any(line.strip() for line in lines):
                yield label, "\n".join(lines)
            label, lines = f"section {title}", list[str]()
        lines += _blocks(element, 0)
    yield label, "\n".join(lines + _running(document, "footer"))
    if notes := _notes(document):
        yield "notes", notes


def _heading_styles(document: Document) -> set[str]:
    """The ids of the styles that Word calls "heading 1"; the ids themselves are in the writer's language."""
    return {
        style.get(qn("w:styleId"))
        for style in document.styles.element.iter(qn("w:style"))
        if (name := style.find(qn("w:name"))) is not None and name.get(qn("w:val"), "").lower() == "heading 1"
    }


def _style(paragraph: etree._Element) -> str | None:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return None if found is None else found.get(qn("w:val"))


def _blocks(element: etree._Element, depth: int) -> Iterator[str]:
    """Lines of text: one a paragraph, one a row of a table."""
    if element.tag in _LEFT_OUT or depth > _DEEPEST:
        return
    if element.tag == _PARAGRAPH:
        yield _inline(element)
        for box in element.iter(qn("w:txbxContent")):
            if not any(above.tag in _LEFT_OUT for above in box.iterancestors()):
                yield from _blocks(box, depth + 1)
    elif element.tag == _ROW:
        cells = (
            " ".join(_blocks(cell, depth + 1)) for cell in element.iter(_CELL) if _row_of(cell) is element
        )
        yield " ".join(" ".join(cell.split()) for cell in cells)
    else:
        for child in element:
            yield from _blocks(child, depth + 1)


def _row_of(cell: etree._Element) -> etree._Element | None:
    return next(cell.iterancestors(_ROW), None)


def _inline(element: etree._Element) -> str:
    """The text of a paragraph without its text boxes."""
    pieces = []
    waiting = [element]
    while waiting:
        item = waiting.pop()
        if item.tag == _TEXT:
            pieces.append(item.text or "")
        elif item.tag in _SIGNS:
            pieces.append(_SIGNS[item.tag])
        elif item is element or (item.tag not in _LEFT_OUT and item.tag != qn("w:txbxContent")):
            waiting.extend(reversed(item))
    return "".join(pieces)


def _running(document: Document, which: str) -> list[str]:
    """Lines of the headers or footers of all sections, each said once."""
    lines: dict[str, None] = {}
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{which}") and not relation.is_external:
            lines |= dict.fromkeys(_blocks(parse(relation.target_part.blob), 0))
    return list(lines)


def _notes(document: Document) -> str:
    lines: list[str] = []
    for relation in document.part.rels.values():
        if relation.reltype in _NOTES and not relation.is_external:
            lines += _blocks(parse(relation.target_part.blob), 0)
    return "\n".join(filter(None, lines))
