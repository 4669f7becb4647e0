"""What a PDF page is made of, in one pass over its objects: every page goes through here.

It tells two things at the price of a few calls an object: what on the page may be words and is no text, and
whether some of its text may be out of sight. Both are only suspicions: `ink` looks at the page itself.
"""

from __future__ import annotations

import ctypes
import math
import struct
from bisect import bisect_left, bisect_right
from ctypes import c_float, c_int, c_uint, c_ulong, c_ushort, c_void_p
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import itemgetter, lt, sub
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pypdfium2

    Edges = tuple[float, float, float, float]
    String = tuple["PageObject", Edges, int]  # with its number, from 1, in the order in which all were drawn
    Place = Callable[[float, float], tuple[float, float]]  # from a point of an object to one of the page

_MOST_OBJECTS = 20_000  # of a page, looked at
_MOST_FILLS = 300  # of a page; where there are more the page itself is looked at
_AT_ONCE = 1_000  # objects that are asked together
_MOST_CLIPS, _MOST_POINTS = 20, 100
_OF_A_BOX = 4, 5  # points: two that lie across say all of a box, and of another shape no more than it shows
_DEEPEST = 8  # forms in forms
_MOST_MARKS = 10  # of content, within each other
_UNSEEN = 16  # of 255: how much of a colour without which it covers nothing
_BITS_UNSEEN = 4  # the lower half of a colour's bits
_FEWEST_SEGMENTS = 3  # of a path that has an inside
_OF_A_FRAME, _MOST_FRAMES = 30, 100  # segments of a path that may be a box around words; of a page
_CURVY = 8  # segments of a path that may be a letter; a box has five
_LARGE = 30.0  # square points of a filled path that may cover a word, or be the ground of one
_OF_WORDS = 400.0  # square points of one through whose mask words may be seen
_FULL = 255  # of a colour
_THIN = 4.0  # points: a rule covers no word
_LITTLE = 1.0  # points by which a string may reach out of its clip, up or down
_TOO_SMALL = 1.02  # points of a font's size: nobody reads that, and the law's own print has six
_PATH = pdfium.FPDF_PAGEOBJ_PATH
_OUTLINED = pdfium.FPDF_TEXTRENDERMODE_STROKE  # its colour is that of lines
_NO_TEXT = pdfium.FPDF_TEXTRENDERMODE_UNKNOWN  # what PDFium answers of any other object
UNPAINTED = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_ODD_MODES = {*UNPAINTED, _OUTLINED}


