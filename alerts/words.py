"""The words of others made fit for mail, and mail's own turns of phrase."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.english import counted
from pipeline.text.foreign import clean, shown_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import DigestEntry, HitPlace

WIDTH = 72  # columns of the text part: quoted once or twice, it still fits 80
SNIPPET = 600  # characters of one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A line of text, and where it leads."""

    text: str
    url: str = ""


WRONG = "Wrong?"  # the link next to each mention by which a reader says that it is not about its topic


def pieces(entry: DigestEntry) -> tuple[tuple[str, bool], ...]:
    """The sentence in pieces; True is the wording looked for. Marks may be wrong: no text is lost by that."""
    text, marks = _window(entry)
    found: list[tuple[str, bool]] = []
    done = 0
    for start, end in _merged(marks, len(text)):
        found += [(text[done:start], False), (text[start:end], True)]
        done = end
    found.append((text[done:], False))
    return tuple((shown_line(piece), marked) for piece, marked in found if piece)


def _merged(marks: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The marks in order, within the text, none touching another."""
    merged: list[tuple[int, int]] = []
    for mark_start, mark_end in sorted(marks):
        start, end = max(mark_start, 0), min(mark_end, length)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _window(entry: DigestEntry) -> tuple[str, tuple[tuple[int, int], ...]]:
    """At most SNIPPET characters around the first mark, and the marks within them."""
    text = entry.snippet
    if len(text) <= SNIPPET:
        return text, entry.marks
    first = min((start for start, _ in entry.marks), default=0)
    start = max(0, min(first - SNIPPET // 3, len(text) - SNIPPET))
    before, after = "…" * (start > 0), "…" * (start + SNIPPET < len(text))
    shift = len(before) - start
    marks = tuple(
        (max(a + shift, len(before)), min(b + shift, SNIPPET + len(before))) for a, b in entry.marks
    )
    return before + text[start : start + SNIPPET] + after, marks


def counted_words(text: str) -> int:
    """Words that a reader reads: addresses are none, nor is what is at the same link each time."""
    return sum("://" not in word and word != WRONG and any(map(str.isalnum, word)) for word in text.split())


def rest(total: int, shown: int, what: str, url: str = "") -> Linked:
    """Returns the line after those that are shown of a list; no text where all are.

    What leads to the whole list says how long that is ("all 8 places"); what leads nowhere, how many are left
    ("and 3 more places").
    """
    if total <= shown:
        return Linked(text="")
    if not shown:
        return Linked(text=counted(total, what), url=url)
    if not url:
        return Linked(text=f"and {counted(total - shown, f'more {what}')}")
    return Linked(text=f"{both_or_all(total)} {counted(total, what).partition(' ')[2]}", url=url)


def both_or_all(number: int) -> str:
    """As in "all 8" and "both"."""
    return "both" if number == 2 else f"all {number:,}"


def page(place: HitPlace) -> str:
    """Where in its paper a mention is, for a reader: "Item 7: Budget, page 3 of 9", "slide 3"."""
    label = clean(place.label, 60)
    if not label or label.isdigit() or label.casefold() == f"page {place.page}":
        label = f"page {place.page:,} of {place.pages:,}"
    return ", ".join(filter(None, (clean(place.item, 80), label)))


def sentence(text: str) -> str:
    """With a capital at its beginning; the rest of the case is the writer's."""
    return text[:1].upper() + text[1:]


def wrapped(text: str, indent: int = 0, first: str = "") -> str:
    """Lines of at most WIDTH columns, `first` hanging before them; a longer word stays whole."""
    blank = " " * indent
    return textwrap.fill(
        text,
        width=WIDTH,
        initial_indent=blank + first,
        subsequent_indent=blank + " " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
