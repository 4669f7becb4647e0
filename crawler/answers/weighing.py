"""Is what a paper's address answered the paper? Weighed by its bytes, and against what we hold of it.

A server may say "200" and send an error in JSON, the word that a file is locked, a sign-in page, or the first
half of a file. Such an answer never takes the place of a good revision: it is recorded as what it is, and the
revision stays what readers find. Where nothing is held, half a paper is more than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.answers import health
from crawler.answers.not_the_page import no_page

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Document

_HEAD, _TAIL = 16 * 1024, 66 * 1024  # bytes; a zip's directory may have a comment of 64 KB behind it
_FEW_WORDS = 500  # bytes of plain text: what has fewer is a message, not a paper
# A document of another kind than the held one, and so much smaller, is a notice that is in its place.
_MUCH_SMALLER = 20
_TEXT_ENDING = re.compile(r"\.(?:txt|csv|md|json|xml|eml|ics)$", re.IGNORECASE)
_ERROR_MARK = re.compile(rb"<(?:\w+:)?(?:error|fault|exception)\b", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class FileKind(StrEnum):
    """What a file is, by its first bytes."""

    EMPTY = "an empty file"
    PDF = "a PDF"
    ZIP = "a zip or Office file"
    OLE = "an older Office file"
    RTF = "an RTF file"
    HTML = "an HTML page"
    JSON = "an answer in JSON"
    XML = "an answer in XML"
    TEXT = "plain text"
    OTHER = "a file of another kind"


_STARTS: dict[FileKind, tuple[bytes, ...]] = {
    FileKind.ZIP: (b"PK",),
    FileKind.OLE: (b"\xd0\xcf\x11\xe0",),
    FileKind.RTF: (b"{\\rtf",),
    FileKind.JSON: (b'{"', b"{\n", b"{\r", b"{ ", b"{}", b'[{"', b"[]"),
    FileKind.XML: (b"<?xml", b"<Error", b"<error"),
}
_DOCUMENTS = frozenset({FileKind.PDF, FileKind.ZIP, FileKind.OLE, FileKind.RTF})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStart:
    """As much of a file as the decision wants."""

    kind: FileKind
    size: int
    head: bytes
    is_whole: bool  # as far as its last bytes tell

    @classmethod
    def at(cls, path: Path) -> FileStart:
        """Read no more than the two ends of a file."""
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
        kind = _kind(head)
        return cls(kind=kind, size=size, head=head, is_whole=_is_whole(kind, tail))


def why_not_kept(document: Document, new: FileStart, held: FileStart | None) -> str:
    """Why an answer is not kept, in words for a person; "" where it is."""
    if reason := _no_paper(document, new):
        return reason
    if held is None or held.kind in {FileKind.EMPTY, FileKind.JSON}:
        return ""
    if _worth(new) != _worth(held):
        if _worth(new) > _worth(held):
            return ""
        return f"{new.kind} where {held.kind} was" if new.is_whole else f"{new.kind} that ends in the middle"
    if held.kind is not new.kind and new.size * _MUCH_SMALLER < held.size:
        return f"{new.kind} of {new.size:,} bytes where {held.kind} of {held.size:,} was"
    return ""


def _worth(look: FileStart) -> tuple[bool, bool]:
    """Whole before half, then a document before another: an order, so that of two one may follow."""
    return look.is_whole, look.kind in _DOCUMENTS


def _no_paper(document: Document, new: FileStart) -> str:
    """What is no paper whatever is held: an empty file, a message, a page that says no."""
    said = new.head[:200].decode(errors="replace").strip()
    is_text_address = bool(_TEXT_ENDING.search(urlsplit(document.url).path))
    match new.kind:
        case FileKind.EMPTY:
            return str(new.kind)
        case FileKind.JSON if not is_text_address:
            return f"no paper: {new.kind}: {said}"
        case FileKind.XML if _ERROR_MARK.search(new.head[:2048]):
            return f"no paper: {new.kind}: {said}"
        case FileKind.TEXT if new.size < _FEW_WORDS and not is_text_address:
            return f"no paper: {new.kind}: {said}"
        case FileKind.HTML if what := no_page(new.head):
            return f"no paper: {what}"
    return ""


def _kind(head: bytes) -> FileKind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return FileKind.EMPTY
    if b"%PDF-" in head[:1024]:  # some servers put a line of their own before it
        return FileKind.PDF
    if health.is_html(head):
        return FileKind.HTML
    for kind, marks in _STARTS.items():
        if start.startswith(marks):
            return kind
    is_wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16: every other byte is nought
    return FileKind.OTHER if _CONTROL.search(head) and not is_wide else FileKind.TEXT


def _is_whole(kind: FileKind, tail: bytes) -> bool:
    match kind:
        case FileKind.PDF:
            return b"%%EOF" in tail[-4096:] or b"startxref" in tail[-4096:]
        case FileKind.ZIP:
            return b"PK\x05\x06" in tail
        case FileKind.RTF:
            return tail.rstrip(b"\0 \t\r\n").endswith(b"}")
    return True
