"""A month in one place and its day in another: "Thursday 5th" in the link, its line, its card, or above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.evidence import DateEvidence, DatePlace
from crawler.platforms.papers.dates.words import DAY_ALONE
from crawler.platforms.papers.page.lines import own_lines
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import WEEKDAY, WEEKDAYS, date_mentions
from crawler.platforms.shared.when import When, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.platforms.papers.page.structure import Line, Link, Record

_MOVED_FROM = re.compile(r"\b(?:from|instead of|originally|not)\s+(?:the\s+)?$", re.IGNORECASE)
_WEEKDAY_HEAD = re.compile(rf"^{WEEKDAY}$", re.IGNORECASE)
_NEAR = 8  # lines between the heading of a month and its papers


def day_beside_its_month(link: Link, nearest: DateEvidence, lines: Sequence[Line]) -> DateEvidence | None:
    """The day of the month that is the nearest to a link; `lines` are those of the page."""
    heading = nearest.heading
    first = (
        heading.order
        if heading
        else 0
        if nearest.place in {DatePlace.CONTEXT, DatePlace.PAGE}
        else link.line.order
    )
    below = [
        each.text
        for each in lines[first : link.line.order][-_NEAR:]
        if not each.links and (not heading or heading in each.headings)
    ]
    depth = heading.depth if heading else 0
    within, around = link.records[depth:][-2:], link.records[:depth][-1:]
    texts = (
        link.text,
        heading.text if heading else "",
        link.line.text[: link.start],
        *texts_beside(reversed(within)),
        *reversed(below),
        *texts_beside(around),
    )
    days = (day_alone(text, nearest.when) for text in texts)
    return _day_of_grid(link, nearest.when) or next((each for each in days if each), None)


def day_alone(text: str, month: When) -> DateEvidence | None:
    """Returns the day of a month that a text says without it, or apart from it.

    As in "Wednesday 9th (moved from the 2nd)" and "November (Thursday 26th)".
    """
    said = [each for each in date_mentions(text) if each.of_meeting]
    if any(each.day or each.month not in {0, month.month} for each in said):
        return None
    text = without_dates(text)
    days = [each for each in DAY_ALONE.finditer(text) if not _MOVED_FROM.search(text[: each.start()])]
    day = next(iter(days), None)
    when = day_of(month.year, month.month, int(day[2] or day[3])) if day else None
    if day is None or when is None:
        return None
    if day[1] and WEEKDAYS.index(day[1][:3].lower()) != when.first.weekday():
        return None
    return DateEvidence(when=when, place=DatePlace.RECORD, weekday_printed=bool(day[1]))


def _day_of_grid(link: Link, month: When) -> DateEvidence | None:
    """The number in its cell of a calendar: "26 Board meeting" in the grid of November."""
    before = link.line.text[: link.start].strip()
    if link.line.cell is None or not before.isdigit() or not _WEEKDAY_HEAD.match(link.line.cell.head):
        return None
    when = day_of(month.year, month.month, int(before))
    return DateEvidence(when=when, place=DatePlace.RECORD) if when else None


def texts_beside(records: Iterable[Record]) -> Iterator[str]:
    lines = (line for record in records for line in own_lines(record))
    return (line.text for line in lines if line.is_heading or not line.links)
