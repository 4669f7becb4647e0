"""The archive's own log: its signed roots, its entries and their proofs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from pipeline.archive_log import checkpoint, merkle
from pipeline.archive_log.checkpoint import SignedRoot
from pipeline.archive_log.entries import LogEntry
from pipeline.archive_log.views import Inclusion, ShownLogEntry
from pipeline.errors import ConfigError, StorageError
from storage import tables as t
from storage.archive_log import entries
from storage.database import now
from storage.engines.sql import text_of

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Connection, Row

    from storage.database import Database

_e, _s = t.log_entries.c, t.log_roots.c
KEY = "key"  # the kind of the entry that names a key from which on roots are signed with it


class ArchiveLog:
    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def head(self) -> SignedRoot | None:
        """The newest signed root; None where nothing was ever signed."""
        with self._database.reading() as connection:
            return _head(connection)

    def roots(self) -> list[SignedRoot]:
        """Every signed root, the oldest first."""
        with self._database.reading() as connection:
            return [root_of(row) for row in connection.execute(select(t.log_roots).order_by(_s.id))]

    def sign(self) -> SignedRoot:
        """Returns the signed root of all that the log holds now; the one there is where nothing came since.

        Raises StorageError where the key cannot be read or made, or is not the log's.
        """
        if wrong := self.strange_key():
            raise StorageError(wrong)
        return self._sign_with_own()

    def strange_key(self) -> str:
        """Why this machine's key may not sign, "" where it may."""
        from storage.archive_log import keys  # noqa: PLC0415 - only whoever signs needs it

        with self._database.reading() as connection:
            return keys.strange(self._folder, _key_in_use(connection))

    def _sign_with_own(self) -> SignedRoot:
        from storage.archive_log import keys  # noqa: PLC0415 - only whoever signs needs it

        key = keys.load(self._folder)
        public = keys.public(key)
        with self._database.writing() as connection:
            known = _key_in_use(connection)
            if known != public:
                facts = {"public": public.hex(), "before": known.hex() if known else ""}
                entries.append(connection, [LogEntry(kind=KEY, subject="log", facts=facts)])
            return _sign(connection, key, public)

    def keep_stamp(self, note: str, stamp: bytes) -> None:
        """Keep an authority's time stamp with the signed root of which it is."""
        with self._database.writing() as connection:
            connection.execute(update(t.log_roots).where(_s.note == note).values(stamp=stamp))

    def new_key(self) -> SignedRoot:
        """Sign with another key from now on. The old one, if it is here, signs so. Raises StorageError."""
        from storage.archive_log import keys  # noqa: PLC0415 - only whoever signs needs it

        if self.strange_key():
            return self._sign_with_own()
        self.sign()
        old, new = keys.load(self._folder), keys.Ed25519PrivateKey.generate()
        facts = {"public": keys.public(new).hex(), "before": keys.public(old).hex()}
        with self._database.writing() as connection:
            entries.append(connection, [LogEntry(kind=KEY, subject="log", facts=facts)])
            _sign(connection, old, keys.public(old))
            # Before the commit: killed between the two, the next run finds a key that the log does not
            # know, and enters it.
            keys.replace(self._folder, new)
        return self.sign()

    def size(self) -> int:
        with self._database.reading() as connection:
            return entries.size(connection)

    def recent(self, most: int) -> list[ShownLogEntry]:
        """The newest entries, the last first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(t.log_entries).order_by(_e.id.desc()).limit(most))
            return [_entry(row) for row in rows]

    def about(self, *subjects: str) -> list[ShownLogEntry]:
        """Every entry about these, the oldest first."""
        with self._database.reading() as connection:
            query = select(t.log_entries).where(_e.subject.in_(subjects)).order_by(_e.id)
            return [_entry(row) for row in connection.execute(query)]

    def ran_back(self) -> list[str]:
        """Where the clock ran back between two signed roots."""
        return checkpoint.ran_back(self.roots())

    def of_paper(self, paper: int, *, gone: bool = False) -> list[ShownLogEntry]:
        """Returns every entry about a paper, its meeting, its revisions and their texts, the oldest first.

        With `gone` those of revisions that were removed too, which takes a look at the whole log.
        """
        d, subjects = t.documents.c, [f"paper:{paper}"]
        with self._database.reading() as connection:
            for table in (t.revisions, t.withheld_revisions):
                kept = select(table.c.id, table.c.sha256).where(table.c.document_id == paper)
                for revision, sha256 in connection.execute(kept):
                    subjects += [f"revision:{revision}", f"file:{sha256}", f"mentions:{sha256}"]
            if gone:
                named = select(_e.content).where(text_of(_e.content).like(f'%"paper":{paper},%'))
                removed = [json.loads(content) for content in connection.execute(named).scalars()]
                subjects += [f"{kind}:{each['sha256']}" for each in removed for kind in ("file", "mentions")]
                subjects += [each["subject"] for each in removed]
            meeting = connection.execute(select(d.meeting_id).where(d.id == paper)).scalar()
        return self.about(*subjects, *([f"meeting:{meeting}"] if meeting else []))

    def inclusion(self, number: int, size: int = 0) -> Inclusion:
        """The proof that an entry is among the first `size`, or all. Raises ConfigError."""
        with self._database.reading() as connection:
            size = size or entries.size(connection)
            if size > entries.size(connection):
                raise ConfigError(f"the log has {entries.size(connection)} entries, not {size}")
            row = connection.execute(select(t.log_entries).where(_e.id == number)).first()
            if row is None or number > size:
                raise ConfigError(f"the log has no entry {number} among its first {size}")
            node = entries.nodes(connection)
            return Inclusion(
                entry=_entry(row),
                size=size,
                root=merkle.root(size, node),
                proof=tuple(merkle.inclusion(number - 1, size, node)),
            )

    def root_at(self, size: int) -> bytes:
        """The root that the log had when it held `size` entries. Raises ConfigError."""
        with self._database.reading() as connection:
            if not 0 <= size <= entries.size(connection):
                raise ConfigError(f"the log has {entries.size(connection)} entries, not {size}")
            return merkle.root(size, entries.nodes(connection))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of `old` entries begins the log of `new`. Raises ConfigError."""
        with self._database.reading() as connection:
            size = entries.size(connection)
            if not 0 < old <= new <= size:
                raise ConfigError(
                    f"no proof leads from {old} to {new} entries: the log has {size}; name the smaller first"
                )
            return merkle.consistency(old, new, entries.nodes(connection))


