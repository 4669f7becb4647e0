"""A page as a person sees it: its lines, the records they are in, and what is over them.

Papers pages have no markup in common, but all are made of the same few things: lines of text with links in
them; records that repeat (list items, table rows, cards, panels); headings, labels of panels and lines that
only say a date, each over what follows until the next of its rank; and the site's frame around it all.
`read` walks a page once and writes that down, in time that grows with the page. It judges no link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from crawler.platforms.papers.page import elements, grids, markup, ordering, tables
from crawler.platforms.papers.page.elements import LEVELS
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.wording.vocabulary import (
    committee_in,
    is_section,
    leaves_the_meetings,
    names_a_meeting,
    says_index,
    says_meeting,
)
from crawler.platforms.shared.dates import mentions, without_dates
from crawler.platforms.shared.select import clean_url, tidy, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.platforms.papers.page.tables import Cell
    from crawler.platforms.shared.dates import Mention
    from crawler.platforms.shared.select import Element, Page

_LONGEST_HEADING = 160  # characters; more is running text in a heading's clothes
_LONGEST_LINE = 2000
_LONGEST_DATE_LINE = 90
_PANEL_LEVEL = 7.0
_BOLD_LEVEL = 6.5
_BAND_LEVEL = 8.0
_SMALLEST_RUN = 2  # siblings of one shape
_LARGEST_LABEL = 30  # characters of "Date published:"
_PROSE = 14  # words
_LABEL_ONLY = re.compile(
    r"^(?:date(?: of)? |last )?(?:meeting(?: date)?|date|when|published|publication date"
    r"|publish(?:ed)? date|uploaded|updated"
    r"|modified|added|created|reviewed|review date|published on|posted on|last updated|size|type"
    r"|venue|location|time)\s*:?$",
    re.IGNORECASE,
)
_CELLS = frozenset({"td", "th"})
_LABELS = frozenset({"dt", *_CELLS})
_SAYS_WHEN = re.compile(r"^(?:when|(?:meeting )?dates?(?: and time)?|held on)\s*:?$", re.IGNORECASE)
_PUBLICATION = re.compile(
    r"\b(?:publi(?:sh|cation)\w*|post(?:ed)?(?:\s|-|_)?(?:on|date)?:?$|upload\w*|modif\w*|updat\w*"
    r"|amended|added|creat\w*|last|review\w*"
    r"|expir\w*|cyhoedd\w*|diweddar\w*)\b",
    re.IGNORECASE,
)
_PUBLICATION_CLASS = re.compile(
    r"publish|entry-date|post-?date|posted-on|updated|modified|uploaded|created|reviewed|byline",
    re.IGNORECASE,
)
# "Posted in Board papers on 2 October", "By Communications, 2 October"
_BYLINE = re.compile(
    r"(?i:^(?:page |content |first |last )*(?:posted|published|updated|added|reviewed|written)"
    r"\s+(?:in|by|on|at|to|under)\b|^(?:submitted|created|uploaded|entered)\s+(?:by|on|in|at|under)\b)"
    r"|^[Bb]y\s+[A-Z]"
)
_SAYS_WHEN_FIRST = re.compile(r"^(?:when|(?:meeting )?date(?: and time)?|held on)\b\s*:?\s", re.IGNORECASE)
_CLOCK = re.compile(r"\d[.:]\d\d|\d\s?[ap]m\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"\b(?:minutes|notes|report|actions?|next|previous|last)\b", re.IGNORECASE)
_NEAR = 4  # lines from a heading to a byline
_NUMBER_ONLY = re.compile(
    r"^(?:(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?\d{1,2}(?:st|nd|rd|th)?|20\d\d"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?)$",
    re.IGNORECASE,
)
# headings that are no section of the meeting above them
_ENDS = re.compile(
    r"^(?:previous|past|earlier|older|archived?|next|future|upcoming|forthcoming|other|all|more)\b",
    re.IGNORECASE,
)


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
    marked_file: bool = False  # the markup or the words beside say that it is a file
    rel: str = ""  # how it is related to the page: rel and class, "next" among them
    embedded: bool = False  # an iframe, an embed, an object
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


def read(page: Page) -> Structure:
    """Read the page from top to bottom."""
    bodies = page.every("body")
    root = bodies[0] if bodies else page.root
    grids.as_tables(root)
    elements.join_split_links(root)
    walker = _Walker(page, root)
    walker.walk(root)
    walker.flush()
    ordering.without_order(walker.links)
    titles = page.every("title")
    return Structure(
        title=tidy(titles[0].text_content()) if titles else "",
        heading=walker.first_heading,
        trail=markup.breadcrumbs(root),
        links=tuple(walker.links),
        lines=tuple(walker.lines),
        words=walker.words,
        cells=walker.cells,
    )


class _Walker:
    def __init__(self, page: Page, root: Element) -> None:
        self.page = page
        self.marks = markup.Marks(root)
        self.tables = tables.Tables()
        self.links: list[Link] = []
        self.lines: list[Line] = []
        self.words = 0
        self.first_heading = ""
        self.cells: dict[Element, list[Line]] = {}
        self._heads: tuple[Heading, ...] = ()
        self._base = 0  # headings before this index belong to an enclosing block
        self._records: tuple[Record, ...] = ()
        self._frame = Frame.MATTER
        self._cell: Cell | None = None
        self._block: Element = root
        self._parts: list[str] = []
        self._pending: list[Link] = []
        self._label = ""
        self._term: tuple[object, str] = (None, "")  # the name of the fact being read, and where it is
        self._bold = 0  # characters of the open line that are bold
        self._stamped = ""  # words of the open line whose class says "updated" or the like
        self._in_bold = 0
        self._when = ""  # the day that the open list of facts says
        self._date_levels: dict[str, float] = {}
        self._repeated = markup.repeated_headings(root)

    # elements

    def walk(self, element: Element) -> None:  # lxml's HTML parser cuts off at a depth of 256
        tag = element.tag
        if not isinstance(tag, str) or elements.is_silent(element):
            return
        if tag == "br":
            self.flush()
        elif tag in elements.EMBEDS:
            self._embed(element)
        elif self.marks.is_heading(element):
            self._heading(element)
        elif tag == "a":
            self._anchor(element)
        elif elements.is_block(element):
            self.flush()
            self._block_of(element)
            self.flush()
        else:
            self._inline(element)

    def _children(self, element: Element) -> None:
        self._text(element.text)
        for child in element:
            self.walk(child)
            self._text(child.tail)

    def _inline(self, element: Element) -> None:
        spaced = element.tag not in elements.WITHIN_WORDS
        bold = element.tag in elements.BOLD
        self._in_bold += bold
        if spaced:
            self._gap()
        self._children(element)
        if element.tag == "time":
            self._time(element)
        if _PUBLICATION_CLASS.search(element.get("class") or ""):
            self._stamped = elements.displayed(element)
        self._in_bold -= bold
        if spaced:
            self._gap()

    def _block_of(self, element: Element) -> None:
        """A block: part of the frame, a record, a panel, or only a division."""
        outer = (self._heads, self._base, self._records, self._frame, self._cell, self._block, self._label)
        self._block = element
        if element.tag == "dt":
            self._term = (None, "")
            self._heads = tuple(each for each in self._heads if not each.is_term)
        frame = self.marks.frame(element, self._frame)
        closed = self.marks.is_closed(element) or frame is not self._frame
        self._frame = frame
        if closed:
            self._base = len(self._heads)
        self._open_table(element)
        self._open_record(element)
        if label := self.marks.panel_label(element):
            self._push(label, Over.PANEL, _PANEL_LEVEL)
            self._base = len(self._heads)
        self._children(element)
        self.flush()
        heads, base, self._records, self._frame, self._cell, self._block, label = outer
        if closed:
            self._heads, self._base = heads, base
        if closed and element.tag not in _CELLS:  # the label in one cell is that of the next
            self._label = label
        self._close_table(element)
        if element.tag == "dt":
            is_name = self.marks.is_fact_name(element)
            self._term = (self._records, elements.displayed(element) if is_name else "")
        elif element.tag == "dl":
            self._term = (None, "")
        self._close_facts(element)

    def _open_record(self, element: Element) -> None:
        kind = self._record_kind(element)
        if kind is not None and self._frame is not Frame.SITE:
            record = Record(kind=kind, shape=elements.shape(element))
            if self._records:
                self._records[-1].within.append(record)
            self._records = (*self._records, record)
            if kind is RecordKind.ROW:
                self._records[-1].carried = self.tables.carried_into(element)

    def _record_kind(self, element: Element) -> RecordKind | None:
        if element.tag == "tr":
            return RecordKind.ROW if self.tables.is_data_row(element) else None
        if element.tag == "li":
            return RecordKind.ITEM
        if element.tag == "p":
            return RecordKind.PARAGRAPH if element.find(".//br") is not None else None
        if self.marks.is_record(element):
            return RecordKind.CARD
        return None

    def _open_table(self, element: Element) -> None:
        if element.tag == "table":
            self.tables.open(element, self.marks)
        elif element.tag in {"td", "th"}:
            self._cell = self.tables.cell(element) or self._cell

    def _close_table(self, element: Element) -> None:
        """A row or an item that only says what is over those after it."""
        if (element.tag == "tr" and self.tables.is_band(element, self.marks)) or (
            element.tag == "li" and self.marks.is_flowing_label(element)
        ):
            self._push_over(element)

    def _close_facts(self, element: Element) -> None:
        """A list of facts without links is about what follows it: its "When" is over that."""
        if element.tag not in {"dl", "table", "ul"}:
            return
        when, self._when = self._when, ""
        if when and not self._records and not self.marks.links(element):
            self._push_date(when, elements.shape(element))

    def _push_over(self, element: Element) -> None:
        text = title_of(elements.displayed(element))
        if text and len(text) <= _LONGEST_HEADING:
            self._push(text, Over.BAND, _BAND_LEVEL)

    def _heading(self, element: Element) -> None:
        self.flush()
        outer, self._block = self._block, element
        first_link = len(self.links)
        self._children(element)
        self.flush(is_heading=True)
        self._block = outer
        text = title_of(elements.displayed(element))
        for link in self.links[first_link:]:
            link.own_heading = link.text == text or title_of(link.text) == text
        if not text or len(text) > _LONGEST_HEADING:
            return
        if element.tag == "h1" and self._frame is not Frame.SITE and not self.first_heading:
            self.first_heading = text
        if self._frame is Frame.SITE:
            return
        panel = self.marks.panel_of(element)
        if panel is not None:
            return  # the panel itself opens it
        over = Over.HEADING if element.tag in LEVELS else Over.PANEL
        links = self.links[first_link:]
        self._push(text, over, self.marks.level(element), links=links, is_term=element.tag == "dt")
        if element.tag in {"summary", "legend"}:
            self._base = len(self._heads)  # no heading in what it opens closes it

    def _push(
        self, text: str, over: Over, level: float, links: Iterable[Link] = (), *, is_term: bool = False
    ) -> None:
        """A heading takes the place of all of its rank; a section of a meeting is under its date."""
        level = self._level_below_year(text, self._level_of_section(text, level))
        kept = list(self._heads)
        while len(kept) > self._base and kept[-1].level >= level:
            kept.pop()
        if kept and kept[-1].text == text:
            self._heads = tuple(kept)
            return
        depth, order = len(self._records), len(self.lines)
        heading = Heading(text, over, level, depth, order, list(links), is_term=is_term)
        self._heads = (*kept, heading)

    def _level_of_section(self, text: str, level: float) -> float:
        dated = next(
            (
                each
                for each in reversed(self._heads[self._base :])
                if each.level == level and says_a_day(each.text)
            ),
            None,
        )
        if (
            dated is None
            or (mentions(text) and (not is_section(text) or is_section(dated.text)))
            or leaves_the_meetings(text, within_meeting=True)
            or committee_in(text)
        ):
            return level
        repeats = text.casefold() in self._repeated
        if not repeats and (says_index(text) or says_meeting(text) or _ENDS.match(text)):
            return level
        return level + 0.25

    def _level_below_year(self, text: str, level: float) -> float:
        """A month or a day without a year is below the bare year of its rank."""
        said = mentions(text)
        if not said or any(each.year or not each.month for each in said):
            return level
        of_rank = (each for each in reversed(self._heads[self._base :]) if each.level == level)
        return level + 0.25 if any(is_year(each.text) for each in of_rank) else level

    def _anchor(self, element: Element) -> None:
        href = element.get("href")
        if href is None or not href.strip():
            self._inline(element)
            return
        self._gap()
        before = len(self._parts)
        blocks = elements.holds_blocks(element)
        if blocks:
            self.flush()
            before = 0
        text = elements.displayed(element)[: _LONGEST_HEADING * 2]
        link = Link(
            url=elements.seen_through(clean_url(href, base=self.page.base), self.page.base),
            href=href,
            text=tidy(text),
            line=Line("", 0, ""),
            start=before,  # of its part for now: `flush` makes it a place in the text
            labels=elements.labels(element),
            marked_file=elements.marks_a_file(element),
            rel=f"{element.get('rel') or ''} {element.get('class') or ''}".lower(),
            listed=next(element.iterancestors("ul", "ol", "nav"), None),
        )
        link.text = link.text or elements.alternative(element)
        self._pending.append(link)
        if link.text:
            self._bold += len(link.text) if self._in_bold else 0
            self._parts.append(link.text)
        if blocks:
            self.flush()
        else:
            self._gap()

    def _embed(self, element: Element) -> None:
        source = element.get("src") or element.get("data") or ""
        url = elements.seen_through(clean_url(source, base=self.page.base), self.page.base) if source else ""
        if url:
            self.flush()
            text = tidy(element.get("title") or "")
            self._pending.append(Link(url, source, text, Line("", 0, ""), 0, embedded=True))
            self._parts.append(text)
            self.flush()

    # text

    def _text(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            self._bold += len(text.strip()) if self._in_bold else 0

    def _gap(self) -> None:
        """Words of neighbouring elements are apart on the screen, if not in the markup."""
        if self._parts and self._parts[-1] != " ":
            self._parts.append(" ")

    def _time(self, element: Element) -> None:
        """The moment of a `<time>`, where the words in it do not say the day."""
        day = elements.local_day(element.get("datetime") or "")
        said = [each for each in mentions(elements.displayed(element)) if each.day and each.year]
        if day and not said:
            self._parts.append(f" {day} ")

    def flush(self, *, is_heading: bool = False) -> None:
        """End the open line."""
        parts, pending, bold, stamped = self._parts, self._pending, self._bold, self._stamped
        self._reset()
        text, starts = _joined(parts, [link.start for link in pending])
        if not text and not pending:
            return
        line = Line(
            text=text,
            order=len(self.lines),
            shape=elements.shape(self._block),
            label=self._label or (self._term[1] if self._term[0] is self._records else ""),
            headings=self._heads,
            records=self._records,
            cell=self._cell,
            frame=self._frame,
            is_heading=is_heading,
        )
        line.before = self.lines[-1] if self.lines else None
        line.is_publication = self._is_publication(line, stamped)
        self.lines.append(line)
        self._note_fact(line)
        self._label = text if not pending and self._is_label(text) else ""
        if self._frame is not Frame.SITE:
            self.words += len(text.split())
        if self._cell is not None:
            self.cells.setdefault(self._cell.element, []).append(line)
        for record in self._records:
            record.links += len(pending)
        if self._records:
            self._records[-1].lines.append(line)
        for link, start in zip(pending, starts, strict=True):
            link.line, link.start, link.end = line, start, start + len(link.text)
            line.links.append(link)
            self.links.append(link)
            if not link.marked_file:
                link.marked_file = elements.says_file(text[start : start + len(link.text) + 40])
        if not is_heading and not pending:
            self._line_over(line, is_bold=bold >= 0.9 * len(text))
        elif not is_heading:
            self._end_date_lines(line)

    def _reset(self) -> None:
        self._parts = []
        self._pending = []
        self._bold = 0
        self._stamped = ""

    def _note_fact(self, line: Line) -> None:
        labelled = _SAYS_WHEN.match(line.label) or _SAYS_WHEN_FIRST.match(line.text)
        if labelled and is_date_line(line.text) and not line.is_publication:
            self._when = line.text

    def _is_label(self, text: str) -> bool:
        """It only says what the next line is: "Published", or the name of a fact in a list of facts."""
        if len(text) > _LARGEST_LABEL:
            return False
        named = self._block.tag in _LABELS and says_publication(text)
        return bool(_LABEL_ONLY.match(text) or _SAYS_WHEN.match(text)) or (named and not mentions(text))

    def _is_publication(self, line: Line, stamped: str) -> bool:
        """Its label, its words, the head of its column or its class says "published" or the like."""
        head = line.cell.head if line.cell else ""
        return (
            says_publication(line.label)
            or says_publication(head)
            or bool(_PUBLICATION_CLASS.search(line.shape))
            or (bool(stamped) and not mentions(line.text.replace(stamped, " ", 1)))
            or (bool(_BYLINE.match(without_dates(line.text))) and len(line.text) <= _LONGEST_DATE_LINE)
            or self._is_beside_the_day(line)
        )

    def _is_beside_the_day(self, line: Line) -> bool:
        """A bare day right below a heading that says another: the heading has said which meeting it is."""
        inner = self._heads[self._base :]
        if not inner or line.cell or line.links or line.is_heading or not is_date_line(line.text):
            return False
        heading, said = inner[-1], mentions(line.text)
        if heading.over is not Over.HEADING or line.order - heading.order > _NEAR:
            return False
        if any(each.links for each in self.lines[heading.order :]) or _OF_ANOTHER.search(heading.text):
            return False
        days = [each for each in mentions(heading.text) if each.has_day and each.of_meeting]
        bare = len(said) == 1 and not said[0].moved_to and bool(said[0].year)
        bare = bare and (said[0].weekday < 0 or names_a_meeting(heading.text))
        return len(days) == 1 and bare and not _CLOCK.search(line.text) and not _same_day(days[0], said[0])

    def _line_over(self, line: Line, *, is_bold: bool) -> None:
        """A line that only says a date, or is all bold, is over what follows it."""
        if self._frame is Frame.SITE or self._cell is not None or line.is_publication:
            return
        if line.label and not self._label_dates_the_page(line.label):
            return
        in_item = bool(self._records) and self._records[-1].kind in {RecordKind.ITEM, RecordKind.ROW}
        if is_date_line(line.text) and not (in_item and self._records[-1].kind is RecordKind.ROW):
            self._push_date(line.text, line.shape, is_bold=is_bold)
        elif is_bold and not in_item and len(line.text) <= _LONGEST_DATE_LINE:
            self._push(line.text, Over.HEADING, _BOLD_LEVEL)

    def _push_date(self, text: str, shape: str, *, is_bold: bool = False) -> None:
        """Days in lines of one shape have one rank; a bold one is under no other bold line."""
        if shape not in self._date_levels:
            inner = [
                each for each in self._heads[self._base :] if not (is_bold and each.level == _BOLD_LEVEL)
            ]
            self._date_levels[shape] = (inner[-1].level if inner else 0) + 0.5
        self._push(text, Over.DATE_LINE, self._date_levels[shape])

    def _label_dates_the_page(self, label: str) -> bool:
        """A meeting's date anywhere; "When" only outside of records, which keep their own days."""
        return says_meeting(label) or (not self._records and bool(_SAYS_WHEN.match(label)))

    def _end_date_lines(self, line: Line) -> None:
        """A line of links that begins with a day of its own ends what an earlier line of a day stood over."""
        leading = next((each for each in mentions(line.text) if each.start <= 3 and each.day), None)
        inner = self._heads[self._base :]
        if (
            leading
            and not line.is_publication
            and line.cell is None
            and inner
            and inner[-1].over is Over.DATE_LINE
        ):
            self._heads = self._heads[:-1]


