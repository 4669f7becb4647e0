"""Gathering what an evidence pack is made of: records as the log has them, texts, and proofs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select

from pipeline.english import counted
from pipeline.errors import ConfigError, PaperwatchError, StorageError
from pipeline.evidence.case import Case, PageCase, PaperCase, Quote, Wanted
from pipeline.model import KEPT_BACK
from storage import bodies, page_parts
from storage import tables as t
from storage.archive_log import records
from storage.page_rows import page_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection, Row

    from pipeline.archive_log.checkpoint import SignedRoot
    from pipeline.archive_log.views import Inclusion
    from storage.archive_log.log import ArchiveLog
    from storage.blobs.ports import Store
    from storage.database import Database

Place: TypeAlias = tuple[int, str, int]  # paper; SHA-256 of the version, "" for the newest; page, 0 for all

_d, _m, _s, _h, _p = t.documents.c, t.meetings.c, t.sources.c, t.hits.c, t.pages.c


class Evidence:
    def __init__(self, database: Database, blobs: Store, log: ArchiveLog) -> None:
        self._database = database
        self._blobs = blobs
        self._log = log

    def case(self, asked: str, wanted: Iterable[Wanted], root: SignedRoot) -> Case:
        """Returns all that a pack needs of these papers; what cannot be packed is named, the rest is packed.

        Raises ConfigError or StorageError where nothing can be.
        """
        papers, left, faults = list[PaperCase](), list[str](), list[PaperwatchError]()
        for each in sorted(wanted, key=lambda each: each.paper):
            try:
                papers.append(self._paper(each, root, left))
            except (ConfigError, StorageError) as error:
                faults.append(error)
        left += map(str, faults)
        if faults and not papers:
            raise type(faults[0])("; ".join(left))
        said = tuple(self._log.ran_back())
        return Case(asked=asked, root=root, papers=tuple(papers), roots_said=said, left=tuple(left))

    def mentions(self, places: Iterable[Place]) -> list[Wanted]:
        """Papers with these pages and what is said on them; of page 0, with all that something is said on."""
        asked: dict[tuple[int, str], set[int]] = {}
        for paper, sha256, page in places:
            asked.setdefault((paper, sha256), set()).add(page)
        return [self._mentions(*paper, pages) for paper, pages in asked.items()]

    def _mentions(self, paper: int, sha256: str, pages: Collection[int]) -> Wanted:
        with self._database.reading() as connection:
            sha256 = sha256 or connection.execute(select(_d.sha256).where(_d.id == paper)).scalar() or ""
            found: dict[int, list[Quote]] = {number: [] for number in pages if number}
            query = select(t.hits).where(_h.sha256 == sha256).order_by(_h.page, _h.start, _h.concept_id)
            for row in connection.execute(query):
                if 0 in pages or row.page in found:
                    found.setdefault(row.page, []).append(_quote(row))
        return Wanted(paper=paper, sha256=sha256, pages=found)

    def mention(self, hit: int) -> Wanted:
        """The paper of one mention, its page, and the mention. Raises ConfigError."""
        with self._database.reading() as connection:
            row = connection.execute(select(t.hits).where(_h.id == hit)).first()
            paper = _holder(connection, row.sha256) if row else None
        if row is None or paper is None:
            raise ConfigError(f"the archive has no mention with the number {hit}")
        return Wanted(paper=paper, sha256=row.sha256, pages={row.page: [_quote(row)]})

    def said(self, sha256: str, page: int, concept: str) -> list[Quote]:
        """What is said of a concept, or of a reader's own query, on a page."""
        with self._database.reading() as connection:
            found = [
                _quote(row)
                for table in (t.hits, t.rule_hits)
                for row in connection.execute(
                    select(table).where(
                        table.c.sha256 == sha256, table.c.page == page, table.c.concept_id == concept
                    )
                )
            ]
        return sorted(dict.fromkeys(found), key=lambda quote: quote.start)

    def _paper(self, wanted: Wanted, root: SignedRoot, left: list[str]) -> PaperCase:
        """Pages that are not there are named in `left`, where others are.

        Raises ConfigError for what cannot be proved, StorageError where the original is not what it was.
        """
        with self._database.reading() as connection:
            row = connection.execute(records.PAPERS.where(_d.id == wanted.paper)).first()
            if row is None:
                raise ConfigError(f"there is no paper with the number {wanted.paper}")
            source = connection.execute(select(t.sources).where(_s.id == row.source_id)).one()
            body = next((each for each in bodies.every(connection) if each.id == source.body_id), None)
            meeting = connection.execute(records.MEETINGS.where(_m.id == row.meeting_id)).first()
            versions = connection.execute(
                records.REVISIONS.where(t.revisions.c.document_id == row.id).order_by(t.revisions.c.id)
            ).all()
            chosen = _chosen(row, versions, wanted.sha256)
            file = chosen and connection.execute(records.FILES.where(t.files.c.sha256 == chosen.sha256)).one()
            hashes = _hashes(connection, chosen.sha256) if chosen else []
            mentions = records.mentions_record(connection, chosen.sha256 if chosen else "")
            pages, missing = _pages(connection, chosen.sha256, wanted) if chosen else ([], [])
        if missing and not pages:
            raise ConfigError("; ".join(missing))
        if file:
            _check_original(self._blobs.size(file.sha256), file.size, wanted.paper)
        left += missing
        name = body.name if body else source.name
        kept = [records.revision_record(each) for each in versions]
        return PaperCase(
            paper=row.id,
            state=records.state_of(row),
            reason=row.reason,
            title=row.title,
            url=row.url,
            body_name=name,
            committee=meeting.body_name if meeting else "",
            day=(meeting.starts_on if meeting else None) or row.published_on,
            about=_about(source, name),
            record=records.paper_record(row),
            meeting=records.meeting_record(meeting) if meeting else None,
            revisions=tuple(kept),
            revision=kept[versions.index(chosen)] if chosen else None,
            original=partial(self._blobs.opened, chosen.sha256) if chosen else None,
            media_type=file.media_type if file else "",
            reading=records.reading_record(file) if file and file.extracted_at else None,
            mentions=mentions,
            page_hashes=tuple(hashes),
            pages=tuple(pages),
            entries=tuple(self._proofs(row, root)),
        )

    def _proofs(self, row: Row[Any], root: SignedRoot) -> list[Inclusion]:
        """Raises ConfigError for what came after the signed root."""
        found = self._log.of_paper(row.id, gone=row.state == "removed")
        if any(entry.number > root.size for entry in found):
            raise ConfigError(
                f"paper {row.id} has changed since the log was last signed: the next run signs it again"
            )
        return [self._log.inclusion(entry.number, root.size) for entry in found]


