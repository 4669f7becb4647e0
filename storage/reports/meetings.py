"""Days: meetings as they are listed, and what is ahead, consultations that close among it."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select

from pipeline.meetings.calendar_entry import Coming
from pipeline.model import KEPT_BACK, Ahead, DocumentState, Meeting, MeetingStatus
from pipeline.text.figures import short_day
from pipeline.views import MeetingRow
from pipeline.where import EVERYWHERE, PartKind, Where
from storage import bodies
from storage import tables as t
from storage.paper_joins import is_out
from storage.search_index import followed
from storage.search_index.hit_places import mentions_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select

    from pipeline.where import BodyPart

CLOSES = "closes/"  # before a consultation's key, where its last day is among meetings


def meetings(
    connection: Connection,
    *,
    source: str = "",
    body: str = "",
    since: date | None = None,
    until: date | None = None,
) -> list[MeetingRow]:
    """Meetings by date; from `since` to `until` where given, both included."""
    s, m = t.sources.c, t.meetings.c
    query = (
        select(
            t.meetings,
            s.body_id,
            bodies.body_name().label("name"),
            _papers().label("papers"),
            _mentions().label("mentions"),
        )
        .join(t.sources, s.id == m.source_id)
        .where(
            *([s.id == source] if source else []),
            *([s.body_id == body] if body else []),
            *([m.starts_on >= since] if since else []),
            *([m.starts_on <= until] if until else []),
        )
        .order_by(m.starts_on.nulls_first(), m.starts_at.nulls_first(), m.id)
    )
    return [
        MeetingRow(
            source=row.source_id,
            body=row.body_id,
            committee=row.body_name,
            date=row.starts_on,
            time=row.starts_at,
            status=row.status,
            place=row.place,
            url=row.url,
            papers=row.papers,
            id=row.id,
            source_name=row.name,
            sequence=row.sequence,
            first_seen=row.first_seen,
            mentions=row.mentions,
        )
        for row in connection.execute(query)
    ]


def ahead(
    connection: Connection,
    today: date,
    until: date,
    where: Where = EVERYWHERE,
    topics: Collection[str] | None = None,
) -> list[Ahead]:
    """Returns meetings still to come and consultations that close, soonest first.

    Each with the mentions of `topics` in its papers; None: of every concept.
    """
    m = t.meetings.c
    query = _days(today, where).where(m.starts_on <= until, m.status != MeetingStatus.WITHDRAWN.value)
    mentions = _mentions_ahead(connection, today, until, topics)
    found = [
        Ahead(body_name=row.name, meeting=_meeting(row), id=row.id, mentions=mentions.get(row.id, 0))
        for row in connection.execute(query)
    ]
    closing = _closing(connection, today, until, where)
    return sorted([*found, *closing], key=lambda ahead: ahead.meeting.starts_on or today)


def ahead_by_number(
    connection: Connection, held: Collection[int], consultations: Collection[int]
) -> list[Ahead]:
    """Returns these meetings, and the last days of these consultations, as they are now.

    What there is no more, or is kept back from readers, is left out.
    """
    s, m, d = t.sources.c, t.meetings.c, t.documents.c
    query = (
        select(t.meetings, bodies.body_name().label("name"))
        .join(t.sources, s.id == m.source_id)
        .where(m.id.in_(held))
    )
    found = [Ahead(body_name=row.name, meeting=_meeting(row), id=row.id) for row in connection.execute(query)]
    shown = d.id.in_(consultations), d.state.not_in(KEPT_BACK)
    return [*found, *_last_days(connection, *shown)]


def calendar(connection: Connection, since: date, where: Where = EVERYWHERE) -> list[tuple[Ahead, int]]:
    """Returns meetings from a day on, cancelled and withdrawn ones too, each with how often it has changed.

    Consultations that close are among them.
    """
    found = [
        (Ahead(body_name=row.name, meeting=_meeting(row)), row.sequence)
        for row in connection.execute(_days(since, where))
    ]
    return [*found, *((ahead, 0) for ahead in _closing(connection, since, date.max, where))]


def coming(connection: Connection, since: date, body: str = "") -> list[Coming]:
    """The calendar from a day on with what is held about each day, soonest first."""
    d, s, m, h = t.documents.c, t.sources.c, t.meetings.c, t.hits.c
    of_meetings = (
        select(m.source_id, m.key, s.body_id, m.id, literal(0), _papers(), _mentions())
        .join(t.sources, s.id == m.source_id)
        .where(m.starts_on >= since)
    )
    own = select(mentions_in(t.hits)).where(h.sha256 == d.sha256).scalar_subquery()
    of_consultations = (
        select(d.source_id, CLOSES + d.key, s.body_id, literal(0), d.id, literal(1), own)
        .join(t.sources, s.id == d.source_id)
        .where(d.closes_on >= since)
    )
    held = {
        (source, key): facts
        for query in (of_meetings, of_consultations)
        for source, key, *facts in connection.execute(query)
    }
    found: list[Coming] = []
    for each, sequence in calendar(connection, since, Where((body,)) if body else EVERYWHERE):
        of_body, meeting, document, papers, mentions = held[each.meeting.source_id, each.meeting.key]
        found.append(
            Coming(
                ahead=each,
                body=of_body,
                sequence=sequence,
                meeting=meeting,
                document=document,
                papers=papers,
                mentions=mentions,
            )
        )
    return sorted(found, key=_soonest)


def part_names(connection: Connection, parts: Collection[BodyPart]) -> dict[BodyPart, str]:
    """What committees, meetings and papers are called; those that there are not are left out."""
    d, m, s = t.documents.c, t.meetings.c, t.sources.c
    every = select(bodies.body_name().label("name"), m.body_name.label("committee"), m.starts_on)
    of_meetings = every.select_from(t.meetings).join(t.sources, s.id == m.source_id)
    of_papers = (
        every.add_columns(d.title)
        .select_from(t.documents)
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
    )
    names: dict[BodyPart, str] = {}
    for part in parts:
        query = of_papers if part.kind is PartKind.PAPER else of_meetings
        row = connection.execute(query.where(*followed.in_where(Where(parts=(part,)))).limit(1)).first()
        if row is not None:
            names[part] = _part_name(part, row)
    return names


def _part_name(part: BodyPart, row: Row[Any]) -> str:
    match part.kind:
        case PartKind.COMMITTEE:
            return f"{row.committee} ({row.name})"
        case PartKind.MEETING:
            on = f" on {short_day(row.starts_on)}" if row.starts_on else ""
            return f"the meeting of {row.committee or row.name}{on} ({row.name})"
        case PartKind.PAPER:
            return f"the paper \u201c{row.title or 'without a title'}\u201d ({row.name})"


def _soonest(coming: Coming) -> tuple[date, time]:
    meeting = coming.ahead.meeting
    return meeting.starts_on or date.max, meeting.starts_at or time.max


def _days(since: date, where: Where) -> Select[*tuple[Any, ...]]:
    s, m = t.sources.c, t.meetings.c
    return (
        select(t.meetings, bodies.body_name().label("name"))
        .join(t.sources, s.id == m.source_id)
        .where(m.starts_on >= since, *followed.in_where(where, papers=False))
        .order_by(m.starts_on.nulls_first(), m.starts_at.nulls_first(), m.id)
    )


def _papers() -> ScalarSelect[int]:
    """How many papers of a meeting are out."""
    of_meeting = t.documents.c.meeting_id == t.meetings.c.id
    return select(func.count()).select_from(t.documents).where(of_meeting, is_out()).scalar_subquery()


def _mentions() -> ScalarSelect[int]:
    """How many mentions are in them."""
    d = t.documents.c
    query = select(mentions_in(t.hits)).join(t.documents, d.sha256 == t.hits.c.sha256)
    return query.where(d.meeting_id == t.meetings.c.id, is_out()).scalar_subquery()


def _mentions_ahead(
    connection: Connection, since: date, until: date, topics: Collection[str] | None
) -> Counter[int]:
    """Returns, by meeting, how often the papers of those in this time say one of the topics."""
    d, m = t.documents.c, t.meetings.c
    found: Counter[int] = Counter()
    for hits in (t.hits,) if topics is None else (t.hits, t.rule_hits):
        query = (
            select(m.id, mentions_in(hits))
            .join(t.documents, d.meeting_id == m.id)
            .join(hits, hits.c.sha256 == d.sha256)
            .where(m.starts_on >= since, m.starts_on <= until, is_out())
            .where(*([] if topics is None else [hits.c.concept_id.in_(topics)]))
            .group_by(m.id)
        )
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def _closing(connection: Connection, since: date, until: date, where: Where) -> list[Ahead]:
    """The last days of consultations, as entries of a calendar."""
    d = t.documents.c
    return _last_days(
        connection,
        d.closes_on >= since,
        d.closes_on <= until,
        d.state != DocumentState.WITHDRAWN.value,
        *followed.in_where(where, meetings=False),
    )


def _last_days(connection: Connection, *which: ColumnElement[bool]) -> list[Ahead]:
    d, s = t.documents.c, t.sources.c
    query = (
        select(d.id, d.source_id, d.key, d.title, d.url, d.closes_on, bodies.body_name().label("name"))
        .join(t.sources, s.id == d.source_id)
        .where(*which)
        .order_by(d.closes_on, d.id)
    )
    return [
        Ahead(
            body_name=row.name,
            document=row.id,
            meeting=Meeting(
                source_id=row.source_id,
                key=f"{CLOSES}{row.key}",
                body_name="",
                title=f"Consultation closes: {row.title}",
                starts_on=row.closes_on,
                url=row.url,
            ),
        )
        for row in connection.execute(query)
    ]


def _meeting(row: Row[Any]) -> Meeting:
    return Meeting(
        source_id=row.source_id,
        key=row.key,
        body_name=row.body_name,
        title=row.title,
        starts_on=row.starts_on,
        starts_at=row.starts_at,
        status=MeetingStatus(row.status),
        place=row.place,
        url=row.url,
        listing=row.listing,
    )
