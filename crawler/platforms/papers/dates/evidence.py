"""A date that speaks for a link, by the place where it is.

A place is what a reader would point at: the link's words, its line, its row or card, the headings over it,
the page, the page that led here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.platforms.papers.wording import addresses, kinds
from pipeline.model import DocumentKind

if TYPE_CHECKING:
    from crawler.platforms.papers.page.structure import Heading, Link
    from crawler.platforms.shared.dates import Spotted
    from crawler.platforms.shared.when import When

PACKS = frozenset({DocumentKind.AGENDA, DocumentKind.PACK})


class DatePlace(StrEnum):
    """Where a date is."""

    LINK = "link text"
    LABEL = "label of the link"
    LINE = "line"
    ROW = "row"
    COLUMN = "column"
    RECORD = "record"
    HEADING = "heading"
    PANEL = "accordion"
    PAGE = "title of the page"
    CONTEXT = "page"
    FILE = "file name"
    ABOVE = "line above"
    LEAD = "sentence above"
    NEIGHBOURS = "links next to it"
    SAID = "dates of meetings"


OWN = frozenset({DatePlace.LINK, DatePlace.LABEL})
IN_RECORD = frozenset({DatePlace.LINE, DatePlace.ROW, DatePlace.RECORD})
OVER = frozenset(
    {DatePlace.HEADING, DatePlace.PANEL, DatePlace.PAGE, DatePlace.CONTEXT, DatePlace.COLUMN, DatePlace.LEAD}
)
# of which one may be over papers of several meetings; a column has a day of its own
OVER_SEVERAL = OVER - {DatePlace.COLUMN}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """One date that speaks for a link."""

    when: When
    place: DatePlace
    heading: Heading | None = None
    weekday_fits: bool = True
    weekday_printed: bool = False
    announces: bool = False  # "Next meeting: …"
    leads: bool = False  # it is at the head of what the link is part of, and says a meeting
    is_after: bool = False  # in the link's line, behind it: a note on the file, mostly
    no_such_day: bool = False  # a month, whose day is misprinted
    of_several: bool = False  # of several links, as a meeting's papers are

    @property
    def structural(self) -> bool:
        """It says which meeting the link is under, not only what it is called."""
        return self.place in IN_RECORD or self.place in OVER or self.place is DatePlace.SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A link with the dates that speak for it, the nearest first."""

    link: Link
    evidence: tuple[DateEvidence, ...]
    year: When | None  # the year it says, or the nearest above it
    kind: DocumentKind  # by its words alone


def evidence_of(each: Spotted, place: DatePlace, *, announces: bool = False) -> DateEvidence:
    return DateEvidence(
        when=each.when,
        place=place,
        weekday_fits=each.weekday_fits,
        weekday_printed=each.weekday >= 0,
        announces=announces,
        no_such_day=each.no_such_day,
    )


def kind_of_link(link: Link) -> DocumentKind:
    return kinds.kind_of(link.text, name=addresses.file_name(link.url))
