"""Whether a PDF has layers (optional content) that are switched off: their words are in it and not seen.

PDFium draws them rightly and says nothing of them, so the file itself is looked at: layers are switched in
its catalog, which may be in a compressed stream of objects.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 300 * 1024 * 1024  # bytes of a file
_MOST_STREAMS = 5_000
_LONGEST = 4 * 1024 * 1024  # bytes of a stream of objects, unpacked
_OFF = re.compile(rb"/OFF\s*\[\s*\d|/BaseState\s*/OFF|/OCMD\b|/AS\s*\[\s*<<\s*/")
_OBJECTS = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_NEAR = 1_000  # bytes from its name to its content


def switched_off(path: Path) -> bool:
    """Whether some may be."""
    if path.stat().st_size > _MOST:
        return True
    content = path.read_bytes()
    if b"/Encrypt" in content:
        return b"/OCProperties" in content or b"/ObjStm" in content  # what is encrypted cannot be told
    if b"/OCProperties" in content and _OFF.search(content):
        return True
    for number, match in enumerate(_OBJECTS.finditer(content)):
        if number >= _MOST_STREAMS:
            return True
        begin = _STREAM.search(content, match.end(), match.end() + _NEAR)
        if begin is None:
            continue
        try:
            said = zlib.decompressobj().decompress(content[begin.end() : begin.end() + _LONGEST], _LONGEST)
        except zlib.error:
            continue
        if b"/OCProperties" in said and _OFF.search(said):
            return True
    return False
