"""Who said it first, and how it spread from body to body."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import bindparam, delete, func, insert, select, update

from pipeline.rules import RuleSet
from storage import candidates
from storage import tables as t
from storage.packing import page_of
from storage.telling import ANYWHERE, day, mentions, newest_revision, paper_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row, Select

    from pipeline.model import Hit, Page, WatchList
    from pipeline.query import Query
    from storage.database import Database

_OF_FILE = select(t.pages).where(t.pages.c.sha256 == bindparam("sha256")).order_by(t.pages.c.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How often one body said it in one month; the same passage in two papers counts once."""

    body: str
    body_name: str
    month: str  # 2026-11
    mentions: int
    first: date  # the body's first mention of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mention in one paper, as a report has it."""

    day: date
    body: str
    body_name: str
    document: int
    meeting_date: date | None
    title: str
    kind: str
    url: str
    page: int
    label: str
    wording: str
    snippet: str
    sha256: str
    captured_at: datetime


class Firsts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def update(self) -> int:
        """Bring the first mentions up to date; answers how many are new or have moved.

        Where a paper found late is older than the first that was known, that one's day is kept beside it.
        """
        c = t.first_mentions.c
        at = {"of_concept": c.concept_id, "of_body": c.body_id}
        this = [column == bindparam(name) for name, column in at.items()]
        with self._database.writing() as connection:
            found = _found(connection)
            known = {
                (row.concept_id, row.body_id): row for row in connection.execute(select(t.first_mentions))
            }
            new = [
                {"concept_id": concept, "body_id": body, **_values(found[concept, body])}
                for concept, body in found.keys() - known.keys()
            ]
            moved = [
                {
                    "of_concept": concept,
                    "of_body": body,
                    "before": known[concept, body].day if first.day < known[concept, body].day else None,
                    **_values(first),
                }
                for (concept, body), first in found.items()
                if (concept, body) in known and first != _First.of(known[concept, body])
            ]
            gone = [dict(zip(at, key, strict=True)) for key in known.keys() - found.keys()]
            if gone:
                connection.execute(delete(t.first_mentions).where(*this), gone)
            if new:
                connection.execute(insert(t.first_mentions), new)
            if moved:
                values = {name: bindparam(name) for name in ("document_id", "passage", "day", "before")}
                connection.execute(update(t.first_mentions).where(*this).values(**values), moved)
        return len(new) + len(moved)

    def bodies(self) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.execute(select(t.sources.c.body_id).distinct()).scalars())

    def papers_with(self, watch: WatchList, rule: Query | None, since: date) -> list[date]:
        """The day of each paper since then in which a watch list would have found something."""
        days: dict[int, date] = {}
        with self._database.reading() as connection:
            if watch.concepts or rule is None:
                asked = [t.hits.c.concept_id.in_(watch.concepts)] if watch.concepts else []
                if watch.bodies:
                    asked.append(t.sources.c.body_id.in_(watch.bodies))
                if watch.kinds:
                    asked.append(t.documents.c.kind.in_(watch.kinds))
                every = mentions(t.hits).where(day() >= since, *asked).subquery()
                statement = select(every.c.document_id, every.c.day).distinct()
                days |= dict(connection.execute(statement).all())
            if rule is not None:
                days |= _papers_of_rule(connection, watch, rule, since)
        return list(days.values())

    def hunt(self, find: Callable[[Sequence[Page]], Sequence[Hit]], rule: Query | None = None) -> list[Found]:
        """What a matcher finds in every paper that is held now, oldest first; `rule` narrows the papers."""
        wanted = list(paper_filters(rule)) if rule else []
        with self._database.reading() as connection:
            papers = connection.execute(_papers().where(*wanted).order_by(day(), t.documents.c.id)).all()
            could = candidates.files(connection, rule.expression) if rule and rule.expression else None
            holding = dict.fromkeys(
                paper.sha256 for paper in papers if could is None or paper.sha256 in could
            )
            hits: dict[str, list[tuple[Hit, str]]] = {}
            for sha256 in holding:
                pages = list(_pages(connection, sha256))
                found = find(pages)
                if found:
                    labels = {page.number: page.label for page in pages}
                    hits[sha256] = _narrowed(connection, rule, [(hit, labels[hit.page]) for hit in found])
        return [_found_in(paper, *hit) for paper in papers for hit in hits.get(paper.sha256, ())]

    def spread(self, concept_id: str) -> list[Month]:
        """By body, in the order in which they first said it, month by month."""
        every = mentions(t.hits).where(t.hits.c.concept_id == concept_id).subquery()
        first = (
            select(every.c.body_id, every.c.passage, func.min(every.c.day).label("day"))
            .group_by(every.c.body_id, every.c.passage)
            .subquery()
        )
        month = func.substr(first.c.day, 1, 7)
        with self._database.reading() as connection:
            rows = connection.execute(
                select(
                    first.c.body_id,
                    month.label("month"),
                    func.count().label("mentions"),
                    func.min(first.c.day).label("day"),
                ).group_by(first.c.body_id, month)
            ).all()
            names = dict(
                connection.execute(
                    select(t.sources.c.body_id, func.min(t.sources.c.name)).group_by(t.sources.c.body_id)
                ).all()
            )
        begun: dict[str, date] = {}
        for row in rows:
            begun[row.body_id] = min(begun.get(row.body_id, row.day), row.day)
        return sorted(
            (
                Month(
                    body=row.body_id,
                    body_name=names[row.body_id],
                    month=row.month,
                    mentions=row.mentions,
                    first=begun[row.body_id],
                )
                for row in rows
            ),
            key=lambda month: (month.first, month.body, month.month),
        )


