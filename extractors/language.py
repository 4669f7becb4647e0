"""Which language a paper is written in: English, Welsh, or one that we do not know. Pure.

By the share of its words that every sentence of the language needs: enough to tell the two languages of the
health services of England and Wales, and no guess about others. What a file declares is its template's.
"""

from __future__ import annotations

from operator import itemgetter

_ENGLISH = """
the of and to for that with are this from which be been have has were will their they not by as
"""
_WELSH = """
yr yn ac mae gan wedi bod fod sydd gyda neu bydd mewn ein eu hyn hynny yw oedd gyfer ond nid drwy fel
"""
_SAID_IN = {"en": frozenset(_ENGLISH.split()), "cy": frozenset(_WELSH.split())}
_A_PAGE = 1_000  # characters looked at: a paper in two languages changes from page to page
_IN_ALL = 10_000
_ENOUGH = 20  # words; fewer are a title, which may be in any language
_LEAST = 0.05  # of the words; sentences have 0.2 and more, tables and lists of names less


class Language:
    """A guess over the pages of a paper, told of one after the other."""

    def __init__(self) -> None:
        self._room = _IN_ALL
        self._words = 0
        self._found = dict.fromkeys(_SAID_IN, 0)

    def hear(self, text: str) -> None:
        """Count the words of a page of canonical text."""
        if self._room <= 0:
            return
        words = [word for word in text[:_A_PAGE].lower().split() if word.isalpha()]
        self._room -= min(len(text), _A_PAGE)
        self._words += len(words)
        for language, known in _SAID_IN.items():
            self._found[language] += sum(map(known.__contains__, words))

    def guess(self) -> str:
        """As ISO 639-1 has it, or ""; of a paper in both, the one with more of the words."""
        language, found = max(self._found.items(), key=itemgetter(1))
        return language if self._words >= _ENOUGH and found >= _LEAST * self._words else ""
