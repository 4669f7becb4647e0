"""Reads a page once, from top to bottom, and writes down its lines with what they are in and under.

The time that this takes grows with the page. No link is judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.platforms.papers.page import controls, elements, grids, markup, ordering, tables
from crawler.platforms.papers.page.elements import LEVELS
from crawler.platforms.papers.page.headings import BOLD_LEVEL, HeadingStack
from crawler.platforms.papers.page.lines import LONGEST_DATE_LINE, is_date_line, is_day_alone, says_when
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.publication import is_of_publication, marks_publication, says_publication
from crawler.platforms.papers.page.structure import Line, Link, Over, Record, RecordKind, Structure
from crawler.platforms.papers.wording.vocabulary import says_meeting
from crawler.platforms.shared.printed_dates import date_mentions
from crawler.platforms.shared.select import clean_url, tidy, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.platforms.papers.page.tables import Cell
    from crawler.platforms.shared.select import Element, ParsedPage

_LONGEST_HEADING = 160  # characters; more is running text in a heading's clothes
_LONGEST_LINE = 2000
_PANEL_LEVEL = 7.0
_BAND_LEVEL = 8.0
_LARGEST_LABEL = 30  # characters of "Date published:"
_LABEL_ONLY = re.compile(
    r"^(?:date(?: of)? |last )?(?:meeting(?: date)?|date|when|published|publication date"
    r"|publish(?:ed)? date|uploaded|updated"
    r"|modified|added|created|reviewed|review date|published on|posted on|last updated|size|type"
    r"|venue|location|time)\s*:?$",
    re.IGNORECASE,
)
_CELLS = frozenset({"td", "th"})
_LABELS = frozenset({"dt", *_CELLS})
_SAYS_WHEN_FIRST = re.compile(r"^(?:when|(?:meeting )?date(?: and time)?|held on)\b\s*:?\s", re.IGNORECASE)


def read(page: ParsedPage) -> Structure:
    """Read the page from top to bottom."""
    bodies = page.every("body")
    root = bodies[0] if bodies else page.root
    controls.as_links(root, page.url, page.base)
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
        controls=tuple(walker.controls),
    )


class _Walker:
    def __init__(self, page: ParsedPage, root: Element) -> None:
        self.page = page
        self.marks = markup.PageMarkup(root)
        self.tables = tables.Tables()
        self.links: list[Link] = []
        self.lines: list[Line] = []
        self.words = 0
        self.first_heading = ""
        self.cells: dict[Element, list[Line]] = {}
        self.controls: list[controls.Control] = []
        self._by_id = {name: each for each in root.iter() if (name := each.get("id"))}
        self.heads = HeadingStack(markup.repeated_headings(root))
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

    def walk(self, element: Element) -> None:  # lxml's HTML parser cuts off at a depth of 256
        tag = element.tag
        if not isinstance(tag, str):
            return
        for each in element.iter("option") if tag == "select" else [element]:
            if controls.is_dead(each, self._by_id) and not self._unfolds(each):
                text, within = controls.words_of(each), bool(self._records)
                self.controls.append(controls.Control(text=text, frame=self._frame, in_record=within))
        if elements.is_silent(element):
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

    def _unfolds(self, control: Element) -> bool:
        """A button right above what it unfolds; not one of several next to each other."""
        before, panel = control.getprevious(), self.marks.panel_of(control)
        is_one_of_several = before is not None and before.tag == control.tag and control.tag == "button"
        return panel is not None and not is_one_of_several and controls.holds_matter(panel)

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
        if marks_publication(element.get("class") or ""):
            self._stamped = elements.displayed(element)
        self._in_bold -= bold
        if spaced:
            self._gap()

    def _block_of(self, element: Element) -> None:
        """A block: part of the frame, a record, a panel, or only a division."""
        outer = (self.heads.state(), self._records, self._frame, self._cell, self._block, self._label)
        self._block = element
        if element.tag == "dt":
            self._term = (None, "")
            self.heads.end_terms()
        frame = self.marks.frame(element, self._frame)
        closed = self.marks.is_closed(element) or frame is not self._frame
        self._frame = frame
        if closed:
            self.heads.close()
        self._open_table(element)
        self._open_record(element)
        if label := self.marks.panel_label(element):
            self._push(label, Over.PANEL, _PANEL_LEVEL)
            self.heads.close()
        self._children(element)
        self.flush()
        heads, self._records, self._frame, self._cell, self._block, label = outer
        if closed:
            self.heads.restore(heads)
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
            self._push_date(when, elements.shape(element), is_bold=False)

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
            self.heads.close()  # no heading in what it opens closes it

    def _push(
        self, text: str, over: Over, level: float, links: Sequence[Link] = (), *, is_term: bool = False
    ) -> None:
        depth, order = len(self._records), len(self.lines)
        self.heads.push(text, over, level, depth=depth, order=order, links=links, is_term=is_term)

    def _push_date(self, text: str, shape: str, *, is_bold: bool) -> None:
        depth, order = len(self._records), len(self.lines)
        self.heads.push_date(text, shape, depth=depth, order=order, is_bold=is_bold)

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
        classes = (element.get("class") or "").split()
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
            is_control=controls.CONTROL in classes,
            is_part=controls.PART in classes,
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
            is_part = element.tag == "iframe"
            self._pending.append(Link(url, source, text, Line("", 0, ""), 0, embedded=True, is_part=is_part))
            self._parts.append(text)
            self.flush()

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
        day = elements.day_of_time(element.get("datetime") or "")
        said = [each for each in date_mentions(elements.displayed(element)) if each.day and each.year]
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
            headings=self.heads.open,
            records=self._records,
            cell=self._cell,
            frame=self._frame,
            is_heading=is_heading,
        )
        line.before = self.lines[-1] if self.lines else None
        over = self.heads.inner[-1] if self.heads.inner else None
        line.is_publication = is_of_publication(line, stamped, over, self.lines)
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
            self.heads.end_date_lines(line)

    def _reset(self) -> None:
        self._parts = []
        self._pending = []
        self._bold = 0
        self._stamped = ""

    def _note_fact(self, line: Line) -> None:
        labelled = says_when(line.label) or _SAYS_WHEN_FIRST.match(line.text)
        if labelled and is_date_line(line.text) and not line.is_publication:
            self._when = line.text

    def _is_label(self, text: str) -> bool:
        """It only says what the next line is: "Published", or the name of a fact in a list of facts."""
        if len(text) > _LARGEST_LABEL:
            return False
        named = self._block.tag in _LABELS and says_publication(text)
        return bool(_LABEL_ONLY.match(text)) or says_when(text) or (named and not date_mentions(text))

    def _line_over(self, line: Line, *, is_bold: bool) -> None:
        """A line that only says a date, or is all bold, is over what follows it."""
        if self._frame is Frame.SITE or self._cell is not None or line.is_publication:
            return
        if line.label and not self._label_dates_the_page(line.label):
            return
        in_item = bool(self._records) and self._records[-1].kind in {RecordKind.ITEM, RecordKind.ROW}
        if (is_date_line(line.text) or is_day_alone(line.text)) and not (
            in_item and self._records[-1].kind is RecordKind.ROW
        ):
            self._push_date(line.text, line.shape, is_bold=is_bold)
        elif is_bold and not in_item and len(line.text) <= LONGEST_DATE_LINE:
            self._push(line.text, Over.HEADING, BOLD_LEVEL)

    def _label_dates_the_page(self, label: str) -> bool:
        """A meeting's date anywhere; "When" only outside of records, which keep their own days."""
        return says_meeting(label) or (not self._records and says_when(label))


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
