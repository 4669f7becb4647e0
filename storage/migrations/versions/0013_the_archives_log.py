"""The archive's own log, and room for the answer that a revision's bytes came with

What an archive holds already is entered when it is opened: storage.archive_log.upgrade.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("revisions", "withheld_revisions"):
        op.add_column(table, sa.Column("capture", sa.JSON(), nullable=True))
    op.add_column("files", sa.Column("page_hashes", sa.LargeBinary(), nullable=False, server_default=""))
    op.create_table(
        "log_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
    )
    op.create_index("ix_log_entries_subject_id", "log_entries", ["subject", "id"], unique=False)
    op.create_table(
        "log_nodes",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "log_roots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_roots")),
    )
