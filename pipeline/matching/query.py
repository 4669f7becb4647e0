"""The search language, the same on the command line and on the web.

    whole population payment        all of these words
    "whole population payment"      this phrase (its last word in singular or plural)
    privatis*                       words that begin so
    *commissioning*                 words that hold this: recommissioning, decommissioning
    ICP OR provider     NOT pathway     (a OR b) c
    capitated NEAR/8 budget         within 8 words of each other; of three, each near the next
    body:qhm kind:pack concept:savings after:2025-04-01 before:2026
    after:1 April 2025  after:01/04/2025  before:April 2026

Any quotation marks will do, and signs alone are nothing. The operators are written in capitals: in
lower case they are words, and `capitals` is then the query that may have been meant.

A fault raises QueryError, which knows where to put the caret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from pipeline import days
from pipeline.errors import QueryError
from pipeline.model import BodyKind, DocumentKind
from pipeline.text.inflections import inflections
from pipeline.text.keys import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

MAX_LENGTH = 2_000
MAX_DEPTH = 20
MAX_TERMS = 60
DEFAULT_NEAR = 10
FILTERS = ("body", "kind", "concept", "after", "before")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are together. `forms` are all the ways it is looked for."""

    words: tuple[str, ...]
    prefix: bool = False  # the last word may go on
    suffix: bool = False  # the first word may have begun before

    @property
    def shown(self) -> str:
        """The phrase as a person reads it: breaks as commas."""
        return " ".join(self.words).replace("  ", ", ")

    def forms(self) -> tuple[tuple[str, ...], ...]:
        if self.prefix:
            return (self.words,)
        return tuple(sorted({tuple(form.split(" ")) for form in inflections(" ".join(self.words))}))


@dataclass(frozen=True, slots=True)
class Near:
    left: Phrase
    right: Phrase
    distance: int


@dataclass(frozen=True, slots=True)
class Not:
    part: Expression


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expression, ...]


