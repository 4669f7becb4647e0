"""Words whose letters a font names wrongly, as "populaOon" for "population", or a page without an f. Pure.

A font may draw one sign and call it another. What is drawn is right, so such words are read by OCR. Signs
within words give it away, and letters that English cannot do without.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.pdf.words import character_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"\S+")
# Signs that mean nothing, and letters of other tongues than those of these papers: junk next to any letter.
_JUNK = (
    r"\ufffd\ue000-\uf8ff\x00\x01\x03-\x08\x0e-\x1f"
    r"\u00d0\u00d7\u00de\u00f0\u00f7\u00fe\u0180-\u02af\u0370-\u052f"
)
_IN_WORD = re.compile(
    rf"(?<=[a-z])([{_JUNK}])(?=[a-z])|(?<!\w)([\ufffd\u00de\u00fe])[a-z]{{2}}|[a-z]{{2}}([\ufffd\u00de\u00fe])(?![a-z])"
)
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
# What no word has in it but by chance, as "McDonald" has: junk where several words have the same. Hyphens,
# apostrophes, stops, addresses, accents, and PDFium's marks for a hyphen are none.
_NO_ODDITY = r"a-z\s\-\u00ad\ufffe\x02'\u2019\u2018.,/@_&:;()\u2010-\u2015\u00e0-\u00ff\u0174-\u0177"
_ODD = re.compile(rf"(?<=[a-z])[^{_NO_ODDITY}](?=[a-z])")
_KINDS = character_kinds.table(
    {b"a": string.ascii_lowercase.encode(), b" ": b" \t\n\r-\xad\x02'.,/@_&:;()"},
    other=b"!",
)
# What junk begins with in UTF-8, whatever else does.
_JUNK_BYTES = bytes([*range(32), 0xC3, *range(0xC6, 0xCB), *range(0xCD, 0xD5), 0xEE, 0xEF])
_LINE_END = b"\xef\xbf\xbe"  # PDFium's mark for a hyphen, which is not junk
_CLEAN = bytes(set(range(256)) - set(_JUNK_BYTES) | set(b"\x02\t\n\x0b\x0c\r"))
# Pairs of letters that are in fewer than one in 30,000 of the pairs of English papers.
_RARE = re.compile(
    r"a[aoq]|b[cdfghknpqvwxz]|c[bdfgjmnpqvwxz]|d[cjkpqtxz]|e[jz]|f[bcdghjkmnpqvwxz]|"
    r"g[bcdfjkpqvxz]|h[dfghjkpqvxz]|i[hjqwy]|j[bcdfghijklmnpqrstvwxyz]|k[bcdhjkmopqrtuvwxyz]|"
    r"l[ghjqxz]|m[cdfghjknqtvwxz]|n[brxz]|o[q]|p[bcfgjknqvwxz]|q[abcdefghijklmnopqrstvwxyz]|"
    r"r[jqxz]|s[bdgjqrvxz]|t[bdgjqvxz]|u[hjkoquvwxyz]|v[bcdfghjklmnpqrstvwxyz]|w[bcdfgjkmpquvxz]|"
    r"x[bdfghjklmnoqrsvwxyz]|y[bghjkquvxyz]|z[abcdfghjklmnopqrstuvwxyz]"
)
_SPELT = re.compile(r"(?<![\w@/.&'\u2019-])[A-Za-z][a-z]{3,}(?![\w@/&])")
# One of them is in nearly every line of prose; the last are Welsh.
_COMMON = {
    "the", "and", "to", "of", "in", "for", "is", "are", "on", "with", "by", "be", "will", "that", "was", "at",
    "as", "from", "or", "The", "In", "To", "For", "yn", "yr", "y", "ar", "gan", "wedi",
    "ac", "mae",
}  # fmt: skip
# Each line in one way only: a page of short words must not be tried in all ways in which it could be parted.
_SCATTERED = re.compile(r"(?:^\S{1,2}(?: \S{1,2}){0,11} ?\r?\n){12,}+", re.MULTILINE)
_SHORT_LINES = 25  # characters on average, at most, of a page with scattered letters
_MANY_LETTERS = 12  # of different ones, and of pairs
_A_TEXT = 20  # words of four letters and more
_SHORT_LINE = 12  # characters
_CODED = re.compile(
    r"[^\W_][#&*<>@!\"^`{}|~\\$%'+=;?/-]+[^\W_]|[#&*<>@!\"^`{}|~\\$%'+=]\S*[#&*<>@!\"^`{}|~\\$%'+=]|[\x03-\x08\x0e-\x1b]"
)
_MANY_ODD = 0.2  # of the words of a line
_FEWEST_STRANGE, _MOST_STRANGE = 2, 0.6  # words that cannot be said, of those of a line
_CAPITALS = re.compile(r"(?<!\S)[A-Z0-9$'\\\[\]^_(+-]{14,}")  # no address and no code of a link is such
_FEWEST_PAIRS, _MANY_RARE = 8, 0.3
_FEWEST_SIGNS, _MANY_SIGNS = 6, 0.25  # that are neither letters nor those of sums and leaders, of a line
_PLAIN = dict.fromkeys(
    map(
        ord,
        f"{string.ascii_letters}{string.digits}{string.whitespace}.,-_()/:|=*~$%"
        "\xa3\u20ac\u2013\u2014\u2026\u2022\xb7",
    )
)
_OTHER_SCRIPTS = re.compile(
    r"[\u0590-\u1cff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufefe]"
)  # Hebrew and those after it
_PLAIN_BYTES = bytes(sign for sign in _PLAIN if sign < 128)
_ALIKE, _ALIKE_BULLETS = 3, 2  # different words with it
_SURELY = "\u00a2\u00a4\u00a5\u00a6\u00a7\u00b6"  # between small characters in no word at all
_BULLETS = "\u2022\u25cf\u25aa\u25a0\u25e6"  # which no sum, unit or name has in it
_MOST = 2_000  # words of a page

_NO_LETTER = bytes(set(range(256)) - set(string.ascii_lowercase.encode()))

# How often letters, and pairs of them, are in a hundred letters of English.
_USUAL = {
    "e": 12.0,
    "t": 9.1,
    "a": 8.1,
    "o": 7.7,
    "i": 7.3,
    "n": 7.0,
    "s": 6.3,
    "r": 6.0,
    "d": 4.3,
    "l": 4.0,
    "c": 2.9,
    "m": 2.6,
    "th": 2.5,
    "f": 2.3,
    "g": 2.0,
    "ti": 0.9,
    "fi": 0.25,
}
_SAID_BY = 500  # characters
_EXPECTED = 9.0  # of a letter, where its lack is no chance
_MISSING = 0.05  # of what is expected
_ENGLISH = re.compile(rb"\b(?:the|and|to|in|is|are|was|that|be|will|by|on)\b")
_SPOKEN = 0.08  # of the words: how many are of these


def odd_words(text: str) -> list[tuple[int, int]]:
    """Start and end of the words in PDFium's text that have signs in them which no word has."""
    signs: set[str] = set()
    if text.encode("utf-8", "ignore").replace(_LINE_END, b"").translate(None, _CLEAN):
        signs = {match[match.lastindex or 0] for match in _IN_WORD.finditer(text)}
    by_sign: dict[str, dict[int, str]] = defaultdict(dict)
    for at in character_kinds.places(character_kinds.of(text, _KINDS), b"a!a", 2):
        if match := _ODD.match(text, at + 1):
            by_sign[match.group()][match.start()] = _around(text, match.start()).group()
    signs |= {
        sign
        for sign, words in by_sign.items()
        if sign in _SURELY or len(set(words.values())) >= (_ALIKE_BULLETS if sign in _BULLETS else _ALIKE)
    }
    if not signs:
        return []
    if any(map(_PRIVATE.match, signs)):
        signs |= set(_PRIVATE.findall(text))  # one letter that a font keeps to itself is not the only one
    # What is misnamed within words is misnamed at their ends.
    junk = "".join(map(re.escape, signs))
    places = [match.start() for match in re.finditer(rf"(?<=[a-z])[{junk}]|[{junk}](?=[a-z])", text)]
    return sorted({_around(text, place).span() for place in places[:_MOST]})


