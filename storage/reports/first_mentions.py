"""Who said it first: each body, and any."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage import tables as t
from storage.engines.sql import as_list, numbers
from storage.search_index import retro_search
from storage.search_index.hit_places import ANYWHERE

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from storage.database import Database


class Firsts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def update(self) -> int:
        """Bring the first mentions up to date; returns how many are new or have moved.

        Where a paper found late is older than the first that was known, the day first known is kept too. The
        same paper with other words or another day is not found late.
        """
        c = t.first_mentions.c
        at = {"of_concept": c.concept_id, "of_body": c.body_id}
        this = [column == bindparam(name) for name, column in at.items()]
        with self._database.writing() as connection:
            found = _found(connection)
            known = {
                (row.concept_id, row.body_id): row for row in connection.execute(select(t.first_mentions))
            }
            new = [
                {"concept_id": concept, "body_id": body, **_values(found[concept, body])}
                for concept, body in found.keys() - known.keys()
            ]
            moved = [
                {
                    "of_concept": concept,
                    "of_body": body,
                    "before": _before(known[concept, body], first),
                    **_values(first),
                }
                for (concept, body), first in found.items()
                if (concept, body) in known and first != _First.of(known[concept, body])
            ]
            gone = [dict(zip(at, key, strict=True)) for key in known.keys() - found.keys()]
            if gone:
                connection.execute(delete(t.first_mentions).where(*this), gone)
            if new:
                connection.execute(insert(t.first_mentions), new)
            if moved:
                values = {name: bindparam(name) for name in ("document_id", "passage", "day", "before")}
                connection.execute(update(t.first_mentions).where(*this).values(**values), moved)
        return len(new) + len(moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """Where a body first said something."""

    day: date
    document_id: int
    passage: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(day=row.day, document_id=row.document_id, passage=row.passage)


def _before(known: Row[Any], first: _First) -> date | None:
    if known.document_id == first.document_id:
        return known.before
    return known.day if first.day < known.day else None


def _values(first: _First) -> dict[str, Any]:
    return {"day": first.day, "document_id": first.document_id, "passage": first.passage}


def _found(connection: Connection) -> dict[tuple[str, str], _First]:
    """The first mention of each concept by each body and anywhere: by day, then as it was found.

    It is asked at every digest, over all hits: of each file only the first hit of a concept is looked at.
    """
    papers: dict[str, list[tuple[date, int, str]]] = defaultdict(list)
    for row in connection.execute(retro_search.every_paper()):
        papers[row.sha256].append((row.day, row.document, row.body))
    found: dict[tuple[str, str], _First] = {}
    for hits in (t.hits, t.rule_hits):
        h = hits.c
        firsts: dict[tuple[str, str], tuple[date, int, int]] = {}
        each = select(h.concept_id, h.sha256, func.min(h.id)).group_by(h.concept_id, h.sha256)
        for concept, sha256, hit in connection.execute(each):
            for day, document, body in papers.get(sha256, ()):
                for who in (body, ANYWHERE):
                    first = firsts.get((concept, who))
                    if first is None or (day, hit, document) < first:
                        firsts[concept, who] = day, hit, document
        asked = numbers("hits")
        query = select(h.id, h.passage).select_from(asked).join(hits, h.id == asked.c.value)
        passages = dict(
            connection.execute(query, {"hits": as_list(hit for _, hit, _ in firsts.values())}).all()
        )
        found |= {
            at: _First(day=day, document_id=document, passage=passages[hit])
            for at, (day, hit, document) in firsts.items()
        }
    return found
