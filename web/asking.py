"""What a request asks for, read from its address. Every fault is a QueryError or an answer of 400 or 404."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.english import answer_foot, narrowed
from pipeline.errors import QueryError, TooBusy
from pipeline.matching import query as q
from pipeline.matching.loosening import ENOUGH
from pipeline.views import Count, Facets, Nearly, Order, PaperResults, Results
from web import links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.requests import Request

    from pipeline.matching.families import Families, Family
    from pipeline.public_archive import PublicArchive

PER_PAGE = 20
FEW = 3  # answers, below which a misspelling is looked for
LAST_PAGE = 50  # of results: whoever is there needs a narrower search, or the CSV
LARGEST_ID = 2**63 - 1  # of a row in SQLite
LONGEST_WORD = 40  # characters, of what may be a word misspelt
LONGEST_PHRASE = 8  # words that somebody may have meant as one
OPERATORS = {"AND", "OR", "NOT", "NEAR"}
TOO_LONG = (QueryError, TooBusy)  # of what is only shown with the answer: that is shown all the same
FIELDS = ("body", "kind", "concept", "after", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as its form and its address have it."""

    q: str
    fields: Mapping[str, str]  # the filters next to the words; "" where not used
    number: int  # page of results, from 1
    query: q.Query
    order: Order = Order.DATE

    @property
    def address(self) -> dict[str, str]:
        """What its address has, page of results aside."""
        sort = {"sort": self.order.value} if self.order is not Order.DATE else {}
        return {"q": self.q, **self.fields, **sort}

    @property
    def is_empty(self) -> bool:
        return not self.q.strip() and not any(self.fields.values())

    @property
    def skip(self) -> int:
        return (self.number - 1) * PER_PAGE


def written(request: Request) -> tuple[str, dict[str, str]]:
    """The words and filters as they came, to show them again whatever is wrong with them."""
    asked = request.query_params
    fields = {name: asked.get(name, "") for name in FIELDS}
    # Days are typed or pasted, the others chosen.
    return asked.get("q", ""), fields | {name: fields[name].strip(" \t\r\n") for name in ("after", "before")}


def search(request: Request, shelf: PublicArchive) -> Asked:
    """Raises QueryError for what cannot be read as a query, HTTPException for a page that cannot be."""
    text, fields = written(request)
    query = q.parse(text, **fields)
    _known(query, shelf)
    return Asked(q=text, fields=fields, number=result_page(request), query=query, order=_order(request))


def results(asked: Asked, shelf: PublicArchive) -> tuple[Results, bool]:
    """One page of results, and whether there are more. No words and no filters: nothing was asked."""
    if asked.is_empty:
        return Results(), False
    found = shelf.look(asked.query, PER_PAGE + 1, asked.skip, order=asked.order)
    facets = _with_forerunners(found.facets, asked.query.body, shelf)
    return replace(found, answers=found.answers[:PER_PAGE], facets=facets), len(found.answers) > PER_PAGE


def results_by_paper(asked: Asked, shelf: PublicArchive) -> tuple[PaperResults, bool]:
    """One page of papers with the best page of each, and whether there are more."""
    if asked.is_empty:
        return PaperResults(), False
    found = shelf.look_by_paper(asked.query, PER_PAGE, asked.skip, order=asked.order)
    facets = _with_forerunners(found.facets, asked.query.body, shelf)
    return replace(found, facets=facets), found.papers > asked.skip + PER_PAGE


def _with_forerunners(facets: Facets, body: str, shelf: PublicArchive) -> Facets:
    """With the pages that each body's filter finds: its own, and those of all that it took over."""
    registry = shelf.registry()
    asked = _closure(body, lambda each: registry[each].predecessors if each in registry else ())
    found: Counter[str] = Counter()
    for count in facets.bodies:
        heirs = _closure(count.id, lambda each: registry[each].successors if each in registry else ())
        for heir in heirs if not body else {count.id, *heirs & asked}:
            found[heir] += count.count
    most_first = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return replace(facets, bodies=tuple(Count(id=each, count=count) for each, count in most_first))


