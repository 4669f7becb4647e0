"""Flat OpenDocument, one file of XML, as the package that it is for: one code reads both."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from extractors.office.packages import parse

if TYPE_CHECKING:
    from pathlib import Path

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DATA, _TYPE, _META = f"{_OFFICE}binary-data", f"{_OFFICE}mimetype", f"{_OFFICE}meta"
_MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
# Taken out before the XML is read: a parser that is safe takes no text so long.
_PACKED = re.compile(rb"(<(?:\w+:)?binary-data\b[^>]*>)([^<]*)(?=</)")


def package(path: Path) -> Path | io.BytesIO:
    """Returns the file itself where it is a package, else the package that it is for.

    Raises ExtractionError for what is no well-formed XML.
    """
    with path.open("rb") as file:
        if file.read(2) == b"PK":
            return path
    return _zipped(path.read_bytes())


def _zipped(content: bytes) -> io.BytesIO:
    within: list[bytes] = []

    def put_aside(match: re.Match[bytes]) -> bytes:
        within.append(match[2])
        return match[1] + str(len(within) - 1).encode()

    root = parse(_PACKED.sub(put_aside, content))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", root.get(_TYPE, ""))
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        for data in list(root.iter(_DATA)):
            above, number = data.getparent(), data.text or ""
            if above is None or not number.isdecimal() or int(number) >= len(within):
                continue
            name = f"{etree.QName(above).localname}/{number}"
            archive.writestr(name, _unpacked(within[int(number)]))
            above.set(_HREF, name)
            above.remove(data)
        archive.writestr("content.xml", etree.tostring(root))
        archive.writestr("styles.xml", etree.tostring(root))
        if (meta := root.find(_META)) is not None:
            archive.writestr("meta.xml", etree.tostring(meta))
    made.seek(0)
    return made


def _unpacked(digits: bytes) -> bytes:
    try:
        return base64.b64decode(digits)
    except binascii.Error:
        return b""
