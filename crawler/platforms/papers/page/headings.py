"""What is over the place that is being read: headings, panels and lines of a day, to the next of a rank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.lines import is_day_alone, is_year, says_a_day
from crawler.platforms.papers.page.structure import Heading, Over
from crawler.platforms.papers.wording.bodies import committee_in
from crawler.platforms.papers.wording.vocabulary import (
    is_section,
    leaves_the_meetings,
    says_index,
    says_meeting,
)
from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.platforms.papers.page.structure import Line, Link

BOLD_LEVEL = 6.5
# headings that are no section of the meeting above them
_ENDS = re.compile(
    r"^(?:previous|past|earlier|older|archived?|next|future|upcoming|forthcoming|other|all|more)\b",
    re.IGNORECASE,
)


class HeadingStack:
    """The headings over the place that is being read, outermost first."""

    def __init__(self, repeated: frozenset[str]) -> None:
        self.open: tuple[Heading, ...] = ()
        self._base = 0  # headings before this index belong to an enclosing block
        self._repeated = repeated  # words of headings that occur more than once
        self._date_levels: dict[str, float] = {}
        self._section_levels: set[float] = set()  # of headings that divide what a line of a day is over
        self._linked = -1  # the order of the last line with links

    @property
    def inner(self) -> tuple[Heading, ...]:
        """Those of the block that is being read."""
        return self.open[self._base :]

    def close(self) -> None:
        """No heading from here on takes the place of one that is open now."""
        self._base = len(self.open)

    def state(self) -> tuple[tuple[Heading, ...], int]:
        return self.open, self._base

    def restore(self, state: tuple[tuple[Heading, ...], int]) -> None:
        self.open, self._base = state

    def end_terms(self) -> None:
        self.open = tuple(each for each in self.open if not each.is_term)

    def push(
        self,
        text: str,
        over: Over,
        level: float,
        *,
        depth: int,
        order: int,
        links: Sequence[Link] = (),
        is_term: bool = False,
    ) -> None:
        """A heading takes the place of all of its rank; a section of a meeting is under its date."""
        level = self._level_below_year(text, self._level_of_section(text, level))
        kept = list(self.open)
        while len(kept) > self._base and kept[-1].level >= level:
            kept.pop()
        if kept and kept[-1].text == text:
            self.open = tuple(kept)
            return
        heading = Heading(text, over, level, depth, order, list(links), is_term=is_term)
        self.open = (*kept, heading)

    def push_date(self, text: str, shape: str, *, depth: int, order: int, is_bold: bool = False) -> None:
        """Days in lines of one shape have one rank; a bold one is under no other bold line."""
        if shape not in self._date_levels:
            inner = [each for each in self.inner if not (is_bold and each.level == BOLD_LEVEL)]
            self._date_levels[shape] = (inner[-1].level if inner else 0) + 0.5
        self.push(text, Over.DATE_LINE, self._date_levels[shape], depth=depth, order=order)

    def end_date_lines(self, line: Line) -> None:
        """A line of links that begins with a day of its own ends what an earlier line of a day spans."""
        self._linked = line.order
        leading = next((each for each in date_mentions(line.text) if each.start <= 3 and each.day), None)
        if leading is None or line.is_publication or line.cell is not None:
            return
        if self.inner and self.inner[-1].over is Over.DATE_LINE:
            self.open = self.open[:-1]

    def _level_of_section(self, text: str, level: float) -> float:
        if is_day_alone(text):
            return level  # another day, whatever its month
        dated = next(
            (each for each in reversed(self.inner) if each.level == level and says_a_day(each.text)),
            None,
        )
        if dated is None:
            dated = self._line_over_sections(level)
        if (
            dated is None
            or (date_mentions(text) and (not is_section(text) or is_section(dated.text)))
            or leaves_the_meetings(text, within_meeting=True)
            or committee_in(text)
        ):
            return level
        repeats = text.casefold() in self._repeated
        if not repeats and (says_index(text) or says_meeting(text) or _ENDS.match(text)):
            return level
        if dated.level > level:
            self._section_levels.add(level)
        return dated.level + 0.25

    def _line_over_sections(self, level: float) -> Heading | None:
        """The line of a day that headings of a higher rank divide: one comes before its first link."""
        line = next(
            (each for each in reversed(self.inner) if each.level > level and says_a_day(each.text)), None
        )
        if line is None or (level not in self._section_levels and self._linked >= line.order):
            return None
        return line

    def _level_below_year(self, text: str, level: float) -> float:
        """A month or a day without a year is below the bare year of its rank."""
        said = date_mentions(text)
        if not said or any(each.year or not each.month for each in said):
            return level
        of_rank = (each for each in reversed(self.inner) if each.level == level)
        return level + 0.25 if any(is_year(each.text) for each in of_rank) else level