def _joined(parts: list[str], places: list[int]) -> tuple[str, list[int]]:
    """The parts as one text, and where in it each of some parts begins."""
    starts: list[int] = []
    wanted = iter(sorted(places))
    next_place = next(wanted, None)
    pieces: list[str] = []
    length, blank = 0, True
    for index, part in enumerate([*parts, ""]):
        while next_place == index:
            starts.append(length)
            next_place = next(wanted, None)
        words = " ".join(part.replace("\u200b", "").split())
        if part[:1].isspace() and not blank:
            pieces.append(" ")
            length, blank = length + 1, True
        if words:
            if index in places and starts:
                starts[-1] = length
            pieces.append(words)
            length, blank = length + len(words), False
            if part[-1:].isspace():
                pieces.append(" ")
                length, blank = length + 1, True
        if length > _LONGEST_LINE:
            break
    text = "".join(pieces).strip()
    starts += [len(text)] * (len(places) - len(starts))
    return text, starts


def _same_day(one: Mention, other: Mention) -> bool:
    """As far as they are printed."""
    years = {each.year for each in (one, other) if each.year}
    return (one.day, one.month) == (other.day, other.month) and len(years) <= 1


def says_publication(label: str) -> bool:
    """A label of the day on which a page or a file was put there or changed."""
    return bool(_PUBLICATION.search(label))


