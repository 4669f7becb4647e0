"""What the archive's papers say of a firm: see pipeline.matching.firm_record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.matching.firm_record import (
    NOTICES,
    RECORDS,
    ContractNotice,
    FirmMention,
    FirmRecord,
    NamedBy,
    by_contract,
    contract_notice,
)
from pipeline.model import PageRef
from storage import bodies
from storage import tables as t
from storage.page_rows import unpacked
from storage.paper_joins import newest_papers_first, page_ref, page_refs, said_day, with_body_and_meeting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

MOST = 100  # notices, and records: the newest
NOTICE_PAGES = 5  # of a notice that are read for its facts


def firm_record(connection: Connection, called: Sequence[str]) -> FirmRecord:
    """Of a firm by all its names, as the concepts' wordings have them."""
    bodies = _bodies(connection, called)
    h, platform = t.hits.c, t.sources.c.platform
    named = t.documents.c.sha256.in_(select(h.sha256).where(h.wording.in_(called)))
    days = [day for body in bodies for day in (body.first, body.last) if day]
    return FirmRecord(
        bodies=tuple(bodies),
        notices=by_contract(_notices(connection, called)),
        records=tuple(_records(connection, called)),
        notices_in_all=_papers(connection, named, platform == NOTICES),
        records_in_all=_papers(connection, named, platform.in_(RECORDS)),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _bodies(connection: Connection, called: Sequence[str]) -> list[NamedBy]:
    """Every body with a paper that names it, those first that do so in most passages."""
    d, h, s = t.documents.c, t.hits.c, t.sources.c
    query = (
        with_body_and_meeting(
            select(
                s.body_id,
                func.min(bodies.body_name()).label("name"),
                func.min(s.kind).label("kind"),
                func.count(d.id.distinct()).label("papers"),
                func.count(h.passage.distinct()).label("passages"),
                func.min(said_day()).label("first"),
                func.max(said_day()).label("last"),
            )
            .select_from(t.documents)
            .join(t.hits, h.sha256 == d.sha256)
        )
        .where(h.wording.in_(called))
        .group_by(s.body_id)
    )
    found = [
        NamedBy(
            body=row.body_id,
            body_name=row.name,
            kind=row.kind,
            papers=row.papers,
            passages=row.passages,
            first=row.first,
            last=row.last,
        )
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda body: (-body.passages, body.body_name))


def _papers(connection: Connection, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(t.documents).join(t.sources).where(*which)
    return connection.execute(query).scalar_one()


def _notices(connection: Connection, called: Sequence[str]) -> list[ContractNotice]:
    p, h = t.pages.c, t.hits.c
    query = (
        page_refs(t.pages, p.text)
        .where(
            p.number == 1,
            t.sources.c.platform == NOTICES,
            p.sha256.in_(select(h.sha256).where(h.wording.in_(called))),
        )
        .order_by(newest_papers_first(), t.documents.c.id.desc())
        .limit(MOST)
    )
    found: list[ContractNotice] = []
    for row in connection.execute(query).all():
        rest = select(p.text).where(p.sha256 == row.sha256, p.number > 1, p.number <= NOTICE_PAGES)
        more = [unpacked(text) for text in connection.execute(rest.order_by(p.number)).scalars()]
        found.append(
            contract_notice(PageRef(**page_ref(row)), "\n".join([unpacked(row.text), *more]), called)
        )
    return found


def _records(connection: Connection, called: Sequence[str]) -> list[FirmMention]:
    """One row a paper: where it first names the firm."""
    h = t.hits.c
    query = (
        page_refs(t.hits, h.snippet, h.mark_start, h.mark_end, t.sources.c.platform)
        .where(h.wording.in_(called), t.sources.c.platform.in_(RECORDS))
        .order_by(newest_papers_first(), t.documents.c.id.desc(), h.page, h.start)
        .execution_options(yield_per=MOST)
    )
    once: dict[int, FirmMention] = {}
    for row in connection.execute(query):
        if row.document not in once and len(once) == MOST:
            break  # a paper has many mentions: papers are counted, not rows
        marks = ((row.mark_start, row.mark_end),)
        once.setdefault(
            row.document,
            FirmMention(
                what=RECORDS[row.platform], snippet=row.snippet, marks=marks, at=PageRef(**page_ref(row))
            ),
        )
    return list(once.values())
