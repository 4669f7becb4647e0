"""The store of papers that the settings name."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from storage.blobs import connect, whose_papers
from storage.blobs.cache import Cache
from storage.blobs.folder import FileBlobs
from storage.blobs.objects import ObjectBlobs

if TYPE_CHECKING:
    from storage.blobs.ports import Store
    from storage.config import StorageConfig
    from storage.database import Database

COPIES = "papers-copies"  # in the data folder: of papers in an object store


def open_store(config: StorageConfig, data: Path, database: Database) -> Store:
    """Returns the papers of an archive. An object store is asked for nothing before it is used.

    Raises ConfigError for an address that cannot be used, and for a folder that is not this archive's; of an
    object store that is not, whatever uses it first does.
    """
    store = store_at(config.papers, data, config.papers_cache_mb)
    check = partial(whose_papers.check, store, config.papers, database)
    if isinstance(store, ObjectBlobs):
        store.before_use(check)
    else:
        check()
    return store


def store_at(url: str, data: Path, cache_mb: int) -> Store:
    """The store at an address, whosoever it is; "" is the data folder's own."""
    if not url:
        return FileBlobs(data / "papers")
    connect.check_address(url)
    if url.startswith("file:"):  # a folder anywhere is kept as safely as our own, without the extra
        return FileBlobs(Path(unquote(urlsplit(url).path)))
    return ObjectBlobs(url, partial(connect.connect, url), Cache(data / COPIES, cache_mb * 1024 * 1024))
