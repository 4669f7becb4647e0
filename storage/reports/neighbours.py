"""What bodies of the same areas published on the subjects of a meeting's items: see `pipeline.areas`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from pipeline.areas.neighbours import (
    AHEAD,
    BACK,
    MOST_SENTENCES,
    SHOWN,
    HeldTexts,
    ItemGaps,
    OwnPapers,
    Sentence,
    not_held,
)
from pipeline.errors import ConfigError
from pipeline.model import PageRef
from pipeline.text.canonical import shown
from storage import tables as t
from storage.page_rows import unpacked
from storage.paper_joins import newest_papers_first, page_ref, page_refs, said_day
from storage.reports import left_out

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

MOST_PAGES = 2_000  # of a meeting's papers that are read


class _Begun(NamedTuple):
    """An item as its first page has it."""

    document: int
    page: int
    concepts: dict[str, None]


def items(connection: Connection, meeting: int, most: int = SHOWN) -> list[ItemGaps]:
    """Returns the items of a meeting on which a topic is found, with what neighbours say and it does not.

    Of each topic of an item it gives the `most` sentences, or all with 0.
    Raises ConfigError for a meeting that there is not.
    """
    m, s = t.meetings.c, t.sources.c
    of = select(s.body_id, m.starts_on).join(t.sources, s.id == m.source_id).where(m.id == meeting)
    found = connection.execute(of).first()
    if found is None:
        raise ConfigError(f"there is no meeting {meeting}")
    texts, begun = _pages(connection, meeting)
    topics = {concept for item in begun.values() for concept in item.concepts}
    if not topics or found.starts_on is None:
        return []
    sentences = _sentences(connection, found.body_id, found.starts_on, topics, meeting)
    held, own = HeldTexts(texts), _own(connection, meeting)
    told: list[ItemGaps] = []
    for name, item in begun.items():
        concepts = tuple(item.concepts)
        chosen, more = not_held(concepts, sentences, held, most)
        told.append(
            ItemGaps(
                name=name,
                document=item.document,
                page=item.page,
                concepts=concepts,
                missing=chosen,
                more=more,
                own=own,
            )
        )
    return told


def _own(connection: Connection, meeting: int) -> OwnPapers:
    """What was read of the meeting's papers; pages beyond those that are compared count as not read."""
    d, f = t.documents.c, t.files.c
    query = (
        select(d.sha256, f.reason, f.pages, f.flagged)
        .select_from(t.documents)
        .join(t.files, f.sha256 == d.sha256, isouter=True)
        .where(d.meeting_id == meeting)
    )
    every = [paper for paper in connection.execute(query) if not left_out.has_no_text(paper)]
    read = [paper for paper in every if left_out.is_read(paper)]
    pages = sum(paper.pages for paper in read)
    missed = left_out.unread_pages_of(connection, read) + max(0, pages - MOST_PAGES)
    return OwnPapers(
        papers_read=len(read),
        papers_not_read=len(every) - len(read),
        pages_read=max(0, pages - missed),
        pages_not_read=missed,
    )


def _pages(connection: Connection, meeting: int) -> tuple[list[str], dict[str, _Begun]]:
    d, p = t.documents.c, t.pages.c
    query = (
        select(d.id, d.title, p.number, p.item, p.concepts, p.text)
        .join(t.pages, p.sha256 == d.sha256)
        .where(d.meeting_id == meeting)
        .order_by(d.id, p.number)
        .limit(MOST_PAGES)
    )
    texts: list[str] = []
    begun: dict[str, _Begun] = {}
    for row in connection.execute(query):
        texts.append(shown(unpacked(row.text)))
        if row.concepts:
            item = begun.setdefault(row.item or row.title, _Begun(row.id, row.number, {}))
            item.concepts.update(dict.fromkeys(row.concepts.split()))
    return texts, begun


def _sentences(
    connection: Connection, body: str, day: date, topics: set[str], meeting: int
) -> list[Sentence]:
    """What neighbours say of these topics near that day and no paper of the meeting has word for word."""
    own = {body, *left_out.forerunners(connection, body)}
    neighbours = {
        each
        for area in left_out.areas_of(connection, body)
        for ids in left_out.members(connection, area).values()
        for each in ids
    } - own
    h, d = t.hits.c, t.documents.c
    said = select(h.passage).join(t.documents, d.sha256 == h.sha256).where(d.meeting_id == meeting)
    query = (
        page_refs(t.hits, h.concept_id, h.snippet, h.mark_start, h.mark_end, h.passage)
        .where(
            h.concept_id.in_(topics),
            t.sources.c.body_id.in_(neighbours),
            said_day() >= day - BACK,
            said_day() <= day + AHEAD,
            h.passage.not_in(said),
        )
        .order_by(newest_papers_first(), h.id)
        .limit(MOST_SENTENCES * 4)
    )
    once: dict[tuple[str, str], Sentence] = {}
    for row in connection.execute(query):
        once.setdefault(
            (row.concept_id, row.passage),
            Sentence(
                concept=row.concept_id,
                snippet=row.snippet,
                marks=((row.mark_start, row.mark_end),),
                at=PageRef(**page_ref(row)),
            ),
        )
    return list(once.values())[:MOST_SENTENCES]
