"""Whether a page's text layer is text, or rubbish that only a machine would call so. Pure and quick."""

from __future__ import annotations

import re

_LETTERS = bytes(range(ord("A"), ord("Z") + 1)) + bytes(range(ord("a"), ord("z") + 1))
_VOWELS = b"aeiouyAEIOUY"
_NO_LETTER = bytes(set(range(256)) - set(_LETTERS))
_NO_VOWEL = bytes(set(range(256)) - set(_VOWELS))
_JUNK = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")  # no meaning, private use, control

_ENOUGH_TO_JUDGE = 40  # letters; the rules of thumb below are about running text


def letters(text: str) -> int:
    """How many letters; those outside ASCII count for the few that they are in English and Welsh."""
    plain = text.encode("ascii", "ignore")
    if len(plain) < len(text) * 0.7:
        return sum(map(str.isalpha, text))
    return len(plain.translate(None, _NO_LETTER))


def score(text: str) -> float:
    """From 0 (no text, or none that can be read) to 1 (reads like a page).

    What is looked at: few characters without a meaning; vowels as often as languages have
    them, which a font with a wrong character map does not keep; words rather than letters spaced out.
    """
    count = letters(text)
    if count == 0:
        return 0.0
    dense = len(text) - text.count(" ") - text.count("\n")
    meaning = 1 - min(1.0, 5 * len(_JUNK.findall(text)) / dense)
    if count < _ENOUGH_TO_JUDGE:
        return meaning
    plain = text.encode("ascii", "ignore")
    ascii_letters = len(plain.translate(None, _NO_LETTER))
    if ascii_letters < count / 2:  # another script: no rule of thumb of ours holds
        return meaning
    vowels = len(plain.translate(None, _NO_VOWEL)) / ascii_letters
    spoken = 1.0 if 0.2 <= vowels <= 0.65 else 0.2
    words = text.split()
    together = 1.0 if dense / len(words) >= 1.6 else 0.3
    return meaning * spoken * together


def usable(text: str) -> bool:
    return score(text) >= 0.5
