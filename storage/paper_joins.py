"""What every list of papers joins to them: their body, their meeting, their day, their capture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from pipeline.changes import ChangeKind
from pipeline.model import DocumentState
from storage import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, ScalarSelect, Select


def said_day() -> ColumnElement[Any]:
    """The day a paper says of itself: of its meeting or its publication. None where it says none."""
    return func.coalesce(t.meetings.c.starts_on, t.documents.c.published_on)


def captured_at() -> ScalarSelect[Any]:
    """When a paper's current bytes came."""
    d, r = t.documents.c, t.revisions.c
    return (
        select(r.fetched_at)
        .where(r.document_id == d.id, r.sha256 == d.sha256)
        .order_by(r.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def with_body_and_meeting(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Documents joined with their source, and with their meeting where they have one."""
    return query.join(t.sources, t.sources.c.id == t.documents.c.source_id).join(
        t.meetings, t.meetings.c.id == t.documents.c.meeting_id, isouter=True
    )


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
