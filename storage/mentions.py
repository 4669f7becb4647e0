"""What flagging found: hits by file, and the queue of files whose hits are missing or stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from pipeline.model import Hit
    from storage.database import Database

_FIELDS = (
    "page",
    "concept_id",
    "wording",
    "start",
    "end",
    "snippet",
    "mark_start",
    "mark_end",
    "passage",
)


class Mentions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, rules: str) -> list[str]:
        """SHA-256 of every file that was read and not flagged with these rules."""
        c = t.files.c
        query = select(c.sha256).where(c.tries > 0, c.rules != rules).order_by(c.extracted_at)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def store(self, sha256: str, hits: Sequence[Hit], rules: str) -> list[Hit]:
        """Make these the file's hits; one that was there before keeps its id. Answers the new ones."""
        wanted = {_identity(hit): hit for hit in hits}
        c = t.hits.c
        with self._database.writing() as connection:
            rows = connection.execute(select(t.hits).where(c.sha256 == sha256)).all()
            known = {_identity(row): row for row in rows}
            gone = [row.id for identity, row in known.items() if identity not in wanted]
            if gone:
                connection.execute(delete(t.hits).where(c.id.in_(gone)))
            fresh = [hit for identity, hit in wanted.items() if identity not in known]
            if fresh:
                connection.execute(
                    insert(t.hits),
                    [
                        {"sha256": sha256, "rules": rules, **{name: getattr(hit, name) for name in _FIELDS}}
                        for hit in fresh
                    ],
                )
            for identity, hit in wanted.items():
                row = known.get(identity)
                if row is not None and any(getattr(hit, name) != getattr(row, name) for name in _FIELDS):
                    values = {name: getattr(hit, name) for name in _FIELDS}
                    connection.execute(update(t.hits).where(c.id == row.id).values(rules=rules, **values))
            connection.execute(update(t.files).where(t.files.c.sha256 == sha256).values(rules=rules))
            return fresh

    def count_by_concept(self) -> dict[str, int]:
        query = select(t.hits.c.concept_id, func.count()).group_by(t.hits.c.concept_id)
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())


def _identity(hit: Hit | Row[Any]) -> tuple[int, str, int, int]:
    return hit.page, hit.concept_id, hit.start, hit.end
