"""Search by page over the full-text index. The language is pipeline.query's; this compiles it for FTS5.

The index finds rows of the text; what it found is then located in it, to quote it, and to drop rows that only
the turn of the page suggested.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select, text

from pipeline import query as q
from pipeline import snippets
from pipeline.answers import Answer
from pipeline.flow import turn_after
from pipeline.matching import key
from pipeline.model import DocumentKind, Page, PageMethod
from pipeline.text import LINE_END_HYPHEN
from storage import tables as t
from storage.texts import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from storage.database import Database

CHUNK = 500  # rows read at a time
MAX_ENDINGS = 500  # words of the index that one `*ending` may stand for
OPENING = 200  # characters quoted of a page that was found by its filters alone

_IN_INDEX = text(
    f"pages.id IN (SELECT rowid FROM {t.PAGE_INDEX} WHERE {t.PAGE_INDEX} MATCH :match)"  # noqa: S608 - our own constant
)

_WORDS = text(
    f"SELECT term FROM {t.PAGE_INDEX_WORDS} WHERE term LIKE :pattern ORDER BY doc DESC LIMIT :limit"  # noqa: S608 - our own constant
)

Endings = Callable[[str, bool], list[str]]


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: q.Query, limit: int = 20, skip: int = 0) -> list[Answer]:
        """Pages that answer, newest meeting first; limit 0 is all of them."""
        with self._database.reading() as connection:
            answers = islice(self._answers(connection, query), skip, skip + limit if limit else None)
            return _with_concepts(connection, list(answers))

    def _answers(self, connection: Connection, query: q.Query) -> Iterator[Answer]:
        phrases = query.phrases()
        match = "" if query.expression is None else _match(query.expression, partial(_endings, connection))
        result = connection.execute(_select(query, match))
        while rows := result.fetchmany(CHUNK):
            for row in rows:
                page = _page(row)
                snippet = _quote(connection, page, phrases)
                if snippet is not None:
                    yield _answer(row, snippet)


# ---- the statement


def _select(query: q.Query, match: str) -> Select[*tuple[Any, ...]]:
    p, d, s, m, r = t.pages.c, t.documents.c, t.sources.c, t.meetings.c, t.revisions.c
    day = func.coalesce(m.starts_on, d.published_on)
    captured = (
        select(r.fetched_at)
        .where(r.document_id == d.id, r.sha256 == d.sha256)
        .order_by(r.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            t.pages,
            t.files.c.pages.label("page_count"),
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
        .join(t.files, t.files.c.sha256 == p.sha256)
        .join(t.documents, d.sha256 == p.sha256)
        .join(t.sources, s.id == d.source_id)
        .join(t.meetings, m.id == d.meeting_id, isouter=True)
        .order_by(day.is_(None), day.desc(), d.id.desc(), p.number)
    )
    if match:
        statement = statement.where(_IN_INDEX.bindparams(match=match))
    return statement.where(*_filters(query, day))


def _filters(query: q.Query, day: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    p, d, s, h = t.pages.c, t.documents.c, t.sources.c, t.hits.c
    if query.body:
        yield or_(s.body_id == query.body, s.id == query.body)
    if query.kind:
        yield d.kind == query.kind if query.kind in set(DocumentKind) else s.kind == query.kind
    if query.concept:
        yield exists().where(h.sha256 == p.sha256, h.page == p.number, h.concept_id == query.concept)
    if query.after:
        yield and_(day.is_not(None), day >= query.after)
    if query.before:
        yield and_(day.is_not(None), day < query.before)


def _match(expression: q.Expression, endings: Endings) -> str:
    """The expression in FTS5's own language; every word is quoted, so nothing a reader types is syntax."""
    match expression:
        case q.Phrase():
            return _any(_forms(expression, endings))
        case q.Near(left, right, distance):
            pairs = product(_forms(left, endings), _forms(right, endings))
            return _any([f"NEAR({a} {b}, {distance})" for a, b in pairs])
        case q.Or(parts):
            return _any([_match(part, endings) for part in parts])
        case q.And(parts):
            wanted = [_match(part, endings) for part in parts if not isinstance(part, q.Not)]
            unwanted = [_match(part.part, endings) for part in parts if isinstance(part, q.Not)]
            both = "(" + " AND ".join(wanted) + ")"
            return f"({both} NOT {_any(unwanted)})" if unwanted else both
        case q.Not():
            raise AssertionError("the parser lets no expression through that only excludes")


