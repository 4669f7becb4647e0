"""What neighbours published on the subjects of a meeting's items, and its papers do not hold. Pure.

An item's subjects are the topics that are found in its pages. A sentence is held where the papers say it, or
nearly so, as `pipeline.lineage` tells a copy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.lineage import ALIKE, FEWEST_WORDS, copy_in, passage_of
from pipeline.model import PageRef  # noqa: TC001 - the types are described to programs at run time
from pipeline.text.figures import counted
from pipeline.text.keys import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BACK, AHEAD = timedelta(days=92), timedelta(days=31)  # of a meeting, within which neighbours' papers count
MOST_SENTENCES = 300  # of neighbours that are compared, the newest first
SHOWN = 5  # sentences of an item and topic, of different bodies first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A passage of a neighbour's, with the topic that it speaks of."""

    concept: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    at: PageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPapers:
    """What was read of a meeting's own papers: only of that is it said that a sentence is not in them."""

    papers_read: int
    papers_not_read: int  # listed, and not read or not in full
    pages_read: int
    pages_not_read: int  # of the papers that were read


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGaps:
    """An item of a meeting, or a paper that names none, with what neighbours say of its subjects."""

    name: str
    document: int
    page: int  # where it begins
    concepts: tuple[str, ...]
    missing: tuple[Sentence, ...]  # not held by the meeting's papers
    more: int  # that are not shown here
    own: OwnPapers


class HeldTexts:
    """The pages of a meeting's papers, asked whether they say a sentence."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._pages = [(text, frozenset(words(text))) for text in texts]
        self._said: dict[str, bool] = {}  # by passage: neighbours copy from each other

    def says(self, sentence: str) -> bool:
        """Returns whether in these words, or nearly these. What is too short to tell counts as said."""
        passage = passage_of(sentence)
        if passage not in self._said:
            self._said[passage] = self._is_on_a_page(passage)
        return self._said[passage]

    def _is_on_a_page(self, passage: str) -> bool:
        if len(words(passage)) < FEWEST_WORDS:
            return True
        asked = set(words(passage))
        enough = ALIKE * len(asked)
        return any(len(asked & said) >= enough and copy_in(passage, text) for text, said in self._pages)


def said_of(own: OwnPapers) -> str:
    """Returns what was read of a meeting's own papers, in words."""
    read = f"{counted(own.papers_read, 'paper')} with {counted(own.pages_read, 'page')}"
    missed = [
        counted(number, what)
        for number, what in ((own.papers_not_read, "paper"), (own.pages_not_read, "page"))
        if number
    ]
    if not missed:
        return f"Of this meeting we read {read}: every page that we know of."
    many = own.papers_not_read + own.pages_not_read > 1
    return (
        f"Of this meeting we read {read}. {' and '.join(missed)} {'were' if many else 'was'} not read, "
        f"so {'they' if many else 'it'} may contain a sentence that is shown here."
    )


def not_held(
    concepts: Sequence[str], sentences: Iterable[Sentence], held: HeldTexts, most: int = SHOWN
) -> tuple[tuple[Sentence, ...], int]:
    """Returns of neighbours' sentences on these topics those not held, the `most` of each, and how many more.

    With 0 as `most` all of them.
    """
    found = [each for each in sentences if each.concept in concepts and not held.says(each.snippet)]
    seen: Counter[tuple[str, str]] = Counter()
    ranked: list[tuple[int, Sentence]] = []
    for each in found:
        seen[each.concept, each.at.body] += 1
        ranked.append((seen[each.concept, each.at.body], each))
    shown: Counter[str] = Counter()
    chosen: list[Sentence] = []
    for _, each in sorted(ranked, key=lambda pair: pair[0]):  # a body's second comes after all bodies' first
        shown[each.concept] += 1
        if not most or shown[each.concept] <= most:
            chosen.append(each)
    return tuple(sorted(chosen, key=lambda each: concepts.index(each.concept))), len(found) - len(chosen)
