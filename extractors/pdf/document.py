"""PDF text by page through PDFium, and by other means where that is not enough.

One process, one thread: PDFium called from two threads crashes the interpreter. Its objects are closed in
the order text page, page, document.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.agenda_items import Items
from extractors.box_types import PointBox, common
from extractors.config import current
from extractors.isolation.limits import extra_time
from extractors.ocr import beside_text, ink, regions, tesseract
from extractors.parts import listed_parts
from extractors.pdf import (
    alternative_texts,
    attachments,
    damaged_pictures,
    hidden_notes,
    hidden_text,
    page_content,
    pdfminer_fallback,
    raw_file,
)
from extractors.pdf.forms import xfa
from extractors.pdf.forms.form_fields import (
    FormHandle,
    covered_on,
    form_of,
    has_drawings,
    has_files,
    has_notes,
    has_words,
    hide_unviewed,
    kinds_on,
    too_many,
    written_in,
)
from extractors.pdf.opening import has_its_end, opened_pdf, outline, said_of_itself
from extractors.pdf.order import drop_caps
from extractors.pdf.order.page_order import order_of_page
from extractors.pdf.page_text import printed_text, text_layer
from extractors.pdf.sheet import Sheet, sheet_of
from extractors.pdf.survey import Survey, of_layers, survey
from extractors.pdf.text_layer import Layer
from extractors.pdf.words import actual_texts, as_drawn, behind_scans, font_maps, gaps, turned
from extractors.pdf.words.doubts import doubts
from extractors.text_quality import USABLE, judge, letters, score, usable
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PageText, Part, PartState
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from extractors.pdf.order.page_order import PageOrder
    from extractors.pdf.words.glyphs import TextPage


_MOST_PAGES = 20_000
_MOST_OPINIONS = 20  # pages of a file that pdfminer is asked about
_FEW_STRINGS = 5  # on a page: a number, a running head, a stray blank
_HARDLY_TEXT = 20  # letters: a page number, a stamp
_LITTLE_TEXT = 100  # letters: a heading
_AS_MUCH = 0.8  # of a page's letters: what another way of reading must have to be better
_STAMPS = 500  # letters in few lines: a head, a foot and a number, put onto each page when papers were joined
_STAMP_LINES = 6
_SCAN = 0.8  # of the page: a picture with the words behind it that a scanner's own OCR has read
_NEARLY_ALL = 0.9  # of the strings of a page
_MOST_HIDDEN, _LONGEST_HIDDEN = 100, 2_000  # parts of a page, and characters of one
_SCATTERED = "letters that were drawn one by one, in any order"
_WAITS = "it waits for OCR"


class _Carried(NamedTuple):
    """Files within the file that was read last: to open it again, and to load its pages again, is slow."""

    path: Path | None
    by_itself: bool  # whether any is attached to the document
    pages: list[int]  # that have others pinned to them


_carried = _Carried(None, by_itself=True, pages=[])


def extract(path: Path, facts: dict[str, str] | None = None) -> Iterator[PageText]:
    """Yields every page, those without text too, so that numbers stay true.

    `facts` is given what the file says of itself before the first page comes: opening a PDF is slow.
    Raises ExtractionError at once for a file that does not open, and at the end with `NEEDS_OCR` or
    `TIMED_OUT` where pages were left that only OCR can read, or `TRUNCATED` where the file lacks its end.
    """
    global _carried  # noqa: PLW0603 - see there
    opinion = pdfminer_fallback.Opinion(path)
    with closing(opinion), opened_pdf(path) as document, closing(form_of(document)) as form:
        _carried = _Carried(path, by_itself=attachments.has_own(document), pages=[])
        count = len(document)
        if facts is not None:
            facts |= said_of_itself(document)
        paper = _paper_of(path, document, opinion, form)
        in_form, unread = _form_in_xml(document)
        items = Items(outline(document))
        for number in range(1, min(count, _MOST_PAGES) + 1):
            try:
                page = document[number - 1]
            except pypdfium2.PdfiumError:  # a page that the page tree promises and does not have
                yield PageText(number=number, text="", method=PageMethod.NONE, label=f"page {number}")
                continue
            kinds = kinds_on(page)
            if has_files(kinds):
                _carried.pages.append(number - 1)
            if paper.layers_off:
                hidden_notes.hide(page, number, paper.opinion)
            under = covered_on(page, form) if has_words(kinds) else ""
            page, drawn = with_drawings(page, number, kinds, form)
            written = "\n".join(filter(None, (in_form if number == 1 else "", drawn)))
            with closing(page):
                read = paper.read(page, number, written, notes=has_notes(kinds))
            yield PageText(
                number=number,
                text=read.text,
                method=read.method,
                label=f"page {number}",
                item=items.on(number, read.text),
                extractor=read.by,
                parts=(*read.parts, *_under_others(under, read), *(unread if number == 1 else ())),
            )
    _say_what_is_left(paper, count)
    if not has_its_end(path):
        raise ExtractionError(FailureReason.TRUNCATED, f"a PDF without its end; {count} pages could be read")


def members(path: Path, directory: Path) -> Iterator[str]:
    """Yields the names of files attached to the PDF or pinned to a page, as it writes them to `directory`.

    Raises ExtractionError.
    """
    is_known = _carried.path == path
    if is_known and not _carried.by_itself and not _carried.pages:  # as of most files: to open one takes time
        return
    with opened_pdf(path) as document:
        yield from attachments.members(document, _carried.pages if is_known else (), directory)


def _under_others(words: str, read: _Read) -> Iterator[Part]:
    """What was written where others cover it, unless the page was drawn with it and told it so."""
    if words and not any(part.state is PartState.HIDDEN and part.text in words for part in read.parts):
        why = "a box or a field over it covers it"
        yield Part(kind="text", state=PartState.HIDDEN, start=0, end=0, text=words, why=why)


def with_drawings(
    page: pypdfium2.PdfPage, number: int, kinds: set[int], form: FormHandle
) -> tuple[pypdfium2.PdfPage, str]:
    """The page with what people drew onto it as a part of it, and what their notes said; it may be a new one.

    Returns the page itself, and "", where nothing was drawn.
    """
    if not has_drawings(page, kinds):
        return page, ""
    written = written_in(page, form)
    hide_unviewed(page)
    return flattened(page, number), written


def flattened(page: pypdfium2.PdfPage, number: int) -> pypdfium2.PdfPage:
    """The page with all that was put onto it as a part of it, in place of the page given."""
    document = page.pdf
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[number - 1]


def _form_in_xml(document: pypdfium2.PdfDocument) -> tuple[str, list[Part]]:
    """The words of a form of which the pages only say to wait, and what is to be said of it."""
    kind = document.get_formtype()
    if kind != pdfium.FORMTYPE_XFA_FULL and not (
        kind == pdfium.FORMTYPE_XFA_FOREGROUND and _asks_to_wait(document)
    ):
        return "", []
    try:
        said, why = canonical(xfa.words(document)), ""
    except ExtractionError as error:
        said, why = "", f": {error.detail}"
    if said:
        return said, []
    return "", [Part(kind="form", state=PartState.UNREAD, why=f"a form in XML that is not read{why}")]


def _asks_to_wait(document: pypdfium2.PdfDocument) -> bool:
    """Whether the first page is what Adobe puts in place of a form that its reader draws."""
    try:
        with closing(document[0]) as page, text_layer(page) as layer:
            return printed_text(layer).lstrip().startswith("Please wait")
    except pypdfium2.PdfiumError:
        return False


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading a page gave."""

    text: str
    method: PageMethod
    by: str = ""  # whom, where it is not us
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _PageInSight:
    """A page while it is read: what its text layer says, and what else is on it."""

    page: pypdfium2.PdfPage
    number: int
    handle: TextPage  # PDFium's text page
    layer: Layer
    found: Survey
    text: str  # of the layer, and what was written onto the page
    added: str  # the latter


