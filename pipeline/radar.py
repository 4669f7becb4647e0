"""Names that are new: what papers call things, near the words of the concepts, that no concept knows. Pure.

A name is what a paper defines ("Name In Full (NIF)"), what it writes in capitals, or a few words that end as
the wordings of the concepts end (contract, provider, payment…).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the types are described to programs at run time
from enum import StrEnum
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from pipeline.matching.definitions import is_short_form, name_before
from pipeline.text.keys import words
from pipeline.text.snippets import around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.matching.concepts import Concept

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
MOST_BEFORE = 3  # words of a name before its last
WEEKS = 4  # a name is new so long after its first paper
REACH = 300  # characters between a name and what a concept finds
BODIES = 2  # that use a name before it is shown; one, where that is a national body
MOST_BY_CHANCE = 0.05  # of names that are not new, the share that may look so
MOST_ON_A_PAGE = 300  # names that are looked at: a page with more is a list
SHOWN = 10  # names a month: the likeliest
LIKELY = 3  # wordings that end in a word before other names that end so are looked at
_FORM = re.compile(r"\(([\"'\u201c\u2018]?)([A-Z][A-Za-z]*[A-Z])s?\1\)")
_CAPITAL = r"[A-Z][A-Za-z]+(?:-[A-Za-z]+)*"
_JOINED = rf"{_CAPITAL}[ \n](?:(?:and|of|for|the|to)[ \n])*"
_CAPITALS = re.compile(rf"(?<!\w)(?:{_JOINED}){{1,5}}{_CAPITAL}\b")
# Words of a sentence's glue: no name begins with them.
_SMALL = frozenset(
    words(
        """a all an and any are as at be been being both but by can could did do does each every first for
        from full had has have her his if in into is it its last may more most must new next no not of on one
        or other our own same shall should so some such than that the their them then there these they this
        those three to two under until up was were what when where which while who whose will with within
        would year years"""
    )
)


class NameKind(StrEnum):
    """How a paper says a name, the surest sign first."""

    DEFINED = "defined"
    CAPITALS = "capitals"
    WORDS = "words"


class Candidate(NamedTuple):
    """A name in a text, and where it is."""

    key: str  # its words as the index has them
    name: str
    form: str  # its short form, where one is given
    kind: NameKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A sentence that holds a name, and its paper."""

    body: str
    body_name: str
    day: date
    document: int
    page: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewName:
    """A name that was first seen lately."""

    name: str
    form: str
    kind: NameKind
    first_on: date  # of the earliest paper that has it
    bodies: tuple[str, ...]
    papers: int
    concepts: tuple[str, ...]  # that are found next to it, the most often first
    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the concepts' wordings are made of: another name is made of such words too."""

    ends: frozenset[str]  # in which wordings end
    words: frozenset[str]

    @classmethod
    def of(cls, concepts: Iterable[Concept]) -> Vocabulary:
        """Those that several wordings have."""
        said = [words(each.text) for concept in concepts for each in concept.wordings if not each.all]
        ends, inside = (
            Counter(each[-1] for each in said if each),
            Counter(word for each in said for word in {*each}),
        )
        return cls(
            ends=frozenset(word for word, count in ends.items() if count >= LIKELY) - _SMALL,
            words=frozenset(word for word, count in inside.items() if count >= LIKELY) - _SMALL,
        )

    def ends_in(self, word: str) -> bool:
        """Whether a wording ends in this word, or in the one of which it is many."""
        plain = word.casefold()
        return plain in self.ends or (plain.endswith("s") and plain[:-1] in self.ends)

    def has_of(self, name: str) -> int:
        """How many words of a name are of the concepts' words."""
        return sum(word in self.words or word.removesuffix("s") in self.words for word in words(name))


