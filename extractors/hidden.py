"""Words that a file holds and does not show: kept apart from what is printed. Pure.

Whoever reads a format puts what its file hides between `START` and `END`, or makes a hidden `Aside` of whole
lines; `parted` takes it out of the text in the end.
"""

from __future__ import annotations

import re

START, END = "\ufdd3", "\ufdd4"  # never characters of a text: Unicode keeps them for use within a program
LONGEST = 20_000  # characters that are kept of what is hidden in one place
WHY = "the file hides it"

_RUN = re.compile(f"{START}([^{START}{END}]*){END}")
_MARKS = re.compile(f"[{START}{END}]")


def hidden(text: str) -> str:
    """Returns the words between marks, on one line: whoever goes by lines tears no pair of marks apart.

    A blank before or after them is seen.
    """
    words = " ".join(bare(text).split())
    if not words:
        return text
    before, after = (" " if end.isspace() else "" for end in (text[0], text[-1]))
    return f"{before}{START}{words}{END}{after}"


def bare(text: str) -> str:
    """A text without the marks, all its words in it."""
    return _MARKS.sub("", text)


def shown(text: str) -> str:
    """What is seen of it."""
    return parted(text)[0]


def parted(text: str) -> tuple[str, list[str]]:
    """What is seen of a text, and what is hidden in it."""
    if START not in text:
        return text, []
    return bare(_RUN.sub("", text)), [run for run in _RUN.findall(text) if run.strip()]


def cut(words: str, why: str) -> tuple[str, str]:
    """Hidden words as they are kept, and why they are not seen; where there are too many, that is said."""
    if len(words) <= LONGEST:
        return words, why
    return words[:LONGEST], f"{why}; the first {LONGEST} characters of {len(words)} are kept"