def _about(source: Row[Any], name: str) -> dict[str, Any]:
    """The body of a source, and the source."""
    return {
        "id": source.body_id,
        "name": name,
        "kind": source.kind,
        "region": source.region,
        "codes": source.codes,
        "source": {
            "id": source.id,
            "platform": source.platform,
            "url": source.url,
            "note": source.note,
        },
    }


def _chosen(paper: Row[Any], versions: Sequence[Row[Any]], sha256: str) -> Row[Any] | None:
    """The newest version with these bytes, or the newest of all. Raises ConfigError."""
    found = [each for each in versions if each.sha256 == sha256] if sha256 else versions
    if sha256 and not found and paper.state not in KEPT_BACK:
        raise ConfigError(f"paper {paper.id} has no version with the SHA-256 {sha256}")
    return found[-1] if found else None


def _hashes(connection: Connection, sha256: str) -> list[bytes]:
    query = select(t.files.c.page_hashes).where(t.files.c.sha256 == sha256)
    return records.hashes_of_pages(connection.execute(query).scalar_one())


def _check_original(found: int | None, size: int, paper: int) -> None:
    """As far as its size tells; the pack hashes it. Raises StorageError."""
    if found != size:
        raise StorageError(f"the original of paper {paper} is not what it was when it came")


def _pages(connection: Connection, sha256: str, wanted: Wanted) -> tuple[list[PageCase], list[str]]:
    """The pages that the version has, and of each other one that it is not there."""
    numbers = (
        connection.execute(select(_p.number).where(_p.sha256 == sha256).order_by(_p.number)).scalars().all()
    )
    found, missing = list[PageCase](), list[str]()
    for number in sorted(wanted.pages):
        if number not in numbers:
            read = counted(len(numbers), "page that was read", "pages that were read")
            missing.append(f"paper {wanted.paper} has no page {number}: it has {read}")
            continue
        row = connection.execute(select(t.pages).where(_p.sha256 == sha256, _p.number == number)).one()
        [page] = page_parts.with_parts(connection, [page_of(row)])
        found.append(PageCase(page=page, index=numbers.index(number), quotes=tuple(wanted.pages[number])))
    return found, missing


def _holder(connection: Connection, sha256: str) -> int | None:
    """The first paper that is with these bytes, or once did."""
    current = select(_d.id).where(_d.sha256 == sha256).order_by(_d.id).limit(1)
    r = t.revisions.c
    once = select(r.document_id).where(r.sha256 == sha256).order_by(r.document_id).limit(1)
    return connection.execute(current).scalar() or connection.execute(once).scalar()


def _quote(row: Row[Any]) -> Quote:
    return Quote(start=row.start, end=row.end, why=row.concept_id, wording=row.wording)