@dataclass(slots=True, kw_only=True)
class _Paper:
    """A file while it is read: its pages one by one, and what they have cost so far."""

    opinion: pdfminer_fallback.Opinion
    form: FormHandle
    has_form: bool
    layers_off: bool
    descriptions: alternative_texts.Descriptions
    left: list[int] = field(default_factory=list)  # pages that only OCR can read
    unfinished: list[int] = field(default_factory=list)  # pages on which OCR came to no end
    ocr_spent: float = 0.0  # seconds of processor time
    opinions: int = 0
    damaged: dict[tuple[int, int, int], bool] = field(default_factory=dict)  # pictures, as far as seen
    digits: dict[tuple[int, bytes, str], bool] = field(default_factory=dict)  # whether fonts draw others
    looked: dict[object, list[PointBox]] = field(
        default_factory=dict
    )  # where words may be, by what a page shows

    def read(self, page: pypdfium2.PdfPage, number: int, written: str = "", *, notes: bool) -> _Read:
        """By the first means that gives enough. What was `written` onto it may have been read before."""
        found = survey(page)
        actual_texts.drop_false(page, number, found)
        with text_layer(page) as handle:
            read = self._read(page, number, (handle, found), written, notes=notes)
        if not too_many(page):
            return read
        left = Part(kind="comment", state=PartState.UNREAD, why="there are more on the page than are read")
        return replace(read, parts=(*read.parts, left))

    def _read(
        self,
        page: pypdfium2.PdfPage,
        number: int,
        seen: tuple[TextPage, Survey],
        written: str,
        *,
        notes: bool,
    ) -> _Read:
        handle, found = seen
        layer, unseen = _layer_of(page, handle, found, layers=self.layers_off)
        mended, whole = self._mended(page, number, handle, layer, found)
        if whole:
            return replace(whole, parts=(*whole.parts, *unseen))
        unseen += mended
        text = layer.text()
        count, mark = judge(text)
        good = mark >= USABLE
        added = "\n".join(line for line in written.split("\n") if line not in text)
        if added or ((self.has_form or not good or notes) and (added := written_in(page, self.form))):
            text = f"{text}\n{added}" if text else added
            count, mark = judge(text)
            good = good or mark >= USABLE
        sight = _PageInSight(page, number, handle, layer, found, text, added)
        if good and (scanned := self._as_scanned(sight)):
            read = scanned
        elif good and count >= _LITTLE_TEXT and not _is_stamped_scan(found, page, text):
            read = self._with_pictures(sight)
        elif not text and page_content.is_empty(page):
            read = _Read("", PageMethod.BLANK)
        elif (not good or count < _HARDLY_TEXT) and (other := self._other(found, number, text)):
            read = _Read(other, PageMethod.TEXT_LAYER, by=pdfminer_fallback.NAME)
        else:
            read = self._looked_at(sight, good=good)
        if self.descriptions.may_be_on(found):
            read = _described(read, self.descriptions.said_on(page, read.text))
        return replace(read, parts=(*read.parts, *unseen)) if unseen else read

    def _mended(
        self, page: pypdfium2.PdfPage, number: int, handle: TextPage, layer: Layer, found: Survey
    ) -> tuple[list[Part], _Read | None]:
        """Words whose letters their font misnames are read as they are drawn.

        Returns what is to be said of them, or how the page is read as a whole, where that is better.
        """
        doubted = doubts(handle, layer, self.digits)
        odd, strange, torn, lacking, is_scattered, everywhere, figures = doubted
        if not any(doubted):
            return [], None
        has_junk = any(font_maps.has_junk(layer.raw[start:end]) for start, end in odd)
        if (
            has_junk
            and _can_read_pictures()  # before OCR has its turn nothing slow is asked
            and (said := self._sound_opinion(number, layer.raw))
        ):
            return [], _Read(said, PageMethod.TEXT_LAYER, by=pdfminer_fallback.NAME)
        words: list[tesseract.Word] = []
        scale = tesseract.scale(*page.get_size(), found.finest)

        def read() -> str:
            ink.refuse_overdrawn(found, sheet_of(page))
            self._may_read()
            words.extend(tesseract.words(tesseract.picture(page, found.finest)))
            return ""

        _, why = self._tried(number, read)
        if lacking or is_scattered:
            return self._spelled(layer, lacking, words, why)
        if everywhere and font_maps.is_spoken(" ".join(word.text for word in words)):
            odd = font_maps.all_words(layer.raw)  # what is sound among them is read alike
        sheet = sheet_of(page)
        placed = [(word.text, PointBox(*(edge / scale for edge in word.edges))) for word in words]
        layer.instead = as_drawn.words_instead(handle, sheet, odd, placed)
        if torn:
            layer.instead = as_drawn.with_ligatures(handle, sheet, layer, placed)
            odd = sorted({*odd, *torn})
        return as_drawn.what_was_mended(layer, odd, {start for start, _ in (*strange, *figures)}, why), None

    def _spelled(
        self, layer: Layer, lacking: Sequence[str], words: Sequence[tesseract.Word], why: str
    ) -> tuple[list[Part], _Read | None]:
        """A page that lacks letters, or has them in no order, as OCR reads it, where that finds them."""
        if why:
            said = f"it has no {', '.join(lacking)}: its font may misname letters" if lacking else _SCATTERED
            said = f"{said}; {why}"
            return [Part(kind="letters", state=PartState.UNREAD, why=said)], None
        lines = groupby(words, key=lambda word: word.line)
        seen = canonical("\n".join(" ".join(word.text for word in line) for _, line in lines))
        found = [letters for letters in lacking if letters not in font_maps.lacks_letters(seen)]
        if (found or not lacking) and letters(seen) >= _AS_MUCH * letters(layer.raw) and usable(seen):
            return [], _Read(seen, PageMethod.OCR)
        return [], None

    def _sound_opinion(self, number: int, text: str) -> str:
        """What pdfminer reads on the page, where it is as much, and sound; else ""."""
        if self.opinions >= _MOST_OPINIONS:
            return ""
        self.opinions += 1
        other = self.opinion.of_page(number)
        sound = (
            "(cid:" not in other
            and not font_maps.odd_words(other)
            and letters(other) >= _AS_MUCH * letters(text)
        )
        return other if sound and usable(other) else ""

    def _looked_at(self, sight: _PageInSight, *, good: bool) -> _Read:
        """By OCR, where that says more."""
        seen, why = self._seen(sight, good=good)
        if seen:
            return _Read(seen, PageMethod.OCR)
        if not why:
            return self._with_pictures(sight)
        if sight.text:
            return _Read(sight.text, PageMethod.TEXT_LAYER, parts=(_unread(why),))
        return _Read("", PageMethod.NONE)

    def _as_scanned(self, sight: _PageInSight) -> _Read | None:
        """A scan as OCR reads it, where the words that are set behind it are not those on it; else None."""
        page, found = sight.page, sight.found
        is_all_behind = len(found.unpainted) >= max(1, _NEARLY_ALL * found.strings)
        if not (is_all_behind and page_content.covered(found, page) >= _SCAN and _can_read_pictures()):
            return None

        def read() -> str:
            ink.refuse_overdrawn(found, sheet_of(page))
            self._may_read()
            if not behind_scans.shows_others(
                page, sight.handle, sight.layer.raw, sheet_of(page), found.finest
            ):
                return ""
            return tesseract.recognise(tesseract.picture(page, found.finest))

        seen, _ = self._tried(sight.number, read)
        if not usable(seen):
            return None
        hidden = Part(
            kind="text",
            state=PartState.HIDDEN,
            text=sight.text[:_LONGEST_HIDDEN],
            why="it is set behind a scan that shows other words",
        )
        return _Read(seen, PageMethod.OCR, parts=(hidden,))

    def _with_pictures(self, sight: _PageInSight) -> _Read:
        """The text layer, with the words of pictures."""
        page, found = sight.page, sight.found
        plain = _Read(sight.text, PageMethod.TEXT_LAYER if sight.text else PageMethod.BLANK)
        if not found.pictures and found.curves < ink.FEWEST_CURVES:
            return plain
        sheet = sheet_of(page)
        look = ink.known_by(found)
        places = self.looked[look] if look in self.looked else ink.inked_areas(found, sheet)
        if not places:
            return plain
        read = self._seen_in_pictures if _can_read_pictures() else self._put_off
        return read(sight, plain, sheet, places, look)

    def _seen_in_pictures(
        self, sight: _PageInSight, plain: _Read, sheet: Sheet, places: list[PointBox], look: object
    ) -> _Read:
        """The page with what OCR reads where it looks like words."""
        page, found, layer = sight.page, sight.found, sight.layer
        letters_at = [
            box
            for box in beside_text.letters(sight.handle, sheet)
            if not any(common(box, each.box) for each in layer.unseen)
        ]
        try:
            ink.refuse_overdrawn(found, sheet)
            if look not in self.looked:
                places = ink.wordlike(page, sheet, places, letters_at)
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
            return replace(plain, parts=(_unread(f"it cannot be drawn: {error}"),))
        if look is not None:
            self.looked[look] = places
        damaged = [_damaged(sheet, box) for box in damaged_pictures.damaged(page, sheet, self.damaged)]
        plain = replace(plain, parts=tuple(damaged))
        if not places:
            return plain
        words, parts = self._words_of(sight, sheet, places, letters_at)
        parts += damaged
        if not any(words):
            return replace(plain, parts=tuple(part for part in parts if part))
        order = beside_text.places(sight.handle, layer.raw, layer.order, sheet, places)
        pieces: list[str | int] = []
        for _, run in groupby(order, key=lambda piece: isinstance(piece, int)):
            here = list(run)
            words_here = layer.joined([piece for piece in here if isinstance(piece, slice)])
            pieces += [words_here, *(piece for piece in here if isinstance(piece, int))]
        said, spans = beside_text.mixed([*pieces, sight.added], words)
        placed = (
            part and (replace(part, start=start, end=end) if part.state is PartState.OCR else part)
            for part, (start, end) in zip(parts, [*spans, *[(0, 0)] * len(damaged)], strict=True)
        )
        method = PageMethod.TEXT_LAYER if sight.text else PageMethod.OCR
        return _Read(said, method, parts=tuple(filter(None, placed)))

    def _put_off(
        self, sight: _PageInSight, plain: _Read, sheet: Sheet, places: list[PointBox], look: object
    ) -> _Read:
        """Name what may hold words and was not looked at: drawing a page is slow, and part of OCR's work.

        What is on each page, as a letterhead does, is named on the first.
        """
        if look is not None and look in self.looked:
            return plain
        if look is not None:
            self.looked[look] = [*places]
        self.left.append(sight.number)
        parts = (
            Part(
                kind="picture",
                state=PartState.UNREAD,
                share=sheet.share(place),
                box=sheet.shares(place),
                why=_WAITS,
            )
            for place in places
        )
        return replace(plain, parts=tuple(parts))

    def _words_of(
        self, sight: _PageInSight, sheet: Sheet, places: Sequence[PointBox], letters_at: Sequence[PointBox]
    ) -> tuple[list[str], list[Part | None]]:
        """Of each region the words that OCR reads there, and what is to be said of it; None: nothing."""
        words: list[str] = []
        parts: list[Part | None] = []
        for place in places:

            def read(place: PointBox = place) -> str:
                self._may_read()
                return regions.text_of_words(
                    regions.read(sight.page, sheet, place, letters_at, sight.found.finest)
                )

            said, why = self._tried(sight.number, read)
            words.append(said)
            state = PartState.UNREAD if why else PartState.OCR
            part = Part(
                kind="picture", state=state, share=sheet.share(place), box=sheet.shares(place), why=why
            )
            parts.append(part if said or why else None)
        return words, parts

    def _other(self, found: Survey, number: int, text: str) -> str:
        """What pdfminer reads, where the page has more strings than words were read; else ""."""
        few = 2 * len(text.split()) + _FEW_STRINGS
        if self.opinions >= _MOST_OPINIONS or found.strings <= few:
            return ""
        self.opinions += 1
        other = self.opinion.of_page(number)
        return other if letters(other) > 2 * letters(text) + _HARDLY_TEXT and usable(other) else ""

    def _seen(self, sight: _PageInSight, *, good: bool) -> tuple[str, str]:
        """What OCR reads on the whole page, where that is more than its text layer says.

        And why nothing was read. Both are empty where there is nothing to read.
        """

        def read() -> str:
            ink.refuse_overdrawn(sight.found, sheet_of(sight.page))
            if not _is_picture(sight.found, sight.page, sight.text, good=good):
                return ""
            self._may_read()
            return tesseract.recognise(tesseract.picture(sight.page, sight.found.finest))

        said, why = self._tried(sight.number, read)
        if good:
            better = letters(said) > 1.5 * letters(sight.text) + _HARDLY_TEXT
        else:
            better = score(said) > score(sight.text)
        return said if better else "", why

    def _tried(self, number: int, read: Callable[[], str]) -> tuple[str, str]:
        """What is read, and why nothing was. A failure that may pass is kept apart from one that stays."""
        started = time.process_time()
        try:
            with extra_time(current.get().ocr_page_seconds):
                return read(), ""
        except _NoOcrError:
            self.left.append(number)
            return "", _WAITS
        except (TimeoutError, MemoryError) as error:
            self.unfinished.append(number)
            return "", "OCR took too long" if isinstance(error, TimeoutError) else "OCR found no memory"
        except (pypdfium2.PdfiumError, ValueError) as error:
            return "", f"it cannot be drawn: {error}"
        finally:
            self.ocr_spent += time.process_time() - started

    def _may_read(self) -> None:
        """Raises what says that OCR cannot be asked."""
        if not _can_read_pictures():
            raise _NoOcrError
        if self.ocr_spent > current.get().ocr_seconds:
            raise TimeoutError


