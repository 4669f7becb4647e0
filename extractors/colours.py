"""Whether text can be told from what it is on, and is large enough: one rule for every format. Pure.

Letters are lost only where their colour and that of their ground are both known and nobody tells them apart.
Where the ground is not known (a picture, a shape behind, a style of others) they count as seen: to lose what
a reader sees is worse than to keep what he does not.
"""

from __future__ import annotations

import re

TOO_SMALL = 1.0  # points of a font: nobody reads characters of that size
TOO_NARROW = 5  # percent of their usual width

Colour = tuple[int, int, int]  # red, green and blue, of 255

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
_ALIKE = 16  # of 255, in each of the three: less than that is 1.2 to 1 in contrast at most
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def from_hex(said: str | None) -> Colour | None:
    """Of "FFFFFF" or "#ffffff"; None for all else."""
    match = _HEX.fullmatch((said or "").strip())
    return None if match is None else (int(match[1][:2], 16), int(match[1][2:4], 16), int(match[1][4:], 16))


def is_lost(letters: Colour | None, ground: Colour | None) -> bool:
    if letters is None or ground is None:
        return False
    return all(abs(one - other) < _ALIKE for one, other in zip(letters, ground, strict=True))