def is_scattered(text: str) -> bool:
    """Whether many lines that follow each other are single letters of many kinds: drawn so, in any order."""
    if text.count("\n") * _SHORT_LINES < len(text):
        return False
    runs = (set(filter(str.isalpha, run.group().split())) for run in _SCATTERED.finditer(text))
    return any(len(letters) >= _MANY_LETTERS for letters in runs)


def strange_words(
    text: str, is_unmapped: Callable[[str, int, int], bool] = lambda *_: False
) -> list[tuple[int, int]]:
    """Returns start and end of words in lines that no tongue of these papers has.

    `is_unmapped` says whether a run of the text is in no map of its font: then less is strange.

    A map that is shifted makes such. Each letter of them is a letter; only pairs of them give them away, or
    signs where letters should be.
    """
    lines = _without_common_words(text)
    if not lines or not _may_be_strange("\n".join(line for _, line in lines)):  # as on most pages
        return []
    return [
        (start + word.start(), start + word.end())
        for start, line in lines
        if _is_strange(line) or (_is_doubtful(line) and is_unmapped(text, start, start + len(line)))
        for word in _WORD.finditer(line)
    ]


def _without_common_words(text: str) -> list[tuple[int, str]]:
    """Where each line begins that is long enough to be judged and has no word that is in every text."""
    found: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        if (
            len(line) >= _SHORT_LINE
            and not (" the " in line or " and " in line or " of " in line or " to " in line)  # the quickest
            and _COMMON.isdisjoint(line.split())
        ):
            found.append((at, line))
        at += len(line) + 1
    return found


