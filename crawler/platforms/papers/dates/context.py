"""The day of the meeting that a page is of: by the way that led here, and by what it calls its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.evidence import PACKS, DatePlace, evidence_of, kind_of_link
from crawler.platforms.papers.dates.words import (
    announces_next,
    is_of_a_meeting,
    is_of_a_paper,
    leads,
    subject,
)
from crawler.platforms.papers.page.lines import is_date_line, without_links
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.wording import vocabulary
from crawler.platforms.shared.when import When, read_when

if TYPE_CHECKING:
    from crawler.platforms.papers.dates.evidence import DateEvidence
    from crawler.platforms.papers.dates.years import Spotter, Years
    from crawler.platforms.papers.page.structure import Structure
    from crawler.platforms.shared.dates import Spotted

LONGEST_LAG = 60  # days from the upload of a paper to its meeting
LIST_OF_DAYS = 3  # a meeting that moved, or lasts, has two


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """When the meeting, or the meetings, of a page are, as far as the way to it and the page say."""

    when: When | None  # a day, a month or a year
    of_one_meeting: bool
    is_sure: bool  # the page says that day as well


def context_of(page: Structure, spotter: Spotter, led_by: str) -> PageContext:
    """What is known of a page to which a link of the day, month or year `led_by` led."""
    when = read_when(led_by)
    if when and not when.is_year and _lists_meetings(page, spotter, when):
        when = When(year=when.year)
    of_one_meeting = bool(when and not when.is_year)
    when = _day_of_its_own(page, spotter, when) or when
    return PageContext(when=when, of_one_meeting=of_one_meeting, is_sure=_says_its_day(page, spotter, when))


def titles_of(page: Structure) -> list[str]:
    """What a page is called: by its heading, its title, and its trail from the nearest step on."""
    return [page.heading, page.title, *reversed(page.trail)]


def _lists_meetings(page: Structure, spotter: Spotter, context: When) -> bool:
    """Agendas and packs of several other days are here: a list of meetings, whatever day led to it."""
    days = {
        each.when
        for link in page.links
        if link.frame is Frame.MATTER and kind_of_link(link) in PACKS
        for each in spotter.spot(link.text, [context])
        if each.when.whole and each.when != context
    }
    return len(days) >= LIST_OF_DAYS


def _day_of_its_own(page: Structure, spotter: Spotter, context: When | None) -> When | None:
    """The one day that a meeting's page calls its own, where it nowhere says that of the way here."""
    if context is None or not context.whole:
        return None
    said = [
        (line, text, each)
        for line in page.lines
        if line.frame is Frame.MATTER and not line.is_publication
        for text in without_links(line)
        for each in spotter.spot(text, [context])
        if each.when.whole and each.of_meeting
    ]
    named = {
        each.when
        for line, text, each in said
        if (_meets(text, each) if line.links else leads(line, each))
        if abs((each.when.first - context.first).days) <= LONGEST_LAG
    }
    # a line that is that day and no more may be the stamp of the page
    is_said = any(each.when == context and subject(text) for _, text, each in said)
    is_said = is_said or any(
        each.when == context for text in titles_of(page) for each in spotter.spot(text, [context])
    )
    return next(iter(named)) if len(named) == 1 and not is_said else None


def _says_its_day(page: Structure, spotter: Spotter, context: When | None) -> bool:
    """The page of one meeting: the day by which it was reached is on it as well."""
    if context is None or not context.whole:
        return False
    said = [line.text for line in page.lines if line.is_heading or is_date_line(line.text)]
    return any(
        each.when == context for text in [*titles_of(page), *said] for each in spotter.spot(text, [context])
    )


def day_of_the_page(page: Structure, spotter: Spotter, years: Years) -> DateEvidence | None:
    """The only day on which a page that is called a meeting says that it is held."""
    heading = page.heading
    if not vocabulary.names_a_meeting(heading) or "meetings" in heading.lower():
        return None
    said = [
        each
        for line in page.lines
        if line.frame is Frame.MATTER and not line.is_publication
        for text in without_links(line)
        for each in spotter.spot(text, years.over(line.headings))
        if each.when.whole and each.of_meeting and not announces_next(text)
        if is_of_a_meeting(text[: each.start])
        if not line.links or _meets(text, each)
    ]
    return evidence_of(said[0], DatePlace.SAID) if len({each.when for each in said}) == 1 else None


def _meets(text: str, day: Spotted) -> bool:
    """A sentence that says of a meeting, and of no paper, that it is on that day."""
    before = text[: day.start]
    return is_of_a_meeting(before) and not is_of_a_paper(before)
