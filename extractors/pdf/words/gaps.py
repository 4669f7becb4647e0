"""Where words end that PDFium runs together: at raised footnote marks, and at gaps it does not believe.

Few pages are suspected, by their text alone; only these are asked where their characters are.
"""

from __future__ import annotations

import ctypes
import re
import statistics
import string
from ctypes import c_double, c_float, c_int
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from extractors import spaced_out
from extractors.pdf.survey import swift
from extractors.pdf.words import character_kinds, raised_marks
from extractors.pdf.words.glyphs import TextPage, glyph

if TYPE_CHECKING:
    from collections.abc import Iterator

# A number with a word on it ("1.6Integrated"), a sentence on a sentence ("end.The"), a capital within a word,
# and more letters than a word has.
_LONG_WORD = 20  # letters
_GLUED = b"0Aaa", b".Aa", b"aAa"
_LOWER, _UPPER, _DIGITS = string.ascii_lowercase.encode(), string.ascii_uppercase.encode(), b"0123456789"
_CONTROLS = bytes(set(range(32)) - set(b"\x02\t\n\v\f\r"))
_KINDS = character_kinds.table({b"a": _LOWER, b"A": _UPPER, b"0": _DIGITS, b".": b".,;:)", b"!": _CONTROLS})
_FOLDED = character_kinds.table({b"a": b"aA"})  # of these kinds
_LETTERS_A_WORD = 6.8  # on average, leaders aside; English has 4.7, and few pages more than 6
_ENOUGH = 40  # words to speak of an average
_LINE = re.compile(r"[^\r\n]+")
_ON_ONE_BASE = 0.12  # of the letters' height
_NARROW = 0.07  # of the letters' size: a gap wider than the others by this is a blank
_TOUCHING = 0.01  # of the letters' size: those less far apart are one word however narrow the others are set
_EVEN = 0.05  # of the letters' size: letters that are wider apart than that are spaced out
_SPACED = re.compile(r"(?<!\S)(?:[A-Za-z&] ){3,}[A-Za-z](?!\S)")  # four letters, each by itself
_SURELY_SPACED = 6  # letters, which fewer must spell
_WORDS_APART = 0.15  # of the letters' size: by how much the gap between words is wider than between letters
_FURTHEST = 1.0  # of the letters' size: what is further apart is in columns
_FEWEST = 6  # letters of a line to tell its gaps by
_MOST_LETTERS, _MOST_LINES = 40_000, 1_000  # of a page
_UPRIGHT = 0.01  # radians

_angle = swift("FPDFText_GetCharAngle", c_float)
_ink = swift("FPDFText_GetCharBox", c_int)
_edges = (c_double * 4)()  # left, right, bottom, top
_ink_at = [ctypes.byref(_edges, 8 * at) for at in range(4)]


def missing_blanks(handle: TextPage, text: str) -> list[int]:
    """Before which characters of PDFium's text a blank is missing, in order."""
    found = raised_marks.before(handle, text)
    shown = character_kinds.of(text, _KINDS)
    found.update(at for at in character_kinds.places(shown, b"!") if _is_blank(handle, at))
    for start, end, first, past in _run_together(text, shown, shown.translate(_FOLDED)):
        if past - first > 2 or _are_apart(handle, first, first + 1):  # few are: then the line is looked at
            found.update(at for at in _narrow_gaps(handle, text, start, end) if first < at < past)
    return sorted(found)


def surplus(handle: TextPage, text: str) -> list[int]:
    """The blanks of PDFium's text that are between characters set apart, as in a heading, and end no word."""
    shown = character_kinds.of(text, _KINDS)
    if b"A A A A" not in shown and b"a a a a " not in shown:
        return []
    return [
        at
        for run in _SPACED.finditer(text)
        if (letters := run[0].replace(" ", ""))
        and (len(letters) >= _SURELY_SPACED or spaced_out.is_word(letters))
        for at in _between_letters(handle, run.start(), run.end())
    ]


