"""Who works on an archive, on whichever machine: locks of the server that end with their connection."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import Busy, StorageError
from pipeline.ports import Work
from storage.database import raising_ours
from storage.engines.postgres.connecting import WRITING
from storage.engines.postgres.remedies import noted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sqlalchemy import Connection, Engine

_KEYS = {work: WRITING + number for number, work in enumerate(Work, 1)}
_LONGEST = 63  # bytes that the server keeps of a name
# A machine that vanishes is noticed within a minute and a half.
_SETTINGS = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 15; SET tcp_keepalives_count = 4"
_WORKERS = """
    SELECT DISTINCT asked.key - {first}, who.application_name
    FROM (
        SELECT pid, (classid::bigint << 32) | objid::bigint AS key FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS asked
    JOIN pg_stat_activity AS who USING (pid)
    WHERE asked.key BETWEEN {first} AND {last} AND pid <> pg_backend_pid() ORDER BY 1, 2
""".format(first=min(_KEYS.values()), last=max(_KEYS.values()))  # noqa: S608 - numbers of our own


@contextmanager
def at_work(
    engine: Engine, alone: Collection[Work], shared: Collection[Work], who: str
) -> Iterator[Callable[[], None]]:
    """Keep others from this work, by a connection of its own; see `storage.engines.ports.Kind`."""
    with raising_ours(engine), noted():
        pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()  # no later user of the pool may hold the locks on

    def check() -> None:
        try:
            with raising_ours(engine), noted():
                connection.execute("SELECT 1")
        except StorageError as error:
            raise StorageError(f"no longer kept apart from other machines' runs: {error}") from error

    try:
        with raising_ours(engine), noted():
            connection.autocommit = True
            connection.execute("SELECT set_config('application_name', %s, false)", [who[:_LONGEST]])
            connection.execute(_SETTINGS)
            for work in Work:
                way = "" if work in alone else "_shared" if work in shared else None
                if way is not None and not _taken(connection, way, work):
                    raise Busy(f"another process {work.value} in this archive: {_named(connection, work)}")
        yield check
    finally:
        pooled.close()


def workers(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql(_WORKERS).all()
    return list(dict.fromkeys(name for _, name in rows))


def _taken(connection: Any, way: str, work: Work) -> bool:
    asked = connection.execute(f"SELECT pg_try_advisory_lock{way}(%s)", [_KEYS[work]])
    return bool(asked.fetchone()[0])


def _named(connection: Any, work: Work) -> str:
    place = _KEYS[work] - min(_KEYS.values())
    names = [name for number, name in connection.execute(_WORKERS).fetchall() if number == place]
    return ", ".join(names) or "it has just ended"
