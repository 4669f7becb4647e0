"""A search on PostgreSQL asks the partitions of the index by a function of the server, newest first"""

from __future__ import annotations

from alembic import op

from storage import engines

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    engines.of(op.get_bind()).page_index.renew(op.get_bind())
