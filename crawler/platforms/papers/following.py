"""Which links lead to more papers: next pages of a list, entries of menus, words that only point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.shared.dates import without_dates
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.web_address import canonical_url

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from crawler.platforms.papers.page.structure import Link
    from crawler.platforms.shared.select import Element

_NEXT = re.compile(
    r"^[\u00ab\u2039\u2190<\s]*(?:go to (?:the )?|view |show |see )?"
    r"(?:next(?: page| results?| \d+)?|older(?: (?:posts?|entries|items|papers|meetings|results))?"
    r"|previous events?"
    r"|(?:load|show|view|see|get|fetch) (?:\d+ )?(?:more|older|earlier)(?: \w+){0,3}"
    r"|more results|nesaf)\W*(?:page)?\W*$|^[\u203a\u00bb\u2192>\s]+$",
    re.IGNORECASE,
)
_THINGS = r"(?:\w+ )?(?:papers|meetings|results|documents|items|minutes|agendas|packs|entries|files|years)"
_MORE = re.compile(
    r"^(?:load|fetch) (?:\d+ )?(?:more|older|earlier)\b"
    r"|^(?:load|show|view|see|get) (?:the )?(?:next )?(?:\d+ )?"
    rf"(?:more|older|earlier) {_THINGS}\W*$|^(?:more|older|earlier) {_THINGS}\W*$",
    re.IGNORECASE,
)
_UNFOLD = re.compile(r"^(?:show|view|see) (?:\d+ )?more\W*$", re.IGNORECASE)
_BACK = re.compile(r"^[\u00ab\u2039\u2190<][\u00ab\u2039\u2190<\s]*")
_ON = re.compile(r"[\u00bb\u203a\u2192>][\u00bb\u203a\u2192>\s]*$")
_NUMBER = re.compile(r"^(?:page\s*)?(\d{1,3})$", re.IGNORECASE)
_PAGE_PART = re.compile(r"/(?:page|p|tudalen)[/-]?(\d{1,3})/?$", re.IGNORECASE)
_BARE_PART = re.compile(r"/\d{0,3}/?$")
_PAGE_KEY = re.compile(r"page|^p$|^pg|paging|^cp$|start|offset|skip|^from$|limitstart", re.IGNORECASE)


def lists_with(url: str, links: Iterable[Link]) -> frozenset[Element]:
    """The lists of a page that have an entry for the page at `url`."""
    here = canonical_url(url)
    return frozenset(
        each.listed
        for each in links
        if each.listed is not None and each.url and canonical_url(each.url) == here
    )


def is_beside(link: Link, url: str, lists: Container[Element]) -> bool:
    """An entry of a menu next to that of the page at `url`, or whose address is next to it or below it.

    `lists` are those with an entry for the page (`lists_with`).
    """
    here, there = canonical_url(url), canonical_url(link.url)
    folder = here.partition("?")[0].rpartition("/")[0]
    if here == there or here.partition("/")[0] != there.partition("/")[0]:
        return False
    if there.startswith(f"{here.partition('?')[0]}/"):
        return True
    if "/" in folder and "?" not in here and there.rpartition("/")[0] == folder:
        return True
    return link.listed is not None and link.listed in lists


def is_next_page(link: Link, url: str, current: int, entries: Container[Link] = ()) -> bool:
    """It leads to more of the list of which this page, at `url`, is the `current` one, counted from 1.

    `entries` are those of the page's links that look like steps and are `entries_of_lists`.
    """
    in_pager = link.frame is Frame.PAGER
    is_more = link.is_control and (says_more(link.text) or unfolds(link.text))
    if not link.url or link.href.startswith("#") or link in entries:
        return False
    if not (is_more or _is_same_list(link.url, url, in_pager=in_pager)):
        return False
    if is_step_in_time(link) or "next" in link.rel.split():
        return True
    if _says_next(link):
        return link.frame is not Frame.SITE or "prev" in link.rel.split() or _has_page(link.url)
    number = _NUMBER.match(link.text.strip())
    if not number:
        return False
    return int(number[1]) == current + 1 and (in_pager or _has_page(link.url))


def says_more(text: str) -> bool:
    """It says "Load more papers" or the like; "Show more" alone may be of what is folded."""
    return bool(_MORE.match(text))


def unfolds(text: str) -> bool:
    """It says "Show more": of a list, or of one thing that is folded."""
    return bool(_UNFOLD.match(text))


def is_step_in_time(link: Link) -> bool:
    """To the month or year before or after that of a calendar: "\u00ab October 2026"."""
    return bool(_way_in_time(link))


def entries_of_lists(links: Iterable[Link]) -> frozenset[Link]:
    """Links that look like steps to the next page, and are each the way to one thing of this page.

    A calendar has one way back and one way on: where several months have the same arrow, they are
    a menu. "View more" in the card of one day, or below the days of several headings, is of that day.
    """
    ways: dict[str, list[Link]] = {}
    for link in links:
        is_named = _says_next(link) and link.frame is not Frame.PAGER
        if way := _way_in_time(link) or (link.text.strip().lower() if is_named else ""):
            ways.setdefault(way, []).append(link)
    found: set[Link] = set()
    for way in ways.values():
        are_several = len({canonical_url(each.url) for each in way}) > 1
        found |= {
            each
            for each in way
            if (are_several and (is_step_in_time(each) or _is_under_a_day(each))) or _is_of_a_record(each)
        }
    return frozenset(found)


def _is_under_a_day(link: Link) -> bool:
    return bool(link.headings) and any(each.day for each in date_mentions(link.headings[-1].text))


def _is_of_a_record(link: Link) -> bool:
    """The record says one day, and all its links lead where this one does."""
    record = link.records[-1] if link.records else None
    if record is None or any(each.url != link.url for line in record.lines for each in line.links):
        return False
    days = {(each.month, each.day) for line in record.lines for each in date_mentions(line.text) if each.day}
    return len(days) == 1


def _says_next(link: Link) -> bool:
    return any(_NEXT.match(said) for said in (link.text.strip(), *link.labels))


def _way_in_time(link: Link) -> str:
    """Of a link that is an arrow and a month or year, "back" or "on"; of any other, ""."""
    rel = link.rel.split()
    back, on = bool(_BACK.search(link.text)) or "prev" in rel, bool(_ON.search(link.text)) or "next" in rel
    text = _ON.sub("", _BACK.sub("", link.text)).strip()
    is_time = any(each.year and not each.day for each in date_mentions(text)) and not without_dates(text)
    return ("back" if back else "on") if is_time and (back or on) else ""


def _has_page(url: str) -> bool:
    return bool(_PAGE_PART.search(urlsplit(url).path)) or any(
        _PAGE_KEY.search(key) for key, _ in parse_qsl(urlsplit(url).query)
    )


def _is_same_list(url: str, other: str, *, in_pager: bool) -> bool:
    first, second = urlsplit(url), urlsplit(other)
    if (first.hostname or "").removeprefix("www.") != (second.hostname or "").removeprefix("www."):
        return False
    if in_pager and _BARE_PART.sub("", first.path) == _BARE_PART.sub("", second.path):
        return True
    return _stem(first.path) == _stem(second.path)


def _stem(path: str) -> str:
    path = re.sub(r"/(?:index\.\w+)?$", "", path)
    return _PAGE_PART.sub("", path)
