"""What of a page's words is not believed as its fonts name them."""

from __future__ import annotations

from collections import Counter
from ctypes import c_int, c_void_p
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.survey import quick
from extractors.pdf.words import digit_shapes, font_maps, ligatures
from extractors.pdf.words.glyphs import TextPage, is_unmapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.pdf.text_layer import Layer

_FEWEST, _MANY = 3, 0.4  # odd words of a font, and their share of its words
_string_of = quick("FPDFText_GetTextObject", c_void_p, c_void_p, c_int)
_font_of = quick("FPDFTextObj_GetFont", c_void_p, c_void_p)

_Spans = list[tuple[int, int]]  # of PDFium's text


class Doubts(NamedTuple):
    """Words that may be misnamed, and what the page lacks; all of it is empty for a page that is believed."""

    odd: _Spans  # the strange among them
    strange: _Spans  # of no tongue of these papers
    torn: _Spans  # by their ligatures
    lacking: Sequence[str]  # what no English text is without
    is_scattered: bool  # letters one by one, in any order
    everywhere: bool  # in all words of the page
    figures: _Spans  # whose digits are drawn as others


def doubts(handle: TextPage, text: Layer, digits: digit_shapes.Digits) -> Doubts:
    """Looks through the text of PDFium's text page, `handle`; `digits`: how those of pages before look."""
    raw = text.raw
    whole = text.piece(slice(0, len(raw))) if text.surplus else raw  # lines on their side are lines
    if font_maps.is_scattered(whole):
        return Doubts([], [], ligatures.torn_words(raw), (), is_scattered=True, everywhere=False, figures=[])
    strange = font_maps.strange_words(raw, partial(is_unmapped, handle))
    odd = sorted({*font_maps.odd_words(text.with_blanks()), *strange})
    odd = of_their_fonts(handle, raw, odd) if odd else odd
    figures = digit_shapes.misnamed(handle, raw, digits)
    odd = sorted({*odd, *figures}) if figures else odd
    torn = ligatures.torn_words(raw)
    lacking = () if torn else font_maps.lacks_letters(raw)
    everywhere = (
        bool(odd and lacking)
        or (bool(strange) and not font_maps.is_spoken(raw))
        or font_maps.is_unspoken(raw)
    )
    lacking = () if odd else lacking
    return Doubts(odd, strange, torn, lacking, is_scattered=False, everywhere=everywhere, figures=figures)


def of_their_fonts(handle: TextPage, raw: str, odd: _Spans) -> _Spans:
    """With all words in a font of which many are odd: it misnames others too."""

    def font(start: int) -> int:
        string = _string_of(handle, handle.place(start))
        return (_font_of(string) or 0) if string else 0

    every = {span: font(span[0]) for span in font_maps.all_words(raw)}
    words, strange = Counter(every.values()), Counter(font(start) for start, _ in odd)
    misnaming = {
        each for each, count in strange.items() if each and count >= max(_FEWEST, _MANY * words[each])
    }
    return sorted({*odd, *(span for span, each in every.items() if each in misnaming)})
