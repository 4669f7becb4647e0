"""Former and short names of bodies, planned ends, notes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bodies", sa.Column("planned_end", sa.Date(), nullable=True))
    op.add_column("bodies", sa.Column("former", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("bodies", sa.Column("short", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("bodies", sa.Column("note", sa.String(), nullable=False, server_default=""))
