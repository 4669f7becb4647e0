"""Raised footnote marks in PDFium's text, which end the word that they hang on: "payment1", "ICPa".

Few places of a page are suspected, by their characters alone; only these are asked how they are set. Digits
on a word are suspect by themselves. Notes with "a" or "i" are counted from there on, and few words end so;
where a page has one of them all ends of its words are looked at.
"""

from __future__ import annotations

import re
import string
from itertools import chain
from typing import TYPE_CHECKING

from extractors.pdf.words import character_kinds
from extractors.pdf.words.glyphs import Glyph, TextPage, glyph, is_higher
from extractors.raised import belongs

if TYPE_CHECKING:
    from collections.abc import Iterator

# A number that hangs on a word, as a footnote's does; "CO2" and "m2" are words by themselves.
_HANGING = re.compile(r"[A-Za-z][)\]\u2019\u201d\"',.;:%]?(\d{1,3}(?:,\d{1,3})*)(?!\d)")
_TRADE = re.compile(r"[a-z]([TS]M)(?![A-Za-z])")  # raised letters behind a name
_BEGINS_LINE = re.compile(r"(?:\A|\n)\d{1,3}\Z")  # the number that a note begins with
_TWO_NUMBERS = re.compile(r"(?:\A|\n)(\d{1,3})(?=\d)")  # of a note, and of what that says
_HANGS_ON = 3  # letters
_ENDS = re.compile(
    r"[^\W_]+[^\s\w]?[a-hivx](?:,?[a-hivx]){0,3}(?![^\W_])"
)  # that may have a letter as a mark
_MOST_ENDS = 2_000  # of a page
_LONGEST_WORD = 40  # characters
_LOWER, _UPPER, _DIGITS = string.ascii_lowercase.encode(), string.ascii_uppercase.encode(), b"0123456789"
_SHAPES = character_kinds.table({b"a": _LOWER, b"A": _UPPER, b"0": _DIGITS, b".": b".,;:)]\"'%?"})
_FOLDED = character_kinds.table({b"a": b"aA", b"0": b"0", b".": b"."})  # of these kinds
_SIGNS = b".,;:)]'\"%?/"  # curly quotes and daggers are "?"
# The first notes of a page; any of them on capitals, on a number, on a sign; the first sign of a line.
_FIRST = character_kinds.table(
    {b"m": b"abi", b"x": bytes(set(_LOWER + _UPPER + _DIGITS) - set(b"abi")), b" ": _SIGNS}
)
_ANY = character_kinds.table(
    {b"l": b"abcdefghivx", b"A": _UPPER + _DIGITS, b".": _SIGNS, b"-": b"-&(_@", b"o": b"jklmnopqrstuwyz"}
)
_FIRST_RUNS, _ANY_RUNS = (b"xm ", b"mm "), (b"Al ", b"Al.", b".l ", b".l.")
_BLANKS = bytes.maketrans(_SIGNS + b"\r\n", b" " * (len(_SIGNS) + 2))
_LAST_RUNS = (b"iv ", b"ix ", b"bc ", b"cd ")  # of several: few words end so
_RAISED, _SMALLER, _ALONG = 0.12, 0.85, 0.1  # of the size of the letter before


def before(handle: TextPage, text: str) -> set[int]:
    """Before which characters of PDFium's text a blank is missing: raised marks, and what follows them."""
    shown = character_kinds.of(text, _SHAPES)
    folded = shown.translate(_FOLDED)
    found: set[int] = set()
    for match in _numbers(text, shown, folded):
        if is_raised(handle, match.start(1), match.start(1) - 1):
            found.add(match.start(1))
            if match.end(1) < len(text) and text[match.end(1)].isalpha():
                found.add(match.end(1))
    found.update(at + 1 for at in _leading(text, folded) if is_raised(handle, at, at + 1))
    return found | _letters(handle, text)


def is_raised(handle: TextPage, at: int, beside: int) -> bool:
    """Whether a character is smaller than its neighbour, and is higher."""
    if not is_higher(handle, at, beside):
        return False
    sign, letter = glyph(handle, at), glyph(handle, beside)
    return sign is not None and letter is not None and _is_above(sign, letter)


def _is_above(sign: Glyph, letter: Glyph) -> bool:
    smaller = sign.size <= _SMALLER * letter.size or sign.height <= _SMALLER * letter.height
    is_along = abs(sign.left - letter.left) >= _ALONG * letter.height  # not over it, as in turned text
    return smaller and is_along and sign.base - letter.base >= _RAISED * letter.height


def _numbers(text: str, shown: bytes, folded: bytes) -> Iterator[re.Match[str]]:
    for at in chain(character_kinds.places(folded, b"a0"), character_kinds.places(folded, b"a.0")):
        if text[max(0, at + 1 - _HANGS_ON) : at + 1].isalpha() and (match := _HANGING.match(text, at)):
            yield match
    for at in character_kinds.places(shown, b"aAA"):
        if match := _TRADE.match(text, at):
            yield match


def _leading(text: str, folded: bytes) -> Iterator[int]:
    """The last digits of numbers with which a line may begin, and a word or another number on them."""
    for at in character_kinds.places(folded, b"0a"):
        if _BEGINS_LINE.search(text, max(0, at - 4), at + 1):
            yield at
    for match in _TWO_NUMBERS.finditer(text):
        yield from range(match.start(1), match.end(1))


def _letters(handle: TextPage, text: str) -> set[int]:
    """As `before`, of marks such as "a": where a page has one, all its words are asked."""
    found = {at for end in _some_ends(text) for at in _mark(handle, text, end)}
    return found | {at for end in _all_ends(text) for at in _mark(handle, text, end)} if found else found


def _some_ends(text: str) -> Iterator[int]:
    """Past the last letter of words that may be marks, by what they end in."""
    content = text.encode("latin-1", "replace") + b"\n"
    first, every = content.translate(_FIRST), content.translate(_ANY)
    for kinds, runs in ((first, _FIRST_RUNS), (every, _ANY_RUNS)):
        for run in runs:
            yield from (at + 2 for at in character_kinds.places(kinds, run, 1))
    blanked = content.translate(_BLANKS)
    for run in _LAST_RUNS:
        yield from (at + 2 for at in character_kinds.places(blanked, run, 1))
    for at in character_kinds.places(every, b" lA", 1):  # the letter that a note begins with
        if at and text[at] == "\n":
            yield at + 2


def _all_ends(text: str) -> list[int]:
    return [match.end() for match in _ENDS.finditer(text)][:_MOST_ENDS]


def _mark(handle: TextPage, text: str, end: int) -> Iterator[int]:
    """Before which characters a blank is missing by a mark that ends here."""
    if end < len(text) and text[end].isalnum():
        if is_raised(handle, end - 1, end):
            yield end
        return
    lowest = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end), end - _LONGEST_WORD) + 1
    if not is_higher(handle, end - 1, lowest):  # as nearly all that were suspected
        return
    last, first = glyph(handle, end - 1), glyph(handle, lowest)
    if last is None or first is None or not _is_above(last, first):
        return
    start = end - 1
    while start > lowest:
        letter = glyph(handle, start - 1)
        if letter is None:
            return
        if _is_above(last, letter):
            break
        if abs(letter.base - last.base) > _RAISED * letter.height:
            return
        start -= 1
    else:
        return
    word = re.search(r"[^\W_]*\Z", text[lowest:start])
    sign = text[start:end]
    if word is None or not belongs(word[0], sign, text[end : end + 1], is_money=False):
        yield start
