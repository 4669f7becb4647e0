"""Care of the archive: a copy while it is in use, and a look at every byte of it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from pipeline.errors import ConfigError, DamagedFileError, StorageError
from storage import engines
from storage import tables as t
from storage.database import now
from storage.reports import machine
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select

    from storage.blobs.ports import Store
    from storage.database import Database


class Upkeep:
    def __init__(self, database: Database, blobs: Store) -> None:
        self._database = database
        self._blobs = blobs

    def backup(self, file: str) -> int:
        """A consistent copy of the database; returns its size in bytes. Never overwrites a file."""
        target = Path(file)
        if target.exists():
            raise ConfigError(f"{file} exists already: a backup never overwrites one")
        unfinished = target.with_name(target.name + ".unfinished")
        try:
            # It holds readers' addresses, as the archive does.
            os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            engines.of(self._database.engine).care.backup(self._database.engine, unfinished)
            unfinished.rename(target)
            self.mark(machine.BACKED_UP)
        except (OSError, StorageError) as error:
            with suppress(OSError):
                unfinished.unlink()  # else a full disk stays full
            raise StorageError(f"{file}: the backup could not be written: {error}") from error
        return target.stat().st_size

    def mark(self, name: str, value: int = 0) -> None:
        """Note that something was done for the archive now."""
        with self._database.writing() as connection:
            machine.mark(connection, name, now(), value)

    def kept(self) -> int:
        """How many files of papers there should be."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(t.files)).scalar_one()

    def unknown_files(self) -> Iterator[str]:
        """Files next to the papers that no row names: what a stopped run left, or another hand put there."""
        kept = sorted(name for name, _ in self._blobs.held())  # before the rows: a run writes the file first
        with self._database.reading() as connection:
            known = set(connection.execute(select(t.files.c.sha256)).scalars())
        return (self._blobs.named(name) for name in kept if name not in known)

    def check(self) -> Iterator[str]:
        """Every fault, as a sentence."""
        care = engines.of(self._database.engine).care
        with self._database.reading() as connection:
            yield from care.faults(connection)
        if not care.looks_at_index():
            with self._database.writing() as connection:
                fault = fts.fault(connection)
            if fault:
                yield f"the full-text index: {fault}"
        yield from self.changed_files()

    def changed_files(self) -> Iterator[str]:
        """Every file that is gone or is not what it was, as a sentence."""
        with self._database.reading() as connection:
            known = connection.execute(_papers()).all()
        for sha256, size, document, title in known:
            paper = f"paper {document}, {title!r}" if document else "a file of no paper"
            try:
                found = self._blobs.digest(sha256)
            except FileNotFoundError as error:
                yield f"{paper}, cannot be read: {error.strerror} ({sha256})"
                continue
            except DamagedFileError as error:
                yield f"{paper}, cannot be read: {error}"
                continue
            if found != sha256:
                was = f"its {size} bytes hashed to {sha256}"
                yield f"{paper}, has been changed on disk: {was}, now to {found}"


def _papers() -> Select[*tuple[Any, ...]]:
    """Every file with the first of the papers that it is, or was, the bytes of."""
    f, r, d = t.files.c, t.revisions.c, t.documents.c
    first = select(func.min(r.document_id)).where(r.sha256 == f.sha256).correlate(t.files).scalar_subquery()
    every = select(f.sha256, f.size, d.id, d.title).select_from(t.files)
    return every.join(t.documents, d.id == first, isouter=True)
