"""Which committees of a council are watched: by name, with ids as hints.

Ids do not last: a committee that is set up again after an election comes back under a new number, and joint
committees move to another council's site. So names decide at run time, and a hint that no longer fits is said
aloud instead of followed in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Source

_NOT_SAFETY = r"^(?!.*health\s+(?:and|&)\s+safety)"

# The names under which councils scrutinise or plan health and care, from the lists of 153 councils.
HEALTH: tuple[str, ...] = (
    _NOT_SAFETY
    + r".*health.*(?:scrutiny|select com|overview|policy\s+(?:and|&)\s+(?:performance|accountability))",
    _NOT_SAFETY
    + r".*(?:scrutiny|select com|overview|policy\s+(?:and|&)\s+(?:performance|accountability)).*health",
    r"\bJ?HOSC\b",
    r"\bHASC\b",
    _NOT_SAFETY + r".*(?:health|well-?\s?being).*board",
    r"\bcaring sub-?\s?committee",  # North Tyneside
    r"\bhealthier communities\b",  # Lewisham, Greenwich
    r"^people committee\b",  # Kingston; elsewhere "children and young people committee" is not health
    r"\badults?\b.*\bhealth\b.*\bcommittee\b",  # Cheshire East
    r"\bintegrated care (?:partnership|system|board)",
    # "Place Committee" alone is roads and bins
    r"\bplace\b(?=.*\b(?:partnership|based|care|health|integrated)\b).*\b(?:board|committee)\b",
    r"\bplace\b.*\bpartnership\b",
    r"\bjoint commissioning\b",
)

ALL = ("all",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is watched, and what is wrong with the hints that no longer fit."""

    watched: tuple[Committee, ...]
    doubts: tuple[str, ...]

    def said(self, source: Source) -> Iterator[Doubt]:
        """The doubts as a run tells them."""
        return (Doubt(source_id=source.id, what=f"watched committee {doubt}") for doubt in self.doubts)


def check_names(names: Sequence[str]) -> None:
    """ValueError for a pattern that is none, so that the source line is refused and not the run."""
    for name in names:
        try:
            re.compile(name)
        except re.error as error:
            raise ValueError(f"committees: {name!r} is not a regular expression: {error}") from error


def choose(listed: Sequence[Committee], *, names: Sequence[str], ids: Sequence[int]) -> Choice:
    """The committees whose name matches, and every hinted one that is still listed."""
    hints = {str(each) for each in ids}
    known = {each.id: each for each in listed}
    watched = [each for each in known.values() if each.id in hints or (each.active and _matches(each, names))]
    doubts = [
        f"{hint} {doubt}" for hint in sorted(hints, key=int) if (doubt := _doubt(known.get(hint), names))
    ]
    return Choice(watched=tuple(watched), doubts=tuple(doubts))


def _doubt(hinted: Committee | None, names: Sequence[str]) -> str:
    if hinted is None:
        return "is no longer listed"
    if not hinted.active:
        return f"has expired ({hinted.name})"
    return "" if _matches(hinted, names) else f"is now called {hinted.name}"


def _matches(committee: Committee, names: Sequence[str]) -> bool:
    return tuple(names) == ALL or any(re.search(name, committee.name, re.IGNORECASE) for name in names)
