"""The full-text index of pages, as search and shelving speak to it; how it is kept is the engine's.

A row has the page's words, those that its line-end hyphens broke, the words at the turn of the page, and
labels: words that no reader can type, under which filters find the page. Row numbers begin with the day of
the page's paper, so that newest first is the index's own order and days are ranges of numbers.
"""

from __future__ import annotations

import functools
import hashlib
import re
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.text.keys import VERSION, key
from storage import engines
from storage import tables as t
from storage.engines.ports import IndexRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from storage.engines.ports import Match

ROWS_A_DAY = 1 << 22  # pages: a higher number costs bytes for each word of each page
END_OF_DAYS = 1 << 62  # higher than every row
LABEL = "\ue000"  # a letter to the index, and on nobody's keyboard
BREAK = "\ue001"  # another: where words are not together
_APART = re.compile("  +")
BATCH_CHARS = 200_000  # characters written at once
MAX_ENDINGS = 500  # words of the index that one `*ending` may mean


def version(connection: Connection) -> int:
    """Of the keys that the index was made with."""
    return engines.of(connection).page_index.version(connection)


def note_version(connection: Connection) -> None:
    engines.of(connection).page_index.note_version(connection, VERSION)


def first_row(day: date | None) -> int:
    """The lowest row of a day; papers without a day come before all days."""
    return (day.toordinal() if day else 0) * ROWS_A_DAY


@functools.lru_cache(maxsize=10_000)
def label_word(name: str) -> str:
    """One word for a label such as "body:qhm", whatever is in it."""
    return LABEL + hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def phrase(key: str) -> str:
    """Words of a key as the index holds them."""
    return _APART.sub(f" {BREAK} ", key)


def add(connection: Connection, rows: Iterable[IndexRow]) -> None:
    index = engines.of(connection).page_index
    for handful in _handfuls(rows):
        index.add(connection, handful)
        said: set[str] = set()
        for row in handful:
            said.update(row.text.split(), row.mended.split())
        said.discard(BREAK)
        index.learn(connection, said)


def clear(connection: Connection) -> None:
    """Forget every page."""
    engines.of(connection).page_index.clear(connection)


def remove(connection: Connection, rows: Iterable[IndexRow]) -> None:
    index = engines.of(connection).page_index
    for handful in _handfuls(rows):
        index.remove(connection, handful)


def forget_removed(connection: Connection) -> None:
    """Leave no word of pages that were removed. Slow."""
    engines.of(connection).page_index.forget_removed(connection)


def newest(connection: Connection, match: Match, low: int, high: int, limit: int) -> list[int]:
    """Rows in [low, high) that match, highest first."""
    return engines.of(connection).page_index.newest(connection, match, low, high, limit)


def words_ending(connection: Connection, ending: str, *, anywhere: bool = False) -> list[str]:
    """Words that end so, or hold it anywhere, shortest first."""
    word = t.words.c.word
    found = word.contains(ending, autoescape=True) if anywhere else word.endswith(ending, autoescape=True)
    query = select(word).where(found).order_by(func.length(word), word).limit(MAX_ENDINGS)
    return list(connection.execute(query).scalars().all())


def words_beginning(connection: Connection, start: str, limit: int) -> list[str]:
    word = t.words.c.word
    query = select(word).where(word >= start, word < start + "\uffff").order_by(word).limit(limit)
    return list(connection.execute(query).scalars().all())


def pages_of_words(connection: Connection, asked: Sequence[str]) -> dict[str, int]:
    """On how many pages each word is, for those that are on any."""
    return engines.of(connection).page_index.known(connection, asked)


def fault(connection: Connection) -> str:
    """What is wrong with the index in itself, "" where nothing is; it may need the write lock for it."""
    return engines.of(connection).page_index.fault(connection)


def _handfuls(rows: Iterable[IndexRow]) -> Iterator[list[IndexRow]]:
    """Every word as the matcher reads it, so that index and matcher cannot see different words.

    A file may be 16 MB of words never seen before: several copies of it are not held at once.
    """
    handful: list[IndexRow] = []
    letters = 0
    for row in sorted(rows, key=lambda row: row.row):
        said, mended, turn = (phrase(key(part).decode("ascii")) for part in (row.text, row.mended, row.turn))
        handful.append(IndexRow(row=row.row, text=said, mended=mended, turn=turn, labels=row.labels))
        letters += len(row.text)
        if letters >= BATCH_CHARS:
            yield handful
            handful = []
            letters = 0
    if handful:
        yield handful
