"""Outlook messages (.msg): an OLE file in which each property is a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors import ole
from extractors.charset import decode
from extractors.html import to_text
from extractors.parts import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from legacy_doc.ole import DirectoryEntry, OleReader

    from pipeline.model import PageText

_SUBJECT, _SENDER, _TO, _BODY, _HTML = "0037", "0C1A", "0E04", "1000", "1013"  # numbers of [MS-OXPROPS]
_ATTACHED, _NAME, _SHORT_NAME = "3701", "3707", "3704"


def extract(path: Path) -> Iterator[PageText]:
    message = ole.reader(path.read_bytes())
    heads = (
        (label, _string(message, tag))
        for label, tag in (("Subject", _SUBJECT), ("From", _SENDER), ("To", _TO))
    )
    body = _string(message, _BODY) or to_text(
        decode(message.try_read_stream(f"__substg1.0_{_HTML}0102") or b"")
    )
    return numbered(
        [("e-mail", "\n".join([*(f"{label}: {text}" for label, text in heads if text), "", body]))]
    )


def metadata(path: Path) -> dict[str, str]:
    return {"title": _string(ole.reader(path.read_bytes()), _SUBJECT)}


def members(path: Path, directory: Path) -> Iterator[str]:
    """Write each attached file to `directory` under its number and yield its name."""
    message = ole.reader(path.read_bytes())
    number, name = 0, ""
    for entry in message.directory:  # the streams of one attachment stand together
        if entry.name.startswith("__attach_version1.0"):
            name = ""
        elif entry.name.startswith((f"__substg1.0_{_NAME}", f"__substg1.0_{_SHORT_NAME}")):
            longer = _text(entry.name, _content(message, entry))
            name = max(name, longer, key=len)
        elif entry.name == f"__substg1.0_{_ATTACHED}0102":
            (directory / str(number)).write_bytes(_content(message, entry))
            number += 1
            yield name or f"attachment {number}"


def _string(message: OleReader, tag: str) -> str:
    for kind in ("001F", "001E"):
        stream = f"__substg1.0_{tag}{kind}"
        if (content := message.try_read_stream(stream)) is not None:
            return _text(stream, content)
    return ""


def _text(stream: str, content: bytes) -> str:
    return content.decode("utf-16-le", "replace") if stream.endswith("001F") else decode(content)


def _content(message: OleReader, entry: DirectoryEntry) -> bytes:
    """One of several streams of the same name, which `read_stream` cannot tell apart."""
    if entry.size < message.mini_stream_cutoff:
        return message._read_mini_stream(entry.start_sector, entry.size)  # noqa: SLF001 - no public way
    return message._read_regular_stream(entry.start_sector, entry.size)  # noqa: SLF001 - no public way
