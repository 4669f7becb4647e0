"""Where characters of PDFium's text are, one at a time: only what is suspected is asked for."""

from __future__ import annotations

import ctypes
from ctypes import c_double, c_float, c_int, c_void_p
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.survey import swift

if TYPE_CHECKING:
    from collections.abc import Sequence

_size = swift("FPDFText_GetFontSize", c_double)
_origin = swift("FPDFText_GetCharOrigin", c_int)
_loose_box = swift("FPDFText_GetLooseCharBox", c_int)
_angle = swift("FPDFText_GetCharAngle", c_float)
_char_of = swift("FPDFText_GetCharIndexFromTextIndex", c_int)
_count = swift("FPDFText_CountChars", c_int)
_has_no_map = swift("FPDFText_HasUnicodeMapError", c_int)
_LEVEL = 0.1  # points
_ASKED = 5  # characters of a run
_point = (c_double * 2)()  # PDFium is asked by one thread: made once
_point_at = ctypes.byref(_point), ctypes.byref(_point, 8)
_box = (c_float * 4)()  # left, top, right, bottom
_box_at = ctypes.byref(_box)


class TextPage(c_void_p):
    """PDFium's text of a page, as calls take it quickest.

    Some of the file's own characters are left out of the text. Where the last of them has its own number none
    is: as on nearly every page, and there no other has to be asked for its number.
    """

    def __init__(self, page: object) -> None:
        super().__init__(ctypes.cast(page, c_void_p).value)  # type: ignore[arg-type] - the wrapper's pointer
        self._as_parameter_ = page  # for the wrapper's own calls
        last = _count(self) - 1
        self._is_whole = last < 0 or _char_of(self, last) == last

    def place(self, at: int) -> int:
        """Which of the file's own characters is at this place of the text."""
        return at if self._is_whole else int(_char_of(self, at))

    def places(self, at: Sequence[int]) -> Sequence[int]:
        """The same of several."""
        return at if self._is_whole else [*map(_char_of, repeat(self), at)]


class Glyph(NamedTuple):
    """A character as it is set, in points; its height is that of its font, as large as it is drawn."""

    left: float
    base: float
    right: float  # where the next would begin
    height: float
    size: float  # as the font was asked for: a matrix may enlarge it


def is_unmapped(handle: TextPage, text: str, start: int, end: int) -> bool:
    """Whether most of some characters of a run of PDFium's text are in no map of their font."""
    places = [at for at in range(start, end) if text[at].isalnum()]
    asked = places[:: max(1, len(places) // _ASKED)]
    return 2 * sum(_has_no_map(handle, at) > 0 for at in handle.places(asked)) > len(asked)


def angle(handle: TextPage, at: int) -> float:
    """By how much the character at this place of PDFium's text is turned, clockwise in radians."""
    return float(_angle(handle, handle.place(at)))


def origin(handle: TextPage, at: int) -> tuple[float, float]:
    """Where the character at this place of PDFium's text is set, from the left and from below."""
    _origin(handle, handle.place(at), *_point_at)
    across, up = _point[:]
    return across, up


def is_higher(handle: TextPage, at: int, beside: int) -> bool:
    """Whether a character is set higher than another at all: two calls, where their looks take ten."""
    _origin(handle, handle.place(beside), *_point_at)
    base = _point[1]
    _origin(handle, handle.place(at), *_point_at)
    return _point[1] > base + _LEVEL


def glyph(handle: TextPage, at: int) -> Glyph | None:
    """The character at this place of PDFium's text; None where it lies, or PDFium has made it up."""
    letter = handle.place(at)
    size = _size(handle, letter)
    if letter < 0 or size <= 0 or not _loose_box(handle, letter, _box_at):
        return None
    _, top, right, bottom = _box[:]
    height = top - bottom
    _origin(handle, letter, *_point_at)
    left, base = _point[:]
    return Glyph(left, base, right, height, size) if height > 0 and right >= left else None
