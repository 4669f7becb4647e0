"""One page, read under the limits of its line: a verdict for each link, and the meetings that it announces.

The reasons of a verdict are tables, read from the top: the first that holds is the one we say.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.platforms.papers import exploring, following, titles
from crawler.platforms.papers.dates.belief import Belief, believe, contested, with_heads_confirmed
from crawler.platforms.papers.dates.dating import Dates
from crawler.platforms.papers.dates.days_said import day_in
from crawler.platforms.papers.dates.evidence import (
    IN_RECORD,
    OWN,
    Dated,
    Evidence,
    Place,
)
from crawler.platforms.papers.dates.words import announces_next, subject
from crawler.platforms.papers.page.lines import is_prose, lead_of, own_lines, sentence_of
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.walking import read
from crawler.platforms.papers.printed import printed_beside
from crawler.platforms.papers.verdict import Doubt, Verdict, Why
from crawler.platforms.papers.wording import addresses, bodies, kinds
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.dates import When, mentions, read_when
from crawler.platforms.shared.select import title_of
from crawler.platforms.shared.web_address import canonical
from pipeline.model import DocumentKind, MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from crawler.platforms.papers.page.structure import Heading, Line, Link, Record
    from crawler.platforms.shared.select import Page
    from pipeline.model import Fetch

_BODY_LABEL = re.compile(r"(?:meeting|committee|body|group|board)s?\W*$", re.IGNORECASE)
_FEW_BESIDE = 3
_MOST_BESIDE = 12  # links of a record that is one thing
_FEWEST_PAPERS = 2  # links called papers, on a page that is one of papers for them
_HEAD_OF_PAGE = 12  # lines of its matter that say what a page is about
_WAYS_ON = 2  # from one page of a list, where no other is on it: in a calendar earlier and later
_MOST_PAGES = 20  # pages of one paginated list
_TEXT_OF_A_PAPER = 60  # words; less is a note
_TEXT_OF_A_NOTE = 5  # words; enough for a meeting's page to say that papers will follow
_PACKS = frozenset({DocumentKind.AGENDA, DocumentKind.PACK})
_MEETING_KINDS = _PACKS | {DocumentKind.MINUTES}
_TELLING_KINDS = frozenset({DocumentKind.AGENDA, DocumentKind.MINUTES, DocumentKind.REPORT})
# left for want of a word that speaks for it
_UNKNOWN = frozenset(
    {
        *(Why.FRAME, Why.NO_PAPERS_BEHIND, Why.NOT_A_MEETING, Why.YEAR_OF_OTHERS),
        *(Why.NO_PAPER, Why.TOO_DEEP, Why.OTHER_PAGE),
    }
)
_NOT_KNOWN = frozenset({Why.NO_PAPER, Why.OTHER_MATTERS, Why.PROSE})  # files that may be papers
_ITS_OWN = OWN | {Place.FILE}
_CANCELLED = re.compile(
    r"\b(?:cancell?ed|stood down|will not (?:now )?(?:be held|take place))\b", re.IGNORECASE
)
_MOVED = re.compile(r"\b(?:postponed|rescheduled|rearranged|moved to)\b", re.IGNORECASE)
_EXTRAORDINARY = re.compile(r"\bextra-?ordinary\b", re.IGNORECASE)
_TEXT_PAPER = re.compile(r"\b(?:agenda|minutes|report)\b", re.IGNORECASE)
_PAPER_ADDRESS = re.compile(r"report|agenda|minutes|paper|item|long-read", re.IGNORECASE)
_NEWS_ADDRESS = re.compile(r"/(?:news|blog|vacanc|jobs)", re.IGNORECASE)
# what is behind "Terms of reference": when the document itself was agreed, and no meeting
_OWN_DAY = re.compile(
    r"\W*(?:last )?(?:agreed|approved|adopted|signed|ratified|reviewed|effective|in force|dated)\b",
    re.IGNORECASE,
)
_OWN_DAY_WITHIN = 50  # characters behind the link
_BODY_COLUMN = re.compile(r"\b(?:committee|meeting|body|group|forum|board|type|name)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A meeting that a page names, with papers or without."""

    body: str
    when: When
    status: MeetingStatus


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


