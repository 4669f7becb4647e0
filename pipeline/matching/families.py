"""Known wordings in a search: the concept that each belongs to, and what else that is called."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.english import counted, listed
from pipeline.matching.query import And, Or, Phrase
from pipeline.text.inflections import inflections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.matching.concepts import Concept, Wording
    from pipeline.matching.query import Expression, Query

NAMED = 4  # other names that a sentence lists
SUGGESTED = 3  # names of each topic that are offered while one types


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A concept, as a search came upon it."""

    concept: str
    label: str
    wording: str  # that was searched for, as the concept writes it
    others: tuple[str, ...]  # its other wordings, in the concept's own order

    @property
    def sentence(self) -> str:
        """As in "WPAP is also called whole population annual payment, WPB and 3 other names"."""
        if not self.others:
            return f"{self.wording} is one of our topics"
        rest = len(self.others) - NAMED
        names = [*self.others[:NAMED], *([counted(rest, "other name")] if rest > 0 else [])]
        return f"{self.wording} is also called {listed(names)}"


class Families:
    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._concepts = {concept.id: concept for concept in concepts}
        self._known: dict[str, list[tuple[Concept, Wording]]] = defaultdict(list)
        for concept in self._concepts.values():
            for wording in concept.wordings:
                if not wording.all:
                    for form in inflections(wording.text):
                        self._known[form].append((concept, wording))
        self.words = frozenset(word for form in self._known for word in form.removesuffix("*").split())

        # For a box in which somebody types: each topic and the first of what it is called.
        self.suggestions = tuple(
            dict.fromkeys(
                name
                for concept in self._concepts.values()
                for name in (concept.label, *_names(concept)[:SUGGESTED])
            )
        )

    def named(self, query: Query) -> tuple[Family, ...]:
        """The families of what is searched for, where that is a known wording and nothing else."""
        said = _said(query.expression) if query.expression else ()
        found: dict[str, Family] = {}
        for concept, wording in (known for words in said for known in self._known.get(words, ())):
            if concept.id != query.concept:
                found.setdefault(concept.id, _family(concept, wording))
        return tuple(found.values())

    def wordings(self, concept: str) -> tuple[Wording, ...]:
        return self._concepts[concept].wordings if concept in self._concepts else ()


def _family(concept: Concept, wording: Wording) -> Family:
    return Family(
        concept=concept.id,
        label=concept.label,
        wording=wording.text,
        others=tuple(name for name in _names(concept) if name != wording.text),
    )


def _names(concept: Concept) -> list[str]:
    """Its wordings that are names: no pattern, no beginning of words."""
    return [each.text for each in concept.wordings if not each.all and not each.text.endswith("*")]


def _said(expression: Expression) -> Iterator[str]:
    """The keys of what is looked for: a phrase, words in a row, or either side of an OR."""
    match expression:
        case Phrase(words, prefix, suffix):
            if not suffix:
                yield " ".join(words) + "*" * prefix
        case And(parts):
            phrases = [part for part in parts if isinstance(part, Phrase)]
            if len(phrases) == len(parts) and not any(each.prefix or each.suffix for each in phrases):
                yield " ".join(word for each in phrases for word in each.words)
        case Or(parts):
            for part in parts:
                yield from _said(part)
