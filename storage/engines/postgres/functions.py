"""What the server itself does of a search: functions of its own language, made with the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEWEST = f"{t.PAGE_INDEX}_newest"
BESIDE = f"{t.PAGE_INDEX}_beside"
KNOWN = f"{t.PAGE_INDEX}_known"
AT_TURN = "\ue003"  # before a word that is at the turn of the page alone

# The planner takes a page's words for short, and pages that wait to be put into GIN for dear.
_BY_INDEX = (
    "SET enable_seqscan = off SET random_page_cost = 1.1 SET cpu_operator_cost = 0.025 "
    "SET max_parallel_workers_per_gather = 0"
)

# S608 throughout: the names are our own constants.

# Rows that match, highest first: a year's partition is asked only where those after it had too few. `holds`
# is a condition on a row, made of our own words; what a reader asks is in `said`. Where GIN is `sure` of each
# row it is asked alone (`id + 0` is in no other index): to read one page's words takes longer than to find a
# hundred. Otherwise the planner weighs it against the newest rows one by one, told that words are long.
_NEWEST = f"""
CREATE OR REPLACE FUNCTION {NEWEST}(
    asked tsquery, low bigint, high bigint, since integer, until integer, most integer,
    needed text[], sure boolean, holds text, said text[]
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
{_BY_INDEX} AS $$
DECLARE
    one_of text;
    part regclass;
    got integer;
BEGIN
    FOREACH one_of IN ARRAY needed LOOP
        IF NOT EXISTS (SELECT FROM words WHERE word = ANY (string_to_array(one_of, ' '))) THEN
            RETURN;
        END IF;
    END LOOP;
    FOR part IN
        SELECT inhrelid FROM (
            SELECT inhrelid, coalesce(substring(inhrelid::regclass::text, '[0-9]+$')::integer, 0) AS year
            FROM pg_inherits WHERE inhparent = '{t.PAGE_INDEX}'::regclass
        ) AS years WHERE year BETWEEN since AND until ORDER BY year DESC
    LOOP
        RETURN QUERY EXECUTE
            'SELECT id FROM ' || part || ' WHERE words @@ $1 AND id >= $2 AND id < $3 AND ' || holds
            || ' ORDER BY ' || CASE WHEN sure THEN 'id + 0' ELSE 'id' END || ' DESC LIMIT $4'
        USING asked, low, high, most, said;
        GET DIAGNOSTICS got = ROW_COUNT;
        most := most - got;
        EXIT WHEN most <= 0;
    END LOOP;
END $$;
"""  # noqa: S608 - the names put in are constants of ours

# On how many pages each word is, `most` at most, for those that are on any: most that are asked for are not.
_KNOWN = f"""
CREATE OR REPLACE FUNCTION {KNOWN}(asked jsonb, most integer) RETURNS TABLE (word text, pages bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan {_BY_INDEX} AS $$
DECLARE
    either tsquery;
BEGIN
    FOR word IN
        SELECT known.word FROM jsonb_array_elements_text(asked) AS each
        JOIN words AS known ON known.word = each
    LOOP
        either := quote_literal(word) || '|' || quote_literal('{AT_TURN}' || word);
        pages := (
            SELECT count(*) FROM (SELECT FROM {t.PAGE_INDEX} WHERE words @@ either LIMIT most) AS counted
        );
        IF pages > 0 THEN RETURN NEXT; END IF;
    END LOOP;
END $$;
"""  # noqa: S608 - the names put in are constants of ours

# Whether one of the pairs is there: `others[n]` begins at most `reaches[n]` words after `ones[n]` does. In
# bytes a place is found at once, in characters by counting them.
_BESIDE = f"""
CREATE OR REPLACE FUNCTION {BESIDE}(said text, ones text[], others text[], reaches integer[])
RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    whole bytea := convert_to(said, 'UTF8');  -- unpacked once, not at each look
    one bytea;
    other bytea;
    rest bytea;
    here integer;
    there integer;
    between text;
BEGIN
    FOR pair IN 1 .. cardinality(ones) LOOP
        one := convert_to(ones[pair], 'UTF8');
        other := convert_to(others[pair], 'UTF8');
        rest := whole;
        LOOP
            here := position(one IN rest);
            EXIT WHEN here = 0;
            rest := substr(rest, here);
            there := position(other IN rest) - 1;
            EXIT WHEN there < 0;
            between := convert_from(substr(rest, 1, there), 'UTF8');
            IF length(between) - length(replace(between, ' ', '')) <= reaches[pair] THEN RETURN true; END IF;
            rest := substr(rest, 2);
        END LOOP;
    END LOOP;
    RETURN false;
END $$;
"""

_FORMER = f"""
DROP FUNCTION IF EXISTS {BESIDE}(text, text, boolean, text, boolean, integer);
DROP FUNCTION IF EXISTS {t.PAGE_INDEX}_at(text[], integer, text[], boolean);
"""


def make(connection: Connection) -> None:
    """Make them, or bring them to what this version calls."""
    connection.exec_driver_sql(_FORMER)
    connection.exec_driver_sql(_NEWEST)
    connection.exec_driver_sql(_BESIDE)
    connection.exec_driver_sql(_KNOWN)
