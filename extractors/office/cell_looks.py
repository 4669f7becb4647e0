"""What the looks of a sheet do to its cells: hide some, and put words beside numbers. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_TRUE = {b"1", b"true"}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<single>.)|\[[^\]]*\]|[_*].|(?P<digit>[0#?]|General)|.',
    re.IGNORECASE | re.DOTALL,
)
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_SHOWS_NOTHING = re.compile(r'(?:\s|\[[^\]]*\]|"")*;(?:\s|\[[^\]]*\]|""|;)*')
_WORD = re.compile(r"[^\W\d_]{2}")


@dataclass(slots=True)
class Spans:
    """Rows or columns, from the first to before the last, counted from 0."""

    starts: list[int] = field(default_factory=list)  # in order
    ends: list[int] = field(default_factory=list)

    def add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.starts, number) - 1
        return at >= 0 and number < self.ends[at]


@dataclass(slots=True)
class Looks:
    """Of one sheet."""

    rows: Spans = field(default_factory=Spans)  # that are hidden
    columns: Spans = field(default_factory=Spans)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)  # of cells, where they matter

    def hides(self, row: int, column: int) -> bool:
        return row in self.rows or column in self.columns or shows_nothing(self.formats.get((row, column)))

    def dressed(self, row: int, column: int, text: str) -> str:
        """A number with the words that its format puts beside it."""
        before, after = words_beside(self.formats.get((row, column), ""))
        return " ".join(filter(None, (before, text, after)))


def of_sheet(content: bytes, formats: Mapping[int, str]) -> Looks:
    """What a sheet of Excel since 2007 says; `formats` are those that matter, by style."""
    looks = Looks()
    if b"hidden=" in content or b'="0"' in content:
        for said in map(_attributes, _COLUMN.findall(content)):
            if _is_hidden(said, b"width"):
                looks.columns.add(int(said.get(b"min", b"1")) - 1, int(said.get(b"max", b"1")))
        row = -1
        for said in map(_attributes, _ROW.findall(content)):
            row = int(said[b"r"]) - 1 if b"r" in said else row + 1
            if _is_hidden(said, b"ht"):
                looks.rows.add(row, row + 1)
    if formats:
        for said in map(_attributes, _CELL.findall(content)):
            if (code := formats.get(int(said.get(b"s", b"0")))) and (
                at := place(said.get(b"r", b"").decode("ascii", "replace"))
            ):
                looks.formats[at] = code
    return looks


def formats_that_matter(styles: etree._Element) -> dict[int, str]:
    """The formats of a workbook that hide what is in a cell or add words to it, by style."""
    codes = {each.get("numFmtId"): each.get("formatCode") or "" for each in styles.iter(f"{_S}numFmt")}
    told = {number: code for number, code in codes.items() if matters(code)}
    looks = styles.find(f"{_S}cellXfs")
    return {
        number: told[look.get("numFmtId")]
        for number, look in enumerate(looks if looks is not None and told else ())
        if look.get("numFmtId") in told
    }


def matters(code: str) -> bool:
    return shows_nothing(code) or words_beside(code) != ("", "")


def shows_nothing(code: str | None) -> bool:
    """Whether nothing of a cell is seen in this format."""
    return bool(code) and _SHOWS_NOTHING.fullmatch(code) is not None and code.count(";") >= 2


def words_beside(code: str) -> tuple[str, str]:
    """What a format of numbers prints before and after them, where that has words in it."""
    sides: list[list[str]] = [[]]
    for token in _TOKEN.finditer(code):
        if token[0] == ";":
            break  # what follows is of other numbers
        if token["digit"]:
            sides = [sides[0], sides[-1] if len(sides) > 1 else []]
        else:
            sides[-1].append(token["quoted"] or token["single"] or "")
    before, after = "".join(sides[0]).strip(), "".join(sides[1] if len(sides) > 1 else ()).strip()
    return (before, after) if len(sides) > 1 and _WORD.search(f"{before} {after}") else ("", "")


def place(said: str) -> tuple[int, int] | None:
    """Row and column of a cell's name, from 0: "B7" is (6, 1)."""
    match = _PLACE.fullmatch(said)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _attributes(said: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(said))


def _is_hidden(said: Mapping[bytes, bytes], size: bytes) -> bool:
    return said.get(b"hidden") in _TRUE or said.get(size) == b"0"