class _NoOcrError(Exception):
    """There is no OCR here, or it is not to be used."""


def _paper_of(
    path: Path, document: pypdfium2.PdfDocument, opinion: pdfminer_fallback.Opinion, form: FormHandle
) -> _Paper:
    signs = raw_file.signs(path)
    return _Paper(
        opinion=opinion,
        form=form,
        has_form=document.get_formtype() != pdfium.FORMTYPE_NONE,
        layers_off=signs.layers_off,
        descriptions=alternative_texts.of_file(signs.descriptions),
    )


def _described(read: _Read, said: str) -> _Read:
    """With what its pictures are described with: last, as it decides nothing of how the page is read."""
    if not said:
        return read
    parts = (
        (*read.parts, _unread("nothing else of the page was read"))
        if read.method is PageMethod.NONE
        else read.parts
    )
    method = read.method if read.text else PageMethod.TEXT_LAYER
    return replace(read, text=f"{read.text}\n\n{said}" if read.text else said, method=method, parts=parts)


def _damaged(sheet: Sheet, box: PointBox) -> Part:
    return Part(
        kind="picture",
        state=PartState.UNREAD,
        share=sheet.share(box),
        box=sheet.shares(box),
        why="it is damaged",
    )


def _unread(why: str) -> Part:
    return Part(kind="picture", state=PartState.UNREAD, share=1.0, box=(0.0, 0.0, 1.0, 1.0), why=why)


