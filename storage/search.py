"""Search by page. The language is pipeline.query's; this compiles it for the index and quotes what it found.

The index answers for words, labels and days. What it cannot know is looked at afterwards: which of a file's
papers the filters let through, and whether a phrase stands on this page or only at the head of the next.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.exc import OperationalError

from pipeline import query as q
from pipeline import snippets
from pipeline.answers import Answer, Count, Facets, Order, Results
from pipeline.errors import QueryError
from pipeline.flow import flow_around, turn_after
from pipeline.matching import key
from pipeline.model import DocumentKind, Page
from pipeline.rules import RuleSet
from pipeline.text import LINE_END_HYPHEN
from storage import page_index, ranking, shelving, spelling
from storage import tables as t
from storage.packing import page_of, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from storage.database import Database

COUNTED = 1_000  # matches that are counted, and spread over the facets
RANKED = 400  # newest matches among which the best are looked for
RANKED_BYTES = 1_000_000  # of packed text that are read for it
VERIFIED = 100  # matches up to which a doubtful count is made sure of, by reading them
CHUNK = 200  # rows read at a time
OPENING = 200  # characters quoted of a page that was found by its filters alone
INSTRUCTIONS = 10_000  # of SQLite's between two looks at the clock
SHORT_PREFIX = 2  # letters before a star that too many words may begin with
TOO_MANY = 500  # words

Quote = tuple[str, tuple[tuple[int, int], ...]]
Endings = Callable[[str, bool], list[str]]


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self, query: q.Query, limit: int = 20, skip: int = 0, *, seconds: float | None = None
    ) -> list[Answer]:
        """Pages that answer, newest meeting first; limit 0 is all of them."""
        with self._asking(query, seconds) as connection:
            plan = _plan(connection, query)
            places = chain.from_iterable(_places(connection, plan, rows) for rows in _rows(connection, plan))
            return list(_answers(connection, plan, places, limit, skip))

    def look(
        self,
        query: q.Query,
        limit: int = 20,
        skip: int = 0,
        *,
        order: Order = Order.DATE,
        seconds: float | None = None,
    ) -> Results:
        """As `find`, with how many there are and how they spread. Raises QueryError where time runs out."""
        with self._asking(query, seconds) as connection:
            plan = _plan(connection, query)
            every_row = chain.from_iterable(_rows(connection, plan, COUNTED + 1))
            rows = list(islice(every_row, COUNTED + 1))
            more = len(rows) > COUNTED
            ranked = 0
            if order is Order.RELEVANCE and query.expression:
                best = _best(connection, query, rows[:RANKED])
                ranked = len(best)
                rows[:ranked] = best
            counted = _places(connection, plan, rows[:COUNTED])
            later = chain(rows[COUNTED:], every_row)
            rest = chain.from_iterable(
                _places(connection, plan, some) for some in iter(lambda: list(islice(later, CHUNK)), [])
            )
            if plan.doubtful and len(counted) <= VERIFIED:
                every = list(_answers(connection, plan, counted, 0, 0))
                sure = {(answer.document, answer.page) for answer in every}
                counted = [place for place in counted if (place.document, place.number) in sure]
                answers = every[skip : skip + limit if limit else None]
            else:
                answers = list(_answers(connection, plan, chain(counted, rest), limit, skip))
            return Results(
                answers=tuple(answers),
                total=len(counted),
                more=more,
                about=plan.doubtful and len(counted) > VERIFIED,
                facets=_facets(counted),
                ranked=ranked,
            )

    def suggest(self, query: q.Query, *, seconds: float | None = None) -> str:
        """The query with words that stand nowhere put right; "" where there is nothing to put right."""
        with self._asking(query, seconds) as connection:
            return spelling.corrected(connection, query)

    @contextmanager
    def _asking(self, query: q.Query, seconds: float | None) -> Iterator[Connection]:
        """A connection on which SQLite gives up after so many seconds."""
        with self._database.reading() as connection:
            if seconds is None:
                yield connection
                return
            end = time.monotonic() + seconds
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(lambda: time.monotonic() > end, INSTRUCTIONS)
            try:
                yield connection
            except OperationalError:
                if time.monotonic() <= end:
                    raise
                raise QueryError(
                    "This search takes too long: say more of what you look for, or narrow it.",
                    query=query.text,
                    position=0,
                ) from None
            finally:
                driver.set_progress_handler(None, 0)


# ---- what is asked of the index


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A query as the index takes it, with what is to be looked at afterwards."""

    query: q.Query
    bodies: tuple[str, ...]  # the one asked for, and those it took over
    match: str  # "" where every page answers
    ranges: tuple[tuple[str, int, int], ...]  # what to match, and the rows in which
    doubtful: bool  # the turn of a page may have answered for the next page


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


