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
    SOME_LATE = "some late"  # of the first paper our looks do not tell, but others were late
    NOT_OUT = "not out"  # none by our last look, and no rule is broken yet
    UNKNOWN = "not known"  # our looks do not tell
    NO_RULE = "no rule"  # before the meeting, of a body that has no rule in law
    IN_TIME = "in time"


# What is said against a body: it needs a look at its list before the meeting, and papers that the list gave.
PROVEN = frozenset({Lateness.NEVER, Lateness.AFTER, Lateness.LATE, Lateness.SOME_LATE})


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
    papers: Sequence[Sighting]  # of each paper for the meeting that its list gave us, by their time
    first_look: datetime | None  # that read the whole list
    last_look: datetime | None
    by_hand: bool = False  # the meeting, or papers of it, were added by hand


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
    first_look: datetime | None
    last_look: datetime | None
    by_hand: bool  # papers were added by hand: when they were out, nobody noted


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
    states = [_of_paper(paper, looks, rule) for paper in looks.papers]
    late = sum(state in PROVEN for state in states)
    return MeetingLateness(
        meeting=looks.meeting,
        source=looks.source,
        body=looks.body,
        body_name=looks.body_name,
        committee=looks.committee,
        date=looks.date,
        state=_of_meeting(looks, states[0] if states else None, late, rule),
        papers=len(states),
        late_papers=late,
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
        first_look=looks.first_look,
        last_look=looks.last_look,
        by_hand=looks.by_hand,
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


def judgement_sentence(meeting: MeetingLateness) -> str:
    """The judgement as a sentence, which claims no more than our looks allow."""
    several = meeting.late_papers and meeting.papers > 1
    of = counted(meeting.papers, "agenda or report", "agendas and reports")
    return _of_the_first(meeting) + (f" {meeting.late_papers} of {of} came too late." if several else "")


def _of_the_first(meeting: MeetingLateness) -> str:  # noqa: PLR0911 - a sentence for each state
    match meeting.state:
        case Lateness.NEVER:
            return f"No papers seen by {_day(meeting.last_look)}, after the meeting."
        case Lateness.NOT_OUT:
            return f"No papers seen by {_day(meeting.last_look)}."
        case Lateness.LATE if not meeting.papers:
            return f"No papers seen by {_day(meeting.last_look)}: too late for five clear working days."
        case Lateness.AFTER:
            return f"First paper after the meeting: {_when(meeting)}."
        case Lateness.UNKNOWN if meeting.by_hand:
            return "Papers were added by hand: we cannot tell."
        case Lateness.UNKNOWN if meeting.papers:
            return f"First paper {_when(meeting)}: we cannot tell whether in time."
        case Lateness.UNKNOWN if meeting.first_look:
            return f"We first read this list on {_day(meeting.first_look)}, after the meeting."
        case Lateness.UNKNOWN:
            return "We have not read this list in full."
        case Lateness.SOME_LATE:
            return f"First paper {_when(meeting)}."
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


def _of_meeting(looks: MeetingLooks, first: Lateness | None, late: int, rule: int | None) -> Lateness:
    """`first` is that of the first paper, None of a meeting without one."""
    state = first or _without_papers(looks, rule)
    if looks.by_hand and (first is None or state in PROVEN):
        return Lateness.UNKNOWN  # the papers that were added may have been out before
    return Lateness.SOME_LATE if state is Lateness.UNKNOWN and late else state


def _without_papers(looks: MeetingLooks, rule: int | None) -> Lateness:
    if looks.last_look is None:
        return Lateness.UNKNOWN
    looked = local_day(looks.last_look)
    if looked > looks.date:
        return Lateness.NEVER if _looked_before(looks) else Lateness.UNKNOWN
    # What comes after that look has no more days than what would have come on its day.
    return Lateness.LATE if rule and clear_days(looked, looks.date) < rule else Lateness.NOT_OUT


def _looked_before(looks: MeetingLooks) -> bool:
    """A list that we first read after a meeting may have had its papers, and dropped them."""
    return looks.first_look is not None and local_day(looks.first_look) <= looks.date


def _of_paper(paper: Sighting, looks: MeetingLooks, rule: int | None) -> Lateness:
    meeting = looks.date
    least, most = _between(paper, meeting)
    if paper.before and local_day(paper.before) > meeting:
        return Lateness.AFTER if _looked_before(looks) else Lateness.UNKNOWN
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
