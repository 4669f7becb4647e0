"""What becomes of each link of a papers page, and why: taken, followed or left.

The reasons are tables, read from the top: the first that holds is the one we say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.platforms import paper_words as words
from crawler.platforms.page_dates import When, read_when, spot
from crawler.platforms.page_outline import outline
from crawler.platforms.paper_evidence import Calendar, Dated, Evidence, announces_next, subject
from crawler.platforms.select import title_of
from pipeline.model import DocumentKind, Fetch, MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from crawler.platforms.page_outline import Heading, Line, Link
    from crawler.platforms.select import Page

_MOST_PAGES = 20  # pages of one paginated list
_TEXT_OF_A_PAPER = 60  # words; less is a note
_TEXT_OF_A_NOTE = 5  # words; enough for a meeting's page to say that papers will follow
_PACKS = frozenset({DocumentKind.AGENDA, DocumentKind.PACK})
_MEETING_KINDS = _PACKS | {DocumentKind.MINUTES}
_TELLING_KINDS = frozenset({DocumentKind.AGENDA, DocumentKind.MINUTES, DocumentKind.REPORT})
_STANDING = "a standing document, and no item of a meeting"
_CANCELLED = re.compile(r"\b(?:cancell?ed|stood down)\b", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:postponed|rescheduled|rearranged|moved to)\b", re.IGNORECASE)
_TEXT_PAPER = re.compile(r"\b(?:agenda|minutes|report)\b", re.IGNORECASE)
_PAPER_ADDRESS = re.compile(r"report|agenda|minutes|paper|item|long-read", re.IGNORECASE)
_NEWS_ADDRESS = re.compile(r"/(?:news|blog|vacanc|jobs)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one link, and why."""

    url: str
    text: str
    taken: bool = False  # it is a paper
    follow: str = ""  # the step of the fetch that follows it: "papers", "year", "meeting" or "more"
    why: str
    kind: DocumentKind | None = None
    date: str = ""  # 2026-03-26; 2026-03 where the page says no more; "" where it says nothing
    date_from: str = ""  # heading, accordion, page, row, link text, file name, line above
    body: str = ""  # whose meeting
    is_page: bool = False  # the paper is an HTML page


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


