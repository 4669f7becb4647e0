"""What becomes of a link, and why: the reason as data, and the sentence that a person is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.model import LeftReason

if TYPE_CHECKING:
    from pipeline.model import DocumentKind


class Why(StrEnum):
    """A reason; `{}` is what `Verdict.about` names."""

    # taken
    INCLUDED = "the line includes it"
    UNDER_DATE = "a file under a meeting's date"
    IN_ROW = "a file in a dated row"
    BESIDE_PACK = "a file in the row of a meeting's day"
    BETWEEN = "between two papers of one meeting"
    PAPER_WORDS = "its words are a paper's"
    DATED_FILE = "a dated file on a page of papers"
    PAGE_AS_PAPER = "a paper published as a page"
    TEXT_OF_PAGE = "the page has no files: its text is the paper"
    FILE_FOR_PAGE = "the address gave a file where a page was expected"
    # followed
    NEXT_PAGE = "the next page of this list"
    PART_OF_PAGE = "a part of this page, from an address of its own"
    MEETING_PAGE = "a meeting's page"
    YEAR_PAGE = "papers of a year"
    MORE_OF_MEETING = "more of this meeting's papers"
    INDEX_PAGE = "its words promise more papers"
    SIBLING_PAGE = "a menu next to this page of papers names it"
    MAYBE_PAGE = "nothing says what lies behind it: its own page will"
    PACKAGE_PAGE = "a page that gives the file"
    # left
    NOT_WEB = "not a web address"
    EXCLUDED = "the line excludes it"
    ELSEWHERE = "a social network, a recording or a form"
    OTHER_MEDIA = "a picture, a recording or raw data"
    THIS_PAGE = "this page itself"
    FRAME = "it is in the frame of the site"
    HELP = "help for visitors, not a paper"
    STANDING = "a standing document, and no item of a meeting"
    OTHER_MATTERS = "it is under other matters"
    PROSE = "a link in running text, and its words are not a paper's"
    OUTSIDE_WINDOW = "of {}, outside the window"
    PAPER_OUTSIDE_WINDOW = "a paper of {}, outside the window"
    MEETING_OUTSIDE_WINDOW = "a meeting of {}, outside the window"
    YEAR_OUTSIDE_WINDOW = "papers of {}, outside the window"
    FILE_ON_OTHER_HOST = "on another host: name {} in `hosts` to take it"
    PAGE_ON_OTHER_HOST = "a page on another host: {}"
    DOCUMENT_SERVICE = "a document service: {}"
    NO_PAPER = "nothing says that it is a paper"
    NO_PAPERS_BEHIND = "nothing says that papers lie behind it"
    LEADS_BACK = "it leads back up"
    OTHER_PAGE = "a page about something else"
    NEWS = "news or people, not papers"
    NOT_A_MEETING = "dated, but not a meeting"
    YEAR_OF_OTHERS = "a year, but not of papers"
    OTHER_PAPERS = "it leads to other papers"
    TOO_DEEP = "deeper than this line looks"
    NOT_A_PAPERS_ADDRESS = "a page, and its address is not a paper's"
    TWICE = "listed twice on this page"
    FILE_BESIDE = "its file is next to it"
    OLDER = "older papers"
    NEEDS_A_CLICK = "more is behind it, and it says no address: it is for a person to click"
    TOO_MANY_PAGES = "the list has more pages than one run asks for"


_LEFT = {
    Why.FILE_ON_OTHER_HOST: LeftReason.ANOTHER_HOST,
    Why.PAGE_ON_OTHER_HOST: LeftReason.ANOTHER_HOST,
    Why.DOCUMENT_SERVICE: LeftReason.DOCUMENT_SERVICE,
    Why.TOO_DEEP: LeftReason.TOO_DEEP,
    Why.TOO_MANY_PAGES: LeftReason.TOO_MANY_PAGES,
    Why.NEEDS_A_CLICK: LeftReason.NEEDS_A_CLICK,
    Why.EXCLUDED: LeftReason.EXCLUDED,
    Why.NO_PAPER: LeftReason.NOT_CLEARLY_A_PAPER,
    Why.NO_PAPERS_BEHIND: LeftReason.NOT_CLEARLY_A_PAPER,
    Why.NOT_A_MEETING: LeftReason.NOT_CLEARLY_A_PAPER,
    Why.PROSE: LeftReason.NOT_CLEARLY_A_PAPER,
    Why.OTHER_MATTERS: LeftReason.NOT_CLEARLY_A_PAPER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateDoubt:
    """What speaks against the date that we go by."""

    weekday: bool = False  # the weekday printed next to it is another
    no_such_day: bool = False  # it is a month, and the day printed with it does not exist
    other: str = ""  # another day,
    other_place: str = ""  # and where it is

    def said(self, place: str) -> str:
        if self.no_such_day:
            return f"the {place} says a day that there is not"
        if self.other:
            return f"the {self.other_place} says {self.other}, the {place} was believed"
        return "the weekday printed with the date does not fit it" if self.weekday else ""


_FOR_ITS_TIME = frozenset(
    {Why.OUTSIDE_WINDOW, Why.PAPER_OUTSIDE_WINDOW, Why.MEETING_OUTSIDE_WINDOW, Why.YEAR_OUTSIDE_WINDOW}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one link, and why."""

    url: str
    text: str
    reason: Why
    about: str = ""  # the host, the date or the year that the reason speaks of
    taken: bool = False  # it is a paper
    follow: str = ""  # the step of the fetch that follows it: "papers", "year", "meeting" or "more"
    kind: DocumentKind | None = None
    date: str = ""  # 2026-03-26; 2026-03 where the page says no more; "" where it says nothing
    published: str = ""  # the day of publication, where no day of a meeting is known
    date_from: str = ""  # where the date is, as a person would say it
    doubt: DateDoubt | None = None
    body: str = ""  # whose meeting
    is_page: bool = False  # the paper is an HTML page
    looks_like_paper: bool = False  # left, and a reader should hear of it
    beyond: bool = False  # on a host that the line does not name
    printed: str = ""  # the size and the days of its file, as the page prints them next to it
    unsure: bool = False  # followed to see: nothing promises papers there
    perhaps: bool = False  # followed, and itself the paper where the address gives a file

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        said = self.reason.format(self.about)
        if self.taken and not self.date:
            said += "; no date"
        doubt = (
            self.doubt.said(self.date_from)
            if self.doubt and self.date and (self.taken or self.follow)
            else ""
        )
        return f"{said}; {doubt}" if doubt else said

    @property
    def is_of_the_list(self) -> bool:
        """It is a paper, or leads to some: now, or in another window."""
        return self.taken or bool(self.follow) or self.reason in {*_FOR_ITS_TIME, Why.TWICE}

    @property
    def left_reason(self) -> LeftReason | None:
        """Why it was left, where it looks like a paper or a page of papers."""
        if self.taken or self.follow or not self.looks_like_paper:
            return None
        return _LEFT.get(self.reason)
