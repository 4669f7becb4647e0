"""Files that a run has in hand, and how many runs ended while each was read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "in_hand",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_in_hand_sha256_files")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_in_hand")),
    )
    op.add_column("files", sa.Column("ended_runs", sa.Integer(), nullable=False, server_default="0"))
