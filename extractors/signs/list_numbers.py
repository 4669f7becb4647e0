"""Numbers of lists as they are written: 4 is "4", "d", "iv" or "4th". Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_GREEK = "".join(chr(each) for each in range(0x3B1, 0x3CA) if each != 0x3C2)  # but for the s that ends words
_MOST_ROMAN = 4_000


def roman(number: int) -> str:
    """Returns it in small Roman numerals; as it is where there are none for it."""
    if not 0 < number < _MOST_ROMAN:
        return str(number)
    said = ""
    for value, numeral in _ROMAN:
        said += numeral * (number // value)
        number %= value
    return said


def spreadsheet_letters(number: int) -> str:
    """Returns a to z, then aa, ab and so on, as web pages and OpenDocument count."""
    said = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        said = chr(ord("a") + rest) + said
    return said or str(number)


def greek(number: int) -> str:
    """Returns one of the 24 small characters of Greek; beyond them, the number in digits."""
    return _GREEK[number - 1] if 0 < number <= len(_GREEK) else str(number)


def repeated_letters(number: int) -> str:
    """Returns a to z, then aa, bb and so on, as Word counts."""
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 100) if number > 0 else str(number)


def ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def two_digits(number: int) -> str:
    return f"{number:02}"


KINDS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": two_digits,
    "lowerLetter": repeated_letters,
    "upperLetter": lambda number: repeated_letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "ordinal": ordinal,
}  # as Word calls them; any other is written in digits