def _plan(connection: Connection, query: q.Query) -> _Plan:
    def endings(ending: str, anywhere: bool) -> list[str]:  # noqa: FBT001 - Endings' form
        return page_index.words_ending(connection, ending, anywhere=anywhere)

    for phrase in query.phrases():
        _refuse_short(connection, query, phrase)
    bodies = (query.body, *taken_over(connection, query.body)) if query.body else ()
    wanted = [_match(query.expression, endings)] if query.expression else []
    if bodies:
        wanted.append(_any([_label(f"{of}:{body}") for body in bodies for of in ("body", "source")]))
    if query.kind:
        wanted.append(_label(f"kind:{query.kind}"))
    if query.concept:
        wanted.append(_label(f"concept:{query.concept}"))
    low = page_index.first_row(query.after) if query.after else 0
    if query.before and not query.after:
        low = page_index.ROWS_A_DAY  # a paper without a day is not before one
    high = page_index.first_row(query.before) if query.before else page_index.END_OF_DAYS
    ranges = [(" AND ".join(wanted), low, high)]
    if query.before:
        several = " AND ".join([*wanted, _label(shelving.SEVERAL_DAYS)])
        ranges.insert(0, (several, max(low, high), page_index.END_OF_DAYS))
    return _Plan(
        query=query,
        bodies=bodies,
        match=" AND ".join(wanted),
        ranges=tuple(ranges),
        doubtful=query.expression is not None and _may_turn(query.expression),
    )


def _refuse_short(connection: Connection, query: q.Query, phrase: q.Phrase) -> None:
    """The index would have to put together half of what it holds."""
    start = phrase.words[-1]
    if not phrase.prefix or phrase.suffix or len(start) > SHORT_PREFIX:
        return
    if len(page_index.words_beginning(connection, start, TOO_MANY)) == TOO_MANY:
        raise QueryError(
            f"Too many words begin with {start!r}: write more letters before the star.",
            query=query.text,
            position=max(query.text.casefold().find(f"{start}*"), 0),
        )


def taken_over(connection: Connection, body: str) -> list[str]:
    """The bodies that this one took over, and those that they had taken over."""
    c = t.successions.c
    found = select(c.predecessor).where(c.successor == body).cte("found", recursive=True)
    found = found.union(select(c.predecessor).where(c.successor == found.c.predecessor))
    return list(connection.execute(select(found.c.predecessor)).scalars())


def _label(name: str) -> str:
    return f'"{page_index.label(name)}"'


def _rows(connection: Connection, plan: _Plan, first: int = CHUNK) -> Iterator[list[int]]:
    """Rows that match, newest first, so many at a time."""
    wanted = first
    for match, low, high in plan.ranges:
        top = high
        while rows := _some_rows(connection, match, low, top, wanted):
            yield rows
            if len(rows) < wanted:
                break
            top, wanted = rows[-1], CHUNK


def _some_rows(connection: Connection, match: str, low: int, high: int, limit: int) -> list[int]:
    if match:
        return page_index.newest(connection, match, low, high, limit)
    c = t.pages.c
    query = select(c.id).where(c.id >= low, c.id < high).order_by(c.id.desc()).limit(limit)
    return list(connection.execute(query).scalars().all())


def _best(connection: Connection, query: q.Query, rows: Sequence[int]) -> list[int]:
    """The first of these rows, as many as may be read, those first that say most of what was asked."""
    texts: dict[int, str] = {}
    left = RANKED_BYTES
    for some in (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)):
        packed = _texts(connection, some)
        for row in some:
            left -= len(packed[row])
            if left > 0 or not texts:
                texts[row] = unpack(packed[row])
        if left <= 0:
            break
    score = dict(zip(texts, ranking.scores(list(texts.values()), query.phrases()), strict=True))
    return sorted(texts, key=lambda row: (-score[row], -row))


