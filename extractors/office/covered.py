"""Shapes of a slide that nobody sees, as others are over them. Pure.

Only what is wholly under one shape counts, and only where that surely hides it: filled, not clear, a box, not
turned. To lose what a reader sees is worse than to keep what he does not.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml import etree

WHY = "a shape over it covers it"
_MOST = 500  # shapes of a slide
_CLEAR = 250  # of 255: a picture that has less than that anywhere lets something through


class Shape(NamedTuple):
    element: etree._Element
    box: tuple[float, float, float, float]  # left, top, right and bottom
    hides: Callable[[], bool]  # what is under it; asked only where something is


def under_others(shapes: Sequence[Shape], slack: float) -> set[etree._Element]:
    """Returns those that are wholly under a later one; `slack`: by how much a box may reach further."""
    found: set[etree._Element] = set()
    over: list[Shape] = []
    for shape in reversed(shapes[:_MOST]):
        if any(_holds(other.box, shape.box, slack) and other.hides() for other in over):
            found.add(shape.element)
        over.append(shape)
    return found


def _holds(
    outer: tuple[float, float, float, float], inner: tuple[float, float, float, float], slack: float
) -> bool:
    return (
        outer[0] - slack <= inner[0]
        and outer[1] - slack <= inner[1]
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


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
