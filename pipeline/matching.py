"""The mentions of concepts in a text, and in a paper page by page.

Which wordings stand where is the lexicon's to say. Here it is weighed what a mention asks for around it, what
its paper must say elsewhere, and which of several that overlap is meant.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from pipeline import concepts as concept_files
from pipeline import snippets
from pipeline.flow import flow_around, turn_after
from pipeline.keys import letters, words
from pipeline.lexicon import Lexicon
from pipeline.model import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.concepts import Concept, Wording
    from pipeline.model import Page

ENGINE = "3"  # part of every rules hash: raise it when the same rules would find other hits
PASSAGE_LETTERS = 40  # either side of a mention: what makes it the same passage elsewhere


@dataclass(frozen=True, slots=True)
class Mention:
    """A wording of a concept at a place of one text."""

    concept_id: str
    wording: Wording
    start: int
    end: int
    crosses: bool = False  # over the page end: `end` counts on as if the next page's body followed this one's


class Watcher:
    """All concepts, compiled once. Says what stands where; knows no storage.

    Context words are common words: they are looked for only where a mention asks for them.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        self.rules = concept_files.rules_hash(self.concepts.values(), ENGINE)
        self._meant: dict[str, list[tuple[str, Wording]]] = defaultdict(list)
        for concept in self.concepts.values():
            for wording in concept.wordings:
                self._meant[wording.text].append((concept.id, wording))
        wordings = [wording for concept in self.concepts.values() for wording in concept.wordings]
        self._wordings = Lexicon(self._meant)
        self._needs = Lexicon({word for wording in wordings for word in wording.needs})
        self._around = Lexicon({word for wording in wordings for word in (*wording.near, *wording.not_near)})

    def mentions(self, text: str) -> list[Mention]:
        """All mentions in a text that stands for itself: a sentence, an example, a query's preview."""
        found = self._look(text)
        said = self._said(found, [text])
        return _settle([mention for mention in found if _backed(mention, said)])

    def wrong_examples(self, concept_id: str) -> Iterator[tuple[bool, str]]:
        """Each example of a concept that it does not hold to, and whether it should have matched."""
        concept = self.concepts[concept_id]
        for due, sentences in ((True, concept.match), (False, concept.no_match)):
            for sentence in sentences:
                if any(mention.concept_id == concept_id for mention in self.mentions(sentence)) is not due:
                    yield due, sentence

    def hits(self, pages: Sequence[Page]) -> list[Hit]:
        """All mentions in a paper, page by page, each on the page where it begins."""
        found = [self._look(page.text) for page in pages]
        for index, (page, after) in enumerate(pairwise(pages)):
            found[index] += self._crossing(page, after)
        said = self._said(chain.from_iterable(found), (page.text for page in pages))
        heads: set[tuple[str, str]] = set()
        hits: list[Hit] = []
        for index, (page, mentions) in enumerate(zip(pages, found, strict=True)):
            backed = [mention for mention in mentions if _backed(mention, said)]
            if not backed:
                continue
            flow = flow_around(pages, index)
            shift = flow.body_at - page.body_start
            # The foot is settled apart: what runs over the page end is counted on past it.
            for mention in (
                *_settle(mention for mention in backed if mention.start < page.body_end),
                *_settle(mention for mention in backed if mention.start >= page.body_end),
            ):
                begins_in_body = page.body_start <= mention.start < page.body_end
                if mention.crosses or (begins_in_body and mention.end <= page.body_end):
                    hits.append(self._hit(page, mention, flow.text, shift))
                    continue
                if not begins_in_body:
                    # A running head says the same on every page: it counts where it first stands.
                    head = mention.concept_id, mention.wording.text
                    if head in heads:
                        continue
                    heads.add(head)
                hits.append(self._hit(page, mention, page.text, 0))
        return hits

    def _look(self, text: str) -> list[Mention]:
        """The mentions whose surroundings allow them; whether the paper backs them is asked later."""
        mentions = [
            Mention(concept_id, wording, start, end)
            for meant, start, end in self._wordings.found(text)
            for concept_id, wording in self._meant[meant]
        ]
        if not any(mention.wording.near or mention.wording.not_near for mention in mentions):
            return mentions
        return _allowed(mentions, text, list(self._around.found(text)))

    def _crossing(self, page: Page, after: Page) -> list[Mention]:
        """Mentions that begin on this page and end on the next."""
        turn, boundary = turn_after(page, after)
        shift = page.body_end - boundary
        return [
            replace(mention, start=mention.start + shift, end=mention.end + shift, crosses=True)
            for mention in self._look(turn)
            if mention.start < boundary < mention.end - 1
        ]

    def _said(self, mentions: Iterable[Mention], texts: Iterable[str]) -> set[str]:
        """What a paper says of that which its mentions need."""
        if not any(mention.wording.needs for mention in mentions):
            return set()
        return {word for text in texts for word, _, _ in self._needs.found(text)}

    def _hit(self, page: Page, mention: Mention, flow: str, shift: int) -> Hit:
        """A mention as it is stored, quoted from `flow`, where it stands `shift` characters further on."""
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


