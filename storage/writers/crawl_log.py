"""What a crawl writes: sources, meetings, documents and their revisions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, or_, select, true, update

from pipeline.changes import ChangeKind
from pipeline.health.left import names_of
from pipeline.model import (
    KEPT_BACK,
    Document,
    DocumentKind,
    DocumentState,
    MeetingStatus,
    Outcome,
    SourceState,
)
from pipeline.ports import Held, lease_of
from storage import engines
from storage import tables as t
from storage.archive_log import records
from storage.database import now
from storage.reports import changes
from storage.search_index import index_placement
from storage.writers.taken_back import take_back

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection, Row

    from pipeline.model import Body, Listing, Meeting, Revision, Source
    from pipeline.ports import SourceReport
    from storage.database import Database
    from storage.engines.ports import ArchiveLeases

GOOD_RUNS = 5
# The runs that have read what is listed whole, whatever else was in sight.
_WITHDRAWING = (SourceState.OK, SourceState.PARTLY)
# `checked_at` of bytes that may no longer be the ones on the site: they are asked for in full again.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class CrawlLog:
    """pipeline.ports.CrawlLog over the database. Each call is one transaction.

    With `leases`, what is said of a source is written only while its lease is ours: else LeaseLost is raised.
    """

    def __init__(self, database: Database, *, shard: str = "", leases: ArchiveLeases | None = None) -> None:
        self._database = database
        self._shard = shard
        self._leases = leases

    def of_shard(self, shard: str, leases: ArchiveLeases | None) -> CrawlLog:
        """The log of one crawl among others; `shard` is such as 2/4, "" where it is to read all."""
        return CrawlLog(self._database, shard=shard, leases=leases)

    def begin(self, sources: Sequence[Source], today: date) -> int:
        values = {"today": today, "started_at": now(), "shard": self._shard}
        with self._database.writing() as connection:
            for source in sources:
                _keep_source(connection, source)
            take_back(connection, sources)
            return connection.execute(insert(t.runs).values(values).returning(t.runs.c.id)).scalar_one()

    def keep_sources(self, sources: Sequence[Source]) -> None:
        """Note sources that others read: what none has read yet is then counted as missed."""
        with self._database.writing() as connection:
            for source in sources:
                _keep_source(connection, source)

    def held(self, source_id: str, document_key: str) -> Held | None:
        r, d, f = t.revisions.c, t.documents.c, t.files.c
        query = (
            select(r.sha256, f.size, r.urls, r.etag, r.last_modified, r.fetched_at, r.checked_at)
            .join(t.documents, r.document_id == d.id)
            .join(t.files, r.sha256 == f.sha256)
            .where(d.source_id == source_id, d.key == document_key)
            .order_by(r.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        sha256, size, urls, etag, last_modified, fetched_at, checked_at = row
        return Held(
            sha256=sha256,
            size=size,
            url=urls[0] if urls else "",
            etag=etag,
            last_modified=last_modified,
            fetched_at=fetched_at,
            checked_at=checked_at,
        )

    def known(self, source_id: str, document_key: str, url: str) -> Sequence[Document]:
        c = t.documents.c
        query = (
            select(c.key, c.title, c.kind, c.url)
            .where(c.source_id == source_id, or_(c.key == document_key, c.url == url))
            .order_by(c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Document(
                source_id=source_id, key=row.key, title=row.title, kind=DocumentKind(row.kind), url=row.url
            )
            for row in rows
        ]

    def record_meeting(self, run: int, meeting: Meeting) -> Outcome:
        values = {
            "title": meeting.title,
            "starts_on": meeting.starts_on,
            "starts_at": meeting.starts_at,
            "status": meeting.status.value,
            "place": meeting.place,
            "url": meeting.url,
            "listing": meeting.listing,
        }
        c = t.meetings.c
        with self._writing(meeting.source_id) as connection:
            row = connection.execute(
                select(t.meetings).where(c.source_id == meeting.source_id, c.key == meeting.key)
            ).first()
            if row is None:
                meeting_id = connection.execute(
                    insert(t.meetings)
                    .values(
                        source_id=meeting.source_id,
                        key=meeting.key,
                        # A committee that is renamed is renamed backwards on its site: keep the first name.
                        body_name=meeting.body_name,
                        first_seen=now(),
                        last_run=run,
                        sequence=0,
                        **values,
                    )
                    .returning(t.meetings.c.id)
                ).scalar_one()
                changes.note_meeting(connection, run, meeting_id, None, values)
                records.note_meetings(connection, [meeting_id])
                return Outcome.NEW
            if row.last_run == run:  # several pages list it, and each run hears of it from the same one first
                values |= {"url": row.url, "listing": row.listing}
            changed = _differs(row, values)
            connection.execute(
                update(t.meetings)
                .where(c.id == row.id)
                .values(last_run=run, sequence=row.sequence + changed, **values)
            )
            changes.note_meeting(connection, run, row.id, row, values)
            if changed:
                records.note_meetings(connection, [row.id])
            return Outcome.CHANGED if changed else Outcome.UNCHANGED

    def record_document(self, run: int, document: Document) -> Outcome:
        c = t.documents.c
        with self._writing(document.source_id) as connection:
            values: dict[str, Any] = {
                "title": document.title,
                "kind": document.kind.value,
                "url": document.url,
                "published_on": document.published_on,
                "closes_on": document.closes_on,
                "listing": document.listing,
                "printed": document.printed,
                "meeting_id": _meeting_id(connection, document),
            }
            row = connection.execute(
                select(t.documents).where(c.source_id == document.source_id, c.key == document.key)
            ).first()
            if row is None:
                state = DocumentState.RESTRICTED if document.restricted else DocumentState.LISTED
                paper = connection.execute(
                    insert(t.documents)
                    .values(
                        source_id=document.source_id,
                        key=document.key,
                        state=state.value,
                        reason="",
                        first_seen=now(),
                        last_run=run,
                        **values,
                    )
                    .returning(t.documents.c.id)
                ).scalar_one()
                changes.note(connection, run, ChangeKind.NEW, paper=paper)
                records.note_papers(connection, [paper])
                return Outcome.NEW
            # The other road to a page may not know the day; it is not taken back for that.
            values["closes_on"] = document.closes_on or row.closes_on
            values["printed"] = document.printed or row.printed
            values["state"] = _listed_again(DocumentState(row.state), document, held=row.sha256 is not None)
            changed = _differs(row, values)
            connection.execute(update(t.documents).where(c.id == row.id).values(last_run=run, **values))
            changes.note_paper(connection, run, row.id, row, values)
            if changed:
                records.note_papers(connection, [row.id])
            telling = {name: values[name] for name in ("title", "url", "published_on")}
            # A size that was not printed before is no other size.
            if _differs(row, telling) or (row.printed and values["printed"] != row.printed):
                _doubt(connection, row.id)
            return Outcome.CHANGED if changed else Outcome.UNCHANGED

    def join_meeting(self, source_id: str, document_key: str, meeting: int) -> None:
        """Let a paper be with a meeting that another source lists."""
        with self._database.writing() as connection:
            row = _document(connection, source_id, document_key)
            connection.execute(
                update(t.documents).where(t.documents.c.id == row.id).values(meeting_id=meeting)
            )
            records.note_papers(connection, [row.id])
            _doubt(connection, row.id)

    def is_kept_back(self, source_id: str, document_key: str) -> bool:
        """Whether a person keeps this paper back or has removed it: it is not fetched."""
        c = t.documents.c
        query = select(c.id).where(c.source_id == source_id, c.key == document_key, c.state.in_(KEPT_BACK))
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def record_revision(self, run: int, revision: Revision) -> Outcome:
        moment = revision.fetched_at
        with self._writing(revision.source_id) as connection:
            document = _document(connection, revision.source_id, revision.document_key)
            keep_file(connection, revision.sha256, revision.size, revision.media_type)
            facts = {
                "checked_at": moment,
                "urls": list(revision.urls),
                "etag": revision.etag,
                "last_modified": revision.last_modified,
            }
            if document.sha256 == revision.sha256:
                outcome = Outcome.UNCHANGED
                _update_latest(connection, document.id, **facts)
                records.note_revision(connection, document.id)
            else:
                outcome = Outcome.NEW if document.sha256 is None else Outcome.CHANGED
                connection.execute(
                    insert(t.revisions).values(
                        document_id=document.id,
                        sha256=revision.sha256,
                        fetched_at=moment,
                        provenance=revision.provenance,
                        capture=revision.capture,
                        **facts,
                    )
                )
                records.note_revision(connection, document.id)
            connection.execute(
                update(t.documents)
                .where(t.documents.c.id == document.id)
                .values(sha256=revision.sha256, state=DocumentState.HELD.value, reason="", last_run=run)
            )
            _note_state(connection, document)
            changes.note_bytes(connection, run, document, revision.sha256)
            return outcome

    def record_unmodified(self, run: int, source_id: str, document_key: str) -> None:
        with self._writing(source_id) as connection:
            document = _document(connection, source_id, document_key)
            _update_latest(connection, document.id, checked_at=now())
            connection.execute(
                update(t.documents)
                .where(t.documents.c.id == document.id)
                .values(state=DocumentState.HELD.value, reason="", last_run=run)
            )
            _note_state(connection, document)

    def record_unavailable(self, run: int, source_id: str, document_key: str, reason: str) -> Outcome:
        with self._writing(source_id) as connection:
            document = _document(connection, source_id, document_key)
            is_settled = document.state == DocumentState.UNAVAILABLE.value and document.reason == reason
            connection.execute(
                update(t.documents)
                .where(t.documents.c.id == document.id)
                .values(state=DocumentState.UNAVAILABLE.value, reason=reason, last_run=run)
            )
            _doubt(connection, document.id)
            _note_state(connection, document)
            return Outcome.UNCHANGED if is_settled else Outcome.CHANGED

    def meeting_listings(self, source_id: str, since: date) -> Collection[str]:
        c = t.meetings.c
        query = select(c.listing).distinct().where(c.source_id == source_id, c.starts_on >= since)
        with self._database.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def usual(self, run: int, source: Source) -> int | None:
        c = t.source_runs.c
        query = (
            select(c.run_id, c.documents)
            .where(c.source_id == source.id, c.state.in_(_WITHDRAWING))
            .order_by(c.id.desc())
            .limit(GOOD_RUNS)
        )
        with self._database.reading() as connection:
            good = connection.execute(query).all()
            if not good:
                return None
            over = _over_since(connection, run, source, min(before for before, _ in good))
        return int(median(max(0, count - sum(last >= before for last in over)) for before, count in good))

    def finish(
        self,
        run: int,
        report: SourceReport,
        listings: Iterable[Listing],
        in_sight: Collection[str] = (),
    ) -> int:
        with self._writing(report.source_id) as connection:
            withdrawn = 0
            if report.state in _WITHDRAWING:
                withdrawn = sum(_withdraw(connection, run, listing, in_sight) for listing in listings)
                changes.note_late(connection, run, report.source_id)
            connection.execute(
                insert(t.source_runs).values(
                    run_id=run,
                    source_id=report.source_id,
                    state=report.state.value,
                    reason=report.reason,
                    ended_at=now(),
                    requests=report.requests,
                    bytes=report.bytes,
                    meetings=report.meetings,
                    documents=report.documents,
                    new=report.new,
                    changed=report.changed,
                    withdrawn=withdrawn,
                    problems=list(report.problems),
                    left=[asdict(count) for count in report.left],
                )
            )
            return withdrawn

    def end(self, run: int) -> None:
        with self._database.writing() as connection:
            connection.execute(update(t.runs).where(t.runs.c.id == run).values(ended_at=now()))
        index_placement.move_misplaced(self._database)

    def keep_bodies(self, bodies: Sequence[Body]) -> None:
        """Take over the registry's bodies as they are now."""
        rows = [
            {
                "id": body.id,
                "name": body.name,
                "kind": body.kind,
                "region": body.region,
                "codes": body.codes,
                "since": body.since,
                "until": body.until,
                "planned_end": body.planned_end,
                "cluster": body.cluster,
                "former": body.former,
                "short": body.short,
                "note": body.note,
            }
            for body in bodies
        ]
        pairs = [
            {"predecessor": body.id, "successor": successor}
            for body in bodies
            for successor in body.successors
        ]
        with self._database.writing() as connection:
            connection.execute(delete(t.successions))
            connection.execute(delete(t.bodies))
            if rows:
                connection.execute(insert(t.bodies), rows)
            if pairs:
                connection.execute(insert(t.successions), pairs)

    def keep_areas(self, areas: Mapping[str, Collection[str]]) -> None:
        """Take over whose papers belong to each board's area, as it is now."""
        rows = [
            {"area": area, "body_id": body} for area, bodies in areas.items() for body in sorted({*bodies})
        ]
        with self._database.writing() as connection:
            connection.execute(delete(t.areas))
            if rows:
                connection.execute(insert(t.areas), rows)

    def keep_switched_off(self, sources: Collection[str]) -> None:
        """Take over which sources the settings leave out, as it is now."""
        s = t.sources.c
        with self._database.writing() as connection:
            connection.execute(update(t.sources).values(off=s.id.in_(sources)))

    @contextmanager
    def _writing(self, source_id: str) -> Iterator[Connection]:
        with self._database.writing() as connection:
            if self._leases is not None:
                self._leases.check(connection, lease_of(source_id))
            yield connection


