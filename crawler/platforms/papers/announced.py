"""Meetings that a page names, with papers or without: those to come, cancelled or moved among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.words import announces_next, subject
from crawler.platforms.papers.page.lines import own_lines
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.wording import bodies
from crawler.platforms.papers.wording import vocabulary as words
from pipeline.model import MeetingStatus

if TYPE_CHECKING:
    from crawler.platforms.papers.listing_page import ListingPage
    from crawler.platforms.papers.page.structure import Line
    from crawler.platforms.shared.when import When


_CANCELLED = re.compile(
    r"\b(?:cancell?ed|stood down|will not (?:now )?(?:be held|take place))\b", re.IGNORECASE
)
_MOVED = re.compile(r"\b(?:postponed|rescheduled|rearranged|moved to)\b", re.IGNORECASE)

_FEW_LINKS = 3  # of a card, whose title may be one of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A meeting that a page names, with papers or without."""

    body: str
    when: When
    status: MeetingStatus


def announced_on(page: ListingPage) -> list[Announced]:
    """Meetings that the page names in the window: their papers may be still to come."""
    if page.meeting.of_one_meeting or not page.about_papers:
        return []
    badges = [
        line
        for record in dict.fromkeys(line.records[-1] for line in page.structure.lines if line.records)
        for line in own_lines(record)
        if not line.links
    ]
    plain = [line for line in page.structure.lines if not line.records]
    lines = sorted((line for line in [*plain, *badges] if not line.links), key=lambda line: line.order)
    return [found for line in lines if (found := _announcement(page, line))]


def _announcement(page: ListingPage, line: Line) -> Announced | None:
    above = next((text for each in reversed(line.headings) if (text := subject(each.text))), "")
    on_topic = words.says_meeting(above) or announces_next(above) or "date" in above.lower()
    spotted = page.dates.spotter.spot(line.text, page.dates.years.over(line.headings))
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
    if len(whole) != 1 or not page.limits.within(whole[0].when):
        return None
    if any(not each.of_meeting and not announces_next(line.text) for each in whole):
        return None
    if len(rest.split()) > 10 or words.is_standing(rest) or words.says_news(rest):
        return None
    headings = [each.text for each in reversed(line.headings)]
    # Of a record with many links, their words name its papers, and not the body that meets.
    beside = [
        each.text
        for record in line.records[-1:]
        for each in record.lines[:12]
        if each is not line and not (each.links and record.links > _FEW_LINKS)
    ]
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
    return Announced(body=named[0] if named else page.body, when=whole[0].when, status=status)
