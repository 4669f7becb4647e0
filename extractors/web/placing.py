"""Where styles put the pieces of a web page: in another order than the page has them in. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import lxml.html

_BOXES = {"flex", "inline-flex", "grid", "inline-grid"}
_NUMBER = re.compile(r"[+-]?\d{1,6}")
_OVERRIDES = {"bidi-override", "isolate-override"}
_RIGHT_TO_LEFT = {"R", "AL"}


def put_in_order(
    element: lxml.html.HtmlElement,
    look: Mapping[str, str],
    said: Mapping[lxml.html.HtmlElement, Mapping[str, str]],
) -> None:
    """Put what is in an element in the order in which it is seen, by its styles and those of its pieces."""
    if look.get("direction") == "rtl" and not _is_written_so(element):
        _turn(element, look)
    if look.get("display") in _BOXES:

        def order(piece: lxml.html.HtmlElement) -> int:
            return _number(said.get(piece, {}).get("order", ""))

        pieces = sorted(element, key=order)
        is_reversed = look.get("flex-direction", "").endswith("-reverse")
        _arrange(element, pieces[::-1] if is_reversed else pieces)


def _turn(element: lxml.html.HtmlElement, look: Mapping[str, str]) -> None:
    """What is set from right to left and is of a script that is not: its boxes and cells, or each letter."""
    if look.get("unicode-bidi") in _OVERRIDES and not len(element):
        element.text = (element.text or "")[::-1]
    elif look.get("display") in _BOXES and not look.get("flex-direction", "row").startswith("column"):
        _arrange(element, list(element)[::-1])
    for row in element.iter("tr"):
        _arrange(row, list(row)[::-1])


def _arrange(element: lxml.html.HtmlElement, pieces: list[lxml.html.HtmlElement]) -> None:
    if pieces != list(element):
        element[:] = pieces


def _number(order: str) -> int:
    return int(order) if _NUMBER.fullmatch(order) else 0


def _is_written_so(element: lxml.html.HtmlElement) -> bool:
    """Whether some of it is in a script that is written from right to left."""
    return any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in element.text_content())
