"""Every date that speaks for a link, by the place where it is, from the link's own words outwards.

A place is what a reader would point at: the link's words, its line, its row or card, the headings over it,
the page, the page that led here. Days of publication are told by their labels, by the head of their column,
and by what the page repeats: a column whose days differ from those in the papers' own names is none of
meetings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.platforms.papers.dates.days_said import day_of_number, days_said, meeting_number
from crawler.platforms.papers.page.lines import is_date_line, is_prose, own_lines, says_when
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.publication import says_publication
from crawler.platforms.papers.page.structure import Over, RecordKind
from crawler.platforms.papers.wording import addresses, bodies, kinds, vocabulary
from crawler.platforms.shared.dates import (
    WEEKDAY,
    WEEKDAYS,
    Spotted,
    When,
    as_day,
    day_of,
    mentions,
    read_when,
    resolve,
    without_dates,
)
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from crawler.platforms.papers.page.structure import Heading, Line, Link, Record, Structure
    from crawler.platforms.shared.dates import Mention

_LONGEST_LAG = 60  # days from the upload of a paper to its meeting
_MOST_LINKS = 60  # of one record: what holds more is a part of the page
_LIST_OF_DAYS = 3  # a meeting that moved, or lasts, has two
_NEXT_MEETING = re.compile(r"\b(?:next|upcoming|future|forthcoming)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}(?:[.:]\d\d)?(?:st|nd|rd|th|\s?(?:am|pm|noon))?\b", re.IGNORECASE)
_DAY_ALONE = re.compile(
    rf"\b({WEEKDAY}),?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]|\s?[ap]m)"
    r"|\b(\d{1,2})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_MOVED_FROM = re.compile(r"\b(?:from|instead of|originally|not)\s+(?:the\s+)?$", re.IGNORECASE)
_WEEKDAY_HEAD = re.compile(rf"^{WEEKDAY}$", re.IGNORECASE)
_FEW = 2  # links of one paper: its title and a button
_MOST_YEARS = 8  # of one page: more are numbers of files
_WORD_BEFORE = 25  # characters: "Last updated on "
_NEAR = 8  # lines between the heading of a month and its papers
_PAPER_OF = re.compile(
    r"\b(?:minutes|notes|record|report|actions?|matters arising)\b[^|]{0,50}$", re.IGNORECASE
)
_MEETING_OF = re.compile(
    r"\b(?:meeting|held|meets?|met)(?:\s+(?:of|on|held|date|was|is|the))*\W*$", re.IGNORECASE
)
_PACKS = frozenset({DocumentKind.AGENDA, DocumentKind.PACK})


class Place(StrEnum):
    """Where a date is."""

    LINK = "link text"
    LABEL = "label of the link"
    LINE = "line"
    ROW = "row"
    COLUMN = "column"
    RECORD = "record"
    HEADING = "heading"
    PANEL = "accordion"
    PAGE = "title of the page"
    CONTEXT = "page"
    FILE = "file name"
    ABOVE = "line above"
    LEAD = "sentence above"
    NEIGHBOURS = "links beside"
    SAID = "dates of meetings"


OWN = frozenset({Place.LINK, Place.LABEL})
_WEAK = frozenset({Place.FILE, Place.ABOVE, Place.NEIGHBOURS})
IN_RECORD = frozenset({Place.LINE, Place.ROW, Place.RECORD})
OVER = frozenset({Place.HEADING, Place.PANEL, Place.PAGE, Place.CONTEXT, Place.COLUMN, Place.LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One date that speaks for a link."""

    when: When
    place: Place
    heading: Heading | None = None
    weekday_fits: bool = True
    weekday_printed: bool = False
    announces: bool = False  # "Next meeting: …"
    leads: bool = False  # it is at the head of what the link is part of, and says a meeting
    is_after: bool = False  # in the link's line, behind it: a note on the file, mostly
    of_several: bool = False  # of several links, as a meeting's papers are

    @property
    def structural(self) -> bool:
        """It says which meeting the link is under, not only what it is called."""
        return self.place in IN_RECORD or self.place in OVER or self.place is Place.SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A link with the dates that speak for it, the nearest first."""

    link: Link
    evidence: tuple[Evidence, ...]
    year: When | None  # the year it says, or the nearest above it
    kind: DocumentKind  # by its words alone


class Dates:
    """The dates of one page."""

    def __init__(self, page: Structure, url: str, context: str, until_year: int, near: int) -> None:
        self.page, self.near, self._until_year = page, near, until_year
        self._days_follow_months = self._follow_months()
        self.context = read_when(context)
        if self.context and not self.context.is_year and self._lists_meetings(self.context):
            self.context = When(year=self.context.year)
        self.of_one_meeting = bool(self.context and not self.context.is_year)
        said = [page.heading, page.title, *reversed(page.trail)]
        path = " / ".join(addresses.spaced(part) for part in unquote(urlsplit(url).path).split("/") if part)
        self._page_texts = said
        self.page_years = [year for text in [*said, path] for year in self._years_in(text)]
        self._serials = self._learn_serials()
        self._years_over: dict[tuple[tuple[Heading, ...], tuple[Record, ...]], list[When]] = {}
        self._record_years: dict[Record, list[When]] = {}
        self._stamps: dict[Record | None, set[When]] = {}
        self._bare_days = sum(is_date_line(line.text) and not subject(line.text) for line in page.lines)
        self._own_day_read = False
        self._own_day_found: Evidence | None = None
        self._over_list: list[Line | None] = []  # for each line of the page
        self._papers_from: list[int] = []  # for each line of the page: that of the first paper after it
        self._record_dates: dict[Record, list[tuple[Line, Spotted]]] = {}
        self._publication_slots: frozenset[tuple[object, ...]] = frozenset()
        self._publication_slots = self._learn_slots()
        self.context = self._day_of_its_own() or self.context
        self.is_sure = self._says_its_day()
        self.said = days_said(page, self)

    def _lists_meetings(self, context: When) -> bool:
        """Agendas and packs of several other days are here: a list of meetings, whatever day led to it."""
        days = {
            each.when
            for link in self.page.links
            if link.frame is Frame.MATTER and _kind_of(link) in _PACKS
            for each in self.spot(link.text, [context])
            if each.when.whole and each.when != context
        }
        return len(days) >= _LIST_OF_DAYS

    def _day_of_its_own(self) -> When | None:
        """The one day that a meeting's page calls its own, where it nowhere says that of the way here."""
        context = self.context
        if context is None or not context.whole:
            return None
        said = [
            (line, each)
            for line in self.page.lines
            if line.frame is Frame.MATTER and not line.links and not line.is_publication
            for each in self.spot(line.text, [context])
            if each.when.whole and each.of_meeting
        ]
        named = {
            each.when
            for line, each in said
            if _leads(line, each) and abs((_day_of(each.when) - _day_of(context)).days) <= _LONGEST_LAG
        }
        # a line that is that day and no more may be the stamp of the page
        is_said = any(each.when == context and subject(line.text) for line, each in said)
        is_said = is_said or context in self._days_of_titles(context)
        return next(iter(named)) if len(named) == 1 and not is_said else None

    def _days_of_titles(self, context: When) -> set[When]:
        return {each.when for text in self._page_texts for each in self.spot(text, [context])}

    def _says_its_day(self) -> bool:
        """The page of one meeting: the day by which it was reached is on it as well."""
        if self.context is None or not self.context.whole:
            return False
        said = [line.text for line in self.page.lines if line.is_heading or is_date_line(line.text)]
        return any(
            each.when == self.context
            for text in [*self._page_texts, *said]
            for each in self.spot(text, [self.context])
        )

    # what is over a link

    def years_over(self, headings: tuple[Heading, ...], records: Sequence[Record] = ()) -> list[When]:
        """The years that headings, records, the way here and the page say, the nearest first."""
        key = headings, tuple(records)
        if key not in self._years_over:
            found: list[When] = []
            for depth in range(len(records), -1, -1):
                is_last = depth == len(records)
                over = (each for each in headings if each.depth == depth or (is_last and each.depth > depth))
                found += [year for each in reversed(list(over)) for year in self._years_in(each.text)]
                found += self._years_of(records[depth - 1]) if depth else []
            if self.context:
                found.append(self.context if self.context.is_year else When(year=self.context.year))
            self._years_over[key] = [*found, *self.page_years]
        return self._years_over[key]

    def spot(self, text: str, years: Iterable[When]) -> list[Spotted]:
        known = list(years)
        read = (resolve(each, known, self.near) for each in self._mentions(text))
        found = [each for each in read if each and each.when.year <= self._until_year + 1]
        return [each for each in found if each.moved_to] or found

    def _mentions(self, text: str) -> Sequence[Mention]:
        found = mentions(text)
        return [as_day(each) for each in found] if self._days_follow_months else found

    def _follow_months(self) -> bool:
        """The page writes "September 24" and "July 30": numbers that are no years of ours."""
        found = {each.or_day for line in self.page.lines for each in mentions(line.text) if each.or_day}
        return any(2000 + each > self._until_year + 1 for each in found)

    def evidence(self, link: Link) -> Dated:
        over = self.years_over(link.headings)
        years = [
            *self.years_over(link.headings, link.records),
            *self._years_of_lead(link),
            *self._years_of_address(link),
        ]
        own_years = self._years_in(link.text)
        found = [
            *self._own(link, [*(year for year in own_years if not year.financial), *years]),
            *self._line(link, [*self._years_before(link), *years]),
            *self._around(link, years),
            *self._page(),
            *self._numbered(link, over),
        ]
        if not found:
            found += self._sections(link)
        if not found:
            found += self._lead_in(link, over)
        if link.frame is Frame.MATTER and (day := self._day_of_the_page()):
            found = [each for each in found if not self._is_stamp(each, day)] or [day]
        found += [
            *self._weak(link, [*own_years, *years]),
        ]
        if (whole := self._day_beside_its_month(link, found)) is not None:
            found.insert(0, whole)
        kind = _kind_of(link)
        return Dated(link=link, evidence=tuple(found), year=next(iter([*own_years, *years]), None), kind=kind)

    def _day_beside_its_month(self, link: Link, found: list[Evidence]) -> Evidence | None:
        """A month in one place, and "Thursday 5th" in another: in the link, its line, its card, or above."""
        nearest = next((each for each in found if each.structural), None)
        if nearest is None or nearest.when.whole or nearest.when.is_year:
            return None
        heading = nearest.heading
        first = (
            heading.order
            if heading
            else 0
            if nearest.place in {Place.CONTEXT, Place.PAGE}
            else link.line.order
        )
        below = [
            each.text
            for each in self.page.lines[first : link.line.order][-_NEAR:]
            if not each.links and (not heading or heading in each.headings)
        ]
        depth = heading.depth if heading else 0
        within, around = link.records[depth:][-2:], link.records[:depth][-1:]
        texts = (
            link.text,
            heading.text if heading else "",
            link.line.text[: link.start],
            *_words_beside(reversed(within)),
            *reversed(below),
            *_words_beside(around),
        )
        days = (_day_alone(text, nearest.when) for text in texts)
        return _day_of_grid(link, nearest.when) or next((each for each in days if each), None)

    def _own(self, link: Link, years: list[When]) -> Iterator[Evidence]:
        yield from self._spoken(link.text, Place.LINK, years)
        for label in link.labels:
            if label != link.text and not addresses.is_file_address(label):
                yield from self._spoken(label, Place.LABEL, years)

    def _spoken(self, text: str, place: Place, years: list[When]) -> Iterator[Evidence]:
        for each in self.spot(text, years)[:3]:
            if not each.when.is_year and each.of_meeting:
                yield _evidence(each, place)

    def _years_before(self, link: Link) -> list[When]:
        """The years that its line says before it: "In 2026 we met on 26 March (papers)"."""
        said = [each for each in self._mentions(link.line.text[: link.start]) if each.is_year and each.year]
        return [When(year=each.year, financial=each.financial) for each in reversed(said) if each.of_meeting]

    def _line(self, link: Link, years: list[When]) -> Iterator[Evidence]:
        """The other words of its line: those before it, else those after it."""
        line = link.line
        if line.is_heading or line.cell is not None or len(line.links) > _MOST_LINKS:
            return
        end = link.end
        spotted = [
            each
            for each in self.spot(line.text, years)
            if not each.when.is_year and each.of_meeting and not link.start <= each.start < end
        ]
        free = [each for each in spotted if not _is_in_a_link(line, each)]
        before = [each for each in free if each.end <= link.start]
        if not any(each.month for each in mentions(link.text)):
            before = before or [each for each in spotted if each.end <= link.start]
        after = [each for each in free if each.start >= end]
        next_link = next(
            (each.start for each in line.links if each.start >= end and each is not link), len(line.text)
        )
        near_after = [each for each in after if each.start < next_link]
        alternate = (
            not any(each.end <= line.links[0].start for each in before) and near_after and len(line.links) > 1
        )
        chosen = near_after if alternate else before[-1:] or near_after or after
        if (
            chosen
            and not self._is_publication(line, chosen[0])
            and not _PAPER_OF.search(line.text[: chosen[0].start])
        ):
            found = _evidence(chosen[0], Place.LINE, announces=announces_next(line.text[: link.start]))
            opens = not line.text[: chosen[0].start].strip() and line.text[chosen[0].end :].startswith(":")
            yield replace(found, is_after=chosen[0].start >= end, leads=opens)  # "8 January: Agenda, Pack"

    def _around(self, link: Link, years: list[When]) -> Iterator[Evidence]:
        """Its records and the headings over it, from the inside out."""
        nothing_yet = True
        for depth in range(len(link.records), -1, -1):
            for position in range(len(link.headings) - 1, -1, -1):
                heading = link.headings[position]
                if heading.depth != depth or (heading.links and link in heading.links):
                    continue
                if (
                    nothing_yet
                    and heading.over is not Over.DATE_LINE
                    and self.leaves(heading, link.headings[:position], link)
                ):
                    return
                if vocabulary.is_section(heading.text):
                    continue
                found = self._over(heading, link.headings[:position], link)
                nothing_yet = nothing_yet and found is None
                if found:
                    yield found
            if depth and (found := self._in_record(link, link.records[depth - 1], years)):
                nothing_yet = False
                yield found

    def _over(self, heading: Heading, above: tuple[Heading, ...], link: Link) -> Evidence | None:
        years = self.years_over(above, link.records[: heading.depth])
        dates = [each for each in self.spot(heading.text, years) if not each.when.is_year]
        if heading.over is Over.DATE_LINE:
            dates = [each for each in dates if each.of_meeting]
        if not dates or self._is_section(heading, above):
            return None
        if heading.over is Over.DATE_LINE and _is_list_of_days(dates):
            return None
        best = next((each for each in dates if each.moved_to), None) or max(
            dates, key=lambda each: (each.of_meeting, each.when.whole)
        )
        return Evidence(
            when=best.when,
            place=Place.PANEL if heading.over is Over.PANEL else Place.HEADING,
            heading=heading,
            weekday_fits=best.weekday_fits,
            weekday_printed=best.weekday >= 0,
            announces=not best.of_meeting
            or announces_next(heading.text)
            or bool(_PAPER_OF.search(heading.text[: best.start])),
            leads=best.of_meeting
            and vocabulary.heads_a_meeting(heading.text)
            and not vocabulary.says_not_held(heading.text),
        )

    def _is_section(self, heading: Heading, above: tuple[Heading, ...]) -> bool:
        """A section of the agenda whose words say another time than that of the meeting above it."""
        if self.is_sure:
            if any(each.when == self.context for each in self.spot(heading.text, self.years_over(above))):
                return False
            return not bodies.names_only_the_meeting(heading.text)
        return False

    def _in_record(self, link: Link, record: Record, years: list[When]) -> Evidence | None:
        if record.kind is RecordKind.ROW:
            return self._in_row(link, record, years)
        if record.links > _MOST_LINKS:
            return None
        own = any(each.month for each in mentions(link.text))
        dates = [
            (line, each)
            for line, each in self._dates_of(record)
            if line is not link.line
            and not (_is_in_a_link(line, each) and _is_another_s(line, record, own=own))
        ]
        if not dates:
            return None
        if _is_of_several(dates):
            dates = [(line, each) for line, each in dates if line.is_heading]
            if not dates:
                return None
        heads = [(line, each) for line, each in dates if each.when.whole and _leads(line, each)]
        dates = heads or dates
        days = {each.when for _, each in dates if each.when.whole} or {each.when for _, each in dates}
        fitting = [(line, each) for line, each in dates if each.when in days]
        before = [each for line, each in fitting if line.order < link.line.order]
        if led := self._that_led_here(record, dates):
            return _evidence(led, Place.RECORD)
        chosen = fitting[0][1] if len(days) == 1 else before[-1] if before else fitting[0][1]
        leads = bool(heads) and len(days) == 1
        return replace(_evidence(chosen, Place.RECORD), leads=leads, of_several=leads and record.links > _FEW)

    def _that_led_here(self, record: Record, dates: list[tuple[Line, Spotted]]) -> Spotted | None:
        """Of several days at the head of a meeting's page, the one that the link to it said."""
        first = next((line.order for line in record.lines if line.links), 0)
        if not self.of_one_meeting or any(line.order > first for line, _ in dates):
            return None
        return next((each for _, each in dates if each.when == self.context), None)

    def _in_row(self, link: Link, record: Record, years: list[When]) -> Evidence | None:
        found = []
        for line, each in self._dates_of(record):
            if (
                line.cell is link.line.cell
                and line.cell is not None
                and any(one.start <= each.start < one.end for one in line.links if line is link.line)
            ):
                continue
            found.append((line, each))
        whole = [(line, each) for line, each in found if each.when.whole] or found
        apart = [(line, each) for line, each in whole if line.cell is not link.line.cell] or whole
        said = [(line, each) for line, each in apart if not line.links] or apart
        beside = [(line, each) for line, each in whole if line.cell is link.line.cell and not line.links]
        if beside and (not said[0][1].when.whole or _has_papers(record, said[0][0])):
            said = beside
        if said:
            line, spotted = said[0]
            return replace(_evidence(spotted, Place.ROW), leads=_is_before(line, link))
        head = link.line.cell.head if link.line.cell else ""
        spotted = [each for each in self.spot(head, years) if not each.when.is_year]
        return _evidence(spotted[0], Place.COLUMN) if spotted else None

    def _page(self) -> Iterator[Evidence]:
        if self.context and self.of_one_meeting:
            yield Evidence(when=self.context, place=Place.CONTEXT, leads=self.is_sure)
        for text in self._page_texts[:3]:
            dates = [each for each in self.spot(text, self.page_years) if each.when.whole and each.of_meeting]
            if len(dates) == 1:
                yield replace(_evidence(dates[0], Place.PAGE), leads=vocabulary.heads_a_meeting(text))
                return

    def _numbered(self, link: Link, years: list[When]) -> Iterator[Evidence]:
        """The day that a table of the page gives to the "Meeting 4" of which the link, or its heading, is."""
        if not any(each.number for each in self.said):
            return
        records = [each for each in reversed(link.records[-2:]) if each.links <= _MOST_LINKS]
        carried = [line.text for each in records for line in self._carried(each)]
        beside = (link.line.text[: link.start], *carried, *_words_beside(records))
        over = [each.text for each in reversed(link.headings)]
        number = next((one for text in (link.text, *beside, *over) if (one := meeting_number(text))), "")
        own = link.text if bodies.leads_with_committee(link.text) else ""
        committee = next((one for text in (own, *beside, *over) if (one := bodies.committee_in(text))), "")
        said = day_of_number(number, committee, years, self.said) if number else None
        if said:
            yield Evidence(when=said.when, place=Place.SAID)

    def _sections(self, link: Link) -> Iterator[Evidence]:
        """Times that sections of an agenda are called by: they date a link of which nothing else speaks."""
        for position in range(len(link.headings) - 1, -1, -1):
            heading, above = link.headings[position], link.headings[:position]
            if vocabulary.is_section(heading.text) and (found := self._over(heading, above, link)):
                yield found

    def _lead_in(self, link: Link, years: list[When]) -> Iterator[Evidence]:
        """The sentence right above a list of papers that says of which meeting they are."""
        above = self._line_over_list(link)
        if above is None:
            return
        says = vocabulary.says_meeting(above.text) and not above.is_publication
        if not says or self._next_paper(above) >= link.line.order + _NEAR:
            return
        days = [each for each in self.spot(above.text, years) if each.when.whole]
        days = [each for each in days if each.of_meeting] or days
        if len({each.when for each in days}) == 1:
            yield _evidence(days[0], Place.LEAD, announces=announces_next(above.text))

    def _day_of_the_page(self) -> Evidence | None:
        """The only day on which a page that is called a meeting says that it is held."""
        if not self._own_day_read:
            self._own_day_read = True
            heading = self.page.heading
            is_of_a_meeting = vocabulary.names_a_meeting(heading) and "meetings" not in heading.lower()
            said = [
                each
                for line in self.page.lines
                if is_of_a_meeting
                and line.frame is Frame.MATTER
                and not line.links
                and not line.is_publication
                for each in self.spot(line.text, self.years_over(line.headings))
                if each.when.whole and each.of_meeting and not announces_next(line.text)
                if _MEETING_OF.search(line.text[: each.start])
            ]
            if len({each.when for each in said}) == 1:
                self._own_day_found = _evidence(said[0], Place.SAID)
        return self._own_day_found

    def _is_stamp(self, evidence: Evidence, day: Evidence) -> bool:
        """The one line of a page that is a day and no more, where its text says that of the meeting."""
        heading = evidence.heading
        if heading is None or heading.over is not Over.DATE_LINE or evidence.when == day.when:
            return False
        return not subject(heading.text) and self._bare_days == 1

    def published(self, link: Link) -> When | None:
        """The only day that its record, or the page outside of records, calls that of publication."""
        for record in (*reversed(link.records), None):
            if record not in self._stamps:
                self._stamps[record] = self._days_of_publication(record)
            if days := self._stamps[record]:
                return next(iter(days)) if len(days) == 1 else None
        return None

    def _days_of_publication(self, record: Record | None) -> set[When]:
        lines = record.lines if record else self.page.lines
        return {
            each.when
            for line in lines
            if not line.links and line.frame is Frame.MATTER and (record or not line.records)
            for each in self.spot(line.text, ())
            if each.when.whole
            if line.is_publication
            or (not each.of_meeting and says_publication(line.text[: each.start][-_WORD_BEFORE:].strip(" :")))
        }

    def _years_of_lead(self, link: Link) -> list[When]:
        """The year of a list whose lead says it: "Papers of meetings held in 2026:"."""
        above = self._line_over_list(link)
        return self._years_in(above.text) if above and not above.is_publication else []

    def _line_over_list(self, link: Link) -> Line | None:
        """The line without links right above the lines with links that a link is among."""
        if not self._over_list:
            head: Line | None = None
            for line in self.page.lines:
                head = None if head and head.headings != line.headings else head
                self._over_list.append(head)
                head = head if line.links else line
        above = self._over_list[link.line.order]
        return above if above and above.headings == link.headings and above.frame is link.frame else None

    def _next_paper(self, line: Line) -> int:
        """Which line after this one is the first with a link that is called a paper."""
        if not self._papers_from:
            lines = self.page.lines
            nearest = len(lines) + _NEAR
            for each in reversed(lines):
                self._papers_from.append(nearest)
                if any(vocabulary.says_paper(link.text) for link in each.links):
                    nearest = each.order
            self._papers_from.reverse()
        return self._papers_from[line.order]

    def _carried(self, record: Record) -> list[Line]:
        """What is in cells of earlier rows that span this one."""
        return [line for cell in record.carried for line in self.page.cells.get(cell, ())]

    def _weak(self, link: Link, years: list[When]) -> Iterator[Evidence]:
        if not link.is_numbered:
            name = self._spoken(addresses.spaced(addresses.file_name(link.url)), Place.FILE, years)
            yield from (_without_part(each, link.text) for each in name)
        if link.line.order:
            above = self.page.lines[link.line.order - 1]
            close = above.records == link.records or (
                above.records and above.records[-1].kind is RecordKind.PARAGRAPH
            )
            is_apart = announces_next(above.text) or above.is_publication
            if close and above.frame is link.frame and not is_apart:
                yield from self._spoken(above.text, Place.ABOVE, years)

    def leaves(self, heading: Heading, above: tuple[Heading, ...], link: Link) -> bool:
        """With this heading the page leaves its meetings: where one is around it, it may be a section."""
        if any(each.month for each in mentions(heading.text)):
            return False
        around = (link.text, *(over.text for over in above))
        within = (
            self.of_one_meeting
            or any(each.day for text in around for each in mentions(text))
            or any(self._dates_of(record) for record in link.records if record.links <= _MOST_LINKS)
            or (bool(self.said) and any(meeting_number(text) for text in around))
        )
        return vocabulary.leaves_the_meetings(without_dates(heading.text), within_meeting=within)

    # records

    def is_of_one_day(self, records: tuple[Record, ...]) -> bool:
        """No record among them says the days of two meetings."""
        return all(
            len({each.when for _, each in self._dates_of(record) if each.when.whole}) <= 1
            for record in records
        )

    def _dates_of(self, record: Record) -> list[tuple[Line, Spotted]]:
        """The days of meetings that the lines of a record say."""
        if record not in self._record_dates:
            found = list(self._read_record(record))
            if not found and not any(self._dates_of(each) for each in record.within if each.links):
                # the day in a field of its own, beside fields of links; a bare row is an item to follow
                fields = [each for each in record.within if not each.links and _is_field(each)]
                found = [one for each in fields for one in self._read_record(each)]
            self._record_dates[record] = found
        return self._record_dates[record]

    def _read_record(self, record: Record) -> Iterator[tuple[Line, Spotted]]:
        large = record.kind is RecordKind.CARD
        for line in [*self._carried(record), *own_lines(record)]:
            if (large and is_prose(line)) or (line.is_heading and vocabulary.is_section(line.text)):
                continue
            years = self.years_over(line.headings, line.records)
            for each in self.spot(line.text, years):
                if each.when.is_year or not each.of_meeting or self._is_publication(line, each):
                    continue
                if _is_of_a_paper(line, each):
                    continue
                yield line, each

    def _years_of(self, record: Record) -> list[When]:
        """Years that a record says outside of the link itself."""
        if record not in self._record_years:
            found: list[When] = []
            if record.links <= _MOST_LINKS:
                for line in record.lines:
                    words = line.text
                    for each in line.links:
                        words = words.replace(each.text, " ", 1)
                    if not line.is_publication:
                        found += [
                            When(year=each.year, financial=each.financial)
                            for each in self._mentions(words)
                            if each.year and each.of_meeting
                        ]
            self._record_years[record] = found[:4]
        return self._record_years[record]

    def _is_publication(self, line: Line, spotted: Spotted) -> bool:
        return not spotted.of_meeting or line.is_publication or _slot(line) in self._publication_slots

    def _learn_slots(self) -> frozenset[tuple[object, ...]]:
        """Places of records whose days differ from those in the names of the packs beside them."""
        agree: Counter[tuple[object, ...]] = Counter()
        differ: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for link in self.page.links:
            own = self._own_day(link) if link.records and link.frame is Frame.MATTER else None
            if own is None:
                continue
            for line, each in self._lone_days(link.records[-1]):
                if each.when == own:
                    agree[_slot(line)] += 1
                elif 0 < (lag := (_day_of(own) - _day_of(each.when)).days) <= _LONGEST_LAG:
                    differ[_slot(line)].append(lag)
        self._record_dates.clear()
        return frozenset(
            slot
            for slot, lags in differ.items()
            if len(lags) > 3 * agree[slot] and (len(lags) > 1 or 0 < lags[0] <= 31)
        )

    def _lone_days(self, record: Record) -> list[tuple[Line, Spotted]]:
        """Whole days in lines without links, where the record has no second one in the same place."""
        days = [(line, each) for line, each in self._dates_of(record) if each.when.whole and not line.links]
        places = Counter(_slot(line) for line, _ in days)
        return [(line, each) for line, each in days if places[_slot(line)] == 1]

    def _own_day(self, link: Link) -> When | None:
        if _kind_of(link) not in _PACKS:
            return None
        years = self.years_over(link.headings)
        for text in (link.text, addresses.spaced(addresses.file_name(link.url))):
            for each in self.spot(text, years):
                if each.when.whole and each.of_meeting:
                    return each.when
        return None

    # years

    def _years_in(self, text: str) -> list[When]:
        found = self._mentions(text)
        years = [
            When(year=each.year, financial=each.financial) for each in found if each.is_year and each.year
        ]
        return years or [When(year=each.year) for each in found[:1] if each.year]

    def _years_of_address(self, link: Link) -> list[When]:
        """The year of its file's name or folder, and of the folder of its upload last of all."""
        path = unquote(urlsplit(link.url).path)
        path = "/".join(part for part in path.split("/") if part not in self._serials)
        said = f"{addresses.spaced(addresses.file_name(link.url))} / {addresses.folders(path)}"
        return [*self._years_in(said), *self._years_in(path.replace("/", " / "))]

    def _learn_serials(self) -> frozenset[str]:
        """Folders that look like years, and number the files of the page: /2009/, /2012/, /2066/."""
        places: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for link in self.page.links:
            parts = urlsplit(link.url).path.split("/")
            for index, part in enumerate(parts):
                if re.fullmatch(r"\d{4}", part):
                    places["/".join(parts[:index]), index].add(part)
        return frozenset(part for parts in places.values() if len(parts) > _MOST_YEARS for part in parts)