class Reader:
    """One page, read under its limits."""

    def __init__(self, page: Page, fetch: Fetch, limits: Limits, home: str) -> None:
        self.url, self.fetch, self.limits, self.home = page.url, fetch, limits, home
        self.said = outline(page)
        self.calendar = Calendar(
            self.said, self.url, fetch.context.get("when", ""), limits.since, limits.until
        )
        headings = [each.text for each in self.said.lines[:40]]
        headings += [heading.text for link in self.said.links for heading in link.headings[:1]]
        self.title = f"{self.said.title} {next(iter(headings), '')}"
        path = words.spaced(urlsplit(self.url).path.replace("/", " "))
        self.about_papers = words.says_meeting(f"{self.title} {path}")
        self.body = (
            fetch.context.get("body")
            or words.committee_in(self.title)
            or words.first_board([self.title, *headings])
        )
        self.hosts = {host_of(self.url), host_of(home), *(host_of(f"//{each}") for each in limits.hosts)}
        enough = _TEXT_OF_A_NOTE if self.calendar.of_one_meeting else _TEXT_OF_A_PAPER
        silent = self.said.words < enough and not self.announced()
        if silent and not any(each.url for each in self.said.links):
            raise page.error("a", "links", "none: an empty page, or one that is filled by script")

    def verdicts(self) -> list[Verdict]:
        """One for each link, in the order of the page."""
        dated = [self.calendar.evidence(link) for link in self.said.links]
        contested = self.calendar.contested(dated)
        judged = [self._judge(each, contested) for each in dated]
        judged = self._items_of_a_day(dated, judged)
        days = self._days(judged)
        judged = [_with_day(each, days) for each in judged]
        judged = [self._in_window(each) for each in _once(judged)]
        judged = self._more_pages(judged)
        return [*judged, *self._the_page_itself(judged)]

    def announced(self) -> list[Announced]:
        """Meetings that the page names in the window: their papers may be still to come."""
        if self.calendar.of_one_meeting or not self.about_papers:
            return []
        return [found for line in self.said.lines if (found := self._announcement(line))]

    # one link

    def _judge(self, dated: Dated, contested: set[Heading | None]) -> Verdict:
        link = dated.link
        left = Verdict(url=link.url or link.href, text=self._title(link), why="")
        if link.next_page:
            return replace(left, follow="more", why="the next page of this list")
        said = f"{link.url} {left.text}"
        reason = _first(
            (not link.url, "not a web address"),
            (_matches(self.limits.exclude, said), "the line excludes it"),
            (words.is_elsewhere(link.url), "a social network, a recording or a form"),
            (words.is_other_media(link.url), "a picture, a recording or raw data"),
            (
                link.href.startswith("#") or words.canonical(link.url) == words.canonical(self.url),
                "this page itself",
            ),
        )
        if reason:
            return replace(left, why=reason)
        believed, doubt = self.calendar.believe(dated, contested)
        included = _matches(self.limits.include, said)
        is_last = (
            self.calendar.of_one_meeting or self.limits.depth <= 0
        )  # no page behind it will be asked for
        is_file = words.is_file_address(link.url) or (
            link.marked_file and (is_last or not link.url.endswith("/"))
        )
        judge = self._judge_file if is_file or included else self._judge_page
        verdict = judge(left, dated, believed, included=included)
        return replace(verdict, why=f"{verdict.why}; {doubt}") if doubt and verdict.date else verdict

    def _judge_file(
        self, left: Verdict, dated: Dated, believed: Evidence | None, *, included: bool
    ) -> Verdict:
        link = dated.link
        said = f"{link.text} {words.spaced(words.file_name(link.url))}"
        in_row = bool(believed and believed.origin.startswith("row"))
        by_heading = bool(believed and believed.structural) and not in_row
        beside = self.calendar.is_beside_the_point(link)
        host = host_of(link.url)
        old = believed is None and dated.year and not self._within(dated.year)
        reason = _first(
            (host not in self.hosts, f"on another host: name {host} in `hosts` to take it"),
            (included, ""),
            (words.is_help(link.text), "help for visitors, not a paper"),
            (by_heading and not beside, ""),
            (words.is_standing(f"{said} {link.row if in_row else ''}"), _STANDING),
            (beside and not words.says_paper(said), "it stands under other matters"),
            (bool(old), f"of {dated.year}, outside the window"),
        )
        because = _first(
            (included, "the line includes it"),
            (by_heading and not beside, "a file under a meeting's date"),
            (in_row, "a file in a dated row"),
            (words.says_paper(said), "its words are a paper's"),
            (
                bool(believed) and (words.says_meeting(said) or (self.about_papers and self._on_topic(link))),
                "a dated file on a page of papers",
            ),
        )
        if reason or not because:
            return replace(left, why=reason or "nothing says that it is a paper")
        kind = words.kind_of(self._telling(link), name=words.file_name(link.url), under_meeting=by_heading)
        return self._take(left, link, believed, because if believed else f"{because}; no date", kind)

    def _judge_page(
        self, left: Verdict, dated: Dated, believed: Evidence | None, *, included: bool
    ) -> Verdict:
        del included  # a page that the line includes was judged as a file
        link = dated.link
        said = f"{link.text} {words.spaced(words.file_name(link.url))}"
        address = words.canonical(link.url)
        reason = _first(
            (host_of(link.url) not in self.hosts, f"a page on another host: {host_of(link.url)}"),
            (
                words.canonical(self.url).startswith(f"{address.rstrip('/')}/")
                or address == words.canonical(self.home),
                "it leads back up",
            ),
            (words.is_help(link.text) or words.is_standing(link.text), "a page about something else"),
            (
                (words.says_news(said) or bool(_NEWS_ADDRESS.search(link.url)))
                and not words.says_paper(link.text)
                and not (believed and words.names_a_meeting(link.text)),
                "news or people, not papers",
            ),
        )
        if reason:
            return replace(left, why=reason)
        if self.calendar.of_one_meeting or self.limits.depth <= 0:
            return self._judge_web_paper(left, link, believed)
        if believed:
            return self._judge_meeting_page(left, link, believed, said)
        years = [each.when for each in spot(link.text, None, self.limits.since.year) if each.when.is_year]
        if years:
            return self._judge_year_page(left, link, years)
        named = words.names_an_index(link.text) and (self.about_papers or words.says_meeting(link.text))
        if named or words.says_index(link.text):
            return replace(left, follow="papers", why="its words promise more papers")
        return replace(left, why="nothing says that papers lie behind it")

    def _judge_meeting_page(self, left: Verdict, link: Link, believed: Evidence, said: str) -> Verdict:
        above = link.headings[-1].text if link.headings and link.row else ""
        own_words = f"{said} {above} {link.row[:80]}"
        if not (words.says_meeting(own_words) or (self.about_papers and not subject(link.text))):
            return replace(left, why="dated, but not a meeting")
        if not self._within(believed.when):
            return replace(left, why=f"a meeting of {believed.when.said()}, outside the window")
        return replace(
            left,
            follow="meeting",
            why="a meeting's page",
            date=str(believed.when),
            date_from=believed.origin,
            body=words.committee_in(own_words) or self._body_above(link, believed),
        )

    def _judge_year_page(self, left: Verdict, link: Link, years: list[When]) -> Verdict:
        if not (self.about_papers or words.says_paper(link.text)):
            return replace(left, why="a year, but not of papers")
        current = [each for each in years if self._within(each)]
        if not current:
            return replace(left, why=f"papers of {years[0]}, outside the window")
        return replace(
            left, follow="year", why="papers of a year", date=str(current[0]), date_from="link text"
        )

    def _judge_web_paper(self, left: Verdict, link: Link, believed: Evidence | None) -> Verdict:
        """Some bodies publish each paper as a page of its own."""
        kind = words.kind_of(self._telling(link), under_meeting=True)
        reason = _first(
            (
                words.says_index(link.text)
                or link.text.lower().startswith("back")
                or self.calendar.is_beside_the_point(link),
                "it leads to other papers",
            ),
            (believed is None, "nothing says that it is a paper"),
            (
                not (believed and believed.structural)
                or kind not in _TELLING_KINDS
                or words.is_generic(link.text),
                "deeper than this line looks",
            ),
            (not _PAPER_ADDRESS.search(link.url), "a page, and its address is not a paper's"),
        )
        if reason:
            return replace(left, why=reason)
        taken = self._take(left, link, believed, "a paper published as a page", kind)
        return replace(taken, is_page=True)

    def _take(
        self, left: Verdict, link: Link, believed: Evidence | None, why: str, kind: DocumentKind
    ) -> Verdict:
        return replace(
            left,
            taken=True,
            why=why,
            kind=kind,
            date=str(believed.when) if believed else "",
            date_from=believed.origin if believed else "",
            body=self._body_of(link, believed, kind),
        )

    # the page as a whole

    def _items_of_a_day(self, dated: list[Dated], judged: list[Verdict]) -> list[Verdict]:
        """A standing document in a dated row is an item where a pack of that day stands beside it."""
        packs = {
            (each.link.headings[-1:], verdict.date): verdict
            for each, verdict in zip(dated, judged, strict=True)
            if verdict.kind in _PACKS and verdict.date_from == "row"
        }
        done = []
        for each, verdict in zip(dated, judged, strict=True):
            row = next((one for one in each.evidence if one.origin == "row"), None)
            pack = packs.get((each.link.headings[-1:], str(row.when))) if row else None
            if row and pack and verdict.why == _STANDING:
                kind = words.kind_of(self._telling(each.link), under_meeting=True)
                item = self._take(verdict, each.link, row, "a file in the row of a meeting's day", kind)
                done.append(replace(item, body=pack.body))
            else:
                done.append(verdict)
        return done

    def _within(self, when: When) -> bool:
        return when.within(self.limits.since, self.limits.until)

    def _in_window(self, verdict: Verdict) -> Verdict:
        when = read_when(verdict.date)
        if not verdict.taken or when is None or self._within(when):
            return verdict
        return replace(verdict, taken=False, why=f"a paper of {when.said()}, outside the window")

    def _days(self, judged: list[Verdict]) -> set[When]:
        """The days of meetings that the page names."""
        days = {when for each in judged if each.taken and (when := read_when(each.date)) and when.whole}
        for line in self.said.lines:
            spotted = self.calendar.spot(line.text, self.calendar.year_above(line.headings))
            days |= {each.when for each in spotted if each.when.whole and each.of_meeting and not line.beside}
        return days

    def _more_pages(self, judged: list[Verdict]) -> list[Verdict]:
        """Newest first: the next page is worth asking for while this one shows nothing outside the window."""
        older = any("outside the window" in each.why for each in judged)
        dates = any(each.date for each in judged)
        last = int(self.fetch.context.get("page", "1")) >= _MOST_PAGES
        wanted = next((each for each in judged if each.follow == "more"), None)
        if wanted and (older or last or not dates or host_of(wanted.url) not in self.hosts):
            wanted = None
        return [
            replace(each, follow="", why="older papers")
            if each.follow == "more" and each is not wanted
            else each
            for each in judged
        ]

    def _the_page_itself(self, judged: list[Verdict]) -> Iterable[Verdict]:
        """A meeting's page without files, whose text is the agenda or the minutes."""
        said = f"{self.title} {self.fetch.context.get('title', '')}"
        if not self.calendar.of_one_meeting or any(each.taken for each in judged):
            return
        if self.said.words < _TEXT_OF_A_PAPER or not _TEXT_PAPER.search(said):
            return
        title = title_of(self.said.lines[0].text if self.said.lines else self.said.title)
        yield Verdict(
            url=self.fetch.url,
            text=title or "Agenda",
            taken=True,
            why="the page has no files: its text is the paper",
            kind=words.kind_of(title, under_meeting=True),
            date=self.fetch.context["when"],
            date_from="page",
            body=self.body,
            is_page=True,
        )

    def _announcement(self, line: Line) -> Announced | None:
        above = next((text for each in reversed(line.headings) if (text := subject(each.text))), "")
        on_topic = words.says_meeting(above) or announces_next(above) or "date" in above.lower()
        spotted = self.calendar.spot(line.text, self.calendar.year_above(line.headings))
        whole = [each for each in spotted if each.when.whole]
        rest = subject(line.text)
        reason = _first(
            (line.beside or (bool(above) and not on_topic), "not about meetings"),
            (words.leaves_the_meetings(above), "about other matters"),
            (len(whole) != 1, "no date, or several"),
            (any(not each.of_meeting and not announces_next(line.text) for each in whole), "another date"),
            (not all(self._within(each.when) for each in whole), "outside the window"),
            (len(rest.split()) > 10, "running text"),
            (words.is_standing(rest) or words.says_news(rest), "something else"),
        )
        if reason:
            return None
        headings = [each.text for each in reversed(line.headings)]
        bodies = [name for text in [line.text, *headings] if (name := words.committee_in(text))]
        status = MeetingStatus.MOVED if _MOVED.search(line.text) else MeetingStatus.SCHEDULED
        return Announced(
            body=bodies[0] if bodies else self.body,
            when=whole[0].when,
            status=MeetingStatus.CANCELLED if _CANCELLED.search(line.text) else status,
        )

    # words of a link

    @staticmethod
    def _column(link: Link) -> str:
        """The head of its table column, where that says what the link is."""
        telling = words.says_paper(link.column) and not words.is_generic(link.column)
        return link.column if telling else ""

    def _telling(self, link: Link) -> str:
        """The words that say what a link is: its own, or those around it where it only says "Paper"."""
        if not words.is_generic(link.text):
            return link.text
        return self._column(link) or link.row

    def _title(self, link: Link) -> str:
        text = title_of(link.text)
        if not text or words.is_generic(text):
            above = f"{link.headings[-1].text}: {text}" if link.headings else text
            text = title_of(self._column(link) or link.row[:150]) or title_of(above.rstrip(": "))
        return text or title_of(words.spaced(words.file_name(link.url))) or "Paper"

    def _on_topic(self, link: Link) -> bool:
        """The nearest heading that is not a date speaks of meetings, or there is none."""
        nearest = next((text for each in reversed(link.headings) if (text := subject(each.text))), "")
        return not nearest or words.says_meeting(nearest)

    def _body_of(self, link: Link, believed: Evidence | None, kind: DocumentKind) -> str:
        """A committee's name in a link counts where the link is no item of another body's meeting."""
        in_row = bool(believed and believed.origin.startswith("row"))
        free = kind in _MEETING_KINDS if not (believed and believed.structural) else in_row and kind in _PACKS
        return (words.committee_in(link.text) if free else "") or self._body_above(link, believed)

    def _body_above(self, link: Link, believed: Evidence | None) -> str:
        texts = [each.text for each in reversed(link.headings)]
        if believed and believed.origin.startswith("row"):
            texts = [link.row, *texts]
        named = (words.committee_in(text) or words.board_in(text) for text in texts)
        return next((name for name in named if name), self.body)


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _first(*reasons: tuple[bool, str]) -> str:
    """The first reason that holds; "" where it is an empty one, or none holds."""
    return next((reason for holds, reason in reasons if holds), "")


