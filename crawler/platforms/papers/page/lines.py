"""Questions about one line of a page: a day and no more, running text, the sentence around a link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.structure import Line
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.papers.page.structure import Link, Record

LONGEST_DATE_LINE = 90
_PROSE = 14  # words
_SAYS_WHEN = re.compile(r"^(?:when|(?:meeting )?dates?(?: and time)?|held on)\s*:?$", re.IGNORECASE)
_NUMBER_ONLY = re.compile(
    r"^(?:(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?\d{1,2}(?:st|nd|rd|th)?|20\d\d"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?)$",
    re.IGNORECASE,
)
_DAY_ALONE = re.compile(
    r"^(?:on )?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?"
    r"|(?:the\s+)?\d{1,2}(?:st|nd|rd|th))\W*$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])")


def says_a_day(text: str) -> bool:
    """A day, or a month with its year that is not the end of a time: "Papers to March 2026"."""
    return any(each.month and (each.day or (each.year and each.of_meeting)) for each in date_mentions(text))


def is_year(text: str) -> bool:
    """A year and no more."""
    said = date_mentions(text)
    return len(said) == 1 and said[0].is_year and not without_dates(text).strip(" :")


def is_day_alone(text: str) -> bool:
    """A day without its month, and no more: "Tuesday 12th"."""
    return bool(_DAY_ALONE.match(text))


def says_when(label: str) -> bool:
    """The name of a fact that is the day of a meeting: "Held on", "Date and time"."""
    return bool(_SAYS_WHEN.match(label))


_IN_BRACKETS = re.compile(r"\([^)]*\)")  # "(moved from 13 August 2026)"


def is_date_line(text: str) -> bool:
    """All it says is when, and perhaps which meeting and where."""
    if len(_IN_BRACKETS.sub("", text)) > LONGEST_DATE_LINE or _is_sentence(text):
        return False
    found = [each for each in date_mentions(text) if each.month and (each.day or each.year)]
    return bool(found) and found[0].of_meeting


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"[.!?;]\s+[A-Z]", text)) or (
        len(without_dates(text).split()) > 6
        and bool(re.search(r"\b(?:will|is|are|was|were|be|can|please)\b", text))
    )


def is_prose(line: Line) -> bool:
    """Running text: a sentence and not a label, whatever links are in it."""
    if line.prose is None:
        line.prose = _is_prose(line)
    return line.prose


def _is_prose(line: Line) -> bool:
    words = line.text
    for link in line.links:
        words = words.replace(link.text, " ", 1)
    count = len(words.split())
    return count > _PROSE or (
        count >= 4
        and bool(
            re.search(
                r"\b(?:will|is|are|was|were|can|please|you|our|your|we|have|has)\b", words, re.IGNORECASE
            )
        )
    )


def sentences(text: str) -> list[str]:
    """A text cut at the ends of its sentences."""
    return _SENTENCE_END.split(text)


def without_links(line: Line) -> list[str]:
    """The text of a line without links; of running text with some, the sentences that have none."""
    if not line.links:
        return [line.text]
    if not is_prose(line):
        return []
    ends = [each.start() for each in _SENTENCE_END.finditer(line.text)]
    starts = [each.end() for each in _SENTENCE_END.finditer(line.text)]
    parts = zip([0, *starts], [*ends, len(line.text)], strict=True)
    return [
        line.text[start:end]
        for start, end in parts
        if not any(start <= link.start < end for link in line.links)
    ]


def sentence_of(link: Link) -> str:
    """The sentence in which a link is: what "here" speaks of."""
    text = link.line.text
    start = max((each.end() for each in _SENTENCE_END.finditer(text[: link.start])), default=0)
    end = _SENTENCE_END.search(text, link.end)
    return text[start : end.start() if end else len(text)]


def lead_of(link: Link) -> str:
    """The words of its sentence that are between the link before it and itself."""
    text = link.line.text[: link.start]
    start = max((each.end() for each in _SENTENCE_END.finditer(text)), default=0)
    before = max((each.end for each in link.line.links if each.end <= link.start), default=0)
    return text[max(start, before) :]


def own_lines(record: Record) -> Iterator[Line]:
    """The lines of a record, with numbers, months and years of a date badge put together."""
    badge: list[Line] = []
    for line in record.lines:
        if not line.links and (_NUMBER_ONLY.match(line.text) or _is_month(line.text)):
            badge.append(line)
            continue
        yield from _together(badge)
        badge = []
        yield line
    yield from _together(badge)


def _is_month(text: str) -> bool:
    found = date_mentions(text.title())
    if len(found) != 1 or not found[0].month or found[0].day or found[0].year:
        return False
    return not without_dates(text.title()).strip(" ,.")


def _capital(text: str) -> str:
    return text.title() if text.isalpha() else text


def _place_in_date(text: str) -> int:
    """The weekday, the day, the month, the year, in whatever order a badge shows them."""
    if re.fullmatch(r"20\d\d", text):
        return 3
    return 2 if _is_month(text) else 1 if text[:1].isdigit() else 0


def _together(badge: list[Line]) -> Iterator[Line]:
    if len(badge) > 1:
        first = badge[0]
        yield Line(
            text=" ".join(sorted((_capital(each.text) for each in badge), key=_place_in_date)),
            order=first.order,
            shape=first.shape,
            label=first.label,
            headings=first.headings,
            records=first.records,
            cell=first.cell,
            frame=first.frame,
        )
    else:
        yield from badge
