"""Hits with all that a reader needs to prove them: the paper, its meeting and source, and the bytes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from pipeline.model import HitPlace
from storage.paper_joins import day_of_paper, page_ref, page_refs

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select, Table
    from sqlalchemy.sql.selectable import FromClause

ANYWHERE = ""  # the body_id of a first mention anywhere


def mention_rows(
    hits: Table, *also: ColumnElement[Any], of: FromClause | None = None
) -> Select[*tuple[Any, ...]]:
    """Every hit with every paper whose current revision it is in; `of` as `page_refs` has it."""
    h = hits.c
    own = h.id.label("hit_id"), h.concept_id, h.wording, h.snippet, h.mark_start, h.mark_end, h.passage
    return page_refs(hits, *own, _more(hits).label("more"), day_of_paper().label("day"), *also, of=of)


def mentions_in(hits: Table) -> ColumnElement[int]:
    """How many mentions these hits are: those that are counted and not kept too."""
    return func.coalesce(func.sum(1 + hits.c.more), 0)


@cache
def _more(hits: Table) -> ColumnElement[int]:
    """How many mentions of the same in the same file are counted and not kept."""
    other = hits.alias("of_the_same")
    return (
        select(func.coalesce(func.sum(other.c.more), 0))
        .where(other.c.sha256 == hits.c.sha256, other.c.concept_id == hits.c.concept_id)
        .correlate(hits)
        .scalar_subquery()
    )


def hit_place(row: Row[Any]) -> HitPlace:
    is_replaced = bool(getattr(row, "is_replaced", False))
    return HitPlace(hit_id=row.hit_id, more=row.more, is_replaced=is_replaced, **page_ref(row))
