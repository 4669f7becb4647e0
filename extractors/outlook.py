"""Outlook messages (.msg): an OLE file in which each property is a stream.

An attachment is a storage, and a message attached is one more storage in it, of the same kind as the file
itself. Being no file, it cannot be a paper of its own: its text is a further part of this one, and what is
attached to it is a member like the others.
"""

from __future__ import annotations

import contextlib
import struct
from typing import TYPE_CHECKING

from legacy_doc.exceptions import LegacyDocError

from extractors import compressed_rtf, ole
from extractors.charset import decode
from extractors.html import to_text
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from legacy_doc.ole import OleReader

    from pipeline.model import PageText

    _Entry = tuple[bytes, int, int, int, int, int, int, int]

_SUBJECT, _SENDER, _TO, _BODY = "0037", "0C1A", "0E04", "1000"  # numbers of [MS-OXPROPS]
_NAME, _SHORT_NAME = "3707", "3704"
_HTML, _RTF = "__substg1.0_10130102", "__substg1.0_10090102"
_ATTACHMENT = "__attach_version1.0"
_FILE, _OBJECT = "__substg1.0_37010102", "__substg1.0_3701000D"  # a stream, a storage
_PROPERTIES = "__properties_version1.0"  # every message has them, an object of another program has not

_ENTRY = struct.Struct("<64sHBx3I36xIQ")  # name, its bytes, kind, left, right, first within, sector, size
_STORAGE, _STREAM = 1, 2  # kinds
_WHOLE_DIRECTORY = 256 * 1024 * 1024  # bytes: the reader ends where the directory does


class _Storage:
    """What one storage holds: streams and other storages, by name."""

    def __init__(self, reader: OleReader) -> None:
        self.storages: dict[str, _Storage] = {}
        self._streams: dict[str, tuple[int, int]] = {}
        self._reader = reader

    def fill(self, entries: list[_Entry], child: int, unseen: set[int]) -> None:
        """Take in the tree of entries that begins with `child`; a loop in it is not gone round."""
        waiting = [child]
        while waiting:
            if (number := waiting.pop()) not in unseen:
                continue
            unseen.remove(number)
            name, length, kind, left, right, within, sector, size = entries[number]
            called = name[: max(length - 2, 0)].decode("utf-16-le", "replace")
            if kind == _STREAM:
                self._streams[called] = sector, size
            elif kind == _STORAGE:
                self.storages[called] = _Storage(self._reader)
                self.storages[called].fill(entries, within, unseen)
            waiting += left, right

    def __contains__(self, stream: str) -> bool:
        return stream in self._streams

    def read(self, stream: str) -> bytes:
        """Its content, b"" where there is no such stream. Raises ExtractionError where it is damaged."""
        sector, size = self._streams.get(stream, (0, 0))
        if not size:
            return b""
        reader = self._reader
        try:
            if size < reader.mini_stream_cutoff:
                return reader._read_mini_stream(sector, size)  # noqa: SLF001 - no public way into a storage
            return reader._read_regular_stream(sector, size)  # noqa: SLF001 - as above
        except LegacyDocError as error:
            raise ExtractionError(FailureReason.UNREADABLE, f"an OLE file: {error}") from error

    def string(self, tag: str) -> str:
        content = self.read(f"__substg1.0_{tag}001F")
        return content.decode("utf-16-le", "replace") or decode(self.read(f"__substg1.0_{tag}001E"))

    def attachments(self) -> list[_Storage]:
        return [within for name, within in sorted(self.storages.items()) if name.startswith(_ATTACHMENT)]


def extract(path: Path) -> Iterator[PageText]:
    """The message, then each that is attached to it or to one of those."""
    first, *attached = _messages(_opened(path))
    parts = [(f"attached e-mail {message.string(_SUBJECT)}", _text(message)) for message in attached]
    return numbered([("e-mail", _text(first)), *parts])


def metadata(path: Path) -> dict[str, str]:
    return {"title": _opened(path).string(_SUBJECT)}


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each attached file to `directory` under its number and yield its name.

    Raises ExtractionError at the end where something was left out, be it an attachment or a message's text.
    """
    number = 0
    left_out: list[str] = []
    reason = FailureReason.UNREADABLE
    for message in _messages(_opened(path)):
        try:
            _body(message)
        except ExtractionError as error:
            left_out.append(f"the text of {message.string(_SUBJECT) or 'the message'} ({error.detail})")
        for attachment in message.attachments():
            if _attached_message(attachment) is not None:
                continue
            name = max(attachment.string(_NAME), attachment.string(_SHORT_NAME), key=len)
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


def _opened(path: Path) -> _Storage:
    reader = ole.reader(path.read_bytes())
    directory = reader._read_regular_stream(  # noqa: SLF001 - the public list does not say what is in what
        reader.first_dir_sector, _WHOLE_DIRECTORY, exact_chain=False
    )
    entries = list(_ENTRY.iter_unpack(directory[: len(directory) // _ENTRY.size * _ENTRY.size]))
    message = _Storage(reader)
    *_, first, _, _ = entries[0]  # the root
    message.fill(entries, first, set(range(1, len(entries))))
    return message


def _messages(message: _Storage) -> Iterator[_Storage]:
    yield message
    for attachment in message.attachments():
        if (attached := _attached_message(attachment)) is not None:
            yield from _messages(attached)


def _attached_message(attachment: _Storage) -> _Storage | None:
    within = attachment.storages.get(_OBJECT)
    return within if within is not None and _PROPERTIES in within else None


def _content(attachment: _Storage) -> bytes:
    if _FILE not in attachment:
        raise ExtractionError(FailureReason.UNSUPPORTED, "a link or an object, not a file")
    return attachment.read(_FILE)


def _text(message: _Storage) -> str:
    labels = (("Subject", _SUBJECT), ("From", _SENDER), ("To", _TO))
    heads = [f"{label}: {text}" for label, tag in labels if (text := message.string(tag))]
    body = ""
    with contextlib.suppress(ExtractionError):  # `members` says so, after the attachments
        body = _body(message)
    return "\n".join([*heads, "", body])


def _body(message: _Storage) -> str:
    """What it says, from the first form that has words. Raises ExtractionError where that is damaged."""
    if text := message.string(_BODY).strip() or to_text(decode(message.read(_HTML))):
        return text
    if not (rtf := message.read(_RTF)):
        return ""
    try:
        return compressed_rtf.to_text(rtf)
    except ValueError as error:
        raise ExtractionError(FailureReason.UNREADABLE, str(error)) from error
