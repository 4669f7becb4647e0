"""Office documents written as one file of XML: Word and Excel of 2003, "flat" OpenDocument and Open XML.

What they call their elements differs; that a paragraph is a line and a row of a table too does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from extractors import hidden
from extractors.office.packages import parse
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText

_LINES = {"p", "h", "table-row", "Row", "annotation", "Worksheet"}
_RUN = "r"
_BLANKS = {"tab", "s", "Cell", "br", "line-break"}
_WORDLESS = {
    "binData", "binaryData", "binary-data", "docOleData", "styles", "Styles", "fonts", "docPr", "lists",
    "DocumentProperties", "CustomDocumentProperties", "OfficeDocumentSettings", "ExcelWorkbook", "meta",
    "WorksheetOptions", "instrText", "delText", "settings", "scripts", "font-face-decls",
    "automatic-styles", "tracked-changes", "sequence-decls", "Relationships", "theme", "numbering",
    "webSettings", "coreProperties", "Properties",
}  # fmt: skip


def extract(path: Path) -> Iterator[PageText]:
    yield from numbered([("document", "".join(_pieces(parse(path.read_bytes()))))])


def _pieces(root: etree._Element) -> Iterator[str]:
    """All text in its order, each line ended, a blank between cells."""
    skipped = 0  # how deep we are in what has no words
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = etree.QName(element).localname
        if name in _WORDLESS:
            skipped += 1 if event == "start" else -1
        if skipped:
            continue
        if name == _RUN and _is_vanished(element):
            yield hidden.START if event == "start" else hidden.END
        if name in _LINES:
            yield "\n"
        elif name in _BLANKS:
            yield " "
        if event == "start":
            yield element.text or ""
        else:
            yield element.tail or ""


def _is_vanished(run: etree._Element) -> bool:
    """Whether a run of Word is hidden, as it says itself."""
    said = run.find("{*}rPr/{*}vanish")
    return said is not None and not {"off", "0", "false"}.intersection(said.attrib.values())