class Reader:
    """One page, read under its limits."""

    def __init__(self, page: Page, fetch: Fetch, limits: Limits, home: str, near: int) -> None:
        self.url, self.fetch, self.limits, self.home = page.url, fetch, limits, home
        self.page = read(page)
        self.dates = Dates(self.page, self.url, fetch.context.get("when", ""), limits.until.year, near)
        self.meeting = self.dates.context
        self.number = int(fetch.context.get("page", "1"))
        self.title = (
            f"{self.page.title} {self.page.heading or next((each.text for each in self.page.lines), '')}"
        )
        path = " / ".join(addresses.spaced(part) for part in unquote(urlsplit(self.url).path).split("/"))
        # a page that a papers page promised is one, whatever it is called
        self.looks = int(fetch.context.get("looks", exploring.IN_A_ROW))  # that may follow this page in a row
        self.is_start = "title" not in fetch.context and "looks" not in fetch.context and self.number == 1
        is_look = "looks" in fetch.context
        self.about_papers = (
            (self._is_about_meetings() if is_look else words.says_meeting(f"{self.title} {path}"))
            or "title" in fetch.context
            or fetch.step == "year"  # a page of papers led here by a year
        )
        self.is_of_other_matters = is_look and not self.about_papers
        over = [line.text for line in self.page.lines[:40]]
        over += [heading.text for link in self.page.links for heading in link.headings[:1]]
        self.body = (
            fetch.context.get("body")
            or bodies.committee_in(self.page.heading)
            or bodies.committee_in(self.title)
            or bodies.first_board([self.page.heading, self.page.title, *over, *reversed(self.page.trail)])
        )
        heads = [line.cell.head for line in self.page.lines if line.cell]
        named = [*heads, *(each.text for each in self.page.lines if each.is_heading or each.cell)]
        self._partners = bodies.partner_boards(dict.fromkeys(named), f"{self.page.title} {host_of(self.url)}")
        self.hosts = {host_of(self.url), host_of(home), *(host_of(f"//{each}") for each in limits.hosts)}
        self._entries = following.entries_of_lists(self.page.links)
        self._menus = exploring.Menus.of(self.url, self.page.links)
        self.is_last = self.meeting.of_one_meeting or limits.depth <= 0  # no page behind it will be asked for
        enough = _TEXT_OF_A_NOTE if self.meeting.of_one_meeting else _TEXT_OF_A_PAPER
        silent = self.page.words < enough and not self.announced()
        if silent and not any(each.url for each in self.page.links):
            raise page.error("a", "links", "none: an empty page, or one that is filled by script")

    def _is_about_meetings(self) -> bool:
        """It says so itself; the site's own name, which may be a board's, is in its title."""
        lines = [line.text for line in self.page.lines if _is_matter(line)][:_HEAD_OF_PAGE]
        links = [each for each in self.page.links if each.frame is Frame.MATTER]
        named = (f"{each.text} {addresses.spaced(addresses.file_name(each.url))}" for each in links)
        if sum(map(words.says_paper, named)) >= _FEWEST_PAPERS:
            return True
        return words.says_meeting(self.page.heading or self.page.title) or any(
            words.says_a_board_met(text) for text in lines
        )

    def verdicts(self) -> list[Verdict]:
        """One for each link, in the order of the page."""
        titles.lend_words(self.page.links)
        dated = with_heads_confirmed([self.dates.evidence(link) for link in self.page.links])
        contest = contested(dated)
        beliefs = _with_neighbours(dated, [believe(each, contest) for each in dated])
        pairs = list(zip(dated, beliefs, strict=True))
        self._beside = self._file_paths(dated)
        self._promised = self._hosts_of_the_papers(pairs)
        judged = [self._judge(each, belief) for each, belief in pairs]
        judged = self._items_of_a_day(pairs, judged)
        judged = self._help_to_papers(pairs, judged)
        judged = [self._with_said_day(each) for each in judged]
        judged = [
            replace(
                verdict, printed=printed_beside(each.link, self.page.lines), published=self._published(each)
            )
            if verdict.taken or verdict.perhaps
            else verdict
            for (each, _), verdict in zip(pairs, judged, strict=True)
        ]
        days = self._days(judged)
        judged = [_with_day(each, days) for each in judged]
        judged = [self._with_day_of_papers(each, judged) for each in judged]
        judged = [self._in_window(each) for each in _once(judged)]
        judged = self._look_around(pairs, self._more_pages(judged))
        judged = self._files_in_sight(pairs, judged)
        return [*judged, *self._the_page_itself(judged)]

    def _published(self, dated: Dated) -> str:
        return str(self.dates.records.published(dated.link) or "")

    def announced(self) -> list[Announced]:
        """Meetings that the page names in the window: their papers may be still to come."""
        if self.meeting.of_one_meeting or not self.about_papers:
            return []
        badges = [
            line
            for record in dict.fromkeys(line.records[-1] for line in self.page.lines if line.records)
            for line in own_lines(record)
            if not line.links
        ]
        plain = [line for line in self.page.lines if not line.records]
        lines = sorted((line for line in [*plain, *badges] if not line.links), key=lambda line: line.order)
        return [found for line in lines if (found := self._announcement(line))]

    # one link

    def _judge(self, dated: Dated, belief: Belief | None) -> Verdict:
        link = dated.link
        left = Verdict(url=link.url or link.href, text=titles.title_of_link(link), reason=Why.NOT_WEB)
        said = f"{link.url} {left.text}"
        if following.is_next_page(link, self.url, self.number, self._entries):
            if following.is_step_in_time(link) and not self._is_in_window(link):
                return replace(left, reason=Why.YEAR_OUTSIDE_WINDOW, about=link.text)
            return replace(left, reason=Why.NEXT_PAGE, follow="more")
        looks = self._looks_like_paper(dated, belief)
        reason = _first(
            (not link.url, Why.NOT_WEB),
            (_matches(self.limits.exclude, said), Why.EXCLUDED),
            (addresses.is_elsewhere(link.url), Why.ELSEWHERE),
            (addresses.is_other_media(link.url), Why.OTHER_MEDIA),
            (
                link.href.startswith("#") or canonical(link.url) == canonical(self.url),
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
        if addresses.is_document_service(link.url) and host not in self.hosts:
            in_sight = link.frame is Frame.MATTER and not words.is_standing(said) and not self._is_old(belief)
            return replace(left, reason=Why.DOCUMENT_SERVICE, about=host, looks_like_paper=in_sight)
        included = _matches(self.limits.include, said)
        if addresses.may_be_page(link.url) and self.limits.depth > 0 and not included:
            return self._judge_either(left, dated, belief)
        judge = self._judge_file if included or self._is_file(link) else self._judge_page
        return judge(left, dated, belief, included=included)

    def _judge_either(self, left: Verdict, dated: Dated, belief: Belief | None) -> Verdict:
        """An address by which some systems give the file, and others a page about it."""
        if self._has_file_beside(dated.link):
            return replace(left, reason=Why.FILE_BESIDE)
        judged = self._in_window(self._judge_file(left, dated, belief, included=False))
        if not judged.taken:
            return judged
        beyond = host_of(judged.url) not in self.hosts
        return replace(
            judged, taken=False, follow="meeting", perhaps=True, reason=Why.PACKAGE_PAGE, beyond=beyond
        )

    def _is_in_window(self, link: Link) -> bool:
        dates = [When(year=each.year, month=each.month) for each in mentions(link.text) if each.year]
        return any(self.limits.within(each) for each in dates)

    def _is_file(self, link: Link) -> bool:
        if addresses.is_file_address(link.url):
            return True
        return (
            link.marked_file
            and (self.is_last or not link.url.endswith("/"))
            and not addresses.is_page_address(link.url)
        )

    def _is_old(self, belief: Belief | None) -> bool:
        return belief is not None and not self.limits.within(belief.when)

    def _looks_like_paper(self, dated: Dated, belief: Belief | None) -> bool:
        """A reader who saw the link would expect a paper, or papers, behind it."""
        link = dated.link
        if link.frame in {Frame.SITE, Frame.TRAIL}:
            return False
        said = f"{link.text} {addresses.spaced(addresses.file_name(link.url))}"
        if words.is_standing(said) or words.is_help(said):
            return False
        if belief and not self.limits.within(belief.when):
            return False
        return words.says_paper(said) or (
            belief is not None and belief.evidence.structural and self._is_file(link)
        )

    def _judge_file(self, left: Verdict, dated: Dated, belief: Belief | None, *, included: bool) -> Verdict:
        link = dated.link
        name = addresses.spaced(addresses.file_name(link.url))
        said = f"{link.text or titles.caption(link)} {name}"
        its_page = belief is not None and self._is_of_this_meeting(belief.when)
        heads = its_page or bool(belief and belief.evidence.of_several)  # a meeting's page, or its card
        in_row = bool(belief and belief.place in IN_RECORD) and not heads
        under_date = its_page or (bool(belief and belief.evidence.structural) and not in_row)
        if self.is_of_other_matters:
            under_date = in_row = False  # days of reports, of spending, of policies
        beside = link.frame is Frame.BESIDE or self._under_other_matters(link)
        old = belief is None and dated.year and not self.limits.within(dated.year)
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
            and belief.place is Place.LINK
            and (words.says_meeting(said) or not subject(link.text))
        )
        named = papers or titles.is_pointed_at(link)
        prose = is_prose(link.line) and not named and not its_day
        standing = words.is_standing(said) and not words.says_paper(said) and _stands_apart(link)
        reason = _first(
            (not self._is_own(host) and not self._may_take_from(host, belief), Why.FILE_ON_OTHER_HOST),
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
        because = _first(
            (included, Why.INCLUDED),
            (under_date and not beside, Why.UNDER_DATE),
            (in_row, Why.IN_ROW),
            (papers or dated_meeting, Why.PAPER_WORDS),
            (
                bool(belief) and (words.says_meeting(said) or (self.about_papers and self._on_topic(link))),
                Why.DATED_FILE,
            ),
        )
        if reason or not because:
            about = host if reason is Why.FILE_ON_OTHER_HOST else str(dated.year or "")
            return replace(left, reason=reason or Why.NO_PAPER, about=about)
        return self._take(left, link, belief, because, self._kind(link, left.text, under_meeting=True))

    def _is_of_this_meeting(self, when: When) -> bool:
        """The page is that of one meeting, and this is its day."""
        context = self.meeting.when
        return (
            self.meeting.of_one_meeting and context is not None and (when == context or context.holds(when))
        )

    def _kind(self, link: Link, title: str, *, under_meeting: bool) -> DocumentKind:
        nothing = titles.says_nothing(link.text) and not words.says_papers(link.text)
        nothing = nothing or titles.is_number(link.text)
        told = title if nothing else titles.cleaned(link.text)
        kind = kinds.kind_of(told, name=addresses.file_name(link.url), under_meeting=under_meeting)
        several = kind is DocumentKind.REPORT and urlsplit(link.url).path.lower().endswith(".zip")
        return DocumentKind.PACK if several else kind

    def _is_own(self, host: str) -> bool:
        """A host of the line, or one below it: files.trust.nhs.uk is the trust's as www.trust.nhs.uk is."""
        return any(host == each or host.endswith(f".{each}") for each in self.hosts)

    def _may_take_from(self, host: str, belief: Belief | None) -> bool:
        """A dated file that the papers page itself links is its paper, wherever it is kept."""
        return host in self._promised and belief is not None

    def _judge_page(  # noqa: PLR0911 - one return a kind of page, the first that holds
        self, left: Verdict, dated: Dated, belief: Belief | None, *, included: bool
    ) -> Verdict:
        del included  # a page that the line includes was judged as a file
        link = dated.link
        said = f"{link.text or titles.caption(link)} {addresses.spaced(addresses.file_name(link.url))}"
        address = canonical(link.url)
        host = host_of(link.url)
        is_sibling = self._is_sibling(link)
        reason = _first(
            (link.frame in {Frame.SITE, Frame.TRAIL, Frame.PAGER} and not is_sibling, Why.FRAME),
            (not self._is_own(host) and host not in self._promised, Why.PAGE_ON_OTHER_HOST),
            (
                canonical(self.url).startswith(f"{address.rstrip('/')}/") or address == canonical(self.home),
                Why.LEADS_BACK,
            ),
            (
                words.is_help(link.text) or (words.is_standing(said) and not words.says_paper(link.text)),
                Why.OTHER_PAGE,
            ),
            (
                (words.says_news(said) or bool(_NEWS_ADDRESS.search(link.url)))
                and not words.says_paper(link.text)
                and not (belief and words.names_a_meeting(link.text)),
                Why.NEWS,
            ),
            (self._has_file_beside(link), Why.FILE_BESIDE),
            (self._sorts_the_list(link), Why.THIS_PAGE),
        )
        if reason:
            return replace(left, reason=reason, about=host)
        if belief and self._is_day_of_month(link, belief):
            return self._judge_meeting_page(left, link, belief, said)
        if self._is_folder_within(link):
            return self._onward(link)
        if self.is_last:
            judged = self._judge_web_paper(left, link, belief)
            return self._onward(link) if self._leads_on(judged, link) else judged
        if is_sibling:
            return replace(left, follow="papers", reason=Why.SIBLING_PAGE, date="", date_from="", doubt=None)
        left = replace(left, beyond=host not in self.hosts)
        own = mentions(link.text)
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

    def _is_day_of_month(self, link: Link, belief: Belief) -> bool:
        """On the page of a month: a link called by one of its days."""
        month = self.meeting.when
        if month is None or month.is_year or month.whole or self.limits.depth <= 0:
            return False
        return belief.when.whole and month.holds(belief.when) and not subject(link.text)

    def _leads_on(self, judged: Verdict, link: Link) -> bool:
        """From the page of a meeting to another that has its papers: "Documents for this meeting"."""
        if judged.taken or judged.follow or not self.meeting.of_one_meeting or self.limits.depth <= 0:
            return False
        if link.frame is not Frame.MATTER or judged.reason is Why.OTHER_PAPERS:
            return False
        of_others = any(each.day for each in mentions(link.text)) and judged.date != str(self.meeting.when)
        return not of_others and words.says_documents(link.text) and exploring.below(link.url, self.url)

    def _is_folder_within(self, link: Link) -> bool:
        """In the list of a meeting's folder: a folder of its appendices, shown by the same page."""
        is_meeting = self.meeting.of_one_meeting and self.limits.depth > 0 and link.frame is Frame.MATTER
        is_same_page = canonical(link.url).partition("?")[0] == canonical(self.url).partition("?")[0]
        return is_meeting and is_same_page and exploring.below(link.url, self.url)

    def _onward(self, link: Link) -> Verdict:
        """To a page of the meeting that this page is of."""
        return Verdict(
            url=link.url,
            text=titles.title_of_link(link),
            follow="meeting",
            reason=Why.MORE_OF_MEETING,
            date=str(self.meeting.when),
            date_from=Place.CONTEXT.value,
            body=self.body,
        )

    def _is_sibling(self, link: Link) -> bool:
        """A menu's way from this page of papers to another part of them."""
        return (
            link.frame in {Frame.SITE, Frame.BESIDE}
            and self.about_papers
            and not self.meeting.of_one_meeting
            and words.says_list_of_papers(link.text)
            and following.is_beside(link, self.url, self._menus.own)
        )

    def _points(self, link: Link) -> bool:
        """It is called "here" or "a separate page", and its sentence says that papers lie there."""
        sentence = sentence_of(link)
        return words.points_to_papers(link.text, sentence) and not any(
            each.day for each in mentions(sentence)
        )

    def _judge_index(self, left: Verdict, link: Link) -> Verdict:
        years = [
            When(year=each.year, financial=each.financial)
            for each in mentions(link.text)
            if each.is_year and each.year
        ]
        if years:
            return self._judge_year_page(left, link, years)
        earlier = words.says_earlier_papers(link.text)
        if link.frame is Frame.BESIDE and not (earlier or words.says_index(link.text)):
            return replace(left, reason=Why.NO_PAPERS_BEHIND)
        named = words.names_an_index(link.text) and (self.about_papers or words.says_meeting(link.text))
        if self._names_a_day(link):
            return replace(left, follow="papers", reason=Why.MEETING_PAGE)
        promise = sentence_of(link) if titles.says_nothing(link.text) else link.text
        body = self.about_papers and link.frame is Frame.MATTER and bodies.names_a_body(link.text)
        below = exploring.below(link.url, self.url)
        name = addresses.spaced(addresses.file_name(link.url))
        by_name = below and self.about_papers and words.says_index(name)
        on_topic = self.about_papers and words.says_papers(left.text) and link.frame is Frame.MATTER
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
            and not self._under_other_matters(link)
            and self.about_papers
            and self.looks > 0
        )

    def _names_a_day(self, link: Link) -> bool:
        """A day or month of a meeting whose year this page does not say: its own page will."""
        found = [each for each in mentions(link.text) if each.month and not each.year and each.of_meeting]
        on_topic = words.says_meeting(link.text) or (self.about_papers and not subject(link.text))
        return bool(found) and on_topic and link.frame is Frame.MATTER

    def _judge_meeting_page(self, left: Verdict, link: Link, belief: Belief, said: str) -> Verdict:
        around = " ".join(line.text for record in link.records[-1:] for line in record.lines[:12])[:400]
        above = link.headings[-1].text if link.headings and link.records else ""
        head = link.line.cell.head if link.line.cell else ""
        own_words = f"{said} {head} {above} {around}"
        whose = own_words if self.dates.records.is_of_one_day(link.records[-1:]) else f"{said} {head}"
        on_topic = words.says_meeting(own_words) or (self.about_papers and not subject(link.text))
        if (
            not on_topic
            or (
                self._under_other_matters(link)
                and not (words.says_meeting(link.text) or self._is_bare_day(link))
            )
            or (is_prose(link.line) and not words.says_paper(link.text) and belief.place is not Place.LINK)
        ):
            return replace(left, reason=Why.NOT_A_MEETING, looks_like_paper=False)
        if not self.limits.within(belief.when):
            if self._is_guessed_ahead(link, belief):
                return replace(
                    left, follow="papers", reason=Why.MEETING_PAGE, date="", date_from="", doubt=None
                )
            return replace(left, reason=Why.MEETING_OUTSIDE_WINDOW, about=belief.when.said())
        return replace(
            left,
            follow="meeting",
            reason=Why.MEETING_PAGE,
            body=bodies.committee_in(whose) or self._body_above(link, belief),
        )

    def _is_guessed_ahead(self, link: Link, belief: Belief) -> bool:
        """Its words say no year, and that of the page lies beyond what is planned: its own page will say."""
        own = [each for each in mentions(link.text) if each.month]
        return bool(own) and not any(each.year for each in own) and belief.when.span()[0] > self.limits.until

    def _judge_year_page(self, left: Verdict, link: Link, years: list[When]) -> Verdict:
        if not (self.about_papers or words.says_paper(link.text)):
            return replace(left, reason=Why.YEAR_OF_OTHERS)
        current = [each for each in years if self.limits.within(each)]
        if not current:
            return replace(left, reason=Why.YEAR_OUTSIDE_WINDOW, about=str(years[0]))
        return replace(
            left, follow="year", reason=Why.YEAR_PAGE, date=str(current[0]), date_from=Place.LINK.value
        )

    def _judge_web_paper(self, left: Verdict, link: Link, belief: Belief | None) -> Verdict:
        """Some bodies publish each paper as a page of its own."""
        kind = kinds.kind_of(link.text or left.text, under_meeting=True)
        beside = link.frame is Frame.BESIDE or self._under_other_matters(link)
        reason = _first(
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
        if is_deeper and self.limits.depth > 0:
            return replace(
                left, follow="meeting", perhaps=True, kind=kind, body=self.body, reason=Why.PACKAGE_PAGE
            )
        if reason:
            return replace(left, reason=reason)
        return replace(self._take(left, link, belief, Why.PAGE_AS_PAPER, kind), is_page=True)

    def _take(
        self, left: Verdict, link: Link, belief: Belief | None, reason: Why, kind: DocumentKind
    ) -> Verdict:
        return replace(left, taken=True, reason=reason, kind=kind, body=self._body_of(link, belief, kind))

    # the page as a whole

    def _hosts_of_the_papers(self, pairs: list[tuple[Dated, Belief | None]]) -> set[str]:
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
                words.says_index(link.text) or any(each.year for each in mentions(link.text))
            ):
                pages[host] += 1
        own_pages = sum(pages[host] for host in self.hosts)
        found = {host for host in files if host not in self.hosts}
        if not own_pages and not files and self.about_papers:
            found |= {host for host, count in pages.items() if count > 1 and host not in self.hosts}
        return found

    def _file_paths(self, dated: list[Dated]) -> set[str]:
        found = set()
        for each in dated:
            parts = urlsplit(each.link.url)
            if parts.query and addresses.is_file_address(each.link.url):
                found.add(f"{parts.hostname}{parts.path.rstrip('/')}")
        return found

    def _has_file_beside(self, link: Link) -> bool:
        """The file of a package page is linked here as well."""
        parts = urlsplit(link.url)
        return not parts.query and f"{parts.hostname}{parts.path.rstrip('/')}" in self._beside

    def _sorts_the_list(self, link: Link) -> bool:
        """The head of a column: the same list in another order."""
        in_head = link.line.cell is not None and link.line.cell.is_head
        return in_head and urlsplit(link.url).path == urlsplit(self.url).path

    def _items_of_a_day(
        self, pairs: list[tuple[Dated, Belief | None]], judged: list[Verdict]
    ) -> list[Verdict]:
        """A standing document with a day is an item where a paper of that day is beside it."""
        packs = {
            (_list_of(each.link), verdict.date): verdict
            for (each, belief), verdict in zip(pairs, judged, strict=True)
            if (verdict.taken or verdict.perhaps) and belief and belief.when.month
        }
        done = []
        for (each, _), verdict in zip(pairs, judged, strict=True):
            row = next(
                (one for one in each.evidence if one.place in IN_RECORD | _ITS_OWN and one.when.whole), None
            )
            if row is None and words.says_meeting(each.link.text):  # "July 2026 Board: estates strategy"
                row = next((one for one in each.evidence if one.place is Place.LINK and one.when.month), None)
            pack = packs.get((_list_of(each.link), str(row.when))) if row else None
            if row and pack and verdict.reason is Why.STANDING and not _is_apart(each.link):
                kind = self._kind(each.link, verdict.text, under_meeting=True)
                item = self._take(verdict, each.link, Belief(evidence=row), Why.BESIDE_PACK, kind)
                done.append(replace(item, body=pack.body, date=str(row.when), date_from=row.place.value))
            else:
                done.append(verdict)
        return done

    def _help_to_papers(
        self, pairs: list[tuple[Dated, Belief | None]], judged: list[Verdict]
    ) -> list[Verdict]:
        """A glossary on a meeting's own page, in the list of its papers, is one of them."""
        lists = {
            _list_of(each.link) for (each, _), verdict in zip(pairs, judged, strict=True) if verdict.taken
        }
        done = []
        for (each, belief), verdict in zip(pairs, judged, strict=True):
            link = each.link
            is_own = bool(link.headings) and link.headings[-1].text == verdict.text  # a card with its title
            is_help = words.helps_to_read(verdict.text) and (
                verdict.reason is Why.STANDING or (is_own and verdict.reason is Why.OTHER_MATTERS)
            )
            elsewhere = self._under_other_matters(link) and not is_own
            if (
                self.meeting.of_one_meeting
                and belief
                and is_help
                and not elsewhere
                and _list_of(link) in lists
            ):
                kind = kinds.kind_of(link.text, under_meeting=True)
                done.append(self._take(verdict, link, belief, Why.UNDER_DATE, kind))
            else:
                done.append(verdict)
        return done

    def _with_said_day(self, verdict: Verdict) -> Verdict:
        """A month has the day that a table of dates or a sentence of the page says for that body.

        A table counts for more than a file's name: a meeting is moved, and its file is not renamed.
        """
        when = read_when(verdict.date)
        if not verdict.taken or not when or not when.month or _is_report_of_a_month(verdict, when):
            return verdict
        by_file = verdict.date_from.endswith(Place.FILE.value)
        if when.whole and (not by_file or _EXTRAORDINARY.search(verdict.text)):
            return verdict
        month = When(year=when.year, month=when.month)
        said = day_in(month, bodies.committee_in(verdict.body), self.dates.said)
        if said is None or (when.whole and not said.in_table):
            return verdict
        return replace(
            verdict, date=str(said.when), date_from=f"{verdict.date_from.split(' and ')[0]} and page"
        )

    def _in_window(self, verdict: Verdict) -> Verdict:
        when = read_when(verdict.date)
        if not verdict.taken or when is None or self.limits.within(when):
            return verdict
        return replace(verdict, taken=False, reason=Why.PAPER_OUTSIDE_WINDOW, about=when.said())

    def _with_day_of_papers(self, verdict: Verdict, judged: list[Verdict]) -> Verdict:
        """More of the meeting has the day of the papers beside it, where the way here said only the month."""
        if verdict.reason is not Why.MORE_OF_MEETING:
            return verdict
        days = {each.date for each in judged if each.taken}
        when, month = read_when(next(iter(days), "")), self.meeting.when
        same = len(days) == 1 and when is not None and month is not None and month.holds(when)
        return replace(verdict, date=str(when)) if same else verdict

    def _days(self, judged: list[Verdict]) -> set[When]:
        """The days of meetings that the page names."""
        days = {when for each in judged if each.taken and (when := read_when(each.date)) and when.whole}
        return days | {each.when for each in self.announced()} | self._own_days()

    def _own_days(self) -> set[When]:
        """Of a meeting's page to which a month led: the days of that month in its lines without links."""
        month = self.meeting.when
        if not self.meeting.of_one_meeting or month is None or month.whole:
            return set()
        return {
            each.when
            for line in self.page.lines
            if _is_matter(line) and not line.links
            for each in self.dates.spotter.spot(line.text, [month])
            if each.when.whole and each.of_meeting and month.holds(each.when)
        }

    def _look_around(self, pairs: list[tuple[Dated, Belief | None]], judged: list[Verdict]) -> list[Verdict]:
        """Where a page gives nothing, the pages that it links to may be where the papers are.

        Where it gives something, only an entry of the same list as what it gives.
        """
        gives = [each for each in judged if each.taken or (each.follow and not each.unsure)]
        self.looks = exploring.IN_A_ROW if gives else self.looks
        if self.looks <= 0 or self.limits.depth <= 0:
            return judged
        files_left = (
            each for each in judged if each.looks_like_paper and addresses.is_file_address(each.url)
        )
        if not gives and any(files_left):
            return judged
        is_list = self.is_start or (self.about_papers and not self.meeting.of_one_meeting)
        least = exploring.CERTAIN if gives else 0 if is_list else exploring.LIKELY
        scored = []
        for index, ((each, _), verdict) in enumerate(zip(pairs, judged, strict=True)):
            is_page = verdict.reason in _UNKNOWN and not self._is_file(each.link)
            if gives and verdict.reason is Why.OTHER_PAGE:
                continue
            if is_page and self._is_own(host_of(verdict.url)):
                score = exploring.promise(each.link, verdict.text, self.url, self._menus)
                if self.meeting.of_one_meeting and not self._may_have_its_papers(each.link):
                    continue
                scored.append((-score, index))
        likely = [index for score, index in sorted(scored) if -score >= least]
        dates = [index for index in likely if exploring.is_bare_date(pairs[index][0].link.text)]
        others = [index for index in likely if index not in dates]
        best = {*dates, *others[: exploring.MOST[self.looks]]}  # a list of dates is one thing
        return [
            self._look(pairs[index][0].link, verdict) if index in best else verdict
            for index, verdict in enumerate(judged)
        ]

    def _may_have_its_papers(self, link: Link) -> bool:
        """From a meeting's page: not to the meeting before it or the next."""
        return exploring.below(link.url, self.url) or words.says_documents(link.text)

    def _look(self, link: Link, verdict: Verdict) -> Verdict:
        """A link followed to see. What it is called says when, where it says that alone."""
        if self.meeting.of_one_meeting:
            return replace(self._onward(link), reason=Why.MAYBE_PAGE, unsure=True)
        dated = verdict.date if exploring.is_bare_date(link.text) else ""
        return replace(
            verdict,
            follow="papers",
            reason=Why.MAYBE_PAGE,
            unsure=True,
            looks_like_paper=False,
            date=dated,
            date_from=verdict.date_from if dated else "",
            doubt=None,
        )

    def _files_in_sight(
        self, pairs: list[tuple[Dated, Belief | None]], judged: list[Verdict]
    ) -> list[Verdict]:
        """Where the page of a line gives nothing, its documents may be papers that we do not know as such."""
        if not self.is_start or any(each.taken or (each.follow and not each.unsure) for each in judged):
            return judged
        return [
            replace(verdict, looks_like_paper=True)
            if verdict.reason in _NOT_KNOWN and not verdict.follow and self._is_in_sight(each.link)
            else verdict
            for (each, _), verdict in zip(pairs, judged, strict=True)
        ]

    def _is_in_sight(self, link: Link) -> bool:
        return link.frame is Frame.MATTER and addresses.is_file_address(link.url)

    def _more_pages(self, judged: list[Verdict]) -> list[Verdict]:
        """Newest first: the next page is worth asking for until one ends in what is too old."""
        dates = [when for each in judged if (when := read_when(each.date)) and not when.is_year]
        stop = bool(dates) and dates[-1].span()[1] < self.limits.since and dates[-1] <= max(dates[-2:])
        last = self.number >= _MOST_PAGES
        more = {
            each.url: each for each in judged if each.follow == "more" and host_of(each.url) in self.hosts
        }
        # a page of several lists has a next page of each; on that page, only its own list goes on
        is_of_several = self.number == 1 and len(more) > _WAYS_ON
        ways = sorted(more.values(), key=lambda each: _query_keys(each.url) != _query_keys(self.url))
        wanted = ways if is_of_several else ways[: 0 if stop or last else _WAYS_ON]
        why = Why.TOO_MANY_PAGES if last and not stop else Why.OLDER
        return [
            replace(each, follow="", reason=why, looks_like_paper=why is Why.TOO_MANY_PAGES)
            if each.follow == "more" and each not in wanted
            else each
            for each in judged
        ]

    def _the_page_itself(self, judged: list[Verdict]) -> Iterable[Verdict]:
        """A meeting's page without files, whose text is the agenda or the minutes."""
        said = f"{self.title} {self.fetch.context.get('title', '')}"
        if not self.meeting.of_one_meeting or any(
            each.taken or each.perhaps or each.looks_like_paper for each in judged
        ):
            return
        text = sum(len(line.text.split()) for line in self.page.lines if _is_matter(line))
        if text < _TEXT_OF_A_PAPER or not _TEXT_PAPER.search(said):
            return
        title = self.page.heading or title_of(self.page.title)
        yield Verdict(
            url=self.fetch.url,
            text=title or "Agenda",
            taken=True,
            reason=Why.TEXT_OF_PAGE,
            kind=kinds.kind_of(title, under_meeting=True),
            date=str(self.meeting.when),
            date_from=Place.CONTEXT.value,
            body=self.body,
            is_page=True,
        )

    def _announcement(self, line: Line) -> Announced | None:
        above = next((text for each in reversed(line.headings) if (text := subject(each.text))), "")
        on_topic = words.says_meeting(above) or announces_next(above) or "date" in above.lower()
        spotted = self.dates.spotter.spot(line.text, self.dates.years.over(line.headings))
        whole = [each for each in spotted if each.when.whole]
        whole = [each for each in whole if each.moved_to] or whole
        rest = subject(line.text)
        if (
            line.is_publication
            or line.frame is not Frame.MATTER
            or (above and not on_topic)
            or words.leaves_the_meetings(above)
        ):
            return None
        if len(whole) != 1 or not self.limits.within(whole[0].when):
            return None
        if any(not each.of_meeting and not announces_next(line.text) for each in whole):
            return None
        if len(rest.split()) > 10 or words.is_standing(rest) or words.says_news(rest):
            return None
        headings = [each.text for each in reversed(line.headings)]
        beside = [each.text for record in line.records[-1:] for each in record.lines[:12] if each is not line]
        linked = any(record.links for record in line.records[-1:])
        if linked and not above and not words.says_meeting(" ".join([line.text, *beside])):
            return None  # the day of a piece of news
        around = [line.text, *beside, *headings]
        named = [name for text in around if (name := bodies.committee_in(text) or bodies.board_in(text))]
        status = MeetingStatus.SCHEDULED
        if _MOVED.search(line.text) and not whole[0].moved_to:
            status = MeetingStatus.MOVED
        if _CANCELLED.search(" ".join([line.text, *beside])):
            status = MeetingStatus.CANCELLED
        return Announced(body=named[0] if named else self.body, when=whole[0].when, status=status)

    # words around a link

    def _is_bare_day(self, link: Link) -> bool:
        """A day and no more, on a page that papers led to, whatever the site calls it above."""
        return self.fetch.step == "year" and not subject(link.text)

    def _under_other_matters(self, link: Link) -> bool:
        """The nearest heading has left the meetings; that of a column is over a part of a meeting's row."""
        over = tuple(each for each in link.headings if not (each.depth and link.line.cell))
        return any(self.dates.leaves(heading, over[:-1], link) for heading in over[-1:])

    def _on_topic(self, link: Link) -> bool:
        """The nearest heading that is not a date speaks of meetings, or is a section below one that does."""
        over = [each for each in link.headings if each.depth < max(1, len(link.records))]  # and not its own
        said = [text for each in reversed(over) if (text := subject(each.text))]
        if not said or words.says_meeting(said[0]):
            return True
        is_section = not words.leaves_the_meetings(said[0], within_meeting=self.meeting.of_one_meeting)
        return is_section and any(words.says_meeting(text) for text in said)

    def _body_of(self, link: Link, belief: Belief | None, kind: DocumentKind) -> str:
        """A committee's name in a link counts where the link is no item of another body's meeting."""
        in_record = bool(belief and belief.place in IN_RECORD)
        structural = bool(belief and belief.evidence.structural)
        free = kind in _MEETING_KINDS if not structural else in_record and kind in _PACKS
        free = free or (in_record and kind is DocumentKind.MINUTES and _is_listed_alone(link, belief))
        free = free or (not structural and bodies.leads_with_committee(link.text))
        if partner := self._partner(link.text):
            return partner
        return (bodies.committee_in(link.text) if free else "") or self._body_above(link, belief)

    def _body_above(self, link: Link, belief: Belief | None) -> str:
        over = list(self._words_over(link, belief))
        if partner := next((name for text in over if (name := self._partner(text))), ""):
            return partner
        if self.meeting.is_sure and belief and belief.when == self.meeting.when:
            return self.body  # what its sections are called is what its items are about
        named = (bodies.committee_in(text) or self._board(text) for text in over)
        return next((name for name in named if name), self.body)

    def _partner(self, text: str) -> str:
        """The board that meets in common with the body's own, where a text names it."""
        return next((body for name, body in self._partners.items() if name in text), "")

    def _board(self, text: str) -> str:
        """The board that a text names; the page's own where a line with a day only says "Board meeting"."""
        if named := bodies.board_in(text):
            return named
        is_board = re.search(r"\bboards?\b", text, re.IGNORECASE) and any(
            each.month for each in mentions(text)
        )
        return self.body if is_board and not bodies.committee_in(self.body) else ""

    def _words_over(self, link: Link, belief: Belief | None) -> Iterator[str]:
        """What is around a link, from the inside out: its line, its column, records and headings."""
        heading = belief.evidence.heading if belief else None
        beside = bool(belief) and (
            belief.place in IN_RECORD | {Place.SAID} or bool(heading and heading.depth)
        )
        if beside:
            yield link.line.text[: link.line.links[0].start]
            yield link.line.cell.head if link.line.cell else ""
        for depth in range(len(link.records), -1, -1):
            yield from (each.text for each in reversed(link.headings) if each.depth == depth)
            record = link.records[depth - 1] if depth else None
            if record and record.links <= _MOST_BESIDE:
                yield from (each.text for each in record.lines if _BODY_LABEL.match(each.label))
            if beside and record and record.links <= _MOST_BESIDE:
                carried = (line for cell in record.carried for line in self.page.cells.get(cell, ()))
                lines = [*carried, *(each for each in own_lines(record) if each is not link.line)]
                yield from (each.text for each in lines if not each.links or _names_the_record(each, record))


def _names_the_record(line: Line, record: Record) -> bool:
    """A line with a link that is the title of its record, and not of another paper in it."""
    return line.is_heading or (record.links <= _FEW_BESIDE and line is record.lines[0])


def _is_matter(line: Line) -> bool:
    return line.frame is Frame.MATTER and not line.links


def _is_listed_alone(link: Link, belief: Belief | None) -> bool:
    """The only link of its record, and of the month in which that meeting was: no item of another meeting."""
    own = [each for each in mentions(link.text) if each.month and each.of_meeting]
    when = belief.when if belief else None
    agree = when and any(
        each.month == when.month and each.year in {0, when.year} and each.day in {0, when.day} for each in own
    )
    return bool(agree) and link.records[-1].links == 1


def _list_of(link: Link) -> tuple[object, ...]:
    """What the entries of one list have in common."""
    return link.records[-1].shape if link.records else link.line.shape, _over_records(link)


def _over_records(link: Link) -> tuple[Heading, ...]:
    """The heading over its records; that of a card, or of a section within one, is the card's own."""
    return tuple(each for each in link.headings if not each.depth)[-1:]


def _stands_apart(link: Link) -> bool:
    """Of a standing document: it says when it was agreed, or is among others in one line."""
    line = link.line
    after = line.text[link.end : link.end + _OWN_DAY_WITHIN]
    with_own_day = bool(_OWN_DAY.match(after)) and any(each.month for each in mentions(after))
    some = line.links[:_MOST_BESIDE]
    among_others = any(each.url != some[0].url for each in some)
    return with_own_day or (among_others and all(words.is_standing(each.text) for each in some))


def _is_apart(link: Link) -> bool:
    """Not one of a list of papers."""
    return _stands_apart(link) or is_prose(link.line) or link.frame is not Frame.MATTER


def _has_number(url: str) -> bool:
    """Its address names one of many things, as those of files without an ending do."""
    return bool(re.search(r"\d", urlsplit(url).path.rstrip("/").rpartition("/")[2])) and not url.endswith("/")


def _query_keys(url: str) -> set[str]:
    return {key for key, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _first(*reasons: tuple[bool, Why | None]) -> Why | None:
    """The first reason that holds; None where it is an empty one, or none holds."""
    return next((reason for holds, reason in reasons if holds), None)


def _matches(pattern: str, text: str) -> bool:
    return bool(pattern) and bool(re.search(pattern, text, re.IGNORECASE))


def _place_said(belief: Belief) -> str:
    return f"{belief.place} and {belief.refined_by}" if belief.refined_by else belief.place.value


def _doubt(belief: Belief) -> Doubt | None:
    if belief.against:
        return Doubt(other=belief.against.when.said(), other_place=belief.against.place.value)
    return Doubt(weekday=True) if belief.weekday_misfits else None


def _with_neighbours(dated: list[Dated], beliefs: list[Belief | None]) -> list[Belief | None]:
    """A link without any date has that of the links of its record, where those agree on one."""
    days: dict[object, set[When]] = {}
    for each, belief in zip(dated, beliefs, strict=True):
        is_small = bool(each.link.records) and each.link.records[-1].links <= _MOST_BESIDE
        if is_small and belief and belief.when.whole:
            days.setdefault(each.link.records[-1], set()).add(belief.when)
    found: list[Belief | None] = []
    for each, belief in zip(dated, beliefs, strict=True):
        beside = days.get(each.link.records[-1], set()) if each.link.records else set()
        lent = belief is None and len(beside) == 1
        found.append(
            Belief(evidence=Evidence(when=next(iter(beside)), place=Place.NEIGHBOURS)) if lent else belief
        )
    return found


def _is_report_of_a_month(verdict: Verdict, when: When) -> bool:
    """Its own words say the month: it need not be a paper of that month's meeting."""
    its_own = verdict.date_from in {Place.LINK.value, Place.FILE.value, Place.LABEL.value}
    report = verdict.kind is DocumentKind.REPORT and not words.says_paper(verdict.text)
    report = report and verdict.reason is not Why.BESIDE_PACK
    return report and its_own and not when.whole


def _with_day(verdict: Verdict, days: set[When]) -> Verdict:
    """A month becomes a day where the page names one day of a meeting in it, and no other."""
    when = read_when(verdict.date)
    if not when or not when.month or when.whole or _is_report_of_a_month(verdict, when):
        return verdict
    fitting = [day for day in days if when.holds(day)]
    if len(fitting) != 1:
        return verdict
    return replace(verdict, date=str(fitting[0]), date_from=f"{verdict.date_from} and page")


def _once(judged: list[Verdict]) -> list[Verdict]:
    """The same address twice on a page: the fuller date counts, the others say so."""
    best: dict[str, int] = {}
    for index, verdict in enumerate(judged):
        if verdict.taken or verdict.follow:
            key = canonical(verdict.url)
            if key not in best or _is_better(verdict, judged[best[key]]):
                best[key] = index
    return [
        replace(verdict, taken=False, follow="", reason=Why.TWICE)
        if (verdict.taken or verdict.follow) and best[canonical(verdict.url)] != index
        else verdict
        for index, verdict in enumerate(judged)
    ]


def _is_better(one: Verdict, other: Verdict) -> bool:
    """Of two verdicts on one address, the one with the fuller date, or with words of its own."""
    if len(one.date) != len(other.date):
        return len(one.date) > len(other.date)
    return False
