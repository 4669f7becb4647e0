"""What changed from one run to the next, as records that every surface shows.

A change is noted in the transaction that writes it, so that a run which is killed loses none and tells none
twice. Its day is the day of its run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from pipeline.text.figures import counted, day

# A meeting so many days away should have its papers out: the law asks for five clear working days of councils
# and three of NHS bodies.
LATE_DAYS = 4


class ChangeKind(StrEnum):
    """What happened, in the order in which a reader wants to hear of it."""

    CANCELLED = "cancelled"
    MOVED = "moved"  # to another day or hour
    LATE = "late"  # the meeting is near, and no paper is out
    WITHDRAWN = "withdrawn"  # no longer listed, on the word of a run that read the list
    REPLACED = "replaced"  # other bytes under the same paper
    RESTRICTED = "restricted"  # listed as before, and now kept from the public
    BACK = "back"  # listed again, open to the public again, or held after all
    PLACE = "place"  # the meeting is at another place
    RENAMED = "renamed"
    NEW = "new"


# What a reader who asked for mentions wants to hear of besides: what is new is in the mentions.
TOLD = (
    ChangeKind.CANCELLED,
    ChangeKind.MOVED,
    ChangeKind.LATE,
    ChangeKind.WITHDRAWN,
    ChangeKind.REPLACED,
    ChangeKind.RESTRICTED,
    ChangeKind.BACK,
)


class Thing(StrEnum):
    PAPER = "paper"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One thing that happened to a paper or a meeting."""

    id: int
    day: date  # of the run that saw it
    at: datetime
    kind: ChangeKind
    what: Thing
    source: str
    body: str
    body_name: str
    committee: str
    meeting: int | None
    meeting_date: date | None  # as it is now
    document: int | None
    title: str  # of the paper; of a meeting, its committee
    url: str
    was: str  # the day and hour, place, title or SHA-256 before; "" where there was none
    now: str


def change_said(change: ChangeRow) -> str:  # noqa: C901, PLR0911 - a table
    """What happened, as a sentence for a person, next to the title."""
    is_paper = change.what is Thing.PAPER
    match change.kind:
        case ChangeKind.NEW:
            return "New paper." if is_paper else "New meeting."
        case ChangeKind.REPLACED:
            return "Replaced by another version."
        case ChangeKind.RENAMED:
            return f"Renamed; before: {change.was}."
        case ChangeKind.WITHDRAWN:
            return "No longer listed."
        case ChangeKind.CANCELLED:
            return "Cancelled."
        case ChangeKind.MOVED:
            before = f" from {_moment(change.was)}" if change.was else ""
            return f"Moved{before}{f' to {_moment(change.now)}' if change.now else ''}."
        case ChangeKind.PLACE:
            return f"Now at {change.now}." if change.now else "Place no longer given."
        case ChangeKind.LATE:
            return f"No paper is out, {counted(int(change.now), 'day')} before the meeting."
        case ChangeKind.RESTRICTED:
            return "No longer open to the public."
        case ChangeKind.BACK:
            return "Listed again." if is_paper else "Going ahead after all."
        case _:
            assert_never(change.kind)


def moment(on: date | None, at: object) -> str:
    """A day and perhaps an hour, as `was` and `now` keep it: "2026-11-26 10:00"."""
    return " ".join([on.isoformat(), *([f"{at:%H:%M}"] if at else [])]) if on else ""


def _moment(kept: str) -> str:
    on, _, at = kept.partition(" ")
    return f"{day(date.fromisoformat(on))}{f', {at}' if at else ''}"
