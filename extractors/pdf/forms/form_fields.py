"""What was filled into the form fields of a PDF page, and its notes: no part of PDFium's text."""

from __future__ import annotations

import ctypes
import html
import re
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from extractors.config import current
from extractors.pdf.forms import covered_fields
from pipeline.text.canonical import canonical, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pypdfium2

_MOST_ANNOTATIONS = 2_000  # of a page
_MOST_OPTIONS = 1_000  # of a choice
_MOST_PLACES = 200  # of a page, looked at for words that are printed there too
_MOST_AROUND = 1_000  # other characters at such a place
# All that people put onto a page. What is not theirs: links, the windows of notes, fields, printers' marks.
_NOTES = {
    pdfium.FPDF_ANNOT_CARET,
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_FILEATTACHMENT,
    pdfium.FPDF_ANNOT_FREETEXT,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_INK,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_POLYLINE,
    pdfium.FPDF_ANNOT_REDACT,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_WATERMARK,
}
_DRAWN = {  # whose own drawing may hold words that are said nowhere else
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_INK,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_REDACT,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_WATERMARK,
}
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_BREAK = re.compile(r"</p>|<br */?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_TYPED = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT}
_MOST_COVERED = 300  # annotations of a page, looked at for what covers them
_BUTTONS = {
    pdfium.FPDF_FORMFIELD_PUSHBUTTON,
    pdfium.FPDF_FORMFIELD_CHECKBOX,
    pdfium.FPDF_FORMFIELD_RADIOBUTTON,
}
_CHOICES = {pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX}
_SHOWN = re.compile(r"\(((?:\\.|[^\\()])*)\)\s*(?:Tj|'|\")")  # strings that a look draws
_ESCAPED, _A_WORD = re.compile(r"\\(.)"), re.compile(r"[^\W\d_]{2}")
_PASSWORD = 1 << 13  # a flag of fields
_LEADING, _USUAL_SIZE = 1.15, 12.0  # of a list's lines; points where its size follows its box
_SET_IN = re.compile(r"(\d+(?:\.\d+)?)\s+Tf")
_TICKS = {"Off", "Yes"}  # the states of a tick box


@dataclass(slots=True)
class FormHandle:
    """Something of PDFium's that is slow to make: made when it is first asked for, and closed once."""

    make: Callable[[], object]
    end: Callable[[object], None]
    made: object = None

    def get(self) -> object:
        if self.made is None:
            self.made = self.make()
        return self.made

    def close(self) -> None:
        if self.made is not None:
            self.end(self.made)
            self.made = None


def form_of(document: pypdfium2.PdfDocument) -> FormHandle:
    """Returns the fields of a document, all read when the first is asked for.

    To be closed before the document. Not the wrapper's `init_forms`: after that every page, as it is
    loaded, makes its fields' looks anew.
    """
    callbacks = pdfium.FPDF_FORMFILLINFO(version=2)  # PDFium keeps the address, and the handle keeps it alive
    return FormHandle(
        lambda: pdfium.FPDFDOC_InitFormFillEnvironment(document, callbacks),
        pdfium.FPDFDOC_ExitFormFillEnvironment,
    )


def kinds_on(page: pypdfium2.PdfPage) -> set[int]:
    """What people or programs put onto the page: most have nothing, or links."""
    return {pdfium.FPDFAnnot_GetSubtype(annotation) for annotation in _annotations(page)}


def has_notes(kinds: set[int]) -> bool:
    """Whether somebody typed words onto the page, or pinned a note to it."""
    return not _NOTES.isdisjoint(kinds)


def has_words(kinds: set[int]) -> bool:
    """Whether words may be on the page that are no part of it: of notes, or of a form's fields."""
    return has_notes(kinds) or pdfium.FPDF_ANNOT_WIDGET in kinds


def has_drawings(page: pypdfium2.PdfPage, kinds: set[int]) -> bool:
    """Whether somebody put a stamp, a signature or the like onto the page, with a look of its own."""
    return not {*_DRAWN, pdfium.FPDF_ANNOT_WIDGET}.isdisjoint(kinds) and any(
        _is_drawn(annotation) and pdfium.FPDFAnnot_GetObjectCount(annotation) > 0
        for annotation in _annotations(page)
    )


def _is_drawn(annotation: object) -> bool:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    return kind in _DRAWN or (kind == pdfium.FPDF_ANNOT_WIDGET and _entry(annotation, b"FT") == "Sig")


def too_many(page: pypdfium2.PdfPage) -> bool:
    """Whether there are more notes or fields on the page than are read."""
    return pdfium.FPDFPage_GetAnnotCount(page) > _MOST_ANNOTATIONS


def hide_unviewed(page: pypdfium2.PdfPage) -> None:
    """Say of what no screen shows that it is hidden, in memory alone: PDFium draws it into the page."""
    for annotation in _annotations(page):
        flags = pdfium.FPDFAnnot_GetFlags(annotation)
        if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW:
            pdfium.FPDFAnnot_SetFlags(annotation, flags | pdfium.FPDF_ANNOT_FLAG_HIDDEN)


def has_files(kinds: set[int]) -> bool:
    """Whether a file is pinned to the page."""
    return pdfium.FPDF_ANNOT_FILEATTACHMENT in kinds


def files_on(page: pypdfium2.PdfPage) -> Iterator[object]:
    """The files pinned to a page: PDFium's handles."""
    for annotation in _annotations(page):
        attached = pdfium.FPDFAnnot_GetFileAttachment(annotation)
        if attached:
            yield attached


def written_in(page: pypdfium2.PdfPage, form: FormHandle | None = None, *, is_covered: bool = False) -> str:
    """Returns canonical text, a field or note a line; what no longer fits into a page's text is left out.

    What others cover is left out, or with `is_covered` all that they do not. Whoever asks for many pages of
    a document gives its form: else the fields are read for each page anew.
    """
    words: list[str] = []
    room = current.get().page_text_kb * 1024
    with ExitStack() as held:
        form = form or held.enter_context(closing(form_of(page.pdf)))
        layer = held.enter_context(closing(_layer(page)))
        for value in _values(page, form, layer, is_covered=is_covered):
            room -= len(value)
            if room < 0:  # one long value may be that of thousands of fields
                break
            words.append(value)
    return canonical("\n".join(filter(None, words)))


def covered_on(page: pypdfium2.PdfPage, form: FormHandle) -> str:
    """What was written into fields and typed notes of a page that others cover."""
    return written_in(page, form, is_covered=True) if _covered(page) else ""


def _covered(page: pypdfium2.PdfPage) -> set[int]:
    """The numbers of fields and typed notes that others cover; other notes are opened with a press."""
    with ExitStack() as held:
        kept: list[tuple[int, object]] = []
        for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_COVERED)):
            if annotation := pdfium.FPDFPage_GetAnnot(page, number):
                held.callback(pdfium.FPDFPage_CloseAnnot, annotation)
                kept.append((number, annotation))
        under = covered_fields.covered_annotations(kept)
        return {
            number
            for number, annotation in kept
            if number in under and pdfium.FPDFAnnot_GetSubtype(annotation) in _TYPED
        }


