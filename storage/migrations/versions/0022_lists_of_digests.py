"""What a digest told other than mentions, for its page on the web"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("lists", sa.JSON(none_as_null=True), nullable=True))
