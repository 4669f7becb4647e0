"""Codes of fonts that name nothing, or name it with its bytes turned round, and whose meaning is known.

TeX's bitmap fonts have no names for what they draw: PDFium gives the codes as they are, and those of
ligatures and dashes are no characters, so that "benefit" would be "benet", and 12 to 15 one number. Some
versions of Ghostscript name ligatures with the bytes of each character in the wrong order: "f" is U+6600.
"""

from __future__ import annotations

import ctypes
import re
from ctypes import c_int, c_ulong
from typing import TYPE_CHECKING

from extractors.pdf.survey import swift
from extractors.pdf.words import character_kinds
from extractors.signs import symbol_fonts

if TYPE_CHECKING:
    from extractors.pdf.words.glyphs import TextPage

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
_OF_OLD = re.compile(
    r"(?<=[A-Za-z])[\x0b\x0c\x0e\x0f]|(?<=[a-z])\r(?=[a-z])|[\x0b\x0c\x0e\x0f](?=[a-z])|(?<=\d)\{(?=\d)"
)
_OF_NEW = re.compile(r"(?<=[A-Za-z])[\x1b-\x1f]|[\x1b-\x1f](?=[a-z])|[\x10\x11\x15\x16]")
_OF_TURNED = re.compile(rf"(?<=[A-Za-z{_TURNED}])[{_TURNED}]|[{_TURNED}]+(?=[a-z])")
# What is alone and may be a sign of Wingdings or its like: as its key, or in a private area. Bullets are
# left there: whoever shows a text knows them.
_ALONE = character_kinds.table(
    {b" ": b" \t\r\n", b"x": b"JLNOPQRSTlmnoqrtuvwxz4568" + bytes({*range(0xA1, 0x100)} - {0xA9})}, other=b"."
)
_BULLETS = frozenset(
    "\u00b7\u2022\u25a0\u25aa\u25af\u25c6\u25cb\u25cf\u25ef\u25fb\u2726\u274d\u2751\u2752\u2756\u27a2\u29eb\u2b25\u2b27"
)
_PRIVATE = re.compile("[\uf020-\uf0b6\uf0b8-\uf0ff]")
# In UTF-8: what begins turned and private characters, and the codes that are none.
_RARE = bytes(
    [*range(0x0B, 0x0D), *range(0x0E, 0x12), 0x15, 0x16, *range(0x1B, 0x20), *range(0xE4, 0xE8), 0xEF]
)
_COMMON = bytes(set(range(256)) - set(_RARE))
_font_name = swift("FPDFText_GetFontInfo", c_ulong)
_name = ctypes.create_string_buffer(100)
_name_at = ctypes.byref(_name)


def as_meant(text: str, handle: TextPage) -> str:
    """Returns PDFium's text with such codes as what they mean: each is still one character."""
    text = _with_signs(text, handle)
    rare = text.encode("utf-8", "ignore").translate(None, _COMMON)
    if not rare and "{" not in text and text.count("\r") == text.count("\r\n"):  # as on nearly every page
        return text
    text = _PRIVATE.sub(lambda found: _unless_bullet(found[0], _sign(handle, text, found.start())), text)
    text = _OF_TURNED.sub(lambda found: "".join(chr(ord(each) >> 8) for each in found[0]), text)

    def said(found: re.Match[str]) -> str:
        if _has_no_map(handle, handle.place(found.start())) <= 0:
            return found[0]
        return "\u2013" if found[0] == "{" else codes.get(ord(found[0]), found[0])

    codes = _OLD
    old = _OF_OLD.sub(said, text)
    if old != text:
        return old
    codes = _NEW
    return _OF_NEW.sub(said, text)


def _with_signs(text: str, handle: TextPage) -> str:
    kinds = b" " + character_kinds.of(text, _ALONE) + b" "
    signs = {at: _sign(handle, text, at) for at in character_kinds.places(kinds, b" x ", 1)}
    if all(text[at] == sign for at, sign in signs.items()):
        return text
    return "".join(signs.get(at, character) for at, character in enumerate(text))


def _unless_bullet(private: str, sign: str) -> str:
    return private if sign in _BULLETS else sign


def _sign(handle: TextPage, text: str, at: int) -> str:
    """What a font of symbols draws for a character; the character itself, of any other font."""
    size = _font_name(handle, handle.place(at), _name_at, len(_name), None)
    name = _name.value.decode("latin-1") if 0 < size <= len(_name) else ""
    font = name
    if "symbol" in font.lower():  # its Greek has names of its own, and its bullets are called anything
        return text[at]
    drawn = symbol_fonts.as_drawn(font, text[at])
    return drawn if len(drawn) == 1 else text[at]
