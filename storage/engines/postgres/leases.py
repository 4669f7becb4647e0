"""Leases of hosts and sources, so that several crawls can fill one archive.

A lease is a row. It runs out by the server's clock unless its crawl renews it, which a thread does. One that
ran out is still its holder's until another crawl takes it: then it is lost, and what the old holder wants to
write is refused in the transaction that would write it.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from pipeline.errors import LeaseLost, StorageError
from storage.database import raising_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

SECONDS = 90.0  # for which a lease holds: longer than a write waits for its lock
RENEWALS = 4  # in that time
_MARK = 8  # bytes that tell two crawls of one process number apart

_TAKE = text("""
    INSERT INTO leases AS had (name, holder, until, free_at)
    VALUES (:name, :me, clock_timestamp() + make_interval(secs => :seconds), clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE had.free_at <= clock_timestamp()
      AND (had.holder IN ('', excluded.holder) OR had.until < clock_timestamp())
    RETURNING name
""")
_GIVE_BACK = text("""
    UPDATE leases
    SET holder = '', free_at = greatest(free_at, clock_timestamp() + make_interval(secs => :seconds))
    WHERE name = :name AND holder = :me RETURNING name
""")
_PUT_OFF = text("""
    UPDATE leases SET free_at = greatest(free_at, clock_timestamp() + make_interval(secs => :seconds))
    WHERE name = :name
""")
_RENEW = text(
    "UPDATE leases SET until = clock_timestamp() + make_interval(secs => :seconds) WHERE holder = :me"
)
_RELEASE = text("UPDATE leases SET holder = '' WHERE holder = :me")
_HOLDER = text("SELECT holder FROM leases WHERE name = :name")


class HeldLeases:
    """pipeline.ports.Leases over the table of leases; `check` is for whoever writes."""

    def __init__(self, engine: Engine, who: str) -> None:
        self._engine = engine
        self._me = f"{who}, {secrets.token_hex(_MARK)}"

    def take(self, name: str) -> bool:
        return bool(self._ask(_TAKE, name=name, seconds=SECONDS))

    def give_back(self, name: str, pause: float = 0.0) -> None:
        if not self._ask(_GIVE_BACK, name=name, seconds=pause):
            raise LeaseLost(lost(name))

    def put_off(self, name: str, seconds: float) -> None:
        self._ask(_PUT_OFF, name=name, seconds=seconds)

    def renew(self) -> None:
        self._ask(_RENEW, seconds=SECONDS)

    def release(self) -> None:
        """Give back all that is left, as a crawl that ends does."""
        self._ask(_RELEASE)

    def check(self, connection: Connection, name: str) -> None:
        if connection.execute(_HOLDER, {"name": name}).scalar() != self._me:
            raise LeaseLost(lost(name))

    def _ask(self, statement: Any, **values: Any) -> int:
        """Returns how many rows there were."""
        with raising_ours(self._engine), self._engine.connect() as connection:
            connection.execution_options(apart=True)  # no writer of the archive is waited for
            with connection.begin():
                return connection.execute(statement, {"me": self._me, **values}).rowcount


@contextmanager
def leases(engine: Engine, who: str) -> Iterator[HeldLeases]:
    """Leases that are renewed within the block, and given back at its end."""
    held, ended = HeldLeases(engine, who), Event()

    def renew() -> None:
        while not ended.wait(SECONDS / RENEWALS):
            with suppress(
                StorageError
            ):  # the crawl meets it itself, or the server is back before the next time
                held.renew()

    thread = Thread(target=renew, name="leases", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        ended.set()
        thread.join()
        with suppress(StorageError):  # they run out by themselves
            held.release()


def lost(name: str) -> str:
    """Of a lease, for a person."""
    return f"stopped: another crawl has taken over the {name}"
