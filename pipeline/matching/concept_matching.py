"""The mentions of concepts in a text, and in a paper page by page.

Which words are where is the lexicon's to say, in one pass over the text. Here it is weighed, for the few
places that it found, what a mention asks for around it, what its paper must say elsewhere, what a short form
means there, and which of several that overlap is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.matching import concepts as concept_files
from pipeline.matching import definitions
from pipeline.matching.definitions import Defined, Definition
from pipeline.matching.kept_hits import KeptHits
from pipeline.matching.passages import passage_hash
from pipeline.matching.surroundings import (
    KeySpan,
    clause_begin,
    in_one_sentence,
    is_part_of_a_name,
    runs_over,
    says_some,
    sentence_of_key,
    window,
)
from pipeline.matching.words_beside import LikelyWords, TellingWords, WordsBeside
from pipeline.model import Hit
from pipeline.text import snippets
from pipeline.text.canonical import LINE_END_HYPHEN
from pipeline.text.keys import BREAK, Reading, readings, words, words_around
from pipeline.text.lexicon import Lexicon, Term, span_of
from pipeline.text.page_joins import TURN, flow_around, page_break_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.matching.concepts import Concept, Wording
    from pipeline.model import Page
    from pipeline.text.lexicon import Found

ENGINE = "9"  # part of every rules hash: raise it when the same rules would find other hits
CLAUSE = 12  # words before a verb among which its subject is looked for
BESIDE = 3  # words next to a pattern of which it may be said
WORLD = 40  # words either side of a mention that say whether it is about health
HEAD, HEADS = 1_500, 2  # characters, and pages, that say what a paper is about
LEAST_HEAD = 300  # characters
MOST_HELD = 50_000  # candidates of a paper at once
LEAST_HEALTH = 0.25  # of the words that say it: most papers of health speak of schools and buses too
LONGEST_WORD = 40  # characters
SHORTEST_FORM = 3  # letters of a short form that only its paper knows
_MORE = 4  # letters and blanks that "&" has as "and"
_GLUED = 4  # letters, at least, of a word to which a number is glued: a key has a blank there
_NOUN = re.compile(
    r"(?:ure|ion|al|loss|sale)s?\b", re.IGNORECASE
)  # how nouns of doing end: closure, suspension
_STOPS = tuple(".!?;")
# Around a name in brackets after another of the same thing.
_OPENS = re.compile(r"(?:['\u2019]s?)?\s*[(\[]\s*(?:the\s+)?[\"'\u201c\u2018]?", re.IGNORECASE)
_CLOSES = re.compile(r"(?:['\u2019]s?)?[\"'\u201d\u2019]?\s*[)\]]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A wording of a concept at a place of one text."""

    concept_id: str
    wording: Wording
    start: int
    end: int
    crosses: bool = False  # over the page end: `end` counts on as if the next page's body followed this one's


class _Candidate(NamedTuple):
    """What may be a mention, and whether its surroundings allow it: the paper has the last word."""

    mention: Mention
    is_allowed: bool


class _Rule(NamedTuple):
    """A wording of a concept, what it is found by, and the words that are asked for with it and around it.

    Each has lists of its own: of the many common words of all of them few are asked for at a place.
    """

    concept: Concept
    wording: Wording
    terms: frozenset[Term]
    partners: WordsBeside | None  # of a pattern
    context: WordsBeside | None


class _Alternatives(NamedTuple):
    """What a form may be: wordings as they are, and the first word of patterns."""

    fixed: list[_Rule]
    patterns: list[tuple[list[tuple[frozenset[bytes], LikelyWords]], _Rule]]
    reach: int  # words, of the widest pattern

    def likely(self, around: Sequence[bytes]) -> list[_Rule]:
        """The patterns of which words around may hold one of each list: of most they do not."""
        likely: list[_Rule] = []
        for lists, rule in self.patterns:  # a million times a day: no generator, no function of our own
            for whole, words_of_list in lists:
                if whole.isdisjoint(around) and not (words_of_list.begins and words_of_list.begin(around)):
                    break
            else:
                likely.append(rule)
        return likely


