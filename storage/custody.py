"""Papers that a person keeps back from readers, removes for good or moves to another body; the log of it.

A paper that is kept back has no bytes as far as any other statement can see: its revisions wait in a table of
their own, so that search, mentions, digests, feeds and files hold nothing of it. Given back, they return with
their own numbers. Its members (files of a pack) go with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, union_all, update

from pipeline.errors import ConfigError
from pipeline.model import BY_HAND, KEPT_BACK, DocumentState
from pipeline.views import PaperAction
from storage import engines, in_hand
from storage import tables as t
from storage.archive_log import records
from storage.database import now
from storage.search_index import fts, index_placement
from storage.secure_delete import erasing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from pipeline.model import Source
    from storage.blobs.ports import Store
    from storage.database import Database

_COLUMNS = [column.name for column in t.revisions.columns]


class Custody:
    def __init__(self, database: Database, blobs: Store) -> None:
        self._database = database
        self._blobs = blobs

    def withhold(self, document: int, reason: str) -> list[int]:
        """Keep a paper back from all readers, until it is restored.

        Returns the other papers that have the same bytes: they stay as they are. Raises ConfigError.
        """
        with self._database.writing() as connection:
            paper = _paper(connection, document)
            if paper.state in KEPT_BACK:
                raise ConfigError(f"paper {document} is {paper.state} already")
            family = _family(connection, paper)
            files = _files_of(connection, family)
            _move_rows(connection, t.revisions, t.withheld_revisions, family)
            c = t.documents.c
            connection.execute(
                update(t.documents)
                .where(c.id.in_(family))
                .values(sha256=None, state=DocumentState.WITHHELD.value, reason=reason)
            )
            _note(connection, document, "withhold", reason)
            records.note_papers(connection, family)
            for sha256 in files:
                index_placement.reindex_file(connection, sha256)
            return list(connection.execute(select(c.id).where(c.sha256.in_(files)).order_by(c.id)).scalars())

    def restore(self, document: int, reason: str) -> None:
        """Give a withheld paper back to readers. Raises ConfigError where its bytes are gone."""
        with self._database.writing() as connection:
            paper = _paper(connection, document)
            if paper.state != DocumentState.WITHHELD:
                raise ConfigError(f"paper {document} is not withheld: it is {paper.state}")
            family = _family(connection, paper)
            _move_rows(connection, t.withheld_revisions, t.revisions, family)
            c, r = t.documents.c, t.revisions.c
            newest = (
                select(r.sha256).where(r.document_id == c.id).order_by(r.id.desc()).limit(1).scalar_subquery()
            )
            connection.execute(update(t.documents).where(c.id.in_(family)).values(sha256=newest, reason=""))
            for held, state in ((True, DocumentState.HELD), (False, DocumentState.LISTED)):
                which = c.sha256.is_not(None) if held else c.sha256.is_(None)
                connection.execute(
                    update(t.documents).where(c.id.in_(family), which).values(state=state.value)
                )
            _note(connection, document, "restore", reason)
            records.note_papers(connection, family)
            for sha256 in _files_of(connection, family):
                index_placement.reindex_file(connection, sha256)

    def remove(self, document: int, reason: str) -> int:
        """Delete a paper's bytes and text for good; that there was one, and why it went, stays.

        Bytes that another paper has too stay for that one. Killed half-way, a second call ends the work.
        Returns the number of files deleted. Raises ConfigError.
        """
        with self._database.reading() as connection:
            state = _paper(connection, document).state
        if state not in KEPT_BACK:
            self.withhold(document, reason)
        deleted = set[str]()
        is_done = False
        while not is_done:  # again where another paper with the same bytes went meanwhile
            with self._database.reading() as connection:
                family = _family(connection, _paper(connection, document))
                waiting = _only_theirs(connection, family) - deleted
            # The files come before the rows, which bring a second call here again. The database is not locked
            # meanwhile: a store may take minutes.
            for sha256 in sorted(waiting):
                self._blobs.remove(sha256)
                deleted.add(sha256)
            is_done = self._erase(document, reason, deleted, is_new=state != DocumentState.REMOVED)
        return len(deleted)

    def _erase(self, document: int, reason: str, deleted: set[str], *, is_new: bool) -> bool:
        """Erase a withheld paper's rows; returns whether all files that only it had were deleted before."""
        with erasing(self._database, papers=True) as connection:
            family = _family(connection, _paper(connection, document))
            gone = _only_theirs(connection, family)
            if not gone <= deleted:
                return False
            w, c = t.withheld_revisions.c, t.documents.c
            connection.execute(delete(t.withheld_revisions).where(w.document_id.in_(family)))
            connection.execute(
                update(t.documents)
                .where(c.id.in_(family))
                .values(state=DocumentState.REMOVED.value, reason=reason)
            )
            if is_new:
                _note(connection, document, "remove", reason)
            for sha256 in gone:
                _erase(connection, sha256)
            records.note_removed(connection, family, sorted(gone))
            if gone:
                fts.forget_removed(connection)
        return True

    def move(self, document: int, to: Source, reason: str) -> None:
        """Let a paper that was added by hand be another body's. Raises ConfigError."""
        with self._database.writing() as connection:
            paper = _paper(connection, document)
            if not _is_by_hand(connection, document):
                raise ConfigError(
                    f"paper {document} was found by the source {paper.source_id}: "
                    "the `body` of its line says whose papers these are"
                )
            family = _family(connection, paper)
            values = {
                "id": to.id, "body_id": to.body_id, "name": to.name, "kind": to.kind, "platform": to.platform,
                "url": to.url, "region": to.region, "codes": to.codes, "note": to.note,
            }  # fmt: skip
            engines.of(connection).keep_new(connection, t.sources, values)
            c = t.documents.c
            taken = select(c.id).where(
                c.source_id == to.id, c.key.in_(select(c.key).where(c.id.in_(family)).scalar_subquery())
            )
            if connection.execute(taken).first():
                raise ConfigError(f"{to.body_id} has this paper already")
            # A meeting of the old body is not the new one's.
            connection.execute(
                update(t.documents).where(c.id.in_(family)).values(source_id=to.id, meeting_id=None)
            )
            _note(connection, document, "move", f"{paper.source_id} to {to.id}. {reason}".strip())
            records.note_papers(connection, family, "moved")
            for sha256 in _files_of(connection, family):
                index_placement.reindex_file(connection, sha256)

    def log(self) -> list[PaperAction]:
        """What was done to papers by hand, the last first."""
        a, d = t.paper_actions.c, t.documents.c
        query = (
            select(t.paper_actions, d.title, d.source_id)
            .join(t.documents, d.id == a.document_id)
            .order_by(a.id.desc())
        )
        with self._database.reading() as connection:
            return [
                PaperAction(
                    at=row.at,
                    document=row.document_id,
                    title=row.title,
                    source=row.source_id,
                    action=row.action,
                    reason=row.reason,
                )
                for row in connection.execute(query)
            ]


