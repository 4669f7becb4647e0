"""Signed roots of the log keep the time stamp that an authority gave them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log_roots", sa.Column("stamp", sa.LargeBinary(), nullable=True))
