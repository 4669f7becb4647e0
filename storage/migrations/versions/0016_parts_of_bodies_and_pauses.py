"""Watch lists follow committees, meetings and papers too, and can be paused"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("watch_lists", sa.Column("parts", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("watch_lists", sa.Column("paused", sa.Boolean(), server_default="0", nullable=False))
