"""The day that the record of a link says for it: that of its card or item, or of its row in a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.platforms.papers.dates.evidence import PACKS, DateEvidence, DatePlace, evidence_of, kind_of_link
from crawler.platforms.papers.dates.words import is_in_a_link, leads
from crawler.platforms.papers.dates.years import MOST_LINKS
from crawler.platforms.papers.page.lines import is_day_alone
from crawler.platforms.papers.page.structure import RecordKind
from crawler.platforms.shared.printed_dates import date_mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.platforms.papers.dates.context import PageContext
    from crawler.platforms.papers.page.structure import Line, Link, Record
    from crawler.platforms.shared.dates import Spotted

    Days = Sequence[tuple[Line, Spotted]]

_FEW = 2  # links of one paper: its title and a button


def in_record(link: Link, record: Record, days: Days, context: PageContext) -> DateEvidence | None:
    """`days` are those that the lines of the record say."""
    if record.links > MOST_LINKS:
        return None
    own = any(each.month for each in date_mentions(link.text))
    if record.kind is RecordKind.ITEM:
        own &= kind_of_link(link) in PACKS  # "Minutes of 8 October" next to a pack are of the pack's meeting
    dates = [
        (line, each)
        for line, each in days
        if line is not link.line and not (is_in_a_link(line, each) and _is_another_s(line, record, own=own))
    ]
    if _is_of_several(dates):
        dates = [(line, each) for line, each in dates if line.is_heading]
    if not dates:
        return None
    heads = [(line, each) for line, each in dates if each.when.whole and leads(line, each)]
    dates = heads or dates
    if led := _that_led_here(record, dates, context):
        return evidence_of(led, DatePlace.RECORD)
    whole = {each.when for _, each in dates if each.when.whole} or {each.when for _, each in dates}
    fitting = [(line, each) for line, each in dates if each.when in whole]
    before = [each for line, each in fitting if line.order < link.line.order]
    chosen = fitting[0][1] if len(whole) == 1 else before[-1] if before else fitting[0][1]
    if chosen.when.whole and _is_under_a_day_alone(link, record, after=fitting):
        return None
    is_head = bool(heads) and len(whole) == 1
    return replace(
        evidence_of(chosen, DatePlace.RECORD), leads=is_head, of_several=is_head and record.links > _FEW
    )


def _is_under_a_day_alone(link: Link, record: Record, after: Days) -> bool:
    """Between the days of a paragraph and the link is "Tuesday 12th": of whatever month, that is its day."""
    if record.kind is not RecordKind.PARAGRAPH:
        return False
    orders = [line.order for line, _ in after if line.order < link.line.order]
    alone = [each.order for each in record.lines if is_day_alone(each.text)]
    return bool(orders) and any(max(orders) < each < link.line.order for each in alone)


def in_row(link: Link, record: Record, days: Days) -> DateEvidence | None:
    """Of the days in a row: the one in a cell of its own, but where each cell has papers of its own day."""
    cell = link.line.cell
    found = [
        (line, each)
        for line, each in days
        if cell is None or line is not link.line or not is_in_a_link(line, each)
    ]
    whole = [(line, each) for line, each in found if each.when.whole] or found
    apart = [(line, each) for line, each in whole if line.cell is not cell] or whole
    said = [(line, each) for line, each in apart if not line.links] or apart
    beside = [(line, each) for line, each in whole if line.cell is cell and not line.links]
    if beside and (not said[0][1].when.whole or _has_papers(record, said[0][0])):
        said = beside
    if not said:
        return None
    line, spotted = said[0]
    return replace(evidence_of(spotted, DatePlace.ROW), leads=_is_before(line, link))


def _that_led_here(record: Record, dates: Days, context: PageContext) -> Spotted | None:
    """Of several days at the head of a meeting's page, the one that the link to it said."""
    first = next((line.order for line in record.lines if line.links), 0)
    if not context.of_one_meeting or any(line.order > first for line, _ in dates):
        return None
    return next((each for _, each in dates if each.when == context.when), None)


def _is_of_several(dates: Iterable[tuple[Line, Spotted]]) -> bool:
    """Its lines have papers and days of their own: a list of meetings, and not one of them."""
    return len({each.when for line, each in dates if line.links and each.when.whole}) > 1


def _has_papers(record: Record, line: Line) -> bool:
    """Its cell has links of its own: the day in it is that of another meeting of the row."""
    return any(each.links for each in record.lines if each.cell is line.cell)


def _is_before(line: Line, link: Link) -> bool:
    """The cell that a row begins with, before that of its paper: what the row is of."""
    ours, its = line.cell, link.line.cell
    return ours is not None and its is not None and ours.column < its.column and not line.links


def _is_another_s(line: Line, record: Record, *, own: bool) -> bool:
    """The day in a link's words is that link's alone, if it does not lead an item or a record."""
    if own or record.kind is RecordKind.ITEM:
        return own
    return not (line.is_heading or line is record.lines[0])
