"""Cells of several lines next to each other, which OCR reads line by line across the page. Pure.

A cell goes on in the next line where its next word had no room. Rows of single lines, and figures, stay as
they are.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE = 1.2  # of a line's height: a gap that parts cells
_ALIGNED = 1.0  # of the height: how far apart cells over each other may begin
_A_SENTENCE = 3  # words of a line
_STEP = 1.9  # heights from one line of a cell to the next


class SeenWord(NamedTuple):
    """A word, and where it is."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int


class _Piece(NamedTuple):
    words: list[SeenWord]

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    def goes_on_in(self, below: _Piece, edge: float) -> bool:
        """Whether the first word of a piece is in the midst of a sentence, and had no room up to an edge."""
        first = below.words[0]
        end = self.right + (first.right - first.left) + _height(first) / 4
        return len(self.words) >= _A_SENTENCE and first.text[:1].islower() and end > edge


def told_by_cells(text: str, words: Iterable[SeenWord]) -> str:
    """Returns a text whose lines are these words, with cells of several lines one by one."""
    instead = lines_of_cells([word for word in words if word.text.strip()])
    if all(len(lines) == 1 for lines in instead):
        return text
    lines = text.split("\n")
    places = [at for at, line in enumerate(lines) if line.strip()]
    if len(places) != len(instead):
        return text
    for at, told in zip(places, instead, strict=True):
        lines[at] = "\n".join(told)
    return "\n".join(lines)


def lines_of_cells(words: Sequence[SeenWord]) -> list[list[str]]:
    """Returns for each line of these words the lines to be told in its place; none for one told before."""
    lines = [_pieces(list(line)) for _, line in groupby(words, key=lambda word: word.line)]
    told: list[list[str]] = []
    at = 0
    while at < len(lines):
        past = at + 1
        while past < len(lines) and _is_next(lines, at, past):
            past += 1
        if past == at + 1:
            told.append([_said(lines[at])])
        else:
            columns = [[piece] for piece in lines[at]]
            for line in lines[at + 1 : past]:
                for piece in line:
                    columns[_column(lines[at], piece)].append(piece)
            told += [list(map(_said, columns)), *([] for _ in range(past - at - 1))]
        at = past
    return told


def _is_next(lines: list[list[_Piece]], first: int, at: int) -> bool:
    """Whether a line goes on those before it, which begin with a line of cells."""
    top, above, here = lines[first], lines[at - 1], lines[at]
    if len(top) < 2 or not 0 < len(here) <= len(top) or any(_column(top, piece) < 0 for piece in here):
        return False
    if len({_column(top, piece) for piece in here}) < len(here):
        return False
    step = here[0].words[0].bottom - above[0].words[0].bottom
    if not 0 < step <= _STEP * max(_height(word) for piece in top for word in piece.words):
        return False
    edges = [0.0] * len(top)
    for piece in (piece for line in lines[first : at + 1] for piece in line):
        number = _column(top, piece)
        edges[number] = max(edges[number], piece.right)
    before = {_column(top, piece): piece for piece in above}
    return any(
        before[number].goes_on_in(piece, edges[number])
        for piece in here
        if (number := _column(top, piece)) in before
    )


def _column(top: list[_Piece], piece: _Piece) -> int:
    """Under which piece of a line another begins; -1 for none."""
    height = _height(piece.words[0])
    return next(
        (number for number, each in enumerate(top) if abs(each.left - piece.left) <= _ALIGNED * height), -1
    )


def _pieces(line: list[SeenWord]) -> list[_Piece]:
    height = max(map(_height, line))
    pieces = [_Piece([line[0]])]
    for word in line[1:]:
        if word.left - pieces[-1].right > _WIDE * height:
            pieces.append(_Piece([word]))
        else:
            pieces[-1].words.append(word)
    return pieces


def _said(pieces: Iterable[_Piece]) -> str:
    return " ".join(word.text for piece in pieces for word in piece.words)


def _height(word: SeenWord) -> float:
    return word.bottom - word.top
