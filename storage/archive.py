"""Opening the archive of a data folder: database brought up to date, blobs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, StorageError
from storage import migrations
from storage.blobs import FileBlobs
from storage.catalogue import Catalogue
from storage.config import StorageConfig
from storage.database import Database
from storage.engine import open_engine, sqlite_url
from storage.firsts import Firsts
from storage.ledger import Ledger
from storage.mentions import Mentions
from storage.readers import Readers
from storage.reports import Reports
from storage.search import Search
from storage.texts import Texts
from storage.upkeep import Upkeep

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The stores over one database, by what they are for."""

    database: Database
    blobs: FileBlobs
    catalogue: Catalogue
    texts: Texts
    mentions: Mentions
    ledger: Ledger
    readers: Readers
    firsts: Firsts
    search: Search
    reports: Reports
    upkeep: Upkeep


def open_archive(data: Path, config: StorageConfig | None = None) -> Archive:
    """The archive of a data folder, made where there is none. Raises ConfigError or StorageError."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        blobs = FileBlobs(data / "papers")
    except OSError as error:
        raise ConfigError(f"the data folder {data} cannot be used: {error.strerror}") from error
    url = (config or StorageConfig()).url or sqlite_url(data)
    if not url.startswith("sqlite:"):
        raise ConfigError(
            f"[storage] url: only sqlite: addresses can be used yet, not {url.partition(':')[0]}:"
        )
    engine = open_engine(url)
    database = Database(engine)
    try:
        migrations.upgrade(engine)
    except StorageError as error:
        raise StorageError(f"{error} ({url})") from error
    return Archive(
        database=database,
        blobs=blobs,
        catalogue=Catalogue(database),
        texts=Texts(database, blobs),
        mentions=Mentions(database),
        ledger=Ledger(database),
        readers=Readers(database),
        firsts=Firsts(database),
        search=Search(database),
        reports=Reports(database),
        upkeep=Upkeep(database, blobs),
    )
