"""Which text of a Word file since 2007 is set in a font of symbols. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.signs import symbol_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL, _LOOK, _FONTS = f"{_W}val", f"{_W}rPr", f"{_W}rFonts"
_OF_PARAGRAPH = f"{_W}pPr/{_W}pStyle"
_MOST_BASES = 20  # styles on styles


class WordSymbols:
    """Of one file, by its styles; `parts`: what may name such fonts."""

    def __init__(self, styles: Iterable[etree._Element], parts: Iterable[bytes]) -> None:
        self._has_any = any(map(symbol_fonts.MAY_BE_NAMED.search, parts))
        self._styles: dict[str, tuple[str, str]] = {}  # font, and the style that it is based on
        for style in styles if self._has_any else ():
            based = style.find(f"{_W}basedOn")
            said = _font(style.find(_LOOK)), based.get(_VAL, "") if based is not None else ""
            self._styles[style.get(f"{_W}styleId", "")] = said

    def text(self, element: etree._Element, paragraph: etree._Element) -> str:
        """Returns what is seen of a piece of text."""
        text, run = element.text or "", element.getparent()
        if not self._has_any or not text or run is None:
            return text
        look, about = run.find(_LOOK), paragraph.find(_OF_PARAGRAPH)
        named = look.find(f"{_W}rStyle") if look is not None else None
        styles = [each.get(_VAL, "") for each in (named, about) if each is not None]
        font = _font(look) or next(filter(None, map(self._of_style, styles)), "")
        return symbol_fonts.as_drawn(font, text)

    def _of_style(self, name: str) -> str:
        for _ in range(_MOST_BASES):
            font, name = self._styles.get(name, ("", ""))
            if font:
                return font
        return ""


def sign(element: etree._Element) -> str:
    """Returns a sign that was put into the text by its number in a font (w:sym)."""
    return symbol_fonts.of_code(element.get(f"{_W}font", ""), element.get(f"{_W}char", ""))


def _font(look: etree._Element | None) -> str:
    said = look.find(_FONTS) if look is not None else None
    return said.get(f"{_W}ascii") or said.get(f"{_W}hAnsi") or "" if said is not None else ""
