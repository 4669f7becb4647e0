"""Files that old programs put into the words of a message, by uuencode. Pure."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\r\n]+)\r?\n(?P<lines>(?:[\x20-\x60]{1,90}\r?\n)+)end[ \t]*\r?$",
    re.MULTILINE,
)


def uuencoded_files(text: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each, in their order; what is damaged is cut short."""
    for block in _BLOCK.finditer(text):
        yield block["name"].strip(), b"".join(_lines(block["lines"]))


def without(text: str) -> str:
    """Returns the text with the names of the files in their place."""
    return _BLOCK.sub(lambda block: f"[Attachment: {block['name'].strip()}]", text)


def _lines(said: str) -> Iterator[bytes]:
    for line in said.splitlines():
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            return
