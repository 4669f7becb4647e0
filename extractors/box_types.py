"""Places on a page, as `boxes` answers them. Apart from it, so that the parent process loads no PDFium."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class PointBox(NamedTuple):
    """In points of the page as a reader sees it, from its top left corner, turned and cropped."""

    left: float
    top: float
    right: float
    bottom: float


def area(box: PointBox) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def both(first: PointBox, second: PointBox) -> PointBox:
    """The smallest box around two."""
    return PointBox(
        min(first.left, second.left),
        min(first.top, second.top),
        max(first.right, second.right),
        max(first.bottom, second.bottom),
    )


def common(first: PointBox, second: PointBox) -> PointBox | None:
    """What two boxes share; None where they share nothing."""
    box = PointBox(
        max(first.left, second.left),
        max(first.top, second.top),
        min(first.right, second.right),
        min(first.bottom, second.bottom),
    )
    return box if box.left < box.right and box.top < box.bottom else None


def has_middle(box: PointBox, other: PointBox) -> bool:
    """Whether the middle of the other is in a box."""
    across, down = (other.left + other.right) / 2, (other.top + other.bottom) / 2
    return box.left <= across <= box.right and box.top <= down <= box.bottom


class SpanBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes of each span, a box a line, and the size of the page in points, to place them on a picture."""

    width: float
    height: float
    spans: list[list[PointBox]]
