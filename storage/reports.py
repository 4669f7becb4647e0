"""What the archive holds, for people and for digests: papers, meetings, sources, totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from pipeline.answers import MeetingRow, PaperRow, Totals, Unreadable
from pipeline.model import (
    Denominator,
    DocumentState,
    Meeting,
    MeetingStatus,
    PageMethod,
    SourceHealth,
    SourceState,
)
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Database

WELL = {SourceState.OK, SourceState.EMPTY, SourceState.MANUAL, SourceState.UNKNOWN}


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    def papers(self, *, source: str = "", body: str = "", document: int = 0) -> list[PaperRow]:
        """Papers by date, newest first."""
        d, s, m, f, r = t.documents.c, t.sources.c, t.meetings.c, t.files.c, t.revisions.c
        revisions = select(func.count()).where(r.document_id == d.id).scalar_subquery()
        day = func.coalesce(m.starts_on, d.published_on)
        query = (
            select(
                t.documents,
                s.body_id,
                m.body_name.label("committee"),
                m.starts_on,
                revisions.label("revisions"),
                f.pages,
            )
            .join(t.sources, s.id == d.source_id)
            .join(t.meetings, m.id == d.meeting_id, isouter=True)
            .join(t.files, f.sha256 == d.sha256, isouter=True)
            .where(*_where(source, body), *([d.id == document] if document else []))
            .order_by(day.is_(None), day.desc(), s.id, d.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            PaperRow(
                source=row.source_id,
                body=row.body_id,
                committee=row.committee or "",
                meeting_date=row.starts_on,
                published_on=row.published_on,
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
            )
            for row in rows
        ]

    def meetings(self, *, source: str = "", body: str = "", since: date | None = None) -> list[MeetingRow]:
        """Meetings by date; from `since` on where given."""
        d, s, m = t.documents.c, t.sources.c, t.meetings.c
        papers = (
            select(func.count())
            .where(d.meeting_id == m.id, d.state != DocumentState.WITHDRAWN.value)
            .scalar_subquery()
        )
        query = (
            select(t.meetings, s.body_id, papers.label("papers"))
            .join(t.sources, s.id == m.source_id)
            .where(*_where(source, body), *([m.starts_on >= since] if since else []))
            .order_by(m.starts_on, m.starts_at, m.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
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
            )
            for row in rows
        ]

    def ahead(self, today: date, until: date, bodies: Collection[str] = ()) -> list[Meeting]:
        """Meetings that are still to come, soonest first."""
        s, m = t.sources.c, t.meetings.c
        query = (
            select(t.meetings)
            .join(t.sources, s.id == m.source_id)
            .where(m.starts_on >= today, m.starts_on <= until, m.status != MeetingStatus.WITHDRAWN.value)
            .order_by(m.starts_on, m.starts_at, m.id)
        )
        if bodies:
            query = query.where(s.body_id.in_(bodies))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Meeting(
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
            for row in rows
        ]

    def health(self) -> list[SourceHealth]:
        """How each source that ever ran is, worst first."""
        c, s = t.source_runs.c, t.sources.c
        latest = select(func.max(c.id).label("id")).group_by(c.source_id).subquery()
        success = (
            select(c.source_id, func.max(c.ended_at).label("at"))
            .where(c.state.in_([SourceState.OK.value, SourceState.EMPTY.value]))
            .group_by(c.source_id)
            .subquery()
        )
        query = (
            select(s.id, s.name, s.kind, c.state, c.reason, c.ended_at, success.c.at)
            .select_from(t.sources)
            .join(t.source_runs, and_(c.source_id == s.id, c.id.in_(select(latest.c.id))), isouter=True)
            .join(success, success.c.source_id == s.id, isouter=True)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        health = [
            SourceHealth(
                id=row[0],
                name=row[1],
                kind=row[2],
                state=SourceState(row[3]) if row[3] else SourceState.UNKNOWN,
                reason=row[4] or "",
                last_run=row[5],
                last_success=row[6],
            )
            for row in rows
        ]
        return sorted(health, key=lambda source: (source.state in WELL, source.id))

    def denominator(self, bodies: Collection[str] = ()) -> Denominator:
        """What stands behind an answer: how much was looked at, and what could not be."""
        d, s, f = t.documents.c, t.sources.c, t.files.c
        some = [s.body_id.in_(bodies)] if bodies else []
        held = (
            select(d.sha256)
            .join(t.sources, s.id == d.source_id)
            .where(d.sha256.is_not(None), *some)
            .distinct()
        )
        with self._database.reading() as connection:
            count = connection.execute(
                select(func.count(d.id.distinct()), func.count(s.body_id.distinct()))
                .select_from(t.documents)
                .join(t.sources, s.id == d.source_id)
                .where(d.sha256.is_not(None), *some)
            ).one()
            watched = connection.execute(select(func.count(s.body_id.distinct())).where(*some)).scalar_one()
            pages, unreadable = connection.execute(
                select(func.coalesce(func.sum(f.pages), 0), func.count().filter(f.reason != "")).where(
                    f.sha256.in_(held)
                )
            ).one()
        health = [source for source in self.health() if source.state not in WELL]
        return Denominator(
            bodies=watched, papers=count[0], pages=pages, unreadable=unreadable, not_well=tuple(health)
        )

    def withdrawn(self, run: int | None = None) -> int:
        """How many papers and meetings a run (the last one) found withdrawn."""
        c = t.source_runs.c
        which = select(func.max(t.runs.c.id)).scalar_subquery() if run is None else run
        with self._database.reading() as connection:
            return connection.execute(
                select(func.coalesce(func.sum(c.withdrawn), 0)).where(c.run_id == which)
            ).scalar_one()

    def totals(self) -> Totals:
        with self._database.reading() as connection:
            return _totals(connection)


def _totals(connection: Connection) -> Totals:
    d, p, f, h, o = t.documents.c, t.pages.c, t.files.c, t.hits.c, t.outbox.c
    methods = dict(
        connection.execute(select(p.method, func.count()).group_by(p.method).order_by(p.method)).all()
    )
    concepts = dict(
        connection.execute(
            select(h.concept_id, func.count()).group_by(h.concept_id).order_by(h.concept_id)
        ).all()
    )
    outbox = dict(connection.execute(select(o.state, func.count()).group_by(o.state).order_by(o.state)).all())
    return Totals(
        papers=connection.execute(
            select(func.count()).select_from(t.documents).where(d.sha256.is_not(None))
        ).scalar_one(),
        pages=sum(methods.values()),
        pages_by_method=methods,
        unreadable=tuple(_unreadable(connection)),
        hits=sum(concepts.values()),
        hits_by_concept=concepts,
        outbox=outbox,
        to_extract=connection.execute(
            select(func.count()).select_from(t.files).where(f.tries == 0)
        ).scalar_one(),
    )


def _unreadable(connection: Connection) -> list[Unreadable]:
    """Papers without bytes, files without text, and single pages without text."""
    d, f, p = t.documents.c, t.files.c, t.pages.c
    found = [
        Unreadable(
            document=row.id, title=row.title, url=row.url, sha256="", reason=row.state, detail=row.reason
        )
        for row in connection.execute(
            select(d.id, d.title, d.url, d.state, d.reason).where(d.state == DocumentState.UNAVAILABLE.value)
        )
    ]
    files = connection.execute(
        select(d.id, d.title, d.url, f.sha256, f.reason, f.detail)
        .join(t.files, f.sha256 == d.sha256)
        .where(f.reason != "")
        .order_by(d.id)
    )
    found += [
        Unreadable(
            document=row.id,
            title=row.title,
            url=row.url,
            sha256=row.sha256,
            reason=row.reason,
            detail=row.detail,
        )
        for row in files
    ]
    blank = connection.execute(
        select(d.id, d.title, d.url, p.sha256, func.count().label("pages"), func.min(p.number).label("first"))
        .join(t.documents, d.sha256 == p.sha256)
        .join(t.files, f.sha256 == p.sha256)
        .where(p.method == PageMethod.NONE.value, f.reason == "")
        .group_by(d.id)
        .order_by(d.id)
    )
    found += [
        Unreadable(
            document=row.id,
            title=row.title,
            url=row.url,
            sha256=row.sha256,
            reason="pages without text",
            detail=f"{row.pages} of its pages, the first is page {row.first}",
        )
        for row in blank
    ]
    return found


def _where(source: str, body: str) -> list[ColumnElement[bool]]:
    asked: list[Any] = []
    if source:
        asked.append(t.sources.c.id == source)
    if body:
        asked.append(t.sources.c.body_id == body)
    return asked
