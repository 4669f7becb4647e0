"""The log of what changed: written in the transaction of each change, read through one query."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, case, cast, func, insert, or_, select

from pipeline.changes import LATE_DAYS, ChangeKind, ChangeRow, Thing, moment
from pipeline.model import KEPT_BACK, DocumentState, MeetingStatus
from pipeline.where import EVERYWHERE
from storage import bodies
from storage import tables as t
from storage.database import now
from storage.paper_joins import is_out
from storage.search_index import followed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from pipeline.where import Where

# Of these a meeting takes place, on the day that is given.
_STANDS = (MeetingStatus.SCHEDULED.value, MeetingStatus.MOVED.value)
_SHUT = (DocumentState.WITHDRAWN, DocumentState.RESTRICTED, DocumentState.UNAVAILABLE)


# ---- writing


def note(
    connection: Connection,
    run: int,
    kind: ChangeKind,
    *,
    paper: int | None = None,
    meeting: int | None = None,
    was: str = "",
    to: str = "",
) -> None:
    """Keep that something happened to a paper or to a meeting."""
    connection.execute(
        insert(t.changes).values(
            run_id=run, at=now(), kind=kind.value, document_id=paper, meeting_id=meeting, was=was, now=to
        )
    )


def note_meeting(
    connection: Connection, run: int, meeting: int, before: Row[Any] | None, values: dict[str, Any]
) -> None:
    """Keep what a listing says of a meeting that it did not say `before`; None where it is new."""
    for kind, was, to in _of_meeting(before, values):
        note(connection, run, kind, meeting=meeting, was=was, to=to)


def note_paper(
    connection: Connection, run: int, paper: int, before: Row[Any], values: dict[str, Any]
) -> None:
    """Keep what a listing says of a paper that it did not say `before`."""
    if values["title"] != before.title:
        note(connection, run, ChangeKind.RENAMED, paper=paper, was=before.title, to=values["title"])
    if values["state"] != before.state:
        if values["state"] == DocumentState.RESTRICTED:
            note(connection, run, ChangeKind.RESTRICTED, paper=paper)
        elif before.state in _SHUT:
            note(connection, run, ChangeKind.BACK, paper=paper)


def note_bytes(connection: Connection, run: int, before: Row[Any], sha256: str) -> None:
    """Keep that a paper's bytes came: in place of others, or after all."""
    if before.sha256 not in {None, sha256}:
        note(connection, run, ChangeKind.REPLACED, paper=before.id, was=before.sha256, to=sha256)
    elif before.sha256 is None and before.state == DocumentState.UNAVAILABLE:
        note(connection, run, ChangeKind.BACK, paper=before.id, to=sha256)


def note_late(connection: Connection, run: int, source: str) -> None:
    """Keep which of a source's meetings are near and have no paper out, each day of a meeting once.

    A source that never gave a paper to a meeting gives none to this one either.
    """
    m, d, c = t.meetings.c, t.documents.c, t.changes.c
    today: date = connection.execute(select(t.runs.c.today).where(t.runs.c.id == run)).scalar_one()
    gives = select(d.id).where(d.source_id == source, d.meeting_id.is_not(None)).limit(1)
    if connection.execute(gives).first() is None:
        return
    told = select(c.meeting_id).where(c.kind == ChangeKind.LATE.value, c.was == cast(m.starts_on, String))
    near = select(m.id, m.starts_on).where(
        m.source_id == source,
        m.starts_on > today,
        m.starts_on <= today + timedelta(days=LATE_DAYS),
        m.status.in_(_STANDS),
        ~_has_papers(),
        m.id.not_in(told),
    )
    for meeting, on in connection.execute(near).all():
        days = str((on - today).days)
        note(connection, run, ChangeKind.LATE, meeting=meeting, was=on.isoformat(), to=days)


