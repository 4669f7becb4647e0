"""Words that a PDF says it has in place of those that it draws (/ActualText), and that say something else.

Programs say what a font cannot: that a hyphen only ends a line, which word a drawn sign means. PDFium gives
these words in place of what is drawn. What is drawn is what a person sees: where the two differ, it is read.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from contextlib import closing
from ctypes import c_int, c_ulong, c_void_p
from itertools import repeat
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.pdf.survey import PageObject, strings_of, swift
from extractors.pdf.words import font_maps
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    import pypdfium2

    from extractors.pdf.survey import Survey

_KEY = b"ActualText"
_SAYS_SOMETHING = 4  # letters and figures: what is said of a hyphen or a ligature has fewer
_LONGEST = 10_000  # bytes of one text
_MOST_MARKS = 10  # of a string, within each other
_has_string = swift("FPDFPageObjMark_GetParamStringValue", c_int)
_key_at, _size_at = ctypes.c_char_p(_KEY), ctypes.byref(c_ulong())
_A_KEY = 5  # different letters from which on it is no chance that each is always drawn as the same other


def drop_false(page: pypdfium2.PdfPage, number: int, found: Survey) -> bool:
    """Take from a page the texts in place of words that say something else; whether there are any."""
    marks = list(map(c_void_p, found.marks))
    if not any(map(_has_string, marks, repeat(_key_at), repeat(None), repeat(0), repeat(_size_at))):
        return False  # as on nearly every page
    if not any(map(_is_telling, marks)):
        return False
    strings = [string for string, _ in strings_of(page)]
    told = [_told_of(string) for string in strings]
    drawn = _drawn(page.pdf, number, len(strings))
    together: dict[int, list[int]] = defaultdict(list)
    for at, (mark, said) in enumerate(told):
        if mark and said:
            together[mark].append(at)
    false = {
        mark
        for mark, places in together.items()
        if drawn and says_otherwise(told[places[0]][1], "".join(drawn[at] for at in places[::-1]))
    }
    for string, (mark, _) in zip(strings, told, strict=True):
        if mark in false:
            pdfium.FPDFPageObj_RemoveMark(_object(string), _mark(mark))
    return bool(false)


def _drawn(document: pypdfium2.PdfDocument, number: int, count: int) -> list[str]:
    """What each string of a page says without them; none where it cannot be told."""
    with closing(document[number - 1]) as page:
        strings = [string for string, _ in strings_of(page)]
        for string in strings:
            mark, _ = _told_of(string)
            if mark:
                pdfium.FPDFPageObj_RemoveMark(_object(string), _mark(mark))
        layer = pdfium.FPDFText_LoadPage(page)
        try:
            return [_words(string, layer) for string in strings] if len(strings) == count else []
        finally:
            pdfium.FPDFText_ClosePage(layer)


def says_otherwise(said: str, drawn: str) -> bool:
    """Whether what is drawn is words, or figures, and others than those that are said."""
    one, other = _bare(said), _bare(drawn)
    if not other or one in other or other in one:
        return False
    if font_maps.odd_words(drawn) or font_maps.strange_words(drawn):
        return False
    if one.isdecimal() or other.isdecimal():
        return one.isdecimal() and other.isdecimal()
    return len(drawn.split()) > 1 and not _is_key(one, other)


def _is_key(one: str, other: str) -> bool:
    """Whether each sign is always drawn as the same other: then a font misnames them."""
    pairs = set(zip(one, other, strict=False))
    return len(one) == len(other) and len(pairs) == len(set(one)) == len(set(other)) >= _A_KEY


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, canonical(text).casefold()))


def _told_of(string: PageObject) -> tuple[int, str]:
    """The innermost mark of a string that says something in its place, and what; 0 and "" for none."""
    item = _object(string)
    count = pdfium.FPDFPageObj_CountMarks(item)
    for at in reversed(range(max(0, count - _MOST_MARKS), count)):
        mark = pdfium.FPDFPageObj_GetMark(item, at)
        if mark and (said := _said(ctypes.cast(mark, c_void_p))):
            return ctypes.cast(mark, c_void_p).value or 0, said
    return 0, ""


def _is_telling(mark: c_void_p) -> bool:
    return sum(map(str.isalnum, _said(mark))) >= _SAYS_SOMETHING


def _said(mark: c_void_p) -> str:
    size = c_ulong()
    handle = ctypes.cast(mark, pdfium.FPDF_PAGEOBJECTMARK)
    if not pdfium.FPDFPageObjMark_GetParamStringValue(handle, _KEY, None, 0, size) or size.value > _LONGEST:
        return ""
    buffer = (ctypes.c_ushort * (size.value // 2 + 1))()
    pdfium.FPDFPageObjMark_GetParamStringValue(handle, _KEY, buffer, size.value, size)
    return bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0")


def _words(string: PageObject, layer: object) -> str:
    size = pdfium.FPDFTextObj_GetText(_object(string), layer, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(_object(string), layer, buffer, size)
    return bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0")


def _object(string: PageObject) -> object:
    return ctypes.cast(string, pdfium.FPDF_PAGEOBJECT)


def _mark(number: int) -> object:
    return ctypes.cast(c_void_p(number), pdfium.FPDF_PAGEOBJECTMARK)
