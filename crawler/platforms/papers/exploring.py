"""Pages that no known word promises: which of them are worth a look, the likeliest first.

Sites lead to their papers by words that nobody foresaw ("What the board decides", "26th", "See here"). Where
a page gives nothing else, links in its matter are followed to see; and further where that gave something.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.papers import following, titles
from crawler.platforms.papers.dates.words import subject
from crawler.platforms.papers.page.lines import sentence_of
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.wording import addresses
from crawler.platforms.papers.wording import vocabulary as words
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.web_address import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.platforms.papers.page.structure import Link
    from crawler.platforms.shared.select import Element

IN_A_ROW = 3  # pages that promise nothing, one behind the other
MOST = (0, 4, 8, 12)  # of one page, by how many more may follow in a row
LIKELY = 2  # the least promise on a page that does not speak of meetings, or is one meeting's
CERTAIN = 5  # the least on a page that gives papers without it
_TILE = 2  # links of a record that is about one page: a title and a button
_LONGEST_TILE = 400  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Menus:
    """The lists of a page by what their entries are."""

    own: frozenset[Element]  # with an entry for the page itself
    of_days: frozenset[Element]  # with several entries that are a day and no more

    @classmethod
    def of(cls, url: str, links: Iterable[Link]) -> Menus:
        """The menus of the page at `url` with these links."""
        days = Counter(each.listed for each in links if each.listed is not None and _is_bare_day(each.text))
        several = frozenset(listed for listed, count in days.items() if count > 1)
        return cls(own=following.lists_with(url, links), of_days=several)


def promise(link: Link, title: str, url: str, menus: Menus) -> int:
    """How likely papers lie behind a link of the page at `url`; below 0 where nothing speaks for it."""
    name = addresses.spaced(addresses.file_name(link.url))
    spoken = sentence_of(link) if titles.says_nothing(link.text) else ""
    said = f"{title} {name} {spoken}"
    in_matter = link.frame is Frame.MATTER
    is_below = below(link.url, url)
    is_of_days = link.listed in menus.of_days and _is_bare_day(link.text)
    if not (in_matter or is_below or is_of_days or following.is_beside(link, url, menus.own)):
        return -1
    is_other_news = words.says_news(said) and not words.says_meeting(title)
    if is_other_news or words.is_help(title):
        return -1
    score = 0 if in_matter else -1
    score += 2 if words.says_calendar(title) else -6 if words.is_standing(title) else 0
    score += 4 if words.says_meeting(said) or words.says_paper(said) else 0
    score += 2 if words.says_meeting(tile_text(link)) else 0
    is_of_another_time = bool(date_mentions(f"{title} {name}")) or words.says_earlier(said)
    score += 3 if is_bare_date(link.text) or is_of_another_time else 0
    score += 3 if is_of_days else 0
    return score + (2 if is_below else 0)


def _is_bare_day(text: str) -> bool:
    return is_bare_date(text) and any(each.day for each in date_mentions(text))


def below(url: str, page: str) -> bool:
    """Its address goes on from that of the page, or a folder in its query from that of the page's."""
    there, here = canonical_url(url), canonical_url(page)
    if there.startswith(f"{here.partition('?')[0].rstrip('/')}/"):
        return True
    if there.partition("?")[0] != here.partition("?")[0]:
        return False
    inside = dict(parse_qsl(urlsplit(url).query))
    folders = [(value, inside.get(key, "")) for key, value in parse_qsl(urlsplit(page).query) if "/" in value]
    return any(inner.startswith(f"{outer.rstrip('/')}/") for outer, inner in folders)


def tile_text(link: Link) -> str:
    """What the tile of a link says of the page behind it."""
    record = link.records[-1] if link.records else None
    if record is None or record.links > _TILE:
        return ""
    return " ".join(line.text for line in record.lines)[:_LONGEST_TILE]


def is_bare_date(text: str) -> bool:
    """A date, a month or a year and no more."""
    return bool(date_mentions(text)) and not subject(text)
