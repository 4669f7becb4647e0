"""Readers' own queries against pages, thousands at a time: live as papers come, and over the whole archive.

Both ways are this one matcher, so they cannot disagree. A page is asked once which rules could hold on it:
of each rule, one phrase that it cannot do without (for OR, one of each side) is in an Aho-Corasick
automaton. Only the rules whose phrase was seen are then weighed. A phrase is a piece of the page's key.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from itertools import chain, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from ahocorasick_rs import BytesAhoCorasick

from pipeline.errors import QueryError
from pipeline.matching.passages import passage_hash
from pipeline.matching.query import And, Near, Or, Phrase, parse
from pipeline.model import Hit
from pipeline.text import snippets
from pipeline.text.canonical import LINE_END_HYPHEN
from pipeline.text.keys import boundaries, readings, without_possessive
from pipeline.text.page_joins import flow_around, page_break_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.matching.query import Expression, Query
    from pipeline.model import Page
    from pipeline.text.keys import Reading

ENGINE = "4"  # raise it when the same rule would find other pages
TOPIC = "query:"  # begins what means a rule where a concept would have its id
FEW = 30  # words that are faster looked for one by one than all at once
SENTENCE = 8  # words, at least, of a quote that says something
_TRIED = 8  # places of a phrase on a page
_COMPILED = 10_000  # phrases kept in mind
_WORD_BEGINS = re.compile(rb" (?=[a-z0-9])")


def rule(text: str) -> Query:
    """A query that may be kept as a rule. Raises QueryError."""
    query = parse(text)
    if query.expression is None:
        raise QueryError("A query that is kept needs a word to look for.", query=text, position=len(text))
    return query


def topic(text: str) -> str:
    """What a rule goes by in hits and ledger: the same words are the same rule, whoever asks."""
    return TOPIC + hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:16]


class RuleSet:
    """Rules by topic, compiled once."""

    def __init__(self, rules: Mapping[str, Query]) -> None:
        self.rules = dict(rules)
        self._expressions: dict[str, Expression] = {}
        waiting: dict[bytes, list[str]] = defaultdict(list)
        for name, query in self.rules.items():
            assert query.expression is not None, "a rule has words to look for"
            self._expressions[name] = query.expression
            for pattern in {p for phrase in cover(query.expression) for p in patterns(phrase)}:
                waiting[pattern].append(name)
        self._waiting = list(waiting.values())
        self._automaton = BytesAhoCorasick(list(waiting))
        # Of few rules, one word each: most pages have none.
        words = {max(pattern.split(), key=len) for pattern in waiting}
        self._words = words if len(words) <= FEW else ()

    def hits(self, pages: Sequence[Page]) -> list[Hit]:
        """One hit for each page on which a rule holds, marked at its longest phrase."""
        found: list[Hit] = []
        heads: set[str] = set()
        for index, page in enumerate(pages):
            said = _Said(page, pages[index + 1] if index + 1 < len(pages) else None)
            for name in self._holding(said):
                phrases = self.rules[name].phrases()
                hit = _hit(pages, index, said, name, phrases)
                if hit is None:
                    continue
                if not page.body_start <= hit.start < page.body_end:
                    # A running head says the same on every page: it counts where it first is.
                    if name in heads:
                        continue
                    heads.add(name)
                found.append(hit)
        return found

    def holding(self, page: Page) -> list[str]:
        """The rules that hold on a page that is alone."""
        return self._holding(_Said(page, None))

    def hold_in(self, pages: Iterable[Page]) -> bool:
        """Whether any rule holds anywhere in a paper; reads no further than it must."""
        return any(
            page is not None and self._holding(_Said(page, after))
            for page, after in pairwise(chain(pages, [None]))
        )

    def _holding(self, said: _Said) -> list[str]:
        seen = {
            number
            for reading, _ in said.readings
            if not self._words or any(word in reading.key for word in self._words)
            for number, _, _ in self._automaton.find_matches_as_indexes(reading.key, overlapping=True)
        }
        names = {name for number in seen for name in self._waiting[number]}
        return sorted(name for name in names if _holds(self._expressions[name], said))


# ---- phrases as patterns


@lru_cache(_COMPILED)
def patterns(phrase: Phrase) -> tuple[bytes, ...]:
    """The pieces of a text of words with single blanks that a phrase is."""
    begin, end = b"" if phrase.suffix else b" ", b"" if phrase.prefix else b" "
    return tuple(begin + " ".join(form).encode("ascii") + end for form in phrase.forms())


def cover(expression: Expression) -> tuple[Phrase, ...]:
    """Phrases one of which is wherever the expression holds; long ones, since those are rare."""
    match expression:
        case Phrase():
            return (expression,)
        case Near(left, right):
            return (max(left, right, key=_length),)
        case Or(parts):
            return tuple(phrase for part in parts for phrase in cover(part))
        case And(parts):
            return max(filter(None, map(cover, parts)), key=lambda phrases: min(map(_length, phrases)))
        case _:
            return ()  # what is left out need be nowhere: the parser lets no rule through that says only that


def _length(phrase: Phrase) -> int:
    return sum(map(len, phrase.words))


# ---- what a page says


class _Said:
    """A page's readings, and those of its turn, of which only what runs over the page end counts."""

    def __init__(self, page: Page, after: Page | None) -> None:
        self.own = readings(page.text)
        self.readings: list[tuple[Reading, int | None]] = [(reading, None) for reading in self.own]
        if after is not None:
            text, boundary = page_break_text(page, after)
            self.readings += zip(readings(text), boundaries(text, boundary), strict=False)


