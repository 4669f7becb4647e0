"""Who said it first, and how it spread from body to body."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from pipeline.rules import RuleSet
from storage import tables as t
from storage.packing import page_of
from storage.telling import ANYWHERE, day, mentions, newest_revision, paper_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from pipeline.model import Hit, Page, WatchList
    from pipeline.query import Query
    from storage.database import Database


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
        changed = 0
        with self._database.writing() as connection:
            found = _found(connection)
            known = {
                (row.concept_id, row.body_id): row for row in connection.execute(select(t.first_mentions))
            }
            for gone in known.keys() - found.keys():
                connection.execute(
                    delete(t.first_mentions).where(c.concept_id == gone[0], c.body_id == gone[1])
                )
            for at, row in found.items():
                old = known.get(at)
                values = {"document_id": row.document_id, "passage": row.passage, "day": row.day}
                if old is None:
                    connection.execute(
                        insert(t.first_mentions).values(concept_id=at[0], body_id=at[1], **values)
                    )
                elif (old.document_id, old.passage, old.day) == tuple(values.values()):
                    continue
                else:
                    before = old.day if row.day < old.day else None
                    connection.execute(
                        update(t.first_mentions)
                        .where(c.concept_id == at[0], c.body_id == at[1])
                        .values(before=before, **values)
                    )
                changed += 1
        return changed

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

    def hunt(self, find: Callable[[Sequence[Page]], Iterable[Hit]], rule: Query | None = None) -> list[Found]:
        """What a matcher finds in every paper that is held now, oldest first; `rule` narrows the papers."""
        d, s, m, r = t.documents.c, t.sources.c, t.meetings.c, t.revisions.c
        wanted = list(paper_filters(rule)) if rule else []
        with self._database.reading() as connection:
            papers = connection.execute(
                select(t.documents, s.body_id, s.name, m.starts_on, r.fetched_at, day().label("day"))
                .join(t.sources, s.id == d.source_id)
                .join(t.meetings, m.id == d.meeting_id, isouter=True)
                .join(t.revisions, r.id == newest_revision())
                .where(*wanted)
                .order_by(day(), d.id)
            ).all()
            holding: dict[str, list[Row[Any]]] = {}
            for paper in papers:
                holding.setdefault(paper.sha256, []).append(paper)
            hits: dict[str, list[tuple[Hit, str]]] = {}
            for pages in _files(connection):
                if pages[0].sha256 in holding:
                    labels = {page.number: page.label for page in pages}
                    found = [(hit, labels[hit.page]) for hit in find(pages)]
                    if found:
                        hits[pages[0].sha256] = _narrowed(connection, rule, found)
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


def _files(connection: Connection) -> Iterator[list[Page]]:
    """The pages of every file, file by file."""
    statement = select(t.pages).order_by(t.pages.c.sha256, t.pages.c.number)
    rows = connection.execution_options(yield_per=500).execute(statement)
    for _, group in groupby(rows, key=attrgetter("sha256")):
        yield [page_of(row) for row in group]


def _narrowed(
    connection: Connection, rule: Query | None, found: list[tuple[Hit, str]]
) -> list[tuple[Hit, str]]:
    """Only pages on which the concept of a `concept:` filter was flagged."""
    if rule is None or not rule.concept:
        return found
    h = t.hits.c
    said = set(
        connection.execute(
            select(h.page).where(h.sha256 == found[0][0].sha256, h.concept_id == rule.concept)
        ).scalars()
    )
    return [(hit, label) for hit, label in found if hit.page in said]


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
    d, s, m, r = t.documents.c, t.sources.c, t.meetings.c, t.revisions.c
    narrowed = [d.kind.in_(watch.kinds)] if watch.kinds else []
    if watch.bodies:
        narrowed.append(s.body_id.in_(watch.bodies))
    papers = connection.execute(
        select(d.id, d.sha256, day().label("day"))
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .join(t.revisions, r.id == newest_revision())
        .where(day() >= since, *narrowed, *paper_filters(rule))
    ).all()
    matcher = RuleSet({"": rule})
    holding = {
        sha256: bool(matcher.hits(_pages(connection, sha256)))
        for sha256 in {paper.sha256 for paper in papers}
    }
    return {paper.id: paper.day for paper in papers if holding[paper.sha256]}


def _found(connection: Connection) -> dict[tuple[str, str], Row[*tuple[Any, ...]]]:
    """The first mention of each concept by each body and anywhere: by day, then as it was found."""
    found: dict[tuple[str, str], Row[*tuple[Any, ...]]] = {}
    for hits in (t.hits, t.rule_hits):
        ranked = mentions(
            hits,
            func.row_number()
            .over(
                partition_by=(hits.c.concept_id, t.sources.c.body_id),
                order_by=(day(), hits.c.id, t.documents.c.id),
            )
            .label("rank"),
        ).subquery()
        c = ranked.c
        statement = (
            select(c.concept_id, c.body_id, c.document_id, c.passage, c.day, c.hit_id)
            .where(c.rank == 1)
            .order_by(c.day, c.hit_id)
        )
        for row in connection.execute(statement):
            found[row.concept_id, row.body_id] = row
            found.setdefault((row.concept_id, ANYWHERE), row)
    return found


def _pages(connection: Connection, sha256: str) -> list[Page]:
    c = t.pages.c
    rows = connection.execute(select(t.pages).where(c.sha256 == sha256).order_by(c.number))
    return [page_of(row) for row in rows]
