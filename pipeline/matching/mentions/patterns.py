"""Whether a pattern is where a word of its first list is, and whether what is around a mention allows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.matching.mentions.surroundings import (
    KeySpan,
    clause_begin,
    in_one_sentence,
    is_part_of_a_name,
    sentence_of_key,
    window,
)

if TYPE_CHECKING:
    from pipeline.matching.concepts import Wording
    from pipeline.matching.mentions.words_beside import WordsBeside
    from pipeline.text.keys import Reading
    from pipeline.text.lexicon import Found, Lexicon

CLAUSE = 12  # words before a verb among which its subject is looked for
BESIDE = 3  # words next to a pattern of which it may be said
_NOUN = re.compile(
    r"(?:ure|ion|al|loss|sale)s?\b", re.IGNORECASE
)  # how nouns of doing end: closure, suspension


def pattern_at(reading: Reading, first: Found, wording: Wording, partners: WordsBeside) -> KeySpan | None:
    """The smallest piece of a sentence around a word of the first list with one of each other list."""
    _, begin, stop, _ = first
    there = [
        each
        for each in partners.lexicon.found(reading, *window(reading.key, first, wording.within))
        if each.end <= begin + 1 or each.start >= stop - 1
    ]
    said = [each.term.text for each in there]
    if any(part.isdisjoint(said) for part in partners.lists):  # most by far: where is not asked
        return None
    there.sort(key=lambda each: max(begin - each.end, each.start - stop))
    start, end = begin, stop
    for part in partners.lists:
        nearest = next(
            (each for each in there if each.term.text in part and in_one_sentence(reading, first, each)),
            None,
        )
        if nearest is None:
            return None
        start, end = min(start, nearest.start), max(end, nearest.end)
    place = KeySpan(start, end)
    return None if _is_of_other_things(reading, first, place, wording, partners.lexicon) else place


def is_allowed_at(reading: Reading, place: KeySpan, wording: Wording, context: WordsBeside) -> bool:
    """Whether what must be near does, and nothing that must not: near a pattern, in its sentence."""
    reach = wording.within + context.longest - 1
    around = reading.words_around(place.start, place.end, reach, within=True)
    (near, not_near), (may_be_near, may_be_wrong) = context.lists, context.likely_in(around)
    if near and not may_be_near:
        return False
    if not (near or may_be_wrong):
        return True
    found = _found_around(reading, window(reading.key, place, wording.within), context)
    if near and not any(each.term.text in near for each in found):
        return False
    unwanted = [each for each in found if each.term.text in not_near]
    if not (unwanted and wording.all):
        return not unwanted
    low, high = sentence_of_key(reading, place)
    return not any(low <= each.start + 1 < high for each in unwanted)


def _found_around(reading: Reading, near: KeySpan, context: WordsBeside) -> list[Found]:
    """The context words of which a part is in a piece of a key."""
    low, high = window(reading.key, near, context.longest - 1)
    found = context.lexicon.found(reading, low, high)
    return [each for each in found if each.end > near.start + 1 and each.start < near.end - 1]


def _is_of_other_things(
    reading: Reading, first: Found, place: KeySpan, wording: Wording, partners: Lexicon
) -> bool:
    """Whether a pattern is said of what it is not meant for.

    That is between its words or next to the others; before a verb also anywhere in its clause, as its
    subject does. As a part of the other's name (Park Road Surgery) it says nothing.
    """
    if not wording.unless:
        return False
    wide = window(reading.key, place, BESIDE)
    low = wide.start if place.start < first.start else first.start
    high = wide.end if place.end > first.end else first.end
    if not _NOUN.search(reading.printed(first.start, first.end)):
        begin = clause_begin(reading, place)
        low = min(low, window(reading.key, place, CLAUSE).start)
    else:
        begin = 0
    return any(
        each.term.text in wording.unless
        and (each.start >= wide.start or reading.span(each.start, each.end)[0] >= begin)
        and not is_part_of_a_name(reading, each)
        for each in partners.found(reading, low, high)
    )
