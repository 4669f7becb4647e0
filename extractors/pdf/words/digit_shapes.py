"""Whether a font draws its digits as it names them: no word tells that "387" should be "831".

The outline of each digit is laid over those of plain fonts. Where two or more look like another digit, the
font is not believed, and its figures are read as they are drawn.
"""

from __future__ import annotations

import ctypes
import functools
import re
import struct
from collections import defaultdict
from ctypes import c_float, c_int, c_size_t, c_uint, c_void_p
from itertools import repeat
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw

from extractors.pdf.survey import PageObject, quick, swift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractors.pdf.words.glyphs import TextPage

_DIGITS, _WORD = re.compile(r"[0-9]+"), re.compile(r"\S+")
_SAMPLED = 12  # runs of digits of a page
_PLAIN = (
    b"Helvetica", b"Helvetica-Bold", b"Times-Roman", b"Times-Bold", b"Courier", b"Helvetica-Oblique",
)  # fmt: skip
_WIDE, _HIGH = 20, 28  # of a picture of a digit
_SIZE = 100.0  # points
_SURELY = 0.06  # of the picture: by how much less it must differ from another digit
_FEWEST = 2  # digits that look like others
_MOST_POINTS = 400  # of a digit
_MOST_KNOWN = 5_000
_MOST_OUTLINES = 2_000  # kept, whatever papers they are of: most papers are set in few fonts

_string_of = quick("FPDFText_GetTextObject", c_void_p, c_void_p, c_int)
_font_of = quick("FPDFTextObj_GetFont", c_void_p, c_void_p)
_name_of = quick("FPDFFont_GetBaseFontName", c_size_t, c_void_p, c_void_p, c_size_t)
_path = quick("FPDFFont_GetGlyphPath", PageObject, c_void_p, c_uint, c_float)
_count = swift("FPDFGlyphPath_CountGlyphSegments", c_int)
_segment = swift("FPDFGlyphPath_GetGlyphPathSegment", PageObject)
_point = swift("FPDFPathSegment_GetPoint", c_int)
_kind = swift("FPDFPathSegment_GetType", c_int)
_name = ctypes.create_string_buffer(128)
_points = (c_float * (2 * _MOST_POINTS))()
_points_at = [[ctypes.byref(_points, 8 * at + side) for at in range(_MOST_POINTS)] for side in (0, 4)]
_A_POINT = struct.Struct("2f")

Outline = tuple[bytes, tuple[int, ...]]  # the points of a digit, two numbers each, and how each is reached
Digits = dict[
    tuple[int, bytes, str], bool
]  # of a font, by its handle and name: whether it looks like another


def misnamed(handle: TextPage, text: str, known: Digits) -> list[tuple[int, int]]:
    """Returns start and end of words with digits in fonts that misname some; `known`: of pages before."""
    runs = [*_DIGITS.finditer(text)]
    if not runs:
        return []

    def font(at: int) -> int:
        string = _string_of(handle, handle.place(at))
        return (_font_of(string) or 0) if string else 0

    digits: dict[int, set[str]] = defaultdict(set)  # that a font draws: of others it has no look of its own
    for run in runs[:: 1 + len(runs) // _SAMPLED]:
        digits[font(run.start())].update(run[0])
    false = {each for each, drawn in digits.items() if each and _are_false(each, drawn, known)}
    if not false:
        return []
    words = ((word.span(), _DIGITS.search(word[0])) for word in _WORD.finditer(text))
    return [span for span, digit in words if digit and font(span[0] + digit.start()) in false]


def _are_false(font: int, digits: set[str], known: Digits) -> bool:
    size = _name_of(font, ctypes.addressof(_name), ctypes.sizeof(_name))
    name = _name.raw[: min(size, ctypes.sizeof(_name))]
    found = 0
    for left, digit in zip(range(len(digits), 0, -1), digits, strict=True):
        if found + left < _FEWEST:
            return False  # whatever the others look like: an outline takes longer than all else here
        key = font, name, digit
        if key not in known:
            if len(known) > _MOST_KNOWN:
                known.clear()
            known[key] = _looks_like_another(_outline(font, digit), digit)
        found += known[key]
    return found >= _FEWEST


@functools.lru_cache(_MOST_OUTLINES)
def _looks_like_another(outline: Outline, digit: str) -> bool:
    look = _look(outline)
    if not look:
        return False
    apart = {other: min((look ^ each).bit_count() for each in looks) for other, looks in _plain().items()}
    return apart[digit] - min(apart.values()) > _SURELY * _WIDE * _HIGH


@functools.cache
def _plain() -> Mapping[str, list[int]]:
    """The looks of each digit in plain fonts."""
    document = pypdfium2.PdfDocument.new()
    try:
        fonts = [pdfium.FPDFText_LoadStandardFont(document, name) for name in _PLAIN]
        handles = [ctypes.cast(font, c_void_p).value or 0 for font in fonts]
        return {
            digit: [look for handle in handles if (look := _look(_outline(handle, digit)))]
            for digit in "0123456789"
        }
    finally:
        document.close()


def _outline(font: int, digit: str) -> Outline:
    """How a font draws a digit; nothing where it does not, or with more points than any digit has."""
    path = _path(font, ord(digit), _SIZE)
    count = _count(path) if path else 0
    if not 3 < count <= _MOST_POINTS:
        return b"", ()
    segments = list(map(_segment, repeat(path), range(count)))
    told = list(map(_point, segments, *_points_at))
    if not all(told):
        return b"", ()
    return ctypes.string_at(_points, 8 * count), tuple(map(_kind, segments))


def _look(outline: Outline) -> int:
    """A picture of a digit, as high as it goes, a bit a pixel; 0 where it has no outline."""
    packed, kinds = outline
    if not kinds:
        return 0
    points = [*_A_POINT.iter_unpack(packed)]
    contours: list[list[tuple[float, ...]]] = []
    for point, kind in zip(points, kinds, strict=True):
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not contours:
            contours.append([])
        contours[-1].append(point)
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    if high <= low:
        return 0
    scale = (_HIGH - 1) / (high - low)
    shift = (_WIDE - 1 - (right - left) * scale) / 2
    image = Image.new("1", (_WIDE, _HIGH))
    for contour in contours:
        if len(contour) > 1:
            layer = Image.new("1", (_WIDE, _HIGH))
            corners = [((x - left) * scale + shift, (high - y) * scale) for x, y in contour]
            ImageDraw.Draw(layer).polygon(corners, fill=1)
            image = ImageChops.logical_xor(image, layer)
    return int.from_bytes(image.tobytes(), "big")