def keep_file(connection: Connection, sha256: str, size: int, media_type: str) -> None:
    """Note a file that the blobs hold; one that is known keeps what was read of it."""
    new: dict[str, Any] = {
        "sha256": sha256, "size": size, "media_type": media_type, "extractor": "", "version": "", "tries": 0,
        "reason": "", "detail": "", "pages": 0, "metadata": {}, "rules": "",
    }  # fmt: skip
    engines.of(connection).keep_new(connection, t.files, new)


def _keep_source(connection: Connection, source: Source) -> None:
    values = {
        "id": source.id,
        "body_id": source.body_id,
        "name": source.name,
        "kind": source.kind,
        "platform": source.platform,
        "url": source.url,
        "region": source.region,
        "codes": source.codes,
        "note": source.note,
        "every": source.expect.every,
    }
    engines.of(connection).keep(connection, t.sources, "id", values)


def _meeting_id(connection: Connection, document: Document) -> int | None:
    if document.meeting_key is None:
        return None
    c = t.meetings.c
    return connection.execute(
        select(c.id).where(c.source_id == document.source_id, c.key == document.meeting_key)
    ).scalar()


def _document(connection: Connection, source_id: str, key: str) -> Row[Any]:
    c = t.documents.c
    return connection.execute(select(t.documents).where(c.source_id == source_id, c.key == key)).one()