class ConceptMatcher:
    """All concepts, compiled once. Says what is where; does not use storage.

    Context words are common words: they are looked for only around what was found.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        self.rules = concept_files.rules_hash(self.concepts.values(), ENGINE)
        wordings = [wording for concept in self.concepts.values() for wording in concept.wordings]
        self._health, self._shared, self._elsewhere, councils = (
            frozenset(concept_files.SHIPPED_LISTS[name])
            for name in ("health", "shared", "elsewhere", "councils")
        )
        telling = TellingWords(chain(self._health, self._elsewhere, *map(_words_beside, wordings)))
        # By whether the paper is about health: what may say otherwise of a place in it.
        self._otherwise = {
            True: LikelyWords(telling, self._elsewhere),
            False: LikelyWords(telling, self._health - self._shared),
        }
        self._meant: dict[Term, list[_Rule]] = defaultdict(list)
        for concept in self.concepts.values():
            for wording in concept.wordings:
                rule = _rule(concept, wording, telling)
                for term in dict.fromkeys(_first_terms(wording)):
                    self._meant[term].append(rule)
        self._wordings = Lexicon(self._meant)
        self._needs = Lexicon({Term(word) for wording in wordings for word in wording.needs})
        self._forms_of_needs = {
            wording.needs: _beginnings(wording.needs) for wording in wordings if wording.needs
        }
        world = self._health | self._elsewhere | councils
        self._world = Lexicon({Term(word, is_loose=True) for word in world})
        self._before_breaks = frozenset(chain.from_iterable(map(_before_breaks, self._meant)))
        self._of_form = cache(self._alternatives)
        self._forms_of = {
            concept.id: {each.text for each in concept.wordings if definitions.is_short_form(each.text)}
            for concept in self.concepts.values()
        }
        self._short_forms = frozenset[str]().union(*self._forms_of.values())

    def mentions(self, text: str) -> list[Mention]:
        """All mentions in a text that means itself: a sentence, an example, a query's preview."""
        defined = Defined()
        read = readings(text)
        found = self._look(read)
        self._define(defined, found, text, 0)
        found += self._by_own_forms(defined, text)
        said = self._said([read], found)
        return _settle(each.mention for each in found if self._counts(each, said, defined, 0))

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
        is_of_health = cache(partial(self._is_of_health, pages))
        read = [readings(page.text) for page in pages]
        found: list[list[_Candidate] | None] = []
        defined = Defined()
        held = 0
        needy: dict[tuple[str, ...], _Candidate] = {}
        for number, page in enumerate(pages):
            candidates = self._look(read[number], is_of_health)
            self._define(defined, candidates, page.text, number)
            needy.update((each.mention.wording.needs, each) for each in candidates)
            held += len(candidates)
            # A spreadsheet or a hostile file may have a million: beyond some they are looked for again.
            found.append(candidates if held <= MOST_HELD else None)
        said = self._said(read, needy.values())
        kept = KeptHits()
        for index, page in enumerate(pages):
            candidates = found[index]
            if candidates is None:
                candidates = self._look(read[index], is_of_health)
            candidates += self._by_own_forms(defined, page.text)
            if index + 1 < len(pages) and self._may_cross(pages, read, index):
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
            *_settle(mention for mention in mentions if mention.start < page.body_end),
            *_settle(mention for mention in mentions if mention.start >= page.body_end),
        )
        for mention in _named_once(settled, page.text):
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
    ) -> list[_Candidate]:
        """What may be a mention, or of it what runs over a place of the text.

        `is_of_health`: whether the paper is, as far as its beginning says; few papers are asked.
        """
        found: list[_Candidate] = []
        ruled_out: set[tuple[str, str]] = set()
        for reading in read:
            for each, rule in self._meant_in(reading):
                concept, wording, _, partners, context = rule
                place = _pattern(reading, each, wording, partners) if partners else KeySpan(*each[1:3])
                if place is None or (over is not None and not runs_over(reading, place, over)):
                    continue
                is_allowed = context is None or _is_allowed(reading, place, wording, context)
                if wording.not_near and not wording.near and wording.text in self._short_forms:
                    # A short form that means something else goes on to do so.
                    form = concept.id, wording.text
                    is_allowed = is_allowed and form not in ruled_out
                    ruled_out |= set() if is_allowed else {form}
                if not (is_allowed or wording.text in self._short_forms):
                    continue
                start, end = reading.span(*place) if wording.all else span_of(reading, each)
                if concept.context and self._is_of_another_world(reading, place, is_of_health):
                    continue
                found.append(_Candidate(Mention(concept.id, wording, start, end), is_allowed))
        return found

    def _alternatives(self, form: int) -> _Alternatives:
        """What a form may be a part of, by its number."""
        # Two words of a list may have a form in common: a rule is asked once.
        terms = self._wordings.terms(form)
        rules = {id(rule): rule for term in terms for rule in self._meant[term]}.values()
        fixed = [rule for rule in rules if rule.partners is None]
        patterns = [(rule.partners.unlikely, rule) for rule in rules if rule.partners is not None]
        return _Alternatives(fixed, patterns, max((rule.wording.within for _, rule in patterns), default=0))

    def _meant_in(self, reading: Reading) -> Iterator[tuple[Found, _Rule]]:
        """What a reading may hold: fixed wordings, and first words of patterns whose others may be near."""
        key, of_form = reading.key, self._of_form
        for form, start, end in self._wordings.new_places(reading):
            alternatives = fixed, patterns, reach = of_form(form)
            likely = alternatives.likely(words_around(key, start, end, reach)) if patterns else []
            if there := fixed + likely:
                found = self._wordings.read(reading, form, start, end)
                for rule in there:
                    for each in found:
                        if each.term in rule.terms:
                            yield each, rule
                            break

    # ---- what is around

    def _is_of_another_world(
        self, reading: Reading, place: KeySpan, is_of_health: Callable[[], bool | None]
    ) -> bool:
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
            said = list(self._world.found(reading, *piece))
            if says_some(reading, said, health):
                return False
            if says_some(reading, said, self._elsewhere):
                return True
        if is_health is None:
            page = {each.term.text for each in self._world.found(reading)}
            return page.isdisjoint(self._health) and not page.isdisjoint(self._elsewhere)
        return not is_health

    def _is_of_health(self, pages: Sequence[Page]) -> bool | None:
        """Whether the beginning of a paper speaks of health, or hardly; None: of nothing that tells it."""
        head = "\n\n".join(page.text[:HEAD] for page in pages[:HEADS])
        if len(head) < LEAST_HEAD:
            return True
        found = [each.term.text for each in self._world.found(readings(head)[0])]
        said = [word in self._health for word in found if word not in self._shared]
        if found and not said:
            return True
        return sum(said) >= LEAST_HEALTH * len(said) if said else None

    # ---- what the paper says

    def _define(self, defined: Defined, found: Iterable[_Candidate], text: str, page: int) -> None:
        """Gather what a text says that short forms mean."""
        for mention, _ in found:
            concept_id, wording, start, end = mention.concept_id, mention.wording, mention.start, mention.end
            if wording.text in self._short_forms:
                name = definitions.name_around(text, start, end, wording.text)
                if name is not None:
                    defined.add(wording.text, Definition(page, start, self._named(name)))
            elif not (wording.all or wording.needs or wording.near):
                for form, at in (
                    *definitions.forms_after(text, end),
                    *definitions.forms_before(text, start),
                ):
                    if form not in self._short_forms and len(form) >= SHORTEST_FORM:
                        name = definitions.name_around(text, at, at + len(form), form)
                        if name is not None and concept_id in self._named(name):
                            defined.add(form, Definition(page, at, self._named(name)))

    def _named(self, name: str) -> frozenset[str]:
        """The concepts that a name in full is of, wherever it is."""
        return frozenset(
            concept.id
            for reading in readings(name)
            for found in self._wordings.found(reading)
            for concept, wording, *_ in self._meant[found.term]
            if not (wording.all or wording.needs or wording.near or wording.text in self._short_forms)
        )

    def _by_own_forms(self, defined: Defined, text: str) -> list[_Candidate]:
        """Mentions by short forms that only this paper knows."""
        own = [form for form in defined.forms() if form not in self._short_forms and form in text]
        if not own:
            return []
        concepts = {form: defined.meant(form, 0, 0) or frozenset() for form in own}
        return [
            _Candidate(Mention(concept_id, concept_files.Wording(text=form), start, end), is_allowed=False)
            for form, start, end in Lexicon(map(Term, own)).spans(text)
            for concept_id in sorted(concepts[form])
        ]

    def _may_cross(self, pages: Sequence[Page], read: Sequence[Sequence[Reading]], index: int) -> bool:
        """Whether a mention may run over a page's end: most turns of a page need no reading of their own."""
        page, after = pages[index : index + 2]
        start, stop = max(page.body_start, page.body_end - TURN), min(after.body_start + TURN, after.body_end)
        tail, head = page.text[start : page.body_end], after.text[after.body_start : stop]
        if tail.endswith("-") or LINE_END_HYPHEN in tail or LINE_END_HYPHEN in head:
            return True
        # Where a sign ends the one or begins the other, the words may be together or apart.
        is_plain = tail[-1:].isalnum() and head[:1].isalnum()
        may_be_apart = not is_plain and self._may_break_after(tail[-LONGEST_WORD:])
        # Where a sentence ends with the page no pattern runs over it, and no words that are together.
        if tail.endswith(_STOPS) and not may_be_apart:
            return False
        before = _ending(read[index][0], start, page.body_end).strip()
        then = _beginning(read[index + 1][0], after.body_start, stop).strip()
        turn = len(before) + 1
        for between in (b" ", b"  ") if may_be_apart else (b" ",):
            key = b" %s%s%s " % (before, between, then)
            for form, first, last in self._wordings.places(key):
                alternatives = fixed, patterns, reach = self._of_form(form)
                if fixed and first <= len(before) < last - len(between):
                    return True
                is_near = key.count(b" ", last, turn) <= reach and key.count(b" ", turn, first) <= reach
                if patterns and is_near and alternatives.likely(words_around(key, first, last, reach)):
                    return True
        return False

    def _may_break_after(self, tail: str) -> bool:
        """Whether a text ends with a word after which the next of a wording is apart."""
        if tail.isascii():
            plain = tail.lower()
            if not any(word in plain for word in self._before_breaks):
                return False
        return not self._before_breaks.isdisjoint(words(tail)[-2:])

    def _crossing(self, page: Page, after: Page, is_of_health: Callable[[], bool | None]) -> list[_Candidate]:
        """Mentions that begin on this page and end on the next."""
        turn, boundary = page_break_text(page, after)
        shift = page.body_end - boundary
        return [
            _Candidate(
                replace(mention, start=mention.start + shift, end=mention.end + shift, crosses=True),
                is_allowed,
            )
            for mention, is_allowed in self._look(readings(turn), is_of_health, boundary)
        ]

    def _said(self, read: Iterable[Sequence[Reading]], found: Iterable[_Candidate]) -> set[str]:
        """What a paper says of that which its mentions need: something for each, where it says it."""
        wanting = {needs for each in found if (needs := each.mention.wording.needs)}
        said: set[str] = set()
        for reading in chain.from_iterable(read):
            if not wanting:
                break
            if self._may_say(reading, wanting):
                said |= {each.term.text for each in self._needs.found(reading)}
                wanting = {needs for needs in wanting if said.isdisjoint(needs)}
        return said

    def _may_say(self, reading: Reading, wanting: Iterable[tuple[str, ...]]) -> bool:
        """Whether a text may say something that mentions need: few pages do, and to ask for some is quick."""
        return any(form in reading.key for needs in wanting for form in self._forms_of_needs[needs])

    def _counts(self, candidate: _Candidate, said: set[str], defined: Defined, page: int) -> bool:
        """Whether the paper backs a mention: by its own definition, else by what the mention needs."""
        mention, is_allowed = candidate
        wording = mention.wording
        if wording.all and self._forms_of[mention.concept_id].issuperset(wording.all[0]):
            # A pattern of short forms: where they mean something else here, so does it.
            meant = [defined.meant(form, page, mention.start) for form in wording.all[0]]
            if any(each is not None and mention.concept_id not in each for each in meant):
                return False
        elif not wording.all:
            of_form = defined.meant(wording.text, page, mention.start)
            if of_form is not None:
                return mention.concept_id in of_form
        return is_allowed and (not wording.needs or not said.isdisjoint(wording.needs))

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
    """Returns the matcher of these concepts, made once a process: it takes a second or two."""
    return ConceptMatcher(concepts)


