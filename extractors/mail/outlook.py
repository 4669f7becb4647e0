"""Outlook messages (.msg): an OLE file in which each property is a stream.

An attachment is a storage, and a message attached is one more storage in it, of the same kind as the file
itself. Being no file, it cannot be a paper of its own: its text is a further part of this one, and what is
attached to it is a member like the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.charset import decode
from extractors.html import from_bytes
from extractors.mail import alternatives, compressed_rtf
from extractors.office import ole
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractors.office.ole import Storage
    from pipeline.model import PageText

_SUBJECT, _SENDER, _TO, _BODY = "0037", "0C1A", "0E04", "1000"  # numbers of [MS-OXPROPS]
_NAME, _SHORT_NAME = "3707", "3704"
_HTML, _RTF = "__substg1.0_10130102", "__substg1.0_10090102"
_ATTACHMENT = "__attach_version1.0"
_FILE, _OBJECT = "__substg1.0_37010102", "__substg1.0_3701000D"  # a stream, a storage
_PROPERTIES = "__properties_version1.0"  # every message has them, an object of another program has not


def extract(path: Path) -> Iterator[PageText]:
    """The message, then each that is attached to it or to one of those."""
    first, *attached = _messages(_opened(path))
    parts = [(f"attached e-mail {_string(message, _SUBJECT)}", _text(message)) for message in attached]
    return numbered([("e-mail", _text(first)), *parts])


def metadata(path: Path) -> dict[str, str]:
    return {"title": _string(_opened(path), _SUBJECT)}


def members(path: Path, directory: Path) -> Iterator[str]:
    """Yields the name of each attached file that it writes to `directory` under its number.

    Raises ExtractionError at the end where something was left out, be it an attachment or a message's text.
    """
    number = 0
    left_out: list[str] = []
    reason = FailureReason.UNREADABLE
    for message in _messages(_opened(path)):
        if why := _body(message)[1]:
            left_out.append(f"the text of {_string(message, _SUBJECT) or 'the message'} ({why})")
        for attachment in _attachments(message):
            if _attached_message(attachment) is not None:
                continue
            name = max(_string(attachment, _NAME), _string(attachment, _SHORT_NAME), key=len)
            try:
                content = _content(attachment)
            except ExtractionError as error:
                left_out.append(f"{name or 'an attachment'} ({error.detail})")
                reason = error.reason
                continue
            (directory / str(number)).write_bytes(content)
            number += 1
            yield name or f"attachment {number}"
    if left_out:
        raise ExtractionError(reason, f"left out: {'; '.join(left_out[:5])}")


def _opened(path: Path) -> Storage:
    return ole.opened_ole(path.read_bytes())


def _string(message: Storage, tag: str) -> str:
    content = message.read(f"__substg1.0_{tag}001F")
    return content.decode("utf-16-le", "replace") or decode(message.read(f"__substg1.0_{tag}001E"))


def _attachments(message: Storage) -> list[Storage]:
    return [within for name, within in sorted(message.storages.items()) if name.startswith(_ATTACHMENT)]


def _messages(message: Storage) -> Iterator[Storage]:
    yield message
    for attachment in _attachments(message):
        if (attached := _attached_message(attachment)) is not None:
            yield from _messages(attached)


def _attached_message(attachment: Storage) -> Storage | None:
    within = attachment.storages.get(_OBJECT)
    return within if within is not None and _PROPERTIES in within else None


def _content(attachment: Storage) -> bytes:
    if _FILE not in attachment:
        raise ExtractionError(FailureReason.UNSUPPORTED, "a link or an object, not a file")
    return attachment.read(_FILE)


def _text(message: Storage) -> str:
    labels = (("Subject", _SUBJECT), ("From", _SENDER), ("To", _TO))
    heads = [f"{label}: {text}" for label, tag in labels if (text := _string(message, tag))]
    return "\n".join([*heads, "", _body(message)[0]])


def _body(message: Storage) -> tuple[str, str]:
    """What it says in all its forms, once; and why one of them could not be read."""
    told: list[str] = []
    why = ""
    for form in (_plain, _marked_up, _rich):
        try:
            told.append(form(message))
        except (ExtractionError, ValueError) as error:
            why = error.detail if isinstance(error, ExtractionError) else str(error)
    return alternatives.told_once(told), why


def _plain(message: Storage) -> str:
    return _string(message, _BODY).strip()


def _marked_up(message: Storage) -> str:
    return from_bytes(message.read(_HTML))


def _rich(message: Storage) -> str:
    return compressed_rtf.rtf_text(rtf) if (rtf := message.read(_RTF)) else ""
