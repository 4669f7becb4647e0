"""The days of meetings that a page says apart from the papers: a table of dates, a list, or a sentence.

They give the day to papers that say only their month, or only which meeting of the year they are of ("Meeting
4", "the third meeting"). A table has a row for each meeting or month and a column for each body, or the other
way round, with a number or a date in each cell; a body's papers take the days of its own column, and those of
private sessions, deadlines and publication are nobody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.lines import sentences
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.publication import says_publication
from crawler.platforms.papers.page.structure import RecordKind
from crawler.platforms.papers.wording import bodies, vocabulary
from crawler.platforms.shared.dates import resolve, without_dates
from crawler.platforms.shared.printed_dates import WEEKDAY, DateMention, date_mentions
from crawler.platforms.shared.when import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.platforms.papers.dates.years import Spotter, Years
    from crawler.platforms.papers.page.structure import Heading, Line, Record, Structure
    from crawler.platforms.papers.page.tables import Cell
    from crawler.platforms.shared.dates import Spotted

_LONGEST_CELL = 60  # characters
_NO_PUBLIC_MEETING = re.compile(
    r"\b(?:private|seminars?(?! room)|closed|confidential|workshops?|development|briefing|not in public"
    r"|deadlines?|due"
    r"|submi\w+|questions|papers? (?:sent|issued|out|circulated|available)|agenda (?:sent|issued|out))\b",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"^(?:{WEEKDAY},?\s+)?(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|(?:moved|changed|rearranged|rescheduled|postponed|put back|brought forward) to)\b"
    r"\D{0,12}(\d{1,2})\b",
    re.IGNORECASE,
)
_SAYS_HELD = re.compile(r"\b(?:met|meets?|meetings?|held|sat)\b", re.IGNORECASE)
_ORDINALS = (
    (
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
    ),
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS[0])}|\d{{1,2}}(?:st|nd|rd|th))"
_COUNTED = rf"(?P<counted>\d{{1,2}}[a-z]?|{'|'.join(_ORDINALS[1])})"
_NUMBERED = re.compile(
    rf"\b(?:meeting|session|board)\s*(?:no\.?|number|#)?\s*{_COUNTED}\b(?!\s*(?:[./]\d|\w*\s?20\d\d))"
    rf"|\b{_ORDINAL}\s+(?:\w+\s+){{0,3}}?(?:meeting|session)\b",
    re.IGNORECASE,
)
_NUMBER_ALONE = re.compile(rf"^(?:(?:meeting|no\.?|number|#)\s*)?{_COUNTED}\.?$|^{_ORDINAL}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidDay:
    """One day of one body's meetings. The board's own has no committee."""

    when: When
    committee: str
    in_table: bool
    number: str = ""  # which meeting of the year it is, where that is said: "4", "3a"


def days_said(page: Structure, spotter: Spotter, years: Years) -> list[SaidDay]:
    """Every day that a table of dates, a list or a sentence without links says, in the order of the page."""
    rows = dict.fromkeys(line.records[-1] for line in page.lines if line.cell and line.records)
    listed = (row for row in rows if row.kind is RecordKind.ROW and not row.links)
    tables = [said for row in listed for said in _row(row, spotter, years)]
    lines = [said for line in page.lines for said in _line(line, spotter, years)]
    return [*tables, *lines]


def day_in(month: When, committee: str, said: Iterable[SaidDay]) -> SaidDay | None:
    """The only day of that month and body. A table is believed before a sentence."""
    return _only(each for each in said if each.committee == committee and month.holds(each.when))


def day_of_number(
    number: str, committee: str, years: Iterable[When], said: Iterable[SaidDay]
) -> SaidDay | None:
    """The day of a body's "Meeting 4"; where two years have one, that of the nearest year over the papers."""
    found = [each for each in said if each.committee == committee and each.number == number]
    for year in years:
        if year.is_year and (one := _only(each for each in found if year.holds(each.when))):
            return one
    return _only(found)


def meeting_number(text: str) -> str:
    """Which meeting of the year a text names: "4" of "Meeting 4", "3" of "Third meeting"; "" where none."""
    return _as_number(_NUMBERED.search(without_dates(text)))


def _as_number(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    word = (found["ordinal"] or found["counted"]).lower()
    for words in _ORDINALS:
        if word in words:
            return str(words.index(word) + 1)
    return re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word).lstrip("0")


def _only(said: Iterable[SaidDay]) -> SaidDay | None:
    fitting = list(said)
    fitting = [each for each in fitting if each.in_table] or fitting
    return fitting[0] if len({each.when for each in fitting}) == 1 else None


