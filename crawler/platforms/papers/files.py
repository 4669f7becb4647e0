"""Links that give a file: whether it is a paper, by its words, its date and its place."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms.papers import titles
from crawler.platforms.papers.dates.evidence import IN_RECORD, Dated, DatePlace
from crawler.platforms.papers.dates.words import subject
from crawler.platforms.papers.page.lines import is_prose, lead_of, sentence_of
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.verdict import Verdict, Why
from crawler.platforms.papers.whose import MOST_BESIDE, Whose
from crawler.platforms.papers.wording import addresses, kinds
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.web_address import host_of
from crawler.platforms.shared.when import read_when
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from crawler.platforms.papers.dates.belief import Belief
    from crawler.platforms.papers.listing_page import Limits, ListingPage
    from crawler.platforms.papers.page.structure import Link


# what is behind "Terms of reference": when the document itself was agreed, and no meeting
_OWN_DAY = re.compile(
    r"\W*(?:last )?(?:agreed|approved|adopted|signed|ratified|reviewed|effective|in force|dated)\b",
    re.IGNORECASE,
)
_OWN_DAY_BEFORE = re.compile(
    r"\b(?:agreed|approved|adopted|signed|ratified|reviewed)(?: (?:on|in|by the board(?: on| in)?))?\W*$",
    re.IGNORECASE,
)
_OWN_DAY_WITHIN = 50  # characters behind the link


class FileLinks:
    """Judges the links of one page that give files."""

    def __init__(self, page: ListingPage, promised: set[str], paths: set[str]) -> None:
        """`promised` are other hosts that hold the papers of the page; `paths` are of files that it links."""
        self.page, self.promised, self._paths = page, promised, paths
        self.whose = Whose(page)

    def judge(self, left: Verdict, dated: Dated, belief: Belief | None, *, included: bool) -> Verdict:
        facts = _Facts(self, dated, belief, left.text)
        reason, because = self._why_not(facts, included=included), self._because(facts, included=included)
        if reason or not because:
            about = facts.host if reason is Why.FILE_ON_OTHER_HOST else str(dated.year or "")
            return replace(left, reason=reason or Why.NO_PAPER, about=about)
        return self.take(left, dated.link, belief, because, self.kind(dated.link, left.text))

    def _why_not(self, facts: _Facts, *, included: bool) -> Why | None:
        """Why a file is no paper; None where it may be one."""
        frame, said = facts.link.frame, facts.said
        is_standing = words.is_standing(said)
        return first_that_holds(
            (
                not self.page.is_own(facts.host) and not self._may_take_from(facts.host, facts.belief),
                Why.FILE_ON_OTHER_HOST,
            ),
            (included, None),
            (words.leads_back(facts.link.text), Why.LEADS_BACK),
            (facts.is_of_an_event, Why.OTHER_MATTERS),
            (frame in {Frame.SITE, Frame.TRAIL}, Why.FRAME),
            (words.is_help(said) or words.is_help(facts.lead), Why.HELP),
            (facts.is_standing_apart, Why.STANDING),
            (words.is_of_every_site(said) and not facts.is_strong, Why.STANDING),
            (facts.is_in_prose, Why.STANDING if is_standing else Why.PROSE),
            (facts.is_under_date and not facts.is_beside, None),
            (is_standing and not facts.is_strong, Why.STANDING),
            (facts.is_beside and not facts.says_paper, Why.OTHER_MATTERS),
            (facts.is_of_another_year, Why.OUTSIDE_WINDOW),
        )

    def _because(self, facts: _Facts, *, included: bool) -> Why | None:
        """Why a file is a paper; None where nothing says so."""
        on_topic = self.page.about_papers and self.page.on_topic(facts.link)
        return first_that_holds(
            (included, Why.INCLUDED),
            (facts.is_under_date and not facts.is_beside, Why.UNDER_DATE),
            (facts.is_in_row, Why.IN_ROW),
            (facts.says_paper or facts.is_dated_meeting, Why.PAPER_WORDS),
            (facts.belief is not None and (words.says_meeting(facts.said) or on_topic), Why.DATED_FILE),
        )

    def judge_either(self, left: Verdict, dated: Dated, belief: Belief | None) -> Verdict:
        """An address by which some systems give the file, and others a page about it."""
        if self.has_file_beside(dated.link):
            return replace(left, reason=Why.FILE_BESIDE)
        judged = in_window(self.judge(left, dated, belief, included=False), self.page.limits)
        if not judged.taken:
            return judged
        beyond = host_of(judged.url) not in self.page.hosts
        return replace(
            judged, taken=False, follow="meeting", perhaps=True, reason=Why.PACKAGE_PAGE, beyond=beyond
        )

    def looks_like_paper(self, dated: Dated, belief: Belief | None, title: str) -> bool:
        """A reader who saw the link would expect a paper, or papers, behind it."""
        link = dated.link
        if link.frame in {Frame.SITE, Frame.TRAIL}:
            return False
        said = f"{title} {addresses.spaced(addresses.file_name(link.url))}"
        if words.is_standing(said) or words.is_help(said):
            return False
        if belief and not self.page.limits.within(belief.when):
            return False
        return words.says_paper(said) or (
            belief is not None and belief.evidence.structural and self.page.is_file(link)
        )

    def _may_take_from(self, host: str, belief: Belief | None) -> bool:
        """A dated file that the papers page itself links is its paper, wherever it is kept."""
        return host in self.promised and belief is not None

    def has_file_beside(self, link: Link) -> bool:
        """The file of a package page is linked here as well."""
        parts = urlsplit(link.url)
        return not parts.query and f"{parts.hostname}{parts.path.rstrip('/')}" in self._paths

    def is_news_of_it(self, link: Link, belief: Belief | None) -> bool:
        """Its card says by its title that the document is there: the day in it is when that was."""
        own = [each for each in link.headings if each.depth == len(link.records)]
        named = [each for each in own if subject(each.text)]
        if (
            belief is None
            or not link.records
            or not named
            or any(words.says_meeting(each.text) for each in named)
        ):
            return False
        said = self.page.dates.records.of(link.records[-1])
        heading = belief.evidence.heading
        is_of_card = heading in own if heading else any(each.when == belief.when for _, each in said)
        return is_of_card and heading not in named and words.is_standing(named[0].text)

    def stands_apart(self, link: Link) -> bool:
        """Of a standing document: it says when it was agreed, or is among others in one line."""
        some = link.line.links[:MOST_BESIDE]
        among_others = any(each.url != some[0].url for each in some)
        with_own_day = _says_its_own_day(link) and not self._all_say_their_own_day
        return with_own_day or (among_others and all(words.is_standing(each.text) for each in some))

    @cached_property
    def _all_say_their_own_day(self) -> bool:
        """The page says of most files when they are from: of one of them that says nothing."""
        links = self.page.structure.links
        files = [each for each in links if each.frame is Frame.MATTER and self.page.is_file(each)]
        return 2 * sum(map(_says_its_own_day, files)) > len(files)

    def kind(self, link: Link, title: str) -> DocumentKind:
        nothing = titles.says_nothing(link.text) and not words.says_papers(link.text)
        nothing = nothing or titles.is_number(link.text)
        told = title if nothing else titles.cleaned(link.text)
        kind = kinds.kind_of(told, name=addresses.file_name(link.url))
        several = kind is DocumentKind.REPORT and urlsplit(link.url).path.lower().endswith(".zip")
        return DocumentKind.PACK if several else kind

    def take(
        self, left: Verdict, link: Link, belief: Belief | None, reason: Why, kind: DocumentKind
    ) -> Verdict:
        return replace(
            left, taken=True, reason=reason, kind=kind, body=self.whose.body_of(link, belief, kind)
        )


class _Facts:
    """What a link that gives a file says of it, by its words, its day and its place on the page."""

    def __init__(self, files: FileLinks, dated: Dated, belief: Belief | None, title: str) -> None:
        self.link, self.belief, self._year = dated.link, belief, dated.year
        self._files, self._page, self._title = files, files.page, title
        self.host = host_of(self.link.url)
        name = addresses.spaced(addresses.file_name(self.link.url))
        self.said = f"{self.link.text or titles.caption(self.link)} {name}"
        says_nothing = titles.says_nothing(self.link.text)
        self.lead = lead_of(self.link) if says_nothing else ""
        self._sentence = sentence_of(self.link) if says_nothing else ""

    @cached_property
    def _is_of_this_page(self) -> bool:
        return self.belief is not None and self._page.is_of_this_meeting(self.belief.when)

    @cached_property
    def _is_dated_in_row(self) -> bool:
        if self.belief is None or self.belief.place not in IN_RECORD:
            return False
        # One that heads several is of a meeting's page, or its card.
        return not (self._is_of_this_page or self.belief.evidence.of_several)

    @cached_property
    def is_in_row(self) -> bool:
        return self._is_dated_in_row and not self._page.is_of_other_matters

    @cached_property
    def is_under_date(self) -> bool:
        is_structural = self.belief is not None and self.belief.evidence.structural
        is_under = self._is_of_this_page or (is_structural and not self._is_dated_in_row)
        return is_under and not self._page.is_of_other_matters  # days of reports, of spending, of policies

    @cached_property
    def is_beside(self) -> bool:
        return self.link.frame is Frame.BESIDE or self._page.under_other_matters(self.link)

    @property
    def is_of_another_year(self) -> bool:
        return self.belief is None and bool(self._year) and not self._page.limits.within(self._year)

    @cached_property
    def says_paper(self) -> bool:
        if words.says_paper(f"{self.said} {self._sentence}"):
            return True
        return self.is_in_row and words.says_paper(f"{self.link.line.text} {self._title}")

    @cached_property
    def is_dated_meeting(self) -> bool:
        is_whole = self.belief is not None and self.belief.when.whole
        return is_whole and re.search(r"\bmeeting\b", self.said, re.IGNORECASE) is not None

    @property
    def is_strong(self) -> bool:
        return (self.says_paper and self.belief is not None) or self.is_dated_meeting

    @property
    def is_in_prose(self) -> bool:
        """In a sentence that speaks of it, and neither called a paper nor dated by its own words."""
        if not is_prose(self.link.line) or self.says_paper or titles.is_pointed_at(self.link):
            return False
        is_dated = self.belief is not None and self.belief.place is DatePlace.LINK
        return not (is_dated and (words.says_meeting(self.said) or not subject(self.link.text)))

    @property
    def is_of_an_event(self) -> bool:
        """Of a workshop or the like, which is no meeting of the body: its record or heading says so."""
        if self.belief is None or not words.says_an_event(self._title) or self.says_paper:
            return False
        heading = self.belief.evidence.heading
        if heading is not None:
            return words.says_an_event(heading.text)
        record = self.link.records[-1] if self.link.records else None
        return (
            record is not None
            and self.belief.place in IN_RECORD
            and all(words.says_an_event(each.text) for line in record.lines for each in line.links)
        )

    @property
    def is_standing_apart(self) -> bool:
        """For years, and not of a meeting: its place or its card says so."""
        if words.says_paper(self.said):
            return False
        is_apart = words.is_standing(self.said) and self._files.stands_apart(self.link)
        is_apart = is_apart and not _is_within_a_meeting(self.belief)
        return is_apart or self._files.is_news_of_it(self.link, self.belief)


def _says_its_own_day(link: Link) -> bool:
    """When the document itself was agreed, in its link or behind it."""
    if any(_OWN_DAY_BEFORE.search(link.text[: each.start]) for each in date_mentions(link.text)):
        return True
    after = link.line.text[link.end : link.end + _OWN_DAY_WITHIN]
    return bool(_OWN_DAY.match(after)) and any(each.month for each in date_mentions(after))


def in_window(verdict: Verdict, limits: Limits) -> Verdict:
    """A paper of a meeting outside the window is left."""
    when = read_when(verdict.date)
    if not verdict.taken or when is None or limits.within(when):
        return verdict
    return replace(verdict, taken=False, reason=Why.PAPER_OUTSIDE_WINDOW, about=when.said())


def _is_within_a_meeting(belief: Belief | None) -> bool:
    """Its own row, card or panel begins with the day of a meeting."""
    return belief is not None and belief.evidence.leads and belief.place in IN_RECORD | {DatePlace.PANEL}


def first_that_holds(*reasons: tuple[bool, Why | None]) -> Why | None:
    """The first reason that holds; None where it is an empty one, or none holds."""
    return next((reason for holds, reason in reasons if holds), None)
