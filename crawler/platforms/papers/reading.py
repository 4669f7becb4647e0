"""One page, read under the limits of its line: a verdict for each link, and the meetings that it announces.

The reasons of a verdict are tables, read from the top: the first that holds is the one we say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms.papers import following, titles
from crawler.platforms.papers.announced import announced_on
from crawler.platforms.papers.dates.belief import Belief, believe, contested, with_heads_confirmed
from crawler.platforms.papers.files import FileLinks, first_that_holds, in_window
from crawler.platforms.papers.lent_days import LentDays, with_day, with_neighbours
from crawler.platforms.papers.listing_page import Limits, ListingPage
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.printed import printed_beside
from crawler.platforms.papers.second_look import TEXT_OF_A_PAPER, Pairs, SecondLook, once
from crawler.platforms.papers.unfollowed import unfollowed
from crawler.platforms.papers.verdict import DateDoubt, Verdict, Why
from crawler.platforms.papers.ways import PageLinks
from crawler.platforms.papers.wording import addresses
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.web_address import canonical_url, host_of
from crawler.platforms.shared.when import When

if TYPE_CHECKING:
    from crawler.platforms.papers.dates.evidence import Dated
    from crawler.platforms.papers.page.structure import Link
    from crawler.platforms.shared.select import ParsedPage
    from pipeline.model import Fetch


_TEXT_OF_A_NOTE = 5  # words; enough for a meeting's page to say that papers will follow


class PageReader:
    """One page, read under its limits."""

    def __init__(self, page: ParsedPage, fetch: Fetch, limits: Limits, home: str, near: int) -> None:
        self.page, self._year = ListingPage(page, fetch, limits, home, near), near
        self.announced = announced_on(self.page)
        structure = self.page.structure
        enough = _TEXT_OF_A_NOTE if self.page.meeting.of_one_meeting else TEXT_OF_A_PAPER
        silent = structure.words < enough and not self.announced
        if silent and not any(each.url for each in structure.links):
            raise page.error("a", "links", "none: an empty page, or one that is filled by script")

    def verdicts(self) -> list[Verdict]:
        """One for each link, in the order of the page."""
        page = self.page
        titles.lend_words(page.structure.links)
        dated = with_heads_confirmed([page.dates.evidence(link) for link in page.structure.links])
        contest = contested(dated)
        beliefs = with_neighbours(dated, [believe(each, contest) for each in dated])
        pairs = list(zip(dated, beliefs, strict=True))
        self.files = FileLinks(page, _hosts_of_the_papers(page, pairs), _file_paths(dated))
        self.ways = PageLinks(page, self.files)
        second = SecondLook(page, self.files, self.ways, pairs)
        lent = LentDays(page, self.announced)
        judged = [self._judge(each, belief) for each, belief in pairs]
        judged = second.items_of_a_day(judged)
        judged = second.help_to_papers(judged)
        judged = second.items_between(judged)
        judged = [lent.with_said_day(each) for each in judged]
        judged = [
            self._with_what_is_printed(verdict, each.link) if verdict.taken or verdict.perhaps else verdict
            for (each, _), verdict in zip(pairs, judged, strict=True)
        ]
        days = lent.days(judged)
        judged = [with_day(each, days) for each in judged]
        judged = [lent.with_day_of_papers(each, judged) for each in judged]
        judged = [in_window(each, page.limits) for each in once(judged)]
        judged = second.look_around(second.more_pages(judged))
        judged = second.shown_otherwise(second.files_in_sight(judged))
        return [*judged, *second.the_page_itself(judged), *unfollowed(page, judged, self._year)]

    def _with_what_is_printed(self, verdict: Verdict, link: Link) -> Verdict:
        """With the size and the days that the page prints for its file."""
        published = str(self.page.dates.records.published(link) or "")
        return replace(verdict, printed=printed_beside(link, self.page.structure.lines), published=published)

    def _judge(self, dated: Dated, belief: Belief | None) -> Verdict:
        link = dated.link
        left = Verdict(url=link.url or link.href, text=titles.title_of_link(link), reason=Why.NOT_WEB)
        if self._is_part(link):
            return replace(left, reason=Why.PART_OF_PAGE, follow="more")
        if following.is_next_page(link, self.page.url, self.page.number, self.page.entries):
            if following.is_step_in_time(link) and not self._is_in_window(link):
                return replace(left, reason=Why.YEAR_OUTSIDE_WINDOW, about=link.text)
            reason = Why.PART_OF_PAGE if link.is_control else Why.NEXT_PAGE
            return replace(left, reason=reason, follow="more")
        return self._judge_matter(left, dated, belief)

    def _is_part(self, link: Link) -> bool:
        """A frame or a part that a script fetches: a person sees it as this page."""
        is_page = bool(link.url) and not (self.page.is_file(link) or addresses.is_other_media(link.url))
        return (
            link.is_part
            and is_page
            and link.frame is Frame.MATTER
            and self.page.about_papers
            and self.page.is_own(host_of(link.url))
            and canonical_url(link.url) != canonical_url(self.page.url)
        )

    def _judge_matter(self, left: Verdict, dated: Dated, belief: Belief | None) -> Verdict:
        """Of a link that is not the way to the list's next page."""
        link, said = dated.link, f"{left.url} {left.text}"
        looks = self.files.looks_like_paper(dated, belief, left.text)
        reason = first_that_holds(
            (not link.url, Why.NOT_WEB),
            (_matches(self.page.limits.exclude, said), Why.EXCLUDED),
            (addresses.is_elsewhere(link.url), Why.ELSEWHERE),
            (addresses.is_other_media(link.url), Why.OTHER_MEDIA),
            (
                link.href.startswith("#") or canonical_url(link.url) == canonical_url(self.page.url),
                Why.THIS_PAGE,
            ),
        )
        if reason:
            return replace(left, reason=reason, looks_like_paper=looks and reason is Why.EXCLUDED)
        left = replace(
            left,
            date=str(belief.when) if belief else "",
            date_from=_place_said(belief) if belief else "",
            doubt=_doubt(belief) if belief else None,
            looks_like_paper=looks,
        )
        host = host_of(link.url)
        if addresses.is_document_service(link.url) and host not in self.page.hosts:
            in_sight = (
                link.frame is Frame.MATTER and not words.is_standing(said) and not self.page.is_old(belief)
            )
            return replace(left, reason=Why.DOCUMENT_SERVICE, about=host, looks_like_paper=in_sight)
        included = _matches(self.page.limits.include, said)
        if addresses.may_be_page(link.url) and self.page.limits.depth > 0 and not included:
            judged = self.files.judge_either(left, dated, belief)
            is_meeting = judged.reason is Why.NO_PAPER and words.says_meeting(link.text)
            return self.ways.judge(left, dated, belief) if is_meeting else judged
        if included or self.page.is_file(link):
            return self.files.judge(left, dated, belief, included=included)
        return self.ways.judge(left, dated, belief)

    def _is_in_window(self, link: Link) -> bool:
        dates = [When(year=each.year, month=each.month) for each in date_mentions(link.text) if each.year]
        return any(self.page.limits.within(each) for each in dates)


