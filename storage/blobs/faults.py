"""What an object store's error means, in words; the library's own text is long, and for engineers.

This imports an extra.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError

from pipeline.errors import ConfigError, DamagedFileError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = "what was stored is kept, and the next run goes on from there"
REGION = "the bucket is in another region: name it in AWS_REGION"
# What happened, and what to do.
MEANINGS = {
    "NoSuchBucket": "there is no such bucket: make it, or name another one in [storage] papers",
    "PermanentRedirect": REGION,
    "AuthorizationHeaderMalformed": REGION,
    "AccessDenied": "the credentials may not do this: they must allow to list, read, write and delete",
    "InvalidAccessKeyId": "the store does not know these credentials: correct them where they are kept",
    "SignatureDoesNotMatch": "the secret is not the one of the key: correct it where it is kept",
    "ExpiredToken": f"the credentials have expired: put new ones in their place; {KEPT}",
    "InvalidToken": f"the credentials have expired, or their session token is wrong: put new ones; {KEPT}",
    "RequestTimeTooSkewed": "this machine's clock is wrong by more than the store accepts: set it",
    "SlowDown": f"the store is too busy: {KEPT}",
    "ServiceUnavailable": f"the store is not available: {KEPT}",
    "InternalError": f"the store has a fault of its own: {KEPT}",
    "QuotaExceeded": f"the store is full: make room in it; {KEPT}",
    "InvalidObjectState": "the store has put this file away: have it brought back there",
    "BlobArchived": "the store has put this file away: have it brought back there",
}
# Of what the settings or the environment name wrongly: no waiting helps.
OF_SETTINGS = (
    "NoSuchBucket", "ContainerNotFound", "PermanentRedirect", "AuthorizationHeaderMalformed",
    "InvalidAccessKeyId", "SignatureDoesNotMatch",
)  # fmt: skip
OF_ONE_FILE = ("InvalidObjectState", "BlobArchived")  # whatever became of it, the others can be had
# Of the library's own, from the more to the less certain.
MARKS = {
    "TimedOut": f"the store does not answer in time: {KEPT}",
    "Connect": f"the store cannot be reached: {KEPT}",
    "error sending request": f"the store cannot be reached: {KEPT}",
    "IncompleteMessage": f"the store breaks off in the middle: {KEPT}",
    "decoding response body": f"the store breaks off in the middle: {KEPT}",
    "redential": "there are no credentials for it, in the environment or in the usual files",
}
_CODE = re.compile(r"<Code>(\w+)</Code>|\"error\":\s*\"(\w+)\"")
_STATUS = re.compile(r"non-2xx status code: (\d+ [A-Za-z ]+?)\s*[:\n]")


@contextmanager
def said(where: str) -> Iterator[None]:
    """Raises StorageError for what could not be done, DamagedFileError where only this file is to blame.

    ConfigError where the settings are. A FileNotFoundError goes through.
    """
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        raised = str(error)
        if any(code in raised for code in OF_SETTINGS):
            raise ConfigError(f"{where}: {meaning(raised)}") from None
        if isinstance(error, FileNotFoundError):
            raise
        kind = DamagedFileError if any(code in raised for code in OF_ONE_FILE) else StorageError
        raise kind(f"{where}: {meaning(raised)}") from None


def meaning(error: str) -> str:
    """Returns what a person can do something about. Credentials are never in it."""
    codes = [code for pair in _CODE.findall(error) for code in pair if code]
    if codes:
        known = [MEANINGS[code] for code in codes if code in MEANINGS]
        return known[0] if known else f"the store refuses it: {codes[0]}"
    if status := _STATUS.search(error):
        refused = ": there are no credentials for it, or they may not do this" * status[1].startswith("403")
        return f"the store answers {status[1]}{refused}"
    for mark, means in MARKS.items():
        if mark in error:
            return means
    return f"the store does not do it ({error.splitlines()[0].split('http', 1)[0].strip()[:150]})"
