"""The numbers that a browser puts before the items of a list. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.signs.list_numbers import greek, roman, spreadsheet_letters, two_digits

if TYPE_CHECKING:
    from collections.abc import Callable

    import lxml.html

STYLE = "paperwatch-list-style"  # an attribute with what style sheets say of a list
_KINDS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimal-leading-zero": two_digits,
    "lower-alpha": spreadsheet_letters,
    "lower-latin": spreadsheet_letters,
    "upper-alpha": lambda number: spreadsheet_letters(number).upper(),
    "upper-latin": lambda number: spreadsheet_letters(number).upper(),
    "lower-greek": greek,
    "lower-roman": roman,
    "upper-roman": lambda number: roman(number).upper(),
}
_BY_TYPE = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_NO_NUMBER = {"none", "disc", "circle", "square"}
_PICTURE = re.compile(r"url\(|[\"']")  # or a sign, in place of numbers
_NUMBER = re.compile(r"\s*([+-]?\d{1,9})")
_IN_A_BLOCK = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6"}


def write_numbers(tree: lxml.html.HtmlElement) -> None:
    """Put the numbers of all lists into the text of their items."""
    for each in list(tree.iter("ol", "ul")):
        items = [child for child in each if child.tag == "li"]
        if each.tag == "ol" or any(kind in _KINDS for kind in map(_kind, (each, *items))):
            _write(each, items)


def numeral(number: int, kind: str) -> str:
    """Returns a number as a style with this name writes it, in digits where we do not know it."""
    return "" if kind in _NO_NUMBER else _KINDS.get(kind, str)(number)


def _write(numbered: lxml.html.HtmlElement, items: list[lxml.html.HtmlElement]) -> None:
    step = -1 if numbered.get("reversed") is not None else 1
    number = _said(numbered.get("start"), len(items) if step < 0 else 1)
    for item in items:
        number = _said(item.get("value"), number)
        kind = _kind(item) or _kind(numbered) or ("decimal" if numbered.tag == "ol" else "disc")
        if kind not in _NO_NUMBER:
            _begin_with(item, f"{numeral(number, kind)}. ")
        number += step
        item.tag = "div"
    numbered.tag = "div"  # nothing is to count it again


def _kind(element: lxml.html.HtmlElement) -> str:
    """How its numbers are written, by the first word of its style that says so; "" where nothing does."""
    said = element.get(STYLE, "")
    if _PICTURE.search(said):
        return "none"
    return next(
        (each for each in said.split() if each in _KINDS or each in _NO_NUMBER),
        _BY_TYPE.get(element.get("type", ""), ""),
    )


def _said(value: str | None, otherwise: int) -> int:
    match = _NUMBER.match(value or "")
    return int(match[1]) if match else otherwise


def _begin_with(item: lxml.html.HtmlElement, number: str) -> None:
    while not (item.text or "").strip() and len(item) and item[0].tag in _IN_A_BLOCK:
        item = item[0]
    item.text = f"{number}{(item.text or '').lstrip()}"
