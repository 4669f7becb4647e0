"""Names on a page that may be new, and how sure it is that they are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching import concepts as concept_files
from pipeline.radar import (
    MOST_BY_CHANCE,
    MOST_ON_A_PAGE,
    Candidate,
    NameKind,
    NewName,
    Vocabulary,
    by_chance,
    names_on_page,
    ranked,
    sentence_around,
)

SHIPPED = list(concept_files.load([concept_files.SHIPPED]).values())


@pytest.mark.parametrize(
    ("papers", "recent", "earlier", "is_likely"),
    [(2, 8, 2, True), (2, 2, 0, True), (2, 1, 9, False), (5, 5, 5, False), (2, 0, 0, True)],
)
def test_few_earlier_papers_make_an_old_name_look_new(papers, recent, earlier, is_likely):
    assert (by_chance(papers, recent, earlier) > MOST_BY_CHANCE) is is_likely


@given(st.integers(1, 9), st.integers(0, 500), st.integers(0, 500))
def test_more_earlier_papers_and_more_that_have_the_name_make_it_surer(papers, recent, earlier):
    assert 0 <= by_chance(papers, recent, earlier) <= 1
    assert by_chance(papers, recent, earlier + 1) <= by_chance(papers, recent, earlier)
    assert by_chance(papers + 1, recent, earlier) <= by_chance(papers, recent, earlier)


def name(text: str, bodies: int, kind: NameKind) -> NewName:
    return NewName(
        name=text, form="", kind=kind, first_on=date(2026, 1, 1), bodies=tuple("abcdefgh"[:bodies]),
        papers=bodies, concepts=(), contexts=(),
    )  # fmt: skip


def test_surer_signs_and_more_bodies_come_first_and_a_part_of_a_name_is_not_shown_twice():
    names = [
        name("host provider contract", 2, NameKind.WORDS),
        name("host provider", 4, NameKind.WORDS),
        name("Fair Shares Payment", 2, NameKind.DEFINED),
    ]
    assert [each.name for each in ranked(names)] == ["Fair Shares Payment", "host provider"]
    assert len(ranked([name(f"payment {letter}", 2, NameKind.WORDS) for letter in "abcdefghijklmnop"])) == 10


def test_of_a_page_of_ten_thousand_definitions_some_are_looked_at():
    text = " ".join(f"Alpha Beta Contract (ABC) number {n}." for n in range(10_000))
    assert len(list(names_on_page(text, Vocabulary.of(SHIPPED), [(0, 0)]))) == MOST_ON_A_PAGE


def test_a_name_on_a_page_is_one_by_its_short_form_its_capitals_or_its_words():
    known = Vocabulary(
        ends=frozenset({"provider", "contract"}), words=frozenset({"provider", "contract", "care"})
    )
    text = (
        "The Area Care Contract (ACC) is new (NHS). A Local Care Provider and a host care provider, "
        "and the integrated contracts."
    )
    found = {(each.name, each.kind) for each in names_on_page(text, known, [(len(text), len(text))])}
    assert ("Area Care Contract", NameKind.DEFINED) in found
    assert ("Local Care Provider", NameKind.CAPITALS) in found
    assert ("host care provider", NameKind.WORDS) in found
    assert "NHS" not in {name for name, _ in found}


def test_what_is_far_from_every_mention_is_a_name_only_where_the_page_defines_it():
    known = Vocabulary(ends=frozenset({"provider"}), words=frozenset({"provider", "care"}))
    text = "Area Care Provider (ACP). " + "Words. " * 100 + "Local Care Provider."
    assert [each.name for each in names_on_page(text, known, [])] == ["Area Care Provider"]


def test_a_name_is_shown_in_its_sentence():
    text = "It was late. The board chose a Local Care Provider. All agreed."
    start = text.index("Local")
    one = Candidate("local care provider", "Local Care Provider", "", NameKind.CAPITALS, start, start + 19)
    assert sentence_around(text, one) == "The board chose a Local Care Provider."


def test_words_that_many_wordings_have_are_those_of_names():
    known = Vocabulary.of(SHIPPED)
    assert known.ends_in("payments")
    assert known.has_of("payment of the moon") == 1


def test_names_of_people_and_words_of_nothing_known_are_no_names_and_many_of_a_name_are_the_name():
    known = Vocabulary(ends=frozenset({"provider"}), words=frozenset({"provider", "care"}))
    text = "Mary Smith met Local Care Providers and an old odd strange provider of tea."
    found = {each.name: each.key for each in names_on_page(text, known, [(len(text), len(text))])}
    assert found["Local Care Providers"] == "local care provider"
    assert "Mary Smith" not in found
    assert "old odd strange provider" not in found
