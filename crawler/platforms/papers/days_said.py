"""The days of meetings that a page says apart from the papers: a table of dates, or a sentence.

They give the day to papers that say only their month. A table has a row for each month and a column for each
body, or the other way round, with a number or a date in each cell; a body's papers take the days of its own
column, and those of private sessions are nobody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.papers import vocabulary
from crawler.platforms.papers.dates import Mention, When, mentions, resolve
from crawler.platforms.papers.markup import Frame
from crawler.platforms.papers.structure import RecordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.platforms.papers.evidence import Dates
    from crawler.platforms.papers.structure import Line, Record, Structure

_LONGEST_CELL = 60  # characters
_PRIVATE = re.compile(
    r"\b(?:private|seminars?|closed|confidential|workshops?|development|briefing)\b", re.IGNORECASE
)
_NOT_HELD = re.compile(r"\b(?:cancell?ed|stood down|no meeting)\b", re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\b(?![:.]\d)", re.IGNORECASE
)
_NOW = re.compile(
    r"\b(?:now|(?:moved|changed|rearranged|rescheduled|postponed) to)\b\D{0,12}(\d{1,2})\b", re.IGNORECASE
)
_SAYS_HELD = re.compile(r"\b(?:met|meets?|meetings?|held|sat)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One day of one body's meetings. The board's own has no committee."""

    when: When
    committee: str
    in_table: bool


def days_said(page: Structure, dates: Dates) -> list[Said]:
    """Every day that a table of dates or a sentence outside of links says, in the order of the page."""
    rows = dict.fromkeys(line.records[-1] for line in page.lines if line.cell and line.records)
    tables = [
        said for row in rows if row.kind is RecordKind.ROW and not row.links for said in _row(row, dates)
    ]
    sentences = [said for line in page.lines for said in _sentence(line, dates)]
    return [*tables, *sentences]


def day_in(month: When, committee: str, said: Iterable[Said]) -> Said | None:
    """The only day of that month and body. A table is believed before a sentence."""
    fitting = [each for each in said if each.committee == committee and month.holds(each.when)]
    fitting = [each for each in fitting if each.in_table] or fitting
    return fitting[0] if len({each.when for each in fitting}) == 1 else None


def _row(row: Record, dates: Dates) -> Iterator[Said]:
    """The cells of a row beside its month, or under the months at the head of their columns."""
    cells = [line for line in row.lines if line.cell]
    if not cells:
        return
    first, others = cells[0], cells[1:]
    by_month = _only_month(first.text)
    for line in others:
        head = line.cell.head if line.cell else ""
        month, body = (by_month, head) if by_month else (_only_month(head), first.text)
        if line.cell is first.cell or not month or len(line.text) > _LONGEST_CELL:
            continue
        when = _day_of_cell(line, month, dates)
        if when and not _PRIVATE.search(f"{body} {line.text}") and not _NOT_HELD.search(line.text):
            yield Said(when=when, committee=_committee(body), in_table=True)


def _day_of_cell(line: Line, month: Mention, dates: Dates) -> When | None:
    years = dates.years_over(line.headings)
    written = [each for each in dates.spot(line.text, years) if each.when.whole and each.of_meeting]
    if written:
        return written[0].when if len({each.when for each in written}) == 1 else None
    day = _NOW.search(line.text) or _DAY_FIRST.search(line.text)
    if not day or not 1 <= int(day[1]) <= 31:
        return None
    whole = Mention(start=0, end=0, year=month.year, month=month.month, day=int(day[1]))
    spotted = resolve(whole, years)
    return spotted.when if spotted else None


def _sentence(line: Line, dates: Dates) -> Iterator[Said]:
    """Such as "The Board met on 29 January and 26 March". Its own year counts before those over it."""
    if line.cell or line.links or line.is_heading or line.is_publication or line.frame is not Frame.MATTER:
        return
    if not _SAYS_HELD.search(line.text) or _PRIVATE.search(line.text) or _NOT_HELD.search(line.text):
        return
    own = [
        When(year=each.year, financial=each.financial)
        for each in mentions(line.text)
        if each.is_year and each.year
    ]
    for each in dates.spot(line.text, [*own, *dates.years_over(line.headings)]):
        if each.when.whole and each.of_meeting:
            yield Said(when=each.when, committee=vocabulary.committee_in(line.text), in_table=False)


def _only_month(text: str) -> Mention | None:
    found = mentions(text.strip().title())
    one = found[0] if len(found) == 1 else None
    is_month = one is not None and one.month and not one.day and one.start == 0
    return one if is_month and len(text.split()) <= 2 else None


def _committee(head: str) -> str:
    """The committee of a column, whose head may leave the word out: "Quality"."""
    if named := vocabulary.committee_in(head):
        return named
    is_board = vocabulary.board_in(head) or re.search(
        r"\b(?:board|meetings?|dates?|public)\b", head, re.IGNORECASE
    )
    return "" if is_board or not head.strip() else f"{head.strip().title()} Committee"
