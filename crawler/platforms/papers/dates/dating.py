"""Every date that speaks for a link, from the link's own words outwards."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.apart import day_beside_its_month, texts_beside
from crawler.platforms.papers.dates.context import LIST_OF_DAYS, context_of, day_of_the_page, titles_of
from crawler.platforms.papers.dates.days_said import day_of_number, days_said, meeting_number
from crawler.platforms.papers.dates.evidence import Dated, DateEvidence, DatePlace, evidence_of, kind_of_link
from crawler.platforms.papers.dates.in_record import in_record, in_row
from crawler.platforms.papers.dates.records import RecordDays
from crawler.platforms.papers.dates.words import announces_next, is_in_a_link, is_of_a_paper, subject
from crawler.platforms.papers.dates.years import MOST_LINKS, Spotter, Years
from crawler.platforms.papers.page.lines import is_date_line, says_when
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.structure import Over, RecordKind
from crawler.platforms.papers.wording import addresses, bodies, vocabulary
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.when import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.platforms.papers.page.structure import Heading, Line, Link, Record, Structure
    from crawler.platforms.shared.dates import Spotted
    from crawler.platforms.shared.printed_dates import DateMention

_NEAR = 8  # lines between the words that lead a list and its papers


class Dates:
    """The dates of one page."""

    def __init__(self, page: Structure, url: str, led_by: str, until_year: int, near: int) -> None:
        self.page = page
        self.spotter = Spotter(page, until_year, near)
        self.context = context_of(page, self.spotter, led_by)
        self.years = Years(page, self.spotter, url, self.context.when)
        self.records = RecordDays.learned(page, self.spotter, self.years)
        self.said = days_said(page, self.spotter, self.years)
        self._papers_from: list[int] = []  # for each line of the page: that of the first paper after it

    def evidence(self, link: Link) -> Dated:
        over = self.years.over(link.headings)
        years = [
            *self.years.over(link.headings, link.records),
            *self.years.of_lead(link),
            *self.years.of_address(link),
        ]
        own_years = self.spotter.years_in(link.text)
        found = [
            *self._own(link, [*(year for year in own_years if not year.financial), *years]),
            *self._line(link, [*self.years.before(link), *years]),
            *self._around(link, years),
            *self._page(),
            *self._numbered(link, over),
        ]
        if not found:
            found += self._sections(link)
        if not found:
            found += self._lead_in(link, over)
        if link.frame is Frame.MATTER and (day := self._day_of_the_page):
            found = [each for each in found if not self._is_stamp(each, day)] or [day]
        found += [
            *self._called_below(link, years),
            *self._weak(link, [*own_years, *years]),
        ]
        if (whole := self._day_beside_its_month(link, found)) is not None:
            found.insert(0, whole)
        kind = kind_of_link(link)
        return Dated(link=link, evidence=tuple(found), year=next(iter([*own_years, *years]), None), kind=kind)

    def _day_beside_its_month(self, link: Link, found: list[DateEvidence]) -> DateEvidence | None:
        nearest = next((each for each in found if each.structural), None)
        if nearest is None or nearest.no_such_day or nearest.when.whole or nearest.when.is_year:
            return None
        return day_beside_its_month(link, nearest, self.page.lines)

    @cached_property
    def _day_of_the_page(self) -> DateEvidence | None:
        return day_of_the_page(self.page, self.spotter, self.years)

    @cached_property
    def _bare_days(self) -> int:
        return sum(is_date_line(line.text) and not subject(line.text) for line in self.page.lines)

    def _own(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
        yield from self._spoken(link.text, DatePlace.LINK, years)
        for label in link.labels:
            if label != link.text and not addresses.is_file_address(label):
                yield from self._spoken(label, DatePlace.LABEL, years)

    def _spoken(self, text: str, place: DatePlace, years: list[When]) -> Iterator[DateEvidence]:
        for each in self.spotter.spot(text, years)[:3]:
            if not each.when.is_year and each.of_meeting:
                yield evidence_of(each, place)

    def _line(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
        """The other words of its line: those before it, else those after it."""
        line = link.line
        if line.is_heading or line.cell is not None or len(line.links) > MOST_LINKS:
            return
        end = link.end
        spotted = [
            each
            for each in self.spotter.spot(line.text, years)
            if not each.when.is_year and each.of_meeting and not link.start <= each.start < end
        ]
        free = [each for each in spotted if not is_in_a_link(line, each)]
        before = [each for each in free if each.end <= link.start]
        if not any(each.month for each in date_mentions(link.text)):
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
            and not self.records.is_publication(line, chosen[0])
            and not is_of_a_paper(line.text[: chosen[0].start])
        ):
            found = evidence_of(chosen[0], DatePlace.LINE, announces=announces_next(line.text[: link.start]))
            opens = not line.text[: chosen[0].start].strip() and line.text[chosen[0].end :].startswith(":")
            yield replace(found, is_after=chosen[0].start >= end, leads=opens)  # "8 January: Agenda, Pack"

    def _around(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
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

    def _over(self, heading: Heading, above: tuple[Heading, ...], link: Link) -> DateEvidence | None:
        years = self.years.over(above, link.records[: heading.depth])
        dates = [each for each in self.spotter.spot(heading.text, years) if not each.when.is_year]
        if heading.over is Over.DATE_LINE:
            dates = [each for each in dates if each.of_meeting]
        if not dates or self._is_section(heading, above):
            return None
        if heading.over is Over.DATE_LINE and _is_list_of_days(dates):
            return None
        best = next((each for each in dates if each.moved_to), None) or max(
            dates, key=lambda each: (each.of_meeting, each.when.whole)
        )
        return DateEvidence(
            when=best.when,
            place=DatePlace.PANEL if heading.over is Over.PANEL else DatePlace.HEADING,
            heading=heading,
            weekday_fits=best.weekday_fits,
            weekday_printed=best.weekday >= 0,
            no_such_day=best.no_such_day,
            announces=not best.of_meeting
            or announces_next(heading.text)
            or is_of_a_paper(heading.text[: best.start]),
            leads=best.of_meeting
            and vocabulary.heads_a_meeting(heading.text)
            and not vocabulary.says_not_held(heading.text),
        )

    def _is_section(self, heading: Heading, above: tuple[Heading, ...]) -> bool:
        """A section of the agenda whose words say another time than that of the meeting above it."""
        said = self.spotter.spot(heading.text, self.years.over(above)) if self.context.is_sure else []
        is_other = self.context.is_sure and all(each.when != self.context.when for each in said)
        return is_other and not bodies.names_only_the_meeting(heading.text)

    def _in_record(self, link: Link, record: Record, years: list[When]) -> DateEvidence | None:
        days = self.records.of(record)
        if record.kind is not RecordKind.ROW:
            return in_record(link, record, days, self.context)
        if found := in_row(link, record, days):
            return found
        head = link.line.cell.head if link.line.cell else ""
        spotted = [each for each in self.spotter.spot(head, years) if not each.when.is_year]
        return evidence_of(spotted[0], DatePlace.COLUMN) if spotted else None

    def _page(self) -> Iterator[DateEvidence]:
        if self.context.when and self.context.of_one_meeting:
            yield DateEvidence(when=self.context.when, place=DatePlace.CONTEXT, leads=self.context.is_sure)
        for text in titles_of(self.page)[:3]:
            said = self.spotter.spot(text, self.years.of_page)
            dates = [each for each in said if each.when.whole and each.of_meeting]
            if len(dates) == 1:
                yield replace(evidence_of(dates[0], DatePlace.PAGE), leads=vocabulary.heads_a_meeting(text))
                return

    def _numbered(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
        """The day that a table of the page gives to the "Meeting 4" of which the link, or its heading, is."""
        if not any(each.number for each in self.said):
            return
        records = [each for each in reversed(link.records[-2:]) if each.links <= MOST_LINKS]
        carried = [line.text for each in records for line in self.records.carried(each)]
        beside = (link.line.text[: link.start], *carried, *texts_beside(records))
        over = [each.text for each in reversed(link.headings)]
        number = next((one for text in (link.text, *beside, *over) if (one := meeting_number(text))), "")
        own = link.text if bodies.leads_with_committee(link.text) else ""
        committee = next((one for text in (own, *beside, *over) if (one := bodies.committee_in(text))), "")
        said = day_of_number(number, committee, years, self.said) if number else None
        if said:
            yield DateEvidence(when=said.when, place=DatePlace.SAID)

    def _sections(self, link: Link) -> Iterator[DateEvidence]:
        """Times that sections of an agenda are called by: they date a link of which nothing else speaks."""
        for position in range(len(link.headings) - 1, -1, -1):
            heading, above = link.headings[position], link.headings[:position]
            if vocabulary.is_section(heading.text) and (found := self._over(heading, above, link)):
                yield found

    def _lead_in(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
        """The sentence right above a list of papers that says of which meeting they are."""
        above = self.years.line_over(link)
        if above is None:
            return
        says = vocabulary.says_meeting(above.text) and not above.is_publication
        if not says or self._next_paper(above) >= link.line.order + _NEAR:
            return
        days = [each for each in self.spotter.spot(above.text, years) if each.when.whole]
        days = [each for each in days if each.of_meeting] or days
        months = {each.month for each in date_mentions(link.line.text) if each.month}
        if months and months.isdisjoint(each.when.month for each in days):
            return  # "Papers for our November meeting", below "The next meeting is on 28 January 2027"
        if len({each.when for each in days}) == 1:
            yield evidence_of(days[0], DatePlace.LEAD, announces=announces_next(above.text))

    def _is_stamp(self, evidence: DateEvidence, day: DateEvidence) -> bool:
        """The one line of a page that is a day and no more, where its text says that of the meeting."""
        heading = evidence.heading
        if heading is None or heading.over is not Over.DATE_LINE or evidence.when == day.when:
            return False
        return not subject(heading.text) and self._bare_days == 1

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

    def _called_below(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
        """The line under it that is called "Meeting date", in a list of one: nothing there repeats."""
        below = next(iter(self.page.lines[link.line.order + 1 : link.line.order + 2]), None)
        if below is None or below.links or below.records != link.records or below.frame is not link.frame:
            return
        label, colon, said = below.text.partition(":")
        if colon and says_when(label) and self._links == 1:
            yield from self._spoken(said, DatePlace.LINE, years)

    @cached_property
    def _links(self) -> int:
        return sum(len(line.links) for line in self.page.lines if line.frame is Frame.MATTER)

    def _weak(self, link: Link, years: list[When]) -> Iterator[DateEvidence]:
        if not link.is_numbered:
            name = self._spoken(addresses.spaced(addresses.file_name(link.url)), DatePlace.FILE, years)
            yield from (_without_part(each, link.text) for each in name)
        if link.line.order:
            above = self.page.lines[link.line.order - 1]
            close = above.records == link.records or (
                above.records and above.records[-1].kind is RecordKind.PARAGRAPH
            )
            said = [each for each in self.spotter.spot(above.text, years) if each.of_meeting]
            is_apart = announces_next(above.text) or above.is_publication or _is_list_of_days(said)
            if close and above.frame is link.frame and not is_apart:
                yield from self._spoken(above.text, DatePlace.ABOVE, years)

    def leaves(self, heading: Heading, above: tuple[Heading, ...], link: Link) -> bool:
        """With this heading the page leaves its meetings: where one is around it, it may be a section."""
        if any(each.month for each in date_mentions(heading.text)) or heading.text == self.page.heading:
            return False  # what the page is called, it cannot leave
        around = (link.text, *(over.text for over in above))
        within = (
            self.context.of_one_meeting
            or any(_says_which_meeting(each) for text in around for each in date_mentions(text))
            or any(self.records.of(record) for record in link.records if record.links <= MOST_LINKS)
            or (bool(self.said) and any(meeting_number(text) for text in around))
        )
        return vocabulary.leaves_the_meetings(without_dates(heading.text), within_meeting=within)


def _without_part(evidence: DateEvidence, text: str) -> DateEvidence:
    """The 1 of "December-1" is no day where the link says "part 1"."""
    when = evidence.when
    is_part = when.whole and re.search(rf"\bpart\W*0?{when.day}\b", text, re.IGNORECASE)
    return replace(evidence, when=When(year=when.year, month=when.month)) if is_part else evidence


def _says_which_meeting(mention: DateMention) -> bool:
    return bool(mention.day or (mention.month and mention.year and mention.of_meeting))


def _is_list_of_days(dates: Iterable[Spotted]) -> bool:
    """Whether they are a year's meetings, as in "Dates for 2027: 26 January, 30 March, 25 May"."""
    return len({each.when for each in dates if each.when.month}) >= LIST_OF_DAYS
