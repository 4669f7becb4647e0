"""PDF text by page through PDFium.

One process, one thread: PDFium called from two threads crashes the interpreter. Its objects are closed in
the order text page, page, document.
"""

from __future__ import annotations

import ctypes
import re
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from extractors import ocr
from extractors.config import current
from extractors.limits import extra_time
from extractors.score import letters, score, usable
from extractors.table import EXTRACTORS
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PageText
from pipeline.text import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

version = EXTRACTORS["pdf"].version

_TAIL = 2048  # bytes
_MOST_PAGES = 20_000
_MOST_ANNOTATIONS = 2_000  # of a page
_MOST_OBJECTS = 2_000  # of a page, looked at for pictures
_HARDLY_TEXT = 20  # letters: a page number, a stamp
_LITTLE_TEXT = 100  # letters: a heading
_GLANCE = 0.3  # pixels a point when looking whether a page shows anything
_CONTRAST = 24  # shades of 256 between the darkest and the lightest spot; less is a tinted page
_WRITTEN_IN = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_TEXT)
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")


def extract(path: Path) -> Iterator[PageText]:
    """Every page, those without text too, so that numbers stay true.

    Raises ExtractionError at once for a file that does not open, and at the end with `NEEDS_OCR` or
    `TIMED_OUT` where pages were left that only OCR can read, or `TRUNCATED` where the file lacks its end.
    """
    left: list[int] = []
    spent = 0.0
    with _opened(path) as document:
        has_form = document.get_formtype() != pdfium.FORMTYPE_NONE
        count = len(document)
        for number in range(1, min(count, _MOST_PAGES) + 1):
            try:
                page = document[number - 1]
            except pypdfium2.PdfiumError:  # a page that the page tree promises and does not have
                yield _page_text(number, "", PageMethod.NONE)
                continue
            with closing(page):
                text = _text_layer(page)
                good = usable(text)
                if has_form or not good:
                    text = f"{text}\n{written}" if (written := _written_in(page)) else text
                    good = good or usable(text)
                method = PageMethod.TEXT_LAYER if text else PageMethod.NONE
                if _is_picture(page, text, good=good):
                    started = time.monotonic()
                    if not _can_read_pictures() or spent > current.get().ocr_seconds:
                        left.append(number)
                    elif seen := _seen(page, text, good=good):
                        text, method = seen, PageMethod.OCR
                    spent += time.monotonic() - started
            yield _page_text(number, text, method)
    _say_what_is_left(left, count)
    if not _ends(path):
        raise ExtractionError(FailureReason.TRUNCATED, f"a PDF without its end; {count} pages could be read")


def metadata(path: Path) -> dict[str, str]:
    """What the file says of itself. Dates are ISO 8601 without a zone: few programs write it right."""
    with _opened(path) as document:
        said = document.get_metadata_dict(skip_empty=True)
        facts = {key.lower(): value for key, value in said.items() if key in {"Title", "Author", "Producer"}}
        for key, name in (("CreationDate", "created"), ("ModDate", "modified")):
            if date := _date(said.get(key, "")):
                facts[name] = date
        return facts | {"pages": str(len(document))}


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ExtractionError(*_why_closed(path, error)) from error
    with closing(document):
        if len(document) == 0:
            raise ExtractionError(FailureReason.UNREADABLE, "a PDF without pages")
        yield document


def _why_closed(path: Path, error: pypdfium2.PdfiumError) -> tuple[FailureReason, str]:
    if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
        return FailureReason.ENCRYPTED, "a PDF with a password"
    with path.open("rb") as file:
        head = file.read(1_000_000)
    if b" obj" not in head:
        return FailureReason.NOT_WHAT_IT_SAYS, "the head of a PDF, and no PDF behind it"
    if not _ends(path):
        return FailureReason.TRUNCATED, "a PDF without its end"
    return FailureReason.UNREADABLE, f"PDFium: {error}"


