"""Which links lead to more papers: next pages of a list, entries of menus, words that only point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.papers.dates import mentions, without_dates
from crawler.platforms.papers.markup import Frame
from crawler.platforms.shared.web_address import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.platforms.papers.structure import Link

_NEXT = re.compile(
    r"^[\u00ab\u2039\u2190<\s]*(?:go to (?:the )?|view |show |see )?"
    r"(?:next(?: page| results?| \d+)?|older(?: (?:posts?|entries|items|papers|meetings|results))?"
    r"|previous events?"
    r"|(?:load|show|view|see) more(?: \w+)?|more results|nesaf)\W*(?:page)?\W*$|^[\u203a\u00bb\u2192>\s]+$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"^[\u00ab\u2039\u2190<\s]+|[\u00bb\u203a\u2192>\s]+$")
_NUMBER = re.compile(r"^(?:page\s*)?(\d{1,3})$", re.IGNORECASE)
_PAGE_PART = re.compile(r"/(?:page|p|tudalen)[/-]?(\d{1,3})/?$", re.IGNORECASE)
_BARE_PART = re.compile(r"/\d{0,3}/?$")
_PAGE_KEY = re.compile(r"page|^p$|^pg|paging|^cp$|start|offset|skip|^from$|limitstart", re.IGNORECASE)


_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])")


def sentences(text: str) -> list[str]:
    """A text cut at the ends of its sentences."""
    return _SENTENCE_END.split(text)


def sentence(link: Link) -> str:
    """The sentence in which a link stands: what "here" speaks of."""
    text = link.line.text
    start = max((each.end() for each in _SENTENCE_END.finditer(text[: link.start])), default=0)
    end = _SENTENCE_END.search(text, link.end)
    return text[start : end.start() if end else len(text)]


def lead(link: Link) -> str:
    """The words of its sentence that stand between the link before it and itself."""
    text = link.line.text[: link.start]
    start = max((each.end() for each in _SENTENCE_END.finditer(text)), default=0)
    before = max((each.end for each in link.line.links if each.end <= link.start), default=0)
    return text[max(start, before) :]


def is_beside(link: Link, url: str, links: Iterable[Link]) -> bool:
    """An entry of a menu next to that of the page at `url`, or whose address is next to it or below it."""
    here, there = canonical(url), canonical(link.url)
    folder = here.partition("?")[0].rpartition("/")[0]
    if here == there or here.partition("/")[0] != there.partition("/")[0]:
        return False
    if there.startswith(f"{here.partition('?')[0]}/"):
        return True
    if "/" in folder and "?" not in here and there.rpartition("/")[0] == folder:
        return True
    return link.listed is not None and any(
        each.listed is link.listed for each in links if each.url and canonical(each.url) == here
    )


def is_next_page(link: Link, url: str, current: int) -> bool:
    """It leads to more of the list of which this page, at `url`, is the `current` one, counted from 1."""
    in_pager = link.frame is Frame.PAGER
    if not link.url or not _is_same_list(link.url, url, in_pager=in_pager):
        return False
    text = link.text.strip()
    if "next" in link.rel.split():
        return True
    if _NEXT.match(text) or any(_NEXT.match(label) for label in link.labels):
        return link.frame is not Frame.SITE or "prev" in link.rel.split() or _has_page(link.url)
    if is_step_in_time(link):
        return True
    number = _NUMBER.match(text)
    if not number:
        return False
    return int(number[1]) == current + 1 and (in_pager or _has_page(link.url))


def is_step_in_time(link: Link) -> bool:
    """To the month or year before or after that of a calendar: "\u00ab October 2026"."""
    points = bool(_ARROW.search(link.text)) or bool({"next", "prev"} & set(link.rel.split()))
    text = _ARROW.sub("", link.text).strip()
    return points and any(each.year and not each.day for each in mentions(text)) and not without_dates(text)


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
