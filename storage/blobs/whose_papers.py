"""Whose papers a store holds, and whether all of an archive's are there.

A store that is not the data folder's own bears a note that names its archive: one that is another's, or that
holds anything else, is refused. The archive notes where its papers were last; where they are to be somewhere
else now, all of them must be there.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.english import counted
from pipeline.errors import ConfigError
from storage import tables as t
from storage.database import now
from storage.engines import of

if TYPE_CHECKING:
    from storage.blobs.ports import Store
    from storage.database import Database

ARCHIVE, PAPERS = "archive", "papers"  # marks: the archive's own number, and where its papers were last
ABOUT = "The papers of a Paperwatch archive, by their SHA-256. Nothing else belongs here."


def check(store: Store, url: str, database: Database) -> None:
    """Raises ConfigError where a store is not this archive's, or lacks papers; `url` is "" for its own."""
    here, last = place(url), _mark(database, PAPERS)
    if here == last == 0:
        return
    note = take_over(store, url, database) if url else {}
    if here != last:
        _check_all_there(store, url, database, note)
        _keep_mark(database, PAPERS, here)


def take_over(store: Store, url: str, database: Database) -> dict[str, object]:
    """Make a store in which nothing is yet this archive's; returns its note.

    Raises ConfigError for one that is another's, or holds something else.
    """
    number = number_of(database)
    if (note := store.note()) is None:
        if not store.is_empty():
            raise ConfigError(f"{url}: something else is in it: name a place in which nothing is yet")
        store.write_note(_written(number))
        note = store.note() or b""  # another archive may have been quicker
    if (found := _read(note)).get("archive") != number:
        raise ConfigError(f"{url}: these are the papers of another archive: name another place")
    return found


def note_without(store: Store, database: Database, lost: list[str]) -> None:
    """Note that all papers are there but these, whose bytes the archive has lost before."""
    store.write_note(_written(number_of(database), lost), anew=True)


def number_of(database: Database) -> int:
    """The archive's own number, by which a store knows it; made up when it is first asked for."""
    if not (number := _mark(database, ARCHIVE)):
        with database.writing() as connection:
            values = {"name": ARCHIVE, "at": now(), "value": 1 + secrets.randbelow(2**31 - 1)}
            of(connection).keep_new(connection, t.marks, values)
        number = _mark(database, ARCHIVE)
    return number


def place(url: str) -> int:
    """A number for a place; 0 for the data folder's own."""
    return int(hashlib.sha256(url.encode()).hexdigest()[:7], 16) + 1 if url else 0


def _check_all_there(store: Store, url: str, database: Database, note: dict[str, object]) -> None:
    with database.reading() as connection:
        wanted = set(connection.execute(select(t.files.c.sha256)).scalars())
    if not wanted:
        return
    lost = note.get("without")
    missing = wanted - {name for name, _ in store.held()} - set(lost if isinstance(lost, list) else ())
    if missing:
        to = f" --papers {url}" if url else " --papers file://<its own folder>"
        raise ConfigError(
            f"{url or 'the data folder'}: {counted(len(missing), 'paper')} of {len(wanted):,} "
            f"{'is' if len(missing) == 1 else 'are'} not there. With [storage] papers as it was, call "
            f"`paperwatch db copy{to}`, then change it"
        )


def _written(number: int, lost: list[str] | None = None) -> bytes:
    return json.dumps({"about": ABOUT, "archive": number, "without": lost or []}).encode()


def _read(note: bytes) -> dict[str, object]:
    try:
        found = json.loads(note)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _mark(database: Database, name: str) -> int:
    with database.reading() as connection:
        return connection.execute(select(t.marks.c.value).where(t.marks.c.name == name)).scalar() or 0


def _keep_mark(database: Database, name: str, value: int) -> None:
    with database.writing() as connection:
        of(connection).keep(connection, t.marks, "name", {"name": name, "at": now(), "value": value})