Expression = Phrase | Near | Not | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for and where. No expression: every page that the filters let through."""

    text: str
    expression: Expression | None = None
    body: str = ""
    kind: str = ""
    concept: str = ""
    after: date | None = None  # meeting or publication date, this day included
    before: date | None = None  # this day excluded

    def phrases(self) -> tuple[Phrase, ...]:
        """Every phrase that an answer may be marked with: none that is under NOT."""
        return () if self.expression is None else tuple(_positive(self.expression))


def check_filter(query: Query, name: str, known: Collection[str], remedy: str) -> None:
    """A misspelt filter would find nothing and look like an answer. Raises QueryError."""
    value = getattr(query, name)
    if not value or value in known:
        return
    at = query.text.lower().find(f"{name}:")
    text = query.text if at >= 0 else f"{name}:{value}"
    raise QueryError(f"No {name} is called {value!r}. {remedy}", query=text, position=max(at, 0))


def check_kinds(query: Query) -> None:
    """Of papers or of bodies, as `check_filter`."""
    kinds = sorted({*map(str, DocumentKind), *map(str, BodyKind)})
    check_filter(query, "kind", kinds, f"The kinds are {', '.join(kinds)}.")


def fault_of(text: str) -> str:
    """Why a query can no longer be read, "" where it can: readers keep theirs for longer than a program."""
    try:
        parse(text)
    except QueryError as error:
        return str(error).rstrip(".")
    return ""


def quoted(text: str) -> str:
    """The query for a wording: its words together, and the star that it may end in."""
    return '"' + text.removesuffix("*").replace('"', " ") + '"' + "*" * text.endswith("*")


def only_excludes(expression: Expression) -> bool:
    """Whether an expression says only what to leave out: no index can answer that."""
    match expression:
        case Not():
            return True
        case And(parts):
            return all(only_excludes(part) for part in parts)
        case _:
            return False


def _positive(expression: Expression) -> Iterator[Phrase]:
    match expression:
        case Phrase():
            yield expression
        case Near(left, right):
            yield from (left, right)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _positive(part)


# ---- reading


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query as it is written."""

    kind: str  # word, phrase, filter, open, close, and, or, not, near
    text: str
    at: int


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>\() | (?P<close>\))
    | (?P<near>NEAR|(?i:NEAR)/(?P<distance>[0-9]{1,9}))(?=[\s()"]|$)
    | (?P<and>AND)(?=[\s()"]|$) | (?P<or>OR)(?=[\s()"]|$) | (?P<not>NOT)(?=[\s()"]|$)
    | (?P<minus>[-\u2013\u2014\u2212])(?=[\w"(])
    | (?P<filter>(?i:after|before):(?i:{days})(?=[\s()"]|$)
        | (?:body|kind|concept|after|before):(?:"[^"]*"|[^\s()"]*)
        | (?i:body|kind|concept|after|before):(?:"[^"]+"|[^\s()"]+))
    | "(?P<phrase>[^"]*)"(?P<star>\*?)
    | (?P<unclosed>")
    | (?P<word>[^\s()"]+)
    )""".replace("{days}", days.IN_WORDS),
    re.VERBOSE,
)
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02"), '"')
# A single one is an apostrophe, but where it opens before a word and another closes after one.
_SINGLE = re.compile(
    r"(?<!\w)['\u2018\u201a\u201b\u2039](?=\w)([^'\u2018\u2019\u203a\"()]|(?<=\w)['\u2019](?=\w))+['\u2019\u203a](?![\w'])"
)
_CLOSED_BY_ANOTHER = re.compile(r"(?<=\w)['\u2019\u203a](?!\w)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?")  # W.P.A.P.
_OPERATORS = {"AND", "OR", "NOT", "NEAR"}
_BETWEEN = {
    "and": "budget AND council",
    "or": "trust OR provider",
    "not": "budget NOT council",
    "near": "capitated NEAR/8 budget",
}


def parse(text: str, **defaults: str) -> Query:
    """Read a query; `defaults` are filters given with it (options of the command, form fields)."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"The query is longer than {MAX_LENGTH} characters.", query=text[:80] + "…", position=80
        )
    query = Query(text=text)
    for name, value in defaults.items():
        if value:
            query = _filtered(query, name, value, f"{name}:{value}", 0)
    terms: list[Token] = []
    signs: list[Token] = []
    for token in tokens(text):
        if token.kind == "filter":
            name, _, value = token.text.partition(":")
            query = _filtered(query, name.lower(), value.strip('"'), text, token.at)
        elif token.kind == "word" and not words(token.text):
            signs.append(token)
        else:
            terms.append(token)
    if len(terms) > MAX_TERMS:
        raise QueryError(f"The query has more than {MAX_TERMS} terms.", query=text, position=0)
    if not terms and signs:
        raise QueryError("This has no word to look for.", query=text, position=signs[0].at)
    if not terms:
        return query
    reader = _Reader(text, terms)
    return replace(query, expression=reader.read())


def capitals(text: str) -> str:
    """The query with and, or, not and near as operators; "" where that is no query or the same."""
    written = list(text)
    for token in tokens(text):
        if token.kind == "word" and token.text.upper() in _OPERATORS:
            written[token.at : token.at + len(token.text)] = token.text.upper()
    meant = "".join(written)
    if meant == text:
        return ""
    try:
        parse(meant)
    except QueryError:
        return ""
    return meant


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a query, each in its place. Raises QueryError for a quotation mark that is not closed."""
    at = 0
    given, text = text, _quoted_alike(text).rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match is not None, "the pattern takes every character"
        kind = match.lastgroup or ""
        kind = {"star": "phrase", "distance": "near", "minus": "not"}.get(kind, kind)
        start = match.end() - len(match.group().lstrip())
        if kind == "unclosed":
            raise QueryError("This quotation mark is never closed.", query=given, position=start)
        yield Token(kind, match.group().strip(), start)
        at = match.end()


def _quoted_alike(text: str) -> str:
    """The text with all quotation marks as one, each in its place."""
    text = _SINGLE.sub(lambda found: f'"{found[0][1:-1]}"', text.translate(_QUOTES))
    if text.count('"') % 2 == 0:
        return text
    # The last is not closed: by a mark of another kind, or it is before a single word, which needs none.
    before, _, after = text.rpartition('"')
    ends = [match.start() for match in _CLOSED_BY_ANOTHER.finditer(after)]
    if len(ends) == 1:
        return f'{before}"{after[: ends[0]]}"{after[ends[0] + 1 :]}'
    return text if len(after.split()) > 1 else f"{before} {after}"


def _filtered(query: Query, name: str, value: str, text: str, at: int) -> Query:
    if not value:
        raise QueryError(f"{name}: needs a value, as in {name}:{_EXAMPLE[name]}.", query=text, position=at)
    match name:
        case "after":
            return replace(query, after=_day(value, text, at))
        case "before":
            return replace(query, before=_day(value, text, at))
        case "body":
            return replace(query, body=value.lower())
        case "kind":
            return replace(query, kind=value.lower())
        case _:
            return replace(query, concept=value.lower())


_EXAMPLE = {"body": "qhm", "kind": "pack", "concept": "savings", "after": "2025-04-01", "before": "2026-01"}


def _day(value: str, text: str, at: int) -> date:
    try:
        return days.read(value)
    except ValueError:
        raise QueryError(f"{value!r} is no date: write {days.FORMS}.", query=text, position=at) from None


class _Reader:
    """Recursive descent: or > and > not > near > term."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def read(self) -> Expression:
        if {token.kind for token in self._tokens} <= {*_BETWEEN}:
            operator = self._tokens[0]
            self._fault(f"{operator.text} goes between words, as in {_BETWEEN[operator.kind]}.")
        expression = self._or()
        if self._peek() == "close":
            self._fault("This bracket closes nothing.")
        if only_excludes(expression):
            self._next = 0
            self._fault("Say what to look for, not only what to leave out.")
        return expression

    def _peek(self) -> str:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else "end"

    def _fault(self, message: str) -> NoReturn:
        at = self._tokens[self._next].at if self._next < len(self._tokens) else len(self._text)
        raise QueryError(message, query=self._text, position=at)

    def _or(self) -> Expression:
        parts = [self._and()]
        while self._peek() == "or":
            self._next += 1
            parts.append(self._and())
        if len(parts) == 1:
            return parts[0]
        if any(only_excludes(part) for part in parts):
            self._fault("OR cannot be used next to NOT: say what to look for on both sides.")
        return Or(tuple(parts))

    def _and(self) -> Expression:
        parts = [self._not()]
        while self._peek() not in {"or", "close", "end"}:
            if self._peek() == "and":
                self._next += 1
            parts.append(self._not())
        if len(parts) == 1:
            return parts[0]
        flat = (inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,)))
        return And(tuple(flat))

    def _not(self) -> Expression:
        if self._peek() == "not":
            self._next += 1
            part = self._not()
            return part.part if isinstance(part, Not) else Not(part)
        return self._near()

    def _near(self) -> Expression:
        left = self._term()
        if self._peek() != "near":
            return left
        pairs: list[Expression] = []
        while self._peek() == "near":  # of three, each near the next
            token = self._tokens[self._next]
            distance = int(token.text.partition("/")[2] or DEFAULT_NEAR)
            if not 1 <= distance <= 1000:
                self._fault("NEAR takes a number of words from 1 to 1000.")
            if not isinstance(left, Phrase):
                self._fault("NEAR goes between two words or phrases.")
            self._next = begins = self._next + 1
            right = self._term()
            if not isinstance(right, Phrase):
                self._next = begins
                self._fault("NEAR goes between two words or phrases.")
            pairs.append(Near(left, right, distance))
            left = right
        return pairs[0] if len(pairs) == 1 else And(tuple(pairs))

    def _term(self) -> Expression:
        kind = self._peek()
        if kind == "open":
            return self._bracket()
        if kind not in {"word", "phrase"}:
            missing = {"end": "The query ends where a word was due.", "close": "A word is due before this."}
            self._fault(missing.get(kind, "A word or phrase is due here."))
        token = self._tokens[self._next]
        stars = token.text.replace('"', "")
        phrase = Phrase(
            tuple(words(stars)), prefix=stars.endswith("*"), suffix=len(stars) > 1 and stars.startswith("*")
        )
        if not phrase.words:
            self._fault("This has no word to look for.")
        self._next += 1
        if token.kind == "word" and _INITIALS.fullmatch(token.text) and not self._is_near_another():
            return Or((phrase, Phrase(("".join(phrase.words),))))
        return phrase

    def _is_near_another(self) -> bool:
        """Whether the term just read has NEAR at a side, which takes no alternatives."""
        return self._peek() == "near" or (self._next > 1 and self._tokens[self._next - 2].kind == "near")

    def _bracket(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fault(f"Brackets are nested more than {MAX_DEPTH} deep.")
        opening = self._next
        self._next += 1
        expression = self._or()
        if self._peek() != "close":
            self._next = opening
            self._fault("This bracket is never closed.")
        self._next += 1
        self._depth -= 1
        return expression
