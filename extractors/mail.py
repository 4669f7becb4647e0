"""E-mails: the message as one part, each attachment a paper of its own.

A mail is a tree of parts, and mail programs put an attachment anywhere in it: the whole mail may be one. Each
leaf is either words of the message or an attachment; of words told in several forms one form is read.
"""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

from extractors.charset import decode
from extractors.html import to_text
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage, MIMEPart
    from pathlib import Path

    from pipeline.model import PageText

_HEADERS = ("Subject", "Date", "From", "To", "Cc")
_WORDS = {"text/plain", "text/html"}


def extract(path: Path) -> Iterator[PageText]:
    message = _parsed(path)
    heads = [f"{name}: {message[name]}" for name in _HEADERS if message[name]]
    return numbered([("e-mail", "\n".join([*heads, "", "\n\n".join(_texts(message))]))])


def metadata(path: Path) -> dict[str, str]:
    message = _parsed(path)
    return {"title": str(message["Subject"] or ""), "created": str(message["Date"] or "")}


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each attachment to `directory` under its number and yield its name."""
    number = 0
    for part in _leaves(_parsed(path)):
        if _is_words(part):
            continue
        content, name = _content(part), part.get_filename()
        if content or name:
            (directory / str(number)).write_bytes(content)
            number += 1
            yield name or f"attachment {number}"


def _parsed(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return email.message_from_binary_file(file, policy=email.policy.default)


def _is_made_of_parts(part: MIMEPart) -> bool:
    """An attached message is not: it is a paper of its own, whole."""
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def _is_words(part: MIMEPart) -> bool:
    """Whether a leaf is what the message itself says."""
    if part.get_content_maintype() == "multipart":
        return True  # no part was found in it: it is read as it stands
    return part.get_content_type() in _WORDS and not part.is_attachment() and not part.get_filename()


def _leaves(part: MIMEPart) -> Iterator[MIMEPart]:
    if not _is_made_of_parts(part):
        yield part
        return
    for inner in part.iter_parts():
        yield from _leaves(inner)


def _texts(part: MIMEPart) -> list[str]:
    """What the message says, in its order; of several forms the plain one, if there are words in it."""
    if not _is_made_of_parts(part):
        text = _text(part).strip() if _is_words(part) else ""
        return [text] if text else []
    inner = list(part.iter_parts())
    if part.get_content_subtype() == "alternative":
        inner.sort(key=lambda form: form.get_content_type() != "text/plain")
        return next(filter(None, map(_texts, inner)), [])
    told: dict[str, str] = {}  # by its words: some programs send the same twice and do not say so
    for text in (text for each in inner for text in _texts(each)):
        told.setdefault(" ".join(text.split()), text)
    return list(told.values())


def _text(part: MIMEPart) -> str:
    text = decode(_content(part), part.get_content_charset() or "")
    return to_text(text) if part.get_content_subtype() == "html" else text


def _content(part: MIMEPart) -> bytes:
    if part.get_content_maintype() == "message":
        return b"".join(inner.as_bytes() for inner in part.iter_parts())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
