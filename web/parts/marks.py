"""Text in pieces, marked and plain, so that a template escapes every piece and still shows the marks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.matching.query_matching import places_in
from pipeline.text.canonical import as_printed
from pipeline.text.keys import readings
from pipeline.text.lexicon import Lexicon, Term
from pipeline.text.page_joins import page_break_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.matching.query import Query
    from pipeline.model import Hit, Page

    Marks = Iterable[tuple[int, int]]
    Find = Callable[[str], list[tuple[int, int]]]  # where something is in a text

MOST = 500  # marks on one page: a search for "the" need not colour every line
KINDS = ("", "found", "watched")  # plain; what the reader came for; what we watch for besides


def pieces(text: str, found: Marks, watched: Marks = ()) -> list[tuple[str, str]]:
    """The text in order, each piece with its kind. Marks may overlap or lie: no text is lost by that."""
    kinds = bytearray(len(text))
    for kind, spans in ((2, watched), (1, found)):  # found is laid over watched
        for start, end in spans:
            first, last = max(start, 0), min(end, len(text))
            if first < last:
                kinds[first:last] = bytes([kind]) * (last - first)
    shown = as_printed(text)  # one for one: the offsets stay
    split: list[tuple[str, str]] = []
    at = 0
    for kind, run in groupby(kinds):
        length = len(list(run))
        split.append((shown[at : at + length], KINDS[kind]))
        at += length
    return split


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A page between its neighbours: words that run over a page end are marked on both sides of it."""

    page: Page
    before: Page | None
    after: Page | None

    def of_query(self, query: Query) -> list[tuple[int, int]]:
        """Where on the page the words of a search are, and their parts that are here."""
        return self._marks(_finder(query))

    def of_hit(self, hit: Hit) -> list[tuple[int, int]]:
        """The part on this page of a mention that began on the page before."""
        if self.before is None:
            return []
        lexicon = Lexicon([Term(hit.wording)])
        turned = _over(self.before, self.page, lambda text: [(s, e) for _, s, e in lexicon.spans(text)])
        return [here for there, here in turned if there[0] == hit.start]

    def is_carried_here(self, hit: Hit) -> bool:
        """Whether a mention of the page before ends on this one."""
        return self.before is not None and hit.end == self.before.body_end and bool(self.of_hit(hit))

    def runs_on(self, hit: Hit) -> bool:
        """Whether a mention of this page ends on the next one."""
        if self.after is None or hit.end != self.page.body_end:
            return False
        return Around(page=self.after, before=self.page, after=None).is_carried_here(hit)

    def _marks(self, find: Find) -> list[tuple[int, int]]:
        begun = [here for _, here in _over(self.before, self.page, find)] if self.before else []
        runs_on = [here for here, _ in _over(self.page, self.after, find)] if self.after else []
        return sorted({*begun, *find(self.page.text), *runs_on})


def _over(page: Page, after: Page, find: Find) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """What runs over the turn of a page: its part on the page, and its part on the next."""
    turn, boundary = page_break_text(page, after)
    begins = page.body_end - boundary  # of the turn, on the page
    goes_on = boundary + turn[boundary:].startswith("\n")  # of the next page, in the turn
    return [
        ((begins + start, page.body_end), (after.body_start, after.body_start + end - goes_on))
        for start, end in find(turn)
        if start < boundary and goes_on < end
    ]


def of_query(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the words of a search are in a text."""
    return _finder(query)(text)


def _finder(query: Query) -> Find:
    """Where the phrases of a search are in a text."""
    phrases = query.phrases()

    def find(text: str) -> list[tuple[int, int]]:
        read = readings(text)
        return sorted({place for phrase in phrases for place in places_in(read, phrase)})[:MOST]

    return find
