"""The one reading of a text, for concepts, queries, the full-text index and marks.

A key is a text's words in lower case, one blank between them. What people write in different ways is one
word: accents, quotes, brackets, dashes and empty lines are nothing; an apostrophe or the comma of a thousand
joins (`St Mary's` is `St Marys`, `1,250` is `1250`); `&` is "and"; a footnote's mark or number ends the word
that it is glued to. Where a comma, a full stop or a bullet parts two words, there are more.

Letters and digits are the same ones in text and key, in the same order. So the place of a word is found by
counting them, and no map of offsets is kept.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.text.canonical import FOOTNOTE_MARKS, LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 2  # raise it when the same text would get another key: the full-text index is then made again
BREAK = ""  # a word that is between two that are not together

_CLASSES = {"'": "'", "&": "&", ",": ",:|.!?;\u00b7", "-": LINE_END_HYPHEN}  # a sign for each


# What most texts have and an alphabet of one byte a character lacks, as what means the same in it: to replace
# these at once takes a tenth of what it takes to fold one by one.
_USUAL = (("\u2019", "'"), ("\u2022", "\u00b7"), *((sign, " ") for sign in "\u2013\u2018\u201c\u201d\u2026"))


def _fold(error: UnicodeError) -> tuple[str, int]:
    """What the alphabet lacks, one for one: \u0175 is w, another bullet a bullet."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(_folded, error.object[error.start : error.end])), error.end


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in FOOTNOTE_MARKS:
        return " "
    if character == "\u02bc":
        return "'"
    base = unicodedata.normalize("NFKD", character)[0]
    if base.isascii():
        return base
    return "\u00b7" if unicodedata.category(character) in {"So", "Co"} else " "


codecs.register_error("paperwatch.fold", _fold)


def _table() -> bytes:
    """To letters in lower case, digits, a sign for each class of signs that mean something, and blanks."""
    table = bytearray(b" " * 256)
    for code in range(256):
        character = chr(code)
        base = unicodedata.normalize("NFKD", character)[0].lower()
        if base.isascii() and base.isalnum() and character not in FOOTNOTE_MARKS:
            table[code] = ord(base)
        for sign, characters in _CLASSES.items():
            if character in characters:
                table[code] = ord(sign)
    return bytes(table)


_TABLE = _table()
_SIGNS = b"',-& "
_LETTERS_ALONE = bytes.maketrans(_SIGNS, b" " * len(_SIGNS))
_LETTERS_AND_AND = bytes.maketrans(b"',-", b"   ")
_SHAPE = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz0123456789", b"a" * 26 + b"0" * 10)

# Each begins with the sign itself, not with what is before it: that is what makes the search quick.
_JOINING = re.compile(rb"'(?<=[a-z0-9]')(?=[a-z0-9])")
_NUMBERS = re.compile(rb"0(?:,(?=000(?!0))|(?<=aaa0)0?(?![a0]))")  # in the shape of a key: 1,250 and payment1
_BROKEN = re.compile(rb"-")
_COMMA = ord(",")
_SAINT, _SAINT_SIGNS = "St. ", b"st,"


def fold(text: str) -> bytes:
    """One byte a character: letters and digits folded, a blank for all else."""
    return _signs(text).translate(_LETTERS_ALONE)


def letters(text: str) -> bytes:
    """The letters and digits of a text alone, folded."""
    return _signs(text).translate(None, _SIGNS)


def key(text: str) -> bytes:
    """The words of a text with one blank between them, more where they are not together."""
    return _joined(_signs(text)).replace(b"-", b" ").strip()


def words(text: str) -> list[str]:
    """The words of a text as all that looks for words reads them, with a BREAK where two are apart."""
    if text.isascii() and text.replace(" ", "").isalpha():  # most of what is looked for: nothing to fold
        return text.lower().split()
    said = key(text).decode("ascii")
    return said.split(" ") if said else []


