"""How a concept spread from body to body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage import bodies
from storage import tables as t
from storage.engines.sql import month_of
from storage.search_index.hit_places import mention_rows

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How often one body said it in one month; the same passage in two papers counts once."""

    body: str
    body_name: str
    month: str  # 2026-11
    passages: int
    first: date  # the body's first mention of all


def months(connection: Connection, concept_id: str) -> list[Month]:
    """By body, in the order in which they first said it, month by month."""
    every = mention_rows(t.hits).where(t.hits.c.concept_id == concept_id).subquery()
    first = (
        select(every.c.body, every.c.passage, func.min(every.c.day).label("day"))
        .group_by(every.c.body, every.c.passage)
        .subquery()
    )
    month = month_of(first.c.day)
    rows = connection.execute(
        select(
            first.c.body,
            month.label("month"),
            func.count().label("passages"),
            func.min(first.c.day).label("day"),
        ).group_by(first.c.body, month)
    ).all()
    names = dict(
        connection.execute(
            select(t.sources.c.body_id, func.min(bodies.body_name())).group_by(t.sources.c.body_id)
        ).all()
    )
    begun: dict[str, date] = {}
    for row in rows:
        begun[row.body] = min(begun.get(row.body, row.day), row.day)
    return sorted(
        (
            Month(
                body=row.body,
                body_name=names[row.body],
                month=row.month,
                passages=row.passages,
                first=begun[row.body],
            )
            for row in rows
        ),
        key=lambda month: (month.first, month.body, month.month),
    )
