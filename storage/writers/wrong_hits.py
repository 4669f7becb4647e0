"""What readers said is not about its topic, and what is hidden for it.

What is hidden is no hit any more: no page, message, feed or count has it, and flagging leaves it out.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import replace
from hashlib import sha256 as hash_of
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from pipeline.addresses import version_named
from pipeline.wrong_hits import ENOUGH, WordingPrecision, WrongHit
from storage import engines
from storage import tables as t
from storage.search_index import index_placement
from storage.search_index.hit_places import mentions_in
from storage.writers.readers_key import ReadersKey

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Database

EXAMPLES = 3  # of each wording


class WrongHits:
    """A paper is named by its SHA-256, whole or by 12 or more of its first digits."""

    def __init__(self, database: Database, keys: Path) -> None:
        self._database = database
        self.key = ReadersKey(database, keys)

    def find(self, sha256: str, concept_id: str, wording: str) -> WrongHit | None:
        """The first mention of a wording in a paper, shown or hidden, and what was said of it."""
        with self._database.reading() as connection:
            return _find(connection, _named(connection, sha256), concept_id, wording)

    def say(
        self, sha256: str, concept_id: str, wording: str, address: str, moment: datetime
    ) -> WrongHit | None:
        """Count the word of whoever asks from an address, once; None where nothing of the kind was found."""
        reader = self._reader(address)
        with self._database.writing() as connection:
            sha256 = _named(connection, sha256)
            hit = _find(connection, sha256, concept_id, wording)
            if hit is None:
                return None
            which = _of(sha256, concept_id, wording)
            standing = select(mentions_in(t.hits)).where(*which)
            row = {
                "sha256": sha256, "concept_id": concept_id, "wording": wording, "reader": reader,
                "page": hit.page, "snippet": hit.snippet, "said_at": moment,
                "hits": connection.execute(standing).scalar_one(),
            }  # fmt: skip
            engines.of(connection).keep_new(connection, t.wrong_hits, row)
            said = _find(connection, sha256, concept_id, wording)
            assert said is not None, "it was found above"
            if said.is_hidden and row["hits"]:
                connection.execute(delete(t.hits).where(*which))
                index_placement.reindex_file(connection, sha256)
            return said

    def take_back(self, sha256: str, concept_id: str, wording: str, address: str) -> WrongHit | None:
        """Forget what was said from an address, and no other's word. Returns what was forgotten.

        What is no longer hidden is found again by the next flagging, for which the file waits.
        """
        reader = self._reader(address)
        w = t.wrong_hits.c
        with self._database.writing() as connection:
            sha256 = _named(connection, sha256)
            same = (w.sha256 == sha256, w.concept_id == concept_id, w.wording == wording)
            before = _find(connection, sha256, concept_id, wording)
            taken = connection.execute(delete(t.wrong_hits).where(*same, w.reader == reader)).rowcount
            if before is None or not taken:
                return before
            after = replace(before, readers=before.readers - taken)
            if before.is_hidden and not after.is_hidden:
                connection.execute(update(t.files).where(t.files.c.sha256 == sha256).values(rules=""))
            return after

    def of_paper(self, sha256: str) -> list[WrongHit]:
        """What is hidden of a paper."""
        c = t.wrong_hits.c
        query = (
            select(c.concept_id, c.wording, func.min(c.page), func.min(c.snippet), func.count())
            .where(c.sha256 == sha256)
            .group_by(c.concept_id, c.wording)
            .having(func.count() >= ENOUGH)
            .order_by(c.concept_id, c.wording)
        )
        with self._database.reading() as connection:
            return [
                WrongHit(sha256=sha256, concept_id=a, wording=b, page=page, snippet=snippet, readers=readers)
                for a, b, page, snippet, readers in connection.execute(query)
            ]

    def precision(self) -> list[WordingPrecision]:
        """Every wording of which something was said, the worst first."""
        w, h = t.wrong_hits.c, t.hits.c
        papers = (
            select(w.concept_id, w.wording, func.max(w.hits), func.min(w.snippet), func.count())
            .group_by(w.concept_id, w.wording, w.sha256)
            .order_by(func.min(w.id))
        )
        shown = select(h.concept_id, h.wording, mentions_in(t.hits)).group_by(h.concept_id, h.wording)
        said: dict[tuple[str, str], list[tuple[int, str, int]]] = defaultdict(list)
        with self._database.reading() as connection:
            for concept, wording, hits, snippet, readers in connection.execute(papers):
                said[concept, wording].append((hits, snippet, readers))
            counts = {(a, b): count for a, b, count in connection.execute(shown)}
        rows = [
            WordingPrecision(
                concept_id=concept,
                wording=wording,
                shown=counts.get((concept, wording), 0),
                hidden=sum(hits for hits, _, readers in every if readers >= ENOUGH),
                doubted=sum(readers < ENOUGH for _, _, readers in every),
                examples=tuple(dict.fromkeys(snippet for _, snippet, _ in every))[:EXAMPLES],
            )
            for (concept, wording), every in said.items()
        ]
        return sorted(rows, key=lambda row: (row.precision, -row.hidden, -row.doubted, row.concept_id))

    def _reader(self, address: str) -> str:
        """The same for the same address, and nothing from which the address could be had without the key."""
        return hmac.new(self.key.load(), address.encode("utf-8", "replace"), hash_of).hexdigest()[:32]


def hidden(connection: Connection, sha256: str) -> set[tuple[str, str]]:
    """Topics and wordings that are no hits in a file, since readers said so."""
    c = t.wrong_hits.c
    query = (
        select(c.concept_id, c.wording)
        .where(c.sha256 == sha256)
        .group_by(c.concept_id, c.wording)
        .having(func.count() >= ENOUGH)
    )
    return set(connection.execute(query))


def _named(connection: Connection, asked: str) -> str:
    """The file that an address names by its SHA-256, whole or by its first digits; "" for no file."""
    c = t.files.c.sha256
    near = select(c).where(c >= asked, c < f"{asked}g").limit(2)  # no digit is behind "f"
    return version_named(asked, connection.execute(near).scalars())


def _of(sha256: str, concept_id: str, wording: str) -> tuple[ColumnElement[bool], ...]:
    c = t.hits.c
    return c.sha256 == sha256, c.concept_id == concept_id, c.wording == wording


def _find(connection: Connection, sha256: str, concept_id: str, wording: str) -> WrongHit | None:
    h, w = t.hits.c, t.wrong_hits.c
    same = (w.sha256 == sha256, w.concept_id == concept_id, w.wording == wording)
    readers = connection.execute(select(func.count()).select_from(t.wrong_hits).where(*same)).scalar_one()
    standing = select(h.page, h.snippet).where(*_of(sha256, concept_id, wording)).order_by(h.page, h.start)
    said = select(w.page, w.snippet).where(*same).order_by(w.id)
    found = connection.execute(standing).first() or connection.execute(said).first()
    if found is None:
        return None
    return WrongHit(
        sha256=sha256, concept_id=concept_id, wording=wording,
        page=found.page, snippet=found.snippet, readers=readers,
    )  # fmt: skip
