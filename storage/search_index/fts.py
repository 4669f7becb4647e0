"""The full-text index of pages. The one place that knows it is FTS5; search and shelving speak to this.

A row has the page's words, those that its line-end hyphens broke, the words at the turn of the page, and
labels: words that no reader can type, under which filters find the page. Row numbers begin with the day of
the page's paper, so that newest first is the index's own order and days are ranges of numbers.

Nothing here asks FTS5 for a rank: to weigh a phrase it would count the phrase in the whole index, each time.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DatabaseError

from pipeline.text.keys import VERSION, key
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection

ROWS_A_DAY = 1 << 22  # pages: a higher number costs bytes for each word of each page
END_OF_DAYS = 1 << 62  # higher than every row
LABEL = "\ue000"  # a letter to the index, and on nobody's keyboard
BREAK = "\ue001"  # another: where words do not stand together
_APART = re.compile("  +")
BATCH_CHARS = 200_000  # letters written at once
MAX_ENDINGS = 500  # words of the index that one `*ending` may stand for

# S608 throughout: the names are our own constants, what a reader asks is always a parameter.
_COLUMNS = "rowid, text, mended, turn, labels"
_ADD = f"INSERT INTO {t.PAGE_INDEX}({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
_REMOVE = f"INSERT INTO {t.PAGE_INDEX}({t.PAGE_INDEX}, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?)"  # noqa: S608
_MATCHING = (
    f"FROM {t.PAGE_INDEX} WHERE {t.PAGE_INDEX} MATCH :match AND rowid >= :low AND rowid < :high "
    "ORDER BY rowid DESC LIMIT :limit"
)
_NEWEST = text(f"SELECT rowid {_MATCHING}")
_CHECK = text(f"INSERT INTO {t.PAGE_INDEX}({t.PAGE_INDEX}) VALUES ('integrity-check')")  # noqa: S608
_EMPTY = text(f"INSERT INTO {t.PAGE_INDEX}({t.PAGE_INDEX}) VALUES ('delete-all')")  # noqa: S608
_MERGE = text(f"INSERT INTO {t.PAGE_INDEX}({t.PAGE_INDEX}) VALUES ('optimize')")  # noqa: S608
_UNLEARN = text(f"DELETE FROM words WHERE word NOT IN (SELECT term FROM {t.PAGE_INDEX_WORDS})")  # noqa: S608
_LEARN = text("INSERT OR IGNORE INTO words SELECT value FROM json_each(:words)")
# To find that a word does not stand in it takes the index longer than the table of words.
_KNOWN = text(
    "SELECT term, doc FROM json_each(:words) CROSS JOIN words ON word = value "  # noqa: S608
    f"CROSS JOIN {t.PAGE_INDEX_WORDS} ON term = word"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A page as the index holds it. To take it out again, every word of it must be said again."""

    row: int
    text: str
    mended: str
    turn: str
    labels: str


def version(connection: Connection) -> int:
    """Of the keys that the index was made with."""
    return connection.execute(text("PRAGMA user_version")).scalar_one()


def note_version(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def first_row(day: date | None) -> int:
    """The lowest row of a day; papers without a day come before all days."""
    return (day.toordinal() if day else 0) * ROWS_A_DAY


@functools.lru_cache(maxsize=10_000)
def label(name: str) -> str:
    """One word for a label such as "body:qhm", whatever stands in it."""
    return LABEL + hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def phrase(key: str) -> str:
    """Words of a key as the index holds them."""
    return _APART.sub(f" {BREAK} ", key)


def add(connection: Connection, rows: Iterable[Row]) -> None:
    """Lowest row first: FTS5 writes a segment of its own for each that comes out of order."""
    for values in _handfuls(rows):
        connection.exec_driver_sql(_ADD, values)
        said: set[str] = set()
        for _, words, mended, *_ in values:
            said.update(words.split(), mended.split())
        said.discard(BREAK)
        connection.execute(_LEARN, {"words": json.dumps(sorted(said))})


def clear(connection: Connection) -> None:
    """Forget every page."""
    connection.execute(_EMPTY)
    connection.execute(delete(t.words))


def remove(connection: Connection, rows: Iterable[Row]) -> None:
    for values in _handfuls(rows):
        connection.exec_driver_sql(_REMOVE, values)


def forget_removed(connection: Connection) -> None:
    """Leave no word of pages that were removed: the index keeps them until it is merged. Slow."""
    connection.execute(_MERGE)
    connection.execute(_UNLEARN)


def newest(connection: Connection, match: str, low: int, high: int, limit: int) -> list[int]:
    """Rows in [low, high) that match, highest first."""
    asked = {"match": match, "low": low, "high": high, "limit": limit}
    return list(connection.execute(_NEWEST, asked).scalars().all())


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


def fault(connection: Connection) -> str:
    """What is wrong with the index in itself, "" where nothing is. FTS5 wants the write lock for it."""
    try:
        connection.execute(_CHECK)
    except DatabaseError as error:
        return str(error.orig)
    return ""


def _handfuls(rows: Iterable[Row]) -> Iterator[list[tuple[int, str, str, str, str]]]:
    """Every word as the matcher reads it, so that index and matcher cannot see different words.

    A file may be 16 MB of words never seen before: so many copies of it are not held at once.
    """
    handful: list[tuple[int, str, str, str, str]] = []
    letters = 0
    for row in sorted(rows, key=lambda row: row.row):
        said, mended, turn = (phrase(key(part).decode("ascii")) for part in (row.text, row.mended, row.turn))
        handful.append((row.row, said, mended, turn, row.labels))
        letters += len(row.text)
        if letters >= BATCH_CHARS:
            yield handful
            handful = []
            letters = 0
    if handful:
        yield handful
