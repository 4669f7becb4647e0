"""Ways on that say no address: buttons, choices and counts that promise more than the page gives.

Only a person's browser can go there. Each is said, so that a list of which half was read is never "ok".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler.platforms.papers import following
from crawler.platforms.papers.dates.words import subject
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.verdict import Verdict, Why
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.when import When, read_when

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.platforms.papers.listing_page import ListingPage
    from crawler.platforms.papers.page.controls import Control

_LONGEST = 60  # characters: more is no control
# "Showing 1-10 of 43", "Displaying the latest 10 of 43 papers"
_SHOWN = re.compile(
    r"\b(?:show(?:ing|n)|display(?:ing|ed)|viewing|results?|items?|papers?|meetings?|documents?)\b[^.\d]{0,20}"
    r"(?:(?P<first>\d+)\s*(?:-|\u2013|to)\s*)?(?P<last>\d+)\s+(?:out )?of\s+(?:about )?(?P<all>\d+)\b",
    re.IGNORECASE,
)
_PAGE_ON = re.compile(r"(?:next(?: page)?|\W*[>\u203a\u00bb\u2192])\W*$", re.IGNORECASE)
_GOES_ON = frozenset({Why.NEXT_PAGE, Why.PART_OF_PAGE, Why.OLDER, Why.TOO_MANY_PAGES})


def unfollowed(page: ListingPage, judged: Sequence[Verdict], near: int) -> Iterator[Verdict]:
    """The controls of a page of papers that lead to more. `near` is the year of the reading."""
    if not (page.about_papers or any(each.taken for each in judged)):
        return
    goes_on = any(each.reason in _GOES_ON for each in judged) or _is_at_its_end(page, judged)
    said = [each for each in page.structure.controls if _may_lead(each)]
    more = [each.text for each in said if _says_more(each)]
    counts = [] if more else list(_counts(page, sum(each.taken for each in judged)))
    if not goes_on:
        yield from (_said(page, text) for text in dict.fromkeys([*more, *counts]))
    if page.meeting.of_one_meeting:
        return
    read = list(_times_read(page, judged))
    for text in dict.fromkeys(each.text for each in said):
        when = _time_of(text)
        if when is None or not page.limits.within(when) or when.year > near:
            continue
        if not any(when.holds(each) or each.holds(when) for each in read):
            yield _said(page, text)


def _may_lead(control: Control) -> bool:
    return control.frame in {Frame.MATTER, Frame.PAGER, Frame.BESIDE} and 0 < len(control.text) <= _LONGEST


def _says_more(control: Control) -> bool:
    if words.says_news(control.text):
        return False
    if _PAGE_ON.match(control.text):
        return control.frame is Frame.PAGER  # elsewhere it may turn pictures
    if words.says_earlier_papers(control.text):
        return True
    return following.says_more(control.text) or (following.unfolds(control.text) and not control.in_record)


def _is_at_its_end(page: ListingPage, judged: Iterable[Verdict]) -> bool:
    """Newest first, it ends in what is too old."""
    listed = [each for each in judged if each.is_of_the_list]
    dates = [when for each in listed if (when := read_when(each.date)) and when.month]
    return bool(dates) and dates[-1].span()[1] < page.limits.since


def _counts(page: ListingPage, taken: int) -> Iterator[str]:
    """What says that only a part of a list is shown."""
    for line in page.structure.lines:
        found = _SHOWN.search(line.text) if line.frame in {Frame.MATTER, Frame.PAGER} else None
        if found is None:
            continue
        last, total = int(found["last"]), int(found["all"])
        shown = last if found["first"] else last * page.number
        if shown < total and taken < total:
            yield found[0]


def _times_read(page: ListingPage, judged: Iterable[Verdict]) -> Iterator[When]:
    """The times of which this page gives something, or leads to something."""
    for each in judged:
        if each.is_of_the_list:
            if when := read_when(each.date):
                yield when
            yield from _times(each.text)
    if page.meeting.when is not None:
        yield page.meeting.when


def _times(text: str) -> Iterator[When]:
    for each in date_mentions(text):
        if each.year:
            yield When(year=each.year, month=each.month, financial=each.financial)


def _time_of(text: str) -> When | None:
    """The year, or the month of a year, of which a control is: "2025", "Meetings of 2025"."""
    said = date_mentions(text)
    if len(said) != 1 or said[0].day or not said[0].year:
        return None
    rest = subject(text)
    is_of_papers = not rest or words.says_meeting(rest) or words.says_earlier(rest)
    return next(_times(text)) if is_of_papers else None


def _said(page: ListingPage, text: str) -> Verdict:
    """With an address that leads a person to the words themselves."""
    place = page.url.partition("#")[0].partition("?")[0]
    return Verdict(
        url=f"{place}#:~:text={quote(text)}", text=text, reason=Why.NEEDS_A_CLICK, looks_like_paper=True
    )
