"""Which runs of a Word file have no colour, that of what they are on, or are too small to be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from extractors.colours import BLACK, TOO_NARROW, TOO_SMALL, WHITE, Colour, from_hex, is_lost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_LOOK, _SHADE, _COLOUR, _HIGHLIGHT = f"{_W}rPr", f"{_W}shd", f"{_W}color", f"{_W}highlight"
_OF_PARAGRAPH, _OF_CELL, _OF_TABLE = f"{_W}pPr", f"{_W}tcPr", f"{_W}tblPr"
_CELL, _TABLE, _BOX = f"{_W}tc", f"{_W}tbl", f"{_W}txbxContent"
_BY_THEME = {"background1": WHITE, "light1": WHITE, "text1": BLACK, "dark1": BLACK}
# What is behind the text, which runs over it.
_BEHIND = re.compile(rb'behindDoc="(?:1|true)".{0,2000}?<\w+:wrapNone|z-index:-|<w:background ', re.DOTALL)
_SIZE, _WIDTH = f"{_W}sz", f"{_W}w"  # in half points, and in percent
_SMALL = re.compile(rb'<w:sz [^>]*"[0-2]"|<w:w [^>]*"[0-5]%?"')
_USUAL, _USUAL_LOOK = f"{_W}docDefaults", f"{_W}rPrDefault/{_W}rPr"  # where no style says anything
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_FILL, _OUTLINE, _ALPHA, _NO_FILL = (
    f"{_W14}{name}" for name in ("textFill", "textOutline", "alpha", "noFill")
)
_CLEAR = 98_000  # thousandths of a percent of what is behind: no colour is seen
_MOST_BASES = 20  # styles on styles


class _Style(NamedTuple):
    colour: etree._Element | None
    fills: list[Colour | None]  # none where it gives no ground
    is_shaded: bool  # in any way, as parts of tables are
    base: str
    size: float | None  # points


class WordColours:
    """Of one file: what its styles say, and whether its pages are white."""

    def __init__(self, styles: Iterable[etree._Element], pages: Iterable[bytes]) -> None:
        every = list(styles)
        self._styles = {
            style.get(f"{_W}styleId", ""): _style(style) for style in every if style.tag != _USUAL
        }
        self._usual = next((style.get(f"{_W}styleId", "") for style in every if _is_usual(style)), "")
        looks = [each.find(_USUAL_LOOK) for each in every if each.tag == _USUAL]
        self._usual_size = next(filter(None, map(_size, looks)), None)
        known = list(pages)
        self._page = None if any(map(_BEHIND.search, known)) else WHITE
        self._has_small = any(map(_SMALL.search, known)) or any(
            size is not None and size <= TOO_SMALL
            for size in (self._usual_size, *(style.size for style in self._styles.values()))
        )
        self._has_fills = any(b":textFill" in page for page in known)

    def lose(self, run: etree._Element, paragraph: etree._Element) -> bool:
        """Whether a run has the colour of its ground, or is too small to be seen."""
        if self._has_small and self._is_small(run, paragraph):
            return True
        look, about = run.find(_LOOK), paragraph.find(_OF_PARAGRAPH)
        if self._has_fills and _is_clear(look):
            return True
        of_run, of_paragraph = _named(look, "rStyle"), _named(about, "pStyle") or self._usual
        said = look.find(_COLOUR) if look is not None else None
        for name in (of_run, of_paragraph):
            said = said if said is not None else self._colour(name)
        letters = _colour(said, "val", "themeColor") if said is not None else None
        if letters is None:
            return False
        for fills in (_fills(look), self._fills(of_run), _fills(about), self._fills(of_paragraph)):
            if fills:
                return is_lost(letters, fills[0])
        return is_lost(letters, self._around(paragraph))

    def _is_small(self, run: etree._Element, paragraph: etree._Element) -> bool:
        look = run.find(_LOOK)
        width = look.find(_WIDTH) if look is not None else None
        if width is not None and (_number(width) or 100.0) <= TOO_NARROW:
            return True
        table = next(paragraph.iterancestors(_TABLE, _BOX), None)
        names = (
            _named(look, "rStyle"),
            _named(paragraph.find(_OF_PARAGRAPH), "pStyle") or self._usual,
            _named(table.find(_OF_TABLE), "tblStyle") if table is not None else "",
        )
        of_styles = (style.size for name in names for style in self._chain(name))
        sizes = (_size(look), *of_styles, self._usual_size)
        said = next((size for size in sizes if size is not None), None)
        return said is not None and said <= TOO_SMALL

    def _around(self, paragraph: etree._Element) -> Colour | None:
        """The colour of the cell, or the page, that a paragraph is in."""
        for above in paragraph.iterancestors(_CELL, _TABLE, _BOX):
            if above.tag == _BOX:
                return None
            fills = _fills(above.find(_OF_CELL if above.tag == _CELL else _OF_TABLE))
            if fills:
                return fills[0]
            if above.tag == _TABLE and self._is_shaded(_named(above.find(_OF_TABLE), "tblStyle")):
                return None
        return self._page

    def _chain(self, name: str) -> Iterable[_Style]:
        for _ in range(_MOST_BASES):
            if name not in self._styles:
                return
            yield self._styles[name]
            name = self._styles[name].base

    def _colour(self, name: str) -> etree._Element | None:
        return next((style.colour for style in self._chain(name) if style.colour is not None), None)

    def _fills(self, name: str) -> list[Colour | None]:
        return next((style.fills for style in self._chain(name) if style.fills), [])

    def _is_shaded(self, name: str) -> bool:
        return any(style.is_shaded for style in self._chain(name))


def _is_usual(style: etree._Element) -> bool:
    """Whether paragraphs that name no style have this one."""
    return style.get(f"{_W}default") in {"1", "true"} and style.get(f"{_W}type") == "paragraph"


def _is_clear(look: etree._Element | None) -> bool:
    """Whether text has no colour, or one that is clear, and no outline."""
    fill = look.find(_FILL) if look is not None else None
    if look is None or fill is None:
        return False
    outline = look.find(_OUTLINE)
    if outline is not None and len(outline) and outline.find(_NO_FILL) is None:
        return False
    said = next((each.get(f"{_W14}val", "") for each in fill.iter(_ALPHA)), "")
    return fill.find(_NO_FILL) is not None or (said.isdecimal() and int(said) >= _CLEAR)


def _style(style: etree._Element) -> _Style:
    look = style.find(_LOOK)
    return _Style(
        look.find(_COLOUR) if look is not None else None,
        _fills(look) or _fills(style.find(_OF_PARAGRAPH)),
        next(style.iter(_SHADE), None) is not None,
        _named(style, "basedOn"),
        _size(style.find(_LOOK)),
    )


def _size(look: etree._Element | None) -> float | None:
    """In points."""
    said = _number(look.find(_SIZE)) if look is not None else None
    return None if said is None else said / 2


def _number(element: etree._Element | None) -> float | None:
    said = element.get(_VAL, "").rstrip("%") if element is not None else ""
    return float(said) if re.fullmatch(r"\d+(?:\.\d+)?", said) else None


def _named(look: etree._Element | None, name: str) -> str:
    found = look.find(f"{_W}{name}") if look is not None else None
    return "" if found is None else found.get(_VAL, "")


def _fills(look: etree._Element | None) -> list[Colour | None]:
    """The ground that a look gives, None where its colour is not known; empty where it gives none."""
    if look is None:
        return []
    marked = look.find(_HIGHLIGHT)
    if marked is not None and marked.get(_VAL) != "none":
        return [WHITE if marked.get(_VAL) == "white" else None]
    shade = look.find(_SHADE)
    kind = shade.get(_VAL, "clear") if shade is not None else "nil"
    if shade is None or kind == "nil":
        return []
    if kind != "clear":
        return [_colour(shade, "color", "themeColor") if kind == "solid" else None]
    if shade.get(f"{_W}fill", "auto") == "auto" and not shade.get(f"{_W}themeFill"):
        return []
    return [_colour(shade, "fill", "themeFill")]


def _colour(element: etree._Element, name: str, theme: str) -> Colour | None:
    """Word writes what a colour of the theme comes to next to its name."""
    return from_hex(element.get(f"{_W}{name}")) or _BY_THEME.get(element.get(f"{_W}{theme}", ""))
