"""What the web reads: `pipeline.public_archive` over the stores. Nothing of the readers is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import exists, func, select

from pipeline.areas.neighbours import SHOWN
from pipeline.errors import ConfigError
from pipeline.health.account import Scope
from pipeline.model import Hit, Revision
from pipeline.views import Order, PageLine
from pipeline.where import Where
from storage import page_parts
from storage import tables as t
from storage.page_rows import page_of
from storage.reports import changes, meetings, papers
from storage.search_index.occurrences import Occurrences
from storage.ttl_cache import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy import Row

    from pipeline.archive_log.checkpoint import SignedRoot
    from pipeline.archive_log.views import Inclusion, ShownLogEntry
    from pipeline.areas.left_out import LeftOut
    from pipeline.areas.neighbours import ItemGaps
    from pipeline.changes import ChangeKind, ChangeRow
    from pipeline.evidence.case import Case
    from pipeline.lineage import Lineage
    from pipeline.matching.firm_record import FirmRecord
    from pipeline.matching.query import Query
    from pipeline.meetings.calendar_entry import Coming
    from pipeline.meetings.lateness import MeetingLateness
    from pipeline.model import Account, Page, PageRef
    from pipeline.radar import NewNames
    from pipeline.views import (
        Answer,
        BodyRow,
        Count,
        MeetingRow,
        MentionRow,
        Nearly,
        PaperResults,
        PaperRow,
        Results,
        SourceRow,
        TopicCount,
        Totals,
        Unreadable,
        WordingCount,
    )
    from pipeline.wrong_hits import WrongHit
    from storage.archive import Archive


_T = TypeVar("_T")
SECONDS = 1.0  # that a search may take
CSV_SECONDS = 10.0  # that all answers to one may take
REMEMBERED = 20.0  # seconds for which what is on every page is not asked again


class PublicArchive:
    """The archive for readers; `labels` are the concepts' names."""

    def __init__(self, archive: Archive, labels: Mapping[str, str]) -> None:
        self._archive = archive
        self._labels = dict(labels)
        self._standings = Occurrences(archive.database)
        self._memory = Memory(REMEMBERED, self._withheld)

    def recall(self, name: Hashable, ask: Callable[[], _T], seconds: float | None = None) -> _T:
        return self._memory.recall(name, ask, seconds)

    def _withheld(self) -> tuple[int | None, ...]:
        """Is another value when a paper was withheld or a mention hidden."""
        last = (select(func.max(table.c.id)).scalar_subquery() for table in (t.paper_actions, t.wrong_hits))
        with self._archive.database.reading() as connection:
            return tuple(connection.execute(select(*last)).one())

    def find(self, query: Query, limit: int = 20, skip: int = 0) -> list[Answer]:
        return self._archive.search.find(query, limit, skip, seconds=CSV_SECONDS)

    def look(self, query: Query, limit: int = 20, skip: int = 0, *, order: Order = Order.DATE) -> Results:
        def ask() -> Results:
            return self._archive.search.look(query, limit, skip, order=order, seconds=SECONDS)

        return self._memory.recall(("look", query, limit, skip, order), ask)

    def look_by_paper(
        self, query: Query, limit: int = 20, skip: int = 0, *, order: Order = Order.DATE
    ) -> PaperResults:
        return self._archive.search.look_by_paper(query, limit, skip, order=order, seconds=SECONDS)

    def nearly(self, query: Query, limit: int = 10) -> Nearly:
        return self._archive.search.nearly(query, limit, seconds=SECONDS)

    def suggest(self, query: Query, known: Collection[str] = ()) -> str:
        return self._archive.search.suggest(query, known, seconds=SECONDS)

    def log_root(self) -> SignedRoot | None:
        return self._archive.log.head()

    def log_entries(self, most: int) -> list[ShownLogEntry]:
        return self._archive.log.recent(most)

    def log_proof(self, number: int, size: int) -> Inclusion:
        return self._archive.log.inclusion(number, size)

    def log_root_at(self, size: int) -> bytes:
        return self._archive.log.root_at(size)

    def log_consistency(self, old: int, new: int) -> list[bytes]:
        return self._archive.log.consistency(old, new)

    def evidence(self, document: int, sha256: str, pages: Collection[int]) -> Case:
        asked = ", ".join([f"paper {document}", *(f"page {number}" for number in pages)])
        return self.evidence_of(asked, [(document, sha256, page) for page in pages or [0]])

    def evidence_of(self, asked: str, places: Iterable[tuple[int, str, int]]) -> Case:
        root = self.log_root()
        if root is None:
            raise ConfigError("no root of the log was signed yet: the next run signs one")
        store = self._archive.evidence
        return store.case(asked, store.mentions(places), root)

    def clock_ran_back(self) -> list[str]:
        return self._memory.recall("clock", self._archive.log.ran_back)

    def papers(self, *, source: str = "", body: str = "", limit: int = 0, skip: int = 0) -> list[PaperRow]:
        return self._archive.reports.papers(source=source, body=body, limit=limit, skip=skip)

    def paper(self, document: int) -> PaperRow | None:
        return next(iter(self._archive.reports.papers(document=document)), None)

    def revisions(self, document: int) -> list[Revision]:
        r, d, f = t.revisions.c, t.documents.c, t.files.c
        query = (
            select(t.revisions, d.source_id, d.key, f.size, f.media_type)
            .join(t.documents, d.id == r.document_id)
            .join(t.files, f.sha256 == r.sha256)
            .where(r.document_id == document)
            .order_by(r.id)
        )
        with self._archive.database.reading() as connection:
            return [_revision(row) for row in connection.execute(query)]

    def pages(self, sha256: str) -> list[Page]:
        return self._archive.texts.pages(sha256)

    def pages_near(self, sha256: str, number: int) -> dict[int, Page]:
        c = t.pages.c
        # Not up to `number + 1`: what is asked may be the highest number that a database knows.
        query = select(t.pages).where(c.sha256 == sha256, c.number >= number - 1).order_by(c.number).limit(3)
        with self._archive.database.reading() as connection:
            rows = connection.execute(query).all()
            found = {row.number: page_of(row) for row in rows if row.number <= number + 1}
            if number in found:
                [found[number]] = page_parts.with_parts(connection, [found[number]])
        return found

    def lines(self, sha256: str) -> list[PageLine]:
        c = t.pages.c
        query = (
            select(c.number, c.label, c.method, c.concepts, c.item)
            .where(c.sha256 == sha256)
            .order_by(c.number)
        )
        with self._archive.database.reading() as connection:
            return [
                PageLine(
                    number=number, label=label, method=method, concepts=tuple(concepts.split()), item=item
                )
                for number, label, method, concepts, item in connection.execute(query)
            ]

    def hits(self, *sha256: str) -> list[Hit]:
        h = t.hits.c
        query = select(t.hits).where(h.sha256.in_(sha256)).order_by(h.page, h.start, h.concept_id)
        with self._archive.database.reading() as connection:
            return [_hit(row) for row in connection.execute(query)]

    def hidden_hits(self, sha256: str) -> list[WrongHit]:
        return self._archive.wrong_hits.of_paper(sha256)

    def original(self, sha256: str) -> AbstractContextManager[Path]:
        return self._archive.blobs.opened(sha256)

    def elsewhere(self, paper: PaperRow, number: int) -> list[PageRef]:
        return self._standings.elsewhere(paper, number)

    def said_elsewhere(self, paper: PaperRow, number: int) -> dict[str, list[PageRef]]:
        return self._standings.said_elsewhere(paper, number)

    def new_names(self) -> NewNames | None:
        return self._archive.new_names.kept()

    def passage(self, passage: str) -> str:
        return self._standings.passage(passage)

    def trace(self, passage: str) -> Lineage | None:
        return self._archive.search.trace(passage, seconds=SECONDS)

    def mentions(
        self,
        concept: str = "",
        body: str = "",
        limit: int = 20,
        *,
        oldest: bool = False,
        since: datetime | None = None,
        wordings: tuple[str, ...] = (),
    ) -> list[MentionRow]:
        return self._memory.recall(
            ("mentions", concept, body, limit, oldest, since, wordings),
            lambda: self._standings.mentions(
                concept, body, limit, oldest=oldest, since=since, wordings=wordings
            ),
        )

    def count(self, concept: str) -> TopicCount:
        return self._memory.recall(("count", concept), lambda: self._standings.count(concept))

    def said(self, concept: str) -> list[WordingCount]:
        return self._memory.recall(("said", concept), lambda: self._standings.said(concept))

    def meetings(
        self, *, source: str = "", body: str = "", since: date | None = None, until: date | None = None
    ) -> list[MeetingRow]:
        return self._archive.reports.meetings(source=source, body=body, since=since, until=until)

    def meetings_of_committee(self, meeting: int) -> list[MeetingRow]:
        m = t.meetings.c
        query = select(m.source_id, m.body_name).where(m.id == meeting)
        with self._archive.database.reading() as connection:
            found = connection.execute(query).first()
        if found is None:
            return []
        source, committee = found
        return [held for held in self.meetings(source=source) if held.committee == committee]

    def coming(self, since: date, body: str = "") -> list[Coming]:
        def ask() -> list[Coming]:
            with self._archive.database.reading() as connection:
                return meetings.coming(connection, since, body)

        return self._memory.recall(("coming", since, body), ask)

    def closing(self, *, since: date, until: date | None = None, body: str = "") -> list[PaperRow]:
        with self._archive.database.reading() as connection:
            return papers.closing(connection, since=since, until=until, body=body)

    def changes(
        self,
        *,
        since: date | None = None,
        bodies: Collection[str] = (),
        kinds: Collection[ChangeKind] = (),
        limit: int = 0,
        skip: int = 0,
    ) -> list[ChangeRow]:
        where = Where(tuple(bodies))
        with self._archive.database.reading() as connection:
            return changes.changed(connection, since=since, where=where, kinds=kinds, limit=limit, skip=skip)

    def lateness(
        self, since: date, until: date, bodies: Collection[str] = (), meeting: int | None = None
    ) -> list[MeetingLateness]:
        return self._archive.reports.lateness(since, until, bodies, meeting)

    def papers_of_meetings(self, meetings: Collection[int]) -> list[PaperRow]:
        with self._archive.database.reading() as connection:
            return papers.of_meetings(connection, meetings)

    def papers_of_no_meeting(
        self, body: str, *, since: date | None = None, before: date | None = None, limit: int, skip: int = 0
    ) -> list[PaperRow]:
        with self._archive.database.reading() as connection:
            return papers.of_no_meeting(connection, body, since=since, before=before, limit=limit, skip=skip)

    def years(self, body: str) -> list[Count]:
        def ask() -> list[Count]:
            with self._archive.database.reading() as connection:
                return papers.years(connection, body)

        return self._memory.recall(("years", body), ask)

    def sources(self) -> list[SourceRow]:
        return self._memory.recall("sources", self._archive.reports.sources)

    def account(self, query: Query | None = None) -> Account:
        asked = (query.body, query.kind, query.after, query.before) if query else ()
        scopes = (Scope(query=query),) if any(asked) else ()
        return self._memory.recall(
            ("account", asked if scopes else None), lambda: self._archive.reports.account(scopes)
        )

    def totals(self) -> Totals:
        return self._memory.recall("totals", self._archive.reports.totals)

    def unreadable(self, limit: int = 0, skip: int = 0) -> tuple[list[Unreadable], int]:
        return self._archive.reports.unreadable(limit, skip)

    def bodies(self) -> dict[str, str]:
        return self._memory.recall("bodies", self._bodies)

    def _bodies(self) -> dict[str, str]:
        s, d = t.sources.c, t.documents.c
        held = exists().where(d.source_id == s.id, d.sha256.is_not(None))
        query = select(s.body_id, s.name).where(held).order_by(s.name)
        with self._archive.database.reading() as connection:
            names = dict(connection.execute(query).all())
            known = dict(connection.execute(select(t.bodies.c.id, t.bodies.c.name)).all())
        return {body: known.get(body, name) for body, name in names.items()}

    def registry(self) -> dict[str, BodyRow]:
        return self._memory.recall(
            "registry", lambda: {body.id: body for body in self._archive.reports.bodies()}
        )

    def areas(self) -> dict[str, str]:
        return self._memory.recall("areas", self._archive.reports.areas)

    def in_areas(self) -> dict[str, list[str]]:
        return self._memory.recall("in areas", self._archive.reports.in_areas)

    def left_out(
        self, area: str, month: str, *, subject: str, concept: str = "", query: Query | None = None
    ) -> LeftOut:
        return self._archive.reports.left_out(area, month, subject=subject, concept=concept, query=query)

    def firm(self, called: tuple[str, ...]) -> FirmRecord:
        return self._memory.recall(("firm", called), lambda: self._archive.reports.firm(called))

    def neighbours(self, meeting: int, most: int = SHOWN) -> list[ItemGaps]:
        return self._archive.reports.neighbours(meeting, most)

    def concepts(self) -> dict[str, str]:
        return self._labels


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        source_id=row.source_id,
        document_key=row.key,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        fetched_at=row.fetched_at,
        urls=tuple(row.urls),
        etag=row.etag,
        last_modified=row.last_modified,
        provenance=row.provenance,
    )


def _hit(row: Row[Any]) -> Hit:
    return Hit(
        sha256=row.sha256,
        page=row.page,
        concept_id=row.concept_id,
        wording=row.wording,
        start=row.start,
        end=row.end,
        snippet=row.snippet,
        mark_start=row.mark_start,
        mark_end=row.mark_end,
        passage=row.passage,
        rules=row.rules,
        more=row.more,
    )
