"""Raised signs: a footnote mark ends the word before it, as a reader sees it. Pure.

Whoever reads a format puts what is raised between `START` and `END`, and `settled` decides of the whole
line what is a mark, to be apart ("payment 1"), and what belongs to its word ("1st", "m2", "Ca2+").
"""

from __future__ import annotations

import re

START, END = "\ufdd0", "\ufdd1"  # never characters of a text: Unicode keeps them for use within a program

_ORDINALS = {"st", "nd", "rd", "th"}
_SIGNS = {"tm", "sm", "r", "c"}  # of trade marks
_UNITS = re.compile(r"(?:.*\d)?(?:[kcdm]?m|km|ft|yd|s|R|r|\u03c7)\Z")
_POWERS = {"2", "3", "-1", "-2", "\u22121", "\u22122", "\u20131", "\u20132"}
_ION = re.compile(r"\d{0,2}[+\u2212\u2013-]\Z")
_ROMAN = re.compile(r"[ivx]+\Z")
_SEVERAL = re.compile(r"a?b?c?d?e?f?g?h?\Z")  # notes that are counted by letters
_WORD_BEFORE = re.compile(r"(?P<money>[£$€]\d[\d.,]*)?(?P<word>[^\W_]+)\Z")
_LONGEST_WORD = 40  # characters looked back over
_RAISED = re.compile(f"{START}([^{START}{END}]*){END}")
_RESUMED = re.compile(f"{END}{START}")
_NESTED = re.compile(f"{START}[^{END}]*{START}")
_MARKS = re.compile(f"([{START}{END}])")
_STRAY = re.compile(f"[{START}{END}]")


def raised(text: str) -> str:
    return f"{START}{text}{END}"


def settled(text: str) -> str:
    """The text with a blank around each mark that lacks one."""
    if START not in text:
        return text
    return _STRAY.sub("", _RAISED.sub(_settle, _RESUMED.sub("", _flat(text))))


def _flat(text: str) -> str:
    """What is raised within what is raised is no more so."""
    if not _NESTED.search(text):
        return text
    depth, pieces = 0, list[str]()
    for piece in _MARKS.split(text):
        if piece == START:
            depth += 1
        if piece not in {START, END} or (depth == 1):
            pieces.append(piece)
        if piece == END:
            depth = max(0, depth - 1)
    return "".join(pieces)


def _settle(match: re.Match[str]) -> str:
    sign, text = match[1], match.string
    core = sign.strip()
    before = _WORD_BEFORE.search(text, max(0, match.start() - _LONGEST_WORD), match.start())
    after = text[match.end() : match.end() + 1]
    word = before["word"] if before else ""
    if not core or belongs(word, core, after, is_money=before is not None and bool(before["money"])):
        return sign
    left = " " if word and not sign[0].isspace() else ""
    right = " " if after.isalnum() and sign[-1].isalnum() else ""
    return f"{left}{sign}{right}"


def belongs(word: str, sign: str, after: str, *, is_money: bool) -> bool:
    """Whether a raised sign is a piece of the word that it is in. `after`: the character behind it."""
    if sign.isalpha():
        return _spells(word, sign, after)
    if _ION.match(sign):
        return bool(word)
    return sign in _POWERS and bool(_UNITS.match(word)) and not is_money


def _spells(word: str, sign: str, after: str) -> bool:
    """Whether what is raised is a piece of the spelling of the word."""
    if word[-1:].isdigit():
        return sign.lower() in _ORDINALS
    if after.isalpha():
        return bool(word) or len(sign) > 1 or sign.isupper() or after.islower()
    if len(sign) == 1 and 0 < len(word) < (2 if word.isupper() else 3):  # "Mr", but no mark on "GP"
        return True
    is_mark = sign.lower() in _SIGNS or _ROMAN.match(sign) or (len(word) > 2 and _SEVERAL.match(sign))
    return len(sign) > 1 and not is_mark
