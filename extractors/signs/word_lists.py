"""The numbers that Word since 2007 puts before the paragraphs of its lists, and no text says. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from extractors.signs.list_numbers import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL, _LEVEL, _STYLE = f"{_W}val", f"{_W}ilvl", f"{_W}pStyle"
_ABOUT = f"{_W}pPr"
_MOST_BASES = 20  # styles on styles, and lists that are those of a style
_LEVELS = 9
_NO_NUMBER = {"bullet", "none"}
_PLACE = re.compile(r"%([1-9])")


class _Level(NamedTuple):
    start: int
    kind: str
    text: str
    style: str  # of paragraphs that are of this level by it
    restarts: bool
    in_digits: bool  # as legal texts are: all levels are written so


class _List(NamedTuple):
    key: str  # lists that count together share it
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]  # where it begins anew, by level


class WordLists:
    """Of one file. Paragraphs are asked for in their order."""

    def __init__(self, roots: Iterable[etree._Element], styles: Iterable[etree._Element]) -> None:
        self._lists: dict[str, _List] = {}
        for root in roots:
            self._lists |= _lists(root)
        self._styles = {style.get(f"{_W}styleId", ""): style for style in styles if self._lists}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def number(self, paragraph: etree._Element) -> str:
        """Returns what is before a paragraph, as "4.2" or "(b)"; "" for bullets, and outside of lists."""
        about = paragraph.find(_ABOUT)
        if about is None or not self._lists:
            return ""
        name, level = self._place(about)
        found = self._lists.get(name)
        if found is None or level not in found.levels:
            return ""
        self._count(name, found, level)
        return self._said(found, level)

    def _place(self, about: etree._Element) -> tuple[str, int]:
        """The list of a paragraph and its level there, by itself or by its style."""
        said = about.find(f"{_W}numPr")
        name, level = _value(said, f"{_W}numId"), _value(said, _LEVEL)
        style = _value(about, _STYLE)
        for _ in range(_MOST_BASES):
            if name or style not in self._styles:
                break
            look = self._styles[style].find(_ABOUT)
            said = look.find(f"{_W}numPr") if look is not None else None
            name, level = _value(said, f"{_W}numId"), level or _value(said, _LEVEL)
            if name and not level and name in self._lists:
                levels = self._lists[name].levels
                level = next((str(number) for number, each in levels.items() if each.style == style), "")
            style = _value(self._styles[style], f"{_W}basedOn")
        return name, int(level) if level.isdecimal() else 0

    def _count(self, name: str, found: _List, level: int) -> None:
        counts = self._counts.setdefault(found.key, {})
        if name not in self._begun:
            self._begun.add(name)
            for each, start in found.starts.items():
                counts[each] = start - 1
        for above in range(level):
            if above in found.levels:
                counts.setdefault(above, found.levels[above].start)
        counts[level] = counts.get(level, found.levels[level].start - 1) + 1
        for below in range(level + 1, _LEVELS):
            if below in found.levels and found.levels[below].restarts:
                counts.pop(below, None)

    def _said(self, found: _List, level: int) -> str:
        own, counts = found.levels[level], self._counts[found.key]
        if own.kind in _NO_NUMBER:
            return ""

        def written(match: re.Match[str]) -> str:
            number = int(match[1]) - 1
            kind = found.levels[number].kind if number in found.levels else "none"
            if kind in _NO_NUMBER or number not in counts:
                return ""
            return KINDS.get("decimal" if own.in_digits else kind, str)(counts[number])

        return " ".join(_PLACE.sub(written, own.text).split())


def _lists(root: etree._Element) -> dict[str, _List]:
    abstract = {each.get(f"{_W}abstractNumId", ""): each for each in root.iter(f"{_W}abstractNum")}
    by_style = {
        _value(each, f"{_W}styleLink"): number
        for number, each in abstract.items()
        if each.find(f"{_W}styleLink") is not None
    }
    found: dict[str, _List] = {}
    for each in root.iter(f"{_W}num"):
        key = _value(each, f"{_W}abstractNumId")
        if key in abstract and (link := _value(abstract[key], f"{_W}numStyleLink")) in by_style:
            key = by_style[link]
        levels = _levels(abstract[key]) if key in abstract else {}
        starts: dict[int, int] = {}
        for override in each.iter(f"{_W}lvlOverride"):
            levels |= _levels(override)
            number, start = override.get(_LEVEL, ""), _value(override, f"{_W}startOverride")
            if number.isdecimal() and start.isdecimal():
                starts[int(number)] = int(start)
        found[each.get(f"{_W}numId", "")] = _List(key, levels, starts)
    return found


def _levels(root: etree._Element) -> dict[int, _Level]:
    return {
        int(number): _Level(
            start=int(start) if (start := _value(each, f"{_W}start")).isdecimal() else 0,
            kind=_value(each, f"{_W}numFmt") or "decimal",
            text=_value(each, f"{_W}lvlText"),
            style=_value(each, _STYLE),
            restarts=_value(each, f"{_W}lvlRestart") != "0",
            in_digits=each.find(f"{_W}isLgl") is not None,
        )
        for each in root.iterchildren(f"{_W}lvl")
        if (number := each.get(_LEVEL, "")).isdecimal()
    }


def _value(element: etree._Element | None, name: str) -> str:
    """Of a child of an element; "" where it is not there."""
    said = element.find(name) if element is not None else None
    return said.get(_VAL, "") if said is not None else ""
