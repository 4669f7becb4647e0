"""What the bodies of an area have of a month: meetings, papers, pages read and not, and who said a thing."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from pipeline.areas.left_out import QUOTES, MonthRead, Saying
from pipeline.body_names import name_of_id
from pipeline.errors import ConfigError
from pipeline.model import MeetingStatus, PageRef
from storage import bodies, page_parts
from storage import tables as t
from storage.engines.sql import listed
from storage.paper_joins import (
    PAGE_REF,
    newest_papers_first,
    page_ref,
    page_refs,
    said_day,
    with_body_and_meeting,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from sqlalchemy import Connection, Row

    from pipeline.matching.query import Query
    from pipeline.views import Answer
    from storage.search_index.search import Search

SECONDS = 6.0  # that a query may take of all bodies of an area
LOOKED_AT = 20  # pages of a body that answer a query: of them some are quoted
NOT_HELD = {MeetingStatus.CANCELLED.value, MeetingStatus.WITHDRAWN.value}


def areas(connection: Connection) -> dict[str, str]:
    """The boards whose areas are known, each with its name."""
    known = set(connection.execute(select(t.areas.c.area)).scalars())
    return {row.id: row.name for row in bodies.every(connection) if row.id in known}


def in_areas(connection: Connection) -> dict[str, list[str]]:
    """The bodies of each board's area, without the board."""
    found: dict[str, list[str]] = {}
    for area, body in connection.execute(
        select(t.areas.c.area, t.areas.c.body_id).order_by(t.areas.c.body_id)
    ):
        found.setdefault(area, []).append(body)
    return found


def areas_of(connection: Connection, body: str) -> list[str]:
    """The areas that a body belongs to."""
    a = t.areas.c
    found = connection.execute(select(a.area).where((a.body_id == body) | (a.area == body)).distinct())
    return sorted(found.scalars())


def forerunners(connection: Connection, body: str) -> tuple[str, ...]:
    """Whoever a body took over."""
    return bodies.meant(connection, body)[1:]


def members(connection: Connection, area: str) -> dict[str, tuple[str, ...]]:
    """The bodies of an area, the board first, each with those it took over. Raises ConfigError."""
    of_area = select(t.areas.c.body_id).where(t.areas.c.area == area).order_by(t.areas.c.body_id)
    own = list(connection.execute(of_area).scalars())
    if not own:
        known = ", ".join(areas(connection)) or "none until a run has been made"
        raise ConfigError(f"there is no area {area!r}; there are: {known}")
    every = [area, *own]
    return {
        body: (body, *(each for each in forerunners(connection, body) if each not in every)) for body in every
    }


def months_read(
    connection: Connection, of: Mapping[str, Collection[str]], first: date, end: date
) -> dict[str, MonthRead]:
    """By body, what it has of the days from `first` to before `end`."""
    whose = {each: body for body, ids in of.items() for each in ids}
    known = {row.id: row for row in bodies.every(connection)}
    followed = set(connection.execute(select(t.sources.c.body_id).where(~t.sources.c.off)).scalars())
    held = _meetings(connection, whose, first, end)
    papers = _papers(connection, whose, first, end)
    found: dict[str, MonthRead] = {}
    for body, ids in of.items():
        row, own = known.get(body), [paper for paper in papers[body] if not has_no_text(paper)]
        read = [paper for paper in own if is_read(paper)]
        opened = {paper.meeting_id for paper in read}
        unread = unread_pages_of(connection, read)
        found[body] = MonthRead(
            body=body,
            body_name=row.name if row else name_of_id(body),
            kind=row.kind if row else "",
            is_followed=not followed.isdisjoint(ids),
            meetings=len(held[body]),
            meetings_not_read=len(held[body] - opened),
            papers_read=len(read),
            papers_not_read=len(own) - len(read),
            pages_read=sum(paper.pages for paper in read) - unread,
            pages_not_read=unread,
        )
    return found


