"""Withdrawals that were none: until December 2026 a paper was called so when its meeting left the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select, update

from pipeline.changes import ChangeKind
from pipeline.model import DocumentState
from storage import tables as t
from storage.archive_log import records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from pipeline.model import Source


def take_back(connection: Connection, sources: Iterable[Source]) -> int:
    """Correct what was said when nobody had looked: the state, the change, and a new entry in the log.

    Papers that really went after their meeting had left the window are among them: nobody can tell which.
    Returns how many papers these are.
    """
    d, m, c = t.documents.c, t.meetings.c, t.changes.c
    windows = {source.id: source.window for source in sources}
    said = (
        select(c.document_id, func.max(c.run_id).label("run_id"))
        .where(c.kind == ChangeKind.WITHDRAWN.value, c.document_id.is_not(None))
        .group_by(c.document_id)
        .subquery()
    )
    withdrawn = connection.execute(
        select(d.id, d.sha256, d.source_id, m.starts_on, said.c.run_id, t.runs.c.today)
        .join(said, said.c.document_id == d.id)
        .join(t.runs, t.runs.c.id == said.c.run_id)
        .join(t.meetings, m.id == d.meeting_id)
        .where(d.state == DocumentState.WITHDRAWN.value, d.source_id.in_(windows), m.starts_on.is_not(None))
    ).all()
    wrong = [row for row in withdrawn if row.starts_on < windows[row.source_id].around(row.today)[0]]
    for row in wrong:
        state = DocumentState.HELD if row.sha256 else DocumentState.LISTED
        connection.execute(update(t.documents).where(d.id == row.id).values(state=state.value))
        connection.execute(
            delete(t.changes).where(
                and_(c.document_id == row.id, c.run_id == row.run_id, c.kind == ChangeKind.WITHDRAWN.value)
            )
        )
    records.note_papers(connection, [row.id for row in wrong])
    return len(wrong)
