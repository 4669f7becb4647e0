"""Where a span of a page's stored text is on the page.

The stored text is canonical, so its characters are not the engine's: we lay both side by side, without
blanks, hyphens alike, and read off which belong together. A page read by OCR is read again, for the places of
its words.
"""

from __future__ import annotations

import ctypes
import unicodedata
from contextlib import closing
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.box_types import PointBox, SpanBoxes
from extractors.ocr import regions, tesseract
from extractors.pdf.document import flattened, with_drawings
from extractors.pdf.forms.form_fields import form_of, has_words, kinds_on
from extractors.pdf.opening import opened_pdf
from extractors.pdf.order.page_order import order_of_page
from extractors.pdf.page_text import most_letters, printed_text, text_layer
from extractors.pdf.sheet import sheet_of
from extractors.pdf.survey import survey
from extractors.pdf.words import actual_texts
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PartState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pypdfium2

    from extractors.pdf.survey import Rect
    from extractors.pdf.words.glyphs import TextPage
    from pipeline.model import Part

_HYPHENS = dict.fromkeys(map(ord, "\ufffe\u0002\u00ad\u2010\u2011"), "-")
_FINE = 100  # device units a point when PDFium turns page coordinates into those of the page as shown
_ONE_LINE = 0.5  # of the lower box's height: how much two boxes of a line overlap
_GAP = 3  # heights between two boxes of a line; wider is another column
_MOST_COMPARED = 20_000  # characters; above, pages that differ are not compared at all


Placed = tuple[str, PointBox]  # characters and where they are


def boxes_of_spans(
    path: Path,
    page: int,
    text: str,
    method: PageMethod,
    spans: Sequence[tuple[int, int]],
    parts: Sequence[Part] = (),
) -> SpanBoxes:
    """Returns the boxes of spans of `text`, the stored text of `page` (from 1).

    A span that is not there has none. The words of `parts` are those of pictures, which are read again
    where a span begins in one of them.
    """
    with opened_pdf(path) as document, closing(form_of(document)) as form:
        if not 1 <= page <= len(document):
            raise ExtractionError(FailureReason.UNREADABLE, f"no page {page}")
        sheet = document[page - 1]
        kinds = kinds_on(sheet)
        sheet, _ = with_drawings(sheet, page, kinds, form)
        with closing(sheet):
            actual_texts.drop_false(sheet, page, survey(sheet))
            width, height = sheet.get_size()
            seen = [part for part in parts if part.state is PartState.OCR and part.box]
            where = _around(text, seen, list(_recognised(sheet) if _is_scan(method, seen) else _set(sheet)))
            for part in seen:
                if any(part.start <= start < part.end for start, _ in spans):
                    words = _aligned(text[part.start : part.end], list(_recognised(sheet, part)))
                    where |= {part.start + at: box for at, box in words.items()}
            if _is_mended(parts) and any(where.keys().isdisjoint(range(*span)) for span in spans):
                where = _aligned(text, list(_recognised(sheet))) | where
        if has_words(kinds) and any(where.keys().isdisjoint(range(*span)) for span in spans):
            with closing(flattened(document[page - 1], page)) as sheet:  # words of notes and of fields
                where = _aligned(text, list(_set(sheet))) | where
    return SpanBoxes(
        width=width,
        height=height,
        spans=[lines(box for at in range(start, end) if (box := where.get(at))) for start, end in spans],
    )


def _is_scan(method: PageMethod, seen: Sequence[Part]) -> bool:
    """Whether the page was read by OCR as a whole."""
    return method is PageMethod.OCR and not seen


def _is_mended(parts: Sequence[Part]) -> bool:
    """Whether words of the page are not as its characters say, but as OCR reads them."""
    return any(part.kind == "letters" and part.state is PartState.OCR for part in parts)


def _around(text: str, parts: Sequence[Part], placed: Sequence[Placed]) -> dict[int, PointBox]:
    """Where the characters outside of these parts are."""
    inside = {at for part in parts for at in range(part.start, part.end)}
    if not inside:
        return _aligned(text, placed)
    outside = [at for at in range(len(text)) if at not in inside]
    found = _aligned("".join(text[at] for at in outside), placed)
    return {outside[at]: box for at, box in found.items()}