def _texts(connection: Connection, rows: Sequence[int]) -> dict[int, bytes]:
    c = t.pages.c
    asked = func.json_each(literal(json.dumps(list(rows)))).table_valued("value")
    query = select(c.id, c.text).select_from(asked).join(t.pages, c.id == asked.c.value)
    return dict(connection.execute(query).all())


def _match(expression: q.Expression, endings: Endings) -> str:
    """The expression in FTS5's own language: it finds all pages that say it, and some that may not."""
    match, outside = _compiled(expression, endings, sure=False)
    assert not outside, "the parser lets no expression through that only excludes"
    return match


def _compiled(expression: q.Expression, endings: Endings, *, sure: bool) -> tuple[str, bool]:
    """What to match, and whether the pages meant are those that do not: FTS5 has no NOT of one side.

    With `sure` only pages that certainly say it: others must not speak against a page. Every word is quoted,
    so nothing a reader types is syntax.
    """
    match expression:
        case q.Phrase(words):
            return _any(_forms(expression, endings, _columns(len(words), sure=sure))), False
        case q.Near(left, right, distance):
            columns = _columns(2, sure=sure)
            pairs = product(_forms(left, endings), _forms(right, endings))
            return _any([f"{columns}NEAR({a} {b}, {distance})" for a, b in pairs]), False
        case q.Not(part):
            match, outside = _compiled(part, endings, sure=not sure)
            return match, not outside
        case q.And(parts) | q.Or(parts):
            every = [_compiled(part, endings, sure=sure) for part in parts]
            inside = [match for match, is_outside in every if not is_outside]
            outside = [match for match, is_outside in every if is_outside]
            if isinstance(expression, q.And):
                return (_but(_all(inside), outside), False) if inside else (_any(outside), True)
            return (_but(_all(outside), inside), True) if outside else (_any(inside), False)


def _but(wanted: str, unwanted: Sequence[str]) -> str:
    return f"({wanted} NOT {_any(unwanted)})" if unwanted else wanted


def _all(parts: Sequence[str]) -> str:
    return "(" + " AND ".join(parts) + ")"


def _columns(words: int, *, sure: bool) -> str:
    """In which columns to look for so many words.

    One word cannot run over the turn of a page. Several may seem to stand together where the turn is another
    page's, or where two mended words were put side by side.
    """
    if words == 1:
        return "{text mended} : "
    return "text : " if sure else ""


def _any(alternatives: Sequence[str]) -> str:
    return alternatives[0] if len(alternatives) == 1 else "(" + " OR ".join(alternatives) + ")"


def _forms(phrase: q.Phrase, endings: Endings, columns: str = "") -> list[str]:
    """Every form of a phrase, quoted; `*ending` stands for the words of the index that end so."""
    forms = list(phrase.forms())
    if phrase.suffix:
        alone = phrase.prefix and len(phrase.words) == 1
        forms = [(word, *form[1:]) for form in forms for word in endings(form[0], alone) or [form[0]]]
    star = "*" if phrase.prefix else ""
    return [f'{columns}"{" ".join(form)}"{star}' for form in forms]


def _may_turn(expression: q.Expression) -> bool:
    """Whether the turn of a page can answer it, or speak against it."""
    match expression:
        case q.Phrase():
            return len(expression.words) > 1
        case q.Near():
            return True
        case q.And(parts) | q.Or(parts):
            return any(map(_may_turn, parts))
        case q.Not(part):
            return _may_turn(part)


# ---- what it found


def _day() -> ColumnElement[Any]:
    return func.coalesce(t.meetings.c.starts_on, t.documents.c.published_on)


