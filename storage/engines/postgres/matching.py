"""What a search asks of the index, in PostgreSQL's words: a tsquery for GIN, and what a row must hold too.

GIN knows which words a page has, not where: what must be together is looked for in the page's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.engines.ports import All, AnyOf, Beside, But, Labelled, Said, Where
from storage.engines.postgres.functions import AT_TURN, BESIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storage.engines.ports import Match

BREAK = "\ue001"  # is on nearly every page: it leads to none
LONG = "\ue002"  # a word that a page has which has more words than PostgreSQL takes
LONGEST = 2_000  # characters of a word, of which PostgreSQL takes 2,046
_COLUMNS = {Where.ANY: ("text", "mended", "turn"), Where.OWN: ("text", "mended"), Where.TEXT: ("text",)}


def query(match: Match, *, sure: bool = False) -> str:
    """A tsquery that finds every page that matches, and others; with `sure` no other, where GIN can know."""
    match match:
        case Said():
            every = " & ".join(f"({word})" for word in _asked(match))
            found = every if sure else f"{every} | {_quoted(LONG)}"
        case Beside(left, right):
            found = f"{query(left)} & {query(right)}"
        case Labelled(label):
            found = _quoted(label)
        case All(parts):
            found = " & ".join(query(part, sure=sure) for part in parts)
        case AnyOf(parts):
            found = " | ".join(query(part, sure=sure) for part in parts)
        case But(wanted, unwanted):
            found = query(wanted, sure=sure)
            if is_known(unwanted):
                found += f" & !{query(unwanted, sure=True)}"
    return f"({found})"


def needed(match: Match) -> list[str]:
    """Words without which nothing matches: of each text's, one must be on some page."""
    match match:
        case All(parts):
            return [each for part in parts for each in needed(part)]
        case But(wanted):
            return needed(wanted)
        case AnyOf(parts) if all(map(_is_whole_word, parts)):
            return [" ".join(part.words for part in parts if isinstance(part, Said))]
        case Said() if _is_whole_word(match):
            return [match.words]
        case _:
            return []


def holds(match: Match) -> tuple[str, list[str]]:
    """A condition on a row that the tsquery found, and what it looks for, which is `$5` there."""
    said = _Sayings()
    return " AND ".join(_conditions(match, said)) or "true", said.every


class _Sayings:
    """The texts that a condition looks for, as the parameter `$5`."""

    def __init__(self) -> None:
        self.every: list[str] = []

    def one(self, text: str) -> str:
        self.every.append(text)
        return f"$5[{len(self.every)}]"

    def some(self, texts: Sequence[str]) -> str:
        self.every += texts
        return f"$5[{len(self.every) - len(texts) + 1}:{len(self.every)}]"


def _conditions(match: Match, said: _Sayings) -> Iterator[str]:
    """What GIN has not made sure of: of a long page it knows the labels alone."""
    match match:
        case All(parts):
            for part in parts:
                yield from _conditions(part, said)
        case But(wanted, unwanted):
            yield from _conditions(wanted, said)
            yield _unless_known(unwanted, f"NOT {_holds(unwanted, said)}")
        case _ if not _is_of_labels(match):
            yield _unless_known(match, _holds(match, said))


def _unless_known(match: Match, condition: str) -> str:
    return f"(NOT long OR {condition})" if is_known(match) else condition


def _holds(match: Match, said: _Sayings) -> str:
    match match:
        case Said(where=where):
            text = said.one(_spaced(match))
            return _any(f"strpos({column}, {text}) > 0" for column in _COLUMNS[where])
        case Beside():
            return _beside([match], said)
        case Labelled(label):
            return f"words @@ CAST({said.one(_quoted(label))} AS tsquery)"
        case All(parts):
            return "(" + " AND ".join(_holds(part, said) for part in parts) + ")"
        case AnyOf(parts):
            pairs = [part for part in parts if isinstance(part, Beside)]
            rest = [_holds(part, said) for part in parts if not isinstance(part, Beside)]
            return _any([*([_beside(pairs, said)] if pairs else []), *rest])
        case But(wanted, unwanted):
            return f"({_holds(wanted, said)} AND NOT {_holds(unwanted, said)})"


def _beside(pairs: Sequence[Beside], said: _Sayings) -> str:
    """Asked at once, so that a page's words are unpacked once. All pairs of a search are looked for alike."""
    both = [
        order
        for each in pairs
        for order in ((each.left, each.right, each.reach), (each.right, each.left, each.reach))
    ]
    ones = said.some([_spaced(one) for one, _, _ in both])
    others = said.some([_spaced(other) for _, other, _ in both])
    reaches = ", ".join(str(len(one.words.split()) + reach) for one, _, reach in both)
    asked = f"{ones}, {others}, ARRAY[{reaches}]"
    return _any(f"{BESIDE}({column}, {asked})" for column in _COLUMNS[pairs[0].left.where])


def _any(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"


def _spaced(said: Said) -> str:
    return f" {said.words}" if said.goes_on else f" {said.words} "


def _asked(said: Said) -> list[str]:
    """The words of a phrase as a tsquery asks for them; for several, or anywhere, those at the turn too."""
    words = said.words.split()
    found: list[str] = []
    for at, word in enumerate(words, 1):
        star = ":*" if said.goes_on and at == len(words) else ""
        if word != BREAK:
            own, turn = _quoted(word[:LONGEST]) + star, _quoted((AT_TURN + word)[:LONGEST]) + star
            found.append(f"{own} | {turn}" if said.where is Where.ANY else own)
    return found


def _is_whole_word(match: Match) -> bool:
    """Whether it is a word that the table of words has if a page says it: that has none of the turn alone."""
    return isinstance(match, Said) and not match.goes_on and is_known(match) and match.where is Where.OWN


def is_known(match: Match) -> bool:
    """Whether GIN knows by itself of each page that is not long."""
    match match:
        case Said(words, _, where):
            return " " not in words and where is not Where.TEXT and words != BREAK
        case Beside():
            return False
        case Labelled():
            return True
        case All(parts) | AnyOf(parts):
            return all(map(is_known, parts))
        case But(wanted, unwanted):
            return is_known(wanted) and is_known(unwanted)


def _is_of_labels(match: Match) -> bool:
    return isinstance(match, Labelled) or (isinstance(match, AnyOf) and all(map(_is_of_labels, match.parts)))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
