"""Parts of pages that are no plain text of them: read by OCR, not read, hidden.

Most pages have none, so they are in a table of their own and cost the others nothing. Whoever counts what
was not read counts it here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from pipeline.model import Part, PartState
from storage import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

    from pipeline.model import Page


def keep(connection: Connection, files: Mapping[str, Sequence[Page]]) -> None:
    """Put the parts of these pages in place of those that the files had."""
    connection.execute(delete(t.parts).where(t.parts.c.sha256.in_(list(files))))
    rows = [_row(page, part) for pages in files.values() for page in pages for part in page.parts]
    if rows:
        connection.execute(insert(t.parts), rows)


def with_parts(connection: Connection, pages: Iterable[Page]) -> list[Page]:
    """These pages of one file, each with its parts."""
    pages = list(pages)
    if not pages:
        return pages
    c = t.parts.c
    query = select(t.parts).where(c.sha256 == pages[0].sha256).order_by(c.page, c.id)
    if len(pages) == 1:
        query = query.where(c.page == pages[0].number)
    found: dict[int, list[Part]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.page].append(_part(row))
    if not found:
        return pages
    return [replace(page, parts=tuple(found[page.number])) for page in pages]


def unread_pages() -> Select[*tuple[Any, ...]]:
    """Of each file with parts not read: on how many pages, which is the first, and the area in pages."""
    return _pages_with(PartState.UNREAD)


def _pages_with(state: PartState) -> Select[*tuple[Any, ...]]:
    c = t.parts.c
    return (
        select(
            c.sha256,
            func.count(c.page.distinct()).label("pages"),
            func.min(c.page).label("first"),
            func.sum(c.share).label("area"),
        )
        .where(c.state == state.value)
        .group_by(c.sha256)
    )


def pages_with_parts(connection: Connection) -> dict[str, int]:
    """Pages of papers as they are now that have parts, by the state of these."""
    c, d = t.parts.c, t.documents.c
    current = c.sha256.in_(select(d.sha256).where(d.sha256.is_not(None)))
    pages = select(c.state, c.sha256, c.page).where(current).distinct().subquery()
    query = select(pages.c.state, func.count()).group_by(pages.c.state)
    found = dict(connection.execute(query).all())
    return {state.value: found.get(state.value, 0) for state in PartState}


def _row(page: Page, part: Part) -> dict[str, Any]:
    return {
        "sha256": page.sha256,
        "page": page.number,
        "kind": part.kind,
        "state": part.state.value,
        "start": part.start,
        "end": part.end,
        "share": part.share,
        "box": part.box,
        "text": part.text,
        "why": part.why,
    }


def _part(row: Row[Any]) -> Part:
    return Part(
        kind=row.kind,
        state=PartState(row.state),
        start=row.start,
        end=row.end,
        share=row.share,
        box=tuple(row.box) if row.box else None,
        text=row.text,
        why=row.why,
    )
