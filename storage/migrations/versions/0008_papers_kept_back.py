"""Papers that are kept back or removed, and the log of what was done to papers by hand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # From here on the number of a revision is never given twice; PostgreSQL never did.
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("revisions", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    op.create_table(
        "withheld_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("urls", sa.JSON(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_withheld_revisions_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_withheld_revisions_sha256_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_revisions")),
    )
    op.create_index(
        op.f("ix_withheld_revisions_document_id"), "withheld_revisions", ["document_id"], unique=False
    )
    op.create_index(op.f("ix_withheld_revisions_sha256"), "withheld_revisions", ["sha256"], unique=False)
    op.create_table(
        "paper_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_paper_actions_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_actions")),
    )
