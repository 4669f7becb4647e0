"""What a query's filters say of a paper: body, kind, after, before. A concept is said on pages, not here.

Searches, hunts, alerts, previews and the account of each ask here: what one of them looks at, all do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_

from pipeline.model import DocumentKind
from storage import bodies
from storage import tables as t
from storage.paper_joins import said_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from pipeline.matching.query import Query


def of_papers(query: Query) -> Iterator[ColumnElement[bool]]:
    """Yields conditions on documents, sources and meetings.

    A body is also what it took over; a paper that says no day is neither after nor before one.
    """
    d, day = t.documents.c, said_day()
    if query.body:
        yield of_body(query.body)
    if query.kind:
        yield d.kind == query.kind if query.kind in set(DocumentKind) else t.sources.c.kind == query.kind
    if query.after:
        yield day >= query.after
    if query.before:
        yield day < query.before


def of_body(body: str) -> ColumnElement[bool]:
    """Whether a source is of a body or of what it took over; a source may be named in a body's place."""
    s, meant = t.sources.c, bodies.with_forerunners(body)
    return or_(s.body_id.in_(meant), s.id.in_(meant))
