"""Which files a rule could hold in, by the full-text index: the others need not be read to look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.matching.query import And, Near, Not, Or, Phrase
from pipeline.matching.query_matching import cover
from pipeline.text.keys import BREAK
from pipeline.text.page_joins import TURN
from storage import tables as t
from storage.engines.ports import AnyOf, Said
from storage.engines.sql import as_list, numbers
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipeline.matching.query import Expression

MOST = 20_000  # pages: with more, reading all of them takes hardly longer


def files(connection: Connection, *expressions: Expression) -> set[str] | None:
    """Every file with a page on which one of these could hold, and some more; None: it may be any file."""
    rows: set[int] = set()
    for expression in expressions:
        some = _rows(connection, expression)
        if some is None:
            return None
        rows.update(some)
        if len(rows) > MOST:
            return None
    return _holding(connection, rows) | _not_in_index(connection)


def _rows(connection: Connection, expression: Expression) -> list[int] | None:
    """Pages by which every file is named in which the expression could hold; None: it may be any file.

    Wherever a rule holds, a phrase that it cannot do without is on the page or over its end. Then each
    word of it is on that page or on the next, as the index knows them: so one word is asked for, the
    rarest, and any page of the file may answer.
    """
    if any(isinstance(part, Near) for part in _parts(expression)):
        return None  # what is read over a page end begins inside a word, which NEAR may take for a whole one
    forms = [(phrase, form) for phrase in cover(expression) for form in phrase.forms()]
    if any(len(" ".join(form)) >= TURN for _, form in forms):
        return None
    known = fts.pages_of_words(connection, sorted({word for _, form in forms for word in form}))
    asked: set[Said] = set()
    pages = 0
    for phrase, form in forms:
        whole = [word for word in form[int(phrase.suffix) : len(form) - int(phrase.prefix)] if word != BREAK]
        if whole:
            rarest = min(whole, key=lambda word: known.get(word, 0))
            pages += known.get(rarest, 0)
            asked |= {Said(rarest)} if rarest in known else set()
        elif phrase.prefix and (len(form) > 1 or not phrase.suffix):
            asked.add(Said(form[-1], goes_on=True))
        else:
            return None  # `*ending`: the index knows only how words begin
    if pages > MOST:
        return None
    if not asked:
        return []
    match = AnyOf(tuple(sorted(asked, key=lambda said: said.words)))
    return fts.newest(connection, match, 0, fts.END_OF_DAYS, MOST + 1)


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    match expression:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _parts(part)
        case Not(part):
            yield from _parts(part)
        case Phrase() | Near():
            return


def _holding(connection: Connection, rows: set[int]) -> set[str]:
    asked = numbers("rows")
    p = t.pages.c
    found = select(p.sha256).distinct().select_from(asked).join(t.pages, p.id == asked.c.value)
    return set(connection.execute(found, {"rows": as_list(sorted(rows))}).scalars())


def _not_in_index(connection: Connection) -> set[str]:
    """Files whose paper came after they were read: they get into the index when they are flagged."""
    f = t.files.c
    waiting = select(f.sha256).where(f.pages > 0, func.json_array_length(f.labels) == 0)
    return set(connection.execute(waiting).scalars())
