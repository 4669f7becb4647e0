"""Forms in XML (XFA) that a PDF only wraps: its one page asks to wait, and the words are in the form."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium
from lxml import etree

from extractors.config import current
from extractors.office.packages import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

_SAID = {"text", "exData"}  # of a template: labels, captions, notes; values are in the data
_PARTS = {"template", "datasets"}


def words(document: pypdfium2.PdfDocument) -> str:
    """What the form says and is filled in with, a piece a line. Raises ExtractionError for what is no XML."""
    return "\n".join(
        dict.fromkeys(
            line
            for packet in _packets(document)
            for part in _parts(parse(packet))
            for line in _lines(part)
            if line
        )
    )


def _parts(root: etree._Element) -> list[etree._Element]:
    """A packet, or those of a form that is all in one."""
    if etree.QName(root).localname in _PARTS:
        return [root]
    return [each for each in root.iterchildren(etree.Element) if etree.QName(each).localname in _PARTS]


def _lines(root: etree._Element) -> Iterator[str]:
    is_template = etree.QName(root).localname == "template"
    for element in root.iter(etree.Element):
        if is_template:
            if etree.QName(element).localname in _SAID:
                yield " ".join("".join(map(str, element.itertext())).split())
        elif len(element) == 0:
            yield " ".join((element.text or "").split())


def _packets(document: pypdfium2.PdfDocument) -> Iterator[bytes]:
    most = current.get().text_mb * 1024 * 1024
    for number in range(max(0, pdfium.FPDF_GetXFAPacketCount(document))):
        if _name(document, number) in {*_PARTS, ""}:
            size = ctypes.c_ulong()
            pdfium.FPDF_GetXFAPacketContent(document, number, None, 0, size)
            if 0 < size.value <= most:
                buffer = ctypes.create_string_buffer(size.value)
                pdfium.FPDF_GetXFAPacketContent(document, number, buffer, size.value, size)
                yield buffer.raw[: size.value]


def _name(document: pypdfium2.PdfDocument, number: int) -> str:
    buffer = ctypes.create_string_buffer(64)
    pdfium.FPDF_GetXFAPacketName(document, number, buffer, len(buffer))
    return buffer.value.decode("ascii", "replace")
