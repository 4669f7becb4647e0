r"""Text as it is stored: one canonical form, so that matching, search, quoting and boxes share offsets.

- NFKC (ligatures, non-breaking spaces, full-width letters fold), curly quotes and dashes as printed.
- Blanks collapse to one, a line end is one "\n", and no line begins or ends with a blank.
- A hyphen that stood at a line end is `LINE_END_HYPHEN`, with the two halves of the word around it. Three in
  four such hyphens belong to real compounds ("decision-\nmaking"), the others break a word
  ("popu-\nlation"): we keep the mark and let whoever reads find both. `shown` turns it back into what the
  page prints.
"""

from __future__ import annotations

import re
import unicodedata

LINE_END_HYPHEN = "\u00ad"

# PDFium's marks for a line-end hyphen, the soft hyphen itself, and a plain hyphen before a line end.
_BROKEN_WORD = re.compile(r"(?<=\w)(?:[\ufffe\u0002\u00ad][ \t]*\n?[ \t]*|[-\u2010][ \t]*\n[ \t]*)(?=\w)")
_STRAY_MARK = re.compile(r"[\ufffe\uffff\u0002\u00ad]+(?!\w)|(?<!\w)[\ufffe\uffff\u0002\u00ad]+")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_EDGE = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x01\x03-\x08\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_NUMBER = re.compile(r"\d+")


def canonical(text: str) -> str:
    """The one stored form of a page's text. Idempotent."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    text = _CONTROL.sub("", text)
    text = _BROKEN_WORD.sub(LINE_END_HYPHEN, text)
    text = _STRAY_MARK.sub("-", text)
    text = unicodedata.normalize("NFKC", text)
    text = _BLANKS.sub(" ", text)
    text = _LINE_EDGE.sub("\n", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()


def shown(text: str) -> str:
    """The text for a reader: one line, the line-end hyphen as the page prints it."""
    return " ".join(text.replace(LINE_END_HYPHEN, "-").split())
