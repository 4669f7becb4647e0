"""What Outlook packs the body and the attachments of a mail in, "winmail.dat": TNEF, [MS-OXTNEF].

A row of attributes, some of which hold properties of their own. Only text, names and contents are looked at.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.charset import decode
from extractors.html import from_bytes
from extractors.mail import alternatives, compressed_rtf
from extractors.office import members as files_within
from extractors.parts import numbered
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import PageText

_HEAD, _ATTRIBUTE, _CHECKSUM = 6, struct.Struct("<BII"), 2
_SUBJECT, _BODY, _PROPERTIES = 0x8004, 0x800C, 0x9003  # the lower half of an attribute's number
_BEGINS, _TITLE, _DATA, _MORE = 0x9002, 0x8010, 0x800F, 0x9005  # of an attachment
_PLAIN, _RTF, _HTML, _LONG_NAME, _FILE = 0x1000, 0x1009, 0x1013, 0x3707, 0x3701  # numbers of properties
_MANY, _NAMED = 0x1000, 0x8000
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _WIDE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MOST = 10_000  # properties of one attribute


@dataclass(slots=True)
class _Attachment:
    name: str = ""
    content: bytes = b""


@dataclass(slots=True)
class _Message:
    subject: str = ""
    texts: list[str] = field(default_factory=list)
    attachments: list[_Attachment] = field(default_factory=list)
    is_cut: bool = False


def extract(path: Path) -> Iterator[PageText]:
    message = _read(path.read_bytes())
    yield from numbered([("e-mail", "\n".join([message.subject, "", alternatives.told_once(message.texts)]))])
    if message.is_cut:
        raise ExtractionError(FailureReason.TRUNCATED, "a packed mail without its end")


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each attachment to `directory` under its number and yield its name."""
    attachments = _read(path.read_bytes()).attachments
    files = (
        (each.name or f"attachment {number}", lambda content=each.content: content)
        for number, each in enumerate(attachments, start=1)
    )
    yield from files_within.unpack(files, directory)


def _read(content: bytes) -> _Message:
    message = _Message()
    at = _HEAD
    while at + _ATTRIBUTE.size <= len(content):
        _, number, size = _ATTRIBUTE.unpack_from(content, at)
        at += _ATTRIBUTE.size
        _take(message, number & 0xFFFF, content[at : at + size])
        at += size + _CHECKSUM
    message.is_cut = at > len(content)
    return message


def _take(message: _Message, number: int, content: bytes) -> None:
    if number == _BEGINS:
        message.attachments.append(_Attachment())
    elif number == _SUBJECT:
        message.subject = _string(content)
    elif number == _BODY:
        message.texts.append(_string(content))
    elif number == _PROPERTIES:
        message.texts += filter(None, (_told(tag, value) for tag, value in _properties(content)))
    elif message.attachments:
        _take_attached(message.attachments[-1], number, content)


def _take_attached(attachment: _Attachment, number: int, content: bytes) -> None:
    if number == _TITLE:
        attachment.name = attachment.name or _string(content)
    elif number == _DATA:
        attachment.content = content
    elif number == _MORE:
        for tag, value in _properties(content):
            if tag == _LONG_NAME:
                attachment.name = _string(value)
            elif tag == _FILE and not attachment.content:
                attachment.content = value


def _told(tag: int, value: bytes) -> str:
    """The words of a property that is the body in one of its forms."""
    if tag == _PLAIN:
        return _string(value)
    if tag == _HTML:
        return from_bytes(value)
    if tag != _RTF:
        return ""
    try:
        return compressed_rtf.rtf_text(value)
    except ValueError as error:
        raise ExtractionError(FailureReason.UNREADABLE, str(error)) from error


def _string(content: bytes) -> str:
    return decode(content).rstrip("\0").strip()


def _properties(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of each, as far as they can be followed; wide characters made narrow."""
    try:
        (count,) = struct.unpack_from("<I", content)
        at = 4
        for _ in range(min(count, _MOST)):
            kind, tag = struct.unpack_from("<2H", content, at)
            at += 4
            if tag >= _NAMED:
                at = _after_name(content, at)
            values, at = _values(content, at, kind)
            for value in values:
                yield tag, value
    except struct.error:
        return


def _after_name(content: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", content, at + 16)
    if kind == 0:
        return at + 24
    (length,) = struct.unpack_from("<I", content, at + 20)
    return at + 24 + _padded(length)


def _values(content: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    one = kind & ~_MANY
    count = 1
    is_long = one in {_STRING, _WIDE, _OBJECT, _BINARY}
    if is_long or kind & _MANY:
        (count,) = struct.unpack_from("<I", content, at)
        at += 4
    values: list[bytes] = []
    for _ in range(min(count, _MOST)):
        size = _SIZES.get(one, 4)
        if is_long:
            (size,) = struct.unpack_from("<I", content, at)
            at += 4
        value = content[at : at + size]
        at += _padded(size)
        if one == _OBJECT:
            value = value[16:]  # after what kind of object it is
        values.append(value.decode("utf-16-le", "replace").encode() if one == _WIDE else value)
    return values, at


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4
