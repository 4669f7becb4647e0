"""The bodies of the registry, and which came after which."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, func, literal, select

from pipeline.views import BodyRow
from storage import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select


def body_name() -> ColumnElement[str]:
    """What the body of a source is called: as the registry has it, else as the source is called."""
    b, s = t.bodies.alias("registered").c, t.sources.c
    registered = select(b.name).where(b.id == s.body_id).correlate(t.sources).scalar_subquery()
    return func.coalesce(registered, s.name)


def every(connection: Connection) -> list[BodyRow]:
    """Those of the registry by name, then those that only a source names."""
    b, s, u = t.bodies.c, t.sources.c, t.successions.c
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    pairs = select(u.predecessor, u.successor).order_by(u.predecessor, u.successor)
    for predecessor, successor in connection.execute(pairs):
        before[successor].append(predecessor)
        after[predecessor].append(successor)
    known = [
        BodyRow(
            id=row.id,
            name=row.name,
            kind=row.kind,
            region=row.region,
            since=row.since,
            until=row.until,
            planned_end=row.planned_end,
            cluster=row.cluster,
            former=tuple(row.former),
            short=tuple(row.short),
            note=row.note,
            predecessors=tuple(before[row.id]),
            successors=tuple(after[row.id]),
        )
        for row in connection.execute(select(t.bodies).order_by(b.name))
    ]
    others = (
        select(s.body_id, func.min(s.name), func.min(s.kind), func.min(s.region))
        .where(s.body_id.not_in(select(b.id)))
        .group_by(s.body_id)
    )
    return known + [
        BodyRow(id=body, name=name, kind=kind, region=region)
        for body, name, kind, region in connection.execute(others)
    ]


def meant(connection: Connection, body: str) -> tuple[str, ...]:
    """A body that was asked for, and then all that it took over, they from others too; () where none was."""
    if not body:
        return ()
    found = connection.execute(with_forerunners(body)).scalars()
    return body, *(each for each in found if each != body)


def with_forerunners(body: str) -> Select[*tuple[Any, ...]]:
    """The same, for an IN."""
    c = t.successions.c
    # Without a name of its own: a statement may ask for several bodies.
    found = select(literal(body, String()).label("id")).cte(recursive=True)
    found = found.union(select(c.predecessor).where(c.successor == found.c.id))
    return select(found.c.id)


def of_sources(connection: Connection) -> list[str]:
    """The ids of bodies that a source is of, those of papers added by hand too."""
    return list(connection.execute(select(t.sources.c.body_id).distinct()).scalars())