def _places(connection: Connection, plan: _Plan, rows: Sequence[int]) -> list[_Place]:
    """The papers in which these pages stand and which the filters let through, in the order of the rows."""
    if not rows:
        return []
    p, d, s = t.pages.c, t.documents.c, t.sources.c
    asked = func.json_each(literal(json.dumps(list(rows)))).table_valued("value")
    query = (
        select(p.id, p.number, d.id, s.body_id, s.kind, d.kind, func.strftime("%Y", _day()), p.concepts)
        .select_from(asked)
        .join(t.pages, p.id == asked.c.value)
        .join(t.documents, d.sha256 == p.sha256)
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, t.meetings.c.id == d.meeting_id, isouter=True)
        .where(*_filters(plan))
    )
    found: dict[int, list[_Place]] = {}
    for row in connection.execute(query).all():
        found.setdefault(row[0], []).append(_Place._make(row))
    for some in found.values():
        if len(some) > 1:
            some.sort(key=lambda place: -place.document)
    return [place for row in rows for place in found.get(row, ())]


def _filters(plan: _Plan) -> Iterator[ColumnElement[bool]]:
    d, s, query = t.documents.c, t.sources.c, plan.query
    if plan.bodies:
        yield or_(s.body_id.in_(plan.bodies), s.id.in_(plan.bodies))
    if query.kind:
        yield d.kind == query.kind if query.kind in set(DocumentKind) else s.kind == query.kind
    if query.after:
        yield and_(_day().is_not(None), _day() >= query.after)
    if query.before:
        yield and_(_day().is_not(None), _day() < query.before)


def _facets(places: Sequence[_Place]) -> Facets:
    years = Counter(place.year for place in places if place.year)
    return Facets(
        bodies=_counts(place.body for place in places),
        body_kinds=_counts(place.body_kind for place in places),
        kinds=_counts(place.kind for place in places),
        concepts=_counts(concept for place in places if place.concepts for concept in place.concepts.split()),
        years=tuple(Count(id=year, count=years[year]) for year in sorted(years, reverse=True)),
    )


def _counts(values: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(id=value, count=count) for value, count in Counter(values).most_common())


def _answers(
    connection: Connection, plan: _Plan, places: Iterable[_Place], limit: int, skip: int
) -> Iterator[Answer]:
    """Answers for these places, in order; where the turn of the page may have answered, made sure of."""
    places = iter(places)
    if not plan.doubtful:
        places = islice(places, skip, skip + limit if limit else None)
        skip = 0
    answers = _quoted(connection, plan, places, max(limit, 20) if limit else CHUNK)
    yield from islice(answers, skip, skip + limit if limit else None)


def _quoted(connection: Connection, plan: _Plan, places: Iterator[_Place], chunk: int) -> Iterator[Answer]:
    phrases = plan.query.phrases()
    rule = RuleSet({"asked": plan.query} if plan.doubtful else {})
    while some := list(islice(places, chunk)):
        rows = {(row.row_id, row.document_id): row for row in connection.execute(_whole(some))}
        turns = _turns(connection, rows.values()) if plan.doubtful else {}
        for place in some:
            row = rows[place.row, place.document]
            page = page_of(row)
            after = turns.get((page.sha256, page.number + 1))
            if plan.doubtful and not _holds(rule, page, after):
                continue
            yield _answer(row, _quote(page, after, phrases))


def _whole(places: Sequence[_Place]) -> Select[*tuple[Any, ...]]:
    p, d, s, m, r, f = (
        table.c for table in (t.pages, t.documents, t.sources, t.meetings, t.revisions, t.files)
    )
    asked = func.json_each(
        literal(json.dumps([[place.row, place.document] for place in places]))
    ).table_valued("value")
    row, document = (func.json_extract(asked.c.value, f"$[{at}]") for at in (0, 1))
    captured = (
        select(r.fetched_at)
        .where(r.document_id == d.id, r.sha256 == d.sha256)
        .order_by(r.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            t.pages,
            p.id.label("row_id"),
            f.pages.label("page_count"),
            f.media_type,
            d.id.label("document_id"),
            d.title,
            d.kind,
            d.url,
            d.state,
            s.id.label("source_id"),
            s.body_id,
            s.name.label("body_name"),
            m.body_name.label("committee"),
            m.starts_on,
            d.published_on,
            captured.label("captured_at"),
        )
        .select_from(asked)
        .join(t.pages, p.id == row)
        .join(t.documents, d.id == document)
        .join(t.files, f.sha256 == p.sha256)
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
    )


