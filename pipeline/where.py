"""Whose papers a reader follows: bodies whole, and committees, meetings and papers of any body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.model import PageRef

LONGEST_NUMBER = 15  # digits: any that a row of SQLite can have


class PartKind(StrEnum):
    COMMITTEE = "committee"
    MEETING = "meeting"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class BodyPart:
    """Less than a body: as text "vale/committee/Health Board" or "vale/paper/34"."""

    body: str
    kind: PartKind
    what: str  # the committee's name, or the number of the meeting or paper in the archive

    def __str__(self) -> str:
        return f"{self.body}/{self.kind}/{self.what}"

    @property
    def number(self) -> int:
        return int(self.what)

    def holds(self, place: PageRef) -> bool:
        if place.body != self.body:
            return False
        held = {
            PartKind.COMMITTEE: place.committee,
            PartKind.MEETING: str(place.meeting),
            PartKind.PAPER: str(place.document),
        }
        return held[self.kind] == self.what


def part(text: str) -> BodyPart:
    """Raises ConfigError for what names no part of a body."""
    body, _, rest = text.partition("/")
    kind, _, what = rest.partition("/")
    is_number = what.isascii() and what.isdigit() and len(what) <= LONGEST_NUMBER
    if not (body and what and kind in set(PartKind)) or (kind != PartKind.COMMITTEE and not is_number):
        raise ConfigError(f"{text!r} is no committee, meeting or paper: write it like vale/committee/Cabinet")
    return BodyPart(body, PartKind(kind), what if kind == PartKind.COMMITTEE else str(int(what)))


@dataclass(frozen=True, slots=True)
class Where:
    """Papers of any of these; of every body where there are none, unless `nobody` says of none."""

    bodies: tuple[str, ...] = ()
    parts: tuple[BodyPart, ...] = ()
    nobody: bool = False

    def __bool__(self) -> bool:
        """Whether it leaves any paper out."""
        return bool(self.bodies or self.parts or self.nobody)

    @property
    def named(self) -> tuple[str, ...]:
        """The bodies that are followed, wholly or in part."""
        return tuple(dict.fromkeys((*self.bodies, *(part.body for part in self.parts))))

    def holds(self, place: PageRef) -> bool:
        return not self or place.body in self.bodies or any(part.holds(place) for part in self.parts)


EVERYWHERE = Where()
NOWHERE = Where(nobody=True)


def all_of(wheres: tuple[Where, ...]) -> Where:
    """Returns all that any of these holds: nothing where there are none."""
    if not all(wheres):
        return EVERYWHERE
    return Where(
        tuple(dict.fromkeys(body for where in wheres for body in where.bodies)),
        tuple(dict.fromkeys(part for where in wheres for part in where.parts)),
        nobody=all(where.nobody for where in wheres),
    )