def _note_state(connection: Connection, before: Row[Any]) -> None:
    """Enter a paper in the log whose state was one that the log tells."""
    if before.state in records.TOLD:
        records.note_papers(connection, [before.id])


def _update_latest(connection: Connection, document: int, **facts: Any) -> None:
    r = t.revisions.c
    latest = select(func.max(r.id)).where(r.document_id == document)
    connection.execute(update(t.revisions).where(r.id == latest.scalar_subquery()).values(**facts))


def _doubt(connection: Connection, document: int) -> None:
    """In the same transaction as its reason: a crawl killed before it asks again asks the next time."""
    _update_latest(connection, document, checked_at=LONG_AGO)


def _listed_again(state: DocumentState, document: Document, *, held: bool) -> str:
    """The state of a paper that is in a listing now: restricted, back from withdrawal, or as it was."""
    if state in KEPT_BACK:
        return state.value
    if document.restricted:
        return DocumentState.RESTRICTED.value
    if state in {DocumentState.WITHDRAWN, DocumentState.RESTRICTED}:
        return (DocumentState.HELD if held else DocumentState.LISTED).value
    return state.value


def _over_since(connection: Connection, run: int, source: Source, first: int) -> Sequence[int]:
    """Papers that runs from the `first` on saw and this one need not see, by the last run that saw each.

    Their meeting or publication has left the window, or they have closed. Where a meeting has no day, nobody
    can say.
    """
    d, m = t.documents.c, t.meetings.c
    today: date = connection.execute(select(t.runs.c.today).where(t.runs.c.id == run)).scalar_one()
    since, _ = source.window.around(today)
    is_over = or_(
        func.coalesce(m.starts_on, d.published_on) < since,
        and_(m.id.is_not(None), m.starts_on.is_(None)),
        d.closes_on < today,
    )
    query = (
        select(d.last_run)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .where(d.source_id == source.id, d.last_run >= first, d.last_run < run, is_over)
    )
    return connection.execute(query).scalars().all()


