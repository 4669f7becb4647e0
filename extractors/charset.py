"""Bytes to text: byte order mark, then what the caller was told, then strict UTF-8, then Windows-1252.

No guessing by statistics: on British papers it takes Windows-1252 for a central European code page.
"""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the mark of UTF-16: asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def marked(content: bytes) -> str:
    """The encoding that a byte order mark names, or ""."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def decode(content: bytes, declared: str = "") -> str:
    """The text of `content`; never fails. A wrong or unknown `declared` encoding is passed over."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    for name in (declared, "utf-8", "cp1252"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")
