"""What every list of papers and pages joins to them: their body, their meeting, their day, their capture."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from pipeline.changes import ChangeKind
from pipeline.model import BY_HAND, DocumentKind, DocumentState, PageRef
from storage import bodies
from storage import tables as t
from storage.engines.sql import day_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Table
    from sqlalchemy.sql.selectable import FromClause

    from pipeline.model import Page

PAGE_REF = tuple(field.name for field in fields(PageRef))


def page_refs(
    table: Table, *also: ColumnElement[Any], of: FromClause | None = None
) -> Select[*tuple[Any, ...]]:
    """Returns rows of pages or of hits with every paper that holds them, and the columns of a `PageRef`.

    `of` is the table joined with `documents` and `revisions`, where other papers are asked for than those
    that have these bytes now.
    """
    number = table.c.number if table is t.pages else table.c.page
    query = (
        select(*paper_columns(), table.c.sha256, number.label("page"), t.pages.c.label, t.pages.c.item, *also)
        .select_from(current(table) if of is None else of)
        .join(t.files, t.files.c.sha256 == table.c.sha256)
    )
    if table is not t.pages:
        query = query.join(t.pages, and_(t.pages.c.sha256 == table.c.sha256, t.pages.c.number == number))
    return with_body_and_meeting(query)


def paper_columns() -> list[ColumnElement[Any]]:
    """Returns what a `PageRef` says of a paper, each column under its field's name.

    They are read from `documents` joined with `files`, with `revisions` and as by `with_body_and_meeting`.
    """
    d, s, m, f, r = t.documents.c, t.sources.c, t.meetings.c, t.files.c, t.revisions.c
    return [
        s.body_id.label("body"),
        bodies.body_name().label("body_name"),
        d.source_id.label("source"),
        d.id.label("document"),
        d.kind,
        d.state,
        d.meeting_id.label("meeting"),
        func.coalesce(m.body_name, "").label("committee"),
        m.starts_on.label("meeting_date"),
        d.published_on,
        d.closes_on,
        d.title,
        d.url,
        f.pages,
        f.media_type,
        r.fetched_at.label("captured_at"),
        (r.provenance == BY_HAND).label("by_hand"),
    ]


@cache
def current(table: Table) -> FromClause:
    """Pages or hits joined with the papers that have these bytes now, and the revision they came with."""
    papers = table.join(t.documents, t.documents.c.sha256 == table.c.sha256)
    return papers.join(t.revisions, t.revisions.c.id == newest_revision())


def of_page(page: Page) -> dict[str, Any]:
    """What a `PageRef` says of its page, from the page itself."""
    return {"sha256": page.sha256, "page": page.number, "label": page.label, "item": page.item}


def page_ref(row: Row[Any], **of_page: Any) -> dict[str, Any]:
    """Returns the fields of a `PageRef`, or of what extends it, from a row of `page_refs`.

    `of_page` has those of the page where the row is only of a paper.
    """
    known = {name: getattr(row, name) for name in PAGE_REF if name not in of_page}
    return known | of_page | {"kind": DocumentKind(row.kind), "state": DocumentState(row.state)}


@cache
def newest_revision() -> ColumnElement[int]:
    """The id of the revision that a paper's current bytes came with."""
    d, newest = t.documents.c, t.revisions.alias("newest")
    return (
        select(func.max(newest.c.id))
        .where(newest.c.document_id == d.id, newest.c.sha256 == d.sha256)
        .correlate(t.documents)
        .scalar_subquery()
    )


def day_of_paper() -> ColumnElement[Any]:
    """The day of a paper: of its meeting, its publication, or else when we first had it."""
    return func.coalesce(said_day(), day_of(t.revisions.c.fetched_at))


def said_day() -> ColumnElement[Any]:
    """The day a paper says of itself: of its meeting or its publication. None where it says none."""
    return func.coalesce(t.meetings.c.starts_on, t.documents.c.published_on)


def newest_papers_first() -> ColumnElement[Any]:
    """The order of papers by the day that they say; those that say none come last, on every engine."""
    return said_day().desc().nulls_last()


def captured_at(sha256: ColumnElement[str] = t.documents.c.sha256) -> ScalarSelect[Any]:
    """When these bytes of a paper last came, of all it ever had: its current ones unless others are named."""
    d, r = t.documents.c, t.revisions.c
    return (
        select(r.fetched_at)
        .where(r.document_id == d.id, r.sha256 == sha256)
        .order_by(r.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def with_body_and_meeting(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Documents joined with their source, and with their meeting where they have one."""
    return query.join(t.sources, t.sources.c.id == t.documents.c.source_id).join(
        t.meetings, t.meetings.c.id == t.documents.c.meeting_id, isouter=True
    )


def is_out(papers: FromClause = t.documents) -> ColumnElement[bool]:
    """Whether a paper is out: still in its listing, and open to the public."""
    return papers.c.state.not_in([DocumentState.WITHDRAWN.value, DocumentState.RESTRICTED.value])


def withdrawn_on() -> ColumnElement[Any]:
    """The day on which it was noticed that a paper is no longer listed; None where it is."""
    c, d, r = t.changes.c, t.documents.c, t.runs.c
    return (
        select(func.max(r.today))
        .join(t.changes, c.run_id == r.id)
        .where(
            c.document_id == d.id,
            c.kind == ChangeKind.WITHDRAWN.value,
            d.state == DocumentState.WITHDRAWN.value,
        )
        .correlate(t.documents)
        .scalar_subquery()
    )
