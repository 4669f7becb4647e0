"""Bytes to text: byte order mark, strict UTF-8, what the caller was told, then Windows-1252.

No guessing by statistics: on British papers it takes Windows-1252 for a central European code page. But what
is UTF-8 with characters beyond ASCII is hardly ever anything else, whatever it says of itself; and names of
encodings mean what they mean to browsers: "iso-8859-1" is Windows-1252.
"""

from __future__ import annotations

import codecs

from w3lib.encoding import resolve_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the mark of UTF-16: asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENOUGH = 16  # bytes, to tell UTF-16 without a mark by
_LOOKED_AT = 4096  # bytes
_MOSTLY = 0.7


def marked_charset(content: bytes) -> str:
    """The encoding that a byte order mark names; without one, UTF-16 by its many NULs; or ""."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "") or _wide(content)


def decode(content: bytes, declared: str = "") -> str:
    """The text of `content`; never fails. A wrong or unknown `declared` encoding is passed over."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    if wide := _wide(content):
        return content.decode(wide, "replace")
    told = (resolve_encoding(declared) or declared).lower()
    if told.startswith(("utf-16", "utf-32", "ucs")):
        told = ""  # or it would be wide
    first = () if content.isascii() else ("utf-8",)
    for name in (*first, told, "utf-8", "cp1252"):
        try:
            if name:
                return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _wide(content: bytes) -> str:
    """Which UTF-16 it is, by every second byte of Western text being NUL; or ""."""
    if len(content) < _ENOUGH:
        return ""
    head = content[:_LOOKED_AT]
    even, odd = head[::2], head[1::2]
    if odd.count(0) > _MOSTLY * len(odd) and not even.count(0):
        return "utf-16-le"
    if even.count(0) > _MOSTLY * len(even) and not odd.count(0):
        return "utf-16-be"
    return ""
