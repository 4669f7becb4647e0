"""Search by page, in the language of `query`: planned for the index, asked, counted, and quoted."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from pipeline.errors import QueryError, TooBusy
from pipeline.matching.loosening import ENOUGH, is_one_word, is_pair
from pipeline.views import Answer, Count, Facets, Nearly, Order, PaperResults, Results
from storage import engines
from storage import tables as t
from storage.engines.sql import as_list, listed, numbers, year_of
from storage.page_rows import unpacked
from storage.paper_joins import said_day, with_body_and_meeting
from storage.search_index import (
    any_words,
    filters,
    fts,
    near_copies,
    query_plan,
    relevance,
    search_answers,
    suggestions,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.lineage import Lineage
    from pipeline.matching.query import Query
    from storage.database import Database
    from storage.engines.ports import Match
    from storage.search_index.query_plan import Plan

PROCESSORS = os.cpu_count() or 1
COUNTED = 1_000  # matches that are counted, and spread over the facets
RANKED = 400  # newest matches among which the best are looked for
RANKED_BYTES = 1_000_000  # of packed text that are read for it
GROUPED_BYTES = 300_000  # that are read for the best page of each paper
VERIFIED = 100  # matches up to which a doubtful count is made sure of, by reading them
CHUNK = 200  # rows read at a time
READ = 200  # pages among which the best are looked for where few have all of the words
FEWEST = 20  # pages quoted at a time
FEW = 2  # pages quoted at a time of a paper, where the best of it may turn out not to answer

_d, _p, _s, _asked = t.documents.c, t.pages.c, t.sources.c, numbers("rows")
_OF_ROWS = _asked.join(t.pages, _p.id == _asked.c.value)
_TEXTS = select(_p.id, _p.text).select_from(_OF_ROWS)
_PAGES = select(_p.id, _p.number, _p.sha256, _p.concepts).select_from(_OF_ROWS)
_PAPERS = (
    with_body_and_meeting(
        select(_d.sha256, _d.id, _s.body_id, _s.kind, _d.kind, year_of(said_day())).select_from(t.documents)
    )
    .where(_d.sha256.in_(listed("files")))
    .order_by(_d.id.desc())
)


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._at_once = 0  # searches, in this process
        self._counting = threading.Lock()

    def find(
        self, query: Query, limit: int = 20, skip: int = 0, *, seconds: float | None = None
    ) -> list[Answer]:
        """Pages that answer, newest meeting first; limit 0 is all of them."""
        with self._asking(query.text, seconds) as connection:
            plan = query_plan.plan(connection, query)
            places = _places(connection, plan, chain.from_iterable(_rows(connection, plan)))
            return list(_answers(connection, plan, places, limit, skip))

    def look(
        self,
        query: Query,
        limit: int = 20,
        skip: int = 0,
        *,
        order: Order = Order.DATE,
        seconds: float | None = None,
    ) -> Results:
        """As `find`, with how many there are and how they spread. Raises QueryError where time runs out."""
        with self._asking(query.text, seconds) as connection:
            counted = self._counted(connection, query, order)
            if counted.sure is not None:
                answers = counted.sure[skip : skip + limit if limit else None]
            else:
                rest = _places(connection, counted.plan, counted.rest)
                places = chain(counted.places, rest)
                answers = list(_answers(connection, counted.plan, places, limit, skip))
            return Results(
                answers=tuple(answers),
                total=len(counted.places),
                more=counted.more,
                about=counted.about,
                facets=_facets(counted.places),
                ranked=counted.ranked,
            )

    def look_by_paper(
        self,
        query: Query,
        limit: int = 20,
        skip: int = 0,
        *,
        order: Order = Order.DATE,
        seconds: float | None = None,
    ) -> PaperResults:
        """As `look`, with one answer for each paper: the page that says most of what was asked.

        Of very many pages only those that are counted are looked at. Raises QueryError where time runs out.
        """
        with self._asking(query.text, seconds) as connection:
            counted = self._counted(connection, query, order)
            by_paper: dict[int, list[_Place]] = {}
            for place in counted.places:
                by_paper.setdefault(place.document, []).append(place)
            wanted = list(by_paper.values())[skip : skip + limit]
            answers = list(_best_of_each(connection, counted, wanted))
            return PaperResults(
                answers=tuple(answers),
                total=len(counted.places),
                more=counted.more,
                about=counted.about,
                facets=_facets(counted.places),
                ranked=counted.ranked,
                papers=len(by_paper),
                pages=tuple(len(by_paper[answer.document]) for answer in answers),
            )

    def suggest(self, query: Query, known: Collection[str] = (), *, seconds: float | None = None) -> str:
        """Returns the query with words that are nowhere put right; "" where there is nothing to put right.

        Words that are `known` are right though no page says them.
        """
        with self._asking(query.text, seconds) as connection:
            return suggestions.corrected(connection, query, known)

    def trace(self, passage: str, *, seconds: float | None = None) -> Lineage | None:
        """Who says a passage, or nearly so; None where it is too short. Raises QueryError out of time."""
        with self._asking(passage, seconds) as connection:
            return near_copies.trace(connection, passage)

    def nearly(self, query: Query, limit: int = 10, *, seconds: float | None = None) -> Nearly:
        """Returns pages with some of the words, where few have all; those with the rarest words first.

        Raises QueryError where time runs out.
        """
        with self._asking(query.text, seconds) as connection:
            units = any_words.weighted_parts(connection, query, lambda narrow: _all_rows(connection, narrow))
            if not units:
                return Nearly()
            every = query_plan.plan(connection, query)
            rows = islice(chain.from_iterable(_rows(connection, every, ENOUGH)), ENOUGH)
            whole = _answers(connection, every, _places(connection, every, rows))
            seen = {(answer.document, answer.page) for answer in whole}
            texts = {
                row: unpacked(text)
                for row, text in _texts(connection, any_words.heaviest(units, READ)).items()
            }
            asked = [(unit.phrases(), unit.weight) for unit in units]
            score = dict(zip(texts, relevance.weighed(list(texts.values()), asked), strict=True))
            best = sorted(texts, key=lambda row: (-score[row], -row))
            others = (
                place
                for place in _places(connection, every, best)
                if (place.document, place.number) not in seen
            )
            places = list(islice(others, limit))
            loose = replace(every, query=replace(query, expression=any_words.marked(units)), doubtful=False)
            return Nearly(
                answers=tuple(_answers(connection, loose, places)),
                is_most=any_words.are_most(query, units, [place.row for place in places]),
                is_of_one=is_one_word(query.expression) or is_pair(query.expression),
            )

    def _counted(self, connection: Connection, query: Query, order: Order) -> _Counted:
        plan = query_plan.plan(connection, query)
        waiting = chain.from_iterable(_rows(connection, plan, COUNTED + 1))
        rows = list(islice(waiting, COUNTED + 1))
        ranked = 0
        if order is Order.RELEVANCE and query.expression:
            best = _best(connection, query, rows[:RANKED])
            ranked = len(best)
            rows[:ranked] = best
        places = list(_places(connection, plan, rows[:COUNTED], COUNTED))
        about = plan.doubtful and len(places) > VERIFIED
        every = None
        if plan.doubtful and not about:
            every = list(_answers(connection, plan, places))
            sure = {(answer.document, answer.page) for answer in every}
            places = [place for place in places if (place.document, place.number) in sure]
        return _Counted(
            plan=plan, places=places, sure=every, rest=chain(rows[COUNTED:], waiting),
            more=len(rows) > COUNTED, about=about, ranked=ranked,
        )  # fmt: skip

    @contextmanager
    def _asking(self, asked: str, seconds: float | None) -> Iterator[Connection]:
        """A connection on which statements give up after `seconds`, if given.

        Raises QueryError where the search is too much, TooBusy where others that ask are to blame.
        """
        with self._database.reading() as connection:
            if seconds is None:
                yield connection
                return
            end, worked = time.monotonic() + seconds, time.thread_time()
            with self._counted_in():
                try:
                    with engines.of(connection).giving_up(connection, seconds):
                        yield connection
                except OperationalError:
                    if time.monotonic() <= end:
                        raise
                    is_busy = max(self._at_once, os.getloadavg()[0]) > PROCESSORS  # runs load it, too
                    if is_busy and time.thread_time() - worked < seconds / 2:
                        raise TooBusy(
                            "More is searched for at this moment than this archive's server can do at once. "
                            "Nothing is wrong with your search: please try again in a minute."
                        ) from None
                    raise QueryError(
                        "This search takes too long: say more of what you look for, or narrow it.",
                        query=asked,
                        position=0,
                    ) from None

    @contextmanager
    def _counted_in(self) -> Iterator[None]:
        with self._counting:
            self._at_once += 1
        try:
            yield
        finally:
            with self._counting:
                self._at_once -= 1


class _Place(NamedTuple):
    """A page in one of the papers that hold it."""

    row: int
    number: int
    document: int
    body: str
    body_kind: str
    kind: str
    year: str | None
    concepts: str


class _Counted(NamedTuple):
    """The first matches of a query, as many as are counted."""

    plan: Plan
    places: list[_Place]
    sure: list[Answer] | None  # the answers for all of them, where they were read to be sure
    rest: Iterator[int]  # the rows after these
    more: bool
    about: bool
    ranked: int


def _best_of_each(
    connection: Connection, counted: _Counted, papers: Sequence[Sequence[_Place]]
) -> Iterator[Answer]:
    """The best page of each paper, of those that hold what was asked."""
    plan = counted.plan
    papers = _best_first(connection, counted, papers)
    if counted.sure is not None:
        known = {(answer.document, answer.page): answer for answer in counted.sure}
        yield from (known[place.document, place.number] for place, *_ in papers)
        return

    def answers(some: Iterable[_Place], chunk: int) -> Iterator[Answer]:
        pages = ((place.row, place.document) for place in some)
        return search_answers.answers(connection, plan.query, pages, chunk, doubtful=plan.doubtful)

    # One question for the best page of all of them: few papers need another.
    first = {answer.document: answer for answer in answers([each[0] for each in papers], len(papers) or 1)}
    for best_page, *others in papers:
        if (answer := first.get(best_page.document)) is not None:
            yield answer
        elif plan.doubtful:
            yield from islice(answers(others, FEW), 1)


def _best_first(
    connection: Connection, counted: _Counted, papers: Sequence[Sequence[_Place]]
) -> Sequence[Sequence[_Place]]:
    """The pages of each paper, those first that say most of what was asked."""
    if counted.ranked or not counted.plan.query.expression:
        return papers
    # A paper's only page needs no comparing.
    rows = [place.row for places in papers if len(places) > 1 for place in places]
    best = _best(connection, counted.plan.query, rows, GROUPED_BYTES)
    rank = {row: number for number, row in enumerate(best)}
    return [sorted(places, key=lambda each: rank.get(each.row, len(rank))) for places in papers]


def _all_rows(connection: Connection, query: Query) -> Iterator[int]:
    return chain.from_iterable(_rows(connection, query_plan.plan(connection, query)))


def _rows(connection: Connection, plan: Plan, first: int = CHUNK) -> Iterator[list[int]]:
    """Rows that match, newest first, in chunks."""
    wanted = first
    for match, low, high in plan.ranges:
        top = high
        while rows := _some_rows(connection, match, low, top, wanted):
            yield rows
            if len(rows) < wanted:
                break
            top, wanted = rows[-1], CHUNK


def _some_rows(connection: Connection, match: Match | None, low: int, high: int, limit: int) -> list[int]:
    if match:
        return fts.newest(connection, match, low, high, limit)
    c = t.pages.c
    query = select(c.id).where(c.id >= low, c.id < high).order_by(c.id.desc()).limit(limit)
    return list(connection.execute(query).scalars().all())


def _best(connection: Connection, query: Query, rows: Sequence[int], left: int = RANKED_BYTES) -> list[int]:
    """The first of these rows, as many as may be read, those first that say most of what was asked."""
    texts: dict[int, str] = {}
    for some in (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)):
        packed = _texts(connection, some)
        for row in some:
            left -= len(packed[row])
            if left > 0 or not texts:
                texts[row] = unpacked(packed[row])
        if left <= 0:
            break
    score = dict(zip(texts, relevance.scores(list(texts.values()), query.phrases()), strict=True))
    return sorted(texts, key=lambda row: (-score[row], -row))


def _texts(connection: Connection, rows: Sequence[int]) -> dict[int, bytes]:
    return dict(connection.execute(_TEXTS, {"rows": as_list(rows)}).all())


def _places(connection: Connection, plan: Plan, rows: Iterable[int], chunk: int = CHUNK) -> Iterator[_Place]:
    """The papers in which these pages are and which the filters let through, in the order of the rows."""
    waiting = iter(rows)
    while some := list(islice(waiting, chunk)):
        found = connection.execute(_PAGES, {"rows": as_list(some)}).all()
        pages = {row: page for row, *page in found}
        # Many pages are of few papers, and a paper takes longer to look up than a page.
        papers = _papers(connection, plan, {sha256 for _, sha256, _ in pages.values()})
        for row in some:
            number, sha256, concepts = pages[row]
            for paper in papers.get(sha256, ()):
                yield _Place._make((row, number, *paper, concepts))


def _papers(connection: Connection, plan: Plan, files: Collection[str]) -> dict[str, list[tuple[Any, ...]]]:
    """For each file the papers that it is of and that the filters let through, as `_Place` has them."""
    let_through = list(filters.of_papers(plan.query))
    query = _PAPERS.where(*let_through) if let_through else _PAPERS
    found: dict[str, list[tuple[Any, ...]]] = {}
    for sha256, *paper in connection.execute(query, {"files": as_list(sorted(files))}).all():
        found.setdefault(sha256, []).append(tuple(paper))
    return found


def _answers(
    connection: Connection, plan: Plan, places: Iterable[_Place], limit: int = 0, skip: int = 0
) -> Iterator[Answer]:
    """Answers for these places, in order; limit 0 is all of them."""
    stop = skip + limit if limit else None
    chunk = max(limit, FEWEST) if limit else CHUNK
    pages = ((place.row, place.document) for place in places)
    if plan.doubtful:
        found = search_answers.answers(connection, plan.query, pages, chunk, doubtful=True)
        return islice(found, skip, stop)
    return search_answers.answers(connection, plan.query, islice(pages, skip, stop), chunk, doubtful=False)


def _facets(places: Sequence[_Place]) -> Facets:
    if not places:
        return Facets()
    *_, bodies, body_kinds, kinds, years, concepts = zip(*places, strict=True)
    return Facets(
        bodies=_counts(bodies),
        body_kinds=_counts(body_kinds),
        kinds=_counts(kinds),
        concepts=_counts(" ".join(concepts).split()),
        years=tuple(sorted(_counts(filter(None, years)), key=attrgetter("id"), reverse=True)),
    )


def _counts(values: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(id=value, count=count) for value, count in Counter(values).most_common())
