"""Names that papers of the last weeks use, and no paper before them: see pipeline.radar."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import case, exists, func, select

from pipeline.matching.concept_matching import compiled
from pipeline.radar import (
    BODIES,
    MOST_BY_CHANCE,
    WEEKS,
    Candidate,
    Context,
    NameKind,
    NewName,
    Vocabulary,
    by_chance,
    names_on_page,
    ranked,
    sentence_around,
)
from storage import tables as t
from storage.engines.ports import AnyOf, Said
from storage.page_rows import unpacked
from storage.paper_joins import page_refs, said_day, with_body_and_meeting
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from pipeline.matching.concept_matching import ConceptMatcher
    from pipeline.matching.concepts import Concept

CONTEXTS = 3  # shown of each name, of different bodies where there are
BESIDE = 3  # concepts named
MOST_PLACES = 200  # of a name that are counted
_READ = 500  # pages at a time

_MORE = (t.pages.c.text, t.pages.c.concepts, t.sources.c.kind.label("body_kind"))


class _Place(NamedTuple):
    row: int
    candidate: Candidate


class _Papers(NamedTuple):
    recent: int
    earlier: int


def find(
    connection: Connection, today: date, concepts: Sequence[Concept], weeks: int = WEEKS
) -> list[NewName]:
    """Returns the names that are new in the papers of the last weeks, the likeliest first.

    `today` is the last day that counts, so that the past can be asked as it was. Papers without a day are
    not looked at.
    """
    low, high = fts.first_row(today - timedelta(weeks=weeks)), fts.first_row(today + timedelta(days=1))
    if not _has_history(connection, low):
        return []
    matcher, known = compiled(tuple(concepts)), Vocabulary.of(concepts)
    counts = _papers(connection, today - timedelta(weeks=weeks), today)
    said: defaultdict[str, list[_Place]] = defaultdict(list)
    for row, text, near in _pages(connection, low, high):
        for candidate in names_on_page(text, known, near):
            said[candidate.key].append(_Place(row, candidate))
    names = (
        _name(connection, found, (low, high), matcher, counts)
        for found in said.values()
        if _is_new(connection, found, low)
    )
    return ranked(name for name in names if name)


def _has_history(connection: Connection, low: int) -> bool:
    """Whether there are papers of before these weeks: to a young archive all names are new."""
    p = t.pages.c
    earlier = select(p.id).where(p.id >= fts.ROWS_A_DAY, p.id < low).limit(1)
    return connection.execute(earlier).first() is not None


def _pages(connection: Connection, low: int, high: int) -> Iterator[tuple[int, str, list[tuple[int, int]]]]:
    """Pages on which a concept was found, with where."""
    p, h = t.pages.c, t.hits.c
    first = low
    while rows := connection.execute(
        select(p.id, p.text, p.sha256, p.number)
        .where(p.id >= first, p.id < high, p.concepts != "")
        .order_by(p.id)
        .limit(_READ)
    ).all():
        for row in rows:
            hits = select(h.start, h.end).where(h.sha256 == row.sha256, h.page == row.number)
            yield row.id, unpacked(row.text), [(start, end) for start, end in connection.execute(hits)]
        first = rows[-1].id + 1


def _is_new(connection: Connection, found: Sequence[_Place], low: int) -> bool:
    """Whether no earlier paper has the name; papers without a day are not asked."""
    return not fts.newest(connection, _forms(found[0].candidate.key), fts.ROWS_A_DAY, low, 1)


def _forms(key: str) -> AnyOf:
    return AnyOf((Said(key), Said(f"{key}s")))


def _papers(connection: Connection, since: date, until: date) -> dict[str, _Papers]:
    """By body, how many papers that speak of any concept there are from `since` on, and before it."""
    d, day = t.documents.c, said_day()
    spoken = exists().where(t.hits.c.sha256 == d.sha256)
    query = (
        with_body_and_meeting(
            select(t.sources.c.body_id, func.sum(case((day >= since, 1), else_=0)), func.count()).select_from(
                t.documents
            )
        )
        .where(day <= until, spoken)
        .group_by(t.sources.c.body_id)
    )
    return {body: _Papers(recent, every - recent) for body, recent, every in connection.execute(query)}


def _is_old_news(papers: int, bodies: Iterable[str], counts: Mapping[str, _Papers]) -> bool:
    """Whether a name may well be an old one of these bodies, of whose earlier papers we have too few."""
    of_bodies = [counts[body] for body in bodies if body in counts]
    recent, earlier = sum(each.recent for each in of_bodies), sum(each.earlier for each in of_bodies)
    return by_chance(papers, recent, earlier) > MOST_BY_CHANCE


def _name(
    connection: Connection,
    found: Sequence[_Place],
    rows_of_weeks: tuple[int, int],
    matcher: ConceptMatcher,
    counts: Mapping[str, _Papers],
) -> NewName | None:
    """The name with its bodies and papers; None for one that too few use or a concept knows."""
    low, high = rows_of_weeks
    best = min((place.candidate for place in found), key=lambda each: list(NameKind).index(each.kind))
    key = best.key
    rows = fts.newest(connection, _forms(key), low, high, MOST_PLACES)
    query = page_refs(t.pages, t.pages.c.id, *_MORE)
    where = connection.execute(query.where(t.pages.c.id.in_(rows)).order_by(t.pages.c.id)).all()
    bodies, papers = Counter(row.body for row in where), len({row.document for row in where})
    is_national = any(row.body_kind == "national" for row in where)
    # The word of a national body counts for two.
    if len(bodies) + is_national < BODIES or _is_old_news(papers + is_national, bodies, counts):
        return None
    days = [day for row in where if (day := row.meeting_date or row.published_on)]
    first = min(days)
    if fts.first_row(first) < low or _knows(matcher, best.name):
        return None  # the bytes of an older paper are listed again, or it is an old name with a word more
    return NewName(
        name=best.name,
        form=best.form,
        kind=best.kind,
        first_on=first,
        bodies=tuple(sorted(bodies)),
        papers=papers,
        concepts=_beside(where),
        contexts=_contexts(where, found),
    )


def _beside(where: Sequence[Row[Any]]) -> tuple[str, ...]:
    """The concepts that are found on the pages of a name, the most often first."""
    counts = Counter(concept for row in where for concept in row.concepts.split())
    return tuple(concept for concept, _ in counts.most_common(BESIDE))


def _contexts(where: Sequence[Row[Any]], found: Sequence[_Place]) -> tuple[Context, ...]:
    """A sentence of each body, of the first that have the name."""
    texts = {place.row: place.candidate for place in found}
    contexts: dict[str, Context] = {}
    for row in where:
        if candidate := texts.get(row.id):
            contexts.setdefault(
                row.body,
                Context(
                    body=row.body,
                    body_name=row.body_name,
                    day=row.meeting_date or row.published_on,
                    document=row.document,
                    page=row.page,
                    text=sentence_around(unpacked(row.text), candidate),
                ),
            )
    return tuple(contexts.values())[:CONTEXTS]


def _knows(matcher: ConceptMatcher, name: str) -> bool:
    """Whether a concept finds most of a name."""
    found = [mention.end - mention.start for mention in matcher.mentions(name)]
    return max(found, default=0) > len(name) / 2
