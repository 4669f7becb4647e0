"""The days of meetings that a record says: an item, a row or a card; days of publication are left out.

Those are told by their labels, by the head of their column, and by what the page repeats: a column whose days
differ from those in the papers' own names is not one of meetings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.context import LONGEST_LAG
from crawler.platforms.papers.dates.evidence import PACKS, kind_of_link
from crawler.platforms.papers.dates.words import is_of_a_paper
from crawler.platforms.papers.page.lines import is_prose, own_lines, says_when
from crawler.platforms.papers.page.markup import Frame
from crawler.platforms.papers.page.publication import says_publication
from crawler.platforms.papers.page.structure import RecordKind
from crawler.platforms.papers.wording import addresses, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.papers.dates.years import Spotter, Years
    from crawler.platforms.papers.page.structure import Line, Link, Record, Structure
    from crawler.platforms.shared.dates import Spotted
    from crawler.platforms.shared.when import When

    Slot = tuple[object, ...]

_WORD_BEFORE = 25  # characters: "Last updated on "


class RecordDays:
    """The days of the records of one page."""

    def __init__(
        self, page: Structure, spotter: Spotter, years: Years, slots: frozenset[Slot] = frozenset()
    ) -> None:
        self._page, self._spotter, self._years = page, spotter, years
        self._slots = slots  # places of records whose days are those of publication
        self._found: dict[Record, list[tuple[Line, Spotted]]] = {}
        self._stamps: dict[Record | None, set[When]] = {}

    @classmethod
    def learned(cls, page: Structure, spotter: Spotter, years: Years) -> RecordDays:
        """With the places of days of publication, as far as the page itself shows which they are."""
        return cls(page, spotter, years, _learn_slots(page, spotter, years, cls(page, spotter, years)))

    def of(self, record: Record) -> list[tuple[Line, Spotted]]:
        """The days of meetings that the lines of a record say."""
        if record not in self._found:
            found = list(self._read_record(record))
            if not found and not any(self.of(each) for each in record.within if each.links):
                # the day in a field of its own, next to fields of links; a bare row is an item to follow
                fields = [each for each in record.within if not each.links and _is_field(each)]
                found = [one for each in fields for one in self._read_record(each)]
            self._found[record] = found
        return self._found[record]

    def is_of_one_day(self, records: tuple[Record, ...]) -> bool:
        """No record among them says the days of two meetings."""
        return all(
            len({each.when for _, each in self.of(record) if each.when.whole}) <= 1 for record in records
        )

    def _read_record(self, record: Record) -> Iterator[tuple[Line, Spotted]]:
        large = record.kind is RecordKind.CARD
        for line in [*self.carried(record), *own_lines(record)]:
            if (large and is_prose(line)) or (line.is_heading and vocabulary.is_section(line.text)):
                continue
            years = self._years.over(line.headings, line.records)
            for each in self._spotter.spot(line.text, years):
                if each.when.is_year or not each.of_meeting or self.is_publication(line, each):
                    continue
                if is_of_a_paper(line.text[: each.start]):
                    continue
                yield line, each

    def carried(self, record: Record) -> list[Line]:
        """What is in cells of earlier rows that span this one."""
        return [line for cell in record.carried for line in self._page.cells.get(cell, ())]

    def is_publication(self, line: Line, spotted: Spotted) -> bool:
        return not spotted.of_meeting or line.is_publication or slot(line) in self._slots

    def published(self, link: Link) -> When | None:
        """The only day that its record, or the page outside of records, calls that of publication."""
        for record in (*reversed(link.records), None):
            if record not in self._stamps:
                self._stamps[record] = self._days_of_publication(record)
            if days := self._stamps[record]:
                return next(iter(days)) if len(days) == 1 else None
        return None

    def _days_of_publication(self, record: Record | None) -> set[When]:
        lines = record.lines if record else self._page.lines
        return {
            each.when
            for line in lines
            if not line.links and line.frame is Frame.MATTER and (record or not line.records)
            for each in self._spotter.spot(line.text, ())
            if each.when.whole
            if line.is_publication
            or (not each.of_meeting and says_publication(line.text[: each.start][-_WORD_BEFORE:].strip(" :")))
        }


def _learn_slots(page: Structure, spotter: Spotter, years: Years, records: RecordDays) -> frozenset[Slot]:
    """Places of records whose days differ from those in the names of the packs next to them."""
    agree: Counter[Slot] = Counter()
    differ: defaultdict[Slot, list[int]] = defaultdict(list)
    for link in page.links:
        own = _own_day(link, spotter, years) if link.records and link.frame is Frame.MATTER else None
        if own is None:
            continue
        for line, each in _lone_days(records.of(link.records[-1])):
            if each.when == own:
                agree[slot(line)] += 1
            elif 0 < (lag := (own.first - each.when.first).days) <= LONGEST_LAG:
                differ[slot(line)].append(lag)
    return frozenset(
        place
        for place, lags in differ.items()
        if len(lags) > 3 * agree[place] and (len(lags) > 1 or 0 < lags[0] <= 31)
    )


def _lone_days(found: list[tuple[Line, Spotted]]) -> list[tuple[Line, Spotted]]:
    """Whole days in lines without links, where the record has no second one in the same place."""
    days = [(line, each) for line, each in found if each.when.whole and not line.links]
    places = Counter(slot(line) for line, _ in days)
    return [(line, each) for line, each in days if places[slot(line)] == 1]


def _own_day(link: Link, spotter: Spotter, years: Years) -> When | None:
    if kind_of_link(link) not in PACKS:
        return None
    over = years.over(link.headings)
    for text in (link.text, addresses.spaced(addresses.file_name(link.url))):
        for each in spotter.spot(text, over):
            if each.when.whole and each.of_meeting:
                return each.when
    return None


def slot(line: Line) -> tuple[object, ...]:
    """Which place of its record a line has: the same for all records of a table or a list."""
    if line.cell is not None:
        return line.cell.table, line.cell.column
    return line.records[-1].shape if line.records else "", line.shape


def _is_field(record: Record) -> bool:
    """A part of a larger record; a row is one where its label says so, and else an item of a list."""
    return record.kind is not RecordKind.ROW or any(says_when(line.label) for line in record.lines)
