"""The order in which the text layer of a page is read, by all that tells PDFium's order from the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.order import cells, drop_caps, frames, reading_order, scattered_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.pdf.survey import Rect
    from extractors.pdf.words.glyphs import TextPage


class PageOrder(NamedTuple):
    parts: list[slice]  # of PDFium's text
    begin: frozenset[int]  # where parts begin that an empty line keeps apart; none: all do
    goes_on: frozenset[int]  # where parts begin that go on the word, or the line, of the part before
    blanks: list[int] | None  # between words that were drawn one by one; None on other pages


def order_of_page(handle: TextPage, text: str, boxes: Sequence[Rect]) -> PageOrder:
    """Returns the order of PDFium's text; `boxes` are those that are drawn on the page."""
    if words := scattered_words.scattered(handle, text):
        return PageOrder(words.order, frozenset({-1}), words.goes_on, words.blanks)
    parts = reading_order.parts(handle, text)
    order, goes_on = drop_caps.placed(
        cells.parted_by_cells(handle, text, parts), drop_caps.found(handle, text)
    )
    begin = frozenset(part.start for part in parts) if len(order) > len(parts) else frozenset[int]()
    if in_boxes := frames.parted_by_boxes(handle, text, order, boxes):
        order, goes_on, begin = in_boxes[0], frozenset[int](), frozenset(in_boxes[1])
    return PageOrder(order, begin, goes_on, None)