def _narrowed(
    connection: Connection, rule: Query | None, found: list[tuple[Hit, str]]
) -> list[tuple[Hit, str]]:
    """Only pages on which the concept of a `concept:` filter was flagged."""
    if rule is None or not rule.concept:
        return found
    said = _said(connection, found[0][0].sha256, rule.concept)
    return [(hit, label) for hit, label in found if hit.page in said]


def _said(connection: Connection, sha256: str, concept: str) -> set[int]:
    """The pages of a file on which a concept was flagged."""
    h = t.hits.c
    return set(
        connection.execute(select(h.page).where(h.sha256 == sha256, h.concept_id == concept)).scalars()
    )


def _found_in(paper: Row[Any], hit: Hit, label: str) -> Found:
    return Found(
        day=paper.day,
        body=paper.body_id,
        body_name=paper.name,
        document=paper.id,
        meeting_date=paper.starts_on,
        title=paper.title,
        kind=paper.kind,
        url=paper.url,
        page=hit.page,
        label=label,
        wording=hit.wording,
        snippet=hit.snippet,
        sha256=hit.sha256,
        captured_at=paper.fetched_at,
    )


def _papers_of_rule(connection: Connection, watch: WatchList, rule: Query, since: date) -> dict[int, date]:
    """The papers on a page of which a rule holds, with their days."""
    narrowed = [t.documents.c.kind.in_(watch.kinds)] if watch.kinds else []
    if watch.bodies:
        narrowed.append(t.sources.c.body_id.in_(watch.bodies))
    papers = connection.execute(_papers().where(day() >= since, *narrowed, *paper_filters(rule))).all()
    matcher = RuleSet({"": rule})
    could = candidates.files(connection, rule.expression) if rule.expression else None
    holding: dict[str, bool] = {}
    for sha256 in {paper.sha256 for paper in papers if could is None or paper.sha256 in could}:
        pages = _pages(connection, sha256)
        if rule.concept:
            said = _said(connection, sha256, rule.concept)
            holding[sha256] = any(hit.page in said for hit in matcher.hits(list(pages)))
        else:
            holding[sha256] = matcher.hold_in(pages)
    return {paper.id: paper.day for paper in papers if holding.get(paper.sha256)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """Where a body first said something."""

    day: date
    document_id: int
    passage: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(day=row.day, document_id=row.document_id, passage=row.passage)


def _values(first: _First) -> dict[str, Any]:
    return {"day": first.day, "document_id": first.document_id, "passage": first.passage}


def _found(connection: Connection) -> dict[tuple[str, str], _First]:
    """The first mention of each concept by each body and anywhere: by day, then as it was found.

    It is asked at every digest, over all hits: of each file only the first hit of a concept is looked at.
    """
    papers: dict[str, list[tuple[date, int, str]]] = defaultdict(list)
    for row in connection.execute(_papers()):
        papers[row.sha256].append((row.day, row.id, row.body_id))
    found: dict[tuple[str, str], _First] = {}
    for hits in (t.hits, t.rule_hits):
        h = hits.c
        firsts: dict[tuple[str, str], tuple[date, int, int]] = {}
        each = select(h.concept_id, h.sha256, func.min(h.id)).group_by(h.concept_id, h.sha256)
        for concept, sha256, hit in connection.execute(each):
            for day_, document, body in papers.get(sha256, ()):
                for who in (body, ANYWHERE):
                    first = firsts.get((concept, who))
                    if first is None or (day_, hit, document) < first:
                        firsts[concept, who] = day_, hit, document
        asked = func.json_each(json.dumps([hit for _, hit, _ in firsts.values()])).table_valued("value")
        passages = dict(
            connection.execute(
                select(h.id, h.passage).select_from(asked).join(hits, h.id == asked.c.value)
            ).all()
        )
        found |= {
            at: _First(day=day_, document_id=document, passage=passages[hit])
            for at, (day_, hit, document) in firsts.items()
        }
    return found


def _papers() -> Select[*tuple[Any, ...]]:
    """Every paper that we hold, with its day."""
    d, s, m, r = t.documents.c, t.sources.c, t.meetings.c, t.revisions.c
    return (
        select(t.documents, s.body_id, s.name, m.starts_on, r.fetched_at, day().label("day"))
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .join(t.revisions, r.id == newest_revision())
    )


def _pages(connection: Connection, sha256: str) -> Iterator[Page]:
    """The pages of a file, each unpacked when it is asked for."""
    return map(page_of, connection.execute(_OF_FILE, {"sha256": sha256}).all())
