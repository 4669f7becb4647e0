"""The full-text index of pages in PostgreSQL: words under GIN, a partition for each year, newest first.

GIN knows which words a page has, not where: what must be together is looked for in the page's words, which
are kept next to them. Both read the page as FTS5 does, so a search has the same answers on either engine.
A tsvector is used as a set of words alone: its places end at 16,383 and 255 a word.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, text

from storage import tables as t
from storage.engines.ports import INDEX_KEYS, All, AnyOf, Beside, But, Labelled, Said, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from storage.engines.ports import IndexRow, Match

BREAK = "\ue001"  # is on nearly every page: it leads to none
AT_TURN = "\ue003"  # before a word that is at the turn of the page alone
LONG = "\ue002"  # a word that a page has which has more words than PostgreSQL takes
MOST_BYTES = 1_000_000  # of different words, of which PostgreSQL takes 1,048,575
LONGEST = 2_000  # characters of a word, of which PostgreSQL takes 2,046
FIRST_YEAR = 1990  # of a partition of its own
COUNTED = 50_000  # pages of one word
ROWS_A_DAY = 1 << 22
_COLUMNS = {Where.ANY: ("text", "mended", "turn"), Where.OWN: ("text", "mended"), Where.TEXT: ("text",)}

# S608 throughout: the names are our own constants, what a reader asks is always a parameter.
_CREATE = f"""
CREATE TABLE {t.PAGE_INDEX} (
    id bigint PRIMARY KEY, text text NOT NULL, mended text NOT NULL, turn text NOT NULL,
    words tsvector NOT NULL, long boolean NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX {t.PAGE_INDEX}_by_word ON {t.PAGE_INDEX} USING gin (words) WITH (gin_pending_list_limit = 512);
CREATE FUNCTION {t.PAGE_INDEX}_beside(
    said text, one text, one_goes_on boolean, other text, other_goes_on boolean, reach integer
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    words text[] := string_to_array(btrim(said), ' ');
    a text[] := string_to_array(one, ' ');
    b text[] := string_to_array(other, ' ');
    last_a integer;
    last_b integer;
BEGIN
    IF strpos(said, ' ' || one) = 0 OR strpos(said, ' ' || other) = 0 THEN RETURN false; END IF;
    FOR at IN 1 .. cardinality(words) LOOP
        IF starts_with(words[at], a[1]) AND {t.PAGE_INDEX}_at(words, at, a, one_goes_on) THEN
            last_a := at;
            IF at - last_b <= cardinality(b) + reach THEN RETURN true; END IF;
        END IF;
        IF starts_with(words[at], b[1]) AND {t.PAGE_INDEX}_at(words, at, b, other_goes_on) THEN
            last_b := at;
            IF at - last_a <= cardinality(a) + reach THEN RETURN true; END IF;
        END IF;
    END LOOP;
    RETURN false;
END $$;
CREATE FUNCTION {t.PAGE_INDEX}_at(words text[], at integer, asked text[], goes_on boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT words[at : at + cardinality(asked) - 2] = asked[: cardinality(asked) - 1]
    AND CASE WHEN goes_on THEN starts_with(words[at + cardinality(asked) - 1], asked[cardinality(asked)])
             ELSE words[at + cardinality(asked) - 1] = asked[cardinality(asked)] END
$$;
"""
_ADD = text(
    f"INSERT INTO {t.PAGE_INDEX} (id, text, mended, turn, words, long) "  # noqa: S608
    "VALUES (:id, :text, :mended, :turn, array_to_tsvector(CAST(:words AS text[])), :long)"
)
_REMOVE = text(f"DELETE FROM {t.PAGE_INDEX} WHERE id = ANY(CAST(:rows AS bigint[]))")  # noqa: S608
_LEARN = text(
    "INSERT INTO words SELECT jsonb_array_elements_text(CAST(:words AS jsonb)) ON CONFLICT DO NOTHING"
)
_UNLEARN = text(
    "DELETE FROM words WHERE word NOT IN ("  # noqa: S608
    f"SELECT ltrim(word, '{AT_TURN}') FROM ts_stat('SELECT words FROM {t.PAGE_INDEX}') UNION "
    f"SELECT unnest(string_to_array(text || mended, ' ')) FROM {t.PAGE_INDEX} WHERE long)"
)
_KNOWN = text(
    "SELECT words.word, found.pages FROM words CROSS JOIN LATERAL ("  # noqa: S608
    f"SELECT count(*) AS pages FROM (SELECT FROM {t.PAGE_INDEX} AS i WHERE i.words @@ CAST("
    f"quote_literal(words.word) || '|' || quote_literal('{AT_TURN}' || words.word) AS tsquery) "
    "LIMIT :most) AS counted) AS found "
    "WHERE words.word IN (SELECT jsonb_array_elements_text(CAST(:words AS jsonb))) AND found.pages > 0"
)
_UNINDEXED = text(
    "SELECT count(*) FROM pages JOIN files USING (sha256) WHERE json_array_length(labels) > 0 "  # noqa: S608
    f"AND NOT EXISTS (SELECT FROM {t.PAGE_INDEX} WHERE {t.PAGE_INDEX}.id = pages.id)"
)
_UNFOUNDED = text(
    f"SELECT count(*) FROM {t.PAGE_INDEX} "  # noqa: S608
    f"WHERE NOT EXISTS (SELECT FROM pages WHERE pages.id = {t.PAGE_INDEX}.id)"
)


def create(connection: Connection) -> None:
    connection.exec_driver_sql(_CREATE)
    connection.exec_driver_sql(
        f"CREATE TABLE {t.PAGE_INDEX}_older PARTITION OF {t.PAGE_INDEX} "
        f"FOR VALUES FROM (MINVALUE) TO ({_first_row(FIRST_YEAR)})"
    )


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
    asked: dict[str, Any] = {"low": low, "high": high, "limit": limit, "query": _query(match)}
    holds = "".join(_holds(match, asked))
    statement = (
        f"SELECT id FROM {t.PAGE_INDEX} WHERE words @@ CAST(:query AS tsquery) AND id >= :low AND id < :high "  # noqa: S608
        f"AND ({'NOT long OR ' if _is_known(match) else ''}{holds}) ORDER BY id DESC LIMIT :limit"
    )
    return list(connection.execute(text(statement), asked).scalars().all())


def known(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """Of very common words at most COUNTED pages are counted."""
    return dict(connection.execute(_KNOWN, {"words": json.dumps(list(words)), "most": COUNTED}).all())


def fault(connection: Connection) -> str:
    missing, unfounded = (connection.execute(query).scalar_one() for query in (_UNINDEXED, _UNFOUNDED))
    if missing or unfounded:
        return f"{missing} pages are not in it, and {unfounded} are in it that are no longer kept"
    return ""


def _first_row(year: int) -> int:
    return date(year, 1, 1).toordinal() * ROWS_A_DAY


def _year(row: int) -> int:
    day = row // ROWS_A_DAY
    return date.fromordinal(day).year if day else 0


def _make_room(connection: Connection, year: int) -> None:
    """A partition for a year. It is attached once it is whole: nobody who reads has to wait."""
    name = f"{t.PAGE_INDEX}_{year}"
    if year < FIRST_YEAR or connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar():
        return
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE {t.PAGE_INDEX})")
    connection.exec_driver_sql(f"ALTER TABLE {name} ALTER words SET STATISTICS 500")
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


def _words(row: IndexRow) -> tuple[list[str], bool]:
    """What GIN is to have of a page, and whether it is less than all."""
    own = {*row.text.split(), *row.mended.split()}
    turn = {AT_TURN + word for word in set(row.turn.split()) - own}
    labels = row.labels.split()
    words = {word[:LONGEST] for word in (own | turn) - {BREAK, AT_TURN + BREAK}}
    if sum(len(word.encode()) for word in words) > MOST_BYTES:
        return [LONG, *labels], True
    return [*words, *labels], False


def _query(match: Match, *, sure: bool = False) -> str:
    """A tsquery that finds every page that matches, and others; with `sure` no other, where GIN can know."""
    match match:
        case Said():
            every = " & ".join(f"({word})" for word in _asked(match))
            found = every if sure else f"{every} | {_quoted(LONG)}"
        case Beside(left, right):
            found = f"{_query(left)} & {_query(right)}"
        case Labelled(label):
            found = _quoted(label)
        case All(parts):
            found = " & ".join(_query(part, sure=sure) for part in parts)
        case AnyOf(parts):
            found = " | ".join(_query(part, sure=sure) for part in parts)
        case But(wanted, unwanted):
            found = _query(wanted, sure=sure)
            if _is_known(unwanted):
                found += f" & !{_query(unwanted, sure=True)}"
    return f"({found})"


def _asked(said: Said) -> list[str]:
    """The words of a phrase as a tsquery asks for them; for several, or anywhere, those at the turn too."""
    words = said.words.split()
    found: list[str] = []
    for at, word in enumerate(words, 1):
        star = ":*" if said.goes_on and at == len(words) else ""
        if word != BREAK:
            own, turn = _quoted(word[:LONGEST]) + star, _quoted((AT_TURN + word)[:LONGEST]) + star
            found.append(f"{own} | {turn}" if said.where is Where.ANY else own)
    return found


def _is_known(match: Match) -> bool:
    """Whether GIN knows by itself of each page that is not long."""
    match match:
        case Said(words, _, where):
            return " " not in words and where is not Where.TEXT and words != BREAK
        case Beside():
            return False
        case Labelled():
            return True
        case All(parts) | AnyOf(parts):
            return all(map(_is_known, parts))
        case But(wanted, unwanted):
            return _is_known(wanted) and _is_known(unwanted)


def _holds(match: Match, asked: dict[str, Any]) -> Iterator[str]:
    """A condition on a page's words; `asked` takes its parameters."""
    match match:
        case Said(words, goes_on, where):
            name = _parameter(asked, f" {words}" if goes_on else f" {words} ")
            yield "(" + " OR ".join(f"strpos({column}, {name}) > 0" for column in _COLUMNS[where]) + ")"
        case Beside(left, right, reach):
            names = [
                _parameter(asked, each) for each in (left.words, left.goes_on, right.words, right.goes_on)
            ]
            rest = ", ".join([*names, str(reach)])
            columns = _COLUMNS[left.where]
            yield "(" + " OR ".join(f"{t.PAGE_INDEX}_beside({each}, {rest})" for each in columns) + ")"
        case Labelled(label):
            yield f"words @@ CAST({_parameter(asked, _quoted(label))} AS tsquery)"
        case All(parts):
            yield "(" + " AND ".join("".join(_holds(part, asked)) for part in parts) + ")"
        case AnyOf(parts):
            yield "(" + " OR ".join("".join(_holds(part, asked)) for part in parts) + ")"
        case But(wanted, unwanted):
            yield f"({''.join(_holds(wanted, asked))} AND NOT {''.join(_holds(unwanted, asked))})"


def _parameter(asked: dict[str, Any], value: object) -> str:
    name = f"said{len(asked)}"
    asked[name] = value
    return f":{name}"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
