"""Words that are nowhere, put right from the index's own vocabulary."""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import TYPE_CHECKING

from pipeline.matching.loosening import LITTLE
from storage.search_index import fts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from pipeline.matching.query import Query

SHORTEST = 4  # letters: a shorter word is like too many others
LONGEST = 40  # letters: no longer word is meant, and each letter is tried in each place
FAR = 7  # letters from which two slips are forgiven
SLIPS = 2  # that are forgiven in a long word
BEGINNING = 3  # letters that are taken to be right where two slips are forgiven
MOST = 8  # words of one query
ALIKE = 20_000  # words that begin alike
CLOSE = 50  # words whose pages are counted


def corrected(connection: Connection, query: Query, known: Collection[str] = ()) -> str:
    """The query's text with such words replaced; "" where none was. Words that are `known` are none."""
    asked = {
        word
        for phrase in query.phrases()
        if not (phrase.prefix or phrase.suffix)
        for word in phrase.words
        if SHORTEST <= len(word) <= LONGEST and word.isalpha() and word not in known and word not in LITTLE
    }
    forms = {word: (word, f"{word}s", word.removesuffix("s")) for word in sorted(asked)[:MOST]}
    standing = fts.pages_of_words(connection, sorted({form for some in forms.values() for form in some}))
    text = query.text
    for word, some in forms.items():
        if not any(form in standing for form in some) and (better := _nearest(connection, word)):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", better, text, flags=re.IGNORECASE)
    return text if text != query.text else ""


def _nearest(connection: Connection, word: str) -> str:
    """The word on most pages that is one slip away, or two where it is long."""
    near = fts.pages_of_words(connection, sorted(set(_one_slip(word))))
    if not near and len(word) >= FAR:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - not loaded for the many searches without a slip

        alike = fts.words_beginning(connection, word[:BEGINNING], ALIKE)
        # Neighbours that changed places are one slip (optimal string alignment).
        close = [other for other in alike if OSA.distance(word, other, score_cutoff=SLIPS) <= SLIPS]
        near = fts.pages_of_words(connection, close[:CLOSE])
    return max(near, key=lambda other: (near[other], other), default="")


def _one_slip(word: str) -> Iterator[str]:
    """Every word with one letter too many, too few, wrong, or two that changed places."""
    for at in range(len(word) + 1):
        left, right = word[:at], word[at:]
        if right:
            yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in ascii_lowercase:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]