def _evidence(each: Spotted, place: Place, *, announces: bool = False) -> Evidence:
    return Evidence(
        when=each.when,
        place=place,
        weekday_fits=each.weekday_fits,
        weekday_printed=each.weekday >= 0,
        announces=announces,
    )


def _day_alone(text: str, month: When) -> Evidence | None:
    """The day of a month that a text says without it, or apart from it.

    As in "Wednesday 9th (moved from the 2nd)" and "November (Thursday 26th)".
    """
    said = [each for each in mentions(text) if each.of_meeting]
    if any(each.day or each.month not in {0, month.month} for each in said):
        return None
    text = without_dates(text)
    days = [each for each in _DAY_ALONE.finditer(text) if not _MOVED_FROM.search(text[: each.start()])]
    day = next(iter(days), None)
    when = day_of(month.year, month.month, int(day[2] or day[3])) if day else None
    if day is None or when is None:
        return None
    if day[1] and WEEKDAYS.index(day[1][:3].lower()) != _day_of(when).weekday():
        return None
    return Evidence(when=when, place=Place.RECORD, weekday_printed=bool(day[1]))


def _day_of_grid(link: Link, month: When) -> Evidence | None:
    """The number in its cell of a calendar: "26 Board meeting" in the grid of November."""
    before = link.line.text[: link.start].strip()
    if link.line.cell is None or not before.isdigit() or not _WEEKDAY_HEAD.match(link.line.cell.head):
        return None
    when = day_of(month.year, month.month, int(before))
    return Evidence(when=when, place=Place.RECORD) if when else None


