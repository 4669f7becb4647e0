"""Sources that the settings leave out are known as such"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("off", sa.Boolean(), server_default="0", nullable=False))
