"""A query as the full-text index takes it: what to match, in which rows, and what is to be made sure of.

The index answers for words, labels and days. What it cannot know is looked at afterwards: which of a file's
papers the filters let through, and whether a phrase is on a page or only at the head of the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipeline.errors import QueryError
from pipeline.matching.query import And, Near, Not, Or, Phrase
from storage import bodies
from storage.engines.ports import All, AnyOf, Beside, But, Labelled, Said, Where
from storage.search_index import fts, index_placement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from pipeline.matching.query import Expression, Query
    from storage.engines.ports import Match

SHORT_PREFIX = 2  # letters before a star that too many words may begin with
TOO_MANY = 500  # words

Endings = Callable[[str, bool], list[str]]  # the words of the index that end so, or hold it anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    query: Query
    ranges: tuple[tuple[Match | None, int, int], ...]  # what to match (None: all), in which rows
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
    ranges = [(_all(wanted) if wanted else None, low, high)]
    if query.before:
        several = _all([*wanted, _label(index_placement.SEVERAL_DAYS)])
        ranges.insert(0, (several, max(low, high), fts.END_OF_DAYS))
    return Plan(
        query=query,
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
            f"Too many words begin with {start!r}: write more characters before the star.",
            query=query.text,
            position=max(query.text.casefold().find(f"{start}*"), 0),
        )


def _label(name: str) -> Match:
    return Labelled(fts.label_word(name))


def _match(expression: Expression, endings: Endings) -> Match:
    """The expression as the index takes it: it finds all pages that say it, and some that may not."""
    match, outside = _compiled(expression, endings, sure=False)
    assert not outside, "the parser lets no expression through that only excludes"
    return match


def _compiled(expression: Expression, endings: Endings, *, sure: bool) -> tuple[Match, bool]:
    """What to match, and whether the pages meant are those that do not: the index has no NOT of one side.

    With `sure` only pages that certainly say it: others must not speak against a page.
    """
    match expression:
        case Phrase(words):
            return _any(_forms(expression, endings, _where(len(words), sure=sure))), False
        case Near(left, right, distance):
            where = _where(2, sure=sure)
            pairs = product(_forms(left, endings, where), _forms(right, endings, where))
            # To the index a break is a word: between two words there is one at most.
            reach = distance if sure else 2 * distance + 1
            return _any([Beside(a, b, reach) for a, b in pairs]), False
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


def _but(wanted: Match, unwanted: Sequence[Match]) -> Match:
    return But(wanted, _any(unwanted)) if unwanted else wanted


def _all(parts: Sequence[Match]) -> Match:
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _any(alternatives: Sequence[Match]) -> Match:
    return alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))


def _where(words: int, *, sure: bool) -> Where:
    """In which words of a page to look for `words` of them together.

    One word cannot run over the turn of a page. Several may seem to be together where the turn is another
    page's, or where two mended words were put side by side.
    """
    if words == 1:
        return Where.OWN
    return Where.TEXT if sure else Where.ANY


def _forms(phrase: Phrase, endings: Endings, where: Where) -> list[Said]:
    """Every form of a phrase; `*ending` means the words of the index that end so."""
    forms = list(phrase.forms())
    if phrase.suffix:
        alone = phrase.prefix and len(phrase.words) == 1
        forms = [(word, *form[1:]) for form in forms for word in endings(form[0], alone) or [form[0]]]
    return [Said(fts.phrase(" ".join(form)), phrase.prefix, where) for form in forms]


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
