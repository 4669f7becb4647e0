"""What somebody asks about by name: a concept by its id, or else a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import QueryError
from pipeline.matching.query import Query, parse

if TYPE_CHECKING:
    from collections.abc import Mapping


def subject_of(topic: str, labels: Mapping[str, str]) -> tuple[str, str, Query | None]:
    """What people call a topic, and the concept or the query that it is. Raises QueryError."""
    if topic in labels:
        return labels[topic], topic, None
    query = parse(topic)
    for name in ("body", "after", "before"):
        if getattr(query, name):
            raise QueryError(
                f"The area and the month are asked apart: leave {name}: out.", query=topic, position=0
            )
    return topic, "", query
