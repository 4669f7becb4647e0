"""Mentions that are counted and not kept, where a paper says a concept without end"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("hits", "rule_hits"):
        op.add_column(table, sa.Column("more", sa.Integer(), nullable=False, server_default="0"))
