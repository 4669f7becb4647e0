"""Text in pieces, marked and plain, so that a template escapes every piece and still shows the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.matching import Automaton
from pipeline.text import LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.query import Query

MOST = 500  # marks on one page: a search for "the" need not colour every line


def pieces(text: str, marks: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in order; True is marked. Marks may overlap or lie: no text is lost by that."""
    found: list[tuple[str, bool]] = []
    done = 0
    for start, end in _merged(marks, len(text)):
        found += [(text[done:start], False), (text[start:end], True)]
        done = end
    found.append((text[done:], False))
    return [(piece.replace(LINE_END_HYPHEN, "-"), marked) for piece, marked in found if piece]


def _merged(marks: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for mark_start, mark_end in sorted(marks):
        start, end = max(mark_start, 0), min(mark_end, length)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def of_query(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the words of a search stand in a text."""
    forms = sorted(
        {
            " ".join(form) + ("*" if phrase.prefix else "")
            for phrase in query.phrases()
            for form in phrase.forms()
        }
    )
    if not forms:
        return []
    spans = sorted({(span.start, span.end) for span in Automaton(forms).spans(text)})
    return spans[:MOST]
