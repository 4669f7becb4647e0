"""Whose papers and meetings are followed, as conditions of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, false, or_

from pipeline.where import PartKind
from storage import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from pipeline.where import BodyPart, Where


def in_where(where: Where, *, meetings: bool = True, papers: bool = True) -> list[ColumnElement[bool]]:
    """No condition where everybody is followed. `meetings` and `papers`: whether the statement has them."""
    if not where:
        return []
    known = {PartKind.COMMITTEE: meetings, PartKind.MEETING: meetings, PartKind.PAPER: papers}
    parts = [_part(part) for part in where.parts if known[part.kind]]
    return [or_(false(), *([t.sources.c.body_id.in_(where.bodies)] if where.bodies else []), *parts)]


def _part(part: BodyPart) -> ColumnElement[bool]:
    match part.kind:
        case PartKind.COMMITTEE:
            found = t.meetings.c.body_name == part.what
        case PartKind.MEETING:
            found = t.meetings.c.id == part.number
        case PartKind.PAPER:
            found = t.documents.c.id == part.number
    return and_(t.sources.c.body_id == part.body, found)
