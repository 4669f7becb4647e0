"""What of a page's words is not believed as its fonts name them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.words import font_maps, ligatures
from extractors.pdf.words.glyphs import handle_of, is_unmapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.pdf.text_layer import Layer

_Spans = list[tuple[int, int]]  # of PDFium's text


class Doubts(NamedTuple):
    """Words that may be misnamed, and what the page lacks; all of it is empty for a page that is believed."""

    odd: _Spans  # the strange among them
    strange: _Spans  # of no tongue of these papers
    torn: _Spans  # by their ligatures
    lacking: Sequence[str]  # what no English text is without
    is_scattered: bool  # letters one by one, in any order
    everywhere: bool  # in all words of the page


def doubts(layer: object, text: Layer) -> Doubts:
    """Looks through the text of PDFium's text page, `layer`."""
    raw = text.raw
    whole = text.piece(slice(0, len(raw))) if text.surplus else raw  # lines on their side are lines
    if font_maps.is_scattered(whole):
        return Doubts([], [], ligatures.torn_words(raw), (), is_scattered=True, everywhere=False)
    strange = font_maps.strange_words(raw, partial(is_unmapped, handle_of(layer)))
    odd = sorted({*font_maps.odd_words(text.with_blanks()), *strange})
    torn = ligatures.torn_words(raw)
    lacking = () if torn else font_maps.lacks_letters(raw)
    everywhere = (
        bool(odd and lacking)
        or (bool(strange) and not font_maps.is_spoken(raw))
        or font_maps.is_unspoken(raw)
    )
    return Doubts(odd, strange, torn, () if odd else lacking, is_scattered=False, everywhere=everywhere)
