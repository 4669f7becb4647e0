"""What names a digest: its Message-ID, and the signed name of its page on the web."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.config import AlertConfig
    from pipeline.model import Subscriber

_SIGNED = 32  # characters of a signature: 128 bits


def fingerprint(key: str) -> str:
    return sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:40]


def message_id(key: str, settings: AlertConfig) -> str:
    """The one Message-ID of what has this key: a message sent twice is seen as one by the reader's client."""
    return of_fingerprint(fingerprint(key), settings)


def of_fingerprint(name: str, settings: AlertConfig) -> str:
    return f"<{name}@{settings.domain}>"


def of_message_id(message_id: str) -> str:
    """The fingerprint in a Message-ID."""
    return message_id.strip("<>").rpartition("@")[0]


def signed(name: str, subscriber: Subscriber) -> str:
    """A name that opens one digest of one reader, to read and nothing else. It says nothing of the reader."""
    secret = subscriber.token.encode("utf-8", "backslashreplace")
    return f"{name}.{hmac.new(secret, name.encode(), sha256).hexdigest()[:_SIGNED]}"


def is_signed(given: str, name: str, subscriber: Subscriber) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), signed(name, subscriber).encode())
