"""Words that travel: who said a passage first, who has said it since, and what each of them changed. Pure.

A copy is looked for by pairs of neighbouring words, of which an edited copy keeps many, and believed where
most of its words are those of the passage in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.model import PageRef  # noqa: TC001 - the types are described to programs at run time
from pipeline.text.keys import words
from pipeline.text.word_changes import Piece, compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

FEWEST_WORDS = 8  # of a passage: fewer are a phrase, and many say it by themselves
MOST_WORDS = 200  # about five sentences
PAIRS = 10  # asked for
ALIKE = 0.62  # share of words that a copy keeps in their order
# A passage is boilerplate that so many bodies say, and so large a share of those that we hold papers of.
BOILERPLATE_BODIES = 6
BOILERPLATE_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A passage as one paper says it."""

    at: PageRef
    text: str
    alike: float  # share of the asked passage's words, from 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstUse:
    """One paper's words, and what they change of those that were said first."""

    at: PageRef
    text: str
    alike: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A passage through the papers: the earliest first, then each body's own first, by their days."""

    passage: str
    first_uses: tuple[FirstUse, ...]
    papers: int  # that say it
    bodies: int  # that say it
    held: int  # bodies that we hold papers of
    undated: int  # first uses in papers without a day: they are last
    is_boilerplate: bool


def pairs(passage: str, pages_with: Mapping[str, int]) -> list[str]:
    """Returns neighbouring words to look for, the rarest first, as they are in the index.

    `pages_with` is on how many pages each word of the passage is.
    """
    said = words(passage)[:MOST_WORDS]
    found = {
        f"{one} {other}": min(pages_with[one], pages_with[other])
        for one, other in pairwise(said)
        if one in pages_with and other in pages_with
    }
    return sorted(found, key=lambda pair: (found[pair], pair))[:PAIRS]


def copy_in(passage: str, text: str) -> tuple[str, float] | None:
    """The words of a text that are most like a passage, and how alike they are; None where none are."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - a page without a passage to compare needs it not
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

    place = fuzz.partial_ratio_alignment(passage.lower(), text.lower(), score_cutoff=100 * ALIKE)
    if place is None:
        return None
    said = text[_word_start(text, place.dest_start) : _word_end(text, place.dest_end)]
    said = _without_neighbours(passage, said)
    alike = Levenshtein.normalized_similarity(words(passage), words(said))
    return (said, alike) if alike >= ALIKE else None


def lineage(passage: str, copies: Iterable[Copy], held: int) -> Lineage:
    """Each body's first use of a passage, by the days of their papers."""
    known = sorted(
        copies, key=lambda copy: (_day(copy) is None, str(_day(copy)), -copy.alike, copy.at.document)
    )
    firsts: dict[str, Copy] = {}
    for copy in known:
        firsts.setdefault(copy.at.body, copy)
    source = known[0].text if known else passage
    return Lineage(
        passage=passage,
        first_uses=tuple(
            FirstUse(
                at=copy.at, text=copy.text, alike=round(copy.alike, 2), pieces=compared(source, copy.text)
            )
            for copy in firsts.values()
        ),
        papers=len({copy.at.document for copy in known}),
        bodies=len(firsts),
        held=held,
        undated=sum(_day(copy) is None for copy in firsts.values()),
        is_boilerplate=len(firsts) >= max(BOILERPLATE_BODIES, BOILERPLATE_SHARE * held),
    )


def _without_neighbours(passage: str, said: str) -> str:
    """What is said, less the words before and after that the passage has nothing in place of."""
    pieces = compared(passage, said)
    first, last = (pieces[at].kind == "new" and len(pieces[at].text.split()) for at in (0, -1))
    if len(pieces) > 1 and pieces[-2].kind == "gone":
        last = False  # these are in place of the passage's last words
    return " ".join(said.split()[int(first) : -int(last) or None])


def _day(copy: Copy) -> date | None:
    return copy.at.meeting_date or copy.at.published_on


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace():
        place += 1
    return place


def passage_of(quotation: str) -> str:
    """A quotation without the signs that mean what was left out."""
    return " ".join(quotation.replace("…", " ").split())
