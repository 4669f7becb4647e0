"""The channel that works before any mail server is set up: each message a file that a mail client opens."""

from __future__ import annotations

import os
import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from alerts.config import AlertConfig
    from pipeline.model import Message

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class FolderChannel:
    """Writes `<data>/outbox/<name>.eml`. The name comes from the Message-ID: sent twice, it is one file."""

    def __init__(self, config: AlertConfig, data: Path) -> None:
        del config  # every channel is opened alike; this one needs only the folder
        self.folder = data / "outbox"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_whole(self.folder / file_name(message.message_id), message.content)
        except OSError as error:
            raise DeliveryError(
                f"{self.folder} cannot be written: {error.strerror or error}", retryable=True
            ) from error


def forget(data: Path, message_ids: Iterable[str]) -> None:
    """Remove the files of these messages, as far as they are there."""
    for message_id in message_ids:
        (data / "outbox" / file_name(message_id)).unlink(missing_ok=True)


def file_name(message_id: str) -> str:
    """A name that every file system takes and that no other Message-ID gets."""
    stem = _UNSAFE.sub("-", message_id).strip("-.")[:60]
    return f"{stem}-{sha256(message_id.encode('utf-8', 'backslashreplace')).hexdigest()[:12]}.eml"


def _write_whole(path: Path, content: bytes) -> None:
    """Killed at any point, the file under its name is whole or not there. Only its owner may read it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name itself, too, is then on disk
    finally:
        os.close(folder)
