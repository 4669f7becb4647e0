"""The channel that posts a digest as JSON to an address of the reader's own."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from pipeline.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.config import AlertConfig
    from pipeline.model import Message

TIMEOUT = 30.0  # seconds for connecting and for each answer
PASSING = {408, 425, 429}  # the 4xx answers that are about the moment and not about us


class WebhookChannel:
    """POSTs `{"message_id", "subject", "text", "html"}`. A 2xx is its acceptance; a redirect is not followed.

    The same message_id may come twice after a crash; it is sent as Idempotency-Key too.
    """

    def __init__(self, config: AlertConfig, data: Path) -> None:
        del config, data  # every channel is opened alike; this one needs nothing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message) -> None:
        parts = urlsplit(message.address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DeliveryError("the webhook has no http or https address", retryable=False)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.message_id}
        handed_over = False
        try:
            connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
            try:
                connection.connect()
                handed_over = True
                connection.request("POST", path, json.dumps(as_json(message)), headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            # The address may hold a secret: it is not said.
            raise DeliveryError(
                f"the webhook was lost: {type(error).__name__}", retryable=True, uncertain=handed_over
            ) from None
        if not 200 <= status < 300:
            final = 400 <= status < 500 and status not in PASSING
            raise DeliveryError(f"the webhook answered {status}", retryable=not final)


def as_json(message: Message) -> dict[str, str]:
    """A message as a program wants it."""
    parsed = message_from_bytes(message.content, policy=policy.default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    return {
        "message_id": message.message_id,
        "subject": str(parsed["Subject"]),
        "text": _unix(text.get_content()) if text else "",
        "html": _unix(html.get_content()) if html else "",
    }


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
