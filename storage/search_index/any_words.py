"""Pages that say most of what is rare in a search, where few or none have all of its words.

A word weighs by how few pages have it, in any spelling and with any ending. Of the pages with the most weight
the best are found by reading them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.matching.loosening import is_one_word, is_pair, parts_asked
from pipeline.matching.query import And, Or, Phrase
from pipeline.matching.variants import DERIVED, halves, spellings, stem
from storage import tables as t
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.matching.query import Expression, Query

FREQUENT = 2_000  # pages: a word on more leads to none, it only weighs on pages that others led to
ALIKE = 300  # words of the index that begin alike
MOST_VARIANTS = 12
LONG, _LONGEST = 6, 40  # letters of a word that others may write as two
LEAST_WEIGHT = 0.2  # of the whole search, that a page must have


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A word that was asked for, with all the words that are meant by it."""

    expression: Expression
    weight: float
    rows: frozenset[int]  # pages; some of them, where there are many

    def phrases(self) -> tuple[Phrase, ...]:
        parts = self.expression.parts if isinstance(self.expression, Or) else (self.expression,)
        return tuple(part for part in parts if isinstance(part, Phrase))


def weighted_parts(
    connection: Connection, query: Query, rows_of: Callable[[Query], Iterable[int]]
) -> list[Unit]:
    """What is asked for, each with its weight. `rows_of` finds the pages of a query."""
    if is_pair(query.expression):  # pages with the two words are found already
        query = replace(query, expression=_as_one(connection, query.expression))
    parts, unwanted = parts_asked(query)
    count = connection.execute(select(func.count()).select_from(t.pages)).scalar_one()
    found: list[Unit] = []
    for part, more in zip(parts, _joined(connection, parts), strict=True):
        same = _variants(connection, part) + more if is_one_word(part) else ()
        expression = Or((part, *same)) if same else part
        narrow = replace(query, expression=And((expression, *unwanted)) if unwanted else expression)
        rows = frozenset(islice(rows_of(narrow), FREQUENT))
        if rows:
            weight = math.log(1 + (count - len(rows) + 0.5) / (len(rows) + 0.5)) if count > len(rows) else 0.1
            found.append(Unit(expression=expression, weight=weight, rows=rows))
    return found


def heaviest(units: Sequence[Unit], most: int) -> list[int]:
    """The pages with the most weight, heaviest first, newest first of equals."""
    weights: dict[int, float] = {}
    for unit in units:
        # A word on very many pages weighs on those that rarer ones led to.
        if len(unit.rows) < FREQUENT or len(units) == 1:
            for row in unit.rows:
                weights[row] = weights.get(row, 0.0) + unit.weight
    for unit in units:
        if len(unit.rows) == FREQUENT:
            for row in unit.rows & weights.keys():
                weights[row] += unit.weight
    least = LEAST_WEIGHT * sum(unit.weight for unit in units)
    enough = [row for row, weight in weights.items() if weight >= least]
    return sorted(enough, key=lambda row: (-weights[row], -row))[:most]


def _variants(connection: Connection, part: Expression) -> tuple[Phrase, ...]:
    """The words of the index that are this one in another spelling or with another ending."""
    assert isinstance(part, Phrase)
    word = part.words[0]
    if word.isdigit() or len(word) < DERIVED - 1:
        return ()
    one = word.removesuffix("s")
    spelled = sorted({form for each in spellings(one) for form in (each, each + "s")})
    root = stem(word)
    alike = fts.words_beginning(connection, root, ALIKE) if len(root) >= DERIVED - 1 else []
    related = [each for each in alike if stem(each) == root and each != word]
    standing = [*fts.pages_of_words(connection, spelled), *related]
    if LONG <= len(one) <= _LONGEST:
        split = list(halves(one))
        asked = {form for left, right in split for form in (left, right, right + "s")}
        known = fts.pages_of_words(connection, sorted(asked))
        standing += [
            f"{left} {right}"
            for left, right in split
            if left in known and {right, right + "s"} & known.keys()
        ]
    return tuple(Phrase(tuple(each.split())) for each in dict.fromkeys(standing))[:MOST_VARIANTS]


def _joined(connection: Connection, parts: Sequence[Expression]) -> Iterator[tuple[Phrase, ...]]:
    """For each part the words that it makes with its neighbours: sat nav, satnav."""
    words = [part.words[0] if is_one_word(part) else "" for part in parts]  # type: ignore[union-attr] - a word is a phrase
    pairs = ["".join(pair) if all(pair) else "" for pair in pairwise(words)]
    known = fts.pages_of_words(
        connection, sorted({form for pair in pairs if pair for form in (pair, pair + "s")})
    )
    made = [pair if pair in known or pair + "s" in known else "" for pair in pairs]
    for before, after in zip(["", *made], [*made, ""], strict=True) if parts else ():
        yield tuple(Phrase((pair,)) for pair in dict.fromkeys((before, after)) if pair)


def _as_one(connection: Connection, pair: Phrase) -> Phrase | None:
    """The word that two with a hyphen make, where some page has it."""
    word = "".join(pair.words)
    return Phrase((word,)) if fts.pages_of_words(connection, [word]) else None


def are_most(query: Query, units: Sequence[Unit], rows: Iterable[int]) -> bool:
    """Whether each page has more than half of the words that count."""
    count = len(parts_asked(query)[0])
    return all(2 * sum(row in unit.rows for unit in units) > count for row in rows)


def marked(units: Iterable[Unit]) -> Expression:
    """What is marked on the pages: any of it."""
    every = tuple(dict.fromkeys(chain.from_iterable(unit.phrases() or (unit.expression,) for unit in units)))
    return every[0] if len(every) == 1 else Or(every)
