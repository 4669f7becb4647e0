"""Pictures in the streams of Office before 2007: PNG and JPEG as they are, found by their marks. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINS = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xdb\xe0-\xee]")
_PNG_ENDS = b"IEND\xaeB`\x82"


def pictures(stream: bytes) -> Iterator[bytes]:
    """Each picture, in their order."""
    at = 0
    while found := _BEGINS.search(stream, at):
        if stream.startswith(b"\x89", found.start()):
            end = stream.find(_PNG_ENDS, found.end())
            at = len(stream) if end < 0 else end + len(_PNG_ENDS)
        else:
            at = _end_of_jpeg(stream, found.start())
        yield stream[found.start() : at]


def _end_of_jpeg(stream: bytes, start: int) -> int:
    """Behind the picture that begins at `start`: its segments say how long they are, but for the last."""
    at = start + 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != 0xDA:
        at += 2 + int.from_bytes(stream[at + 2 : at + 4])
    end = stream.find(b"\xff\xd9", at)
    return end + 2 if end >= 0 else len(stream)
