"""Parts of pages that are no plain text of them: read by OCR, not read, hidden.

Most pages have none, so they are in a table of their own and cost the others nothing. Whoever counts what
was not read counts it here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, literal, select, union_all

from pipeline.model import PageMethod, Part, PartState
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


def unread_pages(files: Select[tuple[Any]] | None = None) -> Select[*tuple[Any, ...]]:
    """Returns, of each file that was read but for some pages or parts of them, how many and the first.

    `blank` of these have no text at all. With `files`, of these files alone.
    """
    p, part, f = t.pages.c, t.parts.c, t.files.c
    blank = select(p.sha256, p.number, literal(1).label("blank")).where(p.method == PageMethod.NONE.value)
    partly = select(part.sha256, part.page, literal(0)).where(part.state == PartState.UNREAD.value)
    if files is not None:
        blank, partly = blank.where(p.sha256.in_(files)), partly.where(part.sha256.in_(files))
    each = union_all(blank, partly).subquery()
    return (
        select(
            each.c.sha256,
            func.count(each.c.number.distinct()).label("pages"),
            func.min(each.c.number).label("first"),
            func.sum(each.c.blank).label("blank"),
        )
        .join(t.files, f.sha256 == each.c.sha256)
        .where(f.reason == "")
        .group_by(each.c.sha256)
    )


def pages_with_parts(connection: Connection) -> dict[str, int]:
    """Pages that have parts, by the state of these: each once in each paper that has it now."""
    c, d = t.parts.c, t.documents.c
    pages = select(c.state, c.sha256, c.page).distinct().subquery()
    query = (
        select(pages.c.state, func.count())
        .join(t.documents, d.sha256 == pages.c.sha256)
        .group_by(pages.c.state)
    )
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
