"""The full-text index of pages in PostgreSQL: words under GIN, a partition for each year, newest first.

The page's words are kept next to them, for what must be together. Both read the page as FTS5 does, so a
search has the same answers on either engine. A tsvector is used as a set of words alone: its places end at
16,383 and 255 a word.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, text

from storage import tables as t
from storage.engines.ports import INDEX_KEYS
from storage.engines.postgres import functions, matching
from storage.engines.postgres.matching import BREAK, LONG, LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from storage.engines.ports import IndexRow, Match

MOST_CHARS = 1_000_000  # of different words: PostgreSQL takes 1,048,575 bytes, and all but a mark are ASCII
FIRST_YEAR = 1990  # of a partition of its own
COUNTED = 50_000  # pages of one word
ROWS_A_DAY = 1 << 22

# Of a year's pages so many kilobytes wait to be put into GIN together: with a quarter of it a page took half
# as long again to write, and a search reads them for a millisecond.
_WAITING = "gin_pending_list_limit = 2048"

# S608 throughout: the names are our own constants, what a reader asks is always a parameter.
_CREATE = f"""
CREATE TABLE {t.PAGE_INDEX} (
    id bigint PRIMARY KEY, text text NOT NULL, mended text NOT NULL, turn text NOT NULL,
    words tsvector NOT NULL, long boolean NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX {t.PAGE_INDEX}_by_word ON {t.PAGE_INDEX} USING gin (words) WITH ({_WAITING});
"""
_ADD = text(
    f"INSERT INTO {t.PAGE_INDEX} (id, text, mended, turn, words, long) "  # noqa: S608 - names of ours
    "VALUES (:id, :text, :mended, :turn, array_to_tsvector(string_to_array(:words, ' ')), :long)"
)
_NEWEST = text(
    f"SELECT id FROM {functions.NEWEST}(CAST(:query AS tsquery), :low, :high, :since, :until, :limit, "  # noqa: S608 - names of ours
    "CAST(:needed AS text[]), :sure, :holds, CAST(:said AS text[])) AS id"
)
_PARTS = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:whole AS regclass)")
_REMOVE = text(f"DELETE FROM {t.PAGE_INDEX} WHERE id = ANY(CAST(:rows AS bigint[]))")  # noqa: S608 - names of ours
_LEARN = text(
    "INSERT INTO words SELECT jsonb_array_elements_text(CAST(:words AS jsonb)) ON CONFLICT DO NOTHING"
)
_UNLEARN = text(
    "DELETE FROM words WHERE word NOT IN ("  # noqa: S608 - names of ours
    f"SELECT ltrim(word, '{functions.AT_TURN}') FROM ts_stat('SELECT words FROM {t.PAGE_INDEX}') UNION "
    f"SELECT unnest(string_to_array(text || mended, ' ')) FROM {t.PAGE_INDEX} WHERE long)"
)
_KNOWN = text(f"SELECT word, pages FROM {functions.KNOWN}(CAST(:words AS jsonb), :most)")  # noqa: S608 - names of ours
_UNINDEXED = text(
    "SELECT count(*) FROM pages JOIN files USING (sha256) WHERE json_array_length(labels) > 0 "  # noqa: S608 - names of ours
    f"AND NOT EXISTS (SELECT FROM {t.PAGE_INDEX} WHERE {t.PAGE_INDEX}.id = pages.id)"
)
_UNFOUNDED = text(
    f"SELECT count(*) FROM {t.PAGE_INDEX} "  # noqa: S608 - names of ours
    f"WHERE NOT EXISTS (SELECT FROM pages WHERE pages.id = {t.PAGE_INDEX}.id)"
)


def create(connection: Connection) -> None:
    connection.exec_driver_sql(_CREATE)
    functions.make(connection)
    connection.exec_driver_sql(
        f"CREATE TABLE {t.PAGE_INDEX}_older PARTITION OF {t.PAGE_INDEX} "
        f"FOR VALUES FROM (MINVALUE) TO ({_first_row(FIRST_YEAR)})"
    )


def renew(connection: Connection) -> None:
    """Partitions get the server's usual statistics: five times as many took longer to weigh than to read."""
    functions.make(connection)
    for name in connection.execute(_PARTS, {"whole": t.PAGE_INDEX}).scalars().all():
        connection.exec_driver_sql(f"ALTER TABLE {name} ALTER words SET STATISTICS -1")
    for name in connection.execute(_PARTS, {"whole": f"{t.PAGE_INDEX}_by_word"}).scalars().all():
        connection.exec_driver_sql(f"ALTER INDEX {name} SET ({_WAITING})")
    connection.exec_driver_sql(f"ANALYZE {t.PAGE_INDEX}")


def version(connection: Connection) -> int:
    kept = select(t.marks.c.value).where(t.marks.c.name == INDEX_KEYS)
    return connection.execute(kept).scalar() or 0


def note_version(connection: Connection, version: int) -> None:
    connection.execute(delete(t.marks).where(t.marks.c.name == INDEX_KEYS))
    connection.execute(insert(t.marks).values(name=INDEX_KEYS, at=datetime.now(UTC), value=version))


def add(connection: Connection, rows: Sequence[IndexRow]) -> None:
    for year in {_year(row.row) for row in rows}:
        _make_room(connection, year)
    connection.execute(_ADD, [_values(row) for row in rows])


def remove(connection: Connection, rows: Sequence[IndexRow]) -> None:
    connection.execute(_REMOVE, {"rows": [row.row for row in rows]})


def clear(connection: Connection) -> None:
    connection.exec_driver_sql(f"TRUNCATE {t.PAGE_INDEX}")
    connection.execute(delete(t.words))


def learn(connection: Connection, words: Iterable[str]) -> None:
    connection.execute(_LEARN, {"words": json.dumps(sorted(words))})


def forget_removed(connection: Connection) -> None:
    connection.execute(_UNLEARN)


def newest(connection: Connection, match: Match, low: int, high: int, limit: int) -> list[int]:
    condition, said = matching.holds(match)
    asked = {
        "query": matching.query(match),
        "low": low,
        "high": high,
        "since": _partition(low),
        "until": _partition(high - 1),
        "limit": limit,
        "needed": matching.needed(match),
        "sure": matching.is_known(match),
        "holds": condition,
        "said": said,
    }
    return list(connection.execute(_NEWEST, asked).scalars().all())


def known(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """Of very common words at most COUNTED pages are counted."""
    asked = {"words": json.dumps(list(words)), "most": COUNTED}
    return dict(connection.execute(_KNOWN, asked).all()) if words else {}


def fault(connection: Connection) -> str:
    missing, unfounded = (connection.execute(query).scalar_one() for query in (_UNINDEXED, _UNFOUNDED))
    if missing or unfounded:
        return f"{missing} pages are not in it, and {unfounded} are in it that are no longer kept"
    return ""


def _first_row(year: int) -> int:
    return date(year, 1, 1).toordinal() * ROWS_A_DAY


def _year(row: int) -> int:
    day = min(row // ROWS_A_DAY, date.max.toordinal())
    return date.fromordinal(day).year if day > 0 else 0


def _partition(row: int) -> int:
    """The year of the partition that a row is in; 0 is the one before all years."""
    year = _year(row)
    return year if year >= FIRST_YEAR else 0


def _make_room(connection: Connection, year: int) -> None:
    """A partition for a year. It is attached once it is whole: nobody who reads has to wait."""
    name = f"{t.PAGE_INDEX}_{year}"
    if year < FIRST_YEAR or connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar():
        return
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE {t.PAGE_INDEX})")
    connection.exec_driver_sql(f"CREATE INDEX ON {name} USING gin (words) WITH ({_WAITING})")
    past = _first_row(year + 1) if year < date.max.year else "MAXVALUE"
    connection.exec_driver_sql(
        f"ALTER TABLE {t.PAGE_INDEX} ATTACH PARTITION {name} FOR VALUES FROM ({_first_row(year)}) TO ({past})"
    )


def _values(row: IndexRow) -> dict[str, Any]:
    words, long = _words(row)
    return {
        "id": row.row,
        "text": f" {row.text} ",
        "mended": f" {row.mended} ",
        "turn": f" {row.turn} ",
        "words": words,
        "long": long,
    }


def _words(row: IndexRow) -> tuple[str, bool]:
    """What GIN is to have of a page, a blank between each, and whether it is less than all."""
    own = {*row.text.split(), *row.mended.split()}
    turn = {functions.AT_TURN + word for word in set(row.turn.split()) - own}
    words = " ".join({word[:LONGEST] for word in (own | turn) - {BREAK, functions.AT_TURN + BREAK}})
    is_long = len(words) > MOST_CHARS
    return f"{LONG if is_long else words} {row.labels}".strip(), is_long
