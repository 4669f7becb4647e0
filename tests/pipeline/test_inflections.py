"""The forms of a word are its own: none is missed, and none is another word's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.inflections import conjugated, inflections, looser_inflections

VERBS = {
    "plan": "plan plans planning planned",
    "scrap": "scrap scraps scrapping scrapped",
    "scrape": "scrape scrapes scraping scraped",
    "close": "close closes closing closed",
    "treat": "treat treats treating treated",
    "review": "review reviews reviewing reviewed",
    "pay": "pay pays paying paid",
    "test": "test tests testing tested",
    "push": "push pushes pushing pushed",
    "axe": "axe axes axing axed",
    "veto": "veto vetoes vetoing vetoed",
    "deny": "deny denies denying denied",
    "agree": "agree agrees agreeing agreed",
    "die": "die dies dying died",
    "panic": "panic panics panicking panicked",
    "equip": "equip equips equipping equiping equipped equiped",
    "refer": "refer refers referring refering referred refered",
    "trial": "trial trials trialling trialing trialled trialed",
    "queue": "queue queues queueing queuing queued",
    "be": "be am is are was were been being",
    "have": "have has having had",
    "see": "see sees seeing saw seen",
    "oversee": "oversee oversees overseeing oversaw overseen",
    "withhold": "withhold withholds withholding withheld",
    "become": "become becomes becoming became",
    "behave": "behave behaves behaving behaved",
    "relay": "relay relays relaying relayed",
    "seek": "seek seeks seeking sought",
    "centralise": "centralise centralises centralising centralised "
    "centralize centralizes centralizing centralized",
}


@pytest.mark.parametrize(("verb", "forms"), VERBS.items(), ids=VERBS)
def test_the_forms_of_a_verb(verb, forms):
    assert conjugated(verb) == set(forms.split())
    assert looser_inflections(f"to {verb} it") == {f"{form} it" for form in forms.split()}


_CONSONANTS = st.sampled_from("bdfgklmnprt")
_SHORT = st.builds("".join, st.tuples(_CONSONANTS, st.sampled_from("aiou"), st.sampled_from("bdgklmnpt")))
_IRREGULAR = {
    "bid", "bit", "dig", "fin", "get", "hid", "hit", "let", "lit", "mak", "put", "rid", "run", "tak", "wak",
    "win",
}  # fmt: skip


@given(_SHORT.filter(lambda stem: stem not in _IRREGULAR))
def test_a_verb_and_the_one_with_an_e_more_share_no_form(stem):
    """Scrap and scrape, plan and plane, win and wine."""
    assert conjugated(stem).isdisjoint(conjugated(f"{stem}e"))


@given(_SHORT, st.sampled_from(["", "e", "s", "er", "ay", "y", "ie", "ee", "o"]))
def test_every_form_of_a_verb_begins_as_the_verb_does(stem, ending):
    verb = stem + ending
    assert all(form.startswith(stem[0]) for form in conjugated(verb))
    assert {verb} < conjugated(verb)


NO_VERBS = [
    "the ward", "this ward", "any hospital", "each of them", "us", "hospital", "hospitals", "x",
    "community services", "primary care", "national bodies", "patients", "new patients", "your GP",
    "one provider", "within budget", "pre-pandemic levels", "strategic commissioners", "public meetings",
]  # fmt: skip


@pytest.mark.parametrize("thing", NO_VERBS)
def test_to_a_thing_is_no_verb(thing):
    assert {form.split()[0] for form in looser_inflections(f"to {thing}")} == {"to"}


@pytest.mark.parametrize("verb", ["process", "focus", "canvas", "vary", "pity", "own", "witness"])
def test_what_only_looks_like_a_thing_is_a_verb(verb):
    assert f"{verb}ing" in looser_inflections(f"to {verb}")


def test_the_last_part_of_a_compound_verb_has_the_endings():
    assert looser_inflections("to sub-contract out") == {
        "sub contract out", "sub contracts out", "sub contracting out", "sub contracted out",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("us", {"us"}),  # not "uses"
        ("their", {"their"}),
        ("new", {"new"}),  # not "news"
        ("news", {"news", "newss", "newses"}),
        ("series", {"series", "seriess", "serieses"}),
        ("prize", {"prize", "prizes"}),
        ("seize", {"seize", "seizes"}),
        ("area", {"area", "areas"}),
        ("areas", {"area", "areas", "areass", "areases"}),
        ("organisation", {"organisation", "organisations", "organization", "organizations"}),
    ],
)
def test_number_and_spelling(word, forms):
    assert looser_inflections(word) == forms
    assert inflections(f"known as {word}") <= {f"known as {form}" for form in forms}
