"""The numbers that PowerPoint, and any shape of Office, puts before paragraphs of its lists. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.signs.list_numbers import KINDS

if TYPE_CHECKING:
    from lxml import etree

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PARAGRAPH, _ABOUT, _NUMBERED = f"{_A}p", f"{_A}pPr", f"{_A}buAutoNum"
_OTHER = (f"{_A}buNone", f"{_A}buChar", f"{_A}buBlip")
_KIND = re.compile(r"(arabic|alphaLc|alphaUc|romanLc|romanUc)(ParenBoth|ParenR|Period|Plain)")
_AS_WORD = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {"ParenBoth": ("(", ")"), "ParenR": ("", ")"), "Period": ("", "."), "Plain": ("", "")}


def auto_number(paragraph: etree._Element) -> str:
    """Returns what is before a paragraph, and a blank; "" where there is no number, or it has no words."""
    said = _said(paragraph)
    kind = _KIND.fullmatch(said.get("type", "")) if said is not None else None
    if said is None or kind is None or not _has_words(paragraph):
        return ""
    before, after = _AROUND[kind[2]]
    start = said.get("startAt", "1")
    place = (int(start) if start.isdecimal() else 1) + _before(paragraph, said)
    return f"{before}{KINDS[_AS_WORD[kind[1]]](place)}{after} "


def _before(paragraph: etree._Element, said: etree._Element) -> int:
    """How many paragraphs of its list are before it: deeper ones are between them, no others."""
    count, level = 0, _level(paragraph)
    for each in paragraph.itersiblings(_PARAGRAPH, preceding=True):
        if _level(each) > level or not _has_words(each):
            continue
        other = _said(each)
        if _level(each) < level or other is None or dict(other.attrib) != dict(said.attrib):
            break
        count += 1
    return count


def _said(paragraph: etree._Element) -> etree._Element | None:
    """By itself, or by the list of its shape."""
    about = paragraph.find(_ABOUT)
    own = about.find(_NUMBERED) if about is not None else None
    if own is not None or (about is not None and any(about.find(each) is not None for each in _OTHER)):
        return own
    body = paragraph.getparent()
    return (
        body.find(f"{_A}lstStyle/{_A}lvl{_level(paragraph) + 1}pPr/{_NUMBERED}") if body is not None else None
    )


def _level(paragraph: etree._Element) -> int:
    about = paragraph.find(_ABOUT)
    level = about.get("lvl", "0") if about is not None else "0"
    return int(level) if level.isdecimal() else 0


def _has_words(paragraph: etree._Element) -> bool:
    return any((each.text or "").strip() for each in paragraph.iter(f"{_A}t"))
