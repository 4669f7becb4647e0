"""Words that a page's styles put before and after elements, with what they count in them. Pure.

CSS Lists and Counters, 4: a counter that is begun anew by an element holds for what is in it, and for what
follows next to it. One that nothing begins is begun by whatever counts it first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import tinycss2
from lxml import etree

from extractors.signs.symbol_fonts import as_drawn
from extractors.web import lists

if TYPE_CHECKING:
    from collections.abc import Iterator

    import lxml.html

    from extractors.web.styles import Said, Says

_A_WORD = re.compile(r"[^\W\d_]{2}|\d")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # a picture that only a font of the page has
_NAMES = (tinycss2.ast.IdentToken, tinycss2.ast.StringToken)
_NUMBER = re.compile(r"[+-]?\d{1,9}")
_UNSEEN = {"display": {"none"}, "visibility": {"hidden", "collapse"}}


def put_words(tree: lxml.html.HtmlElement, said: Said) -> None:
    """Put the words of styles into the text of a page, where they show them."""
    if not said.before and not said.after:
        return
    counters, closed = _Counters(), 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        look = said.elements.get(element, {})
        is_closed = look.get("display") == "none"  # of which nothing is counted, nor in it
        if event == "start":
            closed += is_closed
            if not closed:
                counters.count(look)
            counters.go_in()
            _write(element, said.before.get(element), counters, is_before=True, is_closed=closed > 0)
        else:
            _write(element, said.after.get(element), counters, is_before=False, is_closed=closed > 0)
            counters.go_out()
            closed -= is_closed


def _write(
    element: lxml.html.HtmlElement,
    says: Says | None,
    counters: _Counters,
    *,
    is_before: bool,
    is_closed: bool,
) -> None:
    if says is None or any(says.get(name) in unseen for name, unseen in _UNSEEN.items()):
        return
    if not is_closed:
        counters.count(says)
    content = says.get("content", "")
    words = as_drawn(says.get("font-family", ""), "".join(_words(element, content, counters)).strip())
    if "counter" in content or _A_WORD.search(words) or _is_all_of_a_cell(element, words):
        _put(element, words, is_before=is_before)


def _words(element: lxml.html.HtmlElement, content: str, counters: _Counters) -> Iterator[str]:
    """The words of a style: as it has them, from the element, or counted."""
    for part in tinycss2.parse_component_value_list(content):
        if isinstance(part, tinycss2.ast.StringToken):
            yield part.value
        elif isinstance(part, tinycss2.ast.FunctionBlock):
            asked = [each.value for each in part.arguments if isinstance(each, _NAMES)]
            if part.lower_name == "attr" and asked:
                yield element.get(asked[0].lower()) or ""
            elif part.lower_name == "counter" and asked:
                yield _written(counters.values(asked[0])[-1:], asked[1:], "")
            elif part.lower_name == "counters" and len(asked) > 1:
                yield _written(counters.values(asked[0]), asked[2:], asked[1])


def _written(numbers: list[int], kind: list[str], between: str) -> str:
    return between.join(
        lists.numeral(number, kind[0].lower() if kind else "decimal") for number in numbers or [0]
    )


def _is_all_of_a_cell(element: lxml.html.HtmlElement, sign: str) -> bool:
    """Whether a sign is all that a cell of a table says: others, such as those of lists, are no words."""
    if not sign or _PRIVATE.search(sign):
        return False
    cell = next((each for each in (element, *element.iterancestors()) if each.tag == "td"), None)
    return cell is not None and not cell.text_content().strip()


def _put(element: lxml.html.HtmlElement, words: str, *, is_before: bool) -> None:
    if not words:
        return
    if is_before:
        element.text = f"{words} {element.text or ''}"
    elif len(element):
        element[-1].tail = f"{element[-1].tail or ''} {words}"
    else:
        element.text = f"{element.text or ''} {words}"


class _Counters:
    """How far each was counted, at one place of a page."""

    def __init__(self) -> None:
        self._values = defaultdict[str, list[int]](list)  # of those begun anew within each other
        self._begun: list[set[str]] = [set()]  # by what is in each element around the place

    def count(self, look: dict[str, str]) -> None:
        """Begin, count and set what an element says."""
        for name, number in _named(look.get("counter-reset", ""), 0):
            self._begin(name, number)
        for name, number in _named(look.get("counter-increment", ""), 1):
            if not self._values[name]:
                self._begin(name, 0)
            self._values[name][-1] += number
        for name, number in _named(look.get("counter-set", ""), 0):
            if not self._values[name]:
                self._begin(name, 0)
            self._values[name][-1] = number

    def values(self, name: str) -> list[int]:
        """Returns how far it was counted in each of those within each other, the innermost last."""
        return self._values[name]

    def go_in(self) -> None:
        self._begun.append(set())

    def go_out(self) -> None:
        for name in self._begun.pop():
            self._values[name].pop()

    def _begin(self, name: str, number: int) -> None:
        if name in self._begun[-1]:
            self._values[name].pop()
        self._begun[-1].add(name)
        self._values[name].append(number)


def _named(said: str, otherwise: int) -> Iterator[tuple[str, int]]:
    """Counters and their numbers, as "chapter 3 page"."""
    parts = said.split()
    for at, name in enumerate(parts):
        if not _NUMBER.fullmatch(name) and name.lower() != "none":
            following = parts[at + 1] if at + 1 < len(parts) else ""
            yield name, int(following) if _NUMBER.fullmatch(following) else otherwise
