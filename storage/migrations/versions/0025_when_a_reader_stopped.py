"""When a reader's messages were stopped, and of which days and how often each digest is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("stopped_at", sa.DateTime(), nullable=True))
    op.add_column("outbox", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("outbox", sa.Column("cadence", sa.String(), nullable=True))