def _matches(pattern: str, text: str) -> bool:
    return bool(pattern) and bool(re.search(pattern, text, re.IGNORECASE))


def _with_day(verdict: Verdict, days: set[When]) -> Verdict:
    """A month becomes a day where the page names one day of a meeting in it, and no other."""
    when = read_when(verdict.date)
    its_own = verdict.date_from in {"link text", "file name"}
    if not when or not when.month or when.whole or (verdict.kind is DocumentKind.REPORT and its_own):
        return verdict  # a report of a month need not be a paper of its meeting
    fitting = [day for day in days if when.holds(day)]
    if len(fitting) != 1:
        return verdict
    return replace(verdict, date=str(fitting[0]), date_from=f"{verdict.date_from} and page")


def _once(judged: list[Verdict]) -> list[Verdict]:
    """The same address twice on a page: the fuller date counts, the others say so."""
    best: dict[str, int] = {}
    for index, verdict in enumerate(judged):
        if verdict.taken or verdict.follow:
            key = words.canonical(verdict.url)
            if key not in best or len(verdict.date) > len(judged[best[key]].date):
                best[key] = index
    return [
        replace(verdict, taken=False, follow="", why="listed twice on this page")
        if (verdict.taken or verdict.follow) and best[words.canonical(verdict.url)] != index
        else verdict
        for index, verdict in enumerate(judged)
    ]
