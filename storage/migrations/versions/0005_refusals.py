"""Messages held for their content; addresses that their server did not know"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("held", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "unknown_addresses",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_unknown_addresses")),
    )
