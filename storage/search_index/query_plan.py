"""A query as the full-text index takes it: what to match, in which rows, and what is to be made sure of.

The index answers for words, labels and days. What it cannot know is looked at afterwards: which of a file's
papers the filters let through, and whether a phrase stands on a page or only at the head of the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipeline.errors import QueryError
from pipeline.matching.query import And, Near, Not, Or, Phrase
from storage import bodies
from storage.search_index import fts, index_placement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from pipeline.matching.query import Expression, Query

SHORT_PREFIX = 2  # letters before a star that too many words may begin with
TOO_MANY = 500  # words

Endings = Callable[[str, bool], list[str]]  # the words of the index that end so, or hold it anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    query: Query
    bodies: tuple[str, ...]  # the one asked for, and those it took over
    ranges: tuple[tuple[str, int, int], ...]  # what to match ("": every page), and the rows in which
    doubtful: bool  # the turn of a page may have answered for the next page


def plan(connection: Connection, query: Query) -> Plan:
    """Raises QueryError for a query that would keep the index too long."""

    def endings(ending: str, anywhere: bool) -> list[str]:  # noqa: FBT001 - Endings' form
        return fts.words_ending(connection, ending, anywhere=anywhere)

    for phrase in query.phrases():
        _refuse_short(connection, query, phrase)
    meant = bodies.meant(connection, query.body)
    wanted = [_match(query.expression, endings)] if query.expression else []
    if meant:
        wanted.append(_any([_label(f"{of}:{body}") for body in meant for of in ("body", "source")]))
    if query.kind:
        wanted.append(_label(f"kind:{query.kind}"))
    if query.concept:
        wanted.append(_label(f"concept:{query.concept}"))
    low = fts.first_row(query.after) if query.after else 0
    if query.before and not query.after:
        low = fts.ROWS_A_DAY  # a paper without a day is not before one
    high = fts.first_row(query.before) if query.before else fts.END_OF_DAYS
    ranges = [(" AND ".join(wanted), low, high)]
    if query.before:
        several = " AND ".join([*wanted, _label(index_placement.SEVERAL_DAYS)])
        ranges.insert(0, (several, max(low, high), fts.END_OF_DAYS))
    return Plan(
        query=query,
        bodies=meant,
        ranges=tuple(ranges),
        doubtful=query.expression is not None and _may_turn(query.expression),
    )


def _refuse_short(connection: Connection, query: Query, phrase: Phrase) -> None:
    """The index would have to put together half of what it holds."""
    start = phrase.words[-1]
    if not phrase.prefix or phrase.suffix or len(start) > SHORT_PREFIX:
        return
    if len(fts.words_beginning(connection, start, TOO_MANY)) == TOO_MANY:
        raise QueryError(
            f"Too many words begin with {start!r}: write more letters before the star.",
            query=query.text,
            position=max(query.text.casefold().find(f"{start}*"), 0),
        )


def _label(name: str) -> str:
    return f'"{fts.label(name)}"'


def _match(expression: Expression, endings: Endings) -> str:
    """The expression in FTS5's own language: it finds all pages that say it, and some that may not."""
    match, outside = _compiled(expression, endings, sure=False)
    assert not outside, "the parser lets no expression through that only excludes"
    return match


def _compiled(expression: Expression, endings: Endings, *, sure: bool) -> tuple[str, bool]:
    """What to match, and whether the pages meant are those that do not: FTS5 has no NOT of one side.

    With `sure` only pages that certainly say it: others must not speak against a page. Every word is quoted,
    so nothing a reader types is syntax.
    """
    match expression:
        case Phrase(words):
            return _any(_forms(expression, endings, _columns(len(words), sure=sure))), False
        case Near(left, right, distance):
            columns = _columns(2, sure=sure)
            pairs = product(_forms(left, endings), _forms(right, endings))
            # To the index a break is a word: between two words there is one at most.
            reach = distance if sure else 2 * distance + 1
            return _any([f"{columns}NEAR({a} {b}, {reach})" for a, b in pairs]), False
        case Not(part):
            match, outside = _compiled(part, endings, sure=not sure)
            return match, not outside
        case And(parts) | Or(parts):
            every = [_compiled(part, endings, sure=sure) for part in parts]
            inside = [match for match, is_outside in every if not is_outside]
            outside = [match for match, is_outside in every if is_outside]
            if isinstance(expression, And):
                return (_but(_all(inside), outside), False) if inside else (_any(outside), True)
            return (_but(_all(outside), inside), True) if outside else (_any(inside), False)


def _but(wanted: str, unwanted: Sequence[str]) -> str:
    return f"({wanted} NOT {_any(unwanted)})" if unwanted else wanted


def _all(parts: Sequence[str]) -> str:
    return "(" + " AND ".join(parts) + ")"


def _any(alternatives: Sequence[str]) -> str:
    return alternatives[0] if len(alternatives) == 1 else "(" + " OR ".join(alternatives) + ")"


def _columns(words: int, *, sure: bool) -> str:
    """In which columns to look for so many words.

    One word cannot run over the turn of a page. Several may seem to stand together where the turn is another
    page's, or where two mended words were put side by side.
    """
    if words == 1:
        return "{text mended} : "
    return "text : " if sure else ""


def _forms(phrase: Phrase, endings: Endings, columns: str = "") -> list[str]:
    """Every form of a phrase, quoted; `*ending` stands for the words of the index that end so."""
    forms = list(phrase.forms())
    if phrase.suffix:
        alone = phrase.prefix and len(phrase.words) == 1
        forms = [(word, *form[1:]) for form in forms for word in endings(form[0], alone) or [form[0]]]
    star = "*" if phrase.prefix else ""
    return [f'{columns}"{fts.phrase(" ".join(form))}"{star}' for form in forms]


def _may_turn(expression: Expression) -> bool:
    """Whether the turn of a page can answer it, or speak against it."""
    match expression:
        case Phrase():
            return len(expression.words) > 1
        case Near():
            return True
        case And(parts) | Or(parts):
            return any(map(_may_turn, parts))
        case Not(part):
            return _may_turn(part)
