"""Archives of tests: a new one is a copy of one that was made once, and nothing waits for the disk.

A statement is compiled once for all archives of a process: a command or a server opens one archive and keeps
it, a test opens one after the other. All three are of the test's own process alone. What lasts through a
power cut is tried on processes of their own (tests/journeys/test_disks.py), how a database is made in
tests/storage/test_database.py.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from storage.archive import open_archive
from storage.engines import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Engine


@contextmanager
def quick(folder: Path) -> Iterator[None]:
    """As long as it lasts, archives in SQLite are made and written quickly. `folder` is for its own use."""
    compiled = Compiled()
    make_ready, open_engine, made = sqlite.make_ready, sqlite.open_engine, folder / "made"

    def ready(url: URL) -> None:
        if not sqlite.is_there(url):
            _copy(Path(sqlite.named(sqlite.sqlite_url(made))), Path(sqlite.named(url)))
        make_ready(url)

    def opened(url: URL) -> Engine:
        engine = open_engine(url)
        engine.update_execution_options(compiled_cache=compiled)
        event.listen(engine, "connect", _do_not_wait)
        return engine

    open_archive(made).database.engine.dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        patch.setattr(sqlite, "open_engine", opened)
        patch.setattr(sqlite, "make_ready", ready)
        yield


class Compiled(dict[Any, Any]):
    """What SQLAlchemy has compiled, for all engines of a kind: a key begins with an engine's own dialect."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(key[1:], value)


def _copy(template: Path, target: Path) -> None:
    """Whole or not at all: another thread may open it meanwhile."""
    with tempfile.NamedTemporaryFile(dir=target.parent) as half:
        half.write(template.read_bytes())
        half.flush()
        with suppress(FileExistsError):
            target.hardlink_to(half.name)


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
