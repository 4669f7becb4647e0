"""Finding wordings in text as printed: one pass for all of them, exact spans back.

The page becomes a key of one byte a character (letters and digits folded to lower case without accents, all
else a blank), so that offsets need no map. A wording is searched with a blank either side: the blanks are the
word boundaries. Words broken by a line-end hyphen, which the plain pass cannot see, are looked for apart.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from pipeline.text import LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def _fold(error: UnicodeError) -> tuple[str, int]:
    """Letters that the key's alphabet lacks (Welsh ŵ, ŷ) become their base letter, one for one."""
    assert isinstance(error, UnicodeEncodeError)
    folded = []
    for character in error.object[error.start : error.end]:
        base = unicodedata.normalize("NFKD", character)[0]
        folded.append(base if base.isascii() else " ")
    return "".join(folded), error.end


codecs.register_error("paperwatch.fold", _fold)


def _key_table() -> bytes:
    table = bytearray(b" " * 256)
    for code in range(256):
        character = bytes([code]).decode("cp1252", errors="replace")
        base = unicodedata.normalize("NFKD", character)[0].lower()
        if base.isascii() and base.isalnum():
            table[code] = ord(base)
    return bytes(table)


_KEY_TABLE = _key_table()


def key(text: str) -> bytes:
    """One byte a character: a-z and 0-9 as themselves, every other character a blank."""
    plain = text.encode("ascii") if text.isascii() else text.encode("cp1252", "paperwatch.fold")
    return plain.translate(_KEY_TABLE)


def words(text: str) -> list[str]:
    """The words of a text as the matcher sees them."""
    return key(text).decode("ascii").split()


# ---- wordings and their inflections

_ISE = re.compile(r"i[sz](?=(?:e|ed|es|er|ers|ing|ation|ations)\b)")
_AMPERSANDS = (" ", "   ")  # "A&E" and "A & E" as the key has them


def inflections(wording: str) -> set[str]:
    """The forms in which a wording is found: plural of its last word, -ise and -ize, "&" for "and"."""
    parts = words(_spelled(wording.removesuffix("*")))
    if wording.endswith("*"):
        return {" ".join(parts) + "*"}
    forms = {" ".join([*parts[:-1], last]) for last in _numbers(parts[-1])}
    forms |= {_ISE.sub(spelling, form) for form in forms for spelling in ("is", "iz")}
    return forms | {form.replace(" and ", printed) for form in forms for printed in _AMPERSANDS}


def _spelled(text: str) -> str:
    return text.replace("&", " and ")


def _numbers(word: str) -> set[str]:
    if len(word) < 2 or word.isdigit() or (word.endswith("s") and not word.endswith("ss")):
        return {word}
    if word.endswith("y") and word[-2] not in "aeiou":
        return {word, word[:-1] + "ies"}
    if word.endswith(("x", "ch", "sh", "ss")):
        return {word, word + "es"}
    return {word, word + "s"}


# ---- the automaton


class Span(NamedTuple):
    """An occurrence of a form in a text. `form` is an index into the automaton's forms."""

    form: int
    start: int
    end: int


class Automaton:
    """All forms at once. A form that ends in `*` runs on to the end of its word."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._prefix = [form.endswith("*") for form in forms]
        patterns = [
            f" {form.removesuffix('*')}{'' if form.endswith('*') else ' '}".encode("ascii") for form in forms
        ]
        self._automaton = BytesAhoCorasick(patterns)

    def spans(self, text: str) -> Iterator[Span]:
        """Every occurrence, mended words included, in no promised order."""
        yield from self._plain(text)
        if LINE_END_HYPHEN in text:
            yield from self._mended(text)

    def _plain(self, text: str) -> Iterator[Span]:
        padded = b" " + key(text) + b" "
        for form, start, end in self._automaton.find_matches_as_indexes(padded, overlapping=True):
            if self._prefix[form]:
                yield Span(form, start, padded.index(b" ", end) - 1)
            else:
                yield Span(form, start, end - 2)

    def _mended(self, text: str) -> Iterator[Span]:
        """Occurrences in which a line-end hyphen stands inside a word that it broke."""
        marks = [match.start() for match in re.finditer(LINE_END_HYPHEN, text)]
        joints = [mark - before for before, mark in enumerate(marks)]  # where they stood, in the mended text
        for span in self._plain(text.replace(LINE_END_HYPHEN, "")):
            before, inside = bisect_right(joints, span.start), bisect_left(joints, span.end)
            if before < inside:
                yield Span(span.form, span.start + before, span.end + inside)


class Lexicon:
    """Texts with all their forms, to be found in other texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        meant: dict[str, list[tuple[str, list[slice]]]] = defaultdict(list)
        for text in texts:
            for form in inflections(text):
                meant[form].append((text, _abbreviations(text)))
        self._meant = list(meant.values())
        self._automaton = Automaton(list(meant))

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """What of the lexicon stands in a text, and where."""
        for form, start, end in self._automaton.spans(text):
            for meant, abbreviations in self._meant[form]:
                if not abbreviations or _are_capitals(abbreviations, text[start:end]):
                    yield meant, start, end


def _abbreviations(wording: str) -> list[slice]:
    """Where, among the letters and digits of a wording, its abbreviations (ACO, WPAP) stand.

    No form moves them.
    """
    places: list[slice] = []
    at = 0
    for word in re.findall(r"[^\W_]+", _spelled(wording)):
        if len(word) > 1 and word.isupper():
            places.append(slice(at, at + len(word)))
        at += len(word)
    return places


def _are_capitals(abbreviations: Iterable[slice], printed: str) -> bool:
    """An abbreviation in a wording is meant as capitals; other words match in any case."""
    if printed.islower():  # most words by far: the answer without looking closer
        return False
    letters = "".join(filter(str.isalnum, _spelled(printed)))
    return all(letters[place].isupper() for place in abbreviations)