def _paper(connection: Connection, document: int) -> Row[Any]:
    row = connection.execute(select(t.documents).where(t.documents.c.id == document)).first()
    if row is None:
        raise ConfigError(f"there is no paper with the number {document}")
    return row


def _family(connection: Connection, paper: Row[Any]) -> list[int]:
    """The paper and the papers that were found inside it."""
    c = t.documents.c
    inside = c.key.startswith(f"{paper.key}!", autoescape=True)
    query = select(c.id).where(c.source_id == paper.source_id, or_(c.id == paper.id, inside))
    return list(connection.execute(query).scalars())


def _files_of(connection: Connection, documents: Sequence[int]) -> list[str]:
    c = t.documents.c
    query = select(c.sha256).where(c.id.in_(documents), c.sha256.is_not(None)).distinct()
    return list(connection.execute(query).scalars())


def _move_rows(connection: Connection, source: Any, target: Any, documents: Sequence[int]) -> None:
    rows = select(*(source.c[name] for name in _COLUMNS)).where(source.c.document_id.in_(documents))
    connection.execute(insert(target).from_select(_COLUMNS, rows))
    connection.execute(delete(source).where(source.c.document_id.in_(documents)))


def _is_by_hand(connection: Connection, document: int) -> bool:
    both = union_all(
        *(
            select(table.c.provenance).where(table.c.document_id == document)
            for table in (t.revisions, t.withheld_revisions)
        )
    )
    return set(connection.execute(both).scalars()) == {BY_HAND}


def _only_theirs(connection: Connection, documents: Sequence[int]) -> set[str]:
    """The files of withheld papers that no other paper has too."""
    w = t.withheld_revisions.c
    mine = set(connection.execute(select(w.sha256).where(w.document_id.in_(documents))).scalars())
    others = union_all(
        select(t.revisions.c.sha256).where(t.revisions.c.sha256.in_(mine)),
        select(w.sha256).where(w.sha256.in_(mine), w.document_id.not_in(documents)),
    )
    return mine - set(connection.execute(others).scalars())


def _erase(connection: Connection, sha256: str) -> None:
    """Delete all that was read of a file, and that it was ever here."""
    index_placement.unshelve(connection, sha256)
    in_hand.let_go(connection, [sha256])
    for table in (t.hits, t.rule_hits, t.dropped_hits, t.wrong_hits, t.parts, t.pages, t.files):
        connection.execute(delete(table).where(table.c.sha256 == sha256))


def _note(connection: Connection, document: int, action: str, reason: str) -> None:
    moment: datetime = now()
    connection.execute(
        insert(t.paper_actions).values(document_id=document, action=action, reason=reason, at=moment)
    )