def _allowed(mentions: list[Mention], text: str, context: list[tuple[str, int, int]]) -> list[Mention]:
    """The mentions whose `near` stands within reach and whose `not_near` does not.

    Reach is counted in words, by number from the top of the text: a text of one long page with thousands of
    mentions must not be read again for each.
    """
    places = {place for mention in mentions for place in (mention.start, mention.end)}
    number = _numbers(text, places.union(*((start, end) for _, start, end in context)))
    numbers: dict[str, set[int]] = defaultdict(set)
    for word, start, end in context:
        numbers[word].update(range(number[start], number[end]))

    def holds(mention: Mention, context_words: tuple[str, ...]) -> bool:
        reach = mention.wording.within
        near_by = range(number[mention.start] - reach, number[mention.end] + reach)
        return any(not numbers[word].isdisjoint(near_by) for word in context_words if word in numbers)

    return [
        mention
        for mention in mentions
        if (not mention.wording.near or holds(mention, mention.wording.near))
        and not holds(mention, mention.wording.not_near)
    ]


def _numbers(text: str, places: Iterable[int]) -> dict[int, int]:
    """How many words begin before each place, where a place is a word's beginning or end."""
    numbers: dict[int, int] = {}
    number = at = 0
    for place in sorted(places):
        number += len(words(text[at:place]))
        numbers[place], at = number, place
    return numbers


def _backed(mention: Mention, said: set[str]) -> bool:
    needs = mention.wording.needs
    return not needs or not said.isdisjoint(needs)


def _settle(mentions: Iterable[Mention]) -> list[Mention]:
    """Of mentions of one concept that overlap, the longest stays; in the order of the text."""
    settled: list[Mention] = []
    by_length = sorted(mentions, key=lambda m: (m.concept_id, m.start - m.end, m.start, m.wording.text))
    for _, of_concept in groupby(by_length, key=attrgetter("concept_id")):
        taken = bytearray(max(mention.end for mention in by_length))
        for mention in of_concept:
            if 1 not in taken[mention.start : mention.end]:
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
                settled.append(mention)
    return sorted(settled, key=lambda m: (m.start, m.end, m.concept_id))


def passage_hash(text: str, start: int, end: int) -> str:
    """A hash of the mention with the letters around it: blind to blanks, hyphens and page layout."""
    before = letters(text[max(0, start - 4 * PASSAGE_LETTERS) : start])[-PASSAGE_LETTERS:]
    after = letters(text[end : end + 4 * PASSAGE_LETTERS])[:PASSAGE_LETTERS]
    return hashlib.sha256(b" ".join((before, letters(text[start:end]), after))).hexdigest()[:16]