def says_a_day(text: str) -> bool:
    return any(each.month and (each.day or each.year) for each in mentions(text))


def is_year(text: str) -> bool:
    """A year and no more."""
    said = mentions(text)
    return len(said) == 1 and said[0].is_year and not without_dates(text).strip(" :")


def says_when(label: str) -> bool:
    """The name of a fact that is the day of a meeting: "Held on", "Date and time"."""
    return bool(_SAYS_WHEN.match(label))


def is_date_line(text: str) -> bool:
    """All it says is when, and perhaps which meeting and where."""
    if len(text) > _LONGEST_DATE_LINE or _is_sentence(text):
        return False
    found = [each for each in mentions(text) if each.month and (each.day or each.year)]
    return bool(found) and found[0].of_meeting


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"[.!?;]\s+[A-Z]", text)) or (
        len(without_dates(text).split()) > 6
        and bool(re.search(r"\b(?:will|is|are|was|were|be|can|please)\b", text))
    )


def is_prose(line: Line) -> bool:
    """Running text: a sentence and not a label, whatever links are in it."""
    if line.prose is None:
        line.prose = _is_prose(line)
    return line.prose


def _is_prose(line: Line) -> bool:
    words = line.text
    for link in line.links:
        words = words.replace(link.text, " ", 1)
    count = len(words.split())
    return count > _PROSE or (
        count >= 4
        and bool(
            re.search(
                r"\b(?:will|is|are|was|were|can|please|you|our|your|we|have|has)\b", words, re.IGNORECASE
            )
        )
    )