def _signs(text: str) -> bytes:
    """One byte a character: letters, digits, the signs that mean something, else a blank."""
    plain = text
    if not text.isascii():
        for sign, instead in _USUAL:
            plain = plain.replace(sign, instead)
    signs = plain.encode("latin-1", "paperwatch.fold").translate(_TABLE)
    if _SAINT_SIGNS in signs and _SAINT in text:
        return _signs(text.replace(_SAINT, "St  "))
    return signs


def _joined(signs: bytes) -> bytes:
    """The words of a key between two blanks, in which line-end hyphens still are."""
    if b"&" in signs:
        signs = signs.replace(b"&", b" and ")
    if b"'" in signs:
        signs = _JOINING.sub(b"", signs).replace(b"'", b" ")
    # A comma before a blank makes two blanks: the words are apart. One that no blank follows stood inside a
    # number, an address, a short form: there it is nothing.
    return _numbered(b" %s " % _squeezed(signs)).replace(b",", b" ")


def _squeezed(signs: bytes) -> bytes:
    """With one blank where there are more. Most are alone: to look for pairs is quicker than to split."""
    return b" ".join(filter(None, map(bytes.lstrip, signs.split(b"  ")))).rstrip()


def _numbered(found: bytes) -> bytes:
    """With no comma in a number, and a blank before one that is glued to a word."""
    ends = [(match.start(), match.end()) for match in _NUMBERS.finditer(found.translate(_SHAPE))]
    if not ends:
        return found
    pieces: list[bytes] = []
    at = 0
    for start, end in ends:
        is_thousand = end - start > 1 and found[end - 1] == _COMMA
        pieces += [found[at : end - 1]] if is_thousand else [found[at:start], b" "]
        at = end if is_thousand else start
    return b"".join([*pieces, found[at:]])