def _turns(connection: Connection, rows: Iterable[Row[Any]]) -> dict[tuple[str, int], Page]:
    """The pages after these."""
    c = t.pages.c
    wanted = json.dumps([[row.sha256, row.number + 1] for row in rows])
    asked = func.json_each(literal(wanted)).table_valued("value")
    sha256, number = (func.json_extract(asked.c.value, f"$[{at}]") for at in (0, 1))
    query = select(t.pages).select_from(asked).join(t.pages, and_(c.sha256 == sha256, c.number == number))
    return {(row.sha256, row.number): page_of(row) for row in connection.execute(query)}


def _answer(row: Row[Any], quote: Quote) -> Answer:
    return Answer(
        body=row.body_id,
        body_name=row.body_name,
        source=row.source_id,
        document=row.document_id,
        kind=row.kind,
        state=row.state,
        committee=row.committee or "",
        meeting_date=row.starts_on,
        published_on=row.published_on,
        title=row.title,
        url=row.url,
        page=row.number,
        pages=row.page_count,
        label=row.label,
        snippet=quote[0],
        marks=quote[1],
        sha256=row.sha256,
        captured_at=row.captured_at,
        concepts=tuple(row.concepts.split()),
        media_type=row.media_type,
    )


# ---- quoting


def _holds(rule: RuleSet, page: Page, after: Page | None) -> bool:
    """Whether a page says it, as a watch list would judge, and not only the head of the next one."""
    pages = [page, after] if after else [page]
    return any(hit.page == page.number for hit in rule.hits(pages))


def _place_of(phrase: q.Phrase, page: Page, after: Page | None) -> tuple[str, int, int] | None:
    """A text and where in it the phrase stands: the page's own, or that of its turn."""
    if place := locate(page.text, phrase):
        return (page.text, *place)
    if after is None:
        return None
    turn, boundary = turn_after(page, after)
    place = locate(turn, phrase)
    if place is None or not place[0] < boundary < place[1]:
        return None
    flow = flow_around([page, after], 0)
    shift = flow.body_end - boundary
    return flow.text, place[0] + shift, place[1] + shift


def _quote(page: Page, after: Page | None, phrases: Sequence[q.Phrase]) -> Quote:
    """The words around the phrase that says most about why the page was found; else its opening words."""
    places = [place for phrase in phrases if (place := _place_of(phrase, page, after))]
    if not places:
        return page.text[:OPENING].replace("\n", " "), ()
    snippet = snippets.around(*max(places, key=lambda place: place[2] - place[1]))
    return snippet.text, ((snippet.mark_start, snippet.mark_end),)


def locate(text: str, phrase: q.Phrase) -> tuple[int, int] | None:
    """Where a phrase first stands in a text, words broken by a line-end hyphen included."""
    if place := _first(key(text), phrase):
        return place
    if LINE_END_HYPHEN not in text:
        return None
    mended = _first(key(text.replace(LINE_END_HYPHEN, "")), phrase)
    if not mended:
        return None
    places = [index for index, character in enumerate(text) if character != LINE_END_HYPHEN]
    return places[mended[0]], places[mended[1] - 1] + 1


def _first(text: bytes, phrase: q.Phrase) -> tuple[int, int] | None:
    found = [match.span() for pattern in _patterns(phrase) if (match := pattern.search(text))]
    return min(found, key=lambda span: (span[0], -span[1]), default=None)


@lru_cache(maxsize=256)
def _patterns(phrase: q.Phrase) -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile(_pattern(form, phrase)) for form in phrase.forms())


def _pattern(words: Sequence[str], phrase: q.Phrase) -> bytes:
    """Looks back after the first word, not before it: a pattern that begins with letters is found quickly."""
    first, *others = (word.encode("ascii") for word in words)
    begin = rb"(?<![a-z0-9])[a-z0-9]*" + first if phrase.suffix else first + rb"(?<![a-z0-9]" + first + b")"
    end = rb"[a-z0-9]*" if phrase.prefix else rb"(?![a-z0-9])"
    return rb" +".join([begin, *others]) + end
