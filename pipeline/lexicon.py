"""Finding wordings in text as printed: one pass for all of them, exact places back.

What is looked for stands in the key of the text with a blank either side: the blanks are the word boundaries.
Words broken by a line-end hyphen, which the plain reading does not have, are looked for in the mended one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from pipeline.keys import readings, without_possessive, words
from pipeline.text import FOOTNOTE_MARKS, LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


# ---- wordings and their inflections

_ISE = re.compile(r"i[sz](?=(?:e|ed|es|er|ers|ing|ation|ations)\b)")


def inflections(wording: str) -> set[str]:
    """The forms in which a wording is found: plural and possessive of its last word, -ise and -ize."""
    parts = words(wording.removesuffix("*"))
    if wording.endswith("*"):
        return {" ".join(parts) + "*"}
    forms = {" ".join([*parts[:-1], last]) for last in _numbers(parts[-1])}
    return forms | {_ISE.sub(spelling, form) for form in forms for spelling in ("is", "iz")}


def _numbers(word: str) -> set[str]:
    """A word in singular, plural and possessive. A form that nobody prints costs nothing."""
    if len(word) < 2 or word.isdigit():
        return {word}
    forms = {word, word + "s"}  # ICS, ICSs; company, company's
    if word.endswith("y") and word[-2] not in "aeiou":
        forms.add(word[:-1] + "ies")
    if word.endswith(("s", "x", "ch", "sh")):
        forms.add(word + "es")
    return forms


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
        for number, reading in enumerate(readings(text)):
            for form, start, end in self.found(reading.key):
                first, last = reading.span(start, end)
                # Of the mended reading what is new: the rest stands in the plain one.
                if not number or LINE_END_HYPHEN in text[first:last]:
                    yield Span(form, first, last)

    def found(self, key: bytes) -> Iterator[Span]:
        """Every occurrence in a key that begins and ends with a blank, with the blanks on both sides."""
        for form, start, end in self._automaton.find_matches_as_indexes(key, overlapping=True):
            yield Span(form, start, key.index(b" ", end) + 1 if self._prefix[form] else end)


class _Meant(NamedTuple):
    """What a form stands for."""

    text: str
    abbreviations: list[slice]
    is_itself: bool  # the words of the text, not an inflection of them


class Lexicon:
    """Texts with all their forms, to be found in other texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        meant: dict[str, list[_Meant]] = defaultdict(list)
        for text in texts:
            own = " ".join(words(text))
            for form in inflections(text):
                meant[form].append(_Meant(text, _abbreviations(text), form == own))
        self._meant = list(meant.values())
        self._automaton = Automaton(list(meant))

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """What of the lexicon stands in a text, and where."""
        for form, start, end in self._automaton.spans(text):
            for meant, abbreviations, is_itself in self._meant[form]:
                if not abbreviations or _are_capitals(abbreviations, text[start:end]):
                    yield meant, start, end if is_itself else without_possessive(text, end)


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


def _spelled(text: str) -> str:
    return text.replace("&", " and ")


def _are_capitals(abbreviations: Iterable[slice], printed: str) -> bool:
    """An abbreviation in a wording is meant as capitals; other words match in any case."""
    if printed.islower():  # most words by far: the answer without looking closer
        return False
    letters = [letter for letter in _spelled(printed) if letter.isalnum() and letter not in FOOTNOTE_MARKS]
    return all("".join(letters[place]).isupper() for place in abbreviations)
