"""Words in pictures that are next to a page's text: read by OCR, believed or not, put where they belong."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from extractors.box_types import PointBox, common, has_middle
from extractors.ocr import known_pictures, seen_cells, tesseract
from pipeline.text.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pypdfium2
    from PIL import Image

    from extractors.pdf.sheet import Sheet

_SURE = 45  # percent: a word of which the engine is less sure does not count
_LINE_SURE = 65  # percent, on average: noise reads as lines of doubtful words
_LETTERS = 3  # of a word that counts as one
_FEWEST_WORDS = 2  # in a picture; a single one must be long and sure
_LONG, _CERTAIN = 6, 85
_REAL = 0.4  # of all tokens: how many must be words or numbers
_OF_LETTERS = 0.8  # of a word's signs
_VOWELS = frozenset("aeiouyAEIOUY")


class Placed(NamedTuple):
    """A word and where it is on the page."""

    text: str
    box: PointBox
    line: int


def read(
    page: pypdfium2.PdfPage, sheet: Sheet, region: PointBox, letters: Sequence[PointBox], finest: float
) -> list[Placed]:
    """Returns the words in a region of a page, without those that its text layer has there.

    Raises PdfiumError and ValueError where it cannot be drawn, and TimeoutError.
    """
    picture, scale = _picture(page, sheet, region, finest)
    found = believed(_words(picture))
    placed = (
        Placed(
            word.text,
            PointBox(
                region.left + word.edges[0] / scale,
                region.top + word.edges[1] / scale,
                region.left + word.edges[2] / scale,
                region.top + word.edges[3] / scale,
            ),
            word.line,
        )
        for word in found
    )
    near = [box for box in letters if common(box, region)]
    return [word for word in placed if not any(has_middle(box, word.box) for box in near)]


def text_of_words(words: Iterable[Placed]) -> str:
    """Their canonical text, a line a line."""
    told = seen_cells.lines_of_cells([seen_cells.SeenWord(word.text, *word.box, word.line) for word in words])
    return canonical("\n".join(line for lines in told for line in lines))


def believed(words: Sequence[tesseract.Word]) -> list[tesseract.Word]:
    """Those that are words; none where too few of them are, as in what is read into a photograph. Pure."""
    kept: list[tesseract.Word] = []
    for _, line in groupby(words, key=lambda word: word.line):
        sure = [word for word in line if word.sure >= _SURE and word.text.strip()]
        if sure and sum(word.sure for word in sure) / len(sure) >= _LINE_SURE:
            kept += sure
    real = [word for word in kept if _is_real(word.text)]
    if len(real) < _REAL * len(kept):
        return []
    spoken = [word for word in real if any(map(str.isalpha, word.text))]
    if len(real) >= (_FEWEST_WORDS if spoken else 2 * _FEWEST_WORDS):
        return kept
    return [word for word in real if len(word.text) >= _LONG and word.sure >= _CERTAIN]


def _is_real(text: str) -> bool:
    """Whether it looks like a word or a number."""
    bare = text.strip(".,;:!?()[]'\"\u2018\u2019\u201c\u201d-\u2013\u2014*%\u00a3$")
    if bare and all(character.isdigit() or character in ".,/:-" for character in bare):
        return len(bare) > 1
    letters = sum(map(str.isalpha, bare))
    can_be_said = bare.isupper() or not _VOWELS.isdisjoint(bare)
    return can_be_said and letters >= _LETTERS and letters >= _OF_LETTERS * len(bare)


def _words(picture: Image.Image) -> list[tesseract.Word]:
    digest = hashlib.blake2b(picture.tobytes(), digest_size=32, key=str(picture.size).encode()).hexdigest()
    return known_pictures.read(digest, list[tesseract.Word], lambda: tesseract.words(picture))


def _picture(
    page: pypdfium2.PdfPage, sheet: Sheet, region: PointBox, finest: float
) -> tuple[Image.Image, float]:
    """A region in grey as OCR wants it, and its pixels a point."""
    width, height = region.right - region.left, region.bottom - region.top
    scale = tesseract.scale(width, height, finest)
    return sheet.drawn(page, region, scale), scale
