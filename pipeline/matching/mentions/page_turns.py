"""Whether a mention may run over the end of a page."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pipeline.text.canonical import LINE_END_HYPHEN
from pipeline.text.keys import BREAK, words, words_around
from pipeline.text.page_joins import TURN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.matching.mentions.rules import Rules
    from pipeline.model import Page
    from pipeline.text.keys import Reading
    from pipeline.text.lexicon import Term

LONGEST_WORD = 40  # characters
_MORE = 4  # letters and blanks that "&" has as "and"
_GLUED = 4  # letters, at least, of a word to which a number is glued: a key has a blank there
_STOPS = tuple(".!?;")


class PageTurns:
    """What the wordings of some rules ask of two pages."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._before_breaks = frozenset(chain.from_iterable(map(_before_breaks, rules.of_term)))

    def may_cross(self, pages: Sequence[Page], read: Sequence[Sequence[Reading]], index: int) -> bool:
        """Whether a mention may run over a page's end: most turns of a page need no reading of their own."""
        page, after = pages[index : index + 2]
        start, stop = max(page.body_start, page.body_end - TURN), min(after.body_start + TURN, after.body_end)
        tail, head = page.text[start : page.body_end], after.text[after.body_start : stop]
        if tail.endswith("-") or LINE_END_HYPHEN in tail or LINE_END_HYPHEN in head:
            return True
        # Where a sign ends the one or begins the other, the words may be together or apart.
        is_plain = tail[-1:].isalnum() and head[:1].isalnum()
        may_be_apart = not is_plain and self._may_break_after(tail[-LONGEST_WORD:])
        # Where a sentence ends with the page no pattern runs over it, and no words that are together.
        if tail.endswith(_STOPS) and not may_be_apart:
            return False
        before = _ending(read[index][0], start, page.body_end).strip()
        then = _beginning(read[index + 1][0], after.body_start, stop).strip()
        turn = len(before) + 1
        for between in (b" ", b"  ") if may_be_apart else (b" ",):
            key = b" %s%s%s " % (before, between, then)
            for form, first, last in self._rules.lexicon.places(key):
                alternatives = fixed, patterns, reach = self._rules.of_form(form)
                if fixed and first <= len(before) < last - len(between):
                    return True
                is_near = key.count(b" ", last, turn) <= reach and key.count(b" ", turn, first) <= reach
                if patterns and is_near and alternatives.likely(words_around(key, first, last, reach)):
                    return True
        return False

    def _may_break_after(self, tail: str) -> bool:
        """Whether a text ends with a word after which the next of a wording is apart."""
        if tail.isascii():
            plain = tail.lower()
            if not any(word in plain for word in self._before_breaks):
                return False
        return not self._before_breaks.isdisjoint(words(tail)[-2:])


def _ending(reading: Reading, start: int, end: int) -> bytes:
    """The words of text[start:end]; at the end of the text some before them too, which costs less to find."""
    is_at_end = end == len(reading.text)
    return reading.key[-_most(reading, start, end) :] if is_at_end else reading.piece(start, end)


def _beginning(reading: Reading, start: int, end: int) -> bytes:
    """The words of text[start:end]; at the start of the text some after them too."""
    return reading.piece(start, end) if start else reading.key[: _most(reading, start, end)]


def _most(reading: Reading, start: int, end: int) -> int:
    """The bytes, at most, that a piece of the text has in the key: "&" is "and", a glued number is apart."""
    return 1 + end - start + _MORE * reading.text.count("&", start, end) + (end - start) // _GLUED


def _before_breaks(term: Term) -> Iterator[str]:
    """The words of a term after which the next is apart, as in "Procurement, Choice and Competition"."""
    if BREAK not in words(term.text):  # most terms by far, and to make their forms takes long
        return
    for form in term.forms():
        for words_before in form.split("  ")[:-1]:
            yield words_before.rpartition(" ")[2]
