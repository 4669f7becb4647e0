r"""Text as it is stored: one canonical form, so that matching, search, quoting and boxes share offsets.

- NFKC (ligatures, non-breaking spaces, full-width characters fold), curly quotes, dashes and marks of
  footnotes as printed.
- Blanks collapse to one, a line end is one "\n", and no line begins or ends with a blank.
- A hyphen that stood at a line end is `LINE_END_HYPHEN`, with the two halves of the word around it. Three in
  four such hyphens belong to real compounds ("decision-\nmaking"), the others break a word
  ("popu-\nlation"): we keep the mark and let whoever reads find both. `shown` turns it back into what the
  page prints.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE_END_HYPHEN = "\u00ad"
_SYMBOLS = re.compile("[\uf020-\uf0ff]")

# PDFium's marks for a line-end hyphen, and the soft hyphen itself. The patterns begin with the mark, not with
# what is before it: that is what makes the search quick.
_MARK = r"[\ufffe\u0002\u00ad]"
_MARKED_WORD = re.compile(rf"{_MARK}(?<=\w.){_MARK}* ?\n?(?=\w)")
_STRAY_MARK = re.compile(rf"{_MARK}(?:(?!\w)|(?<!\w.)){_MARK}*")
_HYPHENATED = re.compile(r"[-\u2010](?<=\w.)\n(?=\w)")
_EMPTY_LINES = re.compile(r"\n{3,}")
_CONTROL_RANGES = r"\x00-\x01\x03-\x08\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\uffff\ud800-\udfff"
_CONTROL = re.compile(f"[{_CONTROL_RANGES}]")
_ODD = re.compile(f"[{_CONTROL_RANGES}{_MARK[1:]}")
_OTHER_BLANKS = "\t\x85\u1680"  # what NFKC does not make a blank
_NUMBER = re.compile(r"\d+")

# What marks a footnote or a trade name. NFKC makes it a part of the word before: behind a word it is kept.
_LETTERS = (
    "\u00aa\u1d43\u1d47\u1d9c\u1d48\u1d49\u1da0\u1d4d\u02b0\u2071\u1d5b\u02e3"  # raised, from a to h, i, v, x
)
_RAISED = f"\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u2120\u2122{_LETTERS}"
FOOTNOTE_MARKS = frozenset(_RAISED + "\u00ae\u00a9\u2020\u2021\u00a7\u00ba")
_MARKED = re.compile(rf"((?<=[A-Za-z]{{2}})(?<!\b[ckm]m)(?<!\bft)[{_RAISED}]+)")
_HAS_RAISED = re.compile(f"[{_RAISED}]")  # a plain set of characters is found ten times as quickly
# Accents that are set as signs of their own, before their letter, as TeX's first fonts have them: within a
# word, for boxes of forms are called so too. What is no accent there was typed as an apostrophe.
_ACCENTS = {"\u00b4": "\u0301", "\u02c6": "\u0302", "\u00a8": "\u0308"}
_DOTLESS = "\u0131"
_HAS_ACCENTS = re.compile("[\u00b4\u02c6\u00a8]")
_ACCENTED = re.compile(
    rf"(?<=[^\W\d_])((?<!\b[dljmnstc])\u00b4|[\u02c6\u00a8])([aeiouwyAEIOUWY{_DOTLESS}])", re.IGNORECASE
)
_TYPED = re.compile(r"(?<=[^\W\d_])\u00b4(?=[^\W\d_])")
_LETTER = re.compile(r"[^\W\d_]")

_EDGE_LINES = 8  # how many lines, empty ones too, from the top or the bottom a running head or foot may fill
_NEAR = 4  # pages either side: a pack is many papers, and each has a head of its own
_OFTEN = 2  # other pages near by with the same line


def canonical(text: str) -> str:
    """Returns the one stored form of a page's text. Idempotent.

    Every page goes through here, so what few pages have is looked for before it is replaced.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    is_odd = _ODD.search(text) is not None
    if is_odd:
        text = _CONTROL.sub("", text)
    text = _blanks(_composed(text))
    if is_odd:
        text = _STRAY_MARK.sub("-", _MARKED_WORD.sub(LINE_END_HYPHEN, text))
    if "-\n" in text or "\u2010\n" in text:
        text = _HYPHENATED.sub(LINE_END_HYPHEN, text)
    return _EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def _composed(text: str) -> str:
    """NFKC, but "payment\u00b9" keeps its mark; "km\u00b2" becomes km2 as ever."""
    if text.isascii():
        return text
    if _HAS_ACCENTS.search(text):
        text = _TYPED.sub("\u2019", _ACCENTED.sub(_with_accent, text))
    if not _HAS_RAISED.search(text):
        return unicodedata.normalize("NFKC", text)
    parts = _MARKED.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return "".join(parts)


