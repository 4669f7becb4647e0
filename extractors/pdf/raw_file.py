"""What a PDF may have of which PDFium says nothing until each page is asked: a look at the file itself.

Layers that are switched off: PDFium draws them rightly, but their words are among those that it tells. And
alternative texts. Both are in dictionaries, which may be in compressed streams of objects.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 300 * 1024 * 1024  # bytes of a file
_MOST_STREAMS = 5_000
_LONGEST = 4 * 1024 * 1024  # bytes of a stream of objects, unpacked
_OFF = re.compile(rb"/OFF\s*(?:\[\s*)?\d|/BaseState\s*/OFF|/OCMD\b|/AS\s*\[\s*<<\s*/")
_DESCRIBED = re.compile(rb"/Alt\s*(?:[(<]|\d)")
_OBJECTS = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_NEAR = 1_000  # bytes from its name to its content


class Signs(NamedTuple):
    """What there may be: it is a suspicion."""

    layers_off: bool
    described: bool  # pictures, in words


def signs(path: Path) -> Signs:
    """Looks through a file for both."""
    if path.stat().st_size > _MOST:
        return Signs(layers_off=True, described=True)
    content = path.read_bytes()
    if b"/Encrypt" in content:  # what is encrypted cannot be told
        is_packed = b"/ObjStm" in content
        return Signs(
            layers_off=b"/OCProperties" in content or is_packed, described=b"/Alt" in content or is_packed
        )
    layers_off = described = False
    for said in _dictionaries(content):
        if said is None:
            return Signs(layers_off=True, described=True)
        layers_off = layers_off or (b"/OCProperties" in said and _OFF.search(said) is not None)
        described = described or (b"/Alt" in said and _DESCRIBED.search(said) is not None)
        if layers_off and described:
            break
    return Signs(layers_off, described)


def _dictionaries(content: bytes) -> Iterator[bytes | None]:
    """The file, and each of its streams of objects unpacked; None where there are more than are looked at."""
    yield content
    whole = memoryview(content)
    for number, match in enumerate(_OBJECTS.finditer(content)):
        if number >= _MOST_STREAMS:
            yield None
            return
        begin = _STREAM.search(content, match.end(), match.end() + _NEAR)
        if begin is None:
            continue
        end = content.find(
            b"endstream", begin.end(), begin.end() + _LONGEST
        )  # what is behind it is not copied
        packed = whole[begin.end() : end if end >= 0 else begin.end() + _LONGEST]
        try:
            yield zlib.decompressobj().decompress(packed, _LONGEST)
        except zlib.error:
            continue
