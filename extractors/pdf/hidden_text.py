"""Which words of a page's text layer nobody sees: off the sheet, switched off, clipped, covered, unpainted.

The page is drawn twice, with its characters and without: where both look alike, none is seen. Words behind
a scan, as scanners' own OCR leaves them, are seen in its picture.
"""

from __future__ import annotations

import ctypes
import functools
import re
from contextlib import contextmanager
from ctypes import c_double, c_int, c_void_p
from itertools import compress, islice, repeat
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2.raw as pdfium
from PIL import ImageChops

from extractors.box_types import PointBox, area, both, has_middle
from extractors.pdf.survey import UNPAINTED, quick, render_mode, strings_of, swift

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pypdfium2
    from PIL import Image

    from extractors.pdf.sheet import Sheet
    from extractors.pdf.survey import Rect, Survey
    from extractors.pdf.words.glyphs import TextPage

_SCALE = 1.5  # pixels a point
_MOST_PIXELS = 4_000_000
_SEEN = 10  # of 256 shades between drawn with characters and without
_IS_SEEN = [0] * (_SEEN + 1) + [255] * (255 - _SEEN)
_ENOUGH = 0.4  # of a word's height: nobody reads less
_CONTRAST = 40  # of 256 shades within a word's box, where a picture shows a word
_MOST_OF_THE_PAGE = 0.5
_FEWEST_FALSE, _MANY_FALSE = 4, 0.3  # words, and their share of those behind a picture
_FAR = 1e6  # points: no page is larger
_OFF, _NOT_SHOWN = "it is off the page", "nothing of it is seen on the page"
_TINY = "it is too small to be read"
_MOST_WORDS = 5_000  # of a page, looked at: to ask where the last of them is takes longest
_WORD = re.compile(r"\S+")

_char_box = quick("FPDFText_GetCharBox", c_int, c_void_p, c_int, c_void_p, c_void_p, c_void_p, c_void_p)
_string_of = swift("FPDFText_GetTextObject", c_void_p)
_bounded = quick(
    "FPDFText_GetBoundedText", c_int, c_void_p, c_double, c_double, c_double, c_double, c_void_p, c_int
)
_set_active = quick("FPDFPageObj_SetIsActive", c_int, c_void_p, c_int)


class Unseen(NamedTuple):
    """Words of PDFium's text that are together and are not seen."""

    start: int
    end: int
    box: PointBox
    why: str


def reaches_beyond(page: pypdfium2.PdfPage, handle: TextPage, text: str, reach: Rect | None) -> bool:
    """Whether some of PDFium's text is off the page's visible part. `reach`: around all strings."""
    sheet = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, sheet):
        return False
    if reach and (
        sheet.left <= reach.left
        and reach.right <= sheet.right
        and sheet.bottom <= reach.bottom
        and reach.top <= sheet.top
    ):
        return False
    inside = _bounded(handle, sheet.left, sheet.top, sheet.right, sheet.bottom, None, 0)
    if inside >= len(text):  # on most pages that says it: a second look would count no more
        return False
    return bool(inside < _bounded(handle, -_FAR, _FAR, _FAR, -_FAR, None, 0))


def unseen(
    page: pypdfium2.PdfPage,
    handle: TextPage,
    text: str,
    sheet: Sheet,
    found: Survey,
    suspects: Collection[int] | None,
) -> list[Unseen]:
    """Returns the words of these strings, or of all, that nobody sees; and those too small to be read.

    Raises PdfiumError and ValueError where the page cannot be drawn.
    """
    words = [
        word
        for word in _words(handle, text, sheet, suspects if suspects is None else {*suspects, *found.tiny})
        if any(map(str.isalnum, text[word.start : word.end]))
    ]
    placed = [sheet.within(word.box) for word in words]
    is_tiny = [word.string in found.tiny for word in words]
    asked = [box for box, tiny in zip(placed, is_tiny, strict=True) if box and not tiny]
    look = _Look(page, sheet, functools.reduce(both, asked), found) if asked else None
    why = [
        _OFF
        if box is None
        else _TINY
        if tiny
        else ""
        if look is not None and look.shows(word, box)
        else _NOT_SHOWN
        for word, box, tiny in zip(words, placed, is_tiny, strict=True)
    ]
    return _together(words, _without_false_layer(words, why), text)


def _without_false_layer(words: Sequence[_Word], why: Sequence[str]) -> list[str]:
    """Where many words that are set and not painted are behind no ink, none of them is what a scan shows."""
    unpainted = [reason for word, reason in zip(words, why, strict=True) if word.mode in UNPAINTED]
    lost = sum(map(bool, unpainted))
    if lost < _FEWEST_FALSE or lost < _MANY_FALSE * len(unpainted):
        return list(why)
    return [
        reason or (_NOT_SHOWN if word.mode in UNPAINTED else "")
        for word, reason in zip(words, why, strict=True)
    ]


