"""What a search for several words is loosened to, where few pages have all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.matching.query import And, Not, Or, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.matching.query import Expression, Query

ENOUGH = 5  # pages with all of the words, from which nobody wants others
MOST_LETTERS = 1_000  # no word has more: what is said with OR or NEAR is kept
MOST_WORDS = 8  # of a long question: the longest, which are the rarest
_LITTLE_WORDS = (
    "a about all am an and any are as at be been being but by can could did do does for from had has have he "
    "her here him his how i if in into is it its just me my no not of on or our out she should so some than "
    "that the their them then there these they this those to too up us was we were what when where which who "
    "whom whose why will with would you your"
)
LITTLE = frozenset(_LITTLE_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Looser:
    query: Query
    is_most: bool  # more than half of the words that count are asked for


def loosened(query: Query) -> Iterator[Looser]:
    """The query with fewer and fewer of its words asked for, down to half of them.

    Little words do not count. Phrases stay whole, and what is left out with NOT stays left out. Nothing for a
    query that is not several words, all of them asked for.
    """
    parts = query.expression.parts if isinstance(query.expression, And) else ()
    unwanted = [part for part in parts if isinstance(part, Not)]
    asked = list(dict.fromkeys(part for part in parts if not isinstance(part, Not)))
    every = [part for part in asked if not _is_little(part)]
    longest = sorted(every, key=_letters, reverse=True)[:MOST_WORDS]
    words = [part for part in every if part in longest]
    most = len(words) if len(words) < len(asked) else len(words) - 1
    least = max(1, (len(words) + 1) // 2)
    for number in range(most, least - 1, -1):
        any_of = [_all(some) for some in combinations(words, number)]
        said = any_of[0] if len(any_of) == 1 else Or(tuple(any_of))
        yield Looser(
            query=replace(query, expression=_all((*_parts(said), *unwanted))),
            is_most=2 * number > len(every),
        )


def _all(parts: tuple[Expression, ...]) -> Expression:
    return parts[0] if len(parts) == 1 else And(parts)


def _parts(said: Expression) -> tuple[Expression, ...]:
    return said.parts if isinstance(said, And) else (said,)


def _is_little(part: Expression) -> bool:
    return isinstance(part, Phrase) and not (part.prefix or part.suffix) and LITTLE.issuperset(part.words)


def _letters(part: Expression) -> int:
    return sum(map(len, part.words)) if isinstance(part, Phrase) else MOST_LETTERS
