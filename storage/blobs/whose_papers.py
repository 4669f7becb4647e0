"""Whose papers a store holds, and whether all of an archive's are there.

A store that is not the data folder's own bears a note that names its archive: one that is another's, or that
holds anything else, is refused. The archive notes where its papers were last; where they are to be somewhere
else now, all of them must be there. A place that has lost its note, as one whose disk is not mounted, is no
new one for an archive that has papers.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.english import counted
from pipeline.errors import ConfigError, StorageError
from storage import tables as t
from storage.database import now
from storage.engines import of

if TYPE_CHECKING:
    from storage.blobs.ports import Store
    from storage.database import Database

ARCHIVE, PAPERS = "archive", "papers"  # marks: the archive's own number, and where its papers were last
OWN = "the folder of papers in the data folder"
ABOUT = "The papers of a Paperwatch archive, by their SHA-256. Nothing else belongs here."


def check(store: Store, url: str, database: Database) -> None:
    """Refuse a store that is not this archive's, or lacks papers; `url` is "" for the data folder's own.

    Until all is well nothing is written to it. Raises ConfigError, and StorageError for a store that has lost
    what was in it.
    """
    here, last = place(url), _mark(database, PAPERS)
    if here == last == 0:
        if store.is_empty() and (wanted := _wanted(database)):
            raise _vanished(OWN, len(wanted), len(wanted))
        return
    note = _note(store, url, database)
    is_known = note is not None
    if not is_known or here != last:
        wanted, lost = _wanted(database), note.get("without") if note else None
        missing = _missing(store, wanted, set(lost if isinstance(lost, list) else ()))
        if missing and here == last:
            raise _vanished(url, missing, len(wanted))
        is_known = is_known or (here == last and bool(wanted))  # its note is gone, and every paper is there
        if url and not is_known:
            _refuse_others(store, url, database)
        if missing:
            raise ConfigError(_not_all_there(url, missing, len(wanted)))
    if note is None and url:
        _write_first(store, url, database)
    if here != last:
        _keep_mark(database, PAPERS, here)


def take_over(store: Store, url: str, database: Database) -> None:
    """Make a store in which nothing is yet this archive's; the data folder's own is.

    Raises ConfigError for one that is another's, or holds something else.
    """
    if _note(store, url, database) is None:
        _refuse_others(store, url, database)
        _write_first(store, url, database)


def note_without(store: Store, database: Database, lost: list[str]) -> None:
    """Note that all papers are there but these, whose bytes the archive has lost before."""
    store.write_note(_written(number_of(database), lost), anew=True)


def number_of(database: Database) -> int:
    """Returns the archive's own number, by which a store knows it; made up when it is first asked for."""
    if not (number := _mark(database, ARCHIVE)):
        with database.writing() as connection:
            values = {"name": ARCHIVE, "at": now(), "value": 1 + secrets.randbelow(2**31 - 1)}
            of(connection).keep_new(connection, t.marks, values)
        number = _mark(database, ARCHIVE)
    return number


def place(url: str) -> int:
    """Returns a number for a place; 0 for the data folder's own."""
    return int(hashlib.sha256(url.encode()).hexdigest()[:7], 16) + 1 if url else 0


def _note(store: Store, url: str, database: Database) -> dict[str, object] | None:
    """Returns what the store's note says; None for none. Raises ConfigError where it is another's."""
    if (note := store.note()) is None:
        return None
    if (found := _read(note)).get("archive") != number_of(database):
        raise ConfigError(f"{url or OWN}: these are the papers of another archive: name another place")
    return found


def _refuse_others(store: Store, url: str, database: Database) -> None:
    """Raises ConfigError where a store without a note holds something: nobody can tell whose it is.

    The data folder's own is the archive's without a note, with what was left in it when its papers moved.
    """
    if store.is_own or store.is_empty():
        return
    if _note(store, url, database) is None:  # else another machine of this archive has just begun with it
        raise ConfigError(f"{url}: something else is in it: name a place in which nothing is yet")


def _write_first(store: Store, url: str, database: Database) -> None:
    store.write_note(_written(number_of(database)))
    _note(store, url, database)  # another archive may have been quicker


def _missing(store: Store, wanted: set[str], lost: set[str]) -> int:
    """Returns how many papers are not there, but for those that were lost before."""
    return len(wanted - lost - {name for name, _ in store.held()}) if wanted else 0


def _not_all_there(url: str, missing: int, of: int) -> str:
    to = f" --papers {url}" if url else " --papers file://<its own folder>"
    return (
        f"{url or OWN}: {_counted(missing, of)} not there. With [storage] papers as it was, call "
        f"`paperwatch db copy{to}`, then change it"
    )


def _vanished(where: str, missing: int, of: int) -> StorageError:
    return StorageError(
        f"{where}: {_counted(missing, of)} no longer there: the place is not mounted, or was emptied. "
        "Nothing is read from it or written to it until it is as it was"
    )


def _counted(missing: int, of: int) -> str:
    return f"{counted(missing, 'paper')} of {of:,} {'is' if missing == 1 else 'are'}"


def _wanted(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(t.files.c.sha256)).scalars())


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