class _Look:
    """A piece of a page, drawn with its characters and without."""

    def __init__(self, page: pypdfium2.PdfPage, sheet: Sheet, place: PointBox, found: Survey) -> None:
        self._left, self._top = place.left, place.top
        self._scale = min(_SCALE, (_MOST_PIXELS / max(1.0, area(place))) ** 0.5)
        self._pictures = [sheet.box(*picture) for picture in found.pictures]
        largest = max((sheet.share(box) for box in self._pictures), default=0.0)
        self._is_scan = largest >= _MOST_OF_THE_PAGE
        whole = sheet.drawn(page, place, self._scale)
        with _without_letters(page):
            self._bare = sheet.drawn(page, place, self._scale)
        self._letters = ImageChops.difference(whole, self._bare)

    def shows(self, word: _Word, box: PointBox) -> bool:
        """Whether a word is seen in this box: its characters, or those of the picture in front of it."""
        left, top = int((box.left - self._left) * self._scale), int((box.top - self._top) * self._scale)
        right = max(left, int((box.right - self._left) * self._scale)) + 1
        bottom = max(top, int((box.bottom - self._top) * self._scale)) + 1
        place = left, top, right, bottom
        drawn = self._letters.crop(place).point(_IS_SEEN).getbbox()
        if drawn and drawn[3] - drawn[1] >= _ENOUGH * (bottom - top - 1):
            return True
        if word.mode == pdfium.FPDF_TEXTRENDERMODE_CLIP:  # what is drawn later may be seen through it
            darkest, lightest = _shades(self._bare.crop(place))
            return lightest - darkest >= _CONTRAST
        if not (self._is_scan or word.mode in UNPAINTED):
            return False
        darkest, lightest = _shades(self._bare.crop(place))
        return lightest - darkest >= _CONTRAST and any(has_middle(picture, box) for picture in self._pictures)


def _together(words: Sequence[_Word], why: Sequence[str], text: str) -> list[Unseen]:
    """Words out of sight that follow each other, as one: others between them may be seen."""
    found: list[Unseen] = []
    for word, reason in zip(words, why, strict=True):
        last = found[-1] if found else None
        if not reason:
            continue
        if last and last.why == reason and not any(map(str.isalnum, text[last.end : word.start])):
            found[-1] = Unseen(last.start, word.end, both(last.box, word.box), reason)
        else:
            found.append(Unseen(word.start, word.end, word.box, reason))
    return found


class _Word(NamedTuple):
    start: int  # in PDFium's text
    end: int
    box: PointBox
    mode: int  # how it is painted
    string: int | None  # that it begins in


def _words(handle: TextPage, text: str, sheet: Sheet, strings: Collection[int] | None) -> Iterator[_Word]:
    """The words of PDFium's text that begin or end in one of these strings, or all."""
    words = [*islice(_WORD.finditer(text), _MOST_WORDS)]
    starts = handle.places([word.start() for word in words])
    lasts = [first + word.end() - word.start() - 1 for word, first in zip(words, starts, strict=True)]
    begun, ended = (list(map(_string_of, repeat(handle), places)) for places in (starts, lasts))
    for word, first, last, string, other in zip(words, starts, lasts, begun, ended, strict=True):
        if strings is not None and string not in strings and other not in strings:
            continue
        if box := _place(handle, sheet, first, last + 1):
            mode = render_mode(string) if string else 0
            yield _Word(word.start(), word.end(), box, mode, string)


def place(handle: TextPage, sheet: Sheet, start: int, end: int) -> PointBox | None:
    """Where a run of characters of PDFium's text is; None where that cannot be told."""
    first = handle.place(start)
    last = handle.place(end - 1)  # signs between them may be no part of the text
    return _place(handle, sheet, first, max(first + end - start, last + 1))


def _place(handle: TextPage, sheet: Sheet, first: int, past: int) -> PointBox | None:
    """Around characters one by one, in the file's own count; turned as a whole."""
    count = max(0, past - first)
    edges = (c_double * (4 * count))()
    start = ctypes.addressof(edges)
    at = [range(start + 8 * each, start + 8 * each + 32 * count, 32) for each in range(4)]
    told = list(map(_char_box, repeat(handle, count), range(first, past), *at))
    if not any(told):
        return None
    sides = [[*compress(edges[each::4], told)] for each in range(4)]  # left, right, bottom, top
    return sheet.box(min(sides[0]), min(sides[2]), max(sides[1]), max(sides[3]))


@contextmanager
def _without_letters(page: pypdfium2.PdfPage) -> Iterator[None]:
    strings = [string for string, _ in strings_of(page)]
    for string in strings:
        _set_active(string, 0)
    try:
        yield
    finally:
        for string in strings:
            _set_active(string, 1)


def _shades(image: Image.Image) -> tuple[int, int]:
    """The darkest and the lightest."""
    return image.getextrema()  # type: ignore[return-value] - of grey, two numbers
