"""Whose papers belong to a board's area, and lists that ask who left their subject out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "areas",
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("body_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("area", "body_id", name=op.f("pk_areas")),
    )
    op.add_column("watch_lists", sa.Column("area", sa.String(), nullable=False, server_default=""))