class Reading:
    """A text as it is read, between two blanks, and the way back from there to the places of the text."""

    def __init__(self, text: str, key: bytes, places: _Places, mended: Sequence[int] = ()) -> None:
        self.text = text
        self.mended = mended  # where in the key a word goes on that a line end broke
        self.key = key
        self._places = places
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        self._counted = 0, 0  # a place of the key, and how many blanks are before it: most are asked in order
        self._prints: dict[str, bool | None] = {}

    def words_around(self, start: int, end: int, reach: int, *, within: bool = False) -> list[bytes]:
        """So many words on either side of key[start:end], which begins and ends with a blank."""
        around = words_around(self.key, start, end, reach)
        return [*around, *self.key[start:end].split()] if within else around

    def prints(self, word: str) -> bool | None:
        """Whether a word of the key is printed exactly like this: always, never, or None: now and then."""
        if word not in self._prints:
            times = self.text.count(word)
            is_always = times > 0 and times == self.key.count(word.lower().encode("ascii"))
            # A word may be broken by a hyphen or have accents: of a text that has none it is known.
            self._prints[word] = True if is_always else False if not times and self.text.isascii() else None
        return self._prints[word]

    def piece(self, start: int, end: int) -> bytes:
        """The words of the key that text[start:end] has; half words at its ends are among them."""
        places, length = self._places, len(self.text)
        if start > length - end:
            high = self._back(len(self.key), places.count(end, length))
            return self.key[self._back(high, places.count(start, end)) : high]
        low = _up_to(self.key, 0, places.count(0, start))
        return self.key[low : _up_to(self.key, low, places.count(start, end))]

    def place(self, at: int, near: int) -> int:
        """Where in the key a place of the text is, counted from a blank before some word."""
        first = self.span(near, near + 2)[0]
        if at <= first:
            return self._back(near + 1, self._places.count(at, first))
        return _up_to(self.key, near + 1, self._places.count(first, at))

    def _back(self, end: int, letters: int) -> int:
        """The place of the key `letters` characters before `end`, blanks not counted."""
        place, blanks = end, letters
        while blanks:
            place -= blanks
            blanks = self.key.count(b" ", place, place + blanks)
        return place

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text the words are that are key[start:end]."""
        if (start, end) not in self._spans:
            count = self.key.count
            place, blanks = self._counted
            blanks = blanks + count(b" ", place, start) if place <= start else count(b" ", 0, start)
            self._counted = start, blanks
            first = start - blanks
            last = first + end - start - count(b" ", start, end) - 1
            self._spans[start, end] = self._places.of(first, last)
        return self._spans[start, end]

    def printed(self, start: int, end: int) -> str:
        """The words that are key[start:end], as the text prints them."""
        return self.text[slice(*self.span(start, end))]


_LETTERS = 8  # that most words have with their blank


def words_around(key: bytes, start: int, end: int, reach: int) -> list[bytes]:
    """So many words on either side of key[start:end], which begins and ends with a blank."""
    span = reach * _LETTERS
    while True:
        low = start - span if start > span else 0
        before, after = key[low:start].rsplit(None, reach), key[end : end + span].split(None, reach)
        is_low, is_high = len(before) > reach, len(after) > reach
        if (is_low or not low) and (is_high or end + span >= len(key)):
            # What is left of a piece: other words, and one that may be half of its own.
            if is_low:
                del before[0]
            if is_high:
                del after[-1]
            return before + after
        span *= 4


class _Places:
    """Where in a text the characters of its key are, by number: counted from the nearest known place."""

    _STEP = 128

    def __init__(self, signs: bytes) -> None:
        self._has_and = b"&" in signs
        self._given = signs

    @cached_property
    def _signs(self) -> bytes:
        """Letters, and three signs for each "and" that is spelled "&", else blanks."""
        return self._given.replace(b"&", b"&&&").translate(_LETTERS_AND_AND)

    @cached_property
    def _before(self) -> list[int]:
        """How many characters, without blanks, are before each piece of the text."""
        blanks, step = self._signs.count, self._STEP
        lettered = [step - blanks(b" ", at, at + step) for at in range(0, len(self._signs), step)]
        return [0, *accumulate(lettered)]

    def count(self, start: int, end: int) -> int:
        """How many characters of the key, without blanks, are in a piece of the text."""
        piece = self._given[start:end]
        return len(piece.translate(None, _SIGNS)) + 3 * piece.count(b"&")

    def of(self, first: int, last: int) -> tuple[int, int]:
        """Where two characters begin and end, counted from 0 without blanks."""
        piece = bisect_right(self._before, first, hi=len(self._before) - 1) - 1
        start = _up_to(self._signs, piece * self._STEP, first - self._before[piece] + 1) - 1
        end = _up_to(self._signs, start, last - first + 1) - 1
        return (self._in_text(start), self._in_text(end) + 1) if self._has_and else (start, end + 1)

    def _in_text(self, place: int) -> int:
        """Where in the text a sign is: of each three that "&" has here it has one."""
        ands = self._signs.count(b"&", 0, place)
        return place - ands + ands // 3


def _up_to(signs: bytes, start: int, letters: int) -> int:
    """The place after `letters` characters from `start`, blanks not counted."""
    place, blanks = start, letters
    while blanks:
        place += blanks
        blanks = signs.count(b" ", place - blanks, place)
    return place


_POSSESSIVE = frozenset(f"{apostrophe}{s}" for apostrophe in "'\u2019\u02bc" for s in "sS")


def without_possessive(text: str, end: int) -> int:
    """Where a word that ends here ends without its 's: "the board's" is quoted as "the board"."""
    return end - 2 if text[end - 2 : end] in _POSSESSIVE else end


def readings(text: str) -> tuple[Reading, ...]:
    """A text as printed and, where line ends broke words, with those words in one piece."""
    signs = _signs(text)
    joined, places = _joined(signs), _Places(signs)
    if b"-" not in joined:
        return (Reading(text, joined, places),)
    broken = [match.start() - before for before, match in enumerate(_BROKEN.finditer(joined))]
    plain, mended = joined.replace(b"-", b" "), joined.replace(b"-", b"")
    return Reading(text, plain, places), Reading(text, mended, places, broken)


def boundaries(text: str, place: int) -> tuple[int, ...]:
    """For each reading of a text, where in its key the words end that are before a place of the text."""
    joined = _joined(_signs(text[:place]))
    return tuple(len(joined.replace(b"-", between).rstrip()) for between in (b" ", b""))
