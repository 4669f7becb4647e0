"""Words that OCR reads as they are drawn, in place of those that their font misnames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.box_types import PointBox, has_middle
from extractors.pdf import hidden_text
from extractors.pdf.words import font_maps, ligatures
from pipeline.model import Part, PartState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.pdf.sheet import Sheet
    from extractors.pdf.text_layer import Layer
    from extractors.pdf.words.glyphs import TextPage

_ABOUT = 3  # letters by which a word may be longer or shorter than what its font makes of it


def words_instead(
    handle: TextPage,
    sheet: Sheet,
    odd: Sequence[tuple[int, int]],
    placed: Sequence[tuple[str, PointBox]],
) -> list[tuple[int, int, str]]:
    """Returns what OCR reads at the place of each odd word, where that is sound."""
    found: list[tuple[int, int, str]] = []
    for start, end in odd:
        box = hidden_text.place(handle, sheet, start, end)
        said = " ".join(word for word, at in placed if box and has_middle(box, at))
        alike = abs(len(said) - (end - start)) <= max(_ABOUT, (end - start) // 2)
        if alike and font_maps.is_sound(said):
            found.append((start, end, said))
    return found


def with_ligatures(
    handle: TextPage, sheet: Sheet, layer: Layer, placed: Sequence[tuple[str, PointBox]]
) -> list[tuple[int, int, str]]:
    """Returns what is read otherwise, and the words whose ligatures OCR sees."""
    found = [*layer.instead]
    raw = layer.with_blanks()
    past = 0
    for start, end in ligatures.places_of_words(raw):
        if start < past or any(start < till and end > since for since, till, _ in layer.instead):
            continue
        box = hidden_text.place(handle, sheet, start, end)
        said = " ".join(word for word, at in placed if box and has_middle(box, at))
        if said and ligatures.restores(raw[start:end], said):
            found.append((start, end, said))
            past = end
    return sorted(found)


def what_was_mended(layer: Layer, odd: Sequence[tuple[int, int]], strange: set[int], why: str) -> list[Part]:
    """Returns how many words of a page were read as they are drawn, and how many should have been."""
    mended = {start for start, end, said in layer.instead if said != layer.raw[start:end]}
    read = {start for start, _, _ in layer.instead}
    junk = [
        start
        for start, end in odd
        if start not in read and (start in strange or font_maps.has_junk(layer.raw[start:end]))
    ]
    left = [start for start, _ in odd if start not in read] if why else junk
    share = round(len(left) / max(1, len(layer.raw.split())), 4)
    parts: list[Part] = []
    if mended:
        said = f"letters that their font misnames, in {len(mended)} words: read as they are drawn"
        parts.append(Part(kind="letters", state=PartState.OCR, why=said))
    if left:
        said = f"letters that their font misnames, in {len(left)} words{': ' if why else ''}{why}"
        parts.append(Part(kind="letters", state=PartState.UNREAD, share=share, why=said))
    return parts