def _row(row: Record, spotter: Spotter, years: Years) -> Iterator[SaidDay]:
    """The days in a row: whole ones, or numbers next to the row's month or under the months of columns."""
    cells: dict[Cell, list[Line]] = {}
    for line in row.lines:
        if line.cell:
            cells.setdefault(line.cell, []).append(line)
    first = next(iter(cells))
    label = " ".join(line.text for line in cells[first])
    number = _as_number(_NUMBER_ALONE.match(label.strip())) or meeting_number(label)
    by_month = _only_month(label)
    yield from _day_first(cells[first], row, number, spotter, years)
    for cell, lines in cells.items():
        under = _only_month(cell.head)
        if (cell is first and not under) or any(len(line.text) > _LONGEST_CELL for line in lines):
            continue
        across = under is not None and not by_month
        body = label if across and cell is not first and not _has_day(label) else "" if across else cell.head
        if says_publication(body):
            continue
        for line in lines:
            when = _day_of_cell(line, by_month or under, spotter, years)
            no_meeting = _NO_PUBLIC_MEETING.search(f"{body} {line.text}") or vocabulary.says_not_held(
                line.text
            )
            if when and not no_meeting:
                committee = _committee(body, line.headings)
                yield SaidDay(when=when, committee=committee, in_table=True, number=number)


def _day_first(
    lines: list[Line], row: Record, number: str, spotter: Spotter, years: Years
) -> Iterator[SaidDay]:
    """The day in the first column, of the body that another cell of the row names."""
    days = [_day_of_cell(line, None, spotter, years) for line in lines]
    day = days[0] if len(days) == 1 else None
    said = " ".join(line.text for line in row.lines)
    if day is None or _NO_PUBLIC_MEETING.search(said) or vocabulary.says_not_held(said):
        return
    named = (bodies.committee_in(line.text) for line in row.lines if line not in lines)
    committee = next(filter(None, named), "") or _committee("", lines[0].headings)
    yield SaidDay(when=day, committee=committee, in_table=True, number=number)


def _has_day(text: str) -> bool:
    return bool(_DAY_FIRST.search(text) or any(each.month for each in date_mentions(text)))


def _day_of_cell(line: Line, month: DateMention | None, spotter: Spotter, years: Years) -> When | None:
    over = years.over(line.headings)
    written = [each for each in spotter.spot(line.text, over) if each.when.whole and each.of_meeting]
    if written:
        return written[0].when if len({each.when for each in written}) == 1 else None
    day = _NOW.search(line.text) or _DAY_FIRST.search(line.text)
    if not month or not day or not 1 <= int(day[1]) <= 31:
        return None
    whole = DateMention(start=0, end=0, year=month.year, month=month.month, day=int(day[1]))
    spotted = resolve(whole, over)
    return spotted.when if spotted else None


def _line(line: Line, spotter: Spotter, years: Years) -> Iterator[SaidDay]:
    """Such as "The Board met on 29 January and 26 March", or "Meeting 4: 28 October"."""
    if line.cell or line.links or line.is_heading or line.is_publication or line.frame is not Frame.MATTER:
        return
    number = meeting_number(line.text) or meeting_number(line.label)
    if not (number or _SAYS_HELD.search(line.text)):
        return
    if _NO_PUBLIC_MEETING.search(line.text) or vocabulary.says_not_held(line.text):
        return
    found = list(_in_sentences(line, spotter, years))
    body = bodies.committee_in(line.text)
    if number:
        body = body or _committee("", line.headings)
        number = number if len(found) == 1 else ""
    for each in found:
        yield SaidDay(when=each.when, committee=body, in_table=False, number=number)


def _in_sentences(line: Line, spotter: Spotter, years: Years) -> Iterator[Spotted]:
    """Its whole days of meetings; a year that a sentence says is that of the days after it."""
    over = years.over(line.headings)
    for text in sentences(line.text):
        own = [
            When(year=each.year, financial=each.financial)
            for each in date_mentions(text)
            if each.is_year and each.year
        ]
        over = [*own, *over]
        yield from (each for each in spotter.spot(text, over) if each.when.whole and each.of_meeting)


def _only_month(text: str) -> DateMention | None:
    found = date_mentions(text.strip().title())
    one = found[0] if len(found) == 1 else None
    is_month = one is not None and one.month and not one.day and one.start == 0
    return one if is_month and len(text.split()) <= 2 else None


def _committee(head: str, headings: tuple[Heading, ...]) -> str:
    """The committee of a column, whose head may say only "Quality", or of the headings over it."""
    if named := bodies.committee_in(head):
        return named
    if bodies.board_in(head) or re.search(r"\bboard\b", head, re.IGNORECASE):
        return ""
    if not head.strip() or re.search(r"\b(?:meetings?|dates?|public|when|day|held)\b", head, re.IGNORECASE):
        return next((named for each in reversed(headings) if (named := bodies.committee_in(each.text))), "")
    words = re.sub(r"\s*\(.*?\)\s*", " ", head).strip().title()
    return words if re.search(r"\b(?:Group|Forum|Partnership|Council)$", words) else f"{words} Committee"
