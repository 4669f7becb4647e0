"""Which looks of cells, in Excel before 2007, have the colour of their ground or are too small. Pure.

[MS-XLS] 2.4.122 Font, 2.4.353 XF, 2.4.188 Palette.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from extractors.colours import BLACK, TOO_SMALL, WHITE, Colour, is_lost
from extractors.signs.symbol_fonts import signs_of

FONT, PALETTE = 0x31, 0x92
_TWENTIETHS = 20  # of a point, in which sizes are said
_NO_FONT = 4  # no font has this number
_OWN, _USUAL = 8, {0: BLACK, 1: WHITE, 8: BLACK, 9: WHITE}  # where a palette begins; colours that need none
_NONE, _SOLID = 0, 1  # patterns


@dataclass(slots=True)
class OldLooks:
    """Of a workbook: its fonts, its colours, and the looks of cells, in the order in which they come."""

    fonts: list[tuple[int, float]] = field(default_factory=list)  # colour, and size in points
    names: list[str] = field(default_factory=list)  # of the fonts
    palette: dict[int, Colour] = field(default_factory=lambda: dict(_USUAL))
    looks: list[tuple[int, int, int]] = field(default_factory=list)  # font, pattern, colour of the ground

    def note_font(self, content: bytes) -> None:
        if len(content) >= 6:
            size, _, colour = struct.unpack_from("<3H", content)
            self.fonts.append((colour, size / _TWENTIETHS))
            self.names.append(font_name(content))

    def note_palette(self, content: bytes) -> None:
        for number, said in enumerate(
            struct.iter_unpack("<3Bx", content[2 : 2 + (len(content) - 2) // 4 * 4])
        ):
            self.palette[_OWN + number] = said

    def note_look(self, content: bytes) -> None:
        """One that says nothing of its ground has none."""
        font = int.from_bytes(content[:2], "little")
        pattern, ground = struct.unpack_from("<IH", content, 14) if len(content) >= 20 else (0, 0)
        self.looks.append((font, pattern >> 26, ground & 0x7F))

    def symbols(self) -> dict[int, str]:
        """Returns the fonts of the looks that are set in one of symbols, by their numbers."""
        fonts = (self._name(font) for font, _, _ in self.looks)
        return {number: font for number, font in enumerate(fonts) if signs_of(font)}

    def _name(self, font: int) -> str:
        at = font - (font > _NO_FONT)
        return self.names[at] if at < len(self.names) else ""

    def lost(self) -> set[int]:
        """Returns the numbers of the looks whose text nobody sees."""
        return {number for number, look in enumerate(self.looks) if self._is_lost(*look)}

    def _is_lost(self, font: int, pattern: int, ground: int) -> bool:
        at = font - (font > _NO_FONT)
        if at >= len(self.fonts):
            return False
        colour, size = self.fonts[at]
        if 0 < size <= TOO_SMALL:
            return True
        if pattern == _SOLID and ground == colour:
            return True
        behind = WHITE if pattern == _NONE else self.palette.get(ground) if pattern == _SOLID else None
        return is_lost(self.palette.get(colour), behind)


def font_name(content: bytes) -> str:
    """Returns the name in a record of a font."""
    if len(content) < 16:
        return ""
    count, is_wide = content[14], content[15] & 1
    said = content[16 : 16 + count * (2 if is_wide else 1)]
    return said.decode("utf-16-le" if is_wide else "latin-1", "replace")
