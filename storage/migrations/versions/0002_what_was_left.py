"""What a run saw of a source and did not take, by reason"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: SQLite adds a column without copying the table.
    op.add_column("source_runs", sa.Column("left", sa.JSON(), nullable=False, server_default="[]"))
