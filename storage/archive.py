"""Opening the archive of a data folder: database brought up to date, blobs next to it."""

from __future__ import annotations

from dataclasses import dataclass
from errno import EROFS
from os import ST_RDONLY, statvfs, strerror
from shutil import disk_usage
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.errors import StorageError, unusable
from pipeline.text.keys import VERSION
from storage import engines, migrations, ownership
from storage import tables as t
from storage.archive_log import upgrade
from storage.archive_log.log import ArchiveLog
from storage.blobs import opening
from storage.config import StorageConfig
from storage.custody import Custody
from storage.database import Database
from storage.maintenance import Upkeep
from storage.reports.evidence import Evidence
from storage.reports.first_mentions import Firsts
from storage.reports.held import Reports
from storage.reports.new_names import NewNameStore
from storage.search_index import fts, index_placement
from storage.search_index.search import Search
from storage.subscribers.bounces import Bounces
from storage.subscribers.collections import Collections
from storage.subscribers.outbox import Outbox
from storage.subscribers.subscribers import Readers
from storage.writers.crawl_log import CrawlLog
from storage.writers.hits import Mentions
from storage.writers.page_texts import Texts
from storage.writers.wrong_hits import WrongHits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.ports import Work
    from storage.blobs.ports import Store
    from storage.engines.ports import ArchiveLeases


UNFINISHED = "copied"  # the mark of a copy: 1 until it is whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The stores over one database, by what they are for."""

    database: Database
    blobs: Store
    catalogue: CrawlLog
    texts: Texts
    mentions: Mentions
    wrong_hits: WrongHits
    ledger: Outbox
    readers: Readers
    collections: Collections
    bounces: Bounces
    firsts: Firsts
    search: Search
    new_names: NewNameStore
    reports: Reports
    upkeep: Upkeep
    custody: Custody
    log: ArchiveLog
    evidence: Evidence

    def at_work(
        self, alone: Collection[Work], shared: Collection[Work], who: str
    ) -> AbstractContextManager[Callable[[], None]]:
        """See `storage.engines.ports.Kind`; `who` is this process, for those whom it keeps away."""
        engine = self.database.engine
        return engines.of(engine).at_work(engine, alone, shared, who)

    def workers(self) -> list[str]:
        """Who is at work on the archive, on whichever machine, where others than this one can be."""
        with self.database.reading() as connection:
            return engines.of(connection).workers(connection)

    def strange_keys(self) -> list[str]:
        """Each key of this machine that is not the archive's, with what to do."""
        return [wrong for wrong in (self.log.strange_key(), self.wrong_hits.key.strange()) if wrong]

    def leases(self, who: str) -> AbstractContextManager[ArchiveLeases | None]:
        """Returns what a crawl holds of sources and hosts; None where no other crawl can go on."""
        engine = self.database.engine
        return engines.of(engine).leases(engine, who)


_LEAST_ROOM = 1 << 20  # bytes


def is_there(data: Path, config: StorageConfig | None = None) -> bool:
    """Whether a data folder has an archive. Raises ConfigError for an address that cannot be used."""
    url = engines.address((config or StorageConfig()).url, data)
    return engines.at(url).is_there(url)


def place_of(data: Path, config: StorageConfig) -> str:
    """Returns the database that the settings name, without its password; "" where it is the folder's own."""
    url = engines.address(config.url, data)
    return engines.at(url).named(url) if config.url else ""


def is_read_only(data: Path) -> bool:
    """Whether its file system takes no writes: SQLite only says that it is unable to open its file."""
    return bool(statvfs(data).f_flag & ST_RDONLY)


def _for_want_of_room(error: StorageError, data: Path) -> str:
    """SQLite calls it an I/O error that there is no room for the small file next to its database."""
    is_full = "disk I/O error" in str(error) and disk_usage(data).free < _LEAST_ROOM
    return ": the disk is full, so make room and run it again; whatever was finished is kept" * is_full


def open_archive(data: Path, config: StorageConfig | None = None) -> Archive:
    """The archive of a data folder, made if the folder has none. Raises ConfigError or StorageError."""
    config = config or StorageConfig()
    url = engines.address(config.url, data)
    kind = engines.at(url)
    ownership.check_owner(data, ownership.me())
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        kind.make_ready(url)
    except OSError as error:
        raise unusable(data, error) from error
    engine = kind.open_engine(url)
    database = Database(engine)
    try:
        upgraded = migrations.upgrade(engine)
        _refuse_unfinished(database)
        _keep_index_up(database)
        if upgraded:  # a body may be of another kind now, and its papers under another label
            index_placement.move_misplaced(database)
        _keep_log_up(database)
    except StorageError as error:
        if is_read_only(data):
            raise unusable(data, OSError(EROFS, strerror(EROFS))) from error
        raise StorageError(f"{error}{_for_want_of_room(error, data)} ({kind.named(url)})") from error
    blobs = opening.open_store(config, data, database)
    log = ArchiveLog(database, data / "keys")
    return Archive(
        database=database,
        blobs=blobs,
        catalogue=CrawlLog(database),
        texts=Texts(database, blobs),
        mentions=Mentions(database),
        wrong_hits=WrongHits(database, data / "keys"),
        ledger=Outbox(database),
        readers=Readers(database),
        collections=Collections(database),
        bounces=Bounces(database),
        firsts=Firsts(database),
        search=Search(database),
        new_names=NewNameStore(database, data),
        reports=Reports(database),
        upkeep=Upkeep(database, blobs),
        custody=Custody(database, blobs),
        log=log,
        evidence=Evidence(database, blobs, log),
    )


def _refuse_unfinished(database: Database) -> None:
    with database.reading() as connection:
        if connection.execute(select(t.marks.c.value).where(t.marks.c.name == UNFINISHED)).scalar():
            raise StorageError("this is an unfinished copy: run `paperwatch db copy --to` again to finish it")


def _keep_index_up(database: Database) -> None:
    """Fill the full-text index afresh where this program reads words in another way. All or nothing."""
    with database.reading() as connection:
        found = fts.version(connection)
    if found == VERSION:
        return
    if found > VERSION:
        raise StorageError("the full-text index was made by a newer Paperwatch than this one")
    with database.writing() as connection:
        # Another process may have done it while this one waited for the lock.
        if fts.version(connection) != VERSION:
            index_placement.make_anew(connection)


def _keep_log_up(database: Database) -> None:
    """Enter what an archive holds that is older than its log. All or nothing."""
    with database.reading() as connection:
        if not upgrade.is_behind(connection):
            return
    with database.writing() as connection:
        # Another process may have done it while this one waited for the lock.
        if upgrade.is_behind(connection):
            upgrade.enter(connection)