def _closure(body: str, beyond: Callable[[str], Iterable[str]]) -> set[str]:
    """A body, those beyond it, those beyond these, and so on."""
    found, waiting = {body}, [body]
    while waiting:
        new = {*beyond(waiting.pop())} - found
        found |= new
        waiting += new
    return found


def foot(asked: Asked, shelf: PublicArchive) -> str:
    """What was searched, what of it could not be, and what is wrong, in words."""
    return answer_foot(shelf.account(asked.query), narrowing(asked, shelf))


def narrowing(asked: Asked, shelf: PublicArchive) -> str:
    """The filters in words."""
    names = {body: row.name for body, row in shelf.registry().items()} if asked.query.body else {}
    return narrowed(asked.query, {**names, **shelf.bodies()})


def suggestion(asked: Asked, found: Results, shelf: PublicArchive, families: Families) -> str:
    """What may have been meant, where next to nothing was found."""
    longest = max(map(len, asked.q.split()), default=0)
    if not 0 < longest <= LONGEST_WORD or found.total >= FEW:
        return ""
    with suppress(*TOO_LONG):
        return shelf.suggest(asked.query, families.words)
    return ""


def nearly(asked: Asked, found: Results, shelf: PublicArchive) -> Nearly:
    """Pages with some of the words, where few have all of them."""
    if asked.number > 1 or found.more or found.total >= ENOUGH:
        return Nearly()
    with suppress(*TOO_LONG):
        return shelf.nearly(asked.query)
    return Nearly()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A family that the search names, and the search for all of it."""

    family: Family
    found: Results  # its first page, and how many there are
    address: str


def known(asked: Asked, shelf: PublicArchive, families: Families) -> list[Known]:
    """The families that a search names, each looked for where the search looks."""
    if asked.number > 1:
        return []
    query = asked.query
    days = {name: str(day) for name, day in (("after", query.after), ("before", query.before)) if day}
    found: list[Known] = []
    for family in families.named(query):
        with suppress(*TOO_LONG):
            some = shelf.look(replace(query, text="", expression=None, concept=family.concept), 1)
            address = links.search(concept=family.concept, body=query.body, kind=query.kind, **days)
            found.append(Known(family=family, found=some, address=address))
    return found


def as_phrase(asked: Asked) -> str:
    """The same words as one phrase, where they were plain words and so were looked for one by one."""
    plain = asked.q.replace("-", " ").replace("'", "").split()
    is_plain = all(word.isalnum() and word not in OPERATORS for word in plain)
    return f'"{asked.q.strip()}"' if is_plain and 1 < len(plain) <= LONGEST_PHRASE else ""


def _order(request: Request) -> Order:
    value = request.query_params.get("sort", Order.DATE.value)
    if value not in set(Order):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Results are sorted by date or by relevance.")
    return Order(value)


def _known(query: q.Query, shelf: PublicArchive) -> None:
    """A misspelt filter would find nothing and look like an answer."""
    q.check_kinds(query)
    if query.concept:
        q.check_filter(query, "concept", shelf.concepts(), "The page Topics lists them all.")
    if query.body:
        # A source may be named for the body whose papers it lists.
        known = {*shelf.bodies(), *shelf.registry(), *(source.id for source in shelf.sources())}
        q.check_filter(query, "body", known, "The page Bodies lists them all.")


def result_page(request: Request, last: int = LAST_PAGE, name: str = "page") -> int:
    value = request.query_params.get(name, "1")
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= last):
        raise HTTPException(
            HTTPStatus.BAD_REQUEST, f"Results have pages from 1 to {last}: narrow the search to see the rest."
        )
    return int(value)


def year(request: Request) -> int:
    """The year that a list is narrowed to; 0 for all of them."""
    value = request.query_params.get("year", "")
    if value and not (value.isascii() and value.isdigit() and 1900 <= int(value[:5]) <= 2999):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "A year is written like 2026.")
    return int(value or 0)


def number(request: Request, name: str) -> int:
    """A number of the path. One that no row can have is the number of nothing."""
    value: int = request.path_params[name]
    if not 1 <= value <= LARGEST_ID:
        raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing here has this number.")
    return value
