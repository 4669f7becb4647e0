"""A page's text layer as it is to be read: in the page's order, words apart, without what nobody sees."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from extractors.pdf.hidden_text import Unseen


@dataclass(slots=True)
class Layer:
    """PDFium's text of a page and what is to be changed in it, by places in that text. Pure."""

    raw: str
    order: list[slice]
    begin: AbstractSet[int] = frozenset()  # where parts begin that an empty line keeps apart; none: all do
    goes_on: AbstractSet[int] = frozenset()  # where parts begin that go on the word of the part before
    blanks: Sequence[int] = ()  # before which a blank is missing, in order
    surplus: Sequence[int] = ()  # blanks that end no word, in order
    unseen: Sequence[Unseen] = field(default_factory=list)  # in order
    instead: Sequence[tuple[int, int, str]] = ()  # words that are read otherwise, in order

    def text(self) -> str:
        """Canonical."""
        return canonical(self.joined(self.order))

    def joined(self, parts: Sequence[slice]) -> str:
        """These parts, as they are to be read: cells by lines, others with an empty line between."""
        pieces: list[str] = []
        before = ""
        for part in parts:
            said = self.piece(part)
            if said:
                pieces += ["" if before and part.start in self.goes_on else self._between(part.start), said]
            before = said
        return "".join(pieces[1:])

    def _between(self, start: int) -> str:
        """What is between a part that begins there and the part before."""
        return "\n\n" if not self.begin or start in self.begin else "\n"

    def with_blanks(self) -> str:
        """PDFium's text, with a blank for each sign without a name that draws nothing. No place is moved."""
        named = [at for at in self.blanks if at < len(self.raw) and self.raw[at] < " "]
        if not named:
            return self.raw
        signs = list(self.raw)
        for at in named:
            signs[at] = " "
        return "".join(signs)

    def piece(self, part: slice) -> str:
        """A part of the text, as it is to be read."""
        if not self.blanks and not self.surplus and not self.unseen and not self.instead:
            return self.raw[part].strip("\r\n")
        pieces: list[str] = []
        at = part.start
        for start, end, said in self._changes(part):
            pieces += [self._spaced(at, start), said]
            at = max(at, end)
        pieces.append(self._spaced(at, part.stop))
        return "".join(pieces).strip("\r\n")

    def _changes(self, part: slice) -> list[tuple[int, int, str]]:
        left_out = [(each.start, each.end, "") for each in self.unseen]
        left_out += ((at, at + 1, "") for at in self.surplus)
        return [
            (max(part.start, start), min(part.stop, end), said)
            for start, end, said in sorted([*left_out, *self.instead])
            if start < part.stop and end > part.start
        ]

    def _spaced(self, start: int, end: int) -> str:
        within = self.blanks[bisect_left(self.blanks, start) : bisect_left(self.blanks, end)]
        pieces: list[str] = []
        for blank in within:
            pieces += [self.raw[start:blank], " "]
            start = blank
        return "".join([*pieces, self.raw[start : max(start, end)]])
