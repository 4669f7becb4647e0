"""Whether a font draws its digits as it names them: no word tells that "387" should be "831".

The outline of each digit is laid over those of plain fonts. Where two or more look like another digit, the
font is not believed, and its figures are read as they are drawn.
"""

from __future__ import annotations

import ctypes
import functools
import re
from collections import defaultdict
from ctypes import c_float, c_int, c_size_t, c_uint, c_void_p
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw

from extractors.pdf.survey import quick
from extractors.pdf.words.glyphs import handle_of, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_string_of = quick("FPDFText_GetTextObject", c_void_p, c_void_p, c_int)
_font_of = quick("FPDFTextObj_GetFont", c_void_p, c_void_p)
_name_of = quick("FPDFFont_GetBaseFontName", c_size_t, c_void_p, c_void_p, c_size_t)
_path = quick("FPDFFont_GetGlyphPath", c_void_p, c_void_p, c_uint, c_float)
_count = quick("FPDFGlyphPath_CountGlyphSegments", c_int, c_void_p)
_segment = quick("FPDFGlyphPath_GetGlyphPathSegment", c_void_p, c_void_p, c_int)
_point = quick("FPDFPathSegment_GetPoint", c_int, c_void_p, c_void_p, c_void_p)
_kind = quick("FPDFPathSegment_GetType", c_int, c_void_p)
_name = ctypes.create_string_buffer(128)
_x, _y = c_float(), c_float()

Digits = dict[
    tuple[int, bytes, str], bool
]  # of a font, by its handle and name: whether it looks like another


def misnamed(layer: object, text: str, known: Digits) -> list[tuple[int, int]]:
    """Returns start and end of words with digits in fonts that misname some; `known`: of pages before."""
    runs = [run.span() for run in _DIGITS.finditer(text)]
    if not runs:
        return []
    handle = handle_of(layer)

    def font(at: int) -> int:
        string = _string_of(handle, place_of(handle, at))
        return (_font_of(string) or 0) if string else 0

    digits: dict[int, set[str]] = defaultdict(set)  # that a font draws: of others it has no look of its own
    for start, end in runs[:: 1 + len(runs) // _SAMPLED]:
        digits[font(start)].update(text[start:end])
    false = {each for each, drawn in digits.items() if each and _are_false(each, drawn, known)}
    if not false:
        return []
    words = ((word.span(), _DIGITS.search(word[0])) for word in _WORD.finditer(text))
    return [span for span, digit in words if digit and font(span[0] + digit.start()) in false]


def _are_false(font: int, digits: set[str], known: Digits) -> bool:
    size = _name_of(font, ctypes.addressof(_name), ctypes.sizeof(_name))
    name = _name.raw[: min(size, ctypes.sizeof(_name))]
    found = 0
    for digit in digits:
        key = font, name, digit
        if key not in known:
            if len(known) > _MOST_KNOWN:
                known.clear()
            known[key] = _looks_like_another(_look(font, digit), digit)
        found += known[key]
    return found >= _FEWEST


def _looks_like_another(look: int, digit: str) -> bool:
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
            digit: [look for handle in handles if (look := _look(handle, digit))] for digit in "0123456789"
        }
    finally:
        document.close()


def _look(font: int, digit: str) -> int:
    """A picture of a digit, as high as it goes, a bit a pixel; 0 where it has no outline."""
    path = _path(font, ord(digit), _SIZE)
    count = _count(path) if path else 0
    if not 3 < count <= _MOST_POINTS:
        return 0
    contours: list[list[tuple[float, float]]] = []
    for number in range(count):
        segment = _segment(path, number)
        _point(segment, ctypes.addressof(_x), ctypes.addressof(_y))
        if _kind(segment) == pdfium.FPDF_SEGMENT_MOVETO or not contours:
            contours.append([])
        contours[-1].append((_x.value, _y.value))
    points = [point for contour in contours for point in contour]
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
