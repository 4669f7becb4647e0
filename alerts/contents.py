"""A message taken out of its envelope, for channels that carry no mail."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Message


def contents(message: Message) -> dict[str, str]:
    """Its id, subject, and both texts as programs want them: Unicode, Unix line ends."""
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