def _between_letters(handle: TextPage, start: int, end: int) -> list[int]:
    """The blanks of a run of single characters that are no wider than most of them."""
    places = [glyph(handle, at) for at in range(start, end, 2)]
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return []
    gaps = [(after.left - before.right) / before.height for before, after in pairwise(known)]
    usual = statistics.median(gaps)
    if usual > _FURTHEST:
        return []
    return [start + 2 * number + 1 for number, gap in enumerate(gaps) if gap < usual + _WORDS_APART]


def _run_together(text: str, shown: bytes, folded: bytes) -> set[tuple[int, int, int, int]]:
    """Start and end of the lines in which words may be run together, and of these words.

    All lines, where the words of the page are long. Else only words that look so are believed to be several:
    where lines are made even character by character, some are as far apart as words do elsewhere.
    """
    words = text.count(" ") + text.count("\n") + 1
    if words >= _ENOUGH and len(text) - text.count(".") > (_LETTERS_A_WORD + 1) * words:
        return {(*line.span(), *line.span()) for line in _LINE.finditer(text, 0, _MOST_LETTERS)}
    found: set[tuple[int, int, int, int]] = set()
    for run in _GLUED:
        for at in character_kinds.places(shown, run):  # it says itself where it may be parted
            found.add((*_line_of(text, at, at + len(run)), at, at + 2))
    for at in islice(character_kinds.places(folded, b"a" * _LONG_WORD), _MOST_LINES):
        start, end = _line_of(text, at, at + _LONG_WORD)
        first = max(text.rfind(" ", start, at + 1) + 1, start)
        past = text.find(" ", at + _LONG_WORD - 1, end)
        found.add((start, end, first, past if past >= 0 else end))
    return found


def _line_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the line begins and ends in which these characters are."""
    past = text.find("\r", end)
    return text.rfind("\n", 0, start) + 1, past if past >= 0 else len(text)


def _is_blank(handle: TextPage, at: int) -> bool:
    """Whether a sign without a name draws nothing: some fonts call their blank so."""
    letter = handle.place(at)
    return bool(_ink(handle, letter, *_ink_at)) and (_edges[1] - _edges[0]) * (_edges[3] - _edges[2]) <= 0


def _are_apart(handle: TextPage, at: int, beside: int) -> bool:
    """Whether two characters that follow each other are apart at all."""
    before, here = glyph(handle, at), glyph(handle, beside)
    return before is not None and here is not None and here.left - before.right >= _TOUCHING * before.height


def _narrow_gaps(handle: TextPage, text: str, start: int, end: int) -> Iterator[int]:
    """Where characters of a line are further apart than its others."""
    if abs(_angle(handle, handle.place(start))) > _UPRIGHT:
        return
    places = [glyph(handle, at) for at in range(start, end)]
    gaps: list[tuple[int, float]] = []
    for number in range(1, len(places)):
        at, before, here = start + number, places[number - 1], places[number]
        if text[at - 1].isspace() or text[at].isspace() or before is None or here is None:
            continue
        first = places[number - 2] if number > 1 else None
        if first is not None and first.left == before.left:
            continue  # of a ligature, whose characters begin in one place, nobody tells where it ends
        if abs(here.base - before.base) <= _ON_ONE_BASE * before.height:
            gaps.append((at, (here.left - before.right) / before.height))
    if len(gaps) >= _FEWEST:
        usual = statistics.median(gap for _, gap in gaps)
        if usual <= _EVEN:
            yield from (at for at, gap in gaps if gap >= usual + _NARROW and _may_end(text, at))


def _may_end(text: str, at: int) -> bool:
    """Whether a word may end before a character: no number ends within itself, and no word before a comma."""
    before, here = text[at - 1], text[at]
    if before.isdigit() and not here.isalpha():
        return False
    return here.isalnum() or here in "(\u2018\u201c\u00a3"
