"""Which body a person meant who typed a name or a misspelt id; and what an id says of a body nobody knows."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from pipeline.model import BodyKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 3  # suggestions

# What a body's name says of its kind: a line that has no room for it is read without.
_KIND_WORDS = (
    (re.compile(r"^NHS (.+) (?:Integrated Care Board|ICB)$"), r"\1 ICB"),
    (re.compile(r"^(?:London|Royal) Borough of "), ""),
    (re.compile(r"(?: (?:Metropolitan|County|City|District|Borough))* Council$"), ""),
    (re.compile(r" (?:University |Teaching )?(?:Hospitals? )?NHS (?:Foundation )?Trust$"), ""),
)

_FILLERS = frozenset({"and", "nhs", "of", "the"})
# Alone, these name a kind of body and none in particular.
_KINDS = frozenset({"board", "borough", "city", "council", "county", "foundation", "icb", "london", "trust"})
# Initials leave these out as often as not: UCLH has all of its words, MFT no University.
_LEFT_OUT = (
    _FILLERS
    | _KINDS - {"london"}
    | {"health", "hospital", "hospitals", "mental", "metropolitan", "university"}
)
_FEWEST_INITIALS = 3
_ICB = re.compile(r"\bintegrated care board\b")
_WORD = re.compile(r"[a-z0-9]+")
_SLIP = 0.92  # how alike an id is that was meant and misspelt by a letter or two

# How ids end, and what such a body is.
_ENDINGS = {
    "icb": BodyKind.ICB,
    "stp": BodyKind.STP,
    "trust": BodyKind.TRUST,
    "council": BodyKind.COUNCIL,
    "campaign": BodyKind.CAMPAIGN,
}
_IN_CAPITALS = frozenset({"icb", "icp", "nhs", "stp", "uk"})
_IN_SMALL = frozenset({"and", "in", "of", "on", "the", "under", "upon", "with"})


def suggest(typed: str, names: Mapping[str, Sequence[str]], most: int = MOST) -> list[str]:
    """Returns ids of at most `most` bodies that may be meant, the likeliest first.

    `names` has for each id all names of its body. Bodies of just these words come first, with those of
    these initials; else those that have more or fewer of the words, else those only spelt alike.
    """
    wanted = _words(typed)
    if not wanted:
        return []
    words = {body: [_words(name) for name in (body, *of_body)] for body, of_body in names.items()}
    same = sorted(body for body, known in words.items() if wanted in known)
    shortened = (
        _shortened_so(typed, names)
        if same or not any(wanted <= each for known in words.values() for each in known)
        else []
    )
    if same or shortened:
        return list(dict.fromkeys([*same, *shortened]))[:most]
    if not wanted - _KINDS:
        return []
    if slips := _spelt_alike(typed, names, _SLIP):
        return slips[:most]
    part = {
        body: min(distances)
        for body, known in words.items()
        if (distances := [len(each ^ wanted) for each in known if _is_part(each, wanted)])
    }
    if part:
        return sorted(part, key=lambda body: (part[body], body))[:most]
    return _spelt_alike(typed, names, 0.6)[:most]


def is_exact(typed: str, names: Sequence[str]) -> bool:
    """Whether these are just the words of a name."""
    wanted = _words(typed)
    return bool(wanted) and wanted in map(_words, names)


def is_named(typed: str, names: Sequence[str]) -> bool:
    """Whether these are the words or initials of a name, or some of its words with a kind of body.

    Several bodies may be so named. Initials are written in capitals: "met" and "put" are words.
    """
    wanted = _words(typed)
    if sum(each.isupper() for each in typed) > 1 and _by_initials(typed, names):
        return True
    if not wanted - _KINDS:
        return is_exact(typed, names)
    known = [_words(name) for name in names]
    return any(wanted <= each or (each and each < wanted and wanted - each <= _KINDS) for each in known)


def short_name(name: str) -> str:
    """As in "Dudley" for Dudley Metropolitan Borough Council, and "Kent and Medway ICB"."""
    short = name
    for pattern, instead in _KIND_WORDS:
        short = pattern.sub(instead, short)
    return short or name


def name_of_id(body: str) -> str:
    """As in "Surrey Heartlands ICB" of surrey-heartlands-icb, where nobody has said its name."""
    words = [_written(word) for word in body.split("-") if word]
    return " ".join([word[:1].upper() + word[1:] for word in words[:1]] + words[1:])


def kind_of_id(body: str) -> BodyKind:
    return _ENDINGS.get(body.rpartition("-")[2], BodyKind.OTHER)


def _written(word: str) -> str:
    if word in _IN_CAPITALS:
        return word.upper()
    return word if word in _IN_SMALL else word.capitalize()


def _words(text: str) -> frozenset[str]:
    text = _ICB.sub("icb", re.sub(r"[-_]+", " ", text.lower()).replace("'", ""))
    return frozenset(_WORD.findall(text)) - _FILLERS


def _shortened_so(typed: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """The bodies with a name that has these initials, the shortest name first."""
    found = {
        body: of_body for body, all_names in names.items() if (of_body := _by_initials(typed, all_names))
    }
    return sorted(found, key=lambda body: (min(map(len, found[body])), body))


def _by_initials(typed: str, names: Sequence[str]) -> list[str]:
    """Returns the names that people may shorten so, as "ELFT" for East London NHS Foundation Trust."""
    initials = typed.replace(".", "").strip().lower()
    if not (len(initials) >= _FEWEST_INITIALS and initials.isascii() and initials.isalpha()):
        return []
    return [name for name in names if re.fullmatch(_shortened(name), initials)]


def _shortened(name: str) -> str:
    """A pattern of its initials."""
    words = _WORD.findall(name.lower().replace("'", "").replace("\u2019", ""))
    letters = (f"{word[0]}?" if word in _LEFT_OUT else word[0] for word in words)
    return "".join(letters) + ("r?" if words and words[-1] == "trust" else "")  # as in LTHTR


def _is_part(one: frozenset[str], other: frozenset[str]) -> bool:
    return (one < other or other < one) and bool((one & other) - _KINDS)


def _spelt_alike(typed: str, names: Mapping[str, Sequence[str]], cutoff: float) -> list[str]:
    owners = {name.lower(): body for body, of_body in names.items() for name in (body, *of_body)}
    alike = difflib.get_close_matches(typed.lower(), owners, n=2 * MOST, cutoff=cutoff)
    return list(dict.fromkeys(owners[each] for each in alike))[:MOST]
