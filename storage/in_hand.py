"""Files that a run has begun to read and not kept yet: what a run that died had in hand.

A file can end the process that reads it, by the memory it takes above all. So each is noted before the work
on it begins; what is still noted when the next run begins is read by itself, last, and in the end not again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from storage import tables as t
from storage.engines.sql import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_LET_GO = delete(t.in_hand).where(t.in_hand.c.sha256.in_(listed("files")))


def take(connection: Connection, files: Sequence[str]) -> None:
    connection.execute(insert(t.in_hand), [{"sha256": sha256} for sha256 in files])


def let_go(connection: Connection, files: Sequence[str]) -> None:
    connection.execute(_LET_GO, {"files": json.dumps(files)})


def count_ended_runs(connection: Connection) -> None:
    """Note against each file in hand that one more run ended while it was read. For the run's lock holder."""
    c = t.files.c
    connection.execute(
        update(t.files).where(c.sha256.in_(select(t.in_hand.c.sha256))).values(ended_runs=c.ended_runs + 1)
    )
    connection.execute(delete(t.in_hand))