def names_on_page(text: str, known: Vocabulary, near: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
    """Yields the names of a page, each place once, the surest sign first.

    What a page defines counts wherever it is; other names only near what concepts found.
    """
    taken: list[tuple[int, int]] = []
    every = chain(_defined(text), _in_capitals(text, known), _in_words(text, known, near))
    for found in islice(every, MOST_ON_A_PAGE):
        close = any(start - REACH <= found.start and found.end <= end + REACH for start, end in near)
        free = not any(start < found.end and found.start < end for start, end in (*taken, *near))
        if free and (close or found.kind is NameKind.DEFINED):
            if found.kind is not NameKind.WORDS:  # of two and three words either may be the name
                taken.append((found.start, found.end))
            yield found


def _defined(text: str) -> Iterator[Candidate]:
    for found in _FORM.finditer(text):
        form = found[2]
        name = name_before(text, found.start(), form) if is_short_form(form) else None
        if name:
            tidy = " ".join(name.split())
            start = text.rfind(name, 0, found.start())
            yield Candidate(_key(tidy), tidy, form, NameKind.DEFINED, start, start + len(name.rstrip()))


def _in_capitals(text: str, known: Vocabulary) -> Iterator[Candidate]:
    for found in _CAPITALS.finditer(text):
        said = found[0].split()
        last = next((at for at in range(len(said), 1, -1) if known.ends_in(said[at - 1])), len(said))
        if sum(word[0].isupper() for word in said[:last]) > 1 and known.has_of(name := " ".join(said[:last])):
            yield Candidate(_key(name), name, "", NameKind.CAPITALS, found.start(), found.start() + len(name))


def _in_words(text: str, known: Vocabulary, near: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
    """Two or three words in lower case of which the last is an end; nothing of a sentence's glue."""
    for start, end in near:
        low = max(0, start - REACH)
        said = list(_WORD.finditer(text, low, end + REACH))[1 if low else 0 : -1]  # whole words alone
        for at, last in enumerate(said):
            if not known.ends_in(last[0]):
                continue
            first = at
            while first and at - first < MOST_BEFORE and _stands_with(said[first - 1], said[first], text):
                first -= 1
                name = " ".join(word[0] for word in said[first : at + 1])
                if known.has_of(name) >= len(said[first : at + 1]) - 1:
                    yield Candidate(
                        _key(name), name.lower(), "", NameKind.WORDS, said[first].start(), last.end()
                    )


def _stands_with(one: re.Match[str], other: re.Match[str], text: str) -> bool:
    return text[one.end() : other.start()] in {" ", "\n"} and one[0] not in _SMALL and not one[0][0].isupper()


def _key(name: str) -> str:
    """Its words as the index has them, in the singular: many of a name are the name."""
    said = words(name)
    if said and said[-1].endswith("s") and not said[-1].endswith("ss"):
        said[-1] = said[-1][:-1]
    return " ".join(word for word in said if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNames:
    """What one look for new names found."""

    on: date
    names: tuple[NewName, ...]


def ranked(names: Iterable[NewName], limit: int = SHOWN) -> list[NewName]:
    """The likeliest first: said by more bodies, and by surer signs."""
    sure = {NameKind.DEFINED: 3, NameKind.CAPITALS: 2, NameKind.WORDS: 1}
    order = sorted(
        names,
        key=lambda each: (-sure[each.kind] * len(each.bodies), -each.papers, -len(each.name), each.name),
    )
    kept: list[NewName] = []
    for name in order:
        if not any(_within(name.name, other.name) or _within(other.name, name.name) for other in kept):
            kept.append(name)
    return kept[:limit]


def _within(one: str, other: str) -> bool:
    return f" {_key(one)} " in f" {_key(other)} "


def by_chance(papers: int, recent: int, earlier: int) -> float:
    """Returns how likely it is that papers of an old name are all among the recent ones.

    Whoever has few earlier papers knows little of what is new: of ten papers, eight of them recent, any two
    that share a name are likely to be recent.
    """
    return (recent / (recent + earlier)) ** papers if recent else 1.0


def sentence_around(text: str, candidate: Candidate) -> str:
    """The sentence around a name."""
    return around(text, candidate.start, candidate.end).text
