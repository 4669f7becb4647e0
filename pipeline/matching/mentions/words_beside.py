"""The words that are with a wording, and a quick way to see that some of them are not there.

All of it is made when it is first asked for: of some thousand lists, a run meets few.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.text.keys import words
from pipeline.text.lexicon import Lexicon, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STEM = 5  # letters of a word that its endings leave: close, closing, closure


class WordsBeside:
    """The words that are with a wording, in lists, and those of which it is not said."""

    def __init__(
        self, telling: TellingWords, lists: Sequence[Sequence[str]], unless: Sequence[str] = ()
    ) -> None:
        self._telling = telling
        self._lists = lists
        self._unless = unless

    @cached_property
    def lists(self) -> list[frozenset[str]]:
        """The words of each list."""
        return [frozenset(each) for each in self._lists]

    @cached_property
    def longest(self) -> int:
        """The words that the longest of them has."""
        return max((len(words(word)) for word in chain(*self._lists)), default=1)

    @cached_property
    def lexicon(self) -> Lexicon:
        """All of them."""
        return Lexicon({Term(word, is_loose=True) for word in chain(self._unless, *self._lists)})

    @cached_property
    def _likely(self) -> list[LikelyWords]:
        return [LikelyWords(self._telling, each) for each in self._lists]

    @cached_property
    def unlikely(self) -> list[tuple[frozenset[bytes], LikelyWords]]:
        """Those that most likely are not there are asked for first, and what takes long to ask last."""
        by_place = sorted(self._likely, key=lambda each: (bool(each.begins), each.commonness))
        return [(each.whole, each) for each in by_place]

    def likely_in(self, around: Sequence[bytes]) -> list[bool]:
        """Of which lists words may hold one."""
        return [each.among(around) for each in self._likely]


class TellingWords:
    """Of each form of a word of a pattern or a context the word that tells it: few other forms have it."""

    def __init__(self, texts: Iterable[str]) -> None:
        # How many have a word says how common it is in papers too: health is in many, thoracic in one.
        self._having = Counter(word[:_STEM] for text in dict.fromkeys(texts) for word in words(text))
        self._of: dict[str, frozenset[bytes]] = {}

    def of(self, text: str) -> frozenset[bytes]:
        """One object for all that share the word."""
        if text not in self._of:
            forms = Term(text, is_loose=True).forms()
            self._of[text] = frozenset(max(form.split(), key=self._rarity).encode("ascii") for form in forms)
        return self._of[text]

    def _rarity(self, word: str) -> tuple[int, int]:
        return -self._having[word[:_STEM]], len(word)


class LikelyWords:
    """Of each form of a list the word that tells it: where none of them is, none of the list does."""

    def __init__(self, telling: TellingWords, part: Iterable[str]) -> None:
        words_of_all = frozenset[bytes]().union(*map(telling.of, part))
        self.whole = frozenset(word for word in words_of_all if not word.endswith(b"*"))
        self.begins = tuple(b" %s" % word[:-1] for word in sorted(words_of_all) if word.endswith(b"*"))
        # The longer a word the rarer: a letter more halves how often it is said.
        self.commonness = sum(2.0 ** -len(word) for word in self.whole)

    def among(self, words: Sequence[bytes]) -> bool:
        return not self.whole.isdisjoint(words) or (bool(self.begins) and self.begin(words))

    def begin(self, around: Sequence[bytes]) -> bool:
        said = b" %s" % b" ".join(around)
        return any(begin in said for begin in self.begins)
