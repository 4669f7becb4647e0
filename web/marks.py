"""Text in pieces, marked and plain, so that a template escapes every piece and still shows the marks."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.flow import turn_after
from pipeline.matching import Automaton
from pipeline.text import LINE_END_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Page
    from pipeline.query import Query

    Marks = Iterable[tuple[int, int]]

MOST = 500  # marks on one page: a search for "the" need not colour every line
KINDS = ("", "found", "watched")  # plain; what the reader came for; what we watch for besides


def pieces(text: str, found: Marks, watched: Marks = ()) -> list[tuple[str, str]]:
    """The text in order, each piece with its kind. Marks may overlap or lie: no text is lost by that."""
    kinds = bytearray(len(text))
    for kind, spans in ((2, watched), (1, found)):  # found is laid over watched
        for start, end in spans:
            first, last = max(start, 0), min(end, len(text))
            if first < last:
                kinds[first:last] = bytes([kind]) * (last - first)
    shown = text.replace(LINE_END_HYPHEN, "-")  # one for one: the offsets stay
    split: list[tuple[str, str]] = []
    at = 0
    for kind, run in groupby(kinds):
        length = sum(1 for _ in run)
        split.append((shown[at : at + length], KINDS[kind]))
        at += length
    return split


def over_the_turn(page: Page, after: Page, query: Query) -> list[tuple[int, int]]:
    """The part on this page of a phrase that runs over to the next one."""
    turn, boundary = turn_after(page, after)
    begins = page.body_end - boundary
    return [(begins + start, page.body_end) for start, end in of_query(turn, query) if start < boundary < end]


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
