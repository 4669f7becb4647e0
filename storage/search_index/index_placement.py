"""Where a page is in the full-text index: under which day and which labels.

Both come from the papers that hold its file and change after it was read: a meeting moves, the same bytes
turn up elsewhere, a concept is flagged. `reindex_file` brings one file's rows up to date inside the
transaction that changed it; `misplaced` finds those that a crawl has changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from pipeline.text.canonical import LINE_END_HYPHEN
from pipeline.text.page_joins import also_said, page_break_text
from storage import tables as t
from storage.engines.ports import IndexRow
from storage.engines.sql import listed
from storage.page_rows import page_of
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from pipeline.model import Page
    from storage.database import Database

DAY = "day:"  # known by the row's number: no word of the index
SEVERAL_DAYS = "days:several"  # is under its latest day, though a paper of an earlier one holds it too

# Made once: that takes longer than running them.
_PAPERS = (
    select(
        t.documents.c.sha256,
        t.sources.c.id.label("source_id"),
        t.sources.c.body_id,
        t.sources.c.kind.label("body_kind"),
        t.documents.c.kind,
        func.coalesce(t.meetings.c.starts_on, t.documents.c.published_on).label("day"),
    )
    .select_from(t.documents)
    .join(t.sources, t.sources.c.id == t.documents.c.source_id)
    .join(t.meetings, t.meetings.c.id == t.documents.c.meeting_id, isouter=True)
)
_PAPERS_OF = _PAPERS.where(t.documents.c.sha256.in_(listed("files")))
_HIGHEST = select(func.max(t.pages.c.id)).where(
    t.pages.c.id >= bindparam("low"), t.pages.c.id < bindparam("past")
)
_SAID = (
    select(t.hits.c.sha256, t.hits.c.page, t.hits.c.concept_id)
    .where(t.hits.c.sha256.in_(listed("files")))
    .distinct()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a file's pages go."""

    labels: list[str]
    rows: list[int]  # the first page's first
    concepts: list[str]  # said on each, as `pages.concepts` has them

    def index_rows(self, pages: Sequence[Page]) -> list[IndexRow]:
        """What the index is to hold of them: nothing where no paper holds the file."""
        return [
            _row(pages, at, row, [*self.labels, *_concepts(self.concepts[at])])
            for at, row in enumerate(self.rows)
            if self.labels
        ]


def reindex_file(connection: Connection, sha256: str) -> None:
    """Put a file's pages where they belong in the index; nothing is written where they are there."""
    c = t.pages.c
    standing = connection.execute(select(c.number, c.concepts).where(c.sha256 == sha256)).all()
    if not standing:
        return
    old: list[str] = connection.execute(
        select(t.files.c.labels).where(t.files.c.sha256 == sha256)
    ).scalar_one()
    new = _labels(connection.execute(_PAPERS_OF, {"files": json.dumps([sha256])}))
    said = _said(connection, [sha256])[sha256]
    if old == new and all(row.concepts == said.get(row.number, "") for row in standing):
        return
    rows = connection.execute(select(t.pages).where(c.sha256 == sha256).order_by(c.number)).all()
    pages = [page_of(row) for row in rows]
    # Under the same labels only pages change on which other concepts are said.
    changed = [at for at, row in enumerate(rows) if old != new or row.concepts != said.get(row.number, "")]
    ids = [row.id for row in rows]
    if _day(old) != _day(new):
        ids = free_rows(connection, _day(new), len(rows))
    if old:
        fts.remove(
            connection,
            [_row(pages, at, rows[at].id, [*old, *_concepts(rows[at].concepts)]) for at in changed],
        )
    connection.execute(
        update(t.pages)
        .where(c.id == bindparam("old"))
        .values(id=bindparam("new"), concepts=bindparam("said")),
        [
            {"old": rows[at].id, "new": ids[at], "said": said.get(rows[at].number, "")}
            for at in reversed(changed)  # lowest first: SQLite leaves no leaf half empty
        ],
    )
    if new:
        fts.add(
            connection,
            [_row(pages, at, ids[at], [*new, *_concepts(said.get(rows[at].number, ""))]) for at in changed],
        )
    connection.execute(update(t.files).where(t.files.c.sha256 == sha256).values(labels=new))


def make_anew(connection: Connection) -> None:
    """Fill the index afresh from the pages: their words are read in another way than when it was filled."""
    fts.clear(connection)
    c, f = t.pages.c, t.files.c
    lowest = func.min(c.id)
    files = (
        select(f.sha256, f.labels)
        .join(t.pages, f.sha256 == c.sha256)
        .where(func.json_array_length(f.labels) > 0)
        .group_by(f.sha256)
        .order_by(lowest)
    )
    for sha256, labels in connection.execute(files).all():
        rows = connection.execute(select(t.pages).where(c.sha256 == sha256).order_by(c.number)).all()
        pages = [page_of(row) for row in rows]
        fts.add(
            connection,
            [_row(pages, at, row.id, [*labels, *_concepts(row.concepts)]) for at, row in enumerate(rows)],
        )
    fts.note_version(connection)


