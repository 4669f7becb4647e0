"""Formats without pages: their natural parts, numbered from 1, stand in for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.config import current
from pipeline.model import PageMethod, PageText
from pipeline.text import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LONGEST_LABEL = 80  # characters
_MOST_LISTED = 20


def numbered(parts: Iterable[tuple[str, str]]) -> Iterator[PageText]:
    """Pages from (label, text). A part longer than a page may be goes on in the next number, not lost."""
    number = 0
    for label, text in parts:
        for piece in _pieces(canonical(text)):
            number += 1
            yield PageText(
                number=number,
                text=piece,
                method=PageMethod.MARKUP if piece else PageMethod.BLANK,
                label=short(label),
            )


def short(label: str) -> str:
    """A label on one line and not longer than a line."""
    line = " ".join(canonical(label).split())
    return line if len(line) <= _LONGEST_LABEL else f"{line[: _LONGEST_LABEL - 1].rstrip()}…"


def listed(numbers: Sequence[int]) -> str:
    """The first twenty, for a person who wants to look."""
    return ", ".join(map(str, numbers[:_MOST_LISTED])) + ("…" if len(numbers) > _MOST_LISTED else "")


def _pieces(text: str) -> Iterator[str]:
    longest = current.get().page_text_kb * 1024
    start = 0
    while len(text) - start > longest:
        end = text.rfind("\n", start, start + longest) + 1 or start + longest
        yield text[start:end].strip()
        start = end
    yield text[start:]
