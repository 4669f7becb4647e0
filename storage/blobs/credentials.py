"""The keys of S3 in the file where every tool looks for them (~/.aws/credentials), read anew as they change.

What is in the environment, or given by the machine itself, the library finds.
"""

from __future__ import annotations

import configparser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping

AGAIN = timedelta(
    minutes=1
)  # after which the file is read again: others put new keys in it before old ones end


class CredentialsFile:
    """A credential provider of obstore's."""

    def __init__(self, path: Path, profile: str) -> None:
        self._path, self._profile = path, profile

    def __call__(self) -> dict[str, Any]:
        keys = self.keys()
        if keys is None:
            raise StorageError(f"{self._path} has no keys for the profile {self._profile!r} any more")
        return {**keys, "expires_at": datetime.now(UTC) + AGAIN}

    def keys(self) -> dict[str, str] | None:
        """The keys of the profile; None where there are none."""
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read(self._path, encoding="utf-8")
            section = parser[self._profile]
            keys = {
                "access_key_id": section["aws_access_key_id"],
                "secret_access_key": section["aws_secret_access_key"],
            }
        except (KeyError, OSError, UnicodeDecodeError, configparser.Error):
            return None
        return keys | ({"token": section["aws_session_token"]} if "aws_session_token" in section else {})


def from_file(environment: Mapping[str, str]) -> CredentialsFile | None:
    """The file, where the environment has no keys and the file has some."""
    if environment.get("AWS_ACCESS_KEY_ID"):
        return None
    path = Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials").expanduser()
    found = CredentialsFile(path, environment.get("AWS_PROFILE") or "default")
    return found if found.keys() else None