def _of_meeting(before: Row[Any] | None, values: dict[str, Any]) -> Iterator[tuple[ChangeKind, str, str]]:
    status = MeetingStatus(values["status"])
    when = moment(values["starts_on"], values["starts_at"])
    if before is None:
        yield ChangeKind.NEW, "", when
        if status is MeetingStatus.CANCELLED:
            yield ChangeKind.CANCELLED, "", when
        elif status is MeetingStatus.MOVED:
            yield ChangeKind.MOVED, "", when
        return
    was = moment(before.starts_on, before.starts_at)
    if status is MeetingStatus.CANCELLED and before.status != status:
        yield ChangeKind.CANCELLED, was, when
    elif before.status in {MeetingStatus.CANCELLED, MeetingStatus.WITHDRAWN} and before.status != status:
        yield ChangeKind.BACK, was, when
    # "No date" that becomes a date, and a day that gets or loses its hour, are the same told better or worse.
    if not (when.startswith(was) or was.startswith(when)):
        yield ChangeKind.MOVED, was, when
    elif status is MeetingStatus.MOVED and before.status != status:
        yield ChangeKind.MOVED, was if was != when else "", when
    if before.place and values["place"] != before.place:
        yield ChangeKind.PLACE, before.place, values["place"]


# ---- reading


def changed(
    connection: Connection,
    *,
    since: date | None = None,
    until: date | None = None,
    where: Where = EVERYWHERE,
    kinds: Collection[ChangeKind] = (),
    came: datetime | None = None,
    limit: int = 0,
    skip: int = 0,
) -> list[ChangeRow]:
    """Returns what happened on the days of a period, both included, the last first.

    With `came`, only what was seen after that instant. A meeting was late only while no paper is out and it
    still takes place.
    """
    query = _changes().where(*_asked(since, until, where, kinds, came)).order_by(t.changes.c.id.desc())
    asked = query.limit(limit).offset(skip) if limit else query
    return [_change(row) for row in connection.execute(asked)]


def changes_by_number(connection: Connection, numbers: Collection[int]) -> list[ChangeRow]:
    """Returns these changes, but for those of a paper that is kept back from readers."""
    is_shown = or_(t.documents.c.id.is_(None), t.documents.c.state.not_in(KEPT_BACK))
    query = _changes().where(t.changes.c.id.in_(numbers), is_shown)
    return [_change(row) for row in connection.execute(query)]


def _asked(
    since: date | None,
    until: date | None,
    where: Where,
    kinds: Collection[ChangeKind],
    came: datetime | None,
) -> list[ColumnElement[bool]]:
    c, day = t.changes.c, t.runs.c.today
    stands = and_(
        t.meetings.c.status.in_(_STANDS), ~_has_papers(), c.was == cast(t.meetings.c.starts_on, String)
    )
    return [
        or_(c.kind != ChangeKind.LATE.value, stands),
        *([day >= since] if since else []),
        *([day <= until] if until else []),
        *followed.in_where(where),
        *([c.kind.in_(kinds)] if kinds else []),
        *([c.at > came] if came else []),
    ]


def _has_papers() -> ColumnElement[bool]:
    d = t.documents.alias("out")
    return select(d.c.id).where(d.c.meeting_id == t.meetings.c.id, is_out(d)).exists()


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    c, d, m = t.changes.c, t.documents.c, t.meetings.c
    return (
        query.join(t.runs, t.runs.c.id == c.run_id)
        .join(t.documents, d.id == c.document_id, isouter=True)
        .join(t.meetings, m.id == func.coalesce(c.meeting_id, d.meeting_id), isouter=True)
        .join(t.sources, t.sources.c.id == func.coalesce(d.source_id, m.source_id))
    )


def _changes() -> Select[*tuple[Any, ...]]:
    c, d, m, s = t.changes.c, t.documents.c, t.meetings.c, t.sources.c
    return _joined(
        select(
            *(c.id, c.at, c.kind, c.document_id, c.was, c.now, t.runs.c.today, s.body_id),
            s.id.label("source_id"),
            bodies.body_name().label("body_name"),
            m.id.label("meeting"),
            m.body_name.label("committee"),
            m.starts_on,
            case((c.document_id.is_not(None), d.title), else_=m.title).label("title"),
            case((c.document_id.is_not(None), d.url), else_=m.url).label("url"),
        ).select_from(t.changes)
    )


def _change(row: Row[Any]) -> ChangeRow:
    return ChangeRow(
        id=row.id,
        day=row.today,
        at=row.at,
        kind=ChangeKind(row.kind),
        what=Thing.MEETING if row.document_id is None else Thing.PAPER,
        source=row.source_id,
        body=row.body_id,
        body_name=row.body_name,
        committee=row.committee or "",
        meeting=row.meeting,
        meeting_date=row.starts_on,
        document=row.document_id,
        title=row.title or "",
        url=row.url or "",
        was=row.was,
        now=row.now,
    )
