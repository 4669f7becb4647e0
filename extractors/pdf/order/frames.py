"""Words in boxes next to each other that were drawn in turn, as in the chart of an organisation.

PDFium tells a line as it was drawn: "Director of Head of Deputy" of three boxes. Where boxes are drawn apart
from each other, which cells of a table are not, what is in one is read before what is in the next.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from extractors.pdf.words.glyphs import origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.pdf.survey import Rect
    from extractors.pdf.words.glyphs import TextPage

_WORD = re.compile(r"\S+\s*")
_MOST, _LONGEST = 60, 30_000  # boxes, and characters, of a page
_APART = 1.0  # points between boxes
_NARROWEST, _LOWEST = 24.0, 14.0  # points


class _Run(NamedTuple):
    """Words that follow each other in PDFium's text and are in one box, or in none."""

    span: slice
    frame: Rect | None
    base: float
    left: float


def parted_by_boxes(
    handle: TextPage, text: str, order: Sequence[slice], boxes: Sequence[Rect]
) -> tuple[list[slice], set[int]] | None:
    """Returns the parts of PDFium's text, those of a box together, and where new ones begin.

    None where nothing was drawn in turn.
    """
    frames = _side_by_side(boxes)
    if not frames or len(text) > _LONGEST:
        return None
    runs = _runs(handle, text, order, frames)
    told = [frame for frame, _ in groupby(run.frame for run in runs)]
    mixed = {frame for frame in told if frame is not None and told.count(frame) > 1}
    if not mixed:
        return None
    blocks: list[list[_Run]] = []
    done: set[Rect] = set()
    for run in runs:
        if run.frame is None or run.frame not in mixed:
            blocks.append([run])
            continue
        here = run.frame
        row = sorted((each for each in mixed - done if _overlap(each, here)), key=lambda each: each.left)
        row = [] if here in done else row
        done |= set(row)
        blocks += [_in_lines([each for each in runs if each.frame == frame]) for frame in row]
    return [run.span for block in blocks for run in block], {block[0].span.start for block in blocks}


def _in_lines(runs: list[_Run]) -> list[_Run]:
    return sorted(runs, key=lambda run: (-round(run.base), run.left))


def _runs(handle: TextPage, text: str, order: Sequence[slice], frames: Sequence[Rect]) -> list[_Run]:
    runs: list[_Run] = []
    for part in order:
        words = []
        for word in _WORD.finditer(text, part.start, part.stop):
            left, base = origin(handle, word.start())
            frame = next((each for each in frames if each.holds((left, base))), None)
            words.append(_Run(slice(word.start(), word.end()), frame, base, left))
        for _, group in groupby(words, key=lambda word: (word.frame, word.frame and round(word.base))):
            together = list(group)
            runs.append(together[0]._replace(span=slice(together[0].span.start, together[-1].span.stop)))
    return runs


def _side_by_side(boxes: Sequence[Rect]) -> list[Rect]:
    """The boxes that have another next to them, and touch none and hold none."""
    frames = list(
        {
            tuple(map(round, box)): box
            for box in boxes
            if box.right - box.left >= _NARROWEST and box.top - box.bottom >= _LOWEST
        }.values()
    )
    if not 2 <= len(frames) <= _MOST:
        return []
    inner = [
        frame
        for frame in frames
        if not any(each is not frame and frame.holds(each.middle) for each in frames)
    ]
    lone = [frame for frame in inner if not any(each is not frame and _touch(each, frame) for each in inner)]
    return [frame for frame in lone if any(each is not frame and _overlap(each, frame) for each in lone)]


def _touch(first: Rect, second: Rect) -> bool:
    return (
        first.left - _APART < second.right
        and second.left - _APART < first.right
        and first.bottom - _APART < second.top
        and second.bottom - _APART < first.top
    )


def _overlap(first: Rect, second: Rect) -> bool:
    """Whether some of both is in the same height of the page."""
    return min(first.top, second.top) - max(first.bottom, second.bottom) > 0
