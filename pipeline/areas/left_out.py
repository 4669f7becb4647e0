"""Who left a subject out: who in an area said it in a month, and who did not in the papers we read. Pure.

Nothing is said of what was not read: "did not say it" is of papers that were read, each body with its own
denominator, and a body of which no paper was read is a row of its own kind.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from pipeline.model import AreaLine, AreaNote, PageRef
from pipeline.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

QUOTES = 3  # of each body
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class Stance(StrEnum):
    """What a body's papers of the month say of the subject."""

    SAID = "said"
    NOT_SAID = "not said"  # in papers that were read
    NOT_READ = "not read"  # it met or has papers, and none of them was read
    NO_PAPERS = "no papers"  # we know of no meeting and no paper of this month
    NOT_FOLLOWED = "not followed"  # we have no source of its papers


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One passage that says it."""

    snippet: str
    marks: tuple[tuple[int, int], ...]
    at: PageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRead:
    """What is known of a body's papers of one month."""

    body: str
    body_name: str
    kind: str
    is_followed: bool = True  # there is a source of its papers
    meetings: int = 0  # that were not cancelled
    meetings_not_read: int = 0  # of them, those of which no paper was read
    papers_read: int = 0
    papers_not_read: int = 0  # listed, and not read or not in full
    pages_read: int = 0
    pages_not_read: int = 0  # of the papers that were read

    @property
    def is_read_whole(self) -> bool:
        """Whether every page of every paper that we know of was read, and a paper of every meeting."""
        return not (self.papers_not_read or self.pages_not_read or self.meetings_not_read)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyStance(MonthRead):
    """The judgement on one body, as every surface shows it."""

    stance: Stance
    places: int = 0  # that say it: passages of a topic, pages of a search
    quotes: tuple[Saying, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The bodies of an area on one subject in one month: who said it first, then who did not."""

    area: str
    area_name: str
    month: str  # 2026-10
    subject: str  # as people call it
    concept: str = ""
    query: str = ""
    bodies: tuple[BodyStance, ...] = ()

    @property
    def stances(self) -> Counter[Stance]:
        return Counter(row.stance for row in self.bodies)


def stance_of(reading: MonthRead, places: int, quotes: Iterable[Saying]) -> BodyStance:
    facts = {each.name: getattr(reading, each.name) for each in fields(MonthRead)}
    return BodyStance(**facts, stance=_stance(reading, places), places=places, quotes=tuple(quotes))


def _stance(reading: MonthRead, places: int) -> Stance:
    if places:
        return Stance.SAID
    if reading.papers_read:
        return Stance.NOT_SAID
    if reading.papers_not_read or reading.meetings:
        return Stance.NOT_READ
    return Stance.NO_PAPERS if reading.is_followed else Stance.NOT_FOLLOWED


def by_stance(rows: Iterable[BodyStance]) -> tuple[BodyStance, ...]:
    """By what they said, then by name."""
    return tuple(sorted(rows, key=lambda row: (list(Stance).index(row.stance), row.body_name, row.body)))


def days_of(month: str) -> tuple[date, date]:
    """The first day of a month such as 2026-10, and that of the next. Raises ValueError."""
    found = _MONTH.fullmatch(month)
    if not found:
        raise ValueError(f"{month!r} is no month: write it as 2026-10")
    first = date(int(found[1]), int(found[2]), 1)
    return first, next_month(first)


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_before(day: date) -> str:
    """The last month that has ended by a day."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return f"{year}-{month:02}"


def ended_since(day: date, today: date) -> list[str]:
    """Returns every month that has ended since a day, the first of them first: the day may lie within one."""
    found: list[str] = []
    first = day.replace(day=1)
    while (end := next_month(first)) <= today:
        found.append(f"{first:%Y-%m}")
        first = end
    return found


def row_sentence(row: BodyStance) -> str:
    """A body's row as a sentence, its denominator in it."""
    match row.stance:
        case Stance.NOT_FOLLOWED:
            return "We do not follow its papers."
        case Stance.NO_PAPERS:
            return "We know of no meeting or paper for this month."
        case Stance.NOT_READ:
            met = f"{counted(row.meetings, 'meeting')}; " if row.meetings else ""
            left = row.papers_not_read
            papers = f"{counted(left, 'paper')} listed, none read" if left else "no paper seen"
            return f"None of their papers was read ({met}{papers})."
        case Stance.SAID:
            return f"Said in {counted(row.places, 'place')}: {_read(row)}."
        case Stance.NOT_SAID:
            return f"Not said: {_read(row)}."
        case _:
            assert_never(row.stance)


def _read(row: BodyStance) -> str:
    missed = [
        text
        for number, text in (
            (row.pages_not_read, counted(row.pages_not_read, "page")),
            (row.papers_not_read, counted(row.papers_not_read, "paper")),
        )
        if number
    ]
    read = f"{counted(row.papers_read, 'paper')} with {counted(row.pages_read, 'page')} read"
    meetings = f"no paper of {row.meetings_not_read} of {counted(row.meetings, 'meeting')} read"
    return "".join(
        (
            read,
            f", {' and '.join(missed)} not read" if missed else "",
            f"; {meetings}" if row.meetings_not_read else "",
        )
    )


def told_rows(found: LeftOut) -> AreaNote:
    """As a digest tells it: the bodies of which something is known to have been read or not."""
    rows = [row for row in found.bodies if row.stance not in {Stance.NO_PAPERS, Stance.NOT_FOLLOWED}]
    return AreaNote(
        subject=found.subject,
        area=found.area,
        area_name=found.area_name,
        month=found.month,
        concept=found.concept,
        query=found.query,
        summary=area_summary(found),
        lines=tuple(map(_told, rows)),
    )


def not_told(subject: str, area: str, month: str, why: str) -> AreaNote:
    """Returns what a digest says in place of a table that could not be made."""
    return AreaNote(
        subject=subject,
        area=area,
        area_name=area,
        month=month,
        concept="",
        query="",
        summary=f"We could not look this up: {why.rstrip('.')}.",
        lines=(),
    )


def _told(row: BodyStance) -> AreaLine:
    first = row.quotes[0].at if row.quotes else None
    return AreaLine(
        stance=row.stance.value,
        text=f"{row.body_name}: {row_sentence(row)}",
        document=first.document if first else 0,
        page=first.page if first else 0,
    )


def area_summary(found: LeftOut) -> str:
    """Returns how many of the bodies said it, and of the others no more than our reading allows.

    As in "3 of 11 bodies said it; 4 did not in the papers we read, 1 of them read only in part; of 2 no paper
    was read; of 1 we know of no meeting or paper; 1 is not followed."
    """
    count = found.stances
    silent = [row for row in found.bodies if row.stance is Stance.NOT_SAID]
    in_part = sum(not row.is_read_whole for row in silent)
    partly = f", {in_part} of them read only in part" if in_part else ""
    off = count[Stance.NOT_FOLLOWED]
    parts = [
        f"{count[Stance.SAID]} of {counted(len(found.bodies), 'body', 'bodies')} said it",
        *([f"{len(silent)} did not in the papers we read{partly}"] if silent else []),
        *([f"of {count[Stance.NOT_READ]} no paper was read"] if count[Stance.NOT_READ] else []),
        *(
            [f"of {count[Stance.NO_PAPERS]} we know of no meeting or paper"]
            if count[Stance.NO_PAPERS]
            else []
        ),
        *([f"{off} {'is' if off == 1 else 'are'} not followed"] if off else []),
    ]
    return f"{'; '.join(parts)}."
