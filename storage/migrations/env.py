"""Alembic's entry: runs on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from typing import Any

from alembic import context

from storage import tables


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:  # noqa: FBT001 - Alembic's signature
    """The full-text index is the engine's own: autogenerate must not want to drop its tables."""
    return not (kind == "table" and name is not None and name.startswith(tables.PAGE_INDEX))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    include_object=_ours,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
