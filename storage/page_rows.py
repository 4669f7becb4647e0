"""A page's row: its text packed and unpacked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from isal import isal_zlib

from pipeline.model import Page, PageMethod
from pipeline.text.keys import fold

FEWEST = 30  # words by which a page can be told from others
_WITHOUT_DIGITS = bytes.maketrans(b"0123456789", b" " * 10)

if TYPE_CHECKING:
    from sqlalchemy import Row


def pack(text: str) -> bytes:
    """In the format of zlib, by a compressor that takes a quarter of its time and makes 1 % more of it."""
    return isal_zlib.compress(text.encode(), isal_zlib.ISAL_BEST_COMPRESSION)


def unpacked(content: bytes) -> str:
    return isal_zlib.decompress(content).decode()


def page_fingerprint(body: str) -> str | None:
    """Of a page's words, whatever its type, lines and numbers; None where they are too few to tell."""
    said = fold(body).translate(_WITHOUT_DIGITS).split()
    return hashlib.blake2b(b" ".join(said), digest_size=8).hexdigest() if len(said) >= FEWEST else None


def page_of(row: Row[Any]) -> Page:
    """A page from a row that has all columns of `pages`."""
    return Page(
        sha256=row.sha256,
        number=row.number,
        text=unpacked(row.text),
        method=PageMethod(row.method),
        extractor=row.extractor,
        label=row.label,
        item=row.item,
        body_start=row.body_start,
        body_end=row.body_end,
    )