def quotes(
    connection: Connection, of: Mapping[str, Collection[str]], concept: str, first: date, end: date
) -> dict[str, tuple[int, list[Saying]]]:
    """By body that says a concept in these days: in how many passages, and the latest of them."""
    whose = {each: body for body, ids in of.items() for each in ids}
    h = t.hits.c
    query = (
        page_refs(t.hits, h.snippet, h.mark_start, h.mark_end, h.passage)
        .where(
            h.concept_id == concept,
            t.sources.c.body_id.in_(whose),
            said_day() >= first,
            said_day() < end,
        )
        .order_by(newest_papers_first(), h.id)
    )
    said: defaultdict[str, dict[str, Saying]] = defaultdict(dict)
    for row in connection.execute(query):
        quote = Saying(
            snippet=row.snippet, marks=((row.mark_start, row.mark_end),), at=PageRef(**page_ref(row))
        )
        said[whose[row.body]].setdefault(row.passage, quote)
    return {body: (len(each), list(each.values())[:QUOTES]) for body, each in said.items()}


def pages_answering(
    search: Search, of: Mapping[str, Collection[str]], query: Query, first: date, end: date
) -> dict[str, tuple[int, list[Saying]]]:
    """As `quotes`, of the pages that answer a query. Raises QueryError where that takes long in all."""
    found: dict[str, tuple[int, list[Saying]]] = {}
    until = monotonic() + SECONDS
    for body, ids in of.items():
        asked = replace(query, body=body, after=first, before=end)
        results = search.look(asked, LOOKED_AT, seconds=max(0.0, until - monotonic()))
        own = [
            answer for answer in results.answers if answer.body in ids
        ]  # a body's forerunner may be a member
        if pages := sum(count.count for count in results.facets.bodies if count.id in ids):
            found[body] = pages, [_quote(answer) for answer in own[:QUOTES]]
    return found


def _quote(answer: Answer) -> Saying:
    at = PageRef(**{name: getattr(answer, name) for name in PAGE_REF})
    return Saying(snippet=answer.snippet, marks=answer.marks, at=at)


def _meetings(
    connection: Connection, whose: Mapping[str, str], first: date, end: date
) -> Mapping[str, set[int]]:
    """By body, its meetings of these days that were not cancelled."""
    m, s = t.meetings.c, t.sources.c
    query = (
        select(s.body_id, m.id)
        .join(t.sources, s.id == m.source_id)
        .where(m.starts_on >= first, m.starts_on < end, m.status.not_in(NOT_HELD), s.body_id.in_(whose))
    )
    found: defaultdict[str, set[int]] = defaultdict(set)
    for body, meeting in connection.execute(query):
        found[whose[body]].add(meeting)
    return found


def _papers(
    connection: Connection, whose: Mapping[str, str], first: date, end: date
) -> Mapping[str, list[Row[*tuple[object, ...]]]]:
    d, f, s = t.documents.c, t.files.c, t.sources.c
    query = (
        with_body_and_meeting(
            select(s.body_id, d.meeting_id, d.sha256, f.reason, f.pages, f.flagged).select_from(t.documents)
        )
        .join(t.files, f.sha256 == d.sha256, isouter=True)
        .where(s.body_id.in_(whose), said_day() >= first, said_day() < end)
    )
    found: defaultdict[str, list[Row[*tuple[object, ...]]]] = defaultdict(list)
    for row in connection.execute(query):
        found[whose[row.body_id]].append(row)
    return found


def is_read(paper: Row[*tuple[Any, ...]]) -> bool:
    """Whether its text is here, all of it, and was looked through."""
    return paper.sha256 is not None and not paper.reason and bool(paper.pages) and paper.flagged is not None


def has_no_text(paper: Row[*tuple[Any, ...]]) -> bool:
    """Whether there was nothing to read in it: a pack, whose files are papers of their own."""
    return paper.flagged is not None and not paper.reason and not paper.pages


def unread_pages_of(connection: Connection, papers: Iterable[Row[*tuple[Any, ...]]]) -> int:
    """Pages of papers that were not read, or not in full: once in each of the papers."""
    files = [paper.sha256 for paper in papers]
    query = page_parts.unread_pages(listed("files"))
    rows = connection.execute(query, {"files": json.dumps(sorted({*files}))})
    pages = {row.sha256: row.pages for row in rows}
    return sum(pages.get(sha256, 0) for sha256 in files)
