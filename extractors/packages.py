"""XML out of Office packages, by a parser that fetches nothing and expands nothing."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from extractors.zips import DAMAGED
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 256 * 1024 * 1024  # bytes of one part when unpacked


def parse(content: bytes) -> etree._Element:
    """Raises ExtractionError for what is no well-formed XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"not well-formed XML: {error}") from error


def read(path: Path, part: str) -> bytes:
    """One part of a package; b"" where it is not there."""
    try:
        with zipfile.ZipFile(path) as package:
            if part not in package.NameToInfo:
                return b""
            if package.getinfo(part).file_size > _LARGEST:
                raise ExtractionError(
                    FailureReason.TOO_LARGE, f"{part} unpacks to more than {_LARGEST} bytes"
                )
            return package.read(part)
    except DAMAGED as error:
        raise ExtractionError(FailureReason.UNREADABLE, f"{part}: {error}") from error


def core_properties(path: Path) -> dict[str, str]:
    """Title, author and dates of an Office Open XML package."""
    names = {
        "title": "title",
        "creator": "author",
        "created": "created",
        "modified": "modified",
    }
    content = read(path, "docProps/core.xml")
    if not content:
        return {}
    facts = {}
    for element in parse(content).iter(etree.Element):
        name = etree.QName(element).localname
        if name in names and element.text:
            facts[names[name]] = element.text
    return facts