def quick(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A call of PDFium's with plain numbers for its handles: the wrapper's own take twice the time."""
    address = ctypes.cast(getattr(pdfium, name), c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address or 0)


def swift(name: str, result: Any) -> Callable[..., Any]:
    """Returns a call of PDFium's whose arguments ctypes does not look at: that takes half the time.

    Only handles as `c_void_p`, what `byref` gives, and numbers that fit into a C int may go in.
    """
    address = ctypes.cast(getattr(pdfium, name), c_void_p).value
    return ctypes.PYFUNCTYPE(result)(address or 0)


class PageObject(c_void_p):
    """An object of a page: as a class of its own ctypes makes no number of it."""

    __hash__ = object.__hash__


_object_of = swift("FPDFPage_GetObject", PageObject)
_object_of_form = swift("FPDFFormObj_GetObject", PageObject)
_count_of_form = swift("FPDFFormObj_CountObjects", c_int)
_kind = swift("FPDFPageObj_GetType", c_int)
_bounds = swift("FPDFPageObj_GetBounds", c_int)
_fill = swift("FPDFPageObj_GetFillColor", c_int)
_stroke = swift("FPDFPageObj_GetStrokeColor", c_int)
_font_size = swift("FPDFTextObj_GetFontSize", c_int)
_matrix = swift("FPDFPageObj_GetMatrix", c_int)
_is_clear = swift("FPDFPageObj_HasTransparency", c_int)
_clip = swift("FPDFPageObj_GetClipPath", PageObject)
_clip_paths = swift("FPDFClipPath_CountPaths", c_int)
_mode = swift("FPDFTextObj_GetTextRenderMode", c_int)
render_mode = quick("FPDFTextObj_GetTextRenderMode", c_int, c_void_p)
_segments = swift("FPDFPath_CountSegments", c_int)
_draw_mode = swift("FPDFPath_GetDrawMode", c_int)
_filters = swift("FPDFImageObj_GetImageFilterCount", c_int)
_clip_points = swift("FPDFClipPath_CountPathSegments", c_int)
_clip_point = swift("FPDFClipPath_GetPathSegment", PageObject)
_clip_start = swift("FPDFClipPath_GetPathSegment", c_void_p)
_point = swift("FPDFPathSegment_GetPoint", c_int)
_packed = quick("FPDFImageObj_GetImageDataRaw", c_ulong, c_void_p, c_void_p, c_ulong)
_count_marks = swift("FPDFPageObj_CountMarks", c_int)
_mark_at = swift("FPDFPageObj_GetMark", c_void_p)
_mark = quick("FPDFPageObj_GetMark", c_void_p, c_void_p, c_ulong)
_mark_name = quick("FPDFPageObjMark_GetName", c_int, c_void_p, c_void_p, c_ulong, c_void_p)
_pixels = swift("FPDFImageObj_GetImagePixelSize", c_int)


def _buffer(kind: Any) -> tuple[Any, list[Any]]:
    """Four numbers that PDFium writes, and where it is to write them.

    They are read as a slice: one by one, which is how Python unpacks them, takes longer than PDFium's call.
    """
    numbers = (kind * 4)()
    return numbers, [ctypes.byref(numbers, 4 * at) for at in range(4)]


_edges, _edges_at = _buffer(c_float)
_colour, _colour_at = _buffer(c_uint)
_two, _two_at = _buffer(c_uint)
_six = (c_float * 6)()
_six_at = ctypes.byref(_six)
# Room for four numbers of each of many objects, and where PDFium is to write the first, the second…
_room = (ctypes.c_char * (16 * _AT_ONCE))()
_room_at = [[ctypes.byref(_room, 16 * item + 4 * each) for item in range(_AT_ONCE)] for each in range(4)]


def _told_of(call: Callable[..., Any], items: Sequence[PageObject]) -> tuple[bytes, list[int]]:
    """Returns four numbers that PDFium tells of each object, packed in a row, and whether it told them."""
    packed: list[bytes] = []
    told: list[int] = []
    for start in range(0, len(items), _AT_ONCE):
        here = items[start : start + _AT_ONCE] if len(items) > _AT_ONCE else items
        ctypes.memset(_room, 0, 16 * len(here))
        told += map(call, here, *_room_at)
        packed.append(ctypes.string_at(_room, 16 * len(here)))
    return b"".join(packed), told


_length = c_ulong()  # bytes of a name, its end among them
_name = (c_ushort * 64)()
_LAYER = "OC\0".encode("utf-16-le")


class Rect(NamedTuple):
    """In points of the page, as its file counts them: upwards, neither turned nor cropped."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.top - self.bottom)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def holds(self, point: tuple[float, float]) -> bool:
        return self.left <= point[0] <= self.right and self.bottom <= point[1] <= self.top


@dataclass(slots=True)
class Survey:
    """What was seen of a page's objects, those of forms among them."""

    objects: int = 0
    strings: int = 0
    pictures: list[Rect] = field(default_factory=list)
    looks: list[tuple[int, ...]] = field(
        default_factory=list
    )  # by which a picture is known again; () by none
    frames: list[Rect] = field(default_factory=list)  # boxes, ovals and the like, drawn or filled
    outlines: list[Rect] = field(default_factory=list)  # paths that may be characters
    curves: int = 0  # segments of these
    finest: float = 0.0  # pixels a point of the finest picture
    suspects: set[int] = field(default_factory=set)  # strings that may be out of sight
    unpainted: set[int] = field(default_factory=set)  # strings that are set and not drawn, as behind a scan
    reach: Rect | None = None  # around all strings
    tiny: set[int] = field(default_factory=set)  # strings too small for any eye
    marks: set[int] = field(default_factory=set)  # that say what strings are, or what to read in their place
    cut: bool = False  # it has more objects, or forms in forms, than are looked at


def _numbers(items: Iterable[PageObject]) -> set[int]:
    """Objects as plain numbers, as which PDFium's text page tells of them."""
    return {item.value for item in items if item.value}


def survey(page: pypdfium2.PdfPage) -> Survey:
    """Go through the objects of a page once."""
    found = Survey()
    counted = pdfium.FPDFPage_CountObjects(page)
    if counted > 0 and page.raw is not None:
        handle = ctypes.cast(page.raw, c_void_p)  # as it is: a number would be turned back for each object
        count = min(counted, _MOST_OBJECTS)
        found.cut = counted > count
        _look(found, list(map(_object_of, repeat(handle), range(count))), _as_it_is, 0)
    return found


def strings_of(page: pypdfium2.PdfPage) -> Iterator[tuple[PageObject, int]]:
    """Every string of a page, and of forms on it, with how many forms it is in."""
    if page.raw is None:
        return
    handle = ctypes.cast(page.raw, c_void_p)
    count = min(max(0, pdfium.FPDFPage_CountObjects(page)), _MOST_OBJECTS)
    waiting = [(_object_of(handle, at), 0) for at in range(count)]
    while waiting:
        item, depth = waiting.pop()
        kind = _kind(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield item, depth
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            count = min(max(0, _count_of_form(item)), _MOST_OBJECTS - len(waiting))
            waiting += [(_object_of_form(item, at), depth + 1) for at in range(count)]


def of_layers(page: pypdfium2.PdfPage) -> set[int]:
    """Strings that may belong to a layer: marked so, or in a form, which may belong to one as a whole."""
    return _numbers(string for string, depth in strings_of(page) if depth or _is_of_layer(string))


def _is_of_layer(item: PageObject) -> bool:
    for number in range(_count_marks(item)):
        if not _mark_name(
            _mark(item, number), ctypes.addressof(_name), ctypes.sizeof(_name), ctypes.addressof(_length)
        ):
            return True  # a longer name, or none: it cannot be told
        if bytes(_name)[: _length.value] == _LAYER:
            return True
    return False


def _look(
    found: Survey, items: Sequence[PageObject], place: Place, depth: int, *, is_clear: bool = False
) -> bool:
    """Go through the objects of a page or form; whether something among them may cover words.

    `is_clear`: the form is drawn through a mask, or lets something through, as a whole.
    """
    modes = list(map(_mode, items))
    found.objects += len(items)
    fills = _Fills()
    others = [at for at, mode in enumerate(modes) if mode == _NO_TEXT]
    if others:
        _look_at_others(found, items, others, place, fills, depth, is_clear=is_clear)
    texts = [item for item, mode in zip(items, modes, strict=True) if mode != _NO_TEXT] if others else items
    found.strings += len(texts)
    if texts:
        _look_at_strings(found, texts, place, fills, is_clear=is_clear)
        found.marks |= _marks_of(texts)
        if not _ODD_MODES.isdisjoint(modes):
            found.suspects |= _numbers(
                item for item, mode in zip(items, modes, strict=True) if mode == _OUTLINED
            )
            set_only = (item for item, mode in zip(items, modes, strict=True) if mode in UNPAINTED)
            found.unpainted |= _numbers(filter(_has_ink, set_only))
    return bool(fills.drawn)


def _marks_of(strings: Sequence[PageObject]) -> set[int]:
    """All marks of content: those of a paragraph, and those within it."""
    found: set[int] = set()
    for depth in range(_MOST_MARKS):
        marks = list(map(_mark_at, strings, repeat(depth)))
        found.update(filter(None, marks))
        strings = list(compress(strings, marks))
        if not strings:
            break
    return found


def _look_at_strings(
    found: Survey, texts: Sequence[PageObject], place: Place, fills: _Fills, *, is_clear: bool
) -> None:
    """Go through the strings of a page or form. Blanks, of which some programs make strings, hide nothing."""
    every = _boxes_of(texts)
    lefts, bottoms, rights, tops = zip(*every, strict=True)
    found.reach = _reach(found.reach, Rect(min(lefts), min(bottoms), max(rights), max(tops)), place)
    has_ink = list(map(lt, bottoms, tops))
    inked = [*compress(zip(texts, every, range(1, len(texts) + 1), strict=True), has_ink)]
    if not inked:
        return
    items = [*compress(texts, has_ink)]
    found.suspects |= _numbers(fills.hidden(items, inked) | fills.covered(inked) | _clipped(items, inked))
    found.suspects |= _numbers(items if is_clear else compress(items, map(_is_clear, items)))
    found.tiny |= _numbers(_too_small(inked, _scale_of(place)))


def _look_at_others(
    found: Survey,
    items: Sequence[PageObject],
    others: Sequence[int],
    place: Place,
    fills: _Fills,
    depth: int,
    *,
    is_clear: bool,
) -> None:
    """Go through what is no text: its places among the items of a page or form."""
    kinds = list(map(_kind, [items[at] for at in others]))
    paths = _paths_that_matter([items[at] for at, kind in zip(others, kinds, strict=True) if kind == _PATH])
    for number, (at, kind) in enumerate(zip(others, kinds, strict=True)):
        item, after = items[at], at - number
        if kind == _PATH:
            if item in paths:
                _look_at_path(found, paths[item], place, fills, after)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            _look_at_picture(found, item, place, fills, after)
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            if box := _box(item):
                fills.add(box, _PICTURE, after)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST and found.objects < _MOST_OBJECTS:
            count = min(max(0, _count_of_form(item)), _MOST_OBJECTS - found.objects)
            inner = list(map(_object_of_form, repeat(item), range(count)))
            inner_clear = is_clear or bool(_is_clear(item))
            if _look(found, inner, _within(item, place), depth + 1, is_clear=inner_clear) and (
                box := _box(item)
            ):
                fills.add(box, _PICTURE, after)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            found.cut = True


@dataclass(slots=True)
class _Fills:
    """What was drawn under and over strings: where, in which colour, and after how many of them."""

    drawn: list[tuple[Rect, bytes, int]] = field(default_factory=list)
    colours: set[bytes] = field(default_factory=lambda: {_PAPER})

    def add(self, box: Rect, colour: bytes, after: int) -> None:
        if len(self.drawn) <= _MOST_FILLS:
            self.drawn.append((box, colour, after))
            self.colours.add(colour)

    def hidden(self, items: Sequence[PageObject], strings: Sequence[String]) -> set[PageObject]:
        """Strings that may be out of sight by themselves: transparent, or in the colour of their ground."""
        packed, told = _told_of(_fill, items)
        first = packed[: _FOUR_NUMBERS.size]
        if packed == first * len(items) and not self._is_odd(first):  # as on most pages
            return set()
        colours = [raw for (raw,) in _A_COLOUR.iter_unpack(packed)]
        odd = {raw for raw in set(colours) if self._is_odd(raw)}
        found: set[PageObject] = set()
        for (item, box, number), raw, is_told in zip(strings, colours, told, strict=True) if odd else ():
            if raw not in odd or not is_told:
                continue
            colour = _FOUR_NUMBERS.unpack(raw)
            if colour[3] < _UNSEEN:
                found.add(item)
            else:
                ground, shade = self._ground(Rect(*box), number), _shade(colour)
                if ground == shade or (ground == _PICTURE and shade == _PAPER):
                    found.add(item)
        return found

    def _is_odd(self, raw: bytes) -> bool:
        """Whether a colour of strings cannot be told from all grounds."""
        red, green, blue, alpha = _FOUR_NUMBERS.unpack(raw)
        return alpha < _UNSEEN or _shade((red, green, blue)) in self.colours

    def _ground(self, box: Rect, number: int) -> bytes:
        """The colour that the string with this number was drawn on."""
        across, up = box.middle
        for (left, bottom, right, top), colour, after in reversed(self.drawn):
            if after < number and left <= across <= right and bottom <= up <= top:
                return colour
        return _PAPER

    def covered(self, strings: Sequence[String]) -> set[PageObject]:
        """Strings over which, or over a part of which, something was drawn."""
        if len(self.drawn) > _MOST_FILLS:
            return {item for item, _, _ in strings}
        over = [(box, after) for box, _, after in self.drawn if after]
        if not over:
            return set()
        last = max(after for _, after in over)
        middles = sorted(
            ((bottom + top) / 2, left, right, number, item)
            for item, (left, bottom, right, top), number in strings
            if number <= last
        )
        return {
            item
            for (left, bottom, right, top), after in over
            for _, first, past, number, item in middles[
                bisect_left(middles, bottom, key=_first) : bisect_right(middles, top, key=_first)
            ]
            if number <= after and min(right, past) - max(left, first) >= min(_THIN, (past - first) / 2)
        }


_first = itemgetter(0)
_FOUR_NUMBERS, _FOUR_EDGES, _A_COLOUR = struct.Struct("4I"), struct.Struct("4f"), struct.Struct("16s")
_unpacked = _FOUR_EDGES.unpack


def _boxes_of(items: Sequence[PageObject]) -> list[Edges]:
    """Left, bottom, right and top of each of these objects; all four are 0 where PDFium does not tell."""
    return [*_FOUR_EDGES.iter_unpack(_told_of(_bounds, items)[0])]


def _reach(before: Rect | None, box: Rect, place: Place) -> Rect:
    """What strings reach over, with those of a form."""
    here = _placed(box, place)
    if before is None:
        return here
    return Rect(
        min(before.left, here.left),
        min(before.bottom, here.bottom),
        max(before.right, here.right),
        max(before.top, here.top),
    )


def _has_ink(text: PageObject) -> bool:
    """Whether a string is more than blanks, which some programs leave behind unpainted."""
    box = _box(text)
    return box is not None and box.area > 0


def _look_at_picture(found: Survey, item: PageObject, place: Place, fills: _Fills, after: int) -> None:
    if box := _box(item):
        found.pictures.append(_placed(box, place))
        found.looks.append(_look_of(item))
        found.finest = max(found.finest, _fineness(item, found.pictures[-1]))
        fills.add(box, _PICTURE, after)


class _Path(NamedTuple):
    item: PageObject
    segments: int
    box: Rect


def _paths_that_matter(items: Sequence[PageObject]) -> dict[PageObject, _Path]:
    """The paths that may be characters, or may cover some, each with its segments and its box."""
    return {
        item: _Path(item, segments, Rect(left, bottom, right, top))
        for item, segments, (left, bottom, right, top) in zip(
            items, map(_segments, items), _boxes_of(items), strict=True
        )
        if segments >= _CURVY or (right - left >= _THIN and top - bottom >= _THIN)
    }


def _look_at_path(found: Survey, path: _Path, place: Place, fills: _Fills, after: int) -> None:
    item, segments, box = path
    if _FEWEST_SEGMENTS < segments <= _OF_A_FRAME and len(found.frames) <= _MOST_FRAMES:
        found.frames.append(_placed(box, place))
    if segments >= _CURVY:
        found.curves += segments
        found.outlines.append(_placed(box, place))
    if min(box.right - box.left, box.top - box.bottom) < _THIN or box.area < _LARGE:
        return
    _draw_mode(item, *_two_at[:2])
    if segments < _FEWEST_SEGMENTS:  # a line, and as thick as one of text where it is level
        if _two[1] and _stroke(item, *_colour_at) and _colour[3] >= _UNSEEN:
            fills.add(box, _shade(_colour), after)
        return
    if not _two[0]:
        return
    if not _fill(item, *_colour_at):
        return
    is_masked = _colour[3] == _FULL and box.area >= _OF_WORDS and _is_clear(item)
    if tuple(_colour[:3]) == _PATTERN or is_masked:
        found.pictures.append(_placed(box, place))
        found.looks.append(())
        fills.add(box, _PICTURE, after)
    elif _colour[3] >= _UNSEEN:
        fills.add(box, _shade(_colour), after)


def _scale_of(place: Place) -> float:
    """How much larger what is in a form is on the page."""
    if place is _as_it_is:
        return 1.0
    (left, down), (right, up) = place(0.0, 0.0), place(1.0, 1.0)
    return max(abs(right - left), abs(up - down))


def _too_small(strings: Sequence[String], scale: float) -> Iterator[PageObject]:
    """Strings set too small for any eye, among those so flat, as those of dots and dashes are too."""
    largest = _TOO_SMALL / max(scale, _TOO_SMALL / 1000)
    for item, (left, bottom, right, top), _ in strings:
        if (top - bottom <= largest or right - left <= largest) and _is_too_small(item, scale):
            yield item


def _is_too_small(text: PageObject, scale: float) -> bool:
    """Whether a string is set too small for any eye."""
    if not _font_size(text, _edges_at[0]) or not _matrix(text, _six_at):
        return False
    a, b, c, d = _six[:4]
    return 0 < scale * _edges[0] * min(math.hypot(a, b), math.hypot(c, d)) <= _TOO_SMALL


def _shade(colour: Sequence[int]) -> bytes:
    """Colours that nobody tells apart are one."""
    return bytes(part >> _BITS_UNSEEN for part in colour[:3])


_PAPER = _shade([255, 255, 255])
_PATTERN = 191, 191, 191  # what PDFium says of a pattern, which may be a picture; and of this grey
_PICTURE = b""  # of all colours


def _clipped(items: Sequence[PageObject], strings: Sequence[String]) -> set[PageObject]:
    """Strings that are not where their clip lets them be seen, as far as its corners can say."""
    clips = list(map(_clip, items))
    counts = list(map(_clip_paths, clips))
    if max(counts) <= 0:
        return set()
    # Strings that were set under one clip share its last path: it is told by where its first point is kept.
    known_by = list(zip(counts, map(_clip_start, clips, map(sub, counts, repeat(1)), repeat(0)), strict=True))
    seen_through = {each: clip for each, clip in zip(known_by, clips, strict=True) if each[0] > 0}
    known: dict[int, Rect | None] = {}
    openings = {each: _opening(clip, known) for each, clip in seen_through.items()}
    return {
        item
        for each, (item, (left, bottom, right, top), _) in zip(known_by, strings, strict=True)
        if each[0] > 0
        and (left or right)
        and (
            (opening := openings[each]) is None
            or opening[0] > left
            or opening[2] < right
            or not opening[1] <= (bottom + top) / 2 <= opening[3]
        )
    }


def _opening(clip: PageObject, known: dict[int, Rect | None]) -> Rect | None:
    """What a clip lets be seen, and a little more; None where that is nothing or cannot be told.

    `known`: what paths that others are within let be seen, by where their first point is kept.
    """
    left, bottom, right, top = -math.inf, -math.inf, math.inf, math.inf
    for number in range(min(_clip_paths(clip), _MOST_CLIPS)):
        start = _clip_start(clip, number, 0)
        if start not in known:
            known[start] = _within_path(clip, number)
        within = known[start]
        if within is None:
            return None
        left, bottom = max(left, within[0]), max(bottom, within[1])
        right, top = min(right, within[2]), min(top, within[3])
    return Rect(left, bottom, right, top)


def _within_path(clip: PageObject, number: int) -> Rect | None:
    """What one path of a clip lets be seen."""
    count = _clip_points(clip, number)
    if count > _MOST_POINTS:
        return None
    corners = (0, 2) if count in _OF_A_BOX else range(count)
    segments = [_clip_point(clip, number, at) for at in corners]
    points = [_edges[:2] for each in segments if _point(each, *_edges_at[:2])]
    if not points:
        return None
    across, up = zip(*points, strict=True)
    return Rect(min(across) - _THIN, min(up) - _LITTLE, max(across) + _THIN, max(up) + _LITTLE)


def _box(item: PageObject) -> Rect | None:
    if not _bounds(item, *_edges_at):
        return None
    return Rect(*_edges[:])


def _placed(box: Rect, place: Place) -> Rect:
    """Where it is on the page."""
    if place is _as_it_is:
        return box
    corners = [place(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    across, up = zip(*corners, strict=True)
    return Rect(min(across), min(up), max(across), max(up))


def _fineness(item: PageObject, box: Rect) -> float:
    """Pixels of a picture for each point of the page."""
    if not _pixels(item, *_two_at[:2]) or box.area <= 0:
        return 0.0
    return (_two[0] * _two[1] / box.area) ** 0.5


def _look_of(item: PageObject) -> tuple[int, ...]:
    """Width, height and packed size of a picture: two that share them are one. () if not packed."""
    if _filters(item) <= 0 or not _pixels(item, *_two_at[:2]):
        return ()
    return _two[0], _two[1], _packed(item, None, 0)


def _as_it_is(x: float, y: float) -> tuple[float, float]:
    return x, y


def _within(form: PageObject, outer: Place) -> Place:
    """Where a point of a form is on the page."""
    at = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(ctypes.cast(form, pdfium.FPDF_PAGEOBJECT), at):
        return outer

    def place(x: float, y: float) -> tuple[float, float]:
        return outer(at.a * x + at.c * y + at.e, at.b * x + at.d * y + at.f)

    return place