def lines(boxes: Iterable[PointBox]) -> list[PointBox]:
    """One box for each run of boxes on a line, lying or standing."""
    found: list[PointBox] = []
    for box in boxes:
        if found and (_beside(found[-1], box) or _beside(_turned(found[-1]), _turned(box))):
            last = found[-1]
            found[-1] = PointBox(
                min(last.left, box.left),
                min(last.top, box.top),
                max(last.right, box.right),
                max(last.bottom, box.bottom),
            )
        else:
            found.append(box)
    return found


def _beside(first: PointBox, second: PointBox) -> bool:
    height = min(first.bottom - first.top, second.bottom - second.top)
    shared = min(first.bottom, second.bottom) - max(first.top, second.top)
    gap = max(first.left, second.left) - min(first.right, second.right)
    return shared >= _ONE_LINE * height and gap <= _GAP * max(height, 1)


def _turned(box: PointBox) -> PointBox:
    return PointBox(box.top, box.left, box.bottom, box.right)


def _set(page: pypdfium2.PdfPage) -> Iterator[Placed]:
    """Every character of the text layer."""
    width, height = page.get_size()
    with text_layer(page) as layer:
        edges = [ctypes.c_double() for _ in range(4)]
        for index in _letters(layer, survey(page).frames):
            code = pdfium.FPDFText_GetUnicode(layer, index)
            if not 0 < code <= 0x10FFFF or not pdfium.FPDFText_GetCharBox(
                layer, index, *map(ctypes.byref, edges)
            ):
                continue
            left, right, bottom, top = (edge.value for edge in edges)
            corners = [_shown(page, width, height, x, y) for x, y in ((left, top), (right, bottom))]
            across, down = zip(*corners, strict=True)
            yield chr(code), PointBox(min(across), min(down), max(across), max(down))


def _letters(layer: TextPage, boxes: Sequence[Rect]) -> Iterator[int]:
    """The numbers of PDFium's characters in the order of the stored text."""
    count = min(pdfium.FPDFText_CountChars(layer), most_letters())
    text = printed_text(layer)
    for part in order_of_page(layer, text, boxes).parts:
        first, past = (pdfium.FPDFText_GetCharIndexFromTextIndex(layer, at) for at in (part.start, part.stop))
        yield from range(first if part.start else 0, past if part.stop < len(text) else count)


def _shown(page: pypdfium2.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    size = int(width * _FINE), int(height * _FINE)
    pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value / _FINE, down.value / _FINE


def _recognised(page: pypdfium2.PdfPage, part: Part | None = None) -> Iterator[Placed]:
    """Every word that OCR sees; each of its characters is where the word does."""
    if not tesseract.available():
        raise ExtractionError(FailureReason.NEEDS_OCR, "a picture of text")
    finest = survey(page).finest
    if part is not None and part.box is not None:
        sheet = sheet_of(page)
        for placed in regions.read(page, sheet, sheet.of_shares(part.box), (), finest):
            yield placed.text, placed.box
        return
    picture = tesseract.picture(page, finest)
    scale = picture.width / max(1.0, page.get_size()[0])
    for word in tesseract.words(picture):
        yield word.text, PointBox(*(edge / scale for edge in word.edges))


def _aligned(text: str, placed: Sequence[Placed]) -> dict[int, PointBox]:
    """The box of each character of the stored text that can be told."""
    stored = [(character, at) for at, character in enumerate(text.translate(_HYPHENS)) if _is_ink(character)]
    shown = [
        (character, box)
        for characters, box in placed
        for character in unicodedata.normalize("NFKC", characters).translate(_HYPHENS)
        if _is_ink(character)
    ]
    ours, theirs = "".join(one for one, _ in stored), "".join(one for one, _ in shown)
    where: dict[int, PointBox] = {}
    for start, other, length in _alike(ours, theirs):
        for offset in range(length):
            where[stored[start + offset][1]] = shown[other + offset][1]
    return where


def _is_ink(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf"}


def _alike(ours: str, theirs: str) -> Iterator[tuple[int, int, int]]:
    """Runs that are the same in both: (start in ours, start in theirs, length)."""
    if theirs.startswith(ours):  # what was written into forms follows, and is on no line
        yield 0, 0, len(ours)
    elif ours.startswith(theirs):
        yield 0, 0, len(theirs)
    elif max(len(ours), len(theirs)) <= _MOST_COMPARED:
        for match in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
            yield match.a, match.b, match.size
