"""Lines on their side, and words set downwards, as titles of axes: PDFium tells them letter by letter.

It ends a line wherever a letter is higher than the one before. Short pieces make such lines suspect;
what goes on in the direction in which it is turned is one line again, with blanks between its words.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.words.glyphs import Glyph, TextPage, angle, glyph
from extractors.spaced_out import is_word

if TYPE_CHECKING:
    from collections.abc import Sequence

_PIECE = re.compile(r"(?<![^\n])[^\W_]{1,2}(?=\r?\n|\Z)")
_LINE = re.compile(r"[^\r\n]+")
_STACK = re.compile(r"(?<![^\n])(?:[^\W\d_]\r?\n){3,60}[^\W\d_](?=\r?\n|\Z)")
_FEWEST = 3  # letters, fewer of which are no word by themselves
_UNDER, _FURTHEST, _WIDER = 0.25, 4.0, 1.5  # of the letters' size, the same, and of the usual step
_MOST_PIECES, _MOST_LINES = 500, 2_000  # of a page
_QUARTER = 0.05  # radians to or from a quarter turn
_ALONG = 0.4  # of the letters' size: by how much letters of one line may be off it
_BLANK = 0.12  # of it: between words
_NEXT = 2.0  # of it: no further away does a line go on


class TurnedText(NamedTuple):
    """What is not in PDFium's text as a reader sees it, in order."""

    surplus: list[int]  # ends of lines that are none
    missing: list[int]  # before which a blank is


class _Letter(NamedTuple):
    along: float  # in the direction in which the line is read
    beside: float
    past: float  # where the next would begin
    size: float
    turn: int  # quarters, clockwise


def turned_lines(handle: TextPage, text: str) -> TurnedText:
    """Returns what is to be changed for lines on their side to be lines."""
    pieces = [match.start() for _, match in zip(range(_MOST_PIECES), _PIECE.finditer(text), strict=False)]
    found = TurnedText([], [])
    if len(pieces) < 2:
        return found
    for stack in _STACK.finditer(text) if len(pieces) > _FEWEST else ():
        _join_stack(handle, stack, found)
    if not any(_turn(handle, at) for at in pieces):
        return found
    lines = [line.span() for _, line in zip(range(_MOST_LINES), _LINE.finditer(text), strict=False)]
    joined = [number for number in range(1, len(lines)) if _goes_on(handle, text, lines, number)]
    for number in joined:
        end, start = lines[number - 1][1], lines[number][0]
        found.surplus.extend(range(end, start))
        before, here = _last(handle, text, lines[number - 1]), _letter(handle, start)
        if before and here and here.along - before.past >= _BLANK * here.size and not text[end - 1].isspace():
            found.missing.append(start)
    return found


def _join_stack(handle: TextPage, stack: re.Match[str], found: TurnedText) -> None:
    """Letters that are right under each other, and spell words, are those; a wider step is a blank."""
    places = [stack.start() + at for at, sign in enumerate(stack[0]) if not sign.isspace()]
    runs: list[list[tuple[int, Glyph]]] = [[]]
    for at in places:
        letter = None if _turn(handle, at) else glyph(handle, at)
        if letter is None or (runs[-1] and not _is_under(runs[-1][-1][1], letter)):
            runs.append([])
        if letter is not None:
            runs[-1].append((at, letter))
    for run in runs:
        steps = [above.base - below.base for (_, above), (_, below) in pairwise(run)]
        ends = [at for at, step in enumerate(steps, 1) if step >= _WIDER * min(steps)]
        signs = [stack[0][at - stack.start()] for at, _ in run]
        words = ["".join(signs[first:past]) for first, past in pairwise([0, *ends, len(run)])]
        if len(run) > _FEWEST and all(map(is_word, words)):
            for (at, _), (here, _) in pairwise(run):
                found.surplus.extend(range(at + 1, here))
            found.missing.extend(run[at][0] for at in ends)


def _is_under(above: Glyph, below: Glyph) -> bool:
    size = max(above.size, above.height)
    apart = abs(above.left + above.right - below.left - below.right) / 2
    return apart <= _UNDER * size and 0 < above.base - below.base <= _FURTHEST * size


def _goes_on(handle: TextPage, text: str, lines: Sequence[tuple[int, int]], number: int) -> bool:
    """Whether a line is on its side and goes on right behind the one before."""
    before, here = _last(handle, text, lines[number - 1]), _letter(handle, lines[number][0])
    return (
        before is not None
        and here is not None
        and before.turn == here.turn
        and here.turn % 2 == 1
        and abs(here.beside - before.beside) <= _ALONG * here.size
        and -_ALONG * here.size <= here.along - before.past <= _NEXT * here.size
    )


def _last(handle: TextPage, text: str, line: tuple[int, int]) -> _Letter | None:
    """The last letter of a line that is no blank."""
    start, end = line
    at = start + len(text[start:end].rstrip()) - 1
    return _letter(handle, max(start, at))


def _letter(handle: TextPage, at: int) -> _Letter | None:
    letter, turn = glyph(handle, at), _turn(handle, at)
    if letter is None or not turn:
        return None
    sign = 1 if turn == 3 else -1  # three quarters clockwise: it is read upwards
    along = sign * letter.base
    size = max(letter.size, letter.height)
    return _Letter(along, letter.left, along + letter.height, size, turn)


def _turn(handle: TextPage, at: int) -> int:
    """How many quarters a letter is turned: one or three; 0 for any other angle."""
    quarters = angle(handle, at) / (math.pi / 2)
    near = round(quarters) % 4
    return near if near % 2 and abs(quarters - round(quarters)) <= _QUARTER else 0
