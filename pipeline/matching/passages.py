"""Whether a mention is in the same passage as one elsewhere."""

from __future__ import annotations

import hashlib

from pipeline.text.keys import letters

PASSAGE_LETTERS = 40  # either side of a mention: what makes it the same passage elsewhere


def passage_hash(text: str, start: int, end: int) -> str:
    """A hash of the mention with the characters around it: blind to blanks, hyphens and page layout."""
    before = letters(text[max(0, start - 4 * PASSAGE_LETTERS) : start])[-PASSAGE_LETTERS:]
    after = letters(text[end : end + 4 * PASSAGE_LETTERS])[:PASSAGE_LETTERS]
    return hashlib.sha256(b" ".join((before, letters(text[start:end]), after))).hexdigest()[:16]
