"""The mentions of concepts in a text, and in a paper page by page.

Which words are where is the lexicon's to say, in one pass over the text. Here it is weighed, for the few
places that it found, what a mention asks for around it, what its paper must say elsewhere, what a short form
means there, and which of several that overlap is meant.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.matching import concepts as concept_files
from pipeline.matching.definitions import Defined
from pipeline.matching.kept_hits import KeptHits
from pipeline.matching.mentions.mention import Mention, PossibleMention
from pipeline.matching.mentions.needs import Needs
from pipeline.matching.mentions.page_turns import PageTurns
from pipeline.matching.mentions.patterns import is_allowed_at, pattern_at
from pipeline.matching.mentions.rules import Rules, words_beside
from pipeline.matching.mentions.settling import named_once, settle
from pipeline.matching.mentions.surroundings import KeySpan, runs_over
from pipeline.matching.mentions.words_beside import TellingWords
from pipeline.matching.mentions.world import World
from pipeline.matching.passages import passage_hash
from pipeline.matching.short_forms import ShortForms
from pipeline.model import Hit
from pipeline.text import snippets
from pipeline.text.keys import readings
from pipeline.text.lexicon import span_of
from pipeline.text.page_joins import flow_around, page_break_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.matching.concepts import Concept
    from pipeline.model import Page
    from pipeline.text.keys import Reading

ENGINE = "10"  # part of every rules hash: raise it when the same rules would find other hits
MOST_HELD = 50_000  # candidates of a paper at once


class ConceptMatcher:
    """All concepts, compiled once. Says what is where; does not use storage."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        self.rules = concept_files.rules_hash(self.concepts.values(), ENGINE)
        lists = concept_files.SHIPPED_LISTS
        wordings = [wording for concept in self.concepts.values() for wording in concept.wordings]
        telling = TellingWords(chain(lists["health"], lists["elsewhere"], *map(words_beside, wordings)))
        self._rules = Rules(self.concepts.values(), telling)
        self._world = World(lists, telling)
        self._needs = Needs(wordings)
        self._turns = PageTurns(self._rules)
        self._short_forms = ShortForms(self.concepts.values(), self._rules)

    def mentions(self, text: str) -> list[Mention]:
        """All mentions in a text that means itself: a sentence, an example, a query's preview."""
        defined = Defined()
        read = readings(text)
        found = self._look(read)
        self._short_forms.define(defined, found, text, 0)
        found += self._short_forms.by_own_forms(defined, text)
        said = self._needs.said([read], (each.mention.wording.needs for each in found))
        return settle(each.mention for each in found if self._counts(each, said, defined, 0))

    def wrong_examples(self, concept_id: str) -> Iterator[tuple[bool, str]]:
        """Each example of a concept that it does not hold to, and whether it should have matched."""
        for due, sentences in self.concepts[concept_id].examples:
            for sentence in sentences:
                if any(mention.concept_id == concept_id for mention in self.mentions(sentence)) is not due:
                    yield due, sentence

    def hits(self, pages: Sequence[Page]) -> list[Hit]:
        """Returns the mentions in a paper, page by page, each on the page where it begins.

        Of a concept that a page or a paper says without end some are kept, and the others counted.
        """
        is_of_health = cache(partial(self._world.is_of_health, pages))
        read = [readings(page.text) for page in pages]
        found: list[list[PossibleMention] | None] = []
        defined = Defined()
        held = 0
        wanting: set[tuple[str, ...]] = set()
        for number, page in enumerate(pages):
            candidates = self._look(read[number], is_of_health)
            self._short_forms.define(defined, candidates, page.text, number)
            wanting.update(each.mention.wording.needs for each in candidates)
            held += len(candidates)
            # A spreadsheet or a hostile file may have a million: beyond some they are looked for again.
            found.append(candidates if held <= MOST_HELD else None)
        said = self._needs.said(read, wanting)
        kept = KeptHits()
        for index, page in enumerate(pages):
            candidates = found[index]
            if candidates is None:
                candidates = self._look(read[index], is_of_health)
            candidates += self._short_forms.by_own_forms(defined, page.text)
            if index + 1 < len(pages) and self._turns.may_cross(pages, read, index):
                candidates += self._crossing(page, pages[index + 1], is_of_health)
            backed = [each.mention for each in candidates if self._counts(each, said, defined, index)]
            if backed:
                self._keep(kept, backed, pages, index)
        return kept.all()

    def _keep(self, kept: KeptHits, mentions: Sequence[Mention], pages: Sequence[Page], index: int) -> None:
        """Keep those of the page's mentions that count, each quoted from the flow of the text or its head."""
        page, flow = pages[index], flow_around(pages, index)
        shift = flow.body_at - page.body_start
        # The foot is settled apart: what runs over the page end is counted on past it.
        settled = (
            *settle(mention for mention in mentions if mention.start < page.body_end),
            *settle(mention for mention in mentions if mention.start >= page.body_end),
        )
        for mention in named_once(settled, page.text):
            begins_in_body = page.body_start <= mention.start < page.body_end
            is_in_flow = mention.crosses or (begins_in_body and mention.end <= page.body_end)
            # A running head says the same on every page: it counts where it first is.
            if not (is_in_flow or begins_in_body) and kept.knows_head(mention):
                continue
            if kept.has_room(page, mention):
                text, by = (flow.text, shift) if is_in_flow else (page.text, 0)
                kept.add(self._hit(page, mention, text, by))

    def _look(
        self,
        read: Sequence[Reading],
        is_of_health: Callable[[], bool | None] = lambda: True,
        over: int | None = None,
    ) -> list[PossibleMention]:
        """What may be a mention, or of it what runs over a place of the text.

        `is_of_health`: whether the paper is, as far as its beginning says; few papers are asked.
        """
        found: list[PossibleMention] = []
        ruled_out: set[tuple[str, str]] = set()
        for reading in read:
            for each, rule in self._rules.in_reading(reading):
                concept, wording, partners, context = rule
                place = pattern_at(reading, each, wording, partners) if partners else KeySpan(*each[1:3])
                if place is None or (over is not None and not runs_over(reading, place, over)):
                    continue
                is_allowed = context is None or is_allowed_at(reading, place, wording, context)
                if wording.not_near and not wording.near and wording.text in self._short_forms.all:
                    # A short form that means something else goes on to do so.
                    form = concept.id, wording.text
                    is_allowed = is_allowed and form not in ruled_out
                    ruled_out |= set() if is_allowed else {form}
                if not (is_allowed or wording.text in self._short_forms.all):
                    continue
                if concept.context and self._world.is_another(reading, place, is_of_health):
                    continue
                start, end = reading.span(*place) if wording.all else span_of(reading, each)
                found.append(PossibleMention(Mention(concept.id, wording, start, end), is_allowed))
        return found

    def _crossing(
        self, page: Page, after: Page, is_of_health: Callable[[], bool | None]
    ) -> list[PossibleMention]:
        """Mentions that begin on this page and end on the next."""
        turn, boundary = page_break_text(page, after)
        shift = page.body_end - boundary
        return [
            PossibleMention(
                replace(mention, start=mention.start + shift, end=mention.end + shift, crosses=True),
                is_allowed,
            )
            for mention, is_allowed in self._look(readings(turn), is_of_health, boundary)
        ]

    def _counts(self, candidate: PossibleMention, said: set[str], defined: Defined, page: int) -> bool:
        """Whether the paper backs a mention: by its own definition, else by what the mention needs."""
        mention, is_allowed = candidate
        is_meant = self._short_forms.is_meant(mention, defined, page)
        if is_meant is not None:
            return is_meant
        needs = mention.wording.needs
        return is_allowed and (not needs or not said.isdisjoint(needs))

    def _hit(self, page: Page, mention: Mention, flow: str, shift: int) -> Hit:
        """A mention as it is stored, quoted from `flow`, where it is `shift` characters further on."""
        snippet = snippets.around(flow, mention.start + shift, mention.end + shift)
        return Hit(
            sha256=page.sha256,
            page=page.number,
            concept_id=mention.concept_id,
            wording=mention.wording.text,
            start=mention.start,
            end=page.body_end if mention.crosses else mention.end,
            snippet=snippet.text,
            mark_start=snippet.mark_start,
            mark_end=snippet.mark_end,
            passage=passage_hash(flow, mention.start + shift, mention.end + shift),
            rules=self.rules,
        )


@lru_cache(maxsize=2)
def compiled(concepts: tuple[Concept, ...]) -> ConceptMatcher:
    """Returns the matcher of these concepts, made once a process: it takes some tenths of a second."""
    return ConceptMatcher(concepts)
