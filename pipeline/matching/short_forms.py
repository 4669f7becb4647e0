"""What short forms mean in a paper that defines them, and the mentions by forms that only it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.matching import definitions
from pipeline.matching.concepts import Wording
from pipeline.matching.definitions import Definition
from pipeline.matching.mentions.mention import Mention, PossibleMention
from pipeline.text.keys import readings
from pipeline.text.lexicon import Lexicon, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.matching.concepts import Concept
    from pipeline.matching.definitions import Defined
    from pipeline.matching.mentions.rules import Rules

SHORTEST_FORM = 3  # letters of a short form that only its paper knows


class ShortForms:
    """The short forms among the wordings of some concepts."""

    def __init__(self, concepts: Iterable[Concept], rules: Rules) -> None:
        self._rules = rules
        self._of_concept = {
            concept.id: {each.text for each in concept.wordings if definitions.is_short_form(each.text)}
            for concept in concepts
        }
        self.all = frozenset[str]().union(*self._of_concept.values())

    def define(self, defined: Defined, found: Iterable[PossibleMention], text: str, page: int) -> None:
        """Gather what a text says that short forms mean."""
        for mention, _ in found:
            concept_id, wording, start, end = mention.concept_id, mention.wording, mention.start, mention.end
            if wording.text in self.all:
                name = definitions.name_around(text, start, end, wording.text)
                if name is not None:
                    defined.add(wording.text, Definition(page, start, self._named(name)))
            elif not (wording.all or wording.needs or wording.near):
                for form, at in (
                    *definitions.forms_after(text, end),
                    *definitions.forms_before(text, start),
                ):
                    if form not in self.all and len(form) >= SHORTEST_FORM:
                        name = definitions.name_around(text, at, at + len(form), form)
                        if name is not None and concept_id in self._named(name):
                            defined.add(form, Definition(page, at, self._named(name)))

    def _named(self, name: str) -> frozenset[str]:
        """The concepts that a name in full is of, wherever it is."""
        return frozenset(
            concept.id
            for reading in readings(name)
            for found in self._rules.lexicon.found(reading)
            for concept, wording, *_ in self._rules.of_term[found.term]
            if not (wording.all or wording.needs or wording.near or wording.text in self.all)
        )

    def by_own_forms(self, defined: Defined, text: str) -> list[PossibleMention]:
        """Mentions by short forms that only this paper knows."""
        own = [form for form in defined.forms() if form not in self.all and form in text]
        if not own:
            return []
        concepts = {form: defined.meant(form, 0, 0) or frozenset() for form in own}
        return [
            PossibleMention(Mention(concept_id, Wording(text=form), start, end), is_allowed=False)
            for form, start, end in Lexicon(map(Term, own)).spans(text)
            for concept_id in sorted(concepts[form])
        ]

    def is_meant(self, mention: Mention, defined: Defined, page: int) -> bool | None:
        """Whether a mention is of its concept by the paper's own definition; None: the paper has none."""
        wording = mention.wording
        if not wording.all:
            of_form = defined.meant(wording.text, page, mention.start)
            return None if of_form is None else mention.concept_id in of_form
        if self._of_concept[mention.concept_id].issuperset(wording.all[0]):
            # A pattern of short forms: where they mean something else here, so does it.
            meant = [defined.meant(form, page, mention.start) for form in wording.all[0]]
            if any(each is not None and mention.concept_id not in each for each in meant):
                return False
        return None