def _matches(pattern: str, text: str) -> bool:
    return bool(pattern) and bool(re.search(pattern, text, re.IGNORECASE))


def _place_said(belief: Belief) -> str:
    return f"{belief.place} and {belief.refined_by}" if belief.refined_by else belief.place.value


def _doubt(belief: Belief) -> DateDoubt | None:
    if belief.evidence.no_such_day and not belief.when.whole:
        return DateDoubt(no_such_day=True)
    if belief.against:
        return DateDoubt(other=belief.against.when.said(), other_place=belief.against.place.value)
    return DateDoubt(weekday=True) if belief.weekday_misfits else None


def _hosts_of_the_papers(page: ListingPage, pairs: Pairs) -> set[str]:
    """Hosts that the line does not name, and that hold the dated papers of this page."""
    files: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    for dated, belief in pairs:
        link = dated.link
        if link.frame is not Frame.MATTER or not link.url or addresses.is_elsewhere(link.url):
            continue
        host = host_of(link.url)
        is_file = addresses.is_file_address(link.url) or link.marked_file
        if is_file and belief and not belief.when.is_year:
            files[host] += 1
        elif not is_file and (
            words.says_index(link.text) or any(each.year for each in date_mentions(link.text))
        ):
            pages[host] += 1
    own_pages = sum(pages[host] for host in page.hosts)
    found = {host for host in files if host not in page.hosts}
    if not own_pages and not files and page.about_papers:
        found |= {host for host, count in pages.items() if count > 1 and host not in page.hosts}
    return found


def _file_paths(dated: list[Dated]) -> set[str]:
    found = set()
    for each in dated:
        parts = urlsplit(each.link.url)
        if parts.query and addresses.is_file_address(each.link.url):
            found.add(f"{parts.hostname}{parts.path.rstrip('/')}")
    return found