def _with_accent(match: re.Match[str]) -> str:
    letter = "i" if match[2] == _DOTLESS else match[2]
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])


def _blanks(text: str) -> str:
    """One blank between words, none at a line's ends."""
    for other in _OTHER_BLANKS:
        if other in text:
            text = text.replace(other, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace(" \n", "\n").replace("\n ", "\n").strip()


def as_printed(text: str) -> str:
    """Returns the text with the hyphens at ends of lines, and bullets for the signs of symbol fonts.

    Each sign stays one. Such fonts put their bullets, ticks and arrows where no other font has a sign, so
    that a reader would see an empty box.
    """
    return _SYMBOLS.sub("•", text.replace(LINE_END_HYPHEN, "-"))


def shown(text: str) -> str:
    """The text for a reader: one line, the line-end hyphen as the page prints it."""
    return " ".join(as_printed(text).split())


def body_spans(pages: Sequence[str]) -> list[tuple[int, int]]:
    """Returns, for each page of canonical text, start and end of what is left without running head and foot.

    A line runs when it is at the same edge of pages near by, digits aside; a line of digits alone runs
    when they count the pages. A page of nothing but running lines keeps them: it is all it says.
    """
    # Of each page only its edges, from the outside in: whole papers may be large.
    heads = [page.split("\n", _EDGE_LINES)[:_EDGE_LINES] for page in pages]
    feet = [page.rsplit("\n", _EDGE_LINES)[: -_EDGE_LINES - 1 : -1] for page in pages]
    at_top = [_signatures(lines, index) for index, lines in enumerate(heads)]
    at_foot = [_signatures(lines, index) for index, lines in enumerate(feet)]
    spans: list[tuple[int, int]] = []
    for index, page in enumerate(pages):
        start = sum(len(line) + 1 for line in heads[index][: _running(at_top, index)])
        end = len(page) - sum(len(line) + 1 for line in feet[index][: _running(at_foot, index)])
        body = page[start : max(start, end)]
        left, right = start + len(body) - len(body.lstrip()), start + len(body.rstrip())
        spans.append((left, right) if left < right else (0, len(page)))
    return spans


def _signatures(lines: Sequence[str], index: int) -> list[str]:
    """What must be alike on two pages for a line to run through them."""
    bare = _NUMBER.sub("#", "\n".join(lines)).casefold().split("\n")  # all at once: that is the quickest
    return [_signature(without, line, index) for without, line in zip(bare, lines, strict=True)]


def _signature(bare: str, line: str, index: int) -> str:
    """A line without its digits; where no letter is left, how far its number is from the page's place."""
    bare = bare.strip()
    if "#" not in bare or _LETTER.search(bare):
        return bare
    number = _NUMBER.search(line)
    return f"{bare} {int(number.group()[:6]) - index}" if number else bare


def _running(edges: Sequence[Sequence[str]], index: int) -> int:
    """How many lines, counted from the edge of a page inwards, run through pages near by.

    One other page is enough where it is the next or the last, and the line is in the very same place:
    many papers in a pack have but two pages.
    """
    first = max(0, index - _NEAR)
    near = [set(edge) for place, edge in enumerate(edges[first : index + _NEAR + 1], first) if place != index]
    beside = [edges[place] for place in (index - 1, index + 1) if 0 <= place < len(edges)]

    def runs(numbered: tuple[int, str]) -> bool:
        number, line = numbered
        if any(number < len(edge) and edge[number] == line for edge in beside):
            return True
        return sum(line in edge for edge in near) >= _OFTEN

    return sum(1 for _ in takewhile(runs, enumerate(edges[index])))