def _spaced(handle: TextPage, raw: str, order: PageOrder) -> Layer:
    """A page's text in its order, with the blanks that are missing, and without those that are not seen."""
    if order.blanks is not None:
        return Layer(raw, order.parts, order.begin, order.goes_on, order.blanks)
    sideways = turned.turned_lines(handle, raw)
    surplus = sorted({*gaps.surplus(handle, raw), *drop_caps.blanks(handle, raw), *sideways.surplus})
    missing = sorted({*gaps.missing_blanks(handle, raw), *sideways.missing})
    return Layer(raw, order.parts, order.begin, order.goes_on, missing, surplus)


def _layer_of(
    page: pypdfium2.PdfPage, handle: TextPage, found: Survey, *, layers: bool
) -> tuple[Layer, list[Part]]:
    """The text layer as it is to be read, and the parts of it that nobody sees."""
    raw = printed_text(handle)
    layer = _spaced(handle, raw, order_of_page(handle, raw, found.frames))
    suspects = found.suspects
    if found.unpainted and page_content.covered(found, page) < _SCAN:
        suspects = suspects | found.unpainted
    if layers:
        suspects = suspects | of_layers(page)
    everywhere = bool(raw) and hidden_text.reaches_beyond(
        page, handle, raw, None if found.cut else found.reach
    )
    if not raw or not (suspects or found.tiny or everywhere):
        return layer, []
    sheet = sheet_of(page)
    try:
        ink.refuse_overdrawn(found, sheet)
        layer.unseen = hidden_text.unseen(page, handle, raw, sheet, found, None if everywhere else suspects)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return layer, []
    parts = [
        Part(
            kind="text",
            state=PartState.HIDDEN,
            share=sheet.share(each.box),
            box=sheet.shares(each.box),
            text=canonical(raw[each.start : each.end])[:_LONGEST_HIDDEN],
            why=each.why,
        )
        for each in layer.unseen[:_MOST_HIDDEN]
    ]
    return layer, parts


