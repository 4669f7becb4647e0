"""The forms in which a word is looked for: number, possessive, verbs, -ise and -ize. Pure.

A form is made by a rule of spelling, so that it is the word's own: "scrapped" of scrap, and not "scraped",
which is of scrape. What no rule makes is in a table. What is no verb and has no plural is found as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.text.keys import words

if TYPE_CHECKING:
    from collections.abc import Iterable

# The ending of a stem that has a vowel and ends in a consonant: prize and noise are words of their own.
_ISE = re.compile(r"\b(\w*[aeiouy]\w*[^\Waeiou]i)[sz](?=(?:e|ed|es|er|ers|ing|ation|ations)\b)")

# Determiners, pronouns and conjunctions have neither plural nor tense, and English makes no new ones.
# "New" is among them, since "news" is another word.
_NO_NUMBER = frozenset((
    "a", "all", "an", "and", "any", "as", "both", "but", "could", "each", "either", "enough", "every",
    "few", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "it", "its", "least", "less",
    "many", "me", "more", "most", "much", "my", "neither", "new", "no", "none", "nor", "not", "or", "our",
    "ours", "same", "several", "shall", "she", "should", "so", "some", "such", "than", "that", "the",
    "their", "theirs", "them", "then", "there", "these", "they", "this", "those", "though", "too", "us",
    "very", "we", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "would", "you",
    "your", "yours",
))  # fmt: skip
# No verbs either, but nouns that end in one of these have a plural: opt-outs, wills.
_NO_VERBS = frozenset((
    "about", "above", "across", "acute", "after", "against", "along", "among", "around", "at", "before",
    "behind", "below", "beneath", "beside", "between", "beyond", "by", "can", "down", "during", "eight",
    "five", "for", "four", "from", "good", "great", "high", "higher", "in", "into", "large", "local", "may",
    "might", "must", "near", "nine", "of", "off", "on", "one", "onto", "other", "out", "over", "past",
    "private", "public", "real", "seven", "since", "six", "small", "social", "ten", "three", "through",
    "throughout", "till", "to", "toward", "towards", "two", "under", "until", "up", "upon", "urgent",
    "whole", "will", "with", "within", "without",
))  # fmt: skip
# Endings that no verb of English has; "harness" and "witness", "pity" and "vary" are told by their lengths.
_NEVER_A_VERB = re.compile(
    r"(?:[a-z]{3}ity|[a-z]{4}(?:ary|ness)|[a-z]{2}(?:ical|ional|ital|ural|ular|ous|ism|ology|ian|iatrics?)|"
    r"(?:[aeiouy][^aeiouy]+){2}ic)\Z"
)
_NO_PLURALS = frozenset(("always", "does", "lens", "news", "perhaps", "series", "species"))

_VOWELS = "aeiou"
_HISSES = ("s", "x", "z", "ch", "sh")
_BOTH_WAYS = {"age", "queue"}  # ageing, aging
_LONG_ENDS = ("ee", "oe", "ye")  # before -ing they keep their "e"
# Scrap, equip, trial, fuel: before -ing and -ed their last consonant is written twice.
_TWICE = re.compile(r"(?:(?<![aeiou])|qu|i(?=al\Z)|u(?=el\Z))[aeiouy][^aeiouwxy]\Z")
_SYLLABLE = re.compile(r"[aeiou]|(?<![aeiou])y(?![aeiou])")
_PREFIXES = ("over", "under", "out", "with", "fore", "up", "un", "re", "be")

# What rules do not form: past and participle.
_IRREGULAR = {
    "bear": ("bore", "borne"), "begin": ("began", "begun"), "behave": ("behaved",), "bend": ("bent",),
    "bid": ("bid",), "bind": ("bound",), "break": ("broke", "broken"), "bring": ("brought",),
    "build": ("built",), "buy": ("bought",), "cast": ("cast",), "catch": ("caught",),
    "choose": ("chose", "chosen"), "come": ("came",), "cost": ("cost",), "cut": ("cut",),
    "deal": ("dealt",), "dig": ("dug",), "do": ("did", "done"), "draw": ("drew", "drawn"),
    "drive": ("drove", "driven"), "eat": ("ate", "eaten"), "fall": ("fell", "fallen"), "feed": ("fed",),
    "feel": ("felt",), "fight": ("fought",), "find": ("found",), "flee": ("fled",),
    "fly": ("flew", "flown"), "forbid": ("forbade", "forbidden"), "forget": ("forgot", "forgotten"),
    "forgive": ("forgave", "forgiven"), "freeze": ("froze", "frozen"), "get": ("got",),
    "give": ("gave", "given"), "go": ("went", "gone"), "grow": ("grew", "grown"), "hang": ("hung",),
    "have": ("had",), "hear": ("heard",), "hide": ("hid", "hidden"), "hit": ("hit",), "hold": ("held",),
    "hurt": ("hurt",), "keep": ("kept",), "know": ("knew", "known"), "lay": ("laid",), "lead": ("led",),
    "learn": ("learned", "learnt"), "leave": ("left",), "lend": ("lent",), "let": ("let",),
    "lie": ("lay", "lain"), "light": ("lit",), "lose": ("lost",), "make": ("made",), "mean": ("meant",),
    "meet": ("met",), "pay": ("paid",), "prove": ("proved", "proven"), "put": ("put",),
    "quit": ("quit",), "read": ("read",), "relay": ("relayed",), "rid": ("rid",),
    "ride": ("rode", "ridden"), "rise": ("rose", "risen"), "run": ("ran", "run"), "say": ("said",),
    "see": ("saw", "seen"), "seek": ("sought",), "sell": ("sold",), "send": ("sent",), "set": ("set",),
    "shake": ("shook", "shaken"), "shed": ("shed",), "shoot": ("shot",), "show": ("showed", "shown"),
    "shrink": ("shrank", "shrunk"), "shut": ("shut",), "sing": ("sang", "sung"),
    "sink": ("sank", "sunk"), "sit": ("sat",), "sleep": ("slept",), "slide": ("slid",),
    "speak": ("spoke", "spoken"), "spend": ("spent",), "spin": ("spun",), "split": ("split",),
    "spread": ("spread",), "spring": ("sprang", "sprung"), "stand": ("stood",),
    "steal": ("stole", "stolen"), "stick": ("stuck",), "strike": ("struck",), "string": ("strung",),
    "sweep": ("swept",), "swing": ("swung",), "take": ("took", "taken"), "teach": ("taught",),
    "tear": ("tore", "torn"), "tell": ("told",), "think": ("thought",), "throw": ("threw", "thrown"),
    "wake": ("woke", "woken"), "wear": ("wore", "worn"), "weave": ("wove", "woven"), "win": ("won",),
    "wind": ("wound",), "wring": ("wrung",), "write": ("wrote", "written"),
}  # fmt: skip
_LONGEST = 60  # letters of a word of any language; longer is an address or a joke, and costly to vary
_BE = frozenset(("be", "am", "is", "are", "was", "were", "been", "being"))


def inflections(wording: str) -> set[str]:
    """Returns the forms of a wording: plural and possessive of its last word, -ise and -ize."""
    parts = words(wording.removesuffix("*"))
    if wording.endswith("*"):
        return {" ".join(parts) + "*"}
    if max(map(len, parts)) > _LONGEST:
        return {" ".join(parts)}
    return _spellings(" ".join([*parts[:-1], last]) for last in _numbers(parts[-1]))


def looser_inflections(text: str) -> set[str]:
    """Returns the forms of a word of a pattern or context: singular and plural; "to close" is the verb."""
    if text.startswith("to "):
        first, *rest = text.split()[1:]
        *before, verb = words(first)  # to sub-contract: the last part of it has the endings
        if _may_be_a_verb(verb):
            after = words(" ".join(rest))
            return {" ".join([*before, form, *after]) for form in conjugated(verb)}
    singular = _singular(text)
    return inflections(text) if singular == text else inflections(text) | inflections(singular)


def conjugated(verb: str) -> set[str]:
    """Returns all forms of a verb: "plan", "plans", "planning", "planned"."""
    if verb == "be":
        return set(_BE)
    return _spellings({verb, *_third_person(verb), *_participles(verb), *_pasts(verb)})


def _may_be_a_verb(word: str) -> bool:
    """Not so a word that is said of things, and not so a plural: no verb's first form has a plural's "s"."""
    is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))
    return len(word) > 1 and not (
        is_plural or word in _NO_NUMBER or word in _NO_VERBS or _NEVER_A_VERB.search(word)
    )


def _numbers(word: str) -> set[str]:
    """A word in singular, plural and possessive. A form that nobody prints costs nothing."""
    if len(word) < 2 or word.isdigit() or word in _NO_NUMBER:
        return {word}
    forms = {word, word + "s"}  # ICS, ICSs; company, company's
    if _is_consonant_y(word):
        forms.add(word[:-1] + "ies")
    if word.endswith(("s", "x", "ch", "sh")):
        forms.add(word + "es")
    return forms


def _singular(text: str) -> str:
    word = text.rsplit(maxsplit=1)[-1]
    if not word.islower() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return text
    if len(word) < 4 or word in _NO_PLURALS or word in _NO_NUMBER:
        return text
    if word.endswith("ies"):
        return text[:-3] + "y"
    return text[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else text[:-1]


def _third_person(verb: str) -> set[str]:
    if verb == "have":
        return {"has"}
    if _is_consonant_y(verb):
        return {verb[:-1] + "ies"}
    if verb.endswith(_HISSES):
        return {verb + "es"}
    return {verb + "es"} if verb.endswith("o") and verb[-2] not in _VOWELS else {verb + "s"}


def _participles(verb: str) -> set[str]:
    if verb.endswith("ie"):
        return {verb[:-2] + "ying"}
    if verb in _BOTH_WAYS:
        return {verb + "ing", verb[:-1] + "ing"}
    if verb.endswith("e") and not verb.endswith(_LONG_ENDS):
        return {verb[:-1] + "ing"}
    return {stem + "ing" for stem in _stems(verb)}


def _pasts(verb: str) -> set[str]:
    for prefix in ("", *_PREFIXES):
        if verb.startswith(prefix) and (forms := _IRREGULAR.get(verb.removeprefix(prefix))):
            return {prefix + form for form in forms}
    if verb.endswith("e"):
        return {verb + "d"}
    if _is_consonant_y(verb):
        return {verb[:-1] + "ied"}
    return {stem + "ed" for stem in _stems(verb)}


def _stems(verb: str) -> set[str]:
    """What comes before -ing and -ed: the last consonant twice after one vowel, in longer words perhaps."""
    if not _TWICE.search(verb):
        return {verb}
    if verb.endswith("c"):
        return {verb + "k"}  # panicked
    twice = verb + verb[-1]
    # Where the stress of a longer word lies, and who knows that it matters, the letters do not tell.
    return {twice, verb} if len(_SYLLABLE.findall(verb)) > 1 else {twice}


def _is_consonant_y(word: str) -> bool:
    return word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS


def _spellings(forms: Iterable[str]) -> set[str]:
    """Each form with -ise and with -ize; few words have either."""
    made = set(forms)
    for form in [form for form in made if "is" in form or "iz" in form]:
        made |= {_ISE.sub(r"\1s", form), _ISE.sub(r"\1z", form)}
    return made
