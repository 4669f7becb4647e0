"""A large first letter that was drawn by itself ("I", "ntegrated care") goes before the rest of its word."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.words.glyphs import Glyph, TextPage, glyph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CAPITAL = re.compile(r"\n([\"'\u2018\u201c]?[A-Z])(?=\r?\n|\Z)")  # alone on its line
_PARTED = re.compile(r"\n[\"'\u2018\u201c]?[A-Z] (?=[a-z])")
_LINE = re.compile(r"\S[^\r\n]*")
_BLANK_LINE = re.compile(r"[ \t]*\r?\n|\Z")
_MOST_CAPITALS, _MOST_LINES = 10, 500  # of a page
_LARGER = 1.6  # times the height of the letters next to it
_GAP = 1.0  # of these letters' height: from the capital to the first of them
_BLANK = 0.2  # of it: by how much a line begins behind the next where a blank is before it
# What "A", "I" and "O" are no words before: two consonants that no word begins with, or a letter alone.
_NO_WORD = re.compile(
    r"[b-df-hj-np-tv-xz](?![a-z])|"
    r"(?:b[^aeioulry]|c[^aeiouhlry]|d[^aeiourwy]|f[^aeioulry]|g[^aeiouhlnry]|k[^aeiounrwy]|l[^aeiouly]|m[^aeiouy]|"
    r"n[^aeiouy]|p[^aeiouhlrsy]|r[^aeiouhy]|s[^aeiouchklmnpqtwy]|t[^aeiouhrwy]|v[^aeiouy])(?<=[a-z]{2})"
)


class DropCap(NamedTuple):
    """Where a large letter is in PDFium's text, and where the line begins that it is the first letter of."""

    letter: slice
    line: int
    is_word: bool  # by itself, as "A" may be


def found(handle: TextPage, text: str) -> list[DropCap]:
    """Returns the drop caps of a page in the order of PDFium's text."""
    # An end of a line is found ten times as quickly as a beginning.
    alone = islice(_CAPITAL.finditer(f"\n{text}"), _MOST_CAPITALS)
    capitals = [(match.start(1) - 1, match.end(1) - 1) for match in alone]
    if not capitals:
        return []
    lines = [line.start() for line in islice(_LINE.finditer(text), _MOST_LINES)]
    caps: list[DropCap] = []
    for start, past in capitals:
        capital = glyph(handle, past - 1)
        beside = sorted(_beside(handle, capital, lines, start), reverse=True) if capital else []
        if not beside or any(cap.line == beside[0][1] for cap in caps):
            continue
        (_, line, left, height), *others = beside
        is_in = bool(others) and left - others[0][2] > _BLANK * height
        end = _BLANK_LINE.match(text, past)
        letter = slice(start, end.end() if end else past)
        is_word = _is_word(text[past - 1], text[line : line + 3], is_in=is_in)
        caps.append(DropCap(letter, line, is_word))
    return caps


def blanks(handle: TextPage, text: str) -> list[int]:
    """Returns the blanks between a large first letter and the rest of its word on the same line."""
    places: list[int] = []
    for match in _PARTED.finditer(f"\n{text}"):
        blank = match.end() - 2
        if _is_word(text[blank - 1], text[blank + 1 : blank + 4], is_in=False):
            continue
        capital, first = glyph(handle, blank - 1), glyph(handle, blank + 1)
        if capital is not None and first is not None and capital.height >= _LARGER * first.height:
            places.append(blank)
    return places


def placed(order: Sequence[slice], caps: Sequence[DropCap]) -> tuple[list[slice], frozenset[int]]:
    """Slices of PDFium's text with each drop cap before its line, and where a line goes on its word. Pure."""
    pieces = list(order)
    for cap in caps:
        for at in (cap.letter.start, cap.letter.stop, cap.line):
            pieces = [part for piece in pieces for part in _cut(piece, at)]
        if cap.letter in pieces and any(piece.start == cap.line for piece in pieces):
            pieces.remove(cap.letter)
            at = next(number for number, piece in enumerate(pieces) if piece.start == cap.line)
            pieces.insert(at, cap.letter)
    return pieces, frozenset(cap.line for cap in caps if not cap.is_word)


def _cut(piece: slice, at: int) -> Iterator[slice]:
    if piece.start < at < piece.stop:
        yield slice(piece.start, at)
        yield slice(at, piece.stop)
    else:
        yield piece


def _beside(
    handle: TextPage, capital: Glyph, lines: Sequence[int], own: int
) -> Iterator[tuple[float, int, float, float]]:
    """Base, place, left and height of the lines that begin right behind a capital and are as high as it."""
    for start in lines:
        first = glyph(handle, start) if start != own else None
        if (
            first is not None
            and capital.height >= _LARGER * first.height
            and capital.base - 0.2 * first.height <= first.base <= capital.base + capital.height
            and -0.3 * first.height <= first.left - capital.right <= _GAP * first.height
        ):
            yield first.base, start, first.left, first.height


def _is_word(capital: str, rest: str, *, is_in: bool) -> bool:
    """Whether a capital is a word by itself. `is_in`: its line begins further in than the next."""
    return capital in "AIO" and (is_in or not _NO_WORD.match(rest.lower()))