def _without_part(evidence: Evidence, text: str) -> Evidence:
    """The 1 of "December-1" is no day where the link says "part 1"."""
    when = evidence.when
    is_part = when.whole and re.search(rf"\bpart\W*0?{when.day}\b", text, re.IGNORECASE)
    return replace(evidence, when=When(year=when.year, month=when.month)) if is_part else evidence


def _is_of_several(dates: Iterable[tuple[Line, Spotted]]) -> bool:
    """Its lines have papers and days of their own: a list of meetings, and not one of them."""
    return len({each.when for line, each in dates if line.links and each.when.whole}) > 1


def _words_beside(records: Iterable[Record]) -> Iterator[str]:
    lines = (line for record in records for line in own_lines(record))
    return (line.text for line in lines if line.is_heading or not line.links)


def _is_field(record: Record) -> bool:
    """A part of a larger record; a row is one where its label says so, and else an item of a list."""
    return record.kind is not RecordKind.ROW or any(says_when(line.label) for line in record.lines)


def _has_papers(record: Record, line: Line) -> bool:
    """Its cell has links of its own: the day in it is that of another meeting of the row."""
    return any(each.links for each in record.lines if each.cell is line.cell)


def _is_before(line: Line, link: Link) -> bool:
    """The cell that a row begins with, before that of its paper: what the row is of."""
    ours, its = line.cell, link.line.cell
    return ours is not None and its is not None and ours.column < its.column and not line.links


