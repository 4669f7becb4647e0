"""The wordings of all concepts, compiled, and which of them a text may hold: one pass for all.

Context words are common words: they are looked for only around what was found.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pipeline.matching.mentions.words_beside import WordsBeside
from pipeline.text.keys import words_around
from pipeline.text.lexicon import Lexicon, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.matching.concepts import Concept, Wording
    from pipeline.matching.mentions.words_beside import LikelyWords, TellingWords
    from pipeline.text.keys import Reading
    from pipeline.text.lexicon import Found


class Rule(NamedTuple):
    """A wording of a concept, and the words that are asked for with it and around it.

    Each has lists of its own: of the many common words of all of them few are asked for at a place.
    """

    concept: Concept
    wording: Wording
    partners: WordsBeside | None  # of a pattern
    context: WordsBeside | None


class _Asked(NamedTuple):
    """A rule, and the terms of a form by which it is found."""

    rule: Rule
    terms: list[Term]


class Alternatives(NamedTuple):
    """What a form may be: wordings as they are, and the first word of patterns."""

    fixed: list[_Asked]
    patterns: list[tuple[list[tuple[frozenset[bytes], LikelyWords]], _Asked]]
    reach: int  # words, of the widest pattern

    def likely(self, around: Sequence[bytes]) -> list[_Asked]:
        """The patterns of which words around may hold one of each list: of most they do not."""
        likely: list[_Asked] = []
        for lists, asked in self.patterns:  # a million times a day: no generator, no function of our own
            for whole, words_of_list in lists:
                if whole.isdisjoint(around) and not (words_of_list.begins and words_of_list.begin(around)):
                    break
            else:
                likely.append(asked)
        return likely


class Rules:
    """Every wording of some concepts, by what it is found by."""

    def __init__(self, concepts: Iterable[Concept], telling: TellingWords) -> None:
        self.of_term: dict[Term, list[Rule]] = defaultdict(list)
        for concept in concepts:
            for wording in concept.wordings:
                rule = _rule(concept, wording, telling)
                for term in dict.fromkeys(_first_terms(wording)):
                    self.of_term[term].append(rule)
        self.lexicon = Lexicon(self.of_term)
        self.of_form = cache(self._of_form)

    def _of_form(self, form: int) -> Alternatives:
        """What a form may be a part of, by its number."""
        # Two words of a list may have a form in common: a rule is asked once.
        by_rule: dict[int, _Asked] = {}
        for term in self.lexicon.terms(form):
            for rule in self.of_term[term]:
                by_rule.setdefault(id(rule), _Asked(rule, [])).terms.append(term)
        fixed = [asked for asked in by_rule.values() if asked.rule.partners is None]
        patterns = [
            (asked.rule.partners.unlikely, asked)
            for asked in by_rule.values()
            if asked.rule.partners is not None
        ]
        reach = max((asked.rule.wording.within for _, asked in patterns), default=0)
        return Alternatives(fixed, patterns, reach)

    def in_reading(self, reading: Reading) -> Iterator[tuple[Found, Rule]]:
        """What a reading may hold: fixed wordings, and first words of patterns whose others may be near."""
        key, of_form = reading.key, self.of_form
        for form, start, end in self.lexicon.new_places(reading):
            alternatives = fixed, patterns, reach = of_form(form)
            likely = alternatives.likely(words_around(key, start, end, reach)) if patterns else []
            if there := fixed + likely:
                found = self.lexicon.read(reading, form, start, end)
                for rule, terms in there:
                    for each in found:
                        if each.term in terms:
                            yield each, rule
                            break


def words_beside(wording: Wording) -> Iterator[str]:
    """The words of a wording other than those that it is found by."""
    return chain(wording.near, wording.not_near, *wording.all[1:])


def _rule(concept: Concept, wording: Wording, telling: TellingWords) -> Rule:
    """A wording of a concept with its lists, as they are looked for."""
    partners = WordsBeside(telling, wording.all[1:], wording.unless) if wording.all else None
    has_context = wording.near or wording.not_near
    context = WordsBeside(telling, (wording.near, wording.not_near)) if has_context else None
    return Rule(concept, wording, partners, context)


def _first_terms(wording: Wording) -> list[Term]:
    """What is looked for to find a wording: itself, or the words of a pattern's first list."""
    return [Term(word, is_loose=True) for word in wording.all[0]] if wording.all else [Term(wording.text)]
