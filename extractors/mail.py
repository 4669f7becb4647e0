"""E-mails: the message as one part, each attachment a paper of its own."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

from extractors.charset import decode
from extractors.html import to_text
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from pipeline.model import PageText

_HEADERS = ("Subject", "Date", "From", "To", "Cc")


def extract(path: Path) -> Iterator[PageText]:
    message = _parsed(path)
    heads = [f"{name}: {message[name]}" for name in _HEADERS if message[name]]
    return numbered([("e-mail", "\n".join([*heads, "", _body(message)]))])


def metadata(path: Path) -> dict[str, str]:
    message = _parsed(path)
    return {"title": str(message["Subject"] or ""), "created": str(message["Date"] or "")}


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each attachment to `directory` under its number and yield its name."""
    for number, part in enumerate(_parsed(path).iter_attachments()):
        (directory / str(number)).write_bytes(_content(part))
        yield part.get_filename() or f"attachment {number + 1}"


def _parsed(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return email.message_from_binary_file(file, policy=email.policy.default)


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    text = decode(content if isinstance(content, bytes) else b"", part.get_content_charset() or "")
    return to_text(text) if part.get_content_subtype() == "html" else text


def _content(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        return b"".join(inner.as_bytes() for inner in part.iter_parts())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
