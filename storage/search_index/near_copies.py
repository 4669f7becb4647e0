"""Pages that say a passage or nearly so: asked of the full-text index, and made sure of by reading them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.lineage import FEWEST_WORDS, Copy, copy_in, lineage, pairs
from pipeline.model import PageRef
from pipeline.text.canonical import shown
from pipeline.text.keys import words
from storage import tables as t
from storage.engines.ports import Said
from storage.page_rows import unpacked
from storage.paper_joins import page_ref, page_refs
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipeline.lineage import Lineage

MOST_PAGES = 2_000  # that say one pair of words: a pair that more say tells nothing
READ = 300  # pages, those with most of the pairs first
ENOUGH = 2  # pairs that a page says, of those asked for


def trace(connection: Connection, passage: str) -> Lineage | None:
    """Who says a passage; None where it is too short to be told from what anyone says."""
    if len(words(passage)) < FEWEST_WORDS:
        return None
    held = connection.execute(select(func.count(t.sources.c.body_id.distinct())).where(_HELD)).scalar_one()
    return lineage(passage, _copies(connection, passage), held)


_HELD = t.sources.c.id.in_(select(t.documents.c.source_id).where(t.documents.c.sha256.is_not(None)))


def _copies(connection: Connection, passage: str) -> Iterator[Copy]:
    read = select(t.pages.c.id, t.pages.c.text).where(t.pages.c.id.in_(_rows(connection, passage)))
    said = {
        row.id: found
        for row in connection.execute(read)
        if (found := copy_in(passage, shown(unpacked(row.text))))
    }
    query = page_refs(t.pages, t.pages.c.id).where(t.pages.c.id.in_(said))
    for row in connection.execute(query):
        text, alike = said[row.id]
        yield Copy(at=PageRef(**page_ref(row)), text=text, alike=alike)


def _rows(connection: Connection, passage: str) -> list[int]:
    """Pages with several of the passage's rarest pairs of words, those with most of them first."""
    asked = pairs(passage, fts.pages_of_words(connection, sorted(set(words(passage)))))
    counts: Counter[int] = Counter()
    for pair in asked:
        rows = fts.newest(connection, Said(pair), 0, fts.END_OF_DAYS, MOST_PAGES + 1)
        if len(rows) <= MOST_PAGES:
            counts.update(rows)
    enough = min(ENOUGH, len(asked))
    return [row for row, count in counts.most_common(READ) if count >= enough]