def _may_be_strange(lines: str) -> bool:
    """Whether some lines together have what one of them must have to be strange or doubtful."""
    return (
        len(_RARE.findall(lines.lower())) + len(_CODED.findall(lines)) >= _FEWEST_STRANGE
        or len(lines.encode("utf-8", "replace").translate(None, _PLAIN_BYTES)) >= _FEWEST_SIGNS
        or _CAPITALS.search(lines) is not None
    )


def is_unspoken(text: str) -> bool:
    """Whether a page of words has none that are in every text, and some that cannot be said."""
    if " the " in text or " and " in text or " of " in text or " to " in text:  # the quickest first
        return False
    words = _SPELT.findall(text)
    if len(words) < _A_TEXT or is_spoken(text):
        return False
    return sum(_RARE.search(word.lower()) is not None for word in words) >= _FEWEST_STRANGE


def is_spoken(text: str) -> bool:
    """Whether it has words that no text of these papers does without."""
    words = text.split()
    return sum(word in _COMMON for word in words) >= _SPOKEN * len(words) / 2


def all_words(text: str) -> list[tuple[int, int]]:
    return [word.span() for word in _WORD.finditer(text)][:_MOST]


def _is_strange(line: str) -> bool:
    if (run := _CAPITALS.search(line)) and _is_unsaid(run[0]):
        return True
    if _RARE.search(line.lower()):
        words = _SPELT.findall(line)
        unsaid = sum(_RARE.search(word.lower()) is not None for word in words)
        if unsaid >= _FEWEST_STRANGE and unsaid >= _MOST_STRANGE * len(words):
            return True
    if len(line.encode("utf-8", "replace").translate(None, _PLAIN_BYTES)) < _FEWEST_SIGNS:
        return False
    signs = len(_OTHER_SCRIPTS.sub("", line.translate(_PLAIN)))
    return signs >= _FEWEST_SIGNS and signs >= _MANY_SIGNS * len(line)


def _is_doubtful(line: str) -> bool:
    """Whether it may be codes, of a font that has no names for what it draws: no words have such signs."""
    # There is such a sign or pair for each odd word: of most lines that is quicker than word by word.
    if len(_CODED.findall(line)) + len(_RARE.findall(line.lower())) < _FEWEST_STRANGE:
        return False
    words = line.split()
    odd = sum(_CODED.search(word) is not None or _RARE.search(word.lower()) is not None for word in words)
    return odd >= _FEWEST_STRANGE and odd >= _MANY_ODD * len(words)


def _is_unsaid(word: str) -> bool:
    """Whether a long word has many pairs that no word has: codes of signs, shown raw."""
    runs = re.findall(r"[a-z]{2,}", word.lower())
    pairs = sum(len(run) - 1 for run in runs)
    rare = sum(_RARE.match(run, at) is not None for run in runs for at in range(len(run) - 1))
    return pairs >= _FEWEST_PAIRS and rare >= _MANY_RARE * pairs


def has_junk(word: str) -> bool:
    """Whether a word has signs in it that mean nothing, and not merely odd ones."""
    return _IN_WORD.search(word) is not None


def lacks_letters(text: str) -> tuple[str, ...]:
    """Letters, and pairs of them, that an English text of some length lacks; none for what is no English."""
    content = text.encode("ascii", "replace").lower()  # bytes are lowered ten times as quickly
    count = len(content.translate(None, _NO_LETTER))
    first = content[: max(_SAID_BY, len(content) // 4)]  # of most pages it says all
    lacking = [
        letters
        for letters, usual in _USUAL.items()
        if (expected := usual / 100 * count) >= _EXPECTED
        and first.count(letters.encode()) <= _MISSING * expected
        and content.count(letters.encode()) <= _MISSING * expected
    ]
    if not lacking or len(_ENGLISH.findall(content)) < _SPOKEN * (text.count(" ") + text.count("\n") + 1):
        return ()
    return tuple(lacking)


def is_sound(word: str) -> bool:
    """Whether a word that was read in another way is without such signs."""
    return bool(word) and not has_junk(word) and not _ODD.search(word)


def _around(text: str, place: int) -> re.Match[str]:
    """The word that has this place in it."""
    start = max(text.rfind(blank, 0, place) for blank in " \r\n\t") + 1
    match = _WORD.search(text, start)
    assert match is not None, "there is a sign here"
    return match
