"""Whether a meeting's papers were out in time, as far as our looks at its list can tell. Pure.

A paper is seen between two looks: the last that found its list without it, and the first that found it there.
So each statement holds for every moment between the two; what does not is "not known". Councils must have
agenda and reports open for inspection five clear days before a meeting (Local Government Act 1972 s. 100B,
and for executives SI 2012/2089, regulation 7). Bodies of the health service go by standing orders of their
own: of them days are shown, and no rule is judged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the types are described to programs at run time
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.days import local_day
from pipeline.english import counted, short_day
from pipeline.meetings.working_days import clear_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLEAR_DAYS = {"council": 5}  # by the kind of body


class Lateness(StrEnum):
    """What our looks prove of a meeting's first paper, the worst first."""

    NEVER = "never"  # none by our last look, which was after the meeting
    AFTER = "after"  # after the day of the meeting
    LATE = "late"  # fewer clear days before than the rule asks for
    NOT_OUT = "not out"  # none by our last look, and no rule is broken yet
    UNKNOWN = "not known"  # our looks do not tell
    NO_RULE = "no rule"  # before the meeting, of a body that has no rule in law
    IN_TIME = "in time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """When a paper came into sight: after the look `before`, if there was one, and by the look `at`."""

    before: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLooks:
    """A meeting, and what our looks at its list saw of its papers."""

    meeting: int
    source: str
    body: str
    body_name: str
    body_kind: str
    committee: str
    date: date
    notice: Sighting  # of the meeting itself
    agenda: Sighting | None  # of an agenda or a pack
    papers: Sequence[Sighting]  # of each paper for the meeting, by their time
    last_look: datetime | None  # that read the whole list


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLateness:
    """The judgement on one meeting, as every surface shows it."""

    meeting: int
    source: str
    body: str
    body_name: str
    committee: str
    date: date
    state: Lateness
    papers: int
    late_papers: int  # that we can prove to have come later than the rule allows
    least_days: int | None  # clear working days between the first paper and the meeting: at least…
    most_days: int | None  # …and at most; None where no look bounds them
    notice_before: datetime | None
    notice_by: datetime
    agenda_before: datetime | None
    agenda_by: datetime | None
    first_before: datetime | None
    first_by: datetime | None
    last_before: datetime | None
    last_by: datetime | None
    last_look: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyYear:
    """How a body's meetings of one year are: how many in each state."""

    body: str
    body_name: str
    year: int
    meetings: int
    states: dict[str, int]


def judged(looks: MeetingLooks) -> MeetingLateness:
    """The judgement on a meeting, with the looks that it rests on."""
    first = looks.papers[0] if looks.papers else None
    last = looks.papers[-1] if looks.papers else None
    rule = CLEAR_DAYS.get(looks.body_kind)
    least, most = _between(first, looks.date) if first else (None, None)
    states = [_of_paper(paper, looks.date, rule) for paper in looks.papers]
    return MeetingLateness(
        meeting=looks.meeting,
        source=looks.source,
        body=looks.body,
        body_name=looks.body_name,
        committee=looks.committee,
        date=looks.date,
        state=states[0] if states else _without_papers(looks.last_look, looks.date, rule),
        papers=len(states),
        late_papers=sum(state in {Lateness.LATE, Lateness.AFTER} for state in states),
        least_days=least,
        most_days=most,
        notice_before=looks.notice.before,
        notice_by=looks.notice.at,
        agenda_before=looks.agenda.before if looks.agenda else None,
        agenda_by=looks.agenda.at if looks.agenda else None,
        first_before=first.before if first else None,
        first_by=first.at if first else None,
        last_before=last.before if last else None,
        last_by=last.at if last else None,
        last_look=looks.last_look,
    )


def by_body_and_year(meetings: Iterable[MeetingLateness]) -> list[BodyYear]:
    """How many meetings of each body and year are in each state; bodies by name, the last year first."""
    counts: dict[tuple[str, str, int], Counter[str]] = {}
    for each in meetings:
        counts.setdefault((each.body_name, each.body, each.date.year), Counter())[each.state] += 1
    return [
        BodyYear(
            body=body,
            body_name=name,
            year=year,
            meetings=states.total(),
            states={state.value: states[state] for state in Lateness},
        )
        for (name, body, year), states in sorted(counts.items(), key=lambda row: (row[0][0], -row[0][2]))
    ]


def judgement_sentence(meeting: MeetingLateness) -> str:  # noqa: PLR0911 - a table
    """The judgement as a sentence, which claims no more than our looks allow."""
    match meeting.state:
        case Lateness.NEVER:
            return f"No papers seen by {_day(meeting.last_look)}, after the meeting."
        case Lateness.NOT_OUT:
            return f"No papers seen by {_day(meeting.last_look)}."
        case Lateness.LATE if not meeting.papers:
            return f"No papers seen by {_day(meeting.last_look)}: too late for five clear working days."
        case Lateness.AFTER:
            return f"First paper after the meeting: {_when(meeting)}."
        case Lateness.UNKNOWN if not meeting.papers:
            return "Not known: we have not read this list in full."
        case Lateness.UNKNOWN:
            return f"Not known: first paper {_when(meeting)}."
        case _:
            return f"First paper {_when(meeting)}: {_clear(meeting)} before the meeting."


def _when(meeting: MeetingLateness) -> str:
    """Between which looks the first paper came."""
    by = _day(meeting.first_by)
    if meeting.first_before is None:
        return f"out by {by}, our first look"
    before = _day(meeting.first_before)
    return f"seen on {by}" if before == by else f"seen between {before} and {by}"


def _clear(meeting: MeetingLateness) -> str:
    least, most = meeting.least_days or 0, meeting.most_days
    if most is None:
        return f"at least {counted(least, 'clear working day')}"
    return counted(least, "clear working day") if least == most else f"{least} to {most} clear working days"


def _without_papers(last_look: datetime | None, meeting: date, rule: int | None) -> Lateness:
    if last_look is None:
        return Lateness.UNKNOWN
    looked = local_day(last_look)
    if looked > meeting:
        return Lateness.NEVER
    # What comes after that look has no more days than what would have come on its day.
    return Lateness.LATE if rule and clear_days(looked, meeting) < rule else Lateness.NOT_OUT


def _of_paper(paper: Sighting, meeting: date, rule: int | None) -> Lateness:
    least, most = _between(paper, meeting)
    if paper.before and local_day(paper.before) > meeting:
        return Lateness.AFTER
    if rule is None:
        return Lateness.NO_RULE if local_day(paper.at) <= meeting else Lateness.UNKNOWN
    if least >= rule:
        return Lateness.IN_TIME
    return Lateness.LATE if most is not None and most < rule else Lateness.UNKNOWN


def _between(paper: Sighting, meeting: date) -> tuple[int, int | None]:
    """The least and the most clear days that a paper was out; no most without an earlier look."""
    least = clear_days(local_day(paper.at), meeting)
    return least, clear_days(local_day(paper.before), meeting) if paper.before else None


def _day(moment: datetime | None) -> str:
    return short_day(local_day(moment)) if moment else ""
