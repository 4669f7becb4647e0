"""What changed from run to run; what an archive knows of its past is taken over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A run of the day on which something was first seen: the last that had begun by then.
_RUN = "coalesce((SELECT max(id) FROM runs WHERE started_at <= {}), (SELECT min(id) FROM runs))"


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("now", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_changes_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_changes_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_changes_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    for column in ("run_id", "document_id", "meeting_id"):
        op.create_index(op.f(f"ix_changes_{column}"), "changes", [column], unique=False)
    op.execute(
        "INSERT INTO changes (run_id, at, kind, document_id, was, now) "
        f"SELECT {_RUN.format('first_seen')}, first_seen, 'new', id, '', '' FROM documents "
        "WHERE EXISTS (SELECT 1 FROM runs) ORDER BY first_seen, id"
    )
    op.execute(
        "INSERT INTO changes (run_id, at, kind, document_id, was, now) "
        f"SELECT {_RUN.format('later.fetched_at')}, later.fetched_at, 'replaced', later.document_id, "
        "earlier.sha256, later.sha256 FROM revisions AS later JOIN revisions AS earlier ON earlier.id = "
        "(SELECT max(id) FROM revisions WHERE document_id = later.document_id AND id < later.id) "
        "WHERE EXISTS (SELECT 1 FROM runs) ORDER BY later.id"
    )
