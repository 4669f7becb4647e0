"""The one reading of a text, for concepts, queries, the full-text index and marks.

A key is a text's words in lower case, one blank between them. What people write in different ways is one
word: accents, quotes, brackets, dashes and empty lines are nothing; an apostrophe or the comma of a thousand
joins (`St Mary's` is `St Marys`, `1,250` is `1250`); `&` is "and"; a footnote's mark or number ends the word
that it is glued to. A comma, a full stop or a bullet breaks what stands together: it is a word of its own.

Letters and digits are the same ones in text and key, in the same order. So the place of a word is found by
counting them, and no map of offsets is kept.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, compress

from pipeline.text import FOOTNOTE_MARKS, LINE_END_HYPHEN

VERSION = 2  # raise it when the same text would get another key: the full-text index is then made again
COMMA, STOP = "/", "|"  # in a key: what stood before does not go on; a sentence ends
BREAKS = frozenset((COMMA, STOP))

_CLASSES = {"'": "'\u2019", "&": "&", ",": ",:|", ".": ".!?;\u00b7", "*": "\u2022"}  # a sign for each


def _fold(error: UnicodeError) -> tuple[str, int]:
    """What an alphabet of one byte a character lacks, one for one: \u0175 is w, another bullet a bullet."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(_folded, error.object[error.start : error.end])), error.end


def _folded(character: str) -> str:
    if character in FOOTNOTE_MARKS:
        return " "
    if character == "\u02bc":
        return "'"
    base = unicodedata.normalize("NFKD", character)[0]
    if base.isascii():
        return base
    return "\u2022" if unicodedata.category(character) in {"So", "Co"} else " "


codecs.register_error("paperwatch.fold", _fold)


def _table() -> bytes:
    """To letters in lower case, digits, a sign for each class of signs that mean something, and blanks."""
    table = bytearray(b" " * 256)
    for code in range(256):
        character = bytes([code]).decode("cp1252", errors="replace")
        base = unicodedata.normalize("NFKD", character)[0].lower()
        if base.isascii() and base.isalnum() and character not in FOOTNOTE_MARKS:
            table[code] = ord(base)
        for sign, characters in _CLASSES.items():
            if character in characters:
                table[code] = ord(sign)
    return bytes(table)


_TABLE = _table()
_NO_LETTER = b"',.*& "
_LETTERS_ALONE = bytes.maketrans(_NO_LETTER, b" " * len(_NO_LETTER))
_LETTERS_AND_AND = bytes.maketrans(b"',.*", b"    ")
_SHAPE = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz0123456789/|", b"a" * 26 + b"0" * 10 + b"||")

# Each begins with the sign itself, not with what stands before it: that is what makes the search quick.
_JOINING = re.compile(rb"'(?<=[a-z0-9]')(?=[a-z0-9])")
_THOUSANDS = re.compile(rb",(?<=[0-9],)(?=[0-9]{3}(?![0-9]))")
_TOGETHER = re.compile(rb"[/|](?: [/|])+")
_GLUED = re.compile(rb"(?<=[a-z]{3})[0-9]{1,2}(?![a-z0-9])")


def fold(text: str) -> bytes:
    """One byte a character: letters and digits folded, a blank for all else."""
    return _signs(text).translate(_LETTERS_ALONE)


def letters(text: str) -> bytes:
    """The letters and digits of a text alone, folded."""
    return _signs(text).translate(None, _NO_LETTER)


def key(text: str) -> bytes:
    """The words of a text with one blank between them, breaks among them."""
    signs = _signs(text)
    if b"&" in signs:
        signs = signs.replace(b"&", b" and ")
    if b"'" in signs:
        signs = _JOINING.sub(b"", signs).replace(b"'", b" ")
    if b"*" in signs:
        signs = signs.replace(b"*", b" | ")
    # A sign that no blank follows stands inside a number, an address, a short form: there it is nothing.
    if b"," in signs:
        signs = _THOUSANDS.sub(b"", signs).replace(b", ", b" / ").replace(b",", b" ")
    signs = signs.replace(b" st. ", b" st ").replace(b". ", b" | ").replace(b".", b" ")
    found = b" ".join(signs.split())
    shape = found.translate(_SHAPE)
    if b"| |" in shape:
        found = _TOGETHER.sub(_strongest, found)
    return _GLUED.sub(rb" \g<0>", found) if b"aaa0" in shape else found


def words(text: str) -> list[str]:
    """The words of a text as all that looks for words reads them; a break only between two of them."""
    return key(text).decode("ascii").strip(f" {COMMA}{STOP}").split()


def _signs(text: str) -> bytes:
    """One byte a character: letters, digits, the signs that mean something, else a blank."""
    plain = text.encode("ascii") if text.isascii() else text.encode("cp1252", "paperwatch.fold")
    return plain.translate(_TABLE)


def _strongest(breaks: re.Match[bytes]) -> bytes:
    return b"|" if b"|" in breaks[0] else b"/"


class Reading:
    """A text as it is read, between two blanks, and the way back from there to the places of the text."""

    def __init__(self, text: str, *, mended: bool = False) -> None:
        self.text = text
        self._mended = mended
        self.key = b" " + key(self._read(text)) + b" "

    def _read(self, text: str) -> str:
        return text.replace(LINE_END_HYPHEN, "") if self._mended else text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text the words stand that are key[start:end]."""
        first = self._letters_before(start)
        last = first + self._letters_before(end, start) - 1
        return self._places.of(first), self._places.of(last) + 1

    def at(self, place: int) -> int:
        """Where in the key the words end that stand before a place of the text."""
        return len(b" " + key(self._read(self.text[:place])))

    def _letters_before(self, end: int, start: int = 0) -> int:
        signs = sum(self.key.count(sign, start, end) for sign in (b" ", b"/", b"|"))
        return end - start - signs

    @cached_property
    def _places(self) -> _Places:
        return _Places(self.text)


class _Places:
    """Where in a text its letters stand, by number."""

    _STEP = 128

    def __init__(self, text: str) -> None:
        signs = _signs(text)
        self._has_and = b"&" in signs
        if self._has_and:
            signs = signs.replace(b"&", b"&&&")  # each is three letters of the key
        self._signs = signs.translate(_LETTERS_AND_AND)
        step, blanks = self._STEP, self._signs.count
        size = len(self._signs)
        lettered = (min(step, size - at) - blanks(b" ", at, at + step) for at in range(0, size, step))
        self._before = [0, *accumulate(lettered)]  # how many letters stand before each block

    def of(self, number: int) -> int:
        """The place of a letter, counted from 0."""
        block = bisect_right(self._before, number) - 1
        first = block * self._STEP
        lettered = self._signs[first : first + self._STEP].translate(_IS_LETTER)
        there = list(compress(range(first, first + self._STEP), lettered))[number - self._before[block]]
        if not self._has_and:
            return there
        ands = self._signs.count(b"&", 0, there)
        return there - ands + ands // 3


_POSSESSIVE = frozenset(f"{apostrophe}{s}" for apostrophe in "'\u2019\u02bc" for s in "sS")
_IS_LETTER = bytes(0 if code == ord(" ") else 1 for code in range(256))


def without_possessive(text: str, end: int) -> int:
    """Where a word that ends here ends without its 's: "the board's" is quoted as "the board"."""
    return end - 2 if text[end - 2 : end] in _POSSESSIVE else end


def readings(text: str) -> tuple[Reading, ...]:
    """A text as printed and, where line ends broke words, with those words in one piece."""
    if LINE_END_HYPHEN not in text:
        return (Reading(text),)
    return Reading(text), Reading(text, mended=True)
