"""An object store by its address, with the patience that we have for one. This imports an extra."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from obstore.exceptions import BaseError
from obstore.store import from_url

from pipeline.errors import ConfigError
from storage.blobs import credentials

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PART = 8 * 1024 * 1024  # bytes asked for or sent at once: what each time limit and each retry is for
SECONDS_A_PART = 60
MOST_RETRIES = 8
MOST_SECONDS_RETRYING = 60
FIRST_PAUSE, LONGEST_PAUSE = timedelta(milliseconds=200), timedelta(seconds=10)


def connect(url: str) -> ObjectStore:
    """Returns the store at an address that was checked. Raises ConfigError where the library refuses it."""
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
    except ValueError:  # it repeats what it was given, the settings among it
        raise ConfigError("[storage] papers: the store's library cannot use this address") from None
