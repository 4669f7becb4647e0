"""What the archive answers to people: on the terminal, on the web, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of one paper."""

    body: str
    body_name: str
    source: str
    document: int
    kind: str
    state: str
    committee: str
    meeting_date: date | None
    published_on: date | None
    title: str
    url: str
    page: int
    pages: int
    label: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    sha256: str
    captured_at: datetime
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    source: str
    body: str
    committee: str
    meeting_date: date | None
    published_on: date | None
    kind: str
    title: str
    url: str
    sha256: str
    state: str
    reason: str
    first_seen: datetime
    revisions: int
    pages: int
    document: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    source: str
    body: str
    committee: str
    date: date | None
    time: time | None
    status: str
    place: str
    url: str
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A paper, or pages of one, that could not be read."""

    document: int
    title: str
    url: str
    sha256: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    papers: int
    pages: int
    pages_by_method: dict[str, int]
    unreadable: tuple[Unreadable, ...]
    hits: int
    hits_by_concept: dict[str, int]
    outbox: dict[str, int]
    to_extract: int
