"""Ligatures with a wrong map, as "fnance" or "in ation" for "finance" and "inflation". Pure.

What is left of such words looks like a word, so no sign tells of them. But words with ligatures are
common: a page that has two of them as they are with the ligature torn has such a font: nobody writes so.
"""

from __future__ import annotations

import re
from itertools import pairwise

_LIGATURES = ("ffi", "ffl", "ff", "fi", "fl")
_LEFT = ("f", "")  # of a ligature
_FEWEST = 2  # different torn words: people make slips, though not these again and again
_SHORTEST = 5  # letters of what is left of a word
_COMMON = frozenset(
    """
finance financial financially figures benefit benefits beneficial specific specifically specified
specification significant significantly identified identify identifying identification confirmed
confirm confirmation confidence confident confidential confidentiality defined definition deficit
deficits efficient efficiency efficiencies sufficient insufficient difficult difficulty difficulties
office officer officers official officials modified notified notification satisfied satisfaction
justified clarified clarification verified certified certificate qualified qualifications classified
classification profile profiles refined scientific artificial fifteen fifty finding findings
finalised finished filled fixed fields first final flexible flexibility floors reflect reflected
reflects reflecting reflection influence influenced influenza inflation conflict conflicts workflow
workflows outflow inflow flows staff staffing staffed effect effects effective effectively
effectiveness affect affected offer offered offers different difference differences suffered afford
affordable efforts traffic
""".split()  # noqa: SIM905 - sixty lines of quotes say no more
)
_NO_TORN = {"stang", "nding", "inow", "states", "ofcer"}  # that people write, or that other words end in
_TOKEN = re.compile(r"\S+")
_EDGES = ".,;:()[]'\"\u2018\u2019\u201c\u201d"


def _torn(word: str) -> set[str]:
    """A word with its ligatures mapped to one character, or to nothing."""
    return {
        form
        for ligature in _LIGATURES
        for left in _LEFT
        if left != ligature and (form := word.replace(ligature, left)) != word and len(form) >= _SHORTEST
    }


def _ends(word: str) -> set[str]:
    """What is left of a word behind a ligature that is misnamed as a blank."""
    ends = (end for ligature in _LIGATURES if ligature in word for end in word.split(ligature)[1:])
    return {end for end in ends if len(end) >= _SHORTEST}


_TORN = frozenset().union(*map(_torn, _COMMON)) - _COMMON - _NO_TORN
_ENDS = frozenset().union(*map(_ends, _COMMON)) - _COMMON - _NO_TORN - _TORN
_TELLING = _TORN | _ENDS


def torn_words(text: str) -> list[tuple[int, int]]:
    """Returns start and end of words whose ligature is torn, where a page has several."""
    if _TELLING.isdisjoint(text.split()):  # as on nearly every page
        return []
    found = {
        (token.start(), token.end()): word
        for token in _TOKEN.finditer(text)
        if (word := token[0].strip(_EDGES).lower()) in _TORN
        # At the head of a line it may be the rest of a word with a hyphen.
        or (word in _ENDS and text[max(0, token.start() - 1) : token.start()] == " ")
    }
    return [*found] if len(set(found.values())) >= _FEWEST else []


def places_of_words(text: str) -> list[tuple[int, int]]:
    """Returns start and end of all words, and of neighbours on a line: one word may be torn in two."""
    tokens = [(token.start(), token.end()) for token in _TOKEN.finditer(text)]
    pairs = [
        (first[0], second[1]) for first, second in pairwise(tokens) if "\n" not in text[first[1] : second[0]]
    ]
    return sorted([*tokens, *pairs])


def restores(torn: str, drawn: str) -> bool:
    """Whether a word as it is drawn is the other but for its ligatures."""
    if torn == drawn or "f" not in drawn:
        return False
    pieces = re.split("(ffi|ffl|ff|fi|fl)", drawn)
    wanted = "".join(
        rf"(?:{piece}|f?(?:[fil]|\W)?)" if piece in _LIGATURES else re.escape(piece)
        for piece in pieces
        if piece
    )
    return re.fullmatch(wanted, torn.replace("\x03", "")) is not None
