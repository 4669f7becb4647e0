"""No other machine: SQLite is of one machine, where the lock of the data folder lets one run go on at a time.

So there is nothing to hold and nobody to name.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection, Engine

    from pipeline.ports import Work


def at_work(
    _engine: Engine, _alone: Collection[Work], _shared: Collection[Work], _who: str
) -> AbstractContextManager[Callable[[], None]]:
    return nullcontext(_nothing)


def workers(_connection: Connection) -> list[str]:
    return []


def leases(_engine: Engine, _who: str) -> AbstractContextManager[None]:
    return nullcontext()


def _nothing() -> None: ...