def _values(
    page: pypdfium2.PdfPage, form: FormHandle, layer: FormHandle, *, is_covered: bool
) -> Iterator[str]:
    places = 0
    under = _covered(page)
    for number, annotation in enumerate(_annotations(page)):
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN or (number in under) != is_covered:
            continue
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            yield from _answers(annotation, form.get())
            yield _entry(annotation, b"Contents")
        elif kind in _NOTES:
            note = _entry(annotation, b"Contents") or _plain(_entry(annotation, b"RC"))
            if note and kind == pdfium.FPDF_ANNOT_FREETEXT and places < _MOST_PLACES:
                places += 1
                if _is_printed(note, annotation, layer.get()):
                    continue
            yield note


def _plain(markup: str) -> str:
    """The words of a note that has them in rich text alone, which is a little HTML."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip()


def _annotations(page: pypdfium2.PdfPage) -> Iterator[object]:
    """Each is closed when the next is asked for."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _answers(annotation: object, form: object) -> Iterator[str]:
    """What a field is answered with: the answer may be in the parent of the field that the page shows."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)  # -1 where the form does not list the field
    is_secret = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD
    if kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and is_secret:
        return  # it is shown as stars
    if kind in _CHOICES:
        count = min(pdfium.FPDFAnnot_GetOptionCount(form, annotation), _MOST_OPTIONS)
        chosen = [
            index for index in range(count) if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, index)
        ]
        is_list = kind == pdfium.FPDF_FORMFIELD_LISTBOX
        shown = sorted({*chosen, *(_shown_in(annotation, form, count) if is_list else ())})
        for index in shown:
            yield _text(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, index)
        if shown:
            return
    own = _entry(annotation, b"V")
    if kind in _BUTTONS or _entry(annotation, b"FT") == "Btn":
        yield "" if own in _TICKS else own
        yield _caption(annotation)
    else:
        yield " ".join((_text(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation) or own).split())


def _shown_in(annotation: object, form: object, count: int) -> list[int]:
    """The options of a list that its look draws, chosen or not; all of them where it has none and they fit.

    Whoever reads the page sees them. What is further down the list is not seen.
    """
    place = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, place):
        return []
    told = _SET_IN.search(_entry(annotation, b"DA"))
    size = float(told[1]) if told else 0.0
    room = int((place.top - place.bottom) / (_LEADING * (size or _USUAL_SIZE)))
    look = _joined(_look(annotation))
    if not look:
        return [*range(count)] if count <= room else []
    options = [
        _joined(_text(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, index)) for index in range(count)
    ]
    drawn = [index for index, option in enumerate(options) if option and option in look]
    return drawn[: room + 1] if size else drawn  # the last may be cut


def _caption(annotation: object) -> str:
    """What is written on a button, as its look has it; signs of ticks are no words."""
    said = _look(annotation)
    return said if _A_WORD.search(said) else ""


def _look(annotation: object) -> str:
    """The strings that the look of a field draws."""
    look = _text(pdfium.FPDFAnnot_GetAP, annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL)
    return " ".join(_ESCAPED.sub(r"\1", string) for string in _SHOWN.findall(look))


def _layer(page: pypdfium2.PdfPage) -> FormHandle:
    return FormHandle(lambda: pdfium.FPDFText_LoadPage(page), pdfium.FPDFText_ClosePage)


def _is_printed(note: str, annotation: object, layer: object) -> bool:
    """Whether the text layer has the same words at the same place: a note may have been printed into it."""
    place = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, place):
        return False
    buffer = (ctypes.c_ushort * (2 * len(note) + _MOST_AROUND))()
    count = pdfium.FPDFText_GetBoundedText(
        layer, place.left, place.top, place.right, place.bottom, buffer, len(buffer)
    )
    printed = bytes(buffer)[: 2 * max(0, count)].decode("utf-16-le", "ignore")
    return _joined(note) in _joined(printed)


def _joined(text: str) -> str:
    """Without blanks: the lines of a note are broken where it is drawn."""
    return shown(canonical(text)).replace(" ", "")


def _entry(annotation: object, key: bytes) -> str:
    return _text(pdfium.FPDFAnnot_GetStringValue, annotation, key)


def _text(call: Callable[..., int], *args: object) -> str:
    """What a call of PDFium's writes into a buffer; "" for more than a page's text may be."""
    size = call(*args, None, 0)
    if not 2 < size <= current.get().page_text_kb * 1024:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*args, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "ignore")
