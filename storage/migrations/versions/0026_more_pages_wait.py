"""On PostgreSQL more pages wait to be put into the index together, and searches never read a whole year's"""

from __future__ import annotations

from alembic import op

from storage import engines

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    engines.of(op.get_bind()).page_index.renew(op.get_bind())