def spans(reading: Reading, phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Where in a key a phrase is, first and last byte of its words' own blanks."""
    said = reading.key
    for pattern in patterns(phrase):
        at = said.find(pattern)
        while at >= 0:
            start = said.rfind(b" ", 0, at + 1) if phrase.suffix else at
            yield start, said.index(b" ", at + len(pattern) - 1)
            at = said.find(pattern, at + 1)


def _stands(reading: Reading, turn: int | None, phrase: Phrase) -> bool:
    if turn is not None:
        return any(start < turn < end for start, end in spans(reading, phrase))
    return any(pattern in reading.key for pattern in patterns(phrase))


def _stands_near(reading: Reading, turn: int | None, near: Near) -> bool:
    left, right = list(spans(reading, near.left)), list(spans(reading, near.right))
    if not left or not right:
        return False
    begins = [match.start() for match in _WORD_BEGINS.finditer(reading.key)]

    def is_near(end: int, start: int) -> bool:
        return bisect_left(begins, start) - bisect_left(begins, end) <= near.distance

    if turn is None:
        return any(is_near(end, start) for end, start in _gaps(left, right))
    return any(
        min(a, b)[0] < turn < max(a[1], b[1]) and is_near(min(a, b)[1], max(a, b)[0])
        for a in left
        for b in right
    )


def _gaps(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """End and start of the narrowest gap before each place of either side, since its other side last ended.

    One pass over both: a long page may hold each side thousands of times.
    """
    furthest: list[int | None] = [None, None]  # end of each side so far
    for start, end, side in sorted([(*place, 0) for place in left] + [(*place, 1) for place in right]):
        other = furthest[1 - side]
        if other is not None:
            yield other, start
        furthest[side] = max(end, furthest[side] or 0)


def _holds(expression: Expression, said: _Said) -> bool:
    match expression:
        case Phrase():
            return any(_stands(*reading, expression) for reading in said.readings)
        case Near():
            return any(_stands_near(*reading, expression) for reading in said.readings)
        case And(parts):
            return all(_holds(part, said) for part in parts)
        case Or(parts):
            return any(_holds(part, said) for part in parts)
        case _:
            return not _holds(expression.part, said)


# ---- quoting


def _hit(pages: Sequence[Page], index: int, said: _Said, name: str, phrases: Sequence[Phrase]) -> Hit | None:
    """The hit at the longest phrase that is on the page or runs over its end.

    Of the places of that phrase it is the first in a sentence: a heading says little of its page.
    """
    page, flow = pages[index], flow_around(pages, index)
    inside: list[tuple[int, int, Phrase]] = []
    for phrase in phrases:
        places = places_in(said.own, phrase)
        in_body = [place for place in places if page.body_start <= place[0] < page.body_end]
        inside += [(*place, phrase) for place in (in_body or places)[:_TRIED]]
    if inside:
        shift = flow.body_at - page.body_start
        longest = max(end - start for start, end, _ in inside)
        made = (
            _made(page, name, phrase, (start, end), flow.text, (start + shift, end + shift))
            if page.body_start <= start and end <= page.body_end
            else _made(page, name, phrase, (start, end), page.text, (start, end))
            for start, end, phrase in sorted(inside, key=itemgetter(0))
            if end - start == longest
        )
        first = next(made)
        return first if _is_sentence(first) else next(filter(_is_sentence, made), first)
    flowing = readings(flow.text)
    over = [
        (*place, phrase)
        for phrase in phrases
        for place in places_in(flowing, phrase)
        if place[0] < flow.body_end < place[1]
    ]
    if over:
        start, end, phrase = max(over, key=lambda place: (place[1] - place[0], -place[0]))
        own = start - flow.body_at + page.body_start, page.body_end
        return _made(page, name, phrase, own, flow.text, (start, end))
    return None


def _is_sentence(hit: Hit) -> bool:
    return len(hit.snippet.split()) >= SENTENCE


def _made(
    page: Page, name: str, phrase: Phrase, own: tuple[int, int], text: str, place: tuple[int, int]
) -> Hit:
    """A hit at its `own` place on the page, quoted from a `place` of a text."""
    snippet = snippets.around(text, *place)
    return Hit(
        sha256=page.sha256,
        page=page.number,
        concept_id=name,
        wording=phrase.shown,
        start=own[0],
        end=own[1],
        snippet=snippet.text,
        mark_start=snippet.mark_start,
        mark_end=snippet.mark_end,
        passage=passage_hash(text, *place),
        rules=ENGINE,
    )


def places_of(text: str, phrase: Phrase) -> list[tuple[int, int]]:
    """Where a phrase is in a text, in characters, words broken by a line-end hyphen included."""
    return places_in(readings(text), phrase)


def places_in(read: Sequence[Reading], phrase: Phrase) -> list[tuple[int, int]]:
    """As `places_of`, in a text that was read before."""
    found: set[tuple[int, int]] = set()
    own = " ".join(phrase.words).encode("ascii")
    for number, reading in enumerate(read):
        for place in _apart(spans(reading, phrase)):
            start, end = reading.span(*place)
            if reading.key[slice(*place)].strip() != own:
                end = without_possessive(reading.text, end)
            if not number or LINE_END_HYPHEN in reading.text[start:end]:
                found.add((start, end))
    return sorted(found)


def _apart(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places that do not overlap, the longest of those that begin together."""
    ended = 0
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= ended:
            yield start, end
            ended = end
