"""Which of some pages say most of what was asked: BM25 over the pages themselves.

FTS5 has a rank of its own, but to weigh a phrase it counts the phrase in all of the index. Here a phrase
weighs by how few of these pages say it: the cost is that of reading them, whatever the archive's size.
"""

from __future__ import annotations

import math
import re
from itertools import repeat
from typing import TYPE_CHECKING

from pipeline.text.keys import readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.matching.query import Phrase

# The usual constants: how soon saying it again adds nothing, and how much a long page is held against it.
SATURATION = 1.2
LENGTH = 0.75


def scores(texts: Sequence[str], phrases: Sequence[Phrase]) -> list[float]:
    """Of each text, higher is better. What only the turn of a page says counts nothing."""
    if not texts:
        return []
    keys = [_keys(text) for text in texts]
    mean = sum(map(len, texts)) / len(texts) or 1
    slows = [SATURATION * (1 - LENGTH + LENGTH * len(text) / mean) for text in texts]
    found = [0.0] * len(texts)
    for phrase in dict.fromkeys(phrases):
        patterns = [_pattern(form, phrase) for form in phrase.forms()]
        counts = list(map(_count, keys, repeat(patterns)))
        saying = sum(map(bool, counts))
        weight = math.log(1 + (len(texts) - saying + 0.5) / (saying + 0.5))
        for at, count in enumerate(counts):
            if count:
                found[at] += weight * count * (SATURATION + 1) / (count + slows[at])
    return found


def weighed(texts: Sequence[str], asked: Sequence[tuple[Sequence[Phrase], float]]) -> list[float]:
    """As `scores`, of words with other words for each and with the weights that they have in the archive."""
    keys = [_keys(text) for text in texts]
    mean = sum(map(len, texts)) / (len(texts) or 1) or 1
    slows = [SATURATION * (1 - LENGTH + LENGTH * len(text) / mean) for text in texts]
    found = [0.0] * len(texts)
    for phrases, weight in asked:
        patterns = [_pattern(form, phrase) for phrase in phrases for form in phrase.forms()]
        for at, count in enumerate(map(_count, keys, repeat(patterns))):
            found[at] += weight * count * (SATURATION + 1) / (count + slows[at])
    return found


def _keys(text: str) -> list[bytes]:
    """As the matcher reads the text, a blank at either end; once more where a hyphen broke words."""
    return [reading.key for reading in readings(text)]


def _count(keys: Sequence[bytes], patterns: Sequence[re.Pattern[bytes]]) -> int:
    return max(sum(len(pattern.findall(each)) for pattern in patterns) for each in keys)


def _pattern(form: Sequence[str], phrase: Phrase) -> re.Pattern[bytes]:
    """Begins with plain characters, which is what makes the search quick."""
    first = b"" if phrase.suffix else b" "
    last = b"" if phrase.prefix else rb"(?= )"
    return re.compile(first + b" ".join(word.encode("ascii") for word in form) + last)
