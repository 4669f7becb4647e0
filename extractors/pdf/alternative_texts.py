"""What the pictures of a tagged PDF are described with, for whoever does not see them."""

from __future__ import annotations

import ctypes
from ctypes import c_int, c_ulong, c_void_p
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.config import current
from extractors.parts import alternative_line, describes
from extractors.pdf.survey import quick
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pypdfium2

    from extractors.pdf.survey import Survey

_MOST_ELEMENTS = 20_000  # of a page
_LONGEST = 20_000  # characters of one text
_DEEPEST = 100  # elements within elements
_NOTHING = 2  # bytes: the end of a text

_first_child = quick("FPDF_StructTree_GetChildAtIndex", c_void_p, c_void_p, c_int)
_child = quick("FPDF_StructElement_GetChildAtIndex", c_void_p, c_void_p, c_int)
_count_children = quick("FPDF_StructElement_CountChildren", c_int, c_void_p)
_alternative = quick("FPDF_StructElement_GetAltText", c_ulong, c_void_p, c_void_p, c_ulong)


@dataclass(slots=True)
class Descriptions:
    """What the pictures of a file are described with, while its pages are read."""

    awaited: set[str] | None  # what may still be told; None: anything
    _told: set[str] = field(default_factory=set)
    _asked: set[tuple[int, ...]] = field(default_factory=set)  # looks of pictures

    def may_be_on(self, found: Survey) -> bool:
        """Whether a page has more than pictures of pages before, as of a letterhead: to ask costs time."""
        if (self.awaited is not None and not self.awaited) or found.objects <= found.strings:
            return False
        new = set(found.looks) - self._asked
        self._asked |= new - {()}
        return bool(new) or found.curves > 0 or not found.pictures

    def said_on(self, page: pypdfium2.PdfPage, text: str) -> str:
        """Returns canonical text, a line for each alternative text of a page that its `text` does not say.

        What was told on a page before, as of the logo that is on each, is not said again.
        """
        printed = "".join(text.split())
        lines: list[str] = []
        room = current.get().page_text_kb * 1024
        for words in _on(page):
            room -= len(words)
            if room >= 0 and words not in self._told and "".join(words.split()) not in printed:
                self._told.add(words)
                lines.append(alternative_line(words))
        if self.awaited is not None:
            self.awaited -= self._told
        return "\n".join(lines)


def of_file(said: Iterable[str] | None) -> Descriptions:
    """Returns what may be told of a file that has these alternative texts; None: any."""
    return Descriptions(None if said is None else set(filter(describes, said)))


def _on(page: pypdfium2.PdfPage) -> Iterable[str]:
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ()
    try:
        return dict.fromkeys(filter(describes, _said(tree)))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


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