def _ends(path: Path) -> bool:
    """Whether the file has its last line. PDFium opens what is left of a file cut short, and says nothing."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" in file.read()


def _page_text(number: int, text: str, method: PageMethod) -> PageText:
    return PageText(number=number, text=text, method=method, label=f"page {number}")


def _text_layer(page: pypdfium2.PdfPage) -> str:
    try:
        with closing(page.get_textpage()) as layer:
            longest = current.get().page_text_kb * 1024
            text = (
                layer.get_text_range(0, longest) if layer.count_chars() > longest else layer.get_text_range()
            )
    except pypdfium2.PdfiumError:
        return ""
    return canonical(text)


def _written_in(page: pypdfium2.PdfPage) -> str:
    """What was filled into the form fields of a page, and its notes: no part of PDFium's text."""
    words: list[str] = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        if pdfium.FPDFAnnot_GetSubtype(annotation) in _WRITTEN_IN:
            words += [_value(annotation, b"V"), _value(annotation, b"Contents")]
        pdfium.FPDFPage_CloseAnnot(annotation)
    return canonical("\n".join(filter(None, words)))


def _value(annotation: object, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= current.get().page_text_kb * 1024:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(
        annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
    )
    value = buffer.raw[: size - 2].decode("utf-16-le", "ignore")
    return "" if value in {"Off", "Yes"} else value  # the states of a tick box


def _is_picture(page: pypdfium2.PdfPage, text: str, *, good: bool) -> bool:
    """Whether the page seems to show words that its text layer does not hold."""
    if not good:
        return letters(text) > 0 or _shows_something(page)
    if letters(text) < _HARDLY_TEXT:
        return _covered(page) >= 0.2
    return letters(text) < _LITTLE_TEXT and _covered(page) >= 0.5


def _shows_something(page: pypdfium2.PdfPage) -> bool:
    """Whether anything at all is on the page: scans, but also letters drawn as lines."""
    try:
        width, height = page.get_size()
        with closing(page.render(scale=min(_GLANCE, 1000 / max(width, height, 1)), grayscale=True)) as bitmap:
            shades = bitmap.to_pil().convert("L").histogram()
    except (pypdfium2.PdfiumError, ValueError):
        return False
    seen = [shade for shade, pixels in enumerate(shades) if pixels]
    return seen[-1] - seen[0] > _CONTRAST


def _covered(page: pypdfium2.PdfPage) -> float:
    """The share of the page that its largest picture covers."""
    width, height = page.get_size()
    largest = 0.0
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        if pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            largest = max(largest, (right - left) * (top - bottom))
    return largest / max(1.0, width * height)


def _can_read_pictures() -> bool:
    return current.get().ocr and ocr.available()


def _seen(page: pypdfium2.PdfPage, text: str, *, good: bool) -> str:
    """What OCR reads on the page, where that is more than its text layer says; else ""."""
    width, height = page.get_size()
    try:
        with extra_time(current.get().ocr_page_seconds):
            with closing(page.render(scale=ocr.scale(width, height), grayscale=True)) as bitmap:
                image = bitmap.to_pil().convert("L")
            read = ocr.recognise(image)
    except (pypdfium2.PdfiumError, ValueError):
        return ""
    if good:
        return read if letters(read) > 1.5 * letters(text) + 20 else ""
    return read if score(read) > score(text) else ""


def _say_what_is_left(left: list[int], count: int) -> None:
    if count > _MOST_PAGES:
        raise ExtractionError(FailureReason.TOO_LARGE, f"{count} pages; the first {_MOST_PAGES} were read")
    if not left:
        return
    pages = ", ".join(map(str, left[:20])) + ("…" if len(left) > 20 else "")
    if _can_read_pictures():
        raise ExtractionError(FailureReason.TIMED_OUT, f"OCR took too long; not read: pages {pages}")
    raise ExtractionError(FailureReason.NEEDS_OCR, f"pictures of text: pages {pages}")


def _date(said: str) -> str:
    match = _DATE.match(said)
    if match is None:
        return ""
    year, month, day, *clock = match.groups()
    date = "-".join(filter(None, (year, month, day)))
    return f"{date}T{':'.join(part or '00' for part in clock)}" if day and clock[0] else date
