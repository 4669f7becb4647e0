"""When our looks at the lists saw meetings and their papers: what pipeline.meetings.lateness judges from."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from pipeline.days import local_day
from pipeline.meetings.lateness import MeetingLooks, Sighting
from pipeline.model import BY_HAND, DocumentKind, DocumentState, MeetingStatus, SourceState
from storage import tables as t
from storage.bodies import body_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

# Runs that read the whole list: only their word counts for what was not there.
_READ_IN_FULL = (SourceState.OK, SourceState.EMPTY)
# Every line looks at least so many days ahead, so that a list then showed what it had of a meeting.
_LOOKED_AHEAD = 28
_TAKES_PLACE = (MeetingStatus.SCHEDULED, MeetingStatus.MOVED)
_AGENDAS = {DocumentKind.AGENDA, DocumentKind.PACK}
MANUAL = "manual"  # the platform of a source whose papers people add
# Papers that are to be read before a meeting: minutes come after it, notices are no papers of it.
_FOR_A_MEETING = (*sorted(_AGENDAS), DocumentKind.REPORT)


def looks_at_papers(
    connection: Connection, since: date, until: date, bodies: Collection[str] = (), meeting: int | None = None
) -> list[MeetingLooks]:
    """Meetings from a day to a day that take place, with when each of their papers came into sight."""
    m, s = t.meetings.c, t.sources.c
    rows = connection.execute(
        select(t.meetings, s.body_id, body_name().label("name"), s.kind, s.platform)
        .join(t.sources, s.id == m.source_id)
        .where(
            m.starts_on >= since,
            m.starts_on <= until,
            m.status.in_(_TAKES_PLACE),
            *([s.body_id.in_(bodies)] if bodies else []),
            *([m.id == meeting] if meeting is not None else []),
        )
        .order_by(m.starts_on, s.name, m.id)
    ).all()
    looked = _looks(connection, {row.source_id for row in rows})
    papers = _papers(connection, [row.id for row in rows])
    return [_seen(row, looked[row.source_id], papers[row.id]) for row in rows]


def _seen(row: Row[Any], looked: Sequence[_Look], papers: Sequence[_Paper]) -> MeetingLooks:
    covering = _Looks(looked, row)
    listed = [paper for paper in papers if not paper.by_hand]
    return MeetingLooks(
        meeting=row.id,
        source=row.source_id,
        body=row.body_id,
        body_name=row.name,
        body_kind=row.kind,
        committee=row.body_name,
        date=row.starts_on,
        notice=covering.sighting(row.first_seen),
        agenda=next((covering.sighting(paper.seen) for paper in listed if paper.kind in _AGENDAS), None),
        papers=[covering.sighting(paper.seen) for paper in listed],
        first_look=covering.full[0] if covering.full else None,
        last_look=covering.full[-1] if covering.full else None,
        by_hand=row.platform == MANUAL or len(listed) < len(papers),
    )


@dataclass(frozen=True, slots=True)
class _Paper:
    kind: str
    seen: datetime
    by_hand: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """One run over one list. What was not there when it began may have come while it ran."""

    run: int
    began: datetime
    in_full: bool


class _Looks:
    """The looks at a list that would have shown a paper of one meeting, had it been there."""

    def __init__(self, looked: Sequence[_Look], meeting: Row[Any]) -> None:
        self._looked = looked
        first = self._run_of(meeting.first_seen)
        listed = range(first.run, meeting.last_run + 1) if first else range(0)
        self.full = [
            look.began
            for look in looked
            if look.in_full
            and (look.run in listed or 0 <= (meeting.starts_on - local_day(look.began)).days <= _LOOKED_AHEAD)
        ]

    def sighting(self, at: datetime) -> Sighting:
        """Between which two looks something came into sight that a run kept at this instant."""
        saw = self._run_of(at)
        before = [began for began in self.full if saw and began < saw.began]
        return Sighting(before=before[-1] if before else None, at=at)

    def _run_of(self, at: datetime) -> _Look | None:
        """The run that kept something at this instant: the last that had begun."""
        place = bisect_right(self._looked, at, key=lambda look: look.began)
        return self._looked[place - 1] if place else None


def _looks(connection: Connection, sources: Collection[str]) -> defaultdict[str, list[_Look]]:
    """The looks at each source's list, by their time."""
    r, runs = t.source_runs.c, t.runs.c
    found: defaultdict[str, list[_Look]] = defaultdict(list)
    query = (
        select(r.source_id, runs.id, runs.started_at, r.state)
        .join(t.runs, runs.id == r.run_id)
        .where(r.source_id.in_(sources))
        .order_by(runs.started_at)
    )
    for source, run, began, state in connection.execute(query):
        found[source].append(_Look(run=run, began=began, in_full=state in _READ_IN_FULL))
    return found


def _papers(connection: Connection, meetings: Collection[int]) -> defaultdict[int, list[_Paper]]:
    """By meeting, its papers that are open to the public, as they came into sight.

    Of what its list gave us, those that are to be read before it; of what people added, all: nobody says
    which these are.
    """
    d, r = t.documents.c, t.revisions.c
    by_hand = exists().where(r.document_id == d.id, r.provenance == BY_HAND)
    found: defaultdict[int, list[_Paper]] = defaultdict(list)
    query = (
        select(d.meeting_id, d.kind, d.first_seen, by_hand.label("by_hand"))
        .where(
            d.meeting_id.in_(meetings),
            d.kind.in_(_FOR_A_MEETING) | by_hand,
            d.state != DocumentState.RESTRICTED.value,
        )
        .order_by(d.first_seen, d.id)
    )
    for meeting, kind, seen, by_person in connection.execute(query):
        found[meeting].append(_Paper(kind, seen, by_person))
    return found
