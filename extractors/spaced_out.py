"""Words set letter by letter ("C A R E"), as headings are: read as the words that a reader sees. Pure."""

from __future__ import annotations

import re

_RUN = re.compile(r"(?<!\S)[^\W\d_](?:[ \xa0]{1,8}[^\W\d_]){3,400}(?!\S)")
_BETWEEN_WORDS = re.compile(r"[ \xa0]{2,}")
_FEWEST = 4  # characters of a word by itself
_VOWELS = frozenset("aeiouy")
# What is in rows of single letters and is not a word: marks, answers, states; letters in a usual order.
_MARKS = (frozenset("abcdef"), frozenset("ragbwy"), frozenset("yn"), frozenset("xyn"), frozenset("ivx"))
_ORDERS = ("abcdefghijklmnopqrstuvwxyz", 2 * "jfmamjjasond", 2 * "mtwtfss")


def joined(text: str) -> str:
    """Returns the text with such words in one piece. Wider blanks among their characters end a word."""
    return _RUN.sub(_join, text) if _RUN.search(text) else text


def is_word(characters: str) -> bool:
    """Whether single characters in a row may spell a word, and are no marks of items or columns."""
    small = characters.lower()
    kinds = frozenset(small)
    return (
        len(small) >= _FEWEST
        and not _VOWELS.isdisjoint(kinds)
        and not kinds <= _VOWELS
        and not any(kinds <= marks for marks in _MARKS)
        and not any(small in order for order in _ORDERS)
    )


def _join(match: re.Match[str]) -> str:
    words = ["".join(word.split()) for word in _BETWEEN_WORDS.split(match[0])]
    if len(words) > 1 and max(map(len, words)) < _FEWEST - 1:
        return match[0]  # single characters in columns
    return " ".join(words) if is_word("".join(words)) else match[0]
