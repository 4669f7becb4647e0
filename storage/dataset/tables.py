"""What an export holds: its tables, their columns, and their rows as the archive has them at one moment.

Readers' tables are not among those that are read here, and no text of a paper that is kept back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import func, select

from pipeline.english import listed
from pipeline.model import KEPT_BACK, DocumentKind, DocumentState, MeetingStatus, PageMethod
from storage import bodies
from storage import tables as t
from storage.page_rows import unpacked
from storage.paper_joins import captured_at, with_body_and_meeting
from storage.reports import source_health

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Select

AT_ONCE = 200  # rows taken from the database: a page may be long

Value: TypeAlias = str | int | date | datetime | time | None
Values: TypeAlias = tuple[Value, ...]


class ColumnKind(StrEnum):
    """What a column holds, as each format calls it in its own way."""

    NUMBER = "whole number"
    TEXT = "text"
    DAY = "day"
    TIME = "time of day"
    INSTANT = "instant, UTC"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: ColumnKind
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    name: str
    about: str
    key: tuple[str, ...]  # the columns that tell its rows apart
    columns: tuple[Column, ...]
    rows: Callable[[Connection], Iterator[Values]]


_d, _s, _m, _f, _h, _p = (
    t.documents.c, t.sources.c, t.meetings.c, t.files.c, t.hits.c, t.pages.c,
)  # fmt: skip


def kept_back(connection: Connection) -> int:
    """How many papers are withheld or removed."""
    query = select(func.count()).select_from(t.documents).where(_d.state.in_(KEPT_BACK))
    return connection.execute(query).scalar_one()


def _rows(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    with connection.execute(query.execution_options(yield_per=AT_ONCE)) as rows:
        yield from map(tuple, rows)


def _papers(connection: Connection) -> Iterator[Values]:
    r = t.revisions.c
    versions = select(func.count()).where(r.document_id == _d.id).correlate(t.documents).scalar_subquery()
    query = (
        with_body_and_meeting(
            select(
                _d.id, _s.body_id, bodies.body_name(), _d.source_id, _d.kind, _d.title, _d.url,
                func.coalesce(_m.body_name, ""), _d.meeting_id, _m.starts_on, _d.published_on, _d.closes_on,
                _d.state, _d.reason, _d.first_seen, captured_at(), _d.sha256, _f.media_type, _f.pages,
                versions,
            ).select_from(t.documents)
        )
        .join(t.files, _f.sha256 == _d.sha256, isouter=True)
        .order_by(_d.id)
    )  # fmt: skip
    return _rows(connection, query)


def _pages(connection: Connection) -> Iterator[Values]:
    query = (
        select(_d.id, _p.number, _p.label, _p.item, _p.method, _p.sha256, _p.text)
        .join(t.pages, _p.sha256 == _d.sha256)
        .where(_d.state.not_in(KEPT_BACK))
        .order_by(_d.id, _p.number)
    )
    return ((*row[:-1], unpacked(row[-1])) for row in _rows(connection, query))


def _mentions(connection: Connection) -> Iterator[Values]:
    query = (
        select(
            _h.id, _d.id, _h.page, _h.concept_id, _h.wording, _h.snippet, _h.start, _h.end, _h.more, _h.sha256
        )
        .join(t.hits, _h.sha256 == _d.sha256)
        .where(_d.state.not_in(KEPT_BACK))
        .order_by(_d.id, _h.page, _h.start, _h.id)
    )
    return _rows(connection, query)


def _meetings(connection: Connection) -> Iterator[Values]:
    query = (
        select(
            _m.id, _m.source_id, _s.body_id, bodies.body_name(), _m.body_name, _m.title, _m.starts_on,
            _m.starts_at, _m.status, _m.place, _m.url, _m.first_seen,
        )
        .select_from(t.meetings)
        .join(t.sources, _s.id == _m.source_id)
        .order_by(_m.id)
    )  # fmt: skip
    return _rows(connection, query)


def _health(connection: Connection) -> Iterator[Values]:
    for row in source_health.sources(connection):
        yield (
            row.id, row.body, row.name, row.kind, row.region, row.platform, row.url, str(row.state),
            row.reason, row.last_run, row.last_success, row.last_paper, row.papers, row.pages, row.blank,
        )  # fmt: skip


N, T, DAY, AT = ColumnKind.NUMBER, ColumnKind.TEXT, ColumnKind.DAY, ColumnKind.INSTANT
_SHA256 = "SHA-256 of the file"

TABLES = (
    DataTable(
        name="papers",
        about="One row for each paper that a body lists or listed, also where we have no copy of it.",
        key=("paper",),
        columns=(
            Column("paper", N, "its number in this archive; its page is /papers/NUMBER"),
            Column("body", T, "id of the body that published it"),
            Column("body_name", T, "name of the body"),
            Column("source", T, "id of the source in which it was found"),
            Column("kind", T, listed([*DocumentKind], "or")),
            Column("title", T, "as its body gives it"),
            Column("url", T, "where its body published it"),
            Column("committee", T, "of its meeting; empty where it has none"),
            Column("meeting", N, "number of its meeting"),
            Column("meeting_date", DAY, "of its meeting"),
            Column("published_on", DAY, "as its body says"),
            Column("closes_on", DAY, "last day to answer a consultation"),
            Column("state", T, listed([*DocumentState], "or")),
            Column("reason", T, "why it is in this state, where there is one"),
            Column("first_seen", AT, "when we first saw it listed"),
            Column("captured_at", AT, "when the bytes that we have came"),
            Column("sha256", T, f"{_SHA256} that we have of it now"),
            Column("media_type", T, "of the file"),
            Column("pages", N, "of the file that were read"),
            Column("versions", N, "how many versions of it we have"),
        ),
        rows=_papers,
    ),
    DataTable(
        name="pages",
        about="One row for each page of the newest version of each paper, with its text.",
        key=("paper", "page"),
        columns=(
            Column("paper", N, "number of the paper"),
            Column("page", N, "from 1 on"),
            Column("label", T, "the number printed on it, where the file says one"),
            Column("item", T, "of the agenda, where it is known"),
            Column("method", T, f"how it was read: {listed([*PageMethod], 'or')}"),
            Column("sha256", T, _SHA256),
            Column("text", T, "all that was read on it"),
        ),
        rows=_pages,
    ),
    DataTable(
        name="mentions",
        about="One row for each mention of a topic in the newest version of each paper.",
        key=("mention", "paper"),
        columns=(
            Column("mention", N, "its number in this archive"),
            Column("paper", N, "number of the paper"),
            Column("page", N, "on which it is"),
            Column("concept", T, "id of the topic"),
            Column("wording", T, "in which the topic is mentioned"),
            Column("snippet", T, "the sentence around it"),
            Column("start", N, "characters of the page's text before it"),
            Column("end", N, "characters of the page's text to its end"),
            Column("more", N, "further mentions of the topic in the file that are counted and not kept"),
            Column("sha256", T, _SHA256),
        ),
        rows=_mentions,
    ),
    DataTable(
        name="meetings",
        about="One row for each meeting that a body lists or listed.",
        key=("meeting",),
        columns=(
            Column("meeting", N, "its number in this archive"),
            Column("source", T, "id of the source in which it was found"),
            Column("body", T, "id of the body"),
            Column("body_name", T, "name of the body"),
            Column("committee", T, "that meets"),
            Column("title", T, "as its body gives it"),
            Column("day", DAY, "on which it begins"),
            Column("time", ColumnKind.TIME, "at which it begins, where the body says so"),
            Column("status", T, listed([*MeetingStatus], "or")),
            Column("place", T, "as its body gives it"),
            Column("url", T, "its page on the body's site"),
            Column("first_seen", AT, "when we first saw it listed"),
        ),
        rows=_meetings,
    ),
    DataTable(
        name="health",
        about="One row for each source: how it was when it was last read.",
        key=("source",),
        columns=(
            Column("source", T, "its id"),
            Column("body", T, "id of the body whose papers it has"),
            Column("name", T, "of the source"),
            Column("kind", T, "of the body"),
            Column("region", T, "of the body"),
            Column("platform", T, "that reads it"),
            Column("url", T, "its address"),
            Column("state", T, "how its last run ended: ok, or what is wrong"),
            Column("reason", T, "in words"),
            Column("last_run", AT, "when it was last tried"),
            Column("last_success", AT, "when it was last read"),
            Column("last_paper", AT, "when a new paper last came from it"),
            Column("papers", N, "of which we have the file"),
            Column("pages", N, "of these papers"),
            Column("blank", N, "of these pages: those without text"),
        ),
        rows=_health,
    ),
)
