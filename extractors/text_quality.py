"""Whether a page's text layer is text, or rubbish that only a machine would call so. Pure and quick.

Every page goes through here: counting is done on bytes, where Python counts fastest.
"""

from __future__ import annotations

import re

_LETTERS = bytes(range(ord("A"), ord("Z") + 1)) + bytes(range(ord("a"), ord("z") + 1))
_VOWELS = b"aeiouyAEIOUY"
_NO_LETTER = bytes(set(range(256)) - set(_LETTERS))
_NO_VOWEL = bytes(set(range(256)) - set(_VOWELS))
_JUNK = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")  # no meaning, private use, control
_JUNK_BYTES = (b"\xee", b"\xef")  # one of them begins whatever is junk in canonical text

USABLE = 0.5  # a page that scores less gets a second opinion
_ENOUGH_TO_JUDGE = 40  # letters; the rules of thumb below are about running text


def letters(text: str) -> int:
    """How many letters; those outside ASCII count where they are more than the few of English and Welsh."""
    return _counted(text, text.encode("utf-8", "ignore"))[0]


def score(text: str) -> float:
    """From 0 (no text, or none that can be read) to 1 (reads like a page), of canonical text."""
    return judge(text)[1]


def usable(text: str) -> bool:
    return score(text) >= USABLE


def judge(text: str) -> tuple[int, float]:
    """Returns letters and score of canonical text, in one go.

    What is looked at: few characters without a meaning; vowels as often as languages have
    them, which a font with a wrong character map does not keep; words rather than letters spaced out.
    """
    content = text.encode("utf-8", "ignore")
    count, ascii_letters = _counted(text, content)
    if count == 0:
        return 0, 0.0
    blanks = content.count(b" ") + content.count(b"\n")
    dense = len(text) - blanks
    meaning = 1.0
    if any(byte in content for byte in _JUNK_BYTES):
        meaning -= min(1.0, 5 * len(_JUNK.findall(text)) / dense)
    if (
        count < _ENOUGH_TO_JUDGE or ascii_letters < count / 2
    ):  # another script: no rule of thumb of ours holds
        return count, meaning
    vowels = len(content.translate(None, _NO_VOWEL)) / ascii_letters
    spoken = 1.0 if 0.2 <= vowels <= 0.65 else 0.2
    together = 1.0 if dense / (blanks + 1) >= 1.6 else 0.3
    return count, meaning * spoken * together


def _counted(text: str, content: bytes) -> tuple[int, int]:
    """Letters that count, and those of ASCII."""
    in_ascii = len(content.translate(None, _NO_LETTER))
    return (sum(map(str.isalpha, text)) if len(content) > 1.3 * len(text) else in_ascii), in_ascii
