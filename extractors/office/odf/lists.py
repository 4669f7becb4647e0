"""The numbers that an OpenDocument text puts before the items of its lists and its headings. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extractors.office.odf import names
from extractors.signs.list_numbers import roman, spreadsheet_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml import etree

_TEXT, _STYLE = names.TEXT, names.STYLE
_LIST, _ITEM, _HEAD = f"{_TEXT}list", f"{_TEXT}list-item", f"{_TEXT}list-header"
_HEADING, _PARAGRAPH, _NUMBER = f"{_TEXT}h", f"{_TEXT}p", f"{_TEXT}number"
_ABOUT, _LEVEL = f"{_TEXT}style-name", f"{_TEXT}level"
_NUMBERED = (f"{_TEXT}list-level-style-number", f"{_TEXT}outline-level-style")
_KINDS = {"1": str, "a": spreadsheet_letters, "i": roman}
_MOST_BASES = 20  # styles on styles
_OUTLINE = "\0outline"  # the list of the headings of a text


class _Level(NamedTuple):
    kind: str
    before: str
    after: str
    start: int
    shown: int  # how many levels are written


class OdfLists:
    """Of one file. The lines of lists are asked for in their order."""

    def __init__(
        self, roots: Iterable[etree._Element], styles: Mapping[tuple[str, str], etree._Element]
    ) -> None:
        self._styles = styles
        self._lists: dict[str, dict[int, _Level]] = {}
        for root in roots:
            for each in root.iter(f"{_TEXT}list-style"):
                self._lists[each.get(f"{_STYLE}name", "")] = _levels(each)
            for each in root.iter(f"{_TEXT}outline-style"):
                self._lists[_OUTLINE] = _levels(each)
        self._has_any = any(self._lists.values())
        self._counts: dict[str, dict[int, int]] = {}
        self._of_list: dict[etree._Element, str] = {}  # where the items of a list are counted

    def number(self, line: etree._Element) -> str:
        """Returns what is before a line, as "4.2" or "b)"; "" where there is nothing."""
        if not self._has_any or line.find(_NUMBER) is not None:  # the file says it itself
            return ""
        item = line.getparent()
        if item is not None and item.tag == _ITEM:
            is_first = next(line.itersiblings(_PARAGRAPH, _HEADING, preceding=True), None) is None
            return self._of_item(item, line) if is_first else ""
        if line.tag == _HEADING and line.get(f"{_TEXT}is-list-header") != "true":
            level = line.get(f"{_TEXT}outline-level", "1")
            start = line.get(f"{_TEXT}start-value", "") if line.get(f"{_TEXT}restart-numbering") else ""
            return self._counted(_OUTLINE, _OUTLINE, int(level) if level.isdecimal() else 1, start)
        return ""

    def _of_item(self, item: etree._Element, line: etree._Element) -> str:
        if item.find(_NUMBER) is not None:
            return " ".join((item.findtext(_NUMBER) or "").split())
        above = list(item.iterancestors(_LIST))
        name = next((said for each in above if (said := each.get(_ABOUT))), "") or self._by_paragraph(line)
        return self._counted(
            name, self._counter(above[-1], name), len(above), item.get(f"{_TEXT}start-value", "")
        )

    def _counter(self, outermost: etree._Element, name: str) -> str:
        """A list that goes on with another is counted with it; any other begins anew."""
        if outermost not in self._of_list:
            goes_on = outermost.get(f"{_TEXT}continue-numbering") == "true" or outermost.get(
                f"{_TEXT}continue-list"
            )
            self._of_list[outermost] = name
            if not goes_on:
                self._counts.pop(name, None)
        return self._of_list[outermost]

    def _by_paragraph(self, line: etree._Element) -> str:
        name = line.get(_ABOUT, "")
        for _ in range(_MOST_BASES):
            style = self._styles.get(("paragraph", name))
            if style is None:
                break
            if found := style.get(f"{_STYLE}list-style-name"):
                return found
            name = style.get(f"{_STYLE}parent-style-name", "")
        return ""

    def _counted(self, name: str, key: str, level: int, start: str) -> str:
        levels = self._lists.get(name, {})
        counts = self._counts.setdefault(key, {})
        for below in [each for each in counts if each > level]:
            del counts[below]
        if level not in levels:
            return ""
        for above in range(1, level):
            if above in levels:
                counts.setdefault(above, levels[above].start)
        counts[level] = int(start) if start.isdecimal() else counts.get(level, levels[level].start - 1) + 1
        own = levels[level]
        said = [
            _written(levels[each].kind, counts[each])
            for each in range(level - own.shown + 1, level + 1)
            if each in levels and each in counts and levels[each].kind
        ]
        return " ".join(f"{own.before}{'.'.join(said)}{own.after}".split()) if own.kind else ""


def _written(kind: str, number: int) -> str:
    said = _KINDS.get(kind.lower(), str)(number)
    return said.upper() if kind.isupper() else said


def _levels(style: etree._Element) -> dict[int, _Level]:
    return {
        int(number): _Level(
            kind=each.get(f"{_STYLE}num-format", ""),
            before=each.get(f"{_STYLE}num-prefix", ""),
            after=each.get(f"{_STYLE}num-suffix", ""),
            start=int(start) if (start := each.get(f"{_TEXT}start-value", "1")).isdecimal() else 1,
            shown=int(shown) if (shown := each.get(f"{_TEXT}display-levels", "1")).isdecimal() else 1,
        )
        for each in style.iterchildren(*_NUMBERED)
        if (number := each.get(_LEVEL, "")).isdecimal()
    }
