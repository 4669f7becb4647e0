"""What a paper must say somewhere, for a mention in it to count."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pipeline.text.lexicon import Lexicon, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.matching.concepts import Wording
    from pipeline.text.keys import Reading


class Needs:
    """The words that some wordings need."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        needs = {wording.needs for wording in wordings if wording.needs}
        self._words = Lexicon({Term(word) for word in chain.from_iterable(needs)})
        self._forms = {each: _beginnings(each) for each in needs}

    def said(self, read: Iterable[Sequence[Reading]], wanting: Iterable[tuple[str, ...]]) -> set[str]:
        """What a paper says of what its mentions need: something for each, where it says it."""
        wanted = {needs for needs in wanting if needs}
        said: set[str] = set()
        for reading in chain.from_iterable(read):
            if not wanted:
                break
            if self._may_say(reading, wanted):
                said |= {each.term.text for each in self._words.found(reading)}
                wanted = {needs for needs in wanted if said.isdisjoint(needs)}
        return said

    def _may_say(self, reading: Reading, wanting: Iterable[tuple[str, ...]]) -> bool:
        """Whether a text may say something that mentions need: few pages do, and to ask for some is quick."""
        return any(form in reading.key for needs in wanting for form in self._forms[needs])


def _beginnings(needs: Iterable[str]) -> tuple[bytes, ...]:
    """How each form of some words begins in a key, the fewest that there are."""
    shortest: list[bytes] = []
    for form in sorted(form for word in needs for form in Term(word).forms()):
        begin = f" {form.removesuffix('*')}".encode("ascii")
        if not (shortest and begin.startswith(shortest[-1])):
            shortest.append(begin)
    return tuple(shortest)
