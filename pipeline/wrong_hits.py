"""Readers say of what was found that it is not about its topic: two of them hide it for all."""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 2  # readers, each at an address of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongHit:
    """A wording of a topic in one paper, and how many said that it is not about it."""

    sha256: str
    concept_id: str
    wording: str
    page: int
    snippet: str
    readers: int

    @property
    def is_hidden(self) -> bool:
        return self.readers >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingPrecision:
    """How often a wording was right, as far as readers said otherwise."""

    concept_id: str
    wording: str
    shown: int  # mentions
    hidden: int  # mentions that two readers or more said are wrong
    doubted: int  # papers in which one reader said so
    examples: tuple[str, ...]  # sentences that it should perhaps not match

    @property
    def precision(self) -> float:
        return self.shown / (self.shown + self.hidden)