def _ending(reading: Reading, start: int, end: int) -> bytes:
    """The words of text[start:end]; at the end of the text some before them too, which costs less to find."""
    is_at_end = end == len(reading.text)
    return reading.key[-_most(reading, start, end) :] if is_at_end else reading.piece(start, end)


def _beginning(reading: Reading, start: int, end: int) -> bytes:
    """The words of text[start:end]; at the start of the text some after them too."""
    return reading.piece(start, end) if start else reading.key[: _most(reading, start, end)]


def _most(reading: Reading, start: int, end: int) -> int:
    """The bytes, at most, that a piece of the text has in the key: "&" is "and", a glued number is apart."""
    return 1 + end - start + _MORE * reading.text.count("&", start, end) + (end - start) // _GLUED


def _first_terms(wording: Wording) -> list[Term]:
    """What is looked for to find a wording: itself, or the words of a pattern's first list."""
    return [Term(word, is_loose=True) for word in wording.all[0]] if wording.all else [Term(wording.text)]


def _beginnings(needs: Iterable[str]) -> tuple[bytes, ...]:
    """How each form of some words begins in a key, the fewest that there are."""
    shortest: list[bytes] = []
    for form in sorted(form for word in needs for form in Term(word).forms()):
        begin = f" {form.removesuffix('*')}".encode("ascii")
        if not (shortest and begin.startswith(shortest[-1])):
            shortest.append(begin)
    return tuple(shortest)


