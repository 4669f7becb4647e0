"""Papers as the web lists them: of some meetings, of none, of consultations that close."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select

from pipeline.answers import Count, PaperRow
from pipeline.coming import Coming
from pipeline.model import DocumentState
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Row, Select

    from pipeline.model import Ahead
    from storage.database import Database

CLOSES = "closes/"  # before a consultation's key, where its last day stands among meetings


class Listings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_meetings(self, meetings: Collection[int]) -> list[PaperRow]:
        """The papers of these meetings, in the order in which they were listed."""
        d = t.documents.c
        return self._rows(_papers().where(d.meeting_id.in_(list(meetings))).order_by(d.id))

    def of_no_meeting(
        self, body: str, *, since: date | None = None, before: date | None = None, limit: int, skip: int = 0
    ) -> list[PaperRow]:
        """A body's papers that belong to no meeting, newest first."""
        d = t.documents.c
        query = (
            _papers()
            .where(
                t.sources.c.body_id == body,
                d.meeting_id.is_(None),
                *([d.published_on >= since] if since else []),
                *([d.published_on < before] if before else []),
            )
            .order_by(d.published_on.is_(None), d.published_on.desc(), d.id.desc())
        )
        return self._rows(query.limit(limit).offset(skip))

    def closing(self, *, since: date, until: date | None = None, body: str = "") -> list[PaperRow]:
        """Consultations whose last day is not before `since`, soonest first; `until` is included."""
        d = t.documents.c
        query = (
            _papers()
            .where(
                d.closes_on >= since,
                d.state != DocumentState.WITHDRAWN.value,
                *([d.closes_on <= until] if until else []),
                *([t.sources.c.body_id == body] if body else []),
            )
            .order_by(d.closes_on, d.id)
        )
        return self._rows(query)

    def coming(self, rows: Iterable[tuple[Ahead, int]], since: date) -> list[Coming]:
        """These days ahead with what is held about them, soonest first."""
        d, m, h = t.documents.c, t.meetings.c, t.hits.c
        listed = (d.meeting_id == m.id) & (d.state != DocumentState.WITHDRAWN.value)
        papers = select(func.count()).where(listed).scalar_subquery()
        said = select(func.count()).select_from(t.documents).join(t.hits, h.sha256 == d.sha256)
        of_meetings = (
            select(
                m.source_id,
                m.key,
                t.sources.c.body_id,
                literal(0),
                papers,
                said.where(listed).scalar_subquery(),
            )
            .join(t.sources, t.sources.c.id == m.source_id)
            .where(m.starts_on >= since)
        )
        own = select(func.count()).where(h.sha256 == d.sha256).scalar_subquery()
        of_consultations = (
            select(d.source_id, CLOSES + d.key, t.sources.c.body_id, d.id, literal(1), own)
            .join(t.sources, t.sources.c.id == d.source_id)
            .where(d.closes_on >= since)
        )
        with self._database.reading() as connection:
            held = {
                (source, key): facts
                for query in (of_meetings, of_consultations)
                for source, key, *facts in connection.execute(query)
            }
        found: list[Coming] = []
        for ahead, sequence in rows:
            facts = held.get((ahead.meeting.source_id, ahead.meeting.key))
            if facts:  # else it has come since
                body, document, count, mentions = facts
                found.append(
                    Coming(
                        ahead=ahead,
                        body=body,
                        sequence=sequence,
                        document=document,
                        papers=count,
                        mentions=mentions,
                    )
                )
        return sorted(found, key=_soonest)

    def years(self, body: str) -> list[Count]:
        """How many papers a body has of each year, latest first; of an unknown day: none."""
        year = func.strftime("%Y", _day())
        query = (
            select(year, func.count())
            .select_from(t.documents)
            .join(t.sources, t.sources.c.id == t.documents.c.source_id)
            .join(t.meetings, t.meetings.c.id == t.documents.c.meeting_id, isouter=True)
            .where(t.sources.c.body_id == body, _day().is_not(None))
            .group_by(year)
            .order_by(year.desc())
        )
        with self._database.reading() as connection:
            return [Count(id=when, count=count) for when, count in connection.execute(query)]

    def _rows(self, query: Select[*tuple[Any, ...]]) -> list[PaperRow]:
        with self._database.reading() as connection:
            return [_paper(row) for row in connection.execute(query)]


def _soonest(coming: Coming) -> tuple[date, time]:
    meeting = coming.ahead.meeting
    return meeting.starts_on or date.max, meeting.starts_at or time.max


def _day() -> ColumnElement[Any]:
    return func.coalesce(t.meetings.c.starts_on, t.documents.c.published_on)


def _papers() -> Select[*tuple[Any, ...]]:
    d, s, m, f, r = t.documents.c, t.sources.c, t.meetings.c, t.files.c, t.revisions.c
    revisions = select(func.count()).where(r.document_id == d.id).scalar_subquery()
    return (
        select(
            t.documents,
            s.body_id,
            m.body_name.label("committee"),
            m.starts_on,
            revisions.label("revisions"),
            f.pages,
            f.media_type,
        )
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .join(t.files, f.sha256 == d.sha256, isouter=True)
    )


def _paper(row: Row[Any]) -> PaperRow:
    return PaperRow(
        source=row.source_id,
        body=row.body_id,
        committee=row.committee or "",
        meeting_date=row.starts_on,
        published_on=row.published_on,
        closes_on=row.closes_on,
        kind=row.kind,
        title=row.title,
        url=row.url,
        sha256=row.sha256 or "",
        state=row.state,
        reason=row.reason,
        first_seen=row.first_seen,
        revisions=row.revisions,
        pages=row.pages or 0,
        document=row.id,
        media_type=row.media_type or "",
        meeting=row.meeting_id,
    )