def unshelve(connection: Connection, sha256: str) -> None:
    """Take a file's pages out of the index, before they are removed."""
    old: list[str] = (
        connection.execute(select(t.files.c.labels).where(t.files.c.sha256 == sha256)).scalar() or []
    )
    if not old:
        return
    rows = connection.execute(
        select(t.pages).where(t.pages.c.sha256 == sha256).order_by(t.pages.c.number)
    ).all()
    pages = [page_of(row) for row in rows]
    fts.remove(
        connection,
        [_row(pages, at, row.id, [*old, *_concepts(row.concepts)]) for at, row in enumerate(rows)],
    )
    connection.execute(update(t.files).where(t.files.c.sha256 == sha256).values(labels=[]))


def standings(connection: Connection, counts: Mapping[str, int]) -> dict[str, Standing]:
    """Where the pages of files go that are nowhere yet. `counts`: how many pages, by SHA-256."""
    papers: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in connection.execute(_PAPERS_OF, {"files": json.dumps(list(counts))}):
        papers[row.sha256].append(row)
    said = _said(connection, list(counts))
    free: dict[date | None, int] = {}
    found: dict[str, Standing] = {}
    for sha256, count in counts.items():
        labels = _labels(papers[sha256])
        day = _day(labels)
        first = free[day] if day in free else _first_free(connection, day)
        free[day] = first + count
        found[sha256] = Standing(
            labels=labels,
            rows=_downwards(first, count),
            concepts=[said[sha256].get(number, "") for number in range(1, count + 1)],
        )
    return found


def free_rows(connection: Connection, day: date | None, count: int) -> list[int]:
    """Free rows of a day for the pages of a file."""
    return _downwards(_first_free(connection, day), count)


def _first_free(connection: Connection, day: date | None) -> int:
    low = fts.first_row(day)
    highest = connection.execute(_HIGHEST, {"low": low, "past": low + fts.ROWS_A_DAY}).scalar()
    return low + 1 if highest is None else highest + 1


def _downwards(first: int, count: int) -> list[int]:
    """A paper's first page has the highest row, so that it comes first."""
    return list(range(first + count - 1, first - 1, -1))


def misplaced(connection: Connection) -> list[str]:
    """SHA-256 of every file that was read and is under labels that are no longer its own."""
    f = t.files.c
    standing = dict(connection.execute(select(f.sha256, f.labels).where(f.pages > 0)).all())
    papers: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in connection.execute(_PAPERS.where(t.documents.c.sha256.is_not(None))):
        papers.setdefault(row.sha256, []).append(row)
    return [sha256 for sha256, labels in standing.items() if labels != _labels(papers.get(sha256, ()))]


def move_misplaced(database: Database) -> None:
    """Move files read before whose papers have changed; what is killed here leaves them to the next run."""
    with database.reading() as connection:
        files = misplaced(connection)
    for sha256 in files:
        with database.writing() as connection:
            reindex_file(connection, sha256)


def _labels(papers: Iterable[Row[*tuple[Any, ...]]]) -> list[str]:
    """The labels of a file that these papers hold; none where no paper does."""
    labels: set[str] = set()
    days: set[str] = set()
    for row in papers:
        labels |= {f"body:{row.body_id}", f"source:{row.source_id}"}
        labels |= {f"kind:{row.body_kind}", f"kind:{row.kind}"}
        days.add(row.day.isoformat() if row.day else "")
    if not labels:
        return []
    several = [SEVERAL_DAYS] if len(days) > 1 else []
    return sorted([*labels, *several, DAY + max(days)])


def _day(labels: Sequence[str]) -> date | None:
    day = next((label.removeprefix(DAY) for label in labels if label.startswith(DAY)), "")
    return date.fromisoformat(day) if day else None


def _said(connection: Connection, files: Sequence[str]) -> dict[str, dict[int, str]]:
    """The concepts of each page of each file, as `pages.concepts` has them."""
    said: dict[str, dict[int, list[str]]] = {sha256: defaultdict(list) for sha256 in files}
    for sha256, page, concept in connection.execute(_SAID, {"files": json.dumps(list(files))}):
        said[sha256][page].append(concept)
    return {
        sha256: {page: " ".join(sorted(concepts)) for page, concepts in pages.items()}
        for sha256, pages in said.items()
    }


def _concepts(concepts: str) -> list[str]:
    return [f"concept:{concept}" for concept in concepts.split()]


def _row(pages: Sequence[Page], at: int, row: int, labels: Iterable[str]) -> IndexRow:
    page = pages[at]
    turn = page_break_text(page, pages[at + 1])[0] if at + 1 < len(pages) else ""
    if LINE_END_HYPHEN in turn:
        turn = f"{turn} | {turn.replace(LINE_END_HYPHEN, '')}"
    return IndexRow(
        row=row,
        text=page.text,
        mended=also_said([page], 0) if LINE_END_HYPHEN in page.text else "",
        turn=turn,
        labels=" ".join(fts.label_word(label) for label in labels if not label.startswith(DAY)),
    )
