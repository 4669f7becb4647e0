"""Days that a paper has from elsewhere on its page: from the papers next to it, or a table of dates."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.belief import Belief
from crawler.platforms.papers.dates.days_said import day_in
from crawler.platforms.papers.dates.evidence import Dated, DateEvidence, DatePlace
from crawler.platforms.papers.listing_page import ListingPage, is_matter
from crawler.platforms.papers.page.lines import is_day_alone
from crawler.platforms.papers.verdict import Verdict, Why
from crawler.platforms.papers.whose import MOST_BESIDE
from crawler.platforms.papers.wording import bodies
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.when import When, read_when
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from crawler.platforms.papers.announced import Announced
    from crawler.platforms.papers.page.structure import Line

_EXTRAORDINARY = re.compile(r"\bextra-?ordinary\b", re.IGNORECASE)


class LentDays:
    """Gives papers whose place says a month, or nothing, the day that the page says elsewhere."""

    def __init__(self, page: ListingPage, announced: list[Announced]) -> None:
        self.page, self._announced = page, announced

    def with_said_day(self, verdict: Verdict) -> Verdict:
        """A month has the day that a table of dates or a sentence of the page says for that body.

        Returns it with that day. A table counts for more than a file's name: a meeting is moved, and its file
        is not renamed.
        """
        when = read_when(verdict.date)
        is_paper = verdict.taken or verdict.perhaps
        if not is_paper or not when or not when.month or _is_report_of_a_month(verdict, when):
            return verdict
        by_file = verdict.date_from.endswith(DatePlace.FILE.value)
        if when.whole and (not by_file or _EXTRAORDINARY.search(verdict.text)):
            return verdict
        month = When(year=when.year, month=when.month)
        said = day_in(month, bodies.committee_in(verdict.body), self.page.dates.said)
        is_table_s = when.whole or _is_misprinted(verdict)
        if said is None or (is_table_s and not said.in_table):
            return verdict
        return replace(
            verdict, date=str(said.when), date_from=f"{verdict.date_from.split(' and ')[0]} and page"
        )

    def with_day_of_papers(self, verdict: Verdict, judged: list[Verdict]) -> Verdict:
        """More of the meeting has the day of the papers next to it, if the way here said only the month."""
        if verdict.reason is not Why.MORE_OF_MEETING:
            return verdict
        days = {each.date for each in judged if each.taken}
        when, month = read_when(next(iter(days), "")), self.page.meeting.when
        same = len(days) == 1 and when is not None and month is not None and month.holds(when)
        return replace(verdict, date=str(when)) if same else verdict

    def days(self, judged: list[Verdict]) -> set[When]:
        """The days of meetings that the page names."""
        days = {when for each in judged if each.taken and (when := read_when(each.date)) and when.whole}
        return days | {each.when for each in self._announced} | self._own_days()

    def _own_days(self) -> set[When]:
        """Of a meeting's page to which a month led: the days of that month in its lines without links."""
        month = self.page.meeting.when
        if not self.page.meeting.of_one_meeting or month is None or month.whole:
            return set()
        return {
            each.when
            for line in self.page.structure.lines
            if is_matter(line) and not line.is_publication and not _is_of_other_matters(line)
            for each in self.page.dates.spotter.spot(line.text, [month])
            if each.when.whole and each.of_meeting and month.holds(each.when)
        }


def _is_of_other_matters(line: Line) -> bool:
    """Under "Latest news": its days are of no meeting."""
    return any(words.leaves_the_meetings(each.text, within_meeting=True) for each in line.headings)


def with_neighbours(dated: list[Dated], beliefs: list[Belief | None]) -> list[Belief | None]:
    """A link without any date has that of the links of its record, where those agree on one."""
    days: dict[object, set[When]] = {}
    for each, belief in zip(dated, beliefs, strict=True):
        is_small = bool(each.link.records) and each.link.records[-1].links <= MOST_BESIDE
        if is_small and belief and belief.when.whole:
            days.setdefault(each.link.records[-1], set()).add(belief.when)
    found: list[Belief | None] = []
    for each, belief in zip(dated, beliefs, strict=True):
        beside = days.get(each.link.records[-1], set()) if each.link.records else set()
        own = any(is_day_alone(over.text) for over in each.link.headings[-1:])  # "Tuesday 12th"
        lent = belief is None and len(beside) == 1 and not own
        found.append(
            Belief(evidence=DateEvidence(when=next(iter(beside)), place=DatePlace.NEIGHBOURS))
            if lent
            else belief
        )
    return found


def _is_report_of_a_month(verdict: Verdict, when: When) -> bool:
    """Its own words say the month: it need not be a paper of that month's meeting."""
    its_own = verdict.date_from in {DatePlace.LINK.value, DatePlace.FILE.value, DatePlace.LABEL.value}
    report = verdict.kind is DocumentKind.REPORT and not words.says_paper(verdict.text)
    report = report and verdict.reason not in {Why.BESIDE_PACK, Why.BETWEEN}
    return report and its_own and not when.whole


def _is_misprinted(verdict: Verdict) -> bool:
    return verdict.doubt is not None and verdict.doubt.no_such_day


def with_day(verdict: Verdict, days: set[When]) -> Verdict:
    """A month becomes a day where the page names one day of a meeting in it, and no other."""
    when = read_when(verdict.date)
    if not when or not when.month or when.whole or _is_report_of_a_month(verdict, when):
        return verdict
    if _is_misprinted(verdict):
        return verdict  # "31st November" is not the 24th because another meeting is
    fitting = [day for day in days if when.holds(day)]
    if len(fitting) != 1:
        return verdict
    return replace(verdict, date=str(fitting[0]), date_from=f"{verdict.date_from} and page")
