"""What the archive holds, for people and for digests: papers, meetings, sources, totals."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from pipeline.answers import BodyRow, MeetingRow, PaperRow, SourceRow, Totals, Unreadable
from pipeline.model import (
    Ahead,
    Denominator,
    DocumentKind,
    DocumentState,
    Meeting,
    MeetingStatus,
    PageMethod,
    SourceHealth,
    SourceState,
)
from storage import tables as t
from storage.search import taken_over

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from pipeline.query import Query
    from storage.database import Database

WELL = {SourceState.OK, SourceState.EMPTY, SourceState.MANUAL, SourceState.UNKNOWN}


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    def papers(
        self, *, source: str = "", body: str = "", document: int | None = None, limit: int = 0, skip: int = 0
    ) -> list[PaperRow]:
        """Papers by date, newest first; limit 0 is all of them."""
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
                f.media_type,
            )
            .join(t.sources, s.id == d.source_id)
            .join(t.meetings, m.id == d.meeting_id, isouter=True)
            .join(t.files, f.sha256 == d.sha256, isouter=True)
            .where(*_where(source, body), *([] if document is None else [d.id == document]))
            .order_by(day.is_(None), day.desc(), s.id, d.id)
        )
        if limit:
            query = query.limit(limit).offset(skip)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            PaperRow(
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
            for row in rows
        ]

    def meetings(
        self, *, source: str = "", body: str = "", since: date | None = None, until: date | None = None
    ) -> list[MeetingRow]:
        """Meetings by date; from `since` to `until` where given, both included."""
        d, s, m = t.documents.c, t.sources.c, t.meetings.c
        papers = (
            select(func.count())
            .where(d.meeting_id == m.id, d.state != DocumentState.WITHDRAWN.value)
            .scalar_subquery()
        )
        h = t.hits.c
        mentions = (
            select(func.count())
            .select_from(t.documents)
            .join(t.hits, h.sha256 == d.sha256)
            .where(d.meeting_id == m.id)
            .scalar_subquery()
        )
        query = (
            select(t.meetings, s.body_id, s.name, papers.label("papers"), mentions.label("mentions"))
            .join(t.sources, s.id == m.source_id)
            .where(
                *_where(source, body),
                *([m.starts_on >= since] if since else []),
                *([m.starts_on <= until] if until else []),
            )
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
                id=row.id,
                source_name=row.name,
                sequence=row.sequence,
                first_seen=row.first_seen,
                mentions=row.mentions,
            )
            for row in rows
        ]

    def ahead(self, today: date, until: date, bodies: Collection[str] = ()) -> list[Ahead]:
        """Meetings still to come and consultations that close, soonest first."""
        s, m = t.sources.c, t.meetings.c
        query = (
            select(t.meetings, s.name)
            .join(t.sources, s.id == m.source_id)
            .where(m.starts_on >= today, m.starts_on <= until, m.status != MeetingStatus.WITHDRAWN.value)
            .order_by(m.starts_on, m.starts_at, m.id)
        )
        if bodies:
            query = query.where(s.body_id.in_(bodies))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            closing = _closing(connection, today, until, bodies)
        meetings = [Ahead(body_name=row.name, meeting=_meeting(row)) for row in rows]
        return sorted([*meetings, *closing], key=lambda ahead: ahead.meeting.starts_on or today)

    def calendar(self, since: date, bodies: Collection[str] = ()) -> list[tuple[Ahead, int]]:
        """Meetings from a day on, cancelled and withdrawn ones too, each with how often it has changed.

        Consultations that close stand among them.
        """
        s, m = t.sources.c, t.meetings.c
        query = (
            select(t.meetings, s.name)
            .join(t.sources, s.id == m.source_id)
            .where(m.starts_on >= since, *([s.body_id.in_(bodies)] if bodies else []))
            .order_by(m.starts_on, m.starts_at, m.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            closing = _closing(connection, since, date.max, bodies)
        meetings = [(Ahead(body_name=row.name, meeting=_meeting(row)), row.sequence) for row in rows]
        return [*meetings, *((ahead, 0) for ahead in closing)]

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

    def denominator(self, bodies: Collection[str] = (), *, query: Query | None = None) -> Denominator:
        """What stands behind an answer: how much was looked at, and what could not be.

        `query` narrows it to the papers that its filters let through.
        """
        d, s, f, m = t.documents.c, t.sources.c, t.files.c, t.meetings.c
        with self._database.reading() as connection:
            some = [s.body_id.in_(bodies)] if bodies else []
            asked = _narrowed(connection, query) if query else []
            blank = _blank().subquery()
            papers, covered, unreadable = connection.execute(
                select(
                    func.count(),
                    func.count(s.body_id.distinct()),
                    func.count().filter(or_(f.reason != "", blank.c.sha256.is_not(None))),
                )
                .select_from(t.documents)
                .join(t.sources, s.id == d.source_id)
                .join(t.files, f.sha256 == d.sha256)
                .join(t.meetings, m.id == d.meeting_id, isouter=True)
                .join(blank, blank.c.sha256 == d.sha256, isouter=True)
                .where(*some, *asked)
            ).one()
            held = (
                select(d.sha256)
                .join(t.sources, s.id == d.source_id)
                .join(t.meetings, m.id == d.meeting_id, isouter=True)
                .where(d.sha256.is_not(None), *some, *asked)
            )
            pages = connection.execute(
                select(func.coalesce(func.sum(f.pages), 0)).where(f.sha256.in_(held))
            ).scalar_one()
            watched = (
                covered
                if asked
                else connection.execute(select(func.count(s.body_id.distinct())).where(*some)).scalar_one()
            )
        health = [source for source in self.health() if source.state not in WELL]
        return Denominator(
            bodies=watched, papers=papers, pages=pages, unreadable=unreadable, not_well=tuple(health)
        )

    def unreadable(self, limit: int = 0, skip: int = 0) -> tuple[list[Unreadable], int]:
        """Papers that could not be read, or not in full, and how many there are in all."""
        with self._database.reading() as connection:
            every = _unreadable(connection)
        return every[skip : skip + limit if limit else None], len(every)

    def sources(self) -> list[SourceRow]:
        """How well each source is followed; those that are not well first."""
        d, f, s = t.documents.c, t.files.c, t.sources.c
        blank = _blank().subquery()
        counts = (
            select(
                d.source_id,
                func.max(d.first_seen).label("last_paper"),
                func.count(d.sha256).label("papers"),
                func.coalesce(func.sum(f.pages), 0).label("pages"),
                func.coalesce(func.sum(blank.c.pages), 0).label("blank"),
            )
            .join(t.files, f.sha256 == d.sha256, isouter=True)
            .join(blank, blank.c.sha256 == d.sha256, isouter=True)
            .group_by(d.source_id)
        )
        with self._database.reading() as connection:
            held = {row.source_id: row for row in connection.execute(counts)}
            lines = {row.id: row for row in connection.execute(select(t.sources).order_by(s.id))}
        rows: list[SourceRow] = []
        for health in self.health():
            line, has = lines[health.id], held.get(health.id)
            rows.append(
                SourceRow(
                    id=health.id,
                    body=line.body_id,
                    name=health.name,
                    kind=health.kind,
                    region=line.region,
                    platform=line.platform,
                    url=line.url,
                    note=line.note,
                    state=health.state,
                    reason=health.reason,
                    last_run=health.last_run,
                    last_success=health.last_success,
                    last_paper=has.last_paper if has else None,
                    every=line.every,
                    papers=has.papers if has else 0,
                    pages=has.pages if has else 0,
                    blank=has.blank if has else 0,
                )
            )
        return rows

    def bodies(self) -> list[BodyRow]:
        """Every body: those of the registry, and those that only a source names."""
        b, s, u = t.bodies.c, t.sources.c, t.successions.c
        with self._database.reading() as connection:
            rows = connection.execute(select(t.bodies).order_by(b.name)).all()
            pairs = connection.execute(select(u.predecessor, u.successor)).all()
            others = connection.execute(
                select(s.body_id, func.min(s.name), func.min(s.kind), func.min(s.region))
                .where(s.body_id.not_in(select(b.id)))
                .group_by(s.body_id)
            ).all()
        before: dict[str, list[str]] = defaultdict(list)
        after: dict[str, list[str]] = defaultdict(list)
        for predecessor, successor in sorted(map(tuple, pairs)):
            before[successor].append(predecessor)
            after[predecessor].append(successor)
        known = [
            BodyRow(
                id=row.id,
                name=row.name,
                kind=row.kind,
                region=row.region,
                since=row.since,
                until=row.until,
                cluster=row.cluster,
                predecessors=tuple(before[row.id]),
                successors=tuple(after[row.id]),
            )
            for row in rows
        ]
        return known + [
            BodyRow(id=body, name=name, kind=kind, region=region) for body, name, kind, region in others
        ]

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


def _closing(connection: Connection, since: date, until: date, bodies: Collection[str]) -> list[Ahead]:
    """The last days of consultations, as entries of a calendar."""
    d, s = t.documents.c, t.sources.c
    query = (
        select(d.source_id, d.key, d.title, d.url, d.closes_on, s.name)
        .join(t.sources, s.id == d.source_id)
        .where(d.closes_on >= since, d.closes_on <= until, d.state != DocumentState.WITHDRAWN.value)
        .where(*([s.body_id.in_(bodies)] if bodies else []))
        .order_by(d.closes_on, d.id)
    )
    return [
        Ahead(
            body_name=row.name,
            meeting=Meeting(
                source_id=row.source_id,
                key=f"closes/{row.key}",
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


def _totals(connection: Connection) -> Totals:
    d, p, f, h, o = t.documents.c, t.pages.c, t.files.c, t.hits.c, t.outbox.c
    current = p.sha256.in_(select(d.sha256).where(d.sha256.is_not(None)))
    methods = dict(
        connection.execute(
            select(p.method, func.count()).where(current).group_by(p.method).order_by(p.method)
        ).all()
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


def _blank() -> Select[*tuple[Any, ...]]:
    """Pages without text, by file."""
    p = t.pages.c
    return (
        select(p.sha256, func.count().label("pages"))
        .where(p.method == PageMethod.NONE.value)
        .group_by(p.sha256)
    )


def _narrowed(connection: Connection, query: Query) -> list[ColumnElement[bool]]:
    """What a query's filters say of papers. A concept is said on pages: it narrows nothing here."""
    d, s = t.documents.c, t.sources.c
    day = func.coalesce(t.meetings.c.starts_on, d.published_on)
    asked: list[ColumnElement[bool]] = []
    if query.body:
        bodies = [query.body, *taken_over(connection, query.body)]
        asked.append(or_(s.body_id.in_(bodies), s.id.in_(bodies)))
    if query.kind:
        asked.append(d.kind == query.kind if query.kind in set(DocumentKind) else s.kind == query.kind)
    if query.after:
        asked.append(day >= query.after)
    if query.before:
        asked.append(day < query.before)
    return asked


def _where(source: str, body: str) -> list[ColumnElement[bool]]:
    asked: list[Any] = []
    if source:
        asked.append(t.sources.c.id == source)
    if body:
        asked.append(t.sources.c.body_id == body)
    return asked
