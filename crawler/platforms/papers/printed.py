"""What a list prints about a paper's file next to it: the size, and the days of publication and change.

Another size or day says that the file may be another, and it is asked for again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.publication import says_publication
from crawler.platforms.papers.page.structure import RecordKind
from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.platforms.papers.page.structure import Line, Link

_SIZE = re.compile(r"\b(\d[\d.,]{0,9})\s?(bytes|[kmg]i?b)\b", re.IGNORECASE)
_LINES_BELOW = 3  # that may speak of the link above them
_WORD_BEFORE = 25  # characters: "Last updated on "
_LONGEST = 200  # characters


def printed_beside(link: Link, lines: Sequence[Line]) -> str:
    """As in "12.6 MB; 2026-11-05", "" where the page prints neither. `lines` are those of the page."""
    own = [link.line.text[link.start : _end_of(link)], *link.labels]
    others = list(_lines_about(link, lines))
    sizes = [f"{each[1]} {each[2].upper()}" for text in own for each in _SIZE.finditer(text)]
    sizes = sizes or [f"{each[1]} {each[2].upper()}" for line in others for each in _SIZE.finditer(line.text)]
    said = [(text, False) for text in own] + [(line.text, line.is_publication) for line in others]
    days = [
        f"{each.year}-{each.month:02}-{each.day:02}"
        for text, is_stamp in said
        for each in date_mentions(text)
        if each.has_day
        and each.year
        and (is_stamp or says_publication(text[max(0, each.start - _WORD_BEFORE) : each.start]))
    ]
    return "; ".join(dict.fromkeys([*sizes[:1], *days]))[:_LONGEST]


def _end_of(link: Link) -> int:
    """Where the words after a link begin to be about the next."""
    links = link.line.links
    after = range(bisect_left(links, link.end, key=lambda each: each.start), len(links))
    return next((links[at].start for at in after if links[at].url != link.url), len(link.line.text))


def _lines_about(link: Link, lines: Sequence[Line]) -> Iterator[Line]:
    """The other lines of its record, where that is about this file alone; else those right below it."""
    record = link.records[-1] if link.records else None
    if record and record.kind is not RecordKind.PARAGRAPH:
        others = (each for line in record.lines for each in line.links if each.url and each.url != link.url)
        if link.url and not any(others) and not any(each.links for each in record.within):
            yield from (line for line in record.lines if line is not link.line)
            return
    if link.line.links[-1].url != link.url:
        return
    below = link.line.order + 1
    for line in lines[below : below + _LINES_BELOW]:
        if line.links or line.is_heading or line.records != link.records:
            return
        yield line
