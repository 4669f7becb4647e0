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
_OWN_DAY_WITHIN = 50  # characters behind the link


class FileLinks:
    """Judges the links of one page that give files."""

    def __init__(self, page: ListingPage, promised: set[str], paths: set[str]) -> None:
        """`promised` are other hosts that hold the papers of the page; `paths` are of files that it links."""
        self.page, self.promised, self._paths = page, promised, paths
        self.whose = Whose(page)

    def judge(self, left: Verdict, dated: Dated, belief: Belief | None, *, included: bool) -> Verdict:
        link = dated.link
        name = addresses.spaced(addresses.file_name(link.url))
        said = f"{link.text or titles.caption(link)} {name}"
        its_page = belief is not None and self.page.is_of_this_meeting(belief.when)
        heads = its_page or bool(belief and belief.evidence.of_several)  # a meeting's page, or its card
        in_row = bool(belief and belief.place in IN_RECORD) and not heads
        under_date = its_page or (bool(belief and belief.evidence.structural) and not in_row)
        if self.page.is_of_other_matters:
            under_date = in_row = False  # days of reports, of spending, of policies
        beside = link.frame is Frame.BESIDE or self.page.under_other_matters(link)
        old = belief is None and dated.year and not self.page.limits.within(dated.year)
        row = link.line.text if in_row else ""
        nothing = titles.says_nothing(link.text)
        sentence = sentence_of(link) if nothing else ""
        lead = lead_of(link) if nothing else ""
        papers = words.says_paper(f"{said} {sentence}") or (in_row and words.says_paper(f"{row} {left.text}"))
        dated_meeting = bool(belief and belief.when.whole and re.search(r"\bmeeting\b", said, re.IGNORECASE))
        strong = (papers and belief is not None) or dated_meeting
        host = host_of(link.url)
        its_day = (
            bool(belief)
            and belief.place is DatePlace.LINK
            and (words.says_meeting(said) or not subject(link.text))
        )
        named = papers or titles.is_pointed_at(link)
        prose = is_prose(link.line) and not named and not its_day
        is_apart = words.is_standing(said) and self.stands_apart(link) and not _is_within_a_meeting(belief)
        standing = not words.says_paper(said) and (is_apart or self._is_news_of_it(link, belief))
        reason = first_that_holds(
            (not self.page.is_own(host) and not self._may_take_from(host, belief), Why.FILE_ON_OTHER_HOST),
            (included, None),
            (link.frame in {Frame.SITE, Frame.TRAIL}, Why.FRAME),
            (words.is_help(said) or words.is_help(lead), Why.HELP),
            (standing, Why.STANDING),
            (words.is_of_every_site(said) and not strong, Why.STANDING),
            (prose, Why.STANDING if words.is_standing(said) else Why.PROSE),
            (under_date and not beside, None),
            (words.is_standing(said) and not strong, Why.STANDING),
            (beside and not papers, Why.OTHER_MATTERS),
            (bool(old), Why.OUTSIDE_WINDOW),
        )
        because = first_that_holds(
            (included, Why.INCLUDED),
            (under_date and not beside, Why.UNDER_DATE),
            (in_row, Why.IN_ROW),
            (papers or dated_meeting, Why.PAPER_WORDS),
            (
                bool(belief)
                and (words.says_meeting(said) or (self.page.about_papers and self.page.on_topic(link))),
                Why.DATED_FILE,
            ),
        )
        if reason or not because:
            about = host if reason is Why.FILE_ON_OTHER_HOST else str(dated.year or "")
            return replace(left, reason=reason or Why.NO_PAPER, about=about)
        return self.take(left, link, belief, because, self.kind(link, left.text))

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

    def _is_news_of_it(self, link: Link, belief: Belief | None) -> bool:
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


def _says_its_own_day(link: Link) -> bool:
    """When the document itself was agreed, behind its link."""
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
