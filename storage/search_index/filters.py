"""What a query's filters say of a paper: body, kind, after, before. A concept is said on pages, not here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_

from pipeline.model import DocumentKind
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement

    from pipeline.matching.query import Query


def of_papers(
    query: Query, bodies: Collection[str], day: ColumnElement[Any]
) -> Iterator[ColumnElement[bool]]:
    """Yields conditions on documents, sources and what `day` is of; `bodies` is what the query's body means.

    A paper without a day is neither after nor before one.
    """
    d, s = t.documents.c, t.sources.c
    if bodies:
        yield or_(s.body_id.in_(bodies), s.id.in_(bodies))
    if query.kind:
        yield d.kind == query.kind if query.kind in set(DocumentKind) else s.kind == query.kind
    if query.after:
        yield day >= query.after
    if query.before:
        yield day < query.before
