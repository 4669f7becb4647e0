"""Codes of fonts that name nothing, or name it with its bytes turned round, and whose meaning is known.

TeX's bitmap fonts have no names for what they draw: PDFium gives the codes as they are, and those of
ligatures and dashes are no characters, so that "benefit" would be "benet", and 12 to 15 one number. Some
versions of Ghostscript name ligatures with the bytes of each character in the wrong order: "f" is U+6600.
"""

from __future__ import annotations

import re
from ctypes import c_int
from typing import TYPE_CHECKING

from extractors.pdf.survey import swift

if TYPE_CHECKING:
    from ctypes import c_void_p

_char_of = swift("FPDFText_GetCharIndexFromTextIndex", c_int)
_has_no_map = swift("FPDFText_HasUnicodeMapError", c_int)
_LIGATURES = "\ufb00\ufb01\ufb02\ufb03\ufb04"  # ff, fi, fl, ffi, ffl
_OLD = dict(zip(range(0x0B, 0x10), _LIGATURES, strict=True))  # in TeX's first encoding, OT1
_NEW = dict(zip(range(0x1B, 0x20), _LIGATURES, strict=True)) | {  # in that since 1990, T1
    0x10: "\u201c",
    0x11: "\u201d",
    0x15: "\u2013",
    0x16: "\u2014",
}
_TURNED = "".join(chr(ord(letter) << 8) for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ANY = re.compile(rf"[\x0b\x0c\x0e-\x11\x15\x16\x1b-\x1f{_TURNED}]|\d\{{\d|[a-z]\r[a-z]")
_OF_OLD = re.compile(
    r"(?<=[A-Za-z])[\x0b\x0c\x0e\x0f]|(?<=[a-z])\r(?=[a-z])|[\x0b\x0c\x0e\x0f](?=[a-z])|(?<=\d)\{(?=\d)"
)
_OF_NEW = re.compile(r"(?<=[A-Za-z])[\x1b-\x1f]|[\x1b-\x1f](?=[a-z])|[\x10\x11\x15\x16]")
_OF_TURNED = re.compile(rf"(?<=[A-Za-z{_TURNED}])[{_TURNED}]|[{_TURNED}]+(?=[a-z])")


def named(text: str, handle: c_void_p) -> str:
    """Returns PDFium's text with such codes as what they mean: each is still one character."""
    if _ANY.search(text) is None:  # as on nearly every page
        return text
    text = _OF_TURNED.sub(lambda found: "".join(chr(ord(each) >> 8) for each in found[0]), text)

    def said(found: re.Match[str]) -> str:
        if _has_no_map(handle, _char_of(handle, found.start())) <= 0:
            return found[0]
        return "\u2013" if found[0] == "{" else codes.get(ord(found[0]), found[0])

    codes = _OLD
    old = _OF_OLD.sub(said, text)
    if old != text:
        return old
    codes = _NEW
    return _OF_NEW.sub(said, text)