def _leads(line: Line, spotted: Spotted) -> bool:
    """The heading of its record, a fact called "Held on", or "For the meeting of" and the day."""
    if line.is_heading:
        return vocabulary.heads_a_meeting(line.text)
    return says_when(line.label) or bool(_MEETING_OF.search(line.text[: spotted.start]))


def _is_of_a_paper(line: Line, spotted: Spotted) -> bool:
    """The day of what a paper is about: "Minutes of 26 March"."""
    return bool(_PAPER_OF.search(line.text[: spotted.start]))


def _is_in_a_link(line: Line, spotted: Spotted) -> bool:
    return any(each.start <= spotted.start < each.end for each in line.links)


def _is_another_s(line: Line, record: Record, *, own: bool) -> bool:
    """The day in a link's words is that link's alone, if it does not lead an item or a record."""
    if record.kind is RecordKind.ITEM:
        return False
    return own or not (line.is_heading or line is record.lines[0])


def _slot(line: Line) -> tuple[object, ...]:
    """Which place of its record a line has: the same for all records of a table or a list."""
    if line.cell is not None:
        return line.cell.table, line.cell.column
    return line.records[-1].shape if line.records else "", line.shape


def _day_of(when: When) -> date:
    day = when.on()
    assert day is not None
    return day


def _is_list_of_days(dates: Iterable[Spotted]) -> bool:
    """Whether they are a year's meetings, as in "Dates for 2027: 26 January, 30 March, 25 May"."""
    return len({each.when for each in dates if each.when.month}) >= _LIST_OF_DAYS


def _kind_of(link: Link) -> DocumentKind:
    return kinds.kind_of(link.text, name=addresses.file_name(link.url), under_meeting=True)


def announces_next(text: str) -> bool:
    """It speaks of a meeting to come: the papers below may be of another."""
    return bool(_NEXT_MEETING.search(text))


def subject(text: str) -> str:
    """The words of a text but for its dates and times of day."""
    return (
        _CLOCK.sub(" ", _DAY_ALONE.sub(" ", without_dates(text)))
        .replace(" to ", " ")
        .strip(" ,.:;-\u2013()|")
    )
