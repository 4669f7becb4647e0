"""The full-text index of pages. The one place that knows it is FTS5; search and shelving speak to this.

A row has the page's words, those that its line-end hyphens broke, the words at the turn of the page, and
labels: words that no reader can type, under which filters find the page. Row numbers begin with the day of
the page's paper, so that newest first is the index's own order and days are ranges of numbers.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from pipeline.matching import words
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection, TextClause

ROWS_A_DAY = 1 << 32
END_OF_DAYS = 1 << 62  # higher than every row
LABEL = "\ue000"  # a letter to the index, and on nobody's keyboard
RANKED = 1_000  # newest matches among which the best are looked for
MAX_ENDINGS = 500  # words of the index that one `*ending` may stand for

# S608 throughout: the names are our own constants, what a reader asks is always a parameter.
_COLUMNS = "text, mended, turn, labels"
_ADD = text(
    f"INSERT INTO {t.PAGE_INDEX}(rowid, {_COLUMNS}) VALUES (:row, :text, :mended, :turn, :labels)"  # noqa: S608
)
_REMOVE = text(
    f"INSERT INTO {t.PAGE_INDEX}({t.PAGE_INDEX}, rowid, {_COLUMNS}) "  # noqa: S608
    "VALUES ('delete', :row, :text, :mended, :turn, :labels)"
)
_MATCHING = (
    f"FROM {t.PAGE_INDEX} WHERE {t.PAGE_INDEX} MATCH :match AND rowid >= :low AND rowid < :high "
    "ORDER BY rowid DESC LIMIT :limit"
)
_NEWEST = text(f"SELECT rowid {_MATCHING} OFFSET :skip")
_BEST = text(
    f"SELECT row FROM (SELECT rowid AS row, bm25({t.PAGE_INDEX}, 1.0, 1.0, 0.2, 0.0) AS score {_MATCHING}) "  # noqa: S608
    "ORDER BY score, row DESC"
)
_LEARN = text("INSERT OR IGNORE INTO words SELECT value FROM json_each(:words)")
_KNOWN = text(
    f"SELECT term, doc FROM json_each(:words) CROSS JOIN {t.PAGE_INDEX_WORDS} ON term = value"  # noqa: S608
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A page as the index holds it. To take it out again, every word of it must be said again."""

    row: int
    text: str
    mended: str
    turn: str
    labels: str


def first_row(day: date | None) -> int:
    """The lowest row of a day; papers without a day come before all days."""
    return (day.toordinal() if day else 0) * ROWS_A_DAY


def label(name: str) -> str:
    """One word for a label such as "body:qhm", whatever stands in it."""
    return LABEL + hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def add(connection: Connection, rows: Iterable[Row]) -> None:
    """Lowest row first: FTS5 writes a segment of its own for each that comes out of order."""
    rows = list(rows)
    _each(connection, _ADD, rows)
    said = {word for row in rows for text in (row.text, row.mended) for word in words(text)}
    connection.execute(_LEARN, {"words": json.dumps(sorted(said))})


def remove(connection: Connection, rows: Iterable[Row]) -> None:
    _each(connection, _REMOVE, rows)


def newest(connection: Connection, match: str, low: int, high: int, limit: int, skip: int = 0) -> list[int]:
    """Rows in [low, high) that match, highest first."""
    return list(
        connection.execute(_NEWEST, {"match": match, "low": low, "high": high, "limit": limit, "skip": skip})
        .scalars()
        .all()
    )


def best(connection: Connection, match: str, low: int, high: int) -> list[int]:
    """The newest rows that match, those first that say it most."""
    return list(
        connection.execute(_BEST, {"match": match, "low": low, "high": high, "limit": RANKED}).scalars().all()
    )


def words_ending(connection: Connection, ending: str, *, anywhere: bool = False) -> list[str]:
    """Words that end so, or hold it anywhere, shortest first."""
    word = t.words.c.word
    found = word.contains(ending, autoescape=True) if anywhere else word.endswith(ending, autoescape=True)
    query = select(word).where(found).order_by(func.length(word), word).limit(MAX_ENDINGS)
    return list(connection.execute(query).scalars().all())


def words_beginning(connection: Connection, start: str, limit: int) -> list[str]:
    word = t.words.c.word
    query = select(word).where(word >= start, word < start + "\uffff").limit(limit)
    return list(connection.execute(query).scalars().all())


def known(connection: Connection, asked: Sequence[str]) -> dict[str, int]:
    """On how many pages each word stands, for those that stand on any."""
    return dict(connection.execute(_KNOWN, {"words": json.dumps(list(asked))}).all())


def _each(connection: Connection, statement: TextClause, rows: Iterable[Row]) -> None:
    values = [
        {"row": row.row, "text": row.text, "mended": row.mended, "turn": row.turn, "labels": row.labels}
        for row in sorted(rows, key=lambda row: row.row)
    ]
    if values:
        connection.execute(statement, values)