def own_lines(record: Record) -> Iterator[Line]:
    """The lines of a record, with numbers, months and years of a date badge put together."""
    badge: list[Line] = []
    for line in record.lines:
        if not line.links and (_NUMBER_ONLY.match(line.text) or _is_month(line.text)):
            badge.append(line)
            continue
        yield from _together(badge)
        badge = []
        yield line
    yield from _together(badge)


def _is_month(text: str) -> bool:
    found = mentions(text.title())
    if len(found) != 1 or not found[0].month or found[0].day or found[0].year:
        return False
    return not without_dates(text.title()).strip(" ,.")


def _capital(text: str) -> str:
    return text.title() if text.isalpha() else text


def _place_in_date(text: str) -> int:
    """The weekday, the day, the month, the year, in whatever order a badge shows them."""
    if re.fullmatch(r"20\d\d", text):
        return 3
    return 2 if _is_month(text) else 1 if text[:1].isdigit() else 0


def _together(badge: list[Line]) -> Iterator[Line]:
    if len(badge) > 1:
        first = badge[0]
        yield Line(
            text=" ".join(sorted((_capital(each.text) for each in badge), key=_place_in_date)),
            order=first.order,
            shape=first.shape,
            label=first.label,
            headings=first.headings,
            records=first.records,
            cell=first.cell,
            frame=first.frame,
        )
    else:
        yield from badge
