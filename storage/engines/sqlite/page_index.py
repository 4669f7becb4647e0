"""The full-text index of pages in SQLite: FTS5, which keeps no copy of the text.

Nothing here asks FTS5 for a rank: to weigh a phrase it would count the phrase in the whole index, each time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, text
from sqlalchemy.exc import DatabaseError

from storage import tables as t
from storage.engines.ports import All, AnyOf, Beside, But, Labelled, Said, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from storage.engines.ports import IndexRow, Match

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
# To find that a word is not in it takes the index longer than the table of words.
_KNOWN = text(
    "SELECT term, doc FROM json_each(:words) CROSS JOIN words ON word = value "  # noqa: S608
    f"CROSS JOIN {t.PAGE_INDEX_WORDS} ON term = word"
)
_IN = {Where.ANY: "", Where.OWN: "{text mended} : ", Where.TEXT: "text : "}


def create(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {t.PAGE_INDEX} USING fts5("
        "text, mended, turn, labels, content='', columnsize=0, tokenize=ascii)"
    )
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {t.PAGE_INDEX_WORDS} USING fts5vocab({t.PAGE_INDEX}, row)"
    )


def renew(_connection: Connection) -> None:
    """It is SQLite's own."""


def version(connection: Connection) -> int:
    return connection.execute(text("PRAGMA user_version")).scalar_one()


def note_version(connection: Connection, version: int) -> None:
    connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def add(connection: Connection, rows: Sequence[IndexRow]) -> None:
    """The lowest row first: FTS5 writes a segment of its own for each that comes out of order."""
    connection.exec_driver_sql(_ADD, _values(rows))


def remove(connection: Connection, rows: Sequence[IndexRow]) -> None:
    """To take a page out again, every word of it must be said again."""
    connection.exec_driver_sql(_REMOVE, _values(rows))


def clear(connection: Connection) -> None:
    connection.execute(_EMPTY)
    connection.execute(delete(t.words))


def learn(connection: Connection, words: Iterable[str]) -> None:
    connection.execute(_LEARN, {"words": json.dumps(sorted(words))})


def forget_removed(connection: Connection) -> None:
    """The index keeps words of removed pages until it is merged. Slow."""
    connection.execute(_MERGE)
    connection.execute(_UNLEARN)


def newest(connection: Connection, match: Match, low: int, high: int, limit: int) -> list[int]:
    asked = {"match": _match(match), "low": low, "high": high, "limit": limit}
    return list(connection.execute(_NEWEST, asked).scalars().all())


def known(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    return dict(connection.execute(_KNOWN, {"words": json.dumps(list(words))}).all())


def fault(connection: Connection) -> str:
    """FTS5 needs the write lock for it."""
    try:
        connection.execute(_CHECK)
    except DatabaseError as error:
        return str(error.orig)
    return ""


def _values(rows: Sequence[IndexRow]) -> list[tuple[int, str, str, str, str]]:
    return [(row.row, row.text, row.mended, row.turn, row.labels) for row in rows]


def _match(match: Match) -> str:
    """In FTS5's own language. Every word is quoted, so nothing a reader types is syntax."""
    match match:
        case Said():
            return _IN[match.where] + _quoted(match)
        case Beside(left, right, reach):
            return f"{_IN[left.where]}NEAR({_quoted(left)} {_quoted(right)}, {reach})"
        case Labelled(label):
            return f'"{label}"'
        case All(parts):
            return " AND ".join(map(_bracketed, parts))
        case AnyOf(parts):
            return " OR ".join(map(_bracketed, parts))
        case But(wanted, unwanted):
            return f"{_bracketed(wanted)} NOT {_bracketed(unwanted)}"


def _bracketed(match: Match) -> str:
    return f"({_match(match)})" if isinstance(match, All | AnyOf | But) else _match(match)


def _quoted(said: Said) -> str:
    return f'"{said.words}"' + "*" * said.goes_on
