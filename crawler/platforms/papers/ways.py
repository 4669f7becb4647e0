"""Links that lead to another page: which of them lead to papers, of a meeting, of a year or of an archive."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms.papers import exploring, following, titles
from crawler.platforms.papers.dates.evidence import IN_RECORD, Dated, DatePlace
from crawler.platforms.papers.dates.words import subject
from crawler.platforms.papers.files import FileLinks, first_that_holds
from crawler.platforms.papers.page.lines import is_prose, sentence_of
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.verdict import Verdict, Why
from crawler.platforms.papers.wording import addresses, bodies, kinds
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.web_address import canonical_url, host_of
from crawler.platforms.shared.when import When
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from crawler.platforms.papers.dates.belief import Belief
    from crawler.platforms.papers.listing_page import ListingPage
    from crawler.platforms.papers.page.structure import Link


_TELLING_KINDS = frozenset({DocumentKind.AGENDA, DocumentKind.MINUTES, DocumentKind.REPORT})
_PAPER_ADDRESS = re.compile(r"report|agenda|minutes|paper|item|long-read", re.IGNORECASE)
_NEWS_ADDRESS = re.compile(r"/(?:news|blog|vacanc|jobs)", re.IGNORECASE)


class PageLinks:
    """Judges the links of one page that lead to other pages."""

    def __init__(self, page: ListingPage, files: FileLinks) -> None:
        self.page, self.files = page, files

    def judge(  # noqa: PLR0911 - one return a kind of page, the first that holds
        self, left: Verdict, dated: Dated, belief: Belief | None
    ) -> Verdict:
        link = dated.link
        said = f"{link.text or titles.caption(link)} {addresses.spaced(addresses.file_name(link.url))}"
        host = host_of(link.url)
        is_sibling = self._is_sibling(link)
        reason = self._why_not(link, belief, said, is_sibling=is_sibling)
        if reason:
            return replace(left, reason=reason, about=host)
        if belief and self._is_day_of_month(link, belief):
            return self._judge_meeting_page(left, link, belief, said)
        if self._is_folder_within(link):
            return self.onward(link)
        if self.page.is_last:
            judged = self._judge_web_paper(left, link, belief)
            return self.onward(link) if self._leads_on(judged, link) else judged
        if is_sibling:
            return replace(left, follow="papers", reason=Why.SIBLING_PAGE, date="", date_from="", doubt=None)
        left = replace(left, beyond=host not in self.page.hosts)
        own = date_mentions(link.text)
        by_place = belief is not None and belief.place not in IN_RECORD
        promises = (
            words.says_index(link.text)
            or words.says_earlier_papers(link.text)
            or (bool(own) and all(each.is_year for each in own))
        )
        if self._points(link):
            return replace(left, follow="papers", reason=Why.INDEX_PAGE, date="", date_from="", doubt=None)
        if belief and not (by_place and promises):
            return self._judge_meeting_page(left, link, belief, said)
        return self._judge_index(left, link)

    def _why_not(self, link: Link, belief: Belief | None, said: str, *, is_sibling: bool) -> Why | None:
        """Why nothing is looked for behind a link; None where something may be."""
        address, host = canonical_url(link.url), host_of(link.url)
        return first_that_holds(
            (link.frame in {Frame.SITE, Frame.TRAIL, Frame.PAGER} and not is_sibling, Why.FRAME),
            (not self.page.is_own(host) and host not in self.files.promised, Why.PAGE_ON_OTHER_HOST),
            (
                canonical_url(self.page.url).startswith(f"{address.rstrip('/')}/")
                or address == canonical_url(self.page.home),
                Why.LEADS_BACK,
            ),
            (
                words.is_help(link.text) or (words.is_standing(said) and not words.says_paper(link.text)),
                Why.OTHER_PAGE,
            ),
            (
                (words.says_news(said) or self._is_among_news(link))
                and not words.says_paper(link.text)
                and not (belief and words.names_a_meeting(link.text)),
                Why.NEWS,
            ),
            (self.files.has_file_beside(link), Why.FILE_BESIDE),
            (self._sorts_the_list(link), Why.THIS_PAGE),
        )

    def _is_among_news(self, link: Link) -> bool:
        """By its address; some bodies have their papers there too, and then it says nothing of a link."""
        return bool(_NEWS_ADDRESS.search(link.url)) and not _NEWS_ADDRESS.search(self.page.url)

    def _is_day_of_month(self, link: Link, belief: Belief) -> bool:
        """On the page of a month: a link called by one of its days."""
        month = self.page.meeting.when
        if month is None or month.is_year or month.whole or self.page.limits.depth <= 0:
            return False
        return belief.when.whole and month.holds(belief.when) and not subject(link.text)

    def _leads_on(self, judged: Verdict, link: Link) -> bool:
        """From the page of a meeting to another that has its papers: "Documents for this meeting"."""
        if (
            judged.taken
            or judged.follow
            or not self.page.meeting.of_one_meeting
            or self.page.limits.depth <= 0
        ):
            return False
        if link.frame is not Frame.MATTER or judged.reason is Why.OTHER_PAPERS:
            return False
        of_others = any(each.day for each in date_mentions(link.text)) and judged.date != str(
            self.page.meeting.when
        )
        return not of_others and words.says_documents(link.text) and exploring.below(link.url, self.page.url)

    def _is_folder_within(self, link: Link) -> bool:
        """In the list of a meeting's folder: a folder of its appendices, shown by the same page."""
        is_meeting = (
            self.page.meeting.of_one_meeting and self.page.limits.depth > 0 and link.frame is Frame.MATTER
        )
        is_same_page = (
            canonical_url(link.url).partition("?")[0] == canonical_url(self.page.url).partition("?")[0]
        )
        return is_meeting and is_same_page and exploring.below(link.url, self.page.url)

    def onward(self, link: Link) -> Verdict:
        """To a page of the meeting that this page is of."""
        return Verdict(
            url=link.url,
            text=titles.title_of_link(link),
            follow="meeting",
            reason=Why.MORE_OF_MEETING,
            date=str(self.page.meeting.when),
            date_from=DatePlace.CONTEXT.value,
            body=self.page.body,
        )

    def _is_sibling(self, link: Link) -> bool:
        """A menu's way from this page of papers to another part of them."""
        return (
            link.frame in {Frame.SITE, Frame.BESIDE}
            and self.page.about_papers
            and not self.page.meeting.of_one_meeting
            and words.says_list_of_papers(link.text)
            and following.is_beside(link, self.page.url, self.page.menus.own)
        )

    def _points(self, link: Link) -> bool:
        """It is called "here" or "a separate page", and its sentence says that papers lie there."""
        sentence = sentence_of(link)
        return words.points_to_papers(link.text, sentence) and not any(
            each.day for each in date_mentions(sentence)
        )

    def _sorts_the_list(self, link: Link) -> bool:
        """The head of a column: the same list in another order."""
        in_head = link.line.cell is not None and link.line.cell.is_head
        return in_head and urlsplit(link.url).path == urlsplit(self.page.url).path

    def _judge_index(self, left: Verdict, link: Link) -> Verdict:
        years = [
            When(year=each.year, financial=each.financial)
            for each in date_mentions(link.text)
            if each.is_year and each.year
        ]
        if years:
            return self._judge_year_page(left, link, years)
        earlier = words.says_earlier_papers(link.text)
        if link.frame is Frame.BESIDE and not (earlier or words.says_index(link.text)):
            return replace(left, reason=Why.NO_PAPERS_BEHIND)
        named = words.names_an_index(link.text) and (self.page.about_papers or words.says_meeting(link.text))
        if self._names_a_day(link):
            committee = bodies.committee_in(f"{left.text} | {self.files.whose.body_above(link, None)}")
            return replace(left, follow="papers", reason=Why.MEETING_PAGE, body=committee)
        promise = sentence_of(link) if titles.says_nothing(link.text) else link.text
        body = self.page.about_papers and link.frame is Frame.MATTER and bodies.names_a_body(link.text)
        below = exploring.below(link.url, self.page.url)
        name = addresses.spaced(addresses.file_name(link.url))
        by_name = below and self.page.about_papers and words.says_index(name)
        on_topic = self.page.about_papers and words.says_papers(left.text) and link.frame is Frame.MATTER
        if (
            named
            or by_name
            or on_topic
            or (body and link.records)
            or words.says_index(link.text)
            or words.says_earlier_papers(promise)
        ):
            return replace(left, follow="papers", reason=Why.INDEX_PAGE)
        if self._is_worth_a_look(link, left.text):
            return replace(left, follow="papers", reason=Why.MAYBE_PAGE, unsure=True)
        return replace(left, reason=Why.NO_PAPERS_BEHIND)

    def _is_worth_a_look(self, link: Link, title: str) -> bool:
        """In the matter of a page of papers: whoever looks for papers would open it."""
        return (
            link.frame is Frame.MATTER
            and words.says_meeting(title)
            and (bool(link.records) or not bodies.names_a_body(title))  # "Meet our board" in passing
            and not self.page.under_other_matters(link)
            and self.page.about_papers
            and self.page.looks > 0
        )

    def _names_a_day(self, link: Link) -> bool:
        """A day or month of a meeting whose year this page does not say: its own page will."""
        found = [
            each for each in date_mentions(link.text) if each.month and not each.year and each.of_meeting
        ]
        on_topic = words.says_meeting(link.text) or (self.page.about_papers and not subject(link.text))
        return bool(found) and on_topic and link.frame is Frame.MATTER

    def _judge_meeting_page(self, left: Verdict, link: Link, belief: Belief, said: str) -> Verdict:
        around = " ".join(line.text for record in link.records[-1:] for line in record.lines[:12])[:400]
        above = link.headings[-1].text if link.headings and link.records else ""
        head = link.line.cell.head if link.line.cell else ""
        own_words = f"{said} {head} {above} {around}"
        whose = own_words if self.page.dates.records.is_of_one_day(link.records[-1:]) else f"{said} {head}"
        on_topic = words.says_meeting(own_words) or (self.page.about_papers and not subject(link.text))
        if (
            not on_topic
            or (
                self.page.under_other_matters(link)
                and not (words.says_meeting(link.text) or self.page.is_bare_day(link))
            )
            or (
                is_prose(link.line) and not words.says_paper(link.text) and belief.place is not DatePlace.LINK
            )
        ):
            return replace(left, reason=Why.NOT_A_MEETING, looks_like_paper=False)
        if not self.page.limits.within(belief.when):
            if self._is_guessed_ahead(link, belief):
                return replace(
                    left, follow="papers", reason=Why.MEETING_PAGE, date="", date_from="", doubt=None
                )
            return replace(left, reason=Why.MEETING_OUTSIDE_WINDOW, about=belief.when.said())
        return replace(
            left,
            follow="meeting",
            reason=Why.MEETING_PAGE,
            body=bodies.committee_in(whose) or self.files.whose.body_above(link, belief),
        )

    def _is_guessed_ahead(self, link: Link, belief: Belief) -> bool:
        """Its words say no year, and that of the page lies beyond what is planned: its own page will say."""
        own = [each for each in date_mentions(link.text) if each.month]
        return (
            bool(own)
            and not any(each.year for each in own)
            and belief.when.span()[0] > self.page.limits.until
        )

    def _judge_year_page(self, left: Verdict, link: Link, years: list[When]) -> Verdict:
        if not (self.page.about_papers or words.says_paper(link.text)):
            return replace(left, reason=Why.YEAR_OF_OTHERS)
        current = [each for each in years if self.page.limits.within(each)]
        if not current:
            return replace(left, reason=Why.YEAR_OUTSIDE_WINDOW, about=str(years[0]))
        return replace(
            left, follow="year", reason=Why.YEAR_PAGE, date=str(current[0]), date_from=DatePlace.LINK.value
        )

    def _judge_web_paper(self, left: Verdict, link: Link, belief: Belief | None) -> Verdict:
        """Some bodies publish each paper as a page of its own."""
        kind = kinds.kind_of(link.text or left.text)
        beside = link.frame is Frame.BESIDE or self.page.under_other_matters(link)
        reason = first_that_holds(
            (words.says_index(link.text) or link.text.lower().startswith("back") or beside, Why.OTHER_PAPERS),
            (belief is None, Why.NO_PAPER),
            (
                not (belief and belief.evidence.structural)
                or kind not in _TELLING_KINDS
                or words.is_generic(link.text),
                Why.TOO_DEEP,
            ),
            (not _PAPER_ADDRESS.search(addresses.file_name(link.url)), Why.NOT_A_PAPERS_ADDRESS),
        )
        is_item = reason is Why.NOT_A_PAPERS_ADDRESS and link.frame is Frame.MATTER and bool(link.records)
        is_deeper = is_item or (reason is Why.TOO_DEEP and bool(belief) and _has_number(link.url))
        if is_deeper and self.page.limits.depth > 0:
            return replace(
                left, follow="meeting", perhaps=True, kind=kind, body=self.page.body, reason=Why.PACKAGE_PAGE
            )
        if reason:
            return replace(left, reason=reason)
        return replace(self.files.take(left, link, belief, Why.PAGE_AS_PAPER, kind), is_page=True)


def _has_number(url: str) -> bool:
    """Its address names one of many things, as those of files without an ending do."""
    return bool(re.search(r"\d", urlsplit(url).path.rstrip("/").rpartition("/")[2])) and not url.endswith("/")
