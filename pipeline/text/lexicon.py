"""Finding wordings in text as printed: one pass for all of them, exact places back.

What is looked for is in the key of the text with a blank either side: the blanks are the word boundaries.
Words broken by a line-end hyphen, which the plain reading does not have, are looked for in the mended one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from pipeline.text.canonical import FOOTNOTE_MARKS
from pipeline.text.inflections import inflections, looser_inflections
from pipeline.text.keys import readings, without_possessive, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.text.keys import Reading


class Automaton:
    """All forms at once. A form that ends in `*` runs on to the end of its word."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._prefix = [form.endswith("*") for form in forms]
        self._has_prefix = any(self._prefix)
        patterns = [
            f" {form.removesuffix('*')}{'' if form.endswith('*') else ' '}".encode("ascii") for form in forms
        ]
        self._longest = max(map(len, patterns), default=0)
        # As quick as a DFA here, in half of its memory: a run loads some thousand of these.
        self._automaton = BytesAhoCorasick(patterns, implementation=Implementation.ContiguousNFA)

    def new(self, reading: Reading) -> list[tuple[int, int, int]]:
        """Every occurrence; in a mended reading those with a mended word: the others are in the plain one."""
        if not reading.mended:
            return self.found(reading.key)
        key, found = reading.key, dict[tuple[int, int, int], None]()
        for at in reading.mended:
            low = max(0, at - self._longest)
            high = key.index(b" ", min(at + self._longest, len(key) - 1)) + 1
            for form, start, end in self.found(key[low:high]):
                if start + low + 1 < at < end + low - 1:
                    found[form, start + low, end + low] = None
        return list(found)

    def found(self, key: bytes) -> list[tuple[int, int, int]]:
        """Every occurrence in a key that begins and ends with a blank, with the blanks on both sides."""
        found = self._automaton.find_matches_as_indexes(key, overlapping=True)
        if not self._has_prefix:
            return found
        prefix, index = self._prefix, key.index
        return [(form, start, index(b" ", end) + 1 if prefix[form] else end) for form, start, end in found]


class Term(NamedTuple):
    """What is looked for: a wording, or a word of a pattern or a context, which is found in more forms."""

    text: str
    is_loose: bool = False

    def forms(self) -> set[str]:
        return looser_inflections(self.text) if self.is_loose else inflections(self.text)


class _Meant(NamedTuple):
    """What a form means."""

    term: Term
    abbreviations: tuple[slice, ...]
    is_itself: bool  # the words of the text, not an inflection of them
    alone: str = ""  # an abbreviation that is the whole wording


@lru_cache(maxsize=2_048)  # of shared lists the same words come again and again
def _meanings(term: Term) -> tuple[tuple[str, _Meant], ...]:
    """Each form of a term with what it means."""
    own, places, alone = " ".join(words(term.text)), _abbreviations(term.text), _alone(term.text)
    itself, inflected = (_Meant(term, places, is_itself, alone) for is_itself in (True, False))
    return tuple((form, itself if form == own else inflected) for form in term.forms())


class Found(NamedTuple):
    """A term that is in a text: first and last byte of its words' own blanks in the key."""

    term: Term
    start: int
    end: int
    is_itself: bool


class Lexicon:
    """Terms with all their forms, to be found in texts."""

    def __init__(self, terms: Iterable[Term]) -> None:
        meant: dict[str, tuple[_Meant, ...]] = {}
        for term in terms:
            for form, meaning in _meanings(term):
                meant[form] = (*meant.get(form, ()), meaning)
        self._meant = list(meant.values())
        self._automaton = Automaton(list(meant))

    def terms(self, form: int) -> list[Term]:
        """What a form is of, by its number."""
        return [meant.term for meant in self._meant[form]]

    def places(self, key: bytes) -> list[tuple[int, int, int]]:
        """The forms that are in a key, by number, and where: quick, and blind to capitals."""
        return self._automaton.found(key)

    def new_places(self, reading: Reading) -> list[tuple[int, int, int]]:
        """As `places`, but of a mended reading what the plain one has not."""
        return self._automaton.new(reading)

    def read(self, reading: Reading, form: int, start: int, end: int) -> list[Found]:
        """What a form at a place is, as it is printed there."""
        found: list[Found] = []
        for term, abbreviations, is_itself, alone in self._meant[form]:
            is_meant = not abbreviations or (reading.prints(alone) if alone else None)
            if is_meant is None:
                is_meant = _are_capitals(abbreviations, reading.printed(start, end))
            if is_meant:
                found.append(Found(term, start, end, is_itself))
        return found

    def found(self, reading: Reading, start: int = 0, end: int | None = None) -> list[Found]:
        """What of the lexicon is in a reading, or between two blanks of it."""
        key = reading.key if end is None else reading.key[start:end]
        found: list[Found] = []
        for form, first, last in self._automaton.found(key):
            found += self.read(reading, form, first + start, last + start)
        return found

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """What of the lexicon is in a text, and where in the text."""
        for reading in readings(text):
            for place in self.new_places(reading):
                for found in self.read(reading, *place):
                    yield found.term.text, *span_of(reading, found)


def span_of(reading: Reading, found: Found) -> tuple[int, int]:
    """Where in the text it is that was found in its key."""
    start, end = reading.span(found.start, found.end)
    return start, end if found.is_itself else without_possessive(reading.text, end)


def _abbreviations(wording: str) -> tuple[slice, ...]:
    """Where, among the letters and digits of a wording, its abbreviations (ACO, WPAP) are.

    No form moves them.
    """
    if wording == wording.lower():  # most words by far
        return ()
    places: list[slice] = []
    at = 0
    for word in re.findall(r"[^\W_]+", _spelled(wording)):
        if len(word) > 1 and word.isupper():
            places.append(slice(at, at + len(word)))
        at += len(word)
    return tuple(places)


def _alone(wording: str) -> str:
    is_one = wording.isascii() and wording.isalpha() and wording.isupper() and len(wording) > 1
    return wording if is_one else ""


def _spelled(text: str) -> str:
    return text.replace("&", " and ")


def _are_capitals(abbreviations: Iterable[slice], printed: str) -> bool:
    """An abbreviation in a wording is meant as capitals; other words match in any case."""
    if printed.islower():  # most words by far: the answer without looking closer
        return False
    letters = [letter for letter in _spelled(printed) if letter.isalnum() and letter not in FOOTNOTE_MARKS]
    return all("".join(letters[place]).isupper() for place in abbreviations)
