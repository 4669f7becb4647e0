"""What is known of a page before a link of it is judged: what it is about, whose, when, how deep we go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.platforms.papers import exploring, following
from crawler.platforms.papers.dates.dating import Dates
from crawler.platforms.papers.dates.words import subject
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.walking import read
from crawler.platforms.papers.wording import addresses, bodies
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.web_address import host_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crawler.platforms.papers.dates.belief import Belief
    from crawler.platforms.papers.page.structure import Line, Link
    from crawler.platforms.shared.select import ParsedPage
    from crawler.platforms.shared.when import When
    from pipeline.model import Fetch


_FEWEST_PAPERS = 2  # links called papers, on a page that is one of papers for them
_HEAD_OF_PAGE = 12  # lines of its matter that say what a page is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a line and a fetch allow."""

    since: date
    until: date
    depth: int  # how many links deeper we may go from this page
    hosts: Sequence[str]
    include: str
    exclude: str

    def within(self, when: When) -> bool:
        return when.within(self.since, self.until)


class ListingPage:
    """One page with its limits, its dates, what it is about and whose papers it has."""

    def __init__(self, page: ParsedPage, fetch: Fetch, limits: Limits, home: str, near: int) -> None:
        self.url, self.fetch, self.limits, self.home = page.url, fetch, limits, home
        self.structure = read(page)
        self.dates = Dates(self.structure, self.url, fetch.context.get("when", ""), limits.until.year, near)
        self.meeting = self.dates.context
        self.number = int(fetch.context.get("page", "1"))
        first_line = next((each.text for each in self.structure.lines), "")
        self.title = f"{self.structure.title} {self.structure.heading or first_line}"
        path = " / ".join(addresses.spaced(part) for part in unquote(urlsplit(self.url).path).split("/"))
        # a page that a papers page promised is one, whatever it is called
        self.looks = int(fetch.context.get("looks", exploring.IN_A_ROW))  # that may follow this page in a row
        self.is_start = "title" not in fetch.context and "looks" not in fetch.context and self.number == 1
        is_look = "looks" in fetch.context
        self.about_papers = (
            (self._is_about_meetings() if is_look else words.says_meeting(f"{self.title} {path}"))
            or "title" in fetch.context
            or fetch.step == "year"  # a page of papers led here by a year
            or "of papers" in fetch.context  # the page before it, or around it, was one
        )
        self.is_of_other_matters = is_look and not self.about_papers
        over = [line.text for line in self.structure.lines[:40]]
        over += [heading.text for link in self.structure.links for heading in link.headings[:1]]
        self.body = (
            fetch.context.get("body")
            or bodies.committee_in(self.structure.heading)
            or bodies.committee_in(self.title)
            or bodies.first_board(
                [self.structure.heading, self.structure.title, *over, *reversed(self.structure.trail)]
            )
        )
        heads = [line.cell.head for line in self.structure.lines if line.cell]
        named = [*heads, *(each.text for each in self.structure.lines if each.is_heading or each.cell)]
        self.partners = bodies.partner_boards(
            dict.fromkeys(named), f"{self.structure.title} {host_of(self.url)}"
        )
        self.hosts = {host_of(self.url), host_of(home), *(host_of(f"//{each}") for each in limits.hosts)}
        self.entries = following.entries_of_lists(self.structure.links)
        self.menus = exploring.Menus.of(self.url, self.structure.links)
        self.is_last = self.meeting.of_one_meeting or limits.depth <= 0  # no page behind it will be asked for

    def _is_about_meetings(self) -> bool:
        """It says so itself; the site's own name, which may be a board's, is in its title."""
        lines = [line.text for line in self.structure.lines if is_matter(line)][:_HEAD_OF_PAGE]
        links = [each for each in self.structure.links if each.frame is Frame.MATTER]
        named = (f"{each.text} {addresses.spaced(addresses.file_name(each.url))}" for each in links)
        if sum(map(words.says_paper, named)) >= _FEWEST_PAPERS:
            return True
        return words.says_meeting(self.structure.heading or self.structure.title) or any(
            words.says_a_board_met(text) for text in lines
        )

    def is_file(self, link: Link) -> bool:
        if addresses.is_file_address(link.url):
            return True
        return (
            link.marked_file
            and (self.is_last or not link.url.endswith("/"))
            and not addresses.is_page_address(link.url)
        )

    def is_old(self, belief: Belief | None) -> bool:
        return belief is not None and not self.limits.within(belief.when)

    def is_of_this_meeting(self, when: When) -> bool:
        """The page is that of one meeting, and this is its day."""
        context = self.meeting.when
        return (
            self.meeting.of_one_meeting and context is not None and (when == context or context.holds(when))
        )

    def is_own(self, host: str) -> bool:
        """A host of the line, or one below it: files.trust.nhs.uk is the trust's as www.trust.nhs.uk is."""
        return any(host == each or host.endswith(f".{each}") for each in self.hosts)

    def is_bare_day(self, link: Link) -> bool:
        """A day and no more, on a page that papers led to, whatever the site calls it above."""
        return self.fetch.step == "year" and not subject(link.text)

    def under_other_matters(self, link: Link) -> bool:
        """The nearest heading has left the meetings; that of a column is over a part of a meeting's row."""
        over = tuple(each for each in link.headings if not (each.depth and link.line.cell))
        return any(self.dates.leaves(heading, over[:-1], link) for heading in over[-1:])

    def on_topic(self, link: Link) -> bool:
        """The nearest heading that is not a date speaks of meetings, or is a section below one that does."""
        over = [each for each in link.headings if each.depth < max(1, len(link.records))]  # and not its own
        said = [text for each in reversed(over) if (text := subject(each.text))]
        if not said or words.says_meeting(said[0]):
            return True
        is_section = not words.leaves_the_meetings(said[0], within_meeting=self.meeting.of_one_meeting)
        return is_section and any(words.says_meeting(text) for text in said)


def is_matter(line: Line) -> bool:
    return line.frame is Frame.MATTER and not line.links
