"""An object store by its address, with the patience that we have for one."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.errors import ConfigError
from storage.blobs import credentials

if TYPE_CHECKING:
    from obstore.store import ObjectStore

KINDS = ("s3", "gs", "az")
PART = 8 * 1024 * 1024  # bytes asked for or sent at once: what each time limit and each retry is for
SECONDS_A_PART = 60
MOST_RETRIES = 8
MOST_SECONDS_RETRYING = 60
FIRST_PAUSE, LONGEST_PAUSE = timedelta(milliseconds=200), timedelta(seconds=10)


def check_address(url: str) -> None:
    """Raises ConfigError for an address that names no place for papers, without repeating a secret in it."""
    try:
        parts = urlsplit(url)
        has_secret = parts.username is not None or "@" in parts.netloc
    except ValueError as error:
        raise ConfigError(f"[storage] papers: {error}") from None
    if has_secret or parts.query or parts.fragment:
        raise ConfigError(
            "[storage] papers names a place alone: credentials belong into the environment, "
            "or into the file where the store's own tools keep them"
        )
    if parts.scheme not in (*KINDS, "file"):
        known = ", ".join(f"{kind}://" for kind in (*KINDS, "file"))
        raise ConfigError(f"[storage] papers: an address begins with one of {known}")
    if parts.scheme == "file" and (parts.netloc or not parts.path.strip("/")):
        raise ConfigError("[storage] papers: a folder is named like file:///srv/papers")
    if parts.scheme != "file" and not parts.netloc:
        raise ConfigError(f"[storage] papers: {parts.scheme}:// must be followed by the name of a bucket")


def connect(url: str) -> ObjectStore:
    """Returns the store. Raises ConfigError where its library is not installed or the address is wrong."""
    try:
        from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra
        from obstore.store import from_url  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            "[storage] papers: this needs the extra: pip install 'paperwatch[objectstore]'"
        ) from error
    # One function for all kinds of store, each with types of its own.
    settings: dict[str, Any] = {
        "client_options": {
            "timeout": timedelta(seconds=SECONDS_A_PART),
            "connect_timeout": timedelta(seconds=10),
            "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() in {"1", "true"},
        },
        "retry_config": {
            "max_retries": MOST_RETRIES,
            "retry_timeout": timedelta(seconds=MOST_SECONDS_RETRYING),
            "backoff": {"init_backoff": FIRST_PAUSE, "max_backoff": LONGEST_PAUSE, "base": 2},
        },
    }
    if url.startswith("s3:") and (provider := credentials.from_file(os.environ)):
        settings["credential_provider"] = provider
    try:
        return from_url(url, **settings)
    except BaseError as error:
        raise ConfigError(f"[storage] papers: {str(error).splitlines()[0]}") from None