def _before_breaks(term: Term) -> Iterator[str]:
    """The words of a term after which the next is apart, as in "Procurement, Choice and Competition"."""
    if BREAK not in words(term.text):  # most terms by far, and to make their forms takes long
        return
    for form in term.forms():
        for words_before in form.split("  ")[:-1]:
            yield words_before.rpartition(" ")[2]


def _words_beside(wording: Wording) -> Iterator[str]:
    """The words of a wording other than those that it is found by."""
    return chain(wording.near, wording.not_near, *wording.all[1:])


def _rule(concept: Concept, wording: Wording, telling: TellingWords) -> _Rule:
    """A wording of a concept with its lists, as they are looked for."""
    partners = WordsBeside(telling, wording.all[1:], wording.unless) if wording.all else None
    has_context = wording.near or wording.not_near
    context = WordsBeside(telling, (wording.near, wording.not_near)) if has_context else None
    return _Rule(concept, wording, frozenset(_first_terms(wording)), partners, context)


def _pattern(reading: Reading, first: Found, wording: Wording, partners: WordsBeside) -> KeySpan | None:
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


def _is_allowed(reading: Reading, place: KeySpan, wording: Wording, context: WordsBeside) -> bool:
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


def _settle(mentions: Iterable[Mention]) -> list[Mention]:
    """Of mentions of one concept that overlap one stays; in the order of the text.

    The longest of fixed wordings, before the shortest of patterns.
    """
    settled: list[Mention] = []
    by_length = sorted(mentions, key=_precedence)
    for _, of_concept in groupby(by_length, key=attrgetter("concept_id")):
        taken = bytearray(max(mention.end for mention in by_length))
        for mention in of_concept:
            if 1 not in taken[mention.start : mention.end]:
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
                settled.append(mention)
    return sorted(settled, key=lambda m: (m.start, m.end, m.concept_id))


def _named_once(mentions: Iterable[Mention], text: str) -> Iterator[Mention]:
    """Without a name in brackets after another of the same concept: "care board (the ICB)" is one."""
    ends: dict[str, int] = {}  # of the last mention of each concept
    for mention in mentions:
        between = text[ends.get(mention.concept_id, 0) : mention.start]
        ends[mention.concept_id] = mention.end
        if not (_OPENS.fullmatch(between) and _CLOSES.match(text, mention.end)):
            yield mention


def _precedence(mention: Mention) -> tuple[str, bool, int, int, str]:
    length = mention.end - mention.start
    is_pattern = bool(mention.wording.all)
    return (
        mention.concept_id,
        is_pattern,
        length if is_pattern else -length,
        mention.start,
        mention.wording.text,
    )
