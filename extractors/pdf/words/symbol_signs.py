"""Signs of the symbol fonts of a PDF: a tick is called "ü" there, or has a code of a private area."""

from __future__ import annotations

import ctypes
import re
from ctypes import c_ulong
from typing import TYPE_CHECKING

from extractors.pdf.survey import swift
from extractors.pdf.words import character_kinds
from extractors.signs import symbol_fonts

if TYPE_CHECKING:
    from extractors.pdf.words.glyphs import TextPage

# What is alone and may be a sign of Wingdings or its like, as its key.
_ALONE = character_kinds.table(
    {b" ": b" \t\r\n", b"x": b"JLNOPQRSTlmnoqrtuvwxz4568" + bytes({*range(0xA1, 0x100)} - {0xA9})}, other=b"."
)
# Bullets are left in the private area: whoever shows a text knows them.
_BULLETS = frozenset(
    "\u00b7\u2022\u25a0\u25aa\u25af\u25c6\u25cb\u25cf\u25ef\u25fb\u2726\u274d\u2751\u2752\u2756\u27a2\u29eb\u2b25\u2b27"
)
_PRIVATE = re.compile("[\uf020-\uf0b6\uf0b8-\uf0ff]")
_BEGIN_PRIVATE = (b"\xef\x80", b"\xef\x81", b"\xef\x82", b"\xef\x83")  # in UTF-8
_font_name = swift("FPDFText_GetFontInfo", c_ulong)
_name = ctypes.create_string_buffer(100)
_name_at = ctypes.byref(_name)


def with_signs(text: str, handle: TextPage) -> str:
    """Returns PDFium's text with the signs that are seen: each is still one character."""
    kinds = b" " + character_kinds.of(text, _ALONE) + b" "
    signs = {at: _sign(handle, text, at) for at in character_kinds.places(kinds, b" x ", 1)}
    if any(text[at] != sign for at, sign in signs.items()):
        text = "".join(signs.get(at, character) for at, character in enumerate(text))
    packed = text.encode("utf-8", "ignore")
    if not any(begin in packed for begin in _BEGIN_PRIVATE):  # as on nearly every page
        return text
    return _PRIVATE.sub(lambda found: _unless_bullet(found[0], _sign(handle, text, found.start())), text)


def _unless_bullet(private: str, sign: str) -> str:
    return private if sign in _BULLETS else sign


def _sign(handle: TextPage, text: str, at: int) -> str:
    """What a font of symbols draws for a character; the character itself, of any other font."""
    size = _font_name(handle, handle.place(at), _name_at, len(_name), None)
    font = _name.value.decode("latin-1") if 0 < size <= len(_name) else ""
    if "symbol" in font.lower():  # its Greek has names of its own, and its bullets are called anything
        return text[at]
    drawn = symbol_fonts.as_drawn(font, text[at])
    return drawn if len(drawn) == 1 else text[at]