def _sign(connection: Connection, key: Ed25519PrivateKey, public: bytes) -> SignedRoot:
    size, newest = entries.size(connection), _head(connection)
    root = merkle.root(size, entries.nodes(connection))
    if newest and (newest.size, newest.root, newest.key) == (size, root, public):
        return newest
    at = now()
    name = newest.name if newest else checkpoint.name_of(public)
    note = checkpoint.signed(name, size, root, at, public, key.sign)
    signed = SignedRoot(size=size, root=root, at=at, note=note, key=public)
    connection.execute(insert(t.log_roots).values(size=size, root=root, at=at, key=public, note=note))
    return signed


def _head(connection: Connection) -> SignedRoot | None:
    row = connection.execute(select(t.log_roots).order_by(_s.id.desc()).limit(1)).first()
    return root_of(row) if row else None


def _key_in_use(connection: Connection) -> bytes:
    known = entries.latest(connection, "log")
    return bytes.fromhex(known["public"]) if known else b""


def root_of(row: Row[Any]) -> SignedRoot:
    return SignedRoot(
        size=row.size, root=row.root, at=row.at, note=row.note, key=row.key, stamp=row.stamp or b""
    )


def _entry(row: Row[Any]) -> ShownLogEntry:
    facts = json.loads(row.content)
    return ShownLogEntry(
        number=row.id, content=row.content.decode(), kind=facts["kind"], subject=row.subject, facts=facts
    )