def _any(alternatives: Sequence[str]) -> str:
    return alternatives[0] if len(alternatives) == 1 else "(" + " OR ".join(alternatives) + ")"


def _forms(phrase: q.Phrase, endings: Endings) -> list[str]:
    """Every form of a phrase, quoted; `*ending` stands for the words of the index that end so."""
    forms = list(phrase.forms())
    if phrase.suffix:
        alone = phrase.prefix and len(phrase.words) == 1
        forms = [(word, *form[1:]) for form in forms for word in endings(form[0], alone) or [form[0]]]
    star = "*" if phrase.prefix else ""
    return [f'"{" ".join(form)}"{star}' for form in forms]


def _endings(connection: Connection, ending: str, anywhere: bool) -> list[str]:  # noqa: FBT001 - Endings' form
    """Words of the index that end so, or hold it anywhere; those on most pages first."""
    pattern = f"%{ending}%" if anywhere else f"%{ending}"
    rows = connection.execute(_WORDS, {"pattern": pattern, "limit": MAX_ENDINGS})
    return list(rows.scalars())


# ---- quoting


def _quote(
    connection: Connection, page: Page, phrases: Sequence[q.Phrase]
) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """The words around the first phrase that stands on the page, or None where none does after all."""
    if not phrases:
        return page.text[:OPENING].replace("\n", " "), ()
    places = [place for phrase in phrases if (place := locate(page.text, phrase))]
    if places:
        # The longest phrase says most about why the page was found.
        start, end = max(places, key=lambda place: place[1] - place[0])
        snippet = snippets.around(page.text, start, end)
        return snippet.text, ((snippet.mark_start, snippet.mark_end),)
    row = connection.execute(
        select(t.pages).where(t.pages.c.sha256 == page.sha256, t.pages.c.number == page.number + 1)
    ).first()
    if row is None:
        return None
    turn, boundary = turn_after(page, _page(row))
    for phrase in phrases:
        place = locate(turn, phrase)
        if place and place[0] < boundary < place[1]:
            snippet = snippets.around(turn, *place)
            return snippet.text, ((snippet.mark_start, snippet.mark_end),)
    return None


def locate(text: str, phrase: q.Phrase) -> tuple[int, int] | None:
    """Where a phrase first stands in a text, words broken by a line-end hyphen included."""
    pattern = re.compile(b"|".join(_pattern(form, phrase) for form in reversed(phrase.forms())))
    match = pattern.search(key(text))
    if match:
        return match.span()
    if LINE_END_HYPHEN not in text:
        return None
    match = pattern.search(key(text.replace(LINE_END_HYPHEN, "")))
    if not match:
        return None
    places = [index for index, character in enumerate(text) if character != LINE_END_HYPHEN]
    return places[match.start()], places[match.end() - 1] + 1


def _pattern(words: Sequence[str], phrase: q.Phrase) -> bytes:
    begin = rb"(?<![a-z0-9])" + (rb"[a-z0-9]*" if phrase.suffix else b"")
    end = rb"[a-z0-9]*" if phrase.prefix else rb"(?![a-z0-9])"
    return begin + rb" +".join(word.encode("ascii") for word in words) + end


# ---- rows


def _page(row: Row[Any]) -> Page:
    return Page(
        sha256=row.sha256,
        number=row.number,
        text=unpack(row.text),
        method=PageMethod(row.method),
        extractor=row.extractor,
        label=row.label,
        body_start=row.body_start,
        body_end=row.body_end,
    )


def _answer(row: Row[Any], snippet: tuple[str, tuple[tuple[int, int], ...]]) -> Answer:
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
        snippet=snippet[0],
        marks=snippet[1],
        sha256=row.sha256,
        captured_at=row.captured_at,
        concepts=(),
    )


def _with_concepts(connection: Connection, answers: list[Answer]) -> list[Answer]:
    h = t.hits.c
    done: list[Answer] = []
    for start in range(0, len(answers), CHUNK):
        chunk = answers[start : start + CHUNK]
        rows = connection.execute(
            select(h.sha256, h.page, h.concept_id)
            .where(h.sha256.in_({answer.sha256 for answer in chunk}))
            .distinct()
        )
        said: dict[tuple[str, int], list[str]] = {}
        for sha256, page, concept_id in rows:
            said.setdefault((sha256, page), []).append(concept_id)
        done += [
            replace(answer, concepts=tuple(sorted(said.get((answer.sha256, answer.page), ()))))
            for answer in chunk
        ]
    return done
