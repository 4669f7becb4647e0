"""What flagging found: hits by file, and the queue of files whose hits are missing or stale."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, func, insert, literal, select, update

from pipeline.matching.query import fault_of
from pipeline.matching.query_matching import ENGINE
from pipeline.matching.query_matching import rule as read_rule
from storage import tables as t
from storage.archive_log import records
from storage.engines.sql import listed
from storage.page_rows import page_of
from storage.search_index import index_placement, prefilter
from storage.writers import wrong_hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from pipeline.matching.query import Query
    from pipeline.model import Hit, Page
    from pipeline.ports import Findings
    from storage.database import Database

_FIELDS = (
    "page",
    "concept_id",
    "wording",
    "start",
    "end",
    "snippet",
    "mark_start",
    "mark_end",
    "passage",
    "more",
)

_NEW = t.rules.c.engine != ENGINE

# Made once: that takes longer than running them.
_FLAGGED = select(t.files.c.sha256, t.files.c.flagged, t.files.c.rules).where(
    t.files.c.sha256.in_(listed("files"))
)
_NEWEST_REVISION = select(func.max(t.revisions.c.id))
_ONE_MORE = select(func.coalesce(func.max(t.files.alias().c.flagged), 0) + 1).scalar_subquery()
_NOTE_FLAGGED = (
    update(t.files)
    .where(t.files.c.sha256 == bindparam("file"))
    .values(rules=bindparam("with"), flagged=func.coalesce(t.files.c.flagged, _ONE_MORE))
)


class Mentions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, rules: str) -> list[str]:
        """SHA-256 of every file that was read and not flagged with these rules."""
        c = t.files.c
        query = select(c.sha256).where(c.tries > 0, c.rules != rules).order_by(c.extracted_at.nulls_first())
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def papers_pending(self, rules: str) -> int:
        """How many papers have such a file now."""
        c = t.files.c
        papers = select(func.count()).select_from(t.documents).join(t.files, c.sha256 == t.documents.c.sha256)
        with self._database.reading() as connection:
            return connection.execute(papers.where(c.tries > 0, c.rules != rules)).scalar_one()

    def store(self, findings: Mapping[str, Findings]) -> list[Hit]:
        """Make these the hits of files, by SHA-256, at once; one that was there before keeps its id.

        Returns the new ones.
        """
        with self._database.writing() as connection:
            fresh = keep_hits(connection, findings)
            for sha256 in findings:
                index_placement.reindex_file(connection, sha256)
            return fresh

    # ---- readers' own queries

    def rules(self) -> dict[str, Query]:
        """Every query that a reader keeps, by its topic."""
        with self._database.reading() as connection:
            return _rules(connection)

    def new_rules(self) -> dict[str, Query]:
        """Those with which the archive was not yet looked through."""
        with self._database.reading() as connection:
            return _rules(connection, _NEW)

    def files(self) -> Iterator[list[Page]]:
        """The pages of each file that was flagged before and in which a new rule could hold."""
        statement = (
            select(t.pages)
            .join(t.files, t.files.c.sha256 == t.pages.c.sha256)
            .where(t.files.c.flagged.is_not(None))
            .order_by(t.pages.c.sha256, t.pages.c.number)
        )
        with self._database.reading() as connection:
            new = [rule.expression for rule in _rules(connection, _NEW).values() if rule.expression]
            could = prefilter.files(connection, *new)
            if could is not None:
                statement = statement.where(t.files.c.sha256.in_(listed("files")))
            wanted = {"files": json.dumps(sorted(could or ()))}
            with connection.execution_options(yield_per=500).execute(statement, wanted) as rows:
                for _, group in groupby(rows, key=attrgetter("sha256")):
                    yield [page_of(row) for row in group]

    def store_of_rules(self, sha256: str, hits: Sequence[Hit], topics: Sequence[str]) -> None:
        """What new rules find in a file that was flagged before: for hunts and first mentions, no news.

        Whether it is news to a reader, the numbers on their watch list say.
        """
        c = t.rule_hits.c
        with self._database.writing() as connection:
            known = {
                row.topic: row
                for row in connection.execute(
                    select(t.rules.c.topic, t.rules.c.id, t.rules.c.engine).where(t.rules.c.topic.in_(topics))
                )
            }
            newest = connection.execute(select(func.max(t.revisions.c.id))).scalar() or 0
            there = set(
                connection.execute(
                    select(c.concept_id, c.page).where(c.sha256 == sha256, c.concept_id.in_(topics))
                )
            )
            rows = [
                {
                    "rule_id": known[hit.concept_id].id,
                    "sha256": sha256,
                    "after_revision": newest if known[hit.concept_id].engine else 0,
                    **{name: getattr(hit, name) for name in _FIELDS},
                }
                for hit in hits
                if hit.concept_id in known and (hit.concept_id, hit.page) not in there
            ]
            if rows:
                connection.execute(insert(t.rule_hits), rows)

    def rules_done(self, topics: Sequence[str]) -> None:
        """The whole archive has been looked through with these."""
        with self._database.writing() as connection:
            connection.execute(update(t.rules).where(t.rules.c.topic.in_(topics)).values(engine=ENGINE))


def _rules(connection: Connection, *which: ColumnElement[bool]) -> dict[str, Query]:
    c = t.rules.c
    rows = connection.execute(select(c.topic, c.text).where(*which).order_by(c.id))
    # Its reader is told of one that cannot be read any more; the others are looked for all the same.
    return {topic: read_rule(text) for topic, text in rows if not fault_of(text)}


def keep_hits(connection: Connection, findings: Mapping[str, Findings]) -> list[Hit]:
    """Put each file's hits in place of those it had, and note with which concepts it was flagged.

    Returns the new hits of concepts.
    """
    topics = {hit.concept_id for found in findings.values() for hit in found.of_rules}
    ids: dict[str, int] = {}
    if topics:
        known = select(t.rules.c.topic, t.rules.c.id).where(t.rules.c.topic.in_(topics))
        ids = dict(connection.execute(known).all())
    fresh: list[Hit] = []
    rows = connection.execute(_FLAGGED, {"files": json.dumps(list(findings))})
    files = {row.sha256: row for row in rows}
    for sha256, found in findings.items():
        file = files[sha256]
        first = file.flagged is None
        of_rules = [hit for hit in found.of_rules if hit.concept_id in ids]
        after_revision = 0
        # Flagged with other concepts, it is no news. Read anew, it may say what could not be read: that is.
        if file.rules and (found.hits or of_rules):
            after_revision = connection.execute(_NEWEST_REVISION).scalar() or 0
        hidden = wrong_hits.hidden(connection, sha256)
        shown = [hit for hit in found.hits if (hit.concept_id, hit.wording) not in hidden]
        fresh += _replace(
            connection, t.hits, sha256, shown, after_revision, {"rules": found.rules}, new=first
        )
        _replace(connection, t.rule_hits, sha256, of_rules, after_revision, {}, ids, new=first)
    connection.execute(
        _NOTE_FLAGGED, [{"file": sha256, "with": found.rules} for sha256, found in findings.items()]
    )
    records.note_mentions(connection, findings)
    return fresh


def _replace(
    connection: Connection,
    table: Table,
    sha256: str,
    hits: Sequence[Hit],
    after_revision: int,
    also: dict[str, Any],
    rule_ids: dict[str, int] | None = None,
    *,
    new: bool,
) -> list[Hit]:
    """Put a file's hits in place of those it had; a `new` file had none.

    A mention that is read a little differently (OCR made anew, a wider wording) keeps its row, and what
    readers were told of it follows. Returns the hits that are new.
    """
    c = table.c
    rows = (
        ()
        if new
        else connection.execute(select(table).where(c.sha256 == sha256).order_by(c.page, c.start)).all()
    )
    wanted = {_identity(hit): hit for hit in hits}
    known = {_identity(row): row for row in rows}
    pairs = [(hit, known[at]) for at, hit in wanted.items() if at in known]
    gone = [row for at, row in known.items() if at not in wanted]
    fresh = [hit for at, hit in wanted.items() if at not in known]
    pairs += _paired(fresh, gone)
    for hit, row in pairs:
        values = {name: getattr(hit, name) for name in _FIELDS}
        if any(values[name] != getattr(row, name) for name in _FIELDS):
            connection.execute(update(table).where(c.id == row.id).values(**values, **also))
            _told_follows(connection, row, hit)
    if gone:
        _drop(connection, table, gone)
    dropped = _dropped(connection, sha256) if fresh and not new else set()
    values = [
        {
            "sha256": sha256,
            "after_revision": 0 if (hit.concept_id, hit.passage) in dropped else after_revision,
            **({"rule_id": rule_ids[hit.concept_id]} if rule_ids is not None else {}),
            **also,
            **{name: getattr(hit, name) for name in _FIELDS},
        }
        for hit in fresh
    ]
    if values:
        connection.execute(insert(table), values)
    return fresh


def _identity(hit: Hit | Row[Any]) -> tuple[int, str, int, int]:
    return hit.page, hit.concept_id, hit.start, hit.end


def _paired(fresh: list[Hit], gone: list[Row[Any]]) -> list[tuple[Hit, Row[Any]]]:
    """Old and new hits of one concept on one page that are the same mention; both lists lose them."""
    pairs: list[tuple[Hit, Row[Any]]] = []
    for same_words in (True, False):
        old: dict[tuple[object, ...], list[Row[Any]]] = defaultdict(list)
        for row in gone:
            old[row.page, row.concept_id, row.passage if same_words else ""].append(row)
        for hit in list(fresh):
            rows = old[hit.page, hit.concept_id, hit.passage if same_words else ""]
            if rows:
                row = rows.pop(0)
                pairs.append((hit, row))
                fresh.remove(hit)
                gone.remove(row)
    return pairs


def _told_follows(connection: Connection, row: Row[Any], hit: Hit) -> None:
    """Whoever was told of the mention as it was read before is told of it as it is read now."""
    if row.passage == hit.passage:
        return
    old, new = t.ledger.alias("old"), t.ledger.alias("new")
    documents = select(t.documents.c.id).where(t.documents.c.sha256 == row.sha256)
    there = exists().where(
        new.c.subscriber_id == old.c.subscriber_id,
        new.c.concept_id == old.c.concept_id,
        new.c.document_id == old.c.document_id,
        new.c.passage == hit.passage,
    )
    told = select(
        old.c.subscriber_id, old.c.concept_id, literal(hit.passage), old.c.document_id, old.c.message_id
    ).where(
        old.c.concept_id == hit.concept_id,
        old.c.passage == row.passage,
        old.c.document_id.in_(documents),
        ~there,
    )
    columns = ["subscriber_id", "concept_id", "passage", "document_id", "message_id"]
    connection.execute(insert(t.ledger).from_select(columns, told))


def _drop(connection: Connection, table: Table, gone: Sequence[Row[Any]]) -> None:
    connection.execute(delete(table).where(table.c.id.in_([row.id for row in gone])))
    lost = {(row.sha256, row.concept_id, row.passage) for row in gone if row.after_revision == 0}
    known = {(gone[0].sha256, *pair) for pair in _dropped(connection, gone[0].sha256)}
    rows = [dict(zip(("sha256", "concept_id", "passage"), each, strict=True)) for each in lost - known]
    if rows:
        connection.execute(insert(t.dropped_hits), rows)


def _dropped(connection: Connection, sha256: str) -> set[tuple[str, str]]:
    c = t.dropped_hits.c
    return set(connection.execute(select(c.concept_id, c.passage).where(c.sha256 == sha256)))
