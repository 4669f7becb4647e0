"""What the pictures of a tagged PDF are described with, for whoever does not see them."""

from __future__ import annotations

import ctypes
from ctypes import c_int, c_ulong, c_void_p
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.config import current
from extractors.parts import alternative_line, describes
from extractors.pdf.survey import quick
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

_MOST_ELEMENTS = 20_000  # of a page
_LONGEST = 20_000  # characters of one text
_DEEPEST = 100  # elements within elements
_NOTHING = 2  # bytes: the end of a text

_first_child = quick("FPDF_StructTree_GetChildAtIndex", c_void_p, c_void_p, c_int)
_child = quick("FPDF_StructElement_GetChildAtIndex", c_void_p, c_void_p, c_int)
_count_children = quick("FPDF_StructElement_CountChildren", c_int, c_void_p)
_alternative = quick("FPDF_StructElement_GetAltText", c_ulong, c_void_p, c_void_p, c_ulong)


def said_on(page: pypdfium2.PdfPage, text: str, told: set[str]) -> str:
    """Returns canonical text, a line for each alternative text of a page that its `text` does not say.

    What was `told` on a page before, as of the logo that is on each, is not said again.
    """
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ""
    try:
        said = dict.fromkeys(filter(describes, _said(tree)))
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    printed = "".join(text.split())
    lines: list[str] = []
    room = current.get().page_text_kb * 1024
    for words in said:
        room -= len(words)
        if room >= 0 and words not in told and "".join(words.split()) not in printed:
            told.add(words)
            lines.append(alternative_line(words))
    return "\n".join(lines)


def _said(tree: object) -> Iterator[str]:
    """The alternative texts of the elements of a page, in their order."""
    count = min(pdfium.FPDF_StructTree_CountChildren(tree), _MOST_ELEMENTS)
    handle = ctypes.cast(tree, c_void_p)  # type: ignore[arg-type] - pypdfium2's raw trees are pointers
    waiting = [(_first_child(handle, at), 0) for at in reversed(range(count))]
    seen = 0
    while waiting and seen < _MOST_ELEMENTS:
        element, depth = waiting.pop()
        if not element:
            continue
        seen += 1
        if (size := _alternative(element, None, 0)) > _NOTHING:
            yield " ".join(canonical(_words(element, size)).split())
        if depth < _DEEPEST:
            count = min(_count_children(element), _MOST_ELEMENTS - len(waiting))
            waiting += [(_child(element, at), depth + 1) for at in reversed(range(count))]


def _words(element: int, size: int) -> str:
    buffer = ctypes.create_string_buffer(size)
    _alternative(element, ctypes.addressof(buffer), size)
    return buffer.raw[: size - _NOTHING].decode("utf-16-le", "ignore")[:_LONGEST]