def _is_picture(found: Survey, page: pypdfium2.PdfPage, text: str, *, good: bool) -> bool:
    """Whether the page as a whole is to be read by OCR: it has no text layer, or but a stamp on a picture."""
    if not good:
        return letters(text) > 0 or page_content.shows_something(page)
    if letters(text) < _HARDLY_TEXT:
        return page_content.covered(found, page) >= 0.2
    return _is_stamped_scan(found, page, text)


def _is_stamped_scan(found: Survey, page: pypdfium2.PdfPage, text: str) -> bool:
    """Whether what text there is may be but a scan's head and foot."""
    return (
        len(text) < _STAMPS and text.count("\n") < _STAMP_LINES and page_content.covered(found, page) >= _SCAN
    )


def _can_read_pictures() -> bool:
    return current.get().ocr and tesseract.available()


def _say_what_is_left(paper: _Paper, count: int) -> None:
    if count > _MOST_PAGES:
        raise ExtractionError(FailureReason.TOO_LARGE, f"{count} pages; the first {_MOST_PAGES} were read")
    if paper.unfinished:
        pages = listed_parts(paper.unfinished)
        raise ExtractionError(FailureReason.TIMED_OUT, f"OCR took too long; not read: pages {pages}")
    if paper.left:
        raise ExtractionError(FailureReason.NEEDS_OCR, f"pictures of text: pages {listed_parts(paper.left)}")
