"""Fonts that draw signs in place of characters: a tick is typed as "\u00fc" in Wingdings. Pure.

Their codes are those of the keys, or the same in a private area from U+F000. What has no sign of its own in
Unicode below U+10000 is shown as a frame, since a person sees that something is there.
"""

# ruff: noqa: RUF001 - signs that look like others are what this is about

from __future__ import annotations

import functools
import re

NO_SIGN = "\u25af"
_PRIVATE = 0xF000
_KINDS = re.compile(
    r"\s*[\"']?(?:[A-Z]{6}\+)?(?:(?P<wing>wingdings?)[ -]?(?P<number>[23])?|(?P<web>webdings)|"
    r"(?P<symbol>symbol)|(?P<zapf>(?:itc ?)?(?:zapf ?)?dingbats))(?:MT)?(?![a-z])",
    re.IGNORECASE,
)


MAY_BE_NAMED = re.compile(rb"ingdings|ebdings|ingbats|\"Symbol", re.IGNORECASE)  # in a file's own styles


def _table(first: int, signs: str) -> dict[int, str]:
    return dict(enumerate(signs, first))


_WINGDINGS = (
    _table(
        0x21,
        "✏✂✁▯▯▯▯☏✆✉✉▯▯▯▯▯▯▯▯▯▯⌛▯▯▯▯▯▯▯✇✍✎✌▯▯▯☜☞☝☟✋☺▯☹▯☠⚐⚑✈☼▯❄✝✞✠✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓&&●❍■□❐❑❒⬧⧫◆❖⬥⌧⍓⌘❀✿❝❞",
    )
    | _table(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿▯▯▯▯▯▯▯▯·•▪○◯◯◉◎▯▪◻▯✦★✶✴✹✵▯⌖✧⌑▯✪✰")
    | _table(0xD5, "⌫⌦➢➢▲▼⮈⮊⮉⮋←→↑↓↖↗↙↘←➔↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳⬀⬁⬃⬂▭▫✘✔☒☑⊞")
)
_WINGDINGS_2 = _table(0x4F, "✗✓☒☑☒☒☒⊗⊗") | _table(0x95, "·•●") | _table(0xA2, "■□□")
_WINGDINGS_3 = _table(0x66, "←→↑↓↖↗↙↘") | _table(0x70, "▲▼△▽◀▶◁▷◣◢◤◥") | {0x7D: "▶"}
_WEBDINGS = _table(0x33, "◀▶▲▼") | {0x61: "✔", 0x63: "□", 0x67: "■", 0x69: "ℹ", 0x6E: "●", 0x72: "✖"}
_ZAPF = (
    _table(0x21, "".join(map(chr, range(0x2701, 0x275F))))
    | {
        0x25: "☎",
        0x2A: "☛",
        0x2B: "☞",
        0x48: "★",
        0x6C: "●",
        0x6E: "■",
        0x73: "▲",
        0x74: "▼",
        0x75: "◆",
        0x77: "◗",
    }
    | _table(0xA1, "".join(map(chr, range(0x2761, 0x27BF))))
)
_SYMBOL = (
    _table(
        0x21, "!∀#∃%&∋()*+,-./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~"
    )
    | _table(0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑")
    | {0xF1: "〉", 0xF2: "∫"}
)


@functools.lru_cache(1_000)
def signs_of(font: str) -> dict[int, str] | None:
    """Returns the signs of a font with this name, by their codes; None for a font of characters."""
    found = _KINDS.match(font)
    if found is None:
        return None
    if found["wing"]:
        return {"2": _WINGDINGS_2, "3": _WINGDINGS_3}.get(found["number"] or "", _WINGDINGS)
    return _WEBDINGS if found["web"] else _SYMBOL if found["symbol"] else _ZAPF


def as_drawn(font: str, text: str) -> str:
    """Returns what a person sees of a text that is set in a font with this name."""
    signs = signs_of(font) if text else None
    return text if signs is None else "".join(_sign(signs, each) for each in text)


def of_code(font: str, code: str) -> str:
    """Returns the sign with a code in hexadecimal digits, as Word keeps it; "" where it is not one."""
    if not re.fullmatch("[0-9A-Fa-f]{1,4}", code):
        return ""
    number = int(code, 16)
    signs = signs_of(font)
    return chr(number) if signs is None else _of_number(signs, number) or chr(number)


def _sign(signs: dict[int, str], character: str) -> str:
    if character.isspace():
        return character
    typed = character.encode("cp1252", "ignore")
    return _of_number(signs, typed[0] if typed else ord(character)) or character  # or it is the sign itself


def _of_number(signs: dict[int, str], number: int) -> str:
    """The sign with this number, or the same in the private area; "" for any other number."""
    number -= _PRIVATE if number >= _PRIVATE else 0
    return signs.get(number, NO_SIGN) if 0x20 < number <= 0xFF else ""
