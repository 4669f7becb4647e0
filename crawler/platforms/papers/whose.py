"""Whose meeting a link is of: the committee or board that its words, or those around it, name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.evidence import IN_RECORD, PACKS, DatePlace
from crawler.platforms.papers.dates.words import subject
from crawler.platforms.papers.page.lines import own_lines
from crawler.platforms.papers.wording import bodies
from crawler.platforms.shared.printed_dates import date_mentions
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.papers.dates.belief import Belief
    from crawler.platforms.papers.listing_page import ListingPage
    from crawler.platforms.papers.page.structure import Line, Link, Record


_BODY_LABEL = re.compile(r"(?:meeting|committee|body|group|board)s?\W*$", re.IGNORECASE)
_FEW_BESIDE = 3
MOST_BESIDE = 12  # links of a record that is one thing
_MEETING_KINDS = PACKS | {DocumentKind.MINUTES}


class Whose:
    """Whose meeting the links of one page are of."""

    def __init__(self, page: ListingPage) -> None:
        self.page = page

    def body_of(self, link: Link, belief: Belief | None, kind: DocumentKind) -> str:
        """A committee's name in a link counts where the link is no item of another body's meeting."""
        in_record = bool(belief and belief.place in IN_RECORD)
        structural = bool(belief and belief.evidence.structural)
        free = kind in _MEETING_KINDS if not structural else in_record and kind in PACKS
        free = free or (in_record and kind is DocumentKind.MINUTES and _is_listed_alone(link, belief))
        free = free or (not structural and bodies.leads_with_committee(link.text))
        few = bool(link.records) and link.records[-1].links <= _FEW_BESIDE
        is_alone = not structural or (in_record and few)
        free = free or (is_alone and bodies.is_of_an_annual_meeting(link.text))
        if partner := self._partner(link.text):
            return partner
        return (bodies.committee_in(link.text) if free else "") or self.body_above(link, belief)

    def body_above(self, link: Link, belief: Belief | None) -> str:
        over = list(self._words_over(link, belief))
        if partner := next((name for text in over if (name := self._partner(text))), ""):
            return partner
        if self.page.meeting.is_sure and belief and belief.when == self.page.meeting.when:
            return self.page.body  # what its sections are called is what its items are about
        named = (bodies.committee_over(text) or self._board(text) for text in over)
        return next((name for name in named if name), self.page.body)

    def _partner(self, text: str) -> str:
        """The board that meets in common with the body's own, where a text names it."""
        return next((body for name, body in self.page.partners.items() if name in text), "")

    def _board(self, text: str) -> str:
        """The board that a text names; the page's own where a line with a day only says "Board meeting"."""
        if named := bodies.board_in(text):
            return named
        is_board = re.search(r"\bboards?\b", text, re.IGNORECASE) and any(
            each.month for each in date_mentions(text)
        )
        return self.page.body if is_board and not bodies.committee_in(self.page.body) else ""

    def _words_over(self, link: Link, belief: Belief | None) -> Iterator[str]:
        """What is around a link, from the inside out: its line, its column, records and headings."""
        heading = belief.evidence.heading if belief else None
        beside = bool(belief) and (
            belief.place in IN_RECORD | {DatePlace.COLUMN, DatePlace.SAID, DatePlace.NEIGHBOURS}
            or bool(heading and heading.depth)
        )
        if beside:
            yield link.line.text[: link.line.links[0].start]
            yield link.line.cell.head if link.line.cell else ""
        for depth in range(len(link.records), -1, -1):
            yield from (each.text for each in reversed(link.headings) if each.depth == depth)
            record = link.records[depth - 1] if depth else None
            if record and record.links <= MOST_BESIDE:
                yield from (each.text for each in record.lines if _BODY_LABEL.match(each.label))
            if beside and record and record.links <= MOST_BESIDE:
                carried = (
                    line for cell in record.carried for line in self.page.structure.cells.get(cell, ())
                )
                own = (each for each in own_lines(record) if each is not link.line)
                if heading and heading.depth:  # of several days in one record, what is under the link's own
                    own = (each for each in own if heading.order <= each.order < link.line.order)
                lines = [*carried, *own]
                yield from (each.text for each in lines if not each.links or _names_the_record(each, record))


def _names_the_record(line: Line, record: Record) -> bool:
    """A line with a link that is the title of its record, and not of another paper in it."""
    first = next((each for each in record.lines if subject(each.text)), line)
    return line.is_heading or (record.links <= _FEW_BESIDE and line is first)


def _is_listed_alone(link: Link, belief: Belief | None) -> bool:
    """The only link of its record, and of the month in which that meeting was: no item of another meeting."""
    own = [each for each in date_mentions(link.text) if each.month and each.of_meeting]
    when = belief.when if belief else None
    agree = when and any(
        each.month == when.month and each.year in {0, when.year} and each.day in {0, when.day} for each in own
    )
    return bool(agree) and link.records[-1].links == 1
