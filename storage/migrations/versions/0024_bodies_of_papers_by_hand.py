"""What a body of papers added by hand is, and its name: it was called by its id, and its kind "by-hand"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.body_names import kind_of_id, name_of_id

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sources = sa.table("sources", *map(sa.column, ("id", "body_id", "name", "kind", "region")))
    bodies = sa.table("bodies", *map(sa.column, ("id", "name", "kind", "region")))
    connection = op.get_bind()
    wrong = sources.c.kind == "by-hand"
    known = {row.id: row for row in connection.execute(sa.select(bodies))}
    for body in connection.execute(sa.select(sources.c.body_id).where(wrong)).scalars().all():
        row = known.get(body)
        facts = (
            {"name": row.name, "kind": row.kind, "region": row.region}
            if row
            else {"name": name_of_id(body), "kind": str(kind_of_id(body))}
        )
        connection.execute(sa.update(sources).where(wrong, sources.c.body_id == body).values(**facts))
