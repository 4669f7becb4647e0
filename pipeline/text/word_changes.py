"""Two texts word by word: what one has that the other has not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.text.keys import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words in order; `kind` is "", "gone", "new", or "cut" where words that are alike are left out."""

    text: str
    kind: str = ""


def compared(first: str, other: str) -> tuple[Piece, ...]:
    """Words in order, with those that one side alone has."""
    before, after = first.split(), other.split()
    pieces: list[Piece] = []
    keys = [[_plain(word) for word in said] for said in (before, after)]
    for kind, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(text=" ".join(after[c:d])))
            continue
        if b > a:
            pieces.append(Piece(text=" ".join(before[a:b]), kind="gone"))
        if d > c:
            pieces.append(Piece(text=" ".join(after[c:d]), kind="new"))
    return tuple(pieces)


def _plain(word: str) -> str:
    return " ".join(words(word)) or word
