"""Whether words are of another world than health: of housing, planning, schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.matching.mentions.surroundings import KeySpan, says_some, sentence_of_key, window
from pipeline.matching.mentions.words_beside import LikelyWords
from pipeline.text.keys import readings
from pipeline.text.lexicon import Lexicon, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.matching.mentions.words_beside import TellingWords
    from pipeline.matching.word_lists import Lists
    from pipeline.model import Page
    from pipeline.text.keys import Reading

WORLD = 40  # words either side of a mention that say whether it is about health
HEAD, HEADS = 1_500, 2  # characters, and pages, that say what a paper is about
LEAST_HEAD = 300  # characters
LEAST_HEALTH = 0.25  # of the words that say it: most papers of health speak of schools and buses too


class World:
    """What tells health from elsewhere."""

    def __init__(self, lists: Lists, telling: TellingWords) -> None:
        self._health, self._shared, self._elsewhere = (
            frozenset(lists[name]) for name in ("health", "shared", "elsewhere")
        )
        # By whether the paper is about health: what may say otherwise of a place in it.
        self._otherwise = {
            True: LikelyWords(telling, self._elsewhere),
            False: LikelyWords(telling, self._health - self._shared),
        }
        words = self._health.union(self._elsewhere, lists["councils"])
        self._words = Lexicon({Term(word, is_loose=True) for word in words})

    def is_another(self, reading: Reading, place: KeySpan, is_of_health: Callable[[], bool | None]) -> bool:
        """Whether the sentence, else the words around, else the paper, is about another world than health."""
        is_health = is_of_health()
        if is_health is not None:
            around = reading.words_around(place.start, place.end, WORLD, within=True)
            if not self._otherwise[is_health].among(around):  # at most places
                return not is_health
        health = self._health - self._shared if is_health is False else self._health
        near = window(reading.key, place, WORLD)
        low, high = sentence_of_key(reading, place)
        sentence = KeySpan(max(near.start, low - 1), min(near.end, high + 1))
        for piece in (sentence,) if is_health is False else (sentence, near):
            said = list(self._words.found(reading, *piece))
            if says_some(reading, said, health):
                return False
            if says_some(reading, said, self._elsewhere):
                return True
        if is_health is None:
            page = {each.term.text for each in self._words.found(reading)}
            return page.isdisjoint(self._health) and not page.isdisjoint(self._elsewhere)
        return not is_health

    def is_of_health(self, pages: Sequence[Page]) -> bool | None:
        """Whether the beginning of a paper speaks of health, or hardly; None: of nothing that tells it."""
        head = "\n\n".join(page.text[:HEAD] for page in pages[:HEADS])
        if len(head) < LEAST_HEAD:
            return True
        found = [each.term.text for each in self._words.found(readings(head)[0])]
        said = [word in self._health for word in found if word not in self._shared]
        if found and not said:
            return True
        return sum(said) >= LEAST_HEALTH * len(said) if said else None
