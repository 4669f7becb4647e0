"""What is drawn in Word, PowerPoint and Excel alike: shapes, charts, diagrams, pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from extractors import hidden, spaced_out
from extractors.colours import TOO_SMALL
from extractors.ocr.embedded_pictures import WHOLE
from extractors.office import covered
from extractors.office.art import chart_numbers
from extractors.parts import Aside, alternative_line, unseen_lines
from extractors.raised import END, START
from extractors.signs import slide_lists, symbol_fonts
from pipeline.errors import ExtractionError
from pipeline.model import PartState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Mapping

    from extractors.ocr.embedded_pictures import Cut, PictureReader
    from extractors.office.packages import Package
    from extractors.parts import Line

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}"
FALLBACK, CHOICE = f"{_MC}Fallback", f"{_MC}Choice"
WORD_BOX = f"{_W}txbxContent"
MATH_TEXT, MATH_BELOW = f"{_M}t", f"{_M}den"

_PARAGRAPH, _ROW, _TEXT, _BREAK, _LOOK = f"{_A}p", f"{_A}tr", f"{_A}t", f"{_A}br", f"{_A}rPr"
_LABELS = {f"{_C}tx", f"{_C}strCache", f"{_C}strLit", f"{_C}lvl", f"{_CX}strDim", f"{_CX}txData"}
_LABEL = {f"{_C}v", f"{_CX}pt", f"{_CX}v"}
_REFERS = {  # to another part: the attribute that says which, and what it is
    f"{_C}chart": (f"{_R}id", "chart"),
    f"{_CX}chart": (f"{_R}id", "chart"),
    f"{_DGM}relIds": (f"{_R}dm", "diagram"),
    f"{_A}blip": (f"{_R}embed", "picture"),
    f"{_V}imagedata": (f"{_R}id", "picture"),
    f"{_V}fill": (f"{_R}id", "picture"),
}
_SAYS_HIDDEN = etree.XPath(
    "descendant-or-self::*[@hidden='1' or @hidden='true' or contains(@style, 'visibility:hidden')]"
)
_SHARE = re.compile(r"(-?(?:\d+(?:\.\d+)?|\.\d+))([%f]?)")
_WORD_ART = f"{_V}textpath"
_HUNDREDTHS = 100  # of a point, in which sizes are said
_BOXES = {"rect", "roundRect", "flowChartProcess", "snip1Rect", "round1Rect", "round2SameRect"}
_USUAL_SIZE, _CLEAR = 18.0, 0.02  # points of text of a shape; of its letters, what is no colour
_SMALL_ONCE_FITTED = 4.0 * TOO_SMALL  # points: no program makes text smaller than to a quarter
_YES = {"1", "true"}
_ANY_FILL = {f"{_A}{kind}Fill" for kind in ("no", "solid", "grad", "blip", "patt", "grp")}
_CELL, _FILLS = f"{_A}tc", (f"{_A}solidFill", f"{_A}noFill")
_USUAL_TABLE = "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"  # a style that files name and do not hold
_NONE: Mapping[etree._Element, str] = {}
_FORMULAS = ("Equation.",)  # programs whose objects are formulas, and no files


class Drawings:
    """Reads what is drawn in one package, each part once."""

    def __init__(self, package: Package, pictures: PictureReader) -> None:
        self._package = package
        self._pictures = pictures
        self._told: set[str] = set()

    def lines(
        self,
        part: str,
        root: etree._Element,
        box: Callable[[etree._Element], Iterator[Line]] | None = None,
        off: Mapping[etree._Element, str] = _NONE,
    ) -> Iterator[Line]:
        """Yields all below `root`, which is in `part`, in the order of the file.

        `box` reads a text box of Word's. Shapes and runs in `off` are not seen, for the reason given; nor
        are hidden shapes.
        """
        rows: set[etree._Element] = set()
        why = _hidden_shapes(root) | dict(off)
        for element in _walk(root, why.keys()):
            if element is not root and element in why:
                yield from unseen_lines(self.lines(part, element, box, _without(off, element)), why[element])
            elif element.tag == WORD_BOX:
                yield from box(element) if box else ()
            elif element.tag == _PARAGRAPH:
                row = next(element.iterancestors(_ROW), None)
                if row is None:
                    yield inline(element, off)
                elif row not in rows:
                    rows.add(row)
                    yield _row(row, off)
            elif element.tag in _REFERS:
                yield from self._referred(part, element)
            elif element.tag == f"{_O}OLEObject" and (element.get("ProgID") or "").startswith(_FORMULAS):
                yield Aside("equation", PartState.UNREAD, why="a formula made by a program of its own")
            else:
                yield from _said_by(element)

    def part(
        self, part: str, under: Callable[[etree._Element], Collection[etree._Element]] | None = None
    ) -> Iterator[Line]:
        """All of a part of drawings; `under` tells what in it is under something else."""

        def read() -> Iterator[Line]:
            root = self._package.xml(part)
            return self.lines(part, root, off=dict.fromkeys(under(root), covered.WHY) if under else _NONE)

        yield from self._safely(part, "drawing", read)

    def is_opaque(self, part: str, picture: etree._Element) -> bool:
        """Whether nothing is seen through a picture that an element of this part refers to."""
        relation = self._package.relations(part).get(picture.get(f"{_R}embed") or "")
        if relation is None or relation.target not in self._package:
            return False
        is_clear = picture.find(f"{_A}alphaModFix") is not None
        return not is_clear and covered.is_opaque(self._package.read(relation.target))

    def chart(self, part: str) -> Iterator[Line]:
        """The titles of a chart, its labels, the numbers that it writes, and what was written over it."""
        root = self._package.xml(part)
        yield from self.lines(part, root)
        said: dict[str, None] = {}
        for labels in root.iter(*_LABELS):
            words = [" ".join((label.text or "").split()) for label in labels.iter(*_LABEL)]
            said[" ".join(filter(None, words))] = None
        yield from filter(None, said)
        yield from chart_numbers.lines(root)
        for relation in self._package.of(part, "chartUserShapes"):
            yield from self.lines(relation.target, self._package.xml(relation.target))

    def picture(self, part: str, cut: Cut = WHOLE) -> Iterator[Line]:
        if found := self._pictures.read(self._package.read(part), part.rpartition("/")[2], cut):
            yield found

    def _referred(self, part: str, element: etree._Element) -> Iterator[Line]:
        attribute, kind = _REFERS[element.tag]
        relation = self._package.relations(part).get(element.get(attribute) or "")
        if relation is None:
            return
        target = relation.target
        if target not in self._package:
            yield Aside(kind, PartState.UNREAD, why=f"{target} is not in the file")
        elif kind == "picture":
            lines = self._safely(target, kind, lambda: self.picture(target, _cut(element)))
            yield from unseen_lines(lines, "a picture that is clear") if _is_faded(element) else lines
        elif target not in self._told:
            self._told.add(target)
            read = self.chart if kind == "chart" else self.part
            yield from self._safely(target, kind, lambda: read(target))

    def _safely(self, part: str, kind: str, read: Callable[[], Iterator[Line]]) -> Iterator[Line]:
        """A damaged part costs no other its words."""
        try:
            yield from read()
        except ExtractionError as error:
            yield Aside(kind, PartState.UNREAD, why=f"{part}: {error.detail}")


def _without(off: Mapping[etree._Element, str], element: etree._Element) -> Mapping[etree._Element, str]:
    return {each: why for each, why in off.items() if each is not element}


def _cut(element: etree._Element) -> Cut:
    """How much of a picture is cut off."""
    if element.tag == f"{_V}imagedata":
        sides = (_share(element.get(f"crop{side}", "0")) for side in ("left", "top", "right", "bottom"))
    else:
        fill = element.getparent()
        shown = fill.find(f"{_A}srcRect") if fill is not None else None
        if shown is None:
            return WHOLE
        sides = (_share(shown.get(side, "0")) for side in "ltrb")
    left, top, right, bottom = sides
    return left, top, right, bottom


def _share(said: str) -> float:
    """Of a side: in thousandths of a hundredth, in hundredths, in 65,536ths, or as it is."""
    match = _SHARE.fullmatch(said.strip())
    if match is None:
        return 0.0
    unit = {"%": 100, "f": 65_536}.get(match[2], 1 if "." in match[1] else 100_000)
    return float(match[1]) / unit


def inline(paragraph: etree._Element, lost: Container[etree._Element] = ()) -> str:
    """The text of a paragraph of a shape, what is raised, lost or too small between the marks of that."""
    pieces = [slide_lists.auto_number(paragraph)]
    for item in paragraph.iter(_TEXT, _BREAK, MATH_TEXT, MATH_BELOW):
        if item.tag == _BREAK:
            pieces.append("\n")
        elif item.tag == MATH_BELOW:
            pieces.append("/")
        else:
            text = _drawn(item)
            text = hidden.hidden(text) if item.getparent() in lost or _is_unseen(item) else text
            pieces.append(f"{START}{text}{END}" if _is_raised(item) else text)
    return spaced_out.joined("".join(pieces))


def _drawn(text: etree._Element) -> str:
    """What is seen of a text: signs, in a font of symbols.

    A font for symbols alone is that of what has been put in by a program as one, and not of A to Z.
    """
    said, run = text.text or "", text.getparent()
    look = run.find(_LOOK) if run is not None else None
    if look is None or not said:
        return said
    latin, symbol = (look.find(f"{_A}{name}") for name in ("latin", "sym"))
    if latin is not None:
        said = symbol_fonts.as_drawn(latin.get("typeface", ""), said)
    if symbol is not None and not said.isascii():
        font = symbol.get("typeface", "")
        said = "".join(each if each.isascii() else symbol_fonts.as_drawn(font, each) for each in said)
    return said


def _is_raised(text: etree._Element) -> bool:
    run = text.getparent()
    look = run.find(_LOOK) if run is not None else None
    baseline = look.get("baseline", "") if look is not None else ""
    return baseline.rstrip("%").isdigit() and int(baseline.rstrip("%")) > 0


def _row(row: etree._Element, lost: Container[etree._Element]) -> str:
    """The cells of a row; what is in one that another was merged over is not seen."""
    cells: list[str] = []
    for paragraph in row.iter(_PARAGRAPH):
        words = " ".join(inline(paragraph, lost).split())
        cell = next(paragraph.iterancestors(_CELL), None)
        is_under = cell is not None and any(cell.get(side) in _YES for side in ("hMerge", "vMerge"))
        cells.append(hidden.hidden(words) if is_under else words)
    return " ".join(cells)


def _is_unseen(text: etree._Element) -> bool:
    """Whether text is too small to be read, or has no colour: none, or one that is clear."""
    run = text.getparent()
    look = run.find(_LOOK) if run is not None else None
    return _size(text, look) <= TOO_SMALL or (look is not None and is_clear(look))


def is_clear(look: etree._Element) -> bool:
    """Whether characters have no colour, or one that is clear, and no outline."""
    line = look.find(f"{_A}ln")
    if line is not None and line.find(_FILLS[0]) is not None:  # they are outlined
        return False
    fill = next((each for each in look if each.tag in _FILLS), None)
    if fill is None or fill.tag == _FILLS[1]:
        return fill is not None
    said = next(fill.iter(f"{_A}alpha"), None)
    return said is not None and _share(said.get("val", "100%")) <= _CLEAR


def _size(text: etree._Element, look: etree._Element | None) -> float:
    """Of a run, in points: as it says itself, or the list of its shape; and as its shape makes it smaller."""
    own = look.get("sz", "") if look is not None else ""
    if not own.isdecimal():
        paragraph = next(text.iterancestors(_PARAGRAPH), None)
        about = paragraph.find(f"{_A}pPr") if paragraph is not None else None
        body = paragraph.getparent() if paragraph is not None else None
        level = about.get("lvl", "0") if about is not None else "0"
        number = int(level) + 1 if level.isdecimal() else 1
        usual = body.find(f"{_A}lstStyle/{_A}lvl{number}pPr/{_A}defRPr") if body is not None else None
        own = usual.get("sz", "") if usual is not None else ""
    size = int(own) / _HUNDREDTHS if own.isdecimal() else _USUAL_SIZE
    if size > _SMALL_ONCE_FITTED:
        return size
    body = next((each for each in text.iterancestors() if each.tag.endswith("}txBody")), None)
    fitted = body.find(f"{_A}bodyPr/{_A}normAutofit") if body is not None else None
    return size * _share(fitted.get("fontScale", "100%")) if fitted is not None else size


def is_filled(about: etree._Element, by_style: etree._Element | None) -> bool:
    """Whether a shape has an even fill without alpha: its own, or else that of its style."""
    if next(about.iter(f"{_A}alpha"), None) is not None:
        return False
    said = [each.tag for each in about if each.tag in _ANY_FILL]
    return said == [_FILLS[0]] or (not said and by_style is not None and by_style.get("idx", "0") != "0")


def is_filled_table(frame: etree._Element) -> bool:
    """Whether the cells of a table have even fills without alpha, and fill their frame.

    Their own fills, or those of the usual style.
    """
    is_usual = any(style.text == _USUAL_TABLE for style in frame.iter(f"{_A}tableStyleId"))
    fills = [cell.find(f"{_A}tcPr") for cell in frame.iter(_CELL)]
    height = sum(int(row.get("h", "0")) for row in frame.iter(_ROW) if row.get("h", "0").isdecimal())
    asked = [
        int(each.get("cy", "0")) for each in frame.iterfind("*/{*}ext") if each.get("cy", "").isdecimal()
    ]
    return (
        bool(fills and asked)
        and height >= asked[0]
        and all(_is_filled_cell(fill, is_usual=is_usual) for fill in fills)
    )


def _is_filled_cell(about: etree._Element | None, *, is_usual: bool) -> bool:
    if about is None or not any(each.tag in _ANY_FILL for each in about):
        return is_usual
    return is_filled(about, None)


def is_box(about: etree._Element) -> bool:
    """Whether a shape has the form of a box, or was drawn as one by its corners."""
    form = next(about.iter(f"{_A}prstGeom", f"{_A}custGeom"), None)
    if form is None or form.tag == f"{_A}prstGeom":
        return form is not None and form.get("prst") in _BOXES
    paths = list(form.iter(f"{_A}path"))
    if len(paths) != 1 or paths[0].find(f"{_A}moveTo") is None:
        return False
    steps = {etree.QName(each).localname for each in paths[0]}
    wide, high = paths[0].get("w", ""), paths[0].get("h", "")
    corners = {(each.get("x", ""), each.get("y", "")) for each in paths[0].iter(f"{_A}pt")}
    return steps <= {"moveTo", "lnTo", "close"} and corners == {
        (x, y) for x in ("0", wide) for y in ("0", high)
    }


def _said_by(element: etree._Element) -> Iterator[str]:
    """The words in the attributes of an element: what it describes, or WordArt of old."""
    if element.tag == _WORD_ART:
        said = element.get("string") or ""
        yield hidden.hidden(said) if _is_clear_art(element) else said
    elif words := _description(element):
        yield alternative_line(words)


def _is_faded(picture: etree._Element) -> bool:
    """Whether everything is seen through a picture."""
    said = picture.find(f"{_A}alphaModFix")
    return said is not None and _share(said.get("amt", "100%")) <= _CLEAR


def _is_clear_art(art: etree._Element) -> bool:
    """Whether WordArt of old has no colour, or one that is clear, and no outline."""
    shape = art.getparent()
    if shape is None or shape.get("stroked", "t") not in {"f", "false"}:
        return False
    fill = shape.find(f"{_V}fill")
    said = fill.get("opacity", "1.0") if fill is not None else "1.0"
    return (
        shape.get("filled") in {"f", "false"}
        or _share(said if "." in said or said[-1:] in "%f" else f"{said}.0") <= _CLEAR
    )


def _description(element: etree._Element) -> str:
    """The alternative text that an element carries."""
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if name in {"docPr", "cNvPr"}:
        return " ".join(filter(None, (element.get("title"), element.get("descr"))))
    return (element.get("alt") or "") if element.tag.startswith(_V) else ""


def _hidden_shapes(root: etree._Element) -> dict[etree._Element, str]:
    """Shapes below `root` that say they are hidden, each with why it is not seen."""
    found: dict[etree._Element, str] = {}
    for each in _SAYS_HIDDEN(root):
        name, above = each.tag.rpartition("}")[2], each.getparent()
        if name == "cNvPr" and above is not None:
            above = above.getparent()
        shape = above if name in {"cNvPr", "docPr"} else each
        if shape is not None and (shape is not each or each.tag.startswith(_V)):
            found[shape] = "a hidden shape"
    return found


def _walk(root: etree._Element, closed: Collection[etree._Element] = ()) -> Iterator[etree._Element]:
    """All elements in their order, without what says the same again.

    Not into the text boxes of Word, nor into those that are `closed`.
    """
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or is_said_again(element):
            continue
        yield element
        if element is root or (element.tag != WORD_BOX and element not in closed):
            waiting.extend(reversed(element))


def is_said_again(element: etree._Element) -> bool:
    """Whether it is what an older program shows in place of what is next to it."""
    if element.tag != FALLBACK:
        return False
    above = element.getparent()
    return above is not None and any(len(choice) for choice in above.iterchildren(CHOICE))
