"""What pictures and shapes of Office before 2007 are described with, for whoever does not see them. Pure.

Tables of their properties are looked for by their marks: Word has them in several streams and frames.
[MS-ODRAW] 2.2.9, 2.3.4.
"""

from __future__ import annotations

import re
import struct

from extractors.parts import alternative_line, describes

_TABLE = re.compile(
    rb"[\x03\x13\x23\x33\x43\x53\x63\x73\x83\x93\xa3\xb3\xc3\xd3\xe3\xf3].(?:\x0b\xf0|[\x21\x22]\xf1)",
    re.DOTALL,
)
_HEAD = struct.Struct("<HHI")  # how many properties, the kind of table, its bytes
_PROPERTY = struct.Struct("<HI")
_DESCRIPTION = 0x381
_NUMBER, _IS_LONG = 0x3FFF, 0x8000  # of a property; the value of one that is long comes after all of them
_LONGEST = 20_000  # bytes of a description
_MOST = 1_000  # of a stream


def lines(*streams: bytes) -> list[str]:
    """Returns a line for each alternative text in these streams, each said once."""
    found: dict[str, None] = {}
    for stream in streams:
        for match in _TABLE.finditer(stream):
            if len(found) >= _MOST:
                break
            if describes(words := _description(stream, match.start())):
                found[alternative_line(words)] = None
    return list(found)


def _description(stream: bytes, at: int) -> str:
    """The one in the table that may begin there; "" if none does."""
    if at + _HEAD.size > len(stream):
        return ""
    instance, _, length = _HEAD.unpack_from(stream, at)
    start, count = at + _HEAD.size, instance >> 4
    behind, end = start + _PROPERTY.size * count, start + length
    if behind > end or end > len(stream):
        return ""
    for name, value in _PROPERTY.iter_unpack(stream[start:behind]):
        if not name & _IS_LONG:
            continue
        if name & _NUMBER == _DESCRIPTION and value <= min(_LONGEST, end - behind):
            said = stream[behind : behind + value].decode("utf-16-le", "ignore")
            return " ".join(said.replace("\0", " ").split())
        behind += value
    return ""
