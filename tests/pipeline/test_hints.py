"""What a search may have meant that was looked for as words."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.errors import QueryError
from pipeline.matching.hints import hints
from pipeline.matching.query import parse

DAY = "after:2026-11-03 before:2026-11-04"


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-03",
        "3/11/2026",
        "03.11.2026",
        "3 November 2026",
        "3rd nov 2026",
        "Tuesday 3 November 2026",
        "Tuesday, 3 November, 2026",
        "Tuesday 3rd of November 2026",
        "November 3, 2026",
        "Nov 3rd 2026",
        "3-Nov-2026",
        "3 Nov 26",
        '"3 November 2026"',
        "\u201c3 November 2026\u201d",
    ],
)
def test_a_day_is_offered_as_a_filter_whatever_its_form(written):
    hint, forms = hints(parse(written))
    assert hint.query == DAY
    assert hint.on == date(2026, 11, 3)
    assert "on 3 November 2026" in hint.said
    assert hints(parse(hint.query)) == hints(parse(forms.query)) == []
    for form in ("3 November 2026", "3rd November 2026", "03/11/2026", "3/11/2026"):
        assert f'"{form}"' in forms.query


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("after 1/1/2024 direct award", "direct award after:2024-01-01"),
        ("direct award since 1 January 2024", "direct award after:2024-01-01"),
        ("award from January 2024", "award after:2024-01-01"),
        ("until 1 January 2024", "before:2024-01-01"),
        ("award before 1 Jan 2024", "award before:2024-01-01"),
    ],
)
def test_a_day_after_a_word_that_makes_it_a_limit_is_offered_as_one(written, meant):
    (hint,) = hints(parse(written))
    assert hint.query == meant
    assert hint.on is None
    assert ("from 1 January" in hint.said) is ("after:" in meant)


def test_a_day_among_other_words_is_offered_in_all_its_forms_there():
    _, forms = hints(parse("budget 22/04/2026 cabinet"))
    assert parse(forms.query).phrases()[0].words == ("budget",)
    assert '("22 April 2026" OR "22nd April 2026" OR' in forms.query
    assert forms.query.endswith(") cabinet")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("budget 3 November 2026", f"budget {DAY}"),
        ("3/11/2026 budget, cabinet", f"budget, cabinet {DAY}"),
        ('"single contract" OR provider 2026-11-03', f'"single contract" OR provider {DAY}'),
        ("body:vale minutes 3/11/2026", f"body:vale minutes {DAY}"),
        ("budget AND 3/11/2026", DAY),  # what is left is no query
        ("November 2026 budget", "budget after:2026-11-01 before:2026-12-01"),
        ("December 2026", "after:2026-12-01 before:2027-01-01"),
    ],
)
def test_the_other_words_stay(written, meant):
    hint, *_ = hints(parse(written))
    assert hint.query == meant


@pytest.mark.parametrize(
    "written",
    [
        "2026",
        "2026/27",
        "31 February 2026",
        "13/13/2026",
        "budget 2026-27",
        "may 2026x",
        '"on 3 November 2026 the board"',
        "after:2026-11-03 3 November 2026",
        "whole population payment",
        "near miss",
        "nearly 5 beds",
        "capitated near/5 budget",
        "capitated NEAR budget",
        '"do not resuscitate" near',
    ],
)
def test_nothing_is_said_of_what_is_no_day_and_no_operator(written):
    assert hints(parse(written)) == []


def test_a_day_given_in_the_fields_is_asked_for_already():
    assert hints(parse("3 November 2026", after="2026-11-03")) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("capitated NEAR/ budget", "capitated NEAR/10 budget"),
        ("capitated near/ budget", "capitated NEAR/10 budget"),
        ("capitated NEAR / 5 budget", "capitated NEAR/5 budget"),
        ("capitated near /5 budget", "capitated NEAR/5 budget"),
        ("capitated NEAR5 budget", "capitated NEAR/5 budget"),
        ("capitated NEAR/five budget", "capitated NEAR/10 budget"),
        ("capitated NEAR 5 budget", "capitated NEAR/5 budget"),
        ('"car parking" NEAR 10 charges', '"car parking" NEAR/10 charges'),
        ("budget NEAR/", ""),
    ],
)
def test_near_without_its_number_is_explained(written, meant):
    (hint,) = hints(parse(written))
    assert "NEAR/8" in hint.said
    assert hint.query == meant


@pytest.mark.parametrize("written", ["not", "not budget", "Not (budget)"])
def test_a_small_not_that_leaves_nothing_to_look_for_is_explained(written):
    (hint,) = hints(parse(written))
    assert "NOT in capitals" in hint.said


@pytest.mark.parametrize("written", ["NOT", "AND", "OR", "NEAR", "near/5", "NOT NOT"])
def test_an_operator_alone_is_refused_with_an_example(written):
    with pytest.raises(QueryError, match="goes between words"):
        parse(written)
