"""Which committees of a council are watched: by name, with ids as hints.

Ids do not last: a committee that is set up again after an election comes back under a new number, and joint
committees move to another council's site. So names decide at run time, and a hint that no longer fits is
reported instead of followed in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crawler.platforms.shared.options import check_patterns
from pipeline.model import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.model import Source

_NOT_SAFETY = r"^(?!.*health\s+(?:and|&)\s+safety)"
_SCRUTINY = r"(?:scrutiny|select com|overview|\bOSC\b|policy\s+(?:and|&)\s+(?:performance|accountability))"

# The names under which councils scrutinise or plan health and care, from the lists of 153 councils.
HEALTH: tuple[str, ...] = (
    rf"{_NOT_SAFETY}.*health.*{_SCRUTINY}",
    rf"{_NOT_SAFETY}.*{_SCRUTINY}.*health",
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
LISTING = "committee/"  # begins the key of a committee's listing
_IS_JOINT = r"(?=.*(?:\bjoint\b|\bJHO?SC\b))(?=.*\b(?:health|care|JHO?SC|IC[BPS]s?)\b)"
_SHOWN = 12  # names in a message


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a council's line may say of its committees. Names are regular expressions, any case."""

    committees: tuple[str, ...] = HEALTH  # ["all"] for every committee
    joint: str = ""  # in place of `committees`: the joint health committee of this area, whatever its name
    also: tuple[str, ...] = ()  # added to those
    but_not: tuple[str, ...] = ()  # what the narrower lines of the same site watch is left to them anyway
    ids: tuple[int, ...] = ()  # hints: watched too, and reported when they expire or change their name

    def __post_init__(self) -> None:
        check_patterns(committees=self.committees, joint=self.joint, also=self.also, but_not=self.but_not)
        if self.joint and self.committees != HEALTH:
            raise ValueError("joint: replaces 'committees'; give one of the two")

    def choose(self, listed: Sequence[Committee]) -> Choice:
        """The committees whose name is watched, and every hinted one that is still listed."""
        hints = {str(each) for each in self.ids}
        known = {each.id: each for each in listed}
        watched = [
            each for each in known.values() if each.id in hints or (each.active and self._has(each.name))
        ]
        doubts = [
            f"{hint} {doubt}" for hint in sorted(hints, key=int) if (doubt := self._doubt(known.get(hint)))
        ]
        return Choice(watched=tuple(watched), doubts=tuple(doubts))

    def _names(self) -> tuple[str, ...]:
        return (_joint(self.joint),) if self.joint else self.committees

    def _doubt(self, hinted: Committee | None) -> str:
        if hinted is None:
            return "is no longer listed"
        if not hinted.active:
            return f"has expired ({hinted.name})"
        return "" if self._has(hinted.name) else f"is now called {hinted.name}"

    def _has(self, name: str) -> bool:
        named = tuple(self.committees) == ALL or _matches(name, (*self._names(), *self.also))
        return named and not _matches(name, self.but_not)


def with_known(source: Source, listings: Iterable[str]) -> Source:
    """Returns the source, with the committees as hints that `listings` of its meetings were of.

    A committee that has expired since still gets the minutes of its last meetings.
    """
    numbers = (each.removeprefix(LISTING) for each in listings if each.startswith(LISTING))
    known = {int(number) for number in numbers if number.isdecimal()}
    ids = tuple(sorted({*source.options.get("ids", ()), *known}))
    return replace(source, options={**source.options, "ids": ids}) if known else source


def named_by(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The patterns of a line that watches committees of its own choice, () for the usual ones or all."""
    if options.get("joint"):
        return (_joint(options["joint"]),)
    named = tuple(options.get("committees", ()))
    return () if named == ALL else named


def _joint(area: str) -> str:
    return rf"^{_IS_JOINT}(?=.*\b(?:{area}))"


def none_of(listed: Sequence[Committee]) -> str:
    """What is there instead, for the message where none is watched."""
    names = [each.name for each in listed]
    more = [f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return f"none of {len(names)}: {'; '.join([*names[:_SHOWN], *more])}"


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(re.search(pattern, name, re.IGNORECASE) for pattern in patterns)
