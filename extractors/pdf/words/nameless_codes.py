"""Codes of fonts that name nothing, or name it with its bytes turned round, and whose meaning is known.

TeX's bitmap fonts have no names for what they draw: PDFium gives the codes as they are, and those of
ligatures and dashes are no characters, so that "benefit" would be "benet", and 12 to 15 one number. Some
versions of Ghostscript name ligatures with the bytes of each character in the wrong order: "f" is U+6600.
"""

from __future__ import annotations

import re
from ctypes import c_int
from functools import partial
from typing import TYPE_CHECKING

from extractors.pdf.survey import swift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractors.pdf.words.glyphs import TextPage

_has_no_map = swift("FPDFText_HasUnicodeMapError", c_int)
_LIGATURES = "\ufb00\ufb01\ufb02\ufb03\ufb04"  # ff, fi, fl, ffi, ffl
# As TeX's first encoding has them, OT1, and that since 1990, T1.
_OLD = {**dict(zip(range(0x0B, 0x10), _LIGATURES, strict=True)), 0x7B: "\u2013"}
_NEW = {
    **dict(zip(range(0x1B, 0x20), _LIGATURES, strict=True)),
    0x10: "\u201c",
    0x11: "\u201d",
    0x15: "\u2013",
    0x16: "\u2014",
}
_TURNED = "".join(chr(ord(letter) << 8) for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_OF_OLD = re.compile(
    r"(?<=[A-Za-z])[\x0b\x0c\x0e\x0f]|(?<=[a-z])\r(?=[a-z])|[\x0b\x0c\x0e\x0f](?=[a-z])|(?<=\d)\{(?=\d)"
)
_OF_NEW = re.compile(r"(?<=[A-Za-z])[\x1b-\x1f]|[\x1b-\x1f](?=[a-z])|[\x10\x11\x15\x16]")
_OF_TURNED = re.compile(rf"(?<=[A-Za-z{_TURNED}])[{_TURNED}]|[{_TURNED}]+(?=[a-z])")
# In UTF-8: what begins turned characters, and the codes that are none.
_RARE = bytes([*range(0x0B, 0x0D), *range(0x0E, 0x12), 0x15, 0x16, *range(0x1B, 0x20), *range(0xE4, 0xE8)])
_COMMON = bytes(set(range(256)) - set(_RARE))


def as_meant(text: str, handle: TextPage) -> str:
    """Returns PDFium's text with such codes as what they mean: each is still one character."""
    rare = text.encode("utf-8", "ignore").translate(None, _COMMON)
    if not rare and "{" not in text and text.count("\r") == text.count("\r\n"):  # as on nearly every page
        return text
    text = _OF_TURNED.sub(lambda found: "".join(chr(ord(each) >> 8) for each in found[0]), text)
    old = _OF_OLD.sub(partial(_meant, handle, _OLD), text)
    return old if old != text else _OF_NEW.sub(partial(_meant, handle, _NEW), text)


def _meant(handle: TextPage, codes: Mapping[int, str], found: re.Match[str]) -> str:
    """What a code means by an encoding of TeX, where its font has no name for it."""
    if _has_no_map(handle, handle.place(found.start())) <= 0:
        return found[0]
    return codes.get(ord(found[0]), found[0])
