"""What of a search for several words counts where few pages have all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from pipeline.matching.query import And, Not, Phrase

if TYPE_CHECKING:
    from pipeline.matching.query import Expression, Query

ENOUGH = 5  # pages with all of the words, from which nobody wants others
MOST_WORDS = 12  # of a long question
_LITTLE_WORDS = (
    "a about all am an and any are as at be been being but by can could did do does for from had has have "
    "he her here him his how i if in into is it its just many me much my no not of on or our out she should "
    "so some than that the their them then there these they this those to too up us was we were what when "
    "where which who whom whose why will with would you your"
)
LITTLE = frozenset(_LITTLE_WORDS.split())


def parts_asked(query: Query) -> tuple[list[Expression], list[Expression]]:
    """Returns the parts of a search that count, and those that are not wanted.

    Little words do not count. Nothing counts of a query that is neither a word nor several, all asked for.
    """
    said = query.expression
    parts = said.parts if isinstance(said, And) else (said,) if is_one_word(said) else ()
    unwanted: list[Expression] = [part for part in parts if isinstance(part, Not)]
    wanted: list[Expression] = list(dict.fromkeys(part for part in parts if not isinstance(part, Not)))
    return [part for part in wanted if not _is_little(part)][:MOST_WORDS], unwanted


def is_one_word(part: Expression | None) -> TypeGuard[Phrase]:
    return isinstance(part, Phrase) and len(part.words) == 1 and not (part.prefix or part.suffix)


def is_pair(part: Expression | None) -> TypeGuard[Phrase]:
    """Whether this may be one word: co-commissioning, cocommissioning."""
    return isinstance(part, Phrase) and len(part.words) == 2 and not (part.prefix or part.suffix)


def _is_little(part: Expression) -> bool:
    return isinstance(part, Phrase) and not (part.prefix or part.suffix) and LITTLE.issuperset(part.words)
