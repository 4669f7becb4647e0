"""Made-up queries over an archive's own words, and whether two engines give the same answers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import QueryError
from pipeline.matching.query import parse
from pipeline.model import DocumentKind
from pipeline.text.keys import words
from pipeline.views import Order

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from storage.archive import Archive

FILTERS = ("", "", "", "", "body:{}", "kind:{}", "after:2026-01-01", "before:2026-11-01", "-body:{}")


class Asking:
    """Queries of words that stand together in these texts, and of words that do not."""

    def __init__(self, texts: Sequence[str], bodies: Sequence[str], dice: random.Random) -> None:
        self._texts = [said for text in texts if len(said := [word for word in words(text) if word]) > 20]
        self._bodies, self._dice = bodies, dice

    def query(self) -> str:
        dice = self._dice
        parts = [self._expression(dice.randint(0, 2)), self._filter()]
        return " ".join(part for part in parts if part)

    def _filter(self) -> str:
        kinds = [each.value for each in DocumentKind]
        chosen = self._dice.choice(FILTERS).removeprefix("-")
        return chosen.format(self._dice.choice(kinds if chosen.startswith("kind") else self._bodies))

    def _expression(self, depth: int) -> str:
        dice = self._dice
        if not depth:
            return self._term()
        one, other = self._expression(depth - 1), self._expression(depth - 1)
        form = dice.choice(["{} {}", "({} OR {})", "({} NOT {})", "({} NOT (NOT {} NOT {}))", "{} OR {}"])
        return form.format(one, other, self._term())

    def _term(self) -> str:
        dice = self._dice
        some = self._some(dice.choice([1, 1, 1, 2, 2, 3, 4]))
        first, phrase = some[0], f'"{" ".join(some)}"'
        apart = " ".join(self._some(1)[0] for _ in range(2))
        forms = [
            f"{first[: dice.randint(3, 6)]}*",
            f"*{first[-dice.randint(3, 6) :]}",
            f'"{" ".join(some)}*"',
            f"{phrase} NEAR/{dice.randint(1, 12)} {self._some(1)[0]}",
            f'"{apart}"',
            f"{first[:2]}x{first[2:]}",  # a slip
            *[phrase if len(some) > 1 else first] * 4,
        ]
        return dice.choice(forms)

    def _some(self, count: int) -> list[str]:
        said = self._dice.choice(self._texts)
        at = self._dice.randrange(len(said) - count)
        return said[at : at + count]


WAYS = {
    "by date": lambda search, query: search.look(query, 20),
    "the next": lambda search, query: search.look(query, 20, 20),
    "by relevance": lambda search, query: search.look(query, 20, order=Order.RELEVANCE),
    "by paper": lambda search, query: search.look_by_paper(query, 20),
    "suggested": lambda search, query: search.suggest(query),
    "nearly": lambda search, query: search.nearly(query),
}


def differences(
    one: Archive, other: Archive, queries: Sequence[str], ways: Sequence[str] = tuple(WAYS)
) -> Iterator[str]:
    """Each query to which the two say different things, with what they say."""
    for text in queries:
        for way in ways:
            mine, theirs = (_answered(archive, text, way) for archive in (one, other))
            if mine != theirs:
                yield f"{text} ({way}):\n  {mine}\n  {theirs}"


def _answered(archive: Archive, text: str, way: str) -> object:
    try:
        return WAYS[way](archive.search, parse(text))
    except QueryError as error:
        return str(error)
