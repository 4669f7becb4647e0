"""Which item of the agenda a page belongs to, as far as the paper says it itself. Pure.

A pack's outline says it best: whoever joined the papers left one entry for each. Without an outline, a paper
begins with a line of its own ("Agenda item 7", "Item No: 7.2 Finance report"), and it holds until the next.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.parts import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEAD_LINES = 15  # how far from the top of a page a paper may name its item
_LONGEST_TITLE = 120  # characters; what is longer is a sentence
_ITEM = re.compile(
    r"(?:agenda )?item(?: (?:no|number)\b\.?)?(?P<sign> ?[:.#])? ?(?P<number>\d{1,2}(?:\.\d{1,2})?[a-z]?)"
    r"(?P<end>[:.)]| ?[-\u2013\u2014](?= )|(?= |$)) ?(?P<title>.*)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:(?:report|paper) )?(?:title|subject)(?: of (?:the )?(?:report|paper))?:? +(?P<title>.+)",
    re.IGNORECASE,
)


class Items:
    """The item of each page, asked in the order of the pages. `outline`: (level, page from 1, title)."""

    def __init__(self, outline: Iterable[tuple[int, int, str]]) -> None:
        self._begin = _beginnings(list(outline))
        self._item = ""

    def on(self, page: int, text: str) -> str:
        """The item that a page of canonical text belongs to; "" where none was named so far."""
        if self._begin:
            self._item = self._begin.get(page, self._item)
        else:
            self._item = heading(text) or self._item
        return self._item


def heading(text: str) -> str:
    """The item that a page begins, as "Item 7: Finance report"; "" where it names none, or several."""
    if "tem" not in text and "TEM" not in text:
        return ""
    lines = text.split("\n", _HEAD_LINES)[:_HEAD_LINES]
    found = [
        (at, match) for at, line in enumerate(lines) if (match := _ITEM.fullmatch(line)) and _names(match)
    ]
    if len({match["number"].lower() for _, match in found}) != 1:
        return ""
    at, match = found[0]
    title = match["title"] or _title(lines[at + 1 :])
    return short(f"Item {match['number']}: {title}" if title else f"Item {match['number']}")


def _names(match: re.Match[str]) -> bool:
    """Whether the line is a heading, and no sentence that speaks of an item."""
    title = match["title"]
    if len(title) > _LONGEST_TITLE or title.endswith((",", ";")):
        return False
    return not title or bool(match["end"]) or title[0].isupper() or title[0].isdigit()


def _title(lines: list[str]) -> str:
    """What the paper calls itself, below the line of its item."""
    for line in lines:
        if match := _TITLE.fullmatch(line):
            return match["title"]
    line = next(filter(None, lines), "")
    is_title = 3 < len(line) <= _LONGEST_TITLE and line[0].isupper() and not line.endswith((".", ",", ":"))
    return line if is_title else ""


def _beginnings(outline: list[tuple[int, int, str]]) -> Mapping[int, str]:
    """The first page of each entry: of the top level, or of the next where one entry holds all others."""
    for level in (0, 1):
        entries = [(page, title) for at, page, title in outline if at == level]
        if len(entries) > 1:
            return {page: short(title) for page, title in reversed(entries) if title.strip()}
    return {}
