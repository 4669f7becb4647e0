"""The store of papers that the settings name."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigError
from storage.blobs import whose_papers
from storage.blobs.cache import Cache
from storage.blobs.folder import FileBlobs

if TYPE_CHECKING:
    from storage.blobs.ports import Store
    from storage.config import StorageConfig
    from storage.database import Database

COPIES = "papers-copies"  # in the data folder: of papers in an object store
KINDS = ("s3", "gs", "az")
_BUCKET = re.compile(r"[A-Za-z0-9._-]+")


def open_store(config: StorageConfig, data: Path, database: Database) -> Store:
    """Returns the papers of an archive. The store is asked for nothing before its first use.

    Raises ConfigError for an address that cannot be used. The first use, and each until all is well, raises
    ConfigError for a store that is not this archive's, and StorageError for one that has lost its papers.
    """
    store = store_at(config.papers, data, config.papers_cache_mb)
    store.before_use(partial(whose_papers.check, store, config.papers, database))
    return store


def store_at(url: str, data: Path, cache_mb: int) -> Store:
    """Returns the store at an address, whosoever it is; "" is the data folder's own. Raises ConfigError."""
    own = data / "papers"
    if not url:
        return FileBlobs(own, is_own=True)
    check_address(url)
    if url.startswith("file:"):  # a folder anywhere is kept as safely as our own, without the extra
        folder = Path(unquote(urlsplit(url).path))
        return FileBlobs(folder, is_own=os.path.realpath(folder) == os.path.realpath(own))
    try:
        from storage.blobs import connect, objects  # noqa: PLC0415 - they import an extra
    except ImportError as error:
        raise ConfigError(
            "[storage] papers: this needs the extra: pip install 'paperwatch[objectstore]'"
        ) from error
    return objects.ObjectBlobs(
        url, partial(connect.connect, url), Cache(data / COPIES, cache_mb * 1024 * 1024)
    )


def check_address(url: str) -> None:
    """Raises ConfigError for an address that names no place for papers.

    Of an address that may hold a secret nothing is repeated. A secret with a slash in it ends the host's
    part, so that signs of credentials are looked for in all of it.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigError("[storage] papers: this cannot be read as an address") from None
    is_far = parts.scheme != "file"
    if (is_far and "@" in url) or "@" in parts.netloc or ":" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError(
            "[storage] papers names a place alone: credentials belong into the environment, "
            "or into the file where the store's own tools keep them"
        )
    if parts.scheme not in (*KINDS, "file"):
        known = ", ".join(f"{kind}://" for kind in (*KINDS, "file"))
        raise ConfigError(f"[storage] papers: an address begins with one of {known}")
    if not is_far and (parts.netloc or not parts.path.strip("/")):
        raise ConfigError("[storage] papers: a folder is named like file:///srv/papers")
    if is_far and not _BUCKET.fullmatch(parts.netloc):
        raise ConfigError(f"[storage] papers: {parts.scheme}:// must be followed by the name of a bucket")
