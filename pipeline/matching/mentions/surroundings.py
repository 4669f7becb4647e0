"""What is around a place of a text: its window of words, its clause and its sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipeline.text.keys import Reading
    from pipeline.text.lexicon import Found

SENTENCE = 400  # characters either side of a mention that its sentence may be long
_LETTERS = 12  # that most words have with their blanks
_VERB = re.compile(r"\s(?:is|are|was|were|will|has|have|would|may|closes|closed)\b")
_CLAUSE = re.compile(r"\b(?:that|which|who|and|but|because|as|when|if|while)\b|,")
_HEADING = re.compile(r"(?:^|(?<=\n))[^\n]{1,40}\n(?=[A-Z][a-z]* )")  # a short line, and a sentence begins
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+[ \n]$")
# One set of signs first: that is what makes the search quick.
_SENTENCE_END = re.compile(r"[.!?;\u2022\n](?:(?<!\n)\s|(?<=\n)\n)")


class KeySpan(NamedTuple):
    """A piece of a key, with the blanks on both sides."""

    start: int
    end: int


def window(key: bytes, place: KeySpan | Found, reach: int) -> KeySpan:
    """A place with `reach` words on either side."""
    span = (reach + 1) * _LETTERS
    while True:
        low, high = max(0, place.start - span), min(len(key), place.end + span)
        before = key[low : place.start].rsplit(None, reach)
        after = key[place.end : high].split(None, reach)
        is_low, is_high = len(before) > reach, len(after) > reach
        if (is_low or not low) and (is_high or high == len(key)):
            return KeySpan(
                low + len(before[0]) if is_low else 0, high - len(after[reach]) if is_high else high
            )
        span *= 4  # words are seldom so long


def runs_over(reading: Reading, place: KeySpan, at: int) -> bool:
    """Whether words begin before a place of the text and end after it."""
    start, end = reading.span(*place)
    return start < at < end - 1


def in_one_sentence(reading: Reading, one: Found, other: Found) -> bool:
    """Whether no sentence ends between two words, and no heading."""
    start, end = reading.span(min(one.start, other.start), max(one.end, other.end))
    if _SENTENCE_END.search(reading.text, start, end):
        return False
    line = reading.text.rfind("\n", 0, start) + 1
    return not ("\n" in reading.text[start:end] and _HEADING.search(reading.text, line, end))


def is_part_of_a_name(reading: Reading, found: Found) -> bool:
    """Whether a common word is printed as a part of a longer name: Park Road Surgery, Elm Street surgery."""
    if not found.term.text.islower():
        return False
    start, end = reading.span(found.start, found.end)
    return (
        reading.text[start:end].istitle()
        and _CAPITALISED.search(reading.text, max(0, start - 30), start) is not None
        and _VERB.match(reading.text, end) is None
    )


def says_some(reading: Reading, found: Iterable[Found], some: Collection[str]) -> bool:
    """Whether some words are among those found, and not as a part of a name."""
    return any(each.term.text in some and not is_part_of_a_name(reading, each) for each in found)


def clause_begin(reading: Reading, place: KeySpan) -> int:
    """Where in the text the clause begins in which a place is."""
    start = reading.span(*place)[0]
    low, _ = sentence_around_span(reading.text, start, start + 1)
    begins = [match.end() for match in _CLAUSE.finditer(reading.text, low, start)]
    return begins[-1] if begins else low


def sentence_around_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds text[start:end] begins and ends, as far as context reaches."""
    low = max(0, start - SENTENCE)
    begins = [match.end() for match in _SENTENCE_END.finditer(text, low, start)]
    ends = _SENTENCE_END.search(text, max(end - 1, start), end + SENTENCE)
    return begins[-1] if begins else low, ends.start() if ends else end + SENTENCE


def sentence_of_key(reading: Reading, place: KeySpan) -> KeySpan:
    """The sentence that holds a place, in the key: from its first letter to the blank after its last."""
    low, high = sentence_around_span(reading.text, *reading.span(*place))
    return KeySpan(reading.place(low, place.start), reading.place(high, place.start))
