"""Which words of an OpenDocument file have no colour, that of what they are on, or are too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.colours import TOO_NARROW, TOO_SMALL, WHITE, Colour, from_hex, is_lost
from extractors.office.odf import names
from extractors.signs import symbol_fonts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_MOST_BASES = 20  # styles on styles
_FAMILIES = {  # of styles, by the element that has one
    f"{names.TEXT}span": "text",
    f"{names.TEXT}p": "paragraph",
    f"{names.TEXT}h": "paragraph",
    f"{names.TEXT}section": "section",
    f"{names.TABLE}table-cell": "table-cell",
    f"{names.TABLE}table-row": "table-row",
    f"{names.TABLE}table": "table",
}
_OF_TEXT = {"paragraph", "graphic"}  # what is usual for them is what letters have that no style names
_NAMES = (
    f"{names.TEXT}style-name",
    f"{names.TABLE}style-name",
    f"{names.DRAW}style-name",
    f"{names.SHOW}style-name",
)
_COLOUR, _OWN = f"{names.FO}color", f"{names.STYLE}use-window-font-color"
_GROUND, _FILL, _FILL_COLOUR = f"{names.FO}background-color", f"{names.DRAW}fill", f"{names.DRAW}fill-color"
_SIZE, _OPACITY = f"{names.FO}font-size", f"{names.DRAW}opacity"
_CLASS, _TEXT_BOX = f"{names.SHOW}class", f"{names.DRAW}text-box"
_WIDTH, _CLEARNESS = f"{names.STYLE}text-scale", f"{names.LIBREOFFICE}opacity"
_FEW = 25.0  # percent of a size
_USUAL_SIZE, _CLEAR = 12.0, 2.0  # points where no style says any; percent of a colour that nobody sees
_PAGE, _MASTER, _GROUP = f"{names.DRAW}page", f"{names.STYLE}master-page", f"{names.DRAW}g"
_LOOKS_OF_LETTERS = f"{names.STYLE}text-properties"
_PLACES = tuple(f"{names.SVG}{side}" for side in ("x", "y", "width", "height"))


class OdfColours:
    """Of one file, by its styles."""

    def __init__(self, styles: list[etree._Element], roots: list[etree._Element]) -> None:
        self._styles: dict[tuple[str, str], etree._Element] = {}
        for style in styles:
            name = style.get(f"{names.STYLE}family", ""), style.get(f"{names.STYLE}name", "")
            self._styles[name] = style
        self._masters = {
            each.get(f"{names.STYLE}name", ""): each for root in roots for each in root.iter(_MASTER)
        }
        self._has_colours = any(look.get(_COLOUR) for each in styles for look in each.iter(_LOOKS_OF_LETTERS))
        usual = [each for root in roots for each in root.iter(f"{names.STYLE}default-style")]
        self._usual = [
            look
            for each in usual
            if each.get(f"{names.STYLE}family") in _OF_TEXT
            for look in each.iter(_LOOKS_OF_LETTERS)
        ]
        looks = [*self._usual, *(look for each in styles for look in each.iter(_LOOKS_OF_LETTERS))]
        self.has_small = any(map(_may_be_unseen, looks))  # or pressed, or clear
        self._faces = {
            each.get(f"{names.STYLE}name", ""): each.get(f"{names.SVG}font-family", "")
            for root in roots
            for each in root.iter(f"{names.STYLE}font-face")
        }
        fonts = {self._font_of(look) for look in looks}
        self.may_have_symbols = any(map(symbol_fonts.signs_of, fonts))
        self._paper = None if any(map(_is_coloured_paper, roots)) else WHITE

    def font(self, element: etree._Element) -> str:
        """Returns the font of a line, or of a piece of one, where it may be one of symbols."""
        if not self.may_have_symbols:
            return ""
        return next(filter(None, map(self._font_of, self._looks_of_letters(element))), "")

    def font_of_cell(self, cell: etree._Element, default: str) -> str:
        """As `font`, of a cell of a sheet that has no styles within it; `default` is that of its column."""
        if not self.may_have_symbols:
            return ""
        style = cell.get(f"{names.TABLE}style-name") or default
        return next(filter(None, map(self._font_of, self._looks("table-cell", style, _LOOKS_OF_LETTERS))), "")

    def _font_of(self, look: etree._Element) -> str:
        name = look.get(f"{names.STYLE}font-name", "")
        return self._faces.get(name, name) or look.get(f"{names.FO}font-family", "")

    def lose(self, element: etree._Element) -> bool:
        """Whether words of a line, or a piece of one, have the colour of their ground, or are too small."""
        if self.has_small and self._is_unseen(element):
            return True
        if not self._has_colours:
            return False
        letters = self._letters(element)
        return letters is not None and is_lost(letters, self._ground(element))

    def lose_cell(self, cell: etree._Element, default: str) -> bool:
        """As `lose`, of a cell of a sheet that has no styles within it; `default` is that of its column."""
        style = cell.get(f"{names.TABLE}style-name") or default
        if _is_too_small(next(self._said("table-cell", style, _LOOKS_OF_LETTERS, _SIZE), None)):
            return True
        says = next(self._said("table-cell", style, _LOOKS_OF_LETTERS, _COLOUR), None)
        return (
            says is not None
            and not any(
                each.find(f"{names.STYLE}map") is not None for each in self._chain("table-cell", style)
            )
            and is_lost(from_hex(says), next(self._grounds("table-cell", style), WHITE))
        )

    # ---- characters

    def _letters(self, element: etree._Element) -> Colour | None:
        """None where they have the colour that can be seen whatever the ground, or one that is not known."""
        for look in self._looks_of_letters(element):
            if look.get(_OWN) == "true":
                return None
            if look.get(_COLOUR):
                return from_hex(look.get(_COLOUR))
        return None

    def _is_unseen(self, element: etree._Element) -> bool:
        """Whether text is too small or too narrow to be read, or clear."""
        looks = [*self._looks_of_letters(element), *self._usual]
        size = 1.0
        for said in filter(None, (look.get(_SIZE) for look in looks)):
            if not said.endswith("%"):
                size *= names.points(said) or _USUAL_SIZE
                break
            size *= names.percent(said) / 100
        else:
            size *= _USUAL_SIZE
        width = names.percent(next(filter(None, (look.get(_WIDTH) for look in looks)), None))
        colour = next((_opacity(look) for look in looks if look.get(_CLEARNESS) or look.get(_OWN)), 100.0)
        return size <= TOO_SMALL or width <= TOO_NARROW or colour <= _CLEAR

    def _looks_of_letters(self, element: etree._Element) -> Iterator[etree._Element]:
        """What styles say of text, the nearest first, up to the shape or the cell that they are in."""
        for each in (element, *element.iterancestors()):
            family = _FAMILIES.get(each.tag) or ("graphic" if each.tag.startswith(names.DRAW) else "")
            yield from self._looks(family, _style(each), _LOOKS_OF_LETTERS)
            if family in {"graphic", "table-cell"} and each.tag != _TEXT_BOX:
                break

    # ---- their ground

    def _ground(self, element: etree._Element) -> Colour | None:
        inner = element
        for each in (element, *element.iterancestors()):
            if each.tag == _PAGE:
                return self._slide(each, inner)
            if each.tag == _MASTER:
                return None
            if family := _FAMILIES.get(each.tag, ""):
                for ground in self._grounds(family, _style(each)):
                    return ground
            elif each.tag == _GROUP:
                return None
            elif each.tag.startswith(names.DRAW):
                for ground in self._fills(each):
                    return ground
            inner = each
        return self._paper

    def _grounds(self, family: str, name: str) -> Iterator[Colour | None]:
        for said in self._said(family, name, "", _GROUND):
            if said != "transparent":
                yield from_hex(said)

    def _fills(self, shape: etree._Element) -> Iterator[Colour | None]:
        """The colour that a shape is filled with; nothing where it is not, None where that is not known."""
        of_shape = "presentation" if shape.get(f"{names.SHOW}style-name") else "graphic"
        family = "drawing-page" if shape.tag in {_PAGE, _MASTER} else of_shape
        name = _style(shape)
        kind = next(self._said(family, name, "", _FILL), "")
        if kind == "solid":
            yield from_hex(next(self._said(family, name, "", _FILL_COLOUR), None))
        elif kind not in {"", "none"}:
            yield None
        elif not kind:
            yield from self._grounds(family, name)

    def _slide(self, page: etree._Element, shape: etree._Element) -> Colour | None:
        """Of a slide where a shape is on it; None where another is between them."""
        master = self._masters.get(page.get(f"{names.DRAW}master-page-name", ""))
        # Places of a master for titles and dates only say where to write.
        printed = [each for each in (master if master is not None else ()) if not each.get(_CLASS)]
        below = [*printed, *shape.itersiblings(preceding=True)]
        if any(self._paints(each) and _meet(each, shape) for above in below for each in _leaves(above)):
            return None
        for each in (page, master):
            if each is not None:
                for ground in self._fills(each):
                    return ground
        return WHITE

    def is_opaque(self, shape: etree._Element) -> bool:
        """Whether nothing is seen through what a shape is filled with."""
        of_shape = "presentation" if shape.get(f"{names.SHOW}style-name") else "graphic"
        clear = next(self._said(of_shape, _style(shape), "", _OPACITY), "100%")
        return clear == "100%" and next(self._fills(shape), None) is not None

    def is_filled_table(self, frame: etree._Element) -> bool:
        """Whether each cell of a table has a fill of its own."""
        cells = [_style(cell) for cell in frame.iter(f"{names.TABLE}table-cell")]
        return bool(cells) and all(
            next(self._said("table-cell", cell, "", _FILL), "") == "solid"
            and next(self._said("table-cell", cell, "", _OPACITY), "100%") == "100%"
            for cell in cells
        )

    def _paints(self, shape: etree._Element) -> bool:
        is_frame = shape.tag == f"{names.DRAW}frame"
        has_picture = is_frame and any(each.tag != f"{names.DRAW}text-box" for each in shape)
        return has_picture or next(self._fills(shape), WHITE) != WHITE

    # ---- styles

    def _said(self, family: str, name: str, within: str, attribute: str) -> Iterator[str]:
        """What styles say, the nearest first."""
        for look in self._looks(family, name, within):
            if said := look.get(attribute):
                yield said

    def _looks(self, family: str, name: str, within: str) -> Iterator[etree._Element]:
        for style in self._chain(family, name) if family else ():
            yield from (look for look in style if not within or look.tag == within)

    def _chain(self, family: str, name: str) -> Iterator[etree._Element]:
        for _ in range(_MOST_BASES):
            style = self._styles.get((family, name))
            if style is None and family == "presentation":
                family, style = "graphic", self._styles.get(("graphic", name))
            if style is None:
                return
            yield style
            name = style.get(f"{names.STYLE}parent-style-name", "")


def _is_too_small(size: str | None) -> bool:
    return 0 < names.points(size) <= TOO_SMALL


def _may_be_unseen(look: etree._Element) -> bool:
    size = look.get(_SIZE, "")
    return (
        _is_too_small(size)
        or (size.endswith("%") and names.percent(size) <= _FEW)
        or names.percent(look.get(_WIDTH)) <= TOO_NARROW
        or _opacity(look) <= _CLEAR
    )


def _opacity(look: etree._Element) -> float:
    """In percent. LibreOffice writes nought with the colour that can be seen whatever the ground."""
    return 100.0 if look.get(_OWN) == "true" else names.percent(look.get(_CLEARNESS))


def _style(element: etree._Element) -> str:
    return next(filter(None, map(element.get, _NAMES)), "")


def _is_coloured_paper(root: etree._Element) -> bool:
    """Whether something is, or may be, between the words of a text and white paper."""
    return any(
        (look.get(_GROUND, "transparent") not in {"transparent", "#ffffff"})
        or look.get(_FILL, "none") != "none"
        for look in root.iter(f"{names.STYLE}page-layout-properties")
    ) or any(
        look.get(f"{names.STYLE}run-through") == "background"
        and look.get(f"{names.STYLE}wrap") == "run-through"
        for look in root.iter(f"{names.STYLE}graphic-properties")
    )


def _leaves(shape: etree._Element) -> Iterator[etree._Element]:
    """A shape, or those of a group."""
    if shape.tag == _GROUP:
        for each in shape:
            yield from _leaves(each)
    elif isinstance(shape.tag, str) and shape.tag.startswith(names.DRAW):
        yield shape


def _meet(one: etree._Element, other: etree._Element) -> bool:
    """Whether two shapes may overlap; they may where it is not told where they are."""
    first, second = ([names.points(each.get(side)) for side in _PLACES] for each in (one, other))
    if any(each.get(f"{names.DRAW}transform") or _PLACES[0] not in each.attrib for each in (one, other)):
        return True
    return all(
        first[at] < second[at] + second[at + 2] and second[at] < first[at] + first[at + 2] for at in (0, 1)
    )
