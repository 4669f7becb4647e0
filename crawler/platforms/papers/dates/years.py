"""The years of dates that say none: headings, records, addresses and the page around them do."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.platforms.papers.wording import addresses
from crawler.platforms.shared.dates import Spotted, as_day, month_of, resolve
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.when import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.platforms.papers.page.structure import Heading, Line, Link, Record, Structure
    from crawler.platforms.shared.printed_dates import DateMention

MOST_LINKS = 60  # of one record: what holds more is a part of the page
_MOST_YEARS = 8  # of one page: more are numbers of files


class Spotter:
    """Finds the dates of a text as this page writes them."""

    def __init__(self, page: Structure, until_year: int, near: int) -> None:
        self.near, self._until_year = near, until_year
        self._days_follow_months = self._follow_months(page)

    def spot(self, text: str, years: Iterable[When]) -> list[Spotted]:
        """The dates of a text; one without a year takes it from `years`, the nearest first."""
        known = list(years)
        mentions = self.mentions(text)
        read = (resolve(each, known, self.near) or month_of(each, known, self.near) for each in mentions)
        found = [each for each in read if each and each.when.year <= self._until_year + 1]
        return [each for each in found if each.moved_to] or found

    def mentions(self, text: str) -> Sequence[DateMention]:
        found = date_mentions(text)
        return [as_day(each) for each in found] if self._days_follow_months else found

    def years_in(self, text: str) -> list[When]:
        found = self.mentions(text)
        years = [
            When(year=each.year, financial=each.financial) for each in found if each.is_year and each.year
        ]
        # 26-05-20 says no year: it is read in the way that the years around it agree with
        return years or [When(year=each.year) for each in found[:1] if each.year and not each.other_year]

    def _follow_months(self, page: Structure) -> bool:
        """The page writes "September 24" and "July 30": numbers that are no years of ours."""
        found = {each.or_day for line in page.lines for each in date_mentions(line.text) if each.or_day}
        return any(2000 + each > self._until_year + 1 for each in found)


class Years:
    """The years that places of a page say."""

    def __init__(self, page: Structure, spotter: Spotter, url: str, context: When | None) -> None:
        self._page, self._spotter, self._context = page, spotter, context
        path = " / ".join(addresses.spaced(part) for part in unquote(urlsplit(url).path).split("/") if part)
        said = [page.heading, page.title, *reversed(page.trail), path]
        self.of_page = [year for text in said for year in spotter.years_in(text)]
        self._serials = self._learn_serials()
        self._over: dict[tuple[tuple[Heading, ...], tuple[Record, ...]], list[When]] = {}
        self._of_record: dict[Record, list[When]] = {}
        self._line_over: list[Line | None] = []  # for each line of the page

    def over(self, headings: tuple[Heading, ...], records: Sequence[Record] = ()) -> list[When]:
        """The years that headings, records, the way here and the page say, the nearest first."""
        key = headings, tuple(records)
        if key not in self._over:
            found: list[When] = []
            for depth in range(len(records), -1, -1):
                is_last = depth == len(records)
                over = (each for each in headings if each.depth == depth or (is_last and each.depth > depth))
                found += [year for each in reversed(list(over)) for year in self._spotter.years_in(each.text)]
                found += self._of(records[depth - 1]) if depth else []
            if self._context:
                found.append(self._context if self._context.is_year else When(year=self._context.year))
            self._over[key] = [*found, *self.of_page]
        return self._over[key]

    def _of(self, record: Record) -> list[When]:
        """Years that a record says outside of the link itself."""
        if record not in self._of_record:
            found: list[When] = []
            if record.links <= MOST_LINKS:
                for line in record.lines:
                    words = line.text
                    for each in line.links:
                        words = words.replace(each.text, " ", 1)
                    if not line.is_publication:
                        found += [
                            When(year=each.year, financial=each.financial)
                            for each in self._spotter.mentions(words)
                            if each.year and each.of_meeting
                        ]
            self._of_record[record] = found[:4]
        return self._of_record[record]

    def of_address(self, link: Link) -> list[When]:
        """The year of its file's name or folder, and of the folder of its upload last of all."""
        path = unquote(urlsplit(link.url).path)
        path = "/".join(part for part in path.split("/") if part not in self._serials)
        said = f"{addresses.spaced(addresses.file_name(link.url))} / {addresses.folders(path)}"
        return [*self._spotter.years_in(said), *self._spotter.years_in(path.replace("/", " / "))]

    def before(self, link: Link) -> list[When]:
        """The years that its line says before it: "In 2026 we met on 26 March (papers)"."""
        said = reversed(self._spotter.mentions(link.line.text[: link.start]))
        years = (each for each in said if each.is_year and each.year and each.of_meeting)
        return [When(year=each.year, financial=each.financial) for each in years]

    def of_lead(self, link: Link) -> list[When]:
        """The year of a list whose lead says it: "Papers of meetings held in 2026:"."""
        above = self.line_over(link)
        # the day of one meeting, as of the next one, says the year of no other
        if not above or above.is_publication or any(each.day for each in date_mentions(above.text)):
            return []
        return self._spotter.years_in(above.text)

    def line_over(self, link: Link) -> Line | None:
        """The line without links right above the lines with links that a link is among."""
        if not self._line_over:
            head: Line | None = None
            for line in self._page.lines:
                head = None if head and head.headings != line.headings else head
                self._line_over.append(head)
                head = head if line.links else line
        above = self._line_over[link.line.order]
        return above if above and above.headings == link.headings and above.frame is link.frame else None

    def _learn_serials(self) -> frozenset[str]:
        """Folders that look like years, and number the files of the page: /2009/, /2012/, /2066/."""
        places: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for link in self._page.links:
            parts = urlsplit(link.url).path.split("/")
            for index, part in enumerate(parts):
                if re.fullmatch(r"\d{4}", part):
                    places["/".join(parts[:index]), index].add(part)
        return frozenset(part for parts in places.values() if len(parts) > _MOST_YEARS for part in parts)
