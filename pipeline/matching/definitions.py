"""What a paper says that its short forms mean.

"Name In Full (NIF)", "NIF (Name In Full)", and "NIF Name In Full" as a row of a glossary.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LONGEST = 12  # words of a name in full
_REACH = 160  # characters
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"))
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_OPENING = re.compile(r"\s*\(\s*[\"'\u201c\u2018]*")
_OPENING_SOON = re.compile(rf"(?: [a-z]+){{0,2}}{_OPENING.pattern}")  # NIF students (Name In Full)
_CLOSING = re.compile(r"[\"'\u201d\u2019]*\s*[),;:]")
_SAID = re.compile(
    r"(?i:the |hereafter |hereinafter |also known as |known as |or |abbreviated to )*(?:[A-Z]{2,6} )?"
)
_ROW = re.compile(r"^[ |]*(?P<form>[A-Z][A-Za-z]*[A-Z]) *(?:[|:=\u2013\u2014-] *)?\n?(?=[A-Z])", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.;:!?\u2022]\s|\n\n|[()]")
_FORM = re.compile(r"[A-Z][A-Za-z]*[A-Z]s?(?![^\W_])")


class Definition(NamedTuple):
    """Where a short form is given a meaning, and which concepts its name in full is of."""

    page: int
    at: int
    meant: frozenset[str]


class Defined:
    """The definitions of a paper."""

    def __init__(self) -> None:
        self._of: dict[str, list[Definition]] = {}

    def add(self, form: str, definition: Definition) -> None:
        of_form = self._of.setdefault(form, [])
        if definition not in of_form:
            of_form.append(definition)
            of_form.sort()

    def forms(self) -> Collection[str]:
        return self._of.keys()

    def meant(self, form: str, page: int, at: int) -> frozenset[str] | None:
        """What a short form means at a place: what was said last before it, or else first; None: nothing."""
        of_form = self._of.get(form)
        if not of_form:
            return None
        before = bisect_right(of_form, (page, at), key=lambda each: (each.page, each.at))
        return of_form[max(before - 1, 0)].meant


def is_short_form(text: str) -> bool:
    """ICS, WPAP, SubCo: one word with two capitals."""
    return text.isalpha() and sum(map(str.isupper, text)) > 1


def spelled_by(form: str, names: list[str]) -> bool:
    """Whether words give the letters of a short form, each its first one; small words may give none."""
    return _spells(form.casefold(), [name.casefold() for name in names])


def _spells(letters: str, names: list[str]) -> bool:
    if not names:
        return not letters
    first, rest = names[0], names[1:]
    if first in _SMALL and _spells(letters, rest):
        return True
    if not letters or first[0] != letters[0]:
        return False
    # A word may give more letters than its first: MultiSpecialty, CorticoSteroid.
    inside, taken = first[1:], 1
    while not _spells(letters[taken:], rest):
        if taken == len(letters) or (at := inside.find(letters[taken])) < 0:
            return False
        inside, taken = inside[at + 1 :], taken + 1
    return True


def name_around(text: str, start: int, end: int, form: str) -> str | None:
    """The name in full that a text gives for the short form at text[start:end], or None."""
    return (
        _in_brackets_after(text, end, form)
        or _before_the_bracket(text, start, end, form)
        or _beside_in_a_glossary(text, start, form)
    )


def _in_brackets_after(text: str, end: int, form: str) -> str | None:
    """NIF (Name In Full), NIF students (Name In Full)."""
    opening = _OPENING_SOON.match(text, end)
    if not opening:
        return None
    said = text[opening.end() : opening.end() + _REACH]
    close = re.search(r"[()]", said)
    return _if_spelled(form, said[: close.start()]) if close else None


def _if_spelled(form: str, said: str) -> str | None:
    names = _WORD.findall(said)
    return said if 1 < len(names) <= LONGEST and spelled_by(form, names) else None


def _before_the_bracket(text: str, start: int, end: int, form: str) -> str | None:
    """Name In Full (NIF)."""
    opening = text.rfind("(", max(0, start - 40), start)
    if opening < 0 or not _CLOSING.match(text, end):
        return None
    inside = _OPENING.match(text, opening)
    assert inside is not None
    said = _SAID.match(text, inside.end())
    if not said or said.end() not in {start, start - 1}:
        return None
    return name_before(text, opening, form)


def _beside_in_a_glossary(text: str, start: int, form: str) -> str | None:
    """NIF Name In Full, as a row of a glossary; where no other row is on the page it may be a title."""
    row = _ROW.match(text, text.rfind("\n", 0, start) + 1)
    if row is None or row.start("form") != start:
        return None
    name = _named_in(row, form)
    others = (each for each in _ROW.finditer(text) if each.start() != row.start())
    return name if name and any(_named_in(each, each["form"]) for each in others) else None


def _named_in(row: re.Match[str], form: str) -> str | None:
    """The fewest words next to a short form, or on the line below, that spell it."""
    said = row.string[row.end() : row.end() + _REACH].partition("\n")[0]
    names = list(_WORD.finditer(said))[1:LONGEST]
    return next((name for last in names if (name := _if_spelled(form, said[: last.end()]))), None)


def name_before(text: str, opening: int, form: str) -> str | None:
    """The words before a bracket that give a short form its letters: the fewest that do."""
    before = _SENTENCE_END.split(text[max(0, opening - _REACH) : opening])[-1]
    names = list(_WORD.finditer(before))[-LONGEST:]
    for first in reversed(names[:-1]):
        said = before[first.start() :]
        if _if_spelled(form, said):
            return said
    return None


def forms_after(text: str, end: int) -> Iterator[tuple[str, int]]:
    """A short form in brackets after a name that ends here, or some words on, and where it is."""
    opening = text.find("(", end, end + 40)
    if opening < 0 or _SENTENCE_END.search(text, end, opening):
        return
    inside = _OPENING.match(text, opening)
    assert inside is not None
    said = _SAID.match(text, inside.end())
    found = _FORM.match(text, said.end() if said else inside.end())
    if found and _CLOSING.match(text, found.end()):
        yield found[0].removesuffix("s"), found.start()


def forms_before(text: str, start: int) -> Iterator[tuple[str, int]]:
    """A short form before the bracket in which a name is: the form and where it is."""
    opening = text.rfind("(", max(0, start - 40), start)
    if opening < 0 or _SENTENCE_END.search(text, opening + 1, start):
        return
    before = text[:opening].rstrip()
    word = re.search(r"[A-Z][A-Za-z]*[A-Z]s?$", before[-20:])
    if word:
        yield word[0].removesuffix("s"), len(before) - len(word[0])
