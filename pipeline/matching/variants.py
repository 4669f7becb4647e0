"""Other words by which a searched word may be in a paper: other spellings and endings, one word or two."""

from __future__ import annotations

import re

INFLECTED, DERIVED = 4, 5  # letters that must be left of a word without its ending
# British and American, and what people spell in two ways. Each is tried in both directions.
_SPELLINGS = (
    ("our", "or"), ("ae", "e"), ("oe", "e"), ("ise", "ize"), ("isa", "iza"), ("isi", "izi"), ("yse", "yze"),
    ("nce", "nse"), ("tre", "ter"), ("ogue", "og"), ("ll", "l"), ("mme", "m"), ("ph", "f"), ("ei", "ie"),
)  # fmt: skip
_INFLECTION = re.compile(r"(?:ies|ied|(?<!s)s|es|ed|ings?|ers?|ors?)$")
_DERIVATION = re.compile(r"(?:ations?|ment|ness|al|ity|ly|ions?|ism|ist|ive|ic|y|e|i)$")


def stem(word: str) -> str:
    """A word without its endings: what it has in common with its relatives, and with few others."""
    word = re.sub("abilit(?:y|ies)$|able$", "abl", word)
    for ending, least in ((_INFLECTION, INFLECTED), (_DERIVATION, DERIVED)):
        found = ending.search(word)
        if found and found.start() >= least:
            word = word[: found.start()]
            # Of "stopped" is left "stop".
            word = word[:-1] if word[-1] == word[-2] and word[-1] not in "aeious" else word
    return word


def spellings(word: str) -> set[str]:
    """The other ways in which a word may be spelled; most of them are no words."""
    found = set[str]()
    for one, other in _SPELLINGS:
        for here, there in ((one, other), (other, one)):
            at = word.find(here)
            while at >= 0:
                found.add(word[:at] + there + word[at + len(here) :])
                at = word.find(here, at + 1)
    return found - {word}


def halves(word: str) -> list[tuple[str, str]]:
    """The ways to write a word as two: childminder, child minder."""
    return [(word[:at], word[at:]) for at in range(2, len(word) - 2)]
