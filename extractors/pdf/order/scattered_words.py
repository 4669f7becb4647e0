"""Words that were drawn one by one in any order: they are read line by line, as they are on the page.

PDFium tells them as they were drawn, each on a line. They are put in order only where nearly all are told so,
back and forth over the page, and make lines where they are.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.words.glyphs import glyph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.pdf.words.glyphs import Glyph, TextPage

_WORD = re.compile(r"\S+")
_FEWEST, _MOST = 12, 3_000  # words of a page
_ALONE = 0.6  # of the words: how many begin a line of PDFium's text
_BACK = 0.25  # of the steps from word to word: how many go up the page, or back along a line
_A_LINE = 3  # words, on average, of the lines that they make
_LEVEL = 0.3  # of the height of words: what differs by less is one line
_TOGETHER = 0.12  # of the height: pieces nearer than that are one word
_APART = 2.0  # of the height: what is further from the words before may be in another column


class Scattered(NamedTuple):
    order: list[slice]  # of PDFium's text
    goes_on: frozenset[int]  # where slices begin that are on the line of the one before
    blanks: list[int]  # before which there is a blank


class _Placed(NamedTuple):
    start: int
    end: int
    first: Glyph
    last: Glyph


def scattered(handle: TextPage, text: str) -> Scattered | None:
    """Returns the words of PDFium's text in the page's order; None where they were drawn so."""
    count = len(text.split())  # where they are is asked of few pages: that takes ten times as long
    if not _FEWEST <= count <= _MOST or text.count("\n") < _ALONE * count:
        return None
    spans = [word.span() for word in _WORD.finditer(text)]
    words = [
        _Placed(start, end, first, last)
        for start, end in spans
        if (first := glyph(handle, start)) and (last := glyph(handle, end - 1))
    ]
    if len(words) < len(spans) or sum(map(_goes_back, words, words[1:])) < _BACK * len(words):
        return None
    lines = _lines(words)
    if len(lines) * _A_LINE > len(words) or any(_has_columns(line) for line in lines):
        return None
    goes_on = {word.start for line in lines for word in line[1:]}
    blanks = sorted(
        here.start
        for line in lines
        for before, here in pairwise(line)
        if here.first.left - before.last.right > _TOGETHER * here.first.height
    )
    return Scattered(
        [slice(word.start, word.end) for line in lines for word in line], frozenset(goes_on), blanks
    )


def _goes_back(before: _Placed, here: _Placed) -> bool:
    rise = here.first.base - before.first.base
    level = _LEVEL * here.first.height
    return rise > level or (abs(rise) <= level and here.first.left < before.first.left)


def _lines(words: Sequence[_Placed]) -> list[list[_Placed]]:
    """From the top down, each from left to right."""
    lines: list[list[_Placed]] = []
    for word in sorted(words, key=lambda word: -word.first.base):
        if lines and lines[-1][-1].first.base - word.first.base <= _LEVEL * word.first.height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.first.left) for line in lines]


def _has_columns(line: Sequence[_Placed]) -> bool:
    return any(
        here.first.left - before.last.right > _APART * here.first.height for before, here in pairwise(line)
    )
