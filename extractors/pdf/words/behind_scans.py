"""Whether the words that are set behind a scan are those that it shows.

Scanners, and whoever joins their files, put what their own OCR has read behind each picture. Where pages
were taken out or put in since, it may be that of another page. Some lines are read again, up to the first
that agrees.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from extractors.box_types import PointBox
from extractors.ocr import regions
from extractors.pdf import hidden_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

    from extractors.pdf.sheet import Sheet
    from extractors.pdf.words.glyphs import TextPage

_LINE = re.compile(r"\S[^\r\n]*")
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_FEWEST = 4  # words of a line that is asked
_MOST_ASKED, _SURELY = 6, 2  # lines; those that must say something else
_AGREES, _DIFFERS = 0.5, 0.2  # of the words of a line
_AROUND = 3.0  # points


def shows_others(page: pypdfium2.PdfPage, handle: TextPage, text: str, sheet: Sheet, finest: float) -> bool:
    """Whether OCR reads other words at the places of some lines, and the same at none of them.

    Raises PdfiumError and ValueError where the page cannot be drawn, and TimeoutError.
    """
    other = 0
    for start, end in islice(_lines(text), _MOST_ASKED):
        box = hidden_text.place(handle, sheet, start, end)
        if box is None:
            continue
        around = PointBox(box.left - _AROUND, box.top - _AROUND, box.right + _AROUND, box.bottom + _AROUND)
        if (region := sheet.within(around)) is None:
            continue
        seen = {word.casefold() for word in _WORD.findall(_read(page, sheet, region, finest))}
        if len(seen) < _FEWEST:
            continue
        said = {word.casefold() for word in _WORD.findall(text[start:end])}
        share = len(said & seen) / len(said)
        if share >= _AGREES:
            return False
        other += share <= _DIFFERS
        if other >= _SURELY:
            return True
    return False


def _read(page: pypdfium2.PdfPage, sheet: Sheet, region: PointBox, finest: float) -> str:
    return regions.text_of_words(regions.read(page, sheet, region, (), finest))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Those of some words, from the middle of the page on, and then those before."""
    lines = [line.span() for line in _LINE.finditer(text) if len(_WORD.findall(line[0])) >= _FEWEST]
    middle = len(lines) // 2
    yield from (*lines[middle:], *lines[:middle])