def _withdraw(connection: Connection, run: int, listing: Listing, in_sight: Collection[str]) -> int:
    """Papers and meetings of its window that a listing held before and does not hold now.

    What has left the window may be there as before: nobody looked. Returns how many papers these are.
    """
    d, m = t.documents.c, t.meetings.c
    window = and_(
        true(),
        *([m.starts_on >= listing.since] if listing.since else []),
        *([m.starts_on <= listing.until] if listing.until else []),
    )
    gone = connection.execute(
        select(d.id, d.title, d.url)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .where(
            d.source_id == listing.source_id,
            d.listing == listing.key,
            d.last_run != run,
            d.state.not_in([DocumentState.WITHDRAWN.value, *KEPT_BACK]),
            or_(m.starts_on.is_(None), window),
        )
    )
    papers = [row.id for row in gone if names_of(row.title, row.url).isdisjoint(in_sight)]
    for paper in papers:
        connection.execute(
            update(t.documents).where(d.id == paper).values(state=DocumentState.WITHDRAWN.value)
        )
        changes.note(connection, run, ChangeKind.WITHDRAWN, paper=paper)
    records.note_papers(connection, papers)
    gone_meetings = connection.execute(
        update(t.meetings)
        .where(
            m.source_id == listing.source_id,
            m.listing == listing.key,
            m.last_run != run,
            m.status != MeetingStatus.WITHDRAWN.value,
            or_(m.starts_on.is_(None), window),
        )
        .values(status=MeetingStatus.WITHDRAWN.value, sequence=m.sequence + 1)
        .returning(m.id)
    )
    meetings = gone_meetings.scalars().all()
    for meeting in meetings:
        changes.note(connection, run, ChangeKind.WITHDRAWN, meeting=meeting)
    records.note_meetings(connection, meetings)
    return len(papers)


def _differs(row: Row[Any], values: dict[str, Any]) -> bool:
    return any(row._mapping[name] != value for name, value in values.items())  # noqa: SLF001 - Row's public name for its mapping
