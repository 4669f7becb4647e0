"""One message told in several forms, such as plain text and HTML: all that it says, once. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS = re.compile(r"(?:https?://|mailto:|www\.)\S+")
_WORD = re.compile(r"\w+")
_RUN = 3  # words: two forms say the same where they share their runs of this many
_RICHER = 1.2  # times the words: then a form is no copy of the plain one
_NEW = 0.34  # of the runs of a line


def told_once(forms: Iterable[str]) -> str:
    """The first form, or a later one that says clearly more; then what only the others say, by lines."""
    kept = [(form, words) for form in forms if (words := _words(form))]
    if not kept:
        return ""
    best = kept[0]
    for form in kept[1:]:
        if len(form[1]) > _RICHER * len(best[1]):
            best = form
    said = [best[0]]
    known = _runs(best[1])
    for form in kept:
        if form is not best:
            lines = [line for line in form[0].split("\n") if _is_new(line, known)]
            said += ["", *lines] if lines else []
            known |= _runs(form[1])
    return "\n".join(said)


def _words(text: str) -> list[str]:
    return _WORD.findall(_ADDRESS.sub(" ", text).lower())


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    """Runs of three words, of two and of one."""
    return {
        tuple(words[at : at + size]) for size in range(1, _RUN + 1) for at in range(len(words) - size + 1)
    }


def _is_new(line: str, known: set[tuple[str, ...]]) -> bool:
    words = _words(line)
    size = min(_RUN, len(words))
    runs = {tuple(words[at : at + size]) for at in range(len(words) - size + 1)} if size else set()
    return len(runs - known) > _NEW * len(runs)
