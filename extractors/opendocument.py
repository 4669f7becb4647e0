"""OpenDocument text (by headings of the first level) and presentations (by slides)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from extractors.packages import parse, read
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText

_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
}
_TEXT = f"{{{_NAMESPACES['text']}}}"
_TABLE = f"{{{_NAMESPACES['table']}}}"
_DRAW = f"{{{_NAMESPACES['draw']}}}"
_LEFT_OUT = {f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_DRAW}object", f"{_DRAW}image"}
_DEEPEST = 200
_FACTS = {
    "title": "title",
    "creator": "author",
    "creation-date": "created",
    "date": "modified",
}


def extract(path: Path) -> Iterator[PageText]:
    content = read(path, "content.xml")
    if not content:
        raise ExtractionError(FailureReason.UNREADABLE, "an OpenDocument file without content.xml")
    if b"encryption-data" in read(path, "META-INF/manifest.xml"):
        raise ExtractionError(FailureReason.ENCRYPTED, "an OpenDocument file with a password")
    body = parse(content).find("office:body", _NAMESPACES)
    if body is None or len(body) == 0:
        raise ExtractionError(FailureReason.NO_TEXT, "an OpenDocument file without a body")
    slides = body.findall("office:presentation/draw:page", _NAMESPACES)
    return numbered(_slides(slides) if slides else _sections(body[0]))


def metadata(path: Path) -> dict[str, str]:
    content = read(path, "meta.xml")
    facts = {}
    for element in parse(content).iter(etree.Element) if content else ():
        name = etree.QName(element).localname
        if name in _FACTS and element.text:
            facts[_FACTS[name]] = element.text
    return facts


def _slides(slides: list[etree._Element]) -> Iterator[tuple[str, str]]:
    for number, slide in enumerate(slides, start=1):
        yield f"slide {number}", "\n".join(_blocks(slide, 0))


def _sections(body: etree._Element) -> Iterator[tuple[str, str]]:
    label, lines = "beginning", list[str]()
    for element in body:
        if element.tag == f"{_TEXT}h" and element.get(f"{_TEXT}outline-level", "1") == "1":
            title = _inline(element).strip()
            if any(line.strip() for line in lines):
                yield label, "\n".join(lines)
            label, lines = f"section {title}", list[str]()
        lines += _blocks(element, 0)
    yield label, "\n".join(lines)


def _blocks(element: etree._Element, depth: int) -> Iterator[str]:
    """Lines of text: one a paragraph or heading, one a row of a table."""
    if element.tag in _LEFT_OUT or depth > _DEEPEST:
        return
    if element.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
        yield _inline(element)
    elif element.tag == f"{_TABLE}table-row":
        yield " ".join(" ".join(" ".join(_blocks(cell, depth + 1)).split()) for cell in element)
    else:
        for child in element:
            yield from _blocks(child, depth + 1)


def _inline(element: etree._Element) -> str:
    """Mixed content: the text before, in and after each element; blanks and breaks are elements here."""
    pieces = [element.text or ""]
    for child in element:
        name = child.tag.removeprefix(_TEXT) if isinstance(child.tag, str) else ""
        if name in {"s", "tab"}:  # "s" may stand for several blanks; canonical text has one
            pieces.append(" ")
        elif name in {"line-break", "p", "h"}:
            pieces += ["\n", _inline(child)]
        elif name and child.tag not in _LEFT_OUT:
            pieces.append(_inline(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
