"""What a PDF may have of which PDFium says nothing until each page is asked: a look at the file itself.

Layers that are switched off: PDFium draws them rightly, but their words are among those that it tells. And
alternative texts: a page is asked for them only while some are not told, since PDFium makes a tree of all its
elements for that. Both are in dictionaries, which may be in compressed streams of objects.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 300 * 1024 * 1024  # bytes of a file
_MOST_STREAMS = 5_000
_LONGEST = 4 * 1024 * 1024  # bytes of a stream of objects, unpacked
_MOST_DESCRIPTIONS = 1_000  # different ones of a file
_OFF = re.compile(rb"/OFF\s*(?:\[\s*)?\d|/BaseState\s*/OFF|/OCMD\b|/AS\s*\[\s*<<\s*/")
_DESCRIBED = re.compile(rb"/Alt\s*([(<]|\d)")
_STRING = re.compile(
    rb"\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,1000}+\)){0,20000}+)\)|<([0-9A-Fa-f\s]{0,80000}+)>", re.DOTALL
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ENDS_OF_LINES = dict.fromkeys((b"\r", b"\n", b"\r\n"), b"")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"} | _ENDS_OF_LINES
_PLAIN = re.compile(rb"[\t\n\r -~]*")  # what is the same in all of PDF's encodings
_OBJECTS = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_NEAR = 1_000  # bytes from its name to its content


class Signs(NamedTuple):
    """What there may be: it is a suspicion."""

    layers_off: bool
    descriptions: frozenset[str] | None  # of pictures, each on one line; None: any


def signs(path: Path) -> Signs:
    """Looks through a file for both."""
    if path.stat().st_size > _MOST:
        return Signs(layers_off=True, descriptions=None)
    content = path.read_bytes()
    if b"/Encrypt" in content:  # what is encrypted cannot be told
        is_packed = b"/ObjStm" in content
        return Signs(
            layers_off=b"/OCProperties" in content or is_packed,
            descriptions=None if b"/Alt" in content or is_packed else frozenset(),
        )
    layers_off = False
    descriptions: set[str] | None = set()
    for said in _dictionaries(content):
        if said is None:
            return Signs(layers_off=True, descriptions=None)
        if len(said) == _LONGEST and said is not content:
            descriptions = None
        layers_off = layers_off or (b"/OCProperties" in said and _OFF.search(said) is not None)
        if descriptions is not None and b"/Alt" in said:
            found = _descriptions(said)
            descriptions = None if found is None else descriptions | found
        if layers_off and descriptions is None:
            break
    return Signs(layers_off, None if descriptions is None else frozenset(descriptions))


def _descriptions(said: bytes) -> set[str] | None:
    """The alternative texts in dictionaries; None where one of them cannot be told."""
    strings: set[tuple[bytes, bytes]] = set()
    for match in _DESCRIBED.finditer(said):
        string = _STRING.match(said, match.start(1))
        if string is None or len(strings) >= _MOST_DESCRIPTIONS:
            return None
        strings.add((string[1] or b"", string[2] or b""))
    texts: set[str] = set()
    for literal, digits in strings:
        text = _text(_ESCAPE.sub(_unescaped, literal) or _of_digits(digits))
        if text is None:
            return None
        texts.add(" ".join(canonical(text).split()))
    return texts


def _of_digits(digits: bytes) -> bytes:
    whole = b"".join(digits.split())
    return bytes.fromhex((whole + b"0" * (len(whole) % 2)).decode("ascii"))


def _unescaped(match: re.Match[bytes]) -> bytes:
    said = match[1]
    if said is None:
        return b"\n"
    return bytes([int(said, 8) & 0xFF]) if said.isdigit() else _ESCAPES.get(said, said)


def _text(content: bytes) -> str | None:
    """What a string of a PDF says; None where its encoding matters."""
    if content.startswith(b"\xfe\xff"):
        return content[2:].decode("utf-16-be", "ignore")
    return content.decode("ascii") if _PLAIN.fullmatch(content) else None


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
