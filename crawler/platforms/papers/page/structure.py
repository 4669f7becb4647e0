"""What a page is made of: lines of text with links, records that repeat, and headings over what follows them.

Papers pages have no markup in common, but all are made of the same few things: lines of text with links in
them; records that repeat (list items, table rows, cards, panels); headings, labels of panels and lines that
only say a date, each over what follows until the next of its rank; and the site's frame around it all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from crawler.platforms.papers.page.markup import Frame

if TYPE_CHECKING:
    from crawler.platforms.papers.page.controls import Control
    from crawler.platforms.papers.page.tables import Cell
    from crawler.platforms.shared.select import Element


class Over(StrEnum):
    """What kind of thing is over a link."""

    HEADING = "heading"
    PANEL = "accordion"
    DATE_LINE = "line"
    BAND = "band"  # a table row over rows, a list item over items


class RecordKind(Enum):
    ITEM = "item"
    ROW = "row"
    CARD = "card"
    PARAGRAPH = "paragraph"


@dataclass(slots=True, eq=False)
class Heading:
    """Words that are over others. Two with the same words are two headings."""

    text: str
    over: Over
    level: float
    depth: int  # how many records it is in
    order: int
    links: list[Link] = field(default_factory=list)
    is_term: bool = False  # a `<dt>`


@dataclass(slots=True, eq=False)
class Record:
    """What repeats on a page, and is one thing: an item, a row, a card."""

    kind: RecordKind
    shape: str
    lines: list[Line] = field(default_factory=list)  # its own, and not those of records within it
    links: int = 0  # those of records within it too
    within: list[Record] = field(default_factory=list)  # the records directly in it
    carried: list[Element] = field(default_factory=list)  # cells of earlier rows that span this one


@dataclass(slots=True, eq=False)
class Line:
    """Text between two breaks, with its links."""

    text: str
    order: int
    shape: str  # of the block it is in: the same in all records of one kind
    label: str = ""  # "Published", where it is before the text in a block of its own
    headings: tuple[Heading, ...] = ()
    records: tuple[Record, ...] = ()
    cell: Cell | None = None
    frame: Frame = Frame.MATTER
    is_heading: bool = False
    is_publication: bool = False  # its days are those of a page or a file, and of no meeting
    links: list[Link] = field(default_factory=list)
    before: Line | None = None  # the line above it
    prose: bool | None = None  # what `is_prose` said, once it was asked


@dataclass(slots=True, eq=False)
class Link:
    url: str  # absolute and cleaned; "" where it leads nowhere a crawler can go
    href: str  # as printed
    text: str
    line: Line
    start: int  # of its text in that of the line
    end: int = 0
    labels: tuple[str, ...] = ()  # what aria-label, title and the like say
    own_heading: bool = False  # the link is a heading itself
    marked_file: bool = False  # the markup or the words next to it say that it is a file
    rel: str = ""  # how it is related to the page: rel and class, "next" among them
    embedded: bool = False  # an iframe, an embed, an object
    is_control: bool = False  # a choice or a button, made the link that it means
    is_part: bool = False  # what it leads to is shown in its place
    listed: Element | None = None  # the list of which it is an entry
    is_numbered: bool = False  # the number in its name is no day: it sorts the months

    @property
    def headings(self) -> tuple[Heading, ...]:
        return self.line.headings

    @property
    def records(self) -> tuple[Record, ...]:
        return self.line.records

    @property
    def frame(self) -> Frame:
        return self.line.frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    title: str
    heading: str  # the first h1
    trail: tuple[str, ...]  # breadcrumbs, outermost first
    links: tuple[Link, ...]
    lines: tuple[Line, ...]
    words: int  # how much running text is outside the frame
    cells: dict[Element, list[Line]] = field(default_factory=dict)
    controls: tuple[Control, ...] = ()  # to be clicked, with no address
