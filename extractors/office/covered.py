"""Shapes that nobody sees, as others are over them: of slides, and of texts and sheets. Pure.

Only what is wholly under others counts, and only where they surely hide it: filled, not clear, boxes, not
turned. To lose what a reader sees is worse than to keep what he does not.
"""

from __future__ import annotations

import functools
import io
import struct
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml import etree

    Box = tuple[float, float, float, float]  # left, top, right and bottom

WHY = "a shape over it covers it"
_MOST = 500  # shapes of a slide
_MOST_PIECES = 50  # of a shape, next to what covers it
_CLEAR = 250  # of 255: a picture that has less than that anywhere lets something through


class Shape(NamedTuple):
    element: etree._Element
    box: Box
    hides: Callable[[], bool]  # what is under it; asked only where something is


def under_others(shapes: Sequence[Shape], slack: float) -> set[etree._Element]:
    """Returns those that are wholly under later ones; `slack`: by how much a box may reach further."""
    found: set[etree._Element] = set()
    over: list[tuple[Box, Callable[[], bool]]] = []
    for element, (left, top, right, bottom), hides in reversed(shapes[:_MOST]):
        # What is thinner than twice the slack is hidden by whatever is over its middle.
        across, down = (left + right) / 2, (top + bottom) / 2
        inner = (
            min(left + slack, across),
            min(top + slack, down),
            max(right - slack, across),
            max(bottom - slack, down),
        )
        if _is_under(inner, over):
            found.add(element)
        over.append(((left, top, right, bottom), functools.cache(hides)))
    return found


def _is_under(box: Box, over: Sequence[tuple[Box, Callable[[], bool]]]) -> bool:
    """Whether nothing of a box is left when those over it that hide it are taken away."""
    left_over = [box]
    for other, hides in over:
        if any(map(functools.partial(_meets, other), left_over)) and hides():
            left_over = [piece for each in left_over for piece in _beside(each, other)]
        if not left_over:
            return True
        if len(left_over) > _MOST_PIECES:
            break
    return False


def _meets(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _beside(box: Box, over: Box) -> Iterator[Box]:
    """The pieces of a box that are not under another: above and below it, at its left and right."""
    if not _meets(box, over):
        yield box
        return
    left, top, right, bottom = box
    if top < over[1]:
        yield left, top, right, over[1]
    if over[3] < bottom:
        yield left, over[3], right, bottom
    top, bottom = max(top, over[1]), min(bottom, over[3])
    if left < over[0]:
        yield left, top, over[0], bottom
    if over[2] < right:
        yield over[2], top, right, bottom


def is_opaque(picture: bytes) -> bool:
    """Whether nothing is seen through a picture, as far as that can be told."""
    try:
        with Image.open(io.BytesIO(picture)) as image:
            if "transparency" in image.info or image.mode in {"RGBA", "LA", "PA"}:
                alpha = image.convert("RGBA").getchannel("A").getextrema()
                return alpha[0] >= _CLEAR  # type: ignore[operator] - of one channel, two numbers
            return image.format not in {"WMF", "EMF"}
    except (
        *(Image.DecompressionBombError, UnidentifiedImageError),
        *(OSError, SyntaxError, ValueError, struct.error, MemoryError),
    ):
        return False
