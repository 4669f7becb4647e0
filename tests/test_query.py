"""The search language: what each form means, and where the caret goes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import QueryError
from pipeline.query import And, Near, Not, Or, Phrase, only_excludes, parse

A, B, C = Phrase(("a",)), Phrase(("b",)), Phrase(("c",))


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("a NOT NOT b", And((A, B))),
        ("a (NOT b NOT c)", And((A, Not(B), Not(C)))),
        ('"a b"', Phrase(("a", "b"))),
        ('"whole-population payment"', Phrase(("whole", "population", "payment"))),
        ("NHS-England", Phrase(("nhs", "england"))),
        ("care's", Phrase(("cares",))),
        ("Health&Care", Phrase(("health", "and", "care"))),
        ('"10,000 beds"', Phrase(("10000", "beds"))),
        ('"health, care and support."', Phrase(("health", "", "care", "and", "support"))),
        ("privatis*", Phrase(("privatis",), prefix=True)),
        ('"foundation tru"*', Phrase(("foundation", "tru"), prefix=True)),
        ("a NEAR/5 b", Near(A, B, 5)),
        ("a NEAR b", Near(A, B, 10)),
        ("or and not", And((Phrase(("or",)), Phrase(("and",)), Phrase(("not",))))),
        ("Llŷn", Phrase(("llyn",))),
        ("body:qhm", None),
        ("", None),
        ("   ", None),
    ],
)
def test_forms(text, expression):
    assert parse(text).expression == expression


def test_filters_stand_anywhere_and_options_beside_them():
    query = parse('a body:qhm after:2025-04 "b" kind:"pack" before:2026', concept="savings")
    assert (query.body, query.kind, query.concept) == ("qhm", "pack", "savings")
    assert (query.after, query.before) == (date(2025, 4, 1), date(2026, 1, 1))
    assert query.expression == And((A, B))


def test_the_last_word_of_a_phrase_is_found_in_singular_and_plural():
    assert parse('"care provider"').phrases()[0].forms() == (("care", "provider"), ("care", "providers"))
    assert parse("privatis*").phrases()[0].forms() == (("privatis",),)


def test_an_answer_is_not_marked_with_what_was_left_out():
    assert parse("a NOT b").phrases() == (A,)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('care "whole population', 5),
        ("(a", 0),
        ("a (b", 2),
        ("a)", 1),
        ("a OR", 4),
        ("a AND", 5),
        ("AND a", 0),
        ("()", 1),
        ("NOT a", 0),
        ("NOT a NOT b", 0),
        ("a NEAR/0 b", 2),
        ("a NEAR", 6),
        ("(a b) NEAR c", 6),
        ("a !!!", 2),
        ("a body:", 2),
        ("a after:yesterday", 2),
        ("after:2025-02-30", 0),
        ('""', 0),
    ],
)
def test_faults_say_where(text, position):
    with pytest.raises(QueryError) as fault:
        parse(text)
    assert fault.value.position == position
    caret = fault.value.with_caret().splitlines()[1]
    assert caret == " " * position + "^"


@pytest.mark.parametrize("text", ["a" * 2001, "a " * 61, "(" * 21 + "a" + ")" * 21])
def test_limits(text):
    with pytest.raises(QueryError):
        parse(text)


@given(st.text(alphabet="ab \"()*-:/NEAROTD\t'é", max_size=60))
def test_anything_is_a_query_or_a_fault_within_it(text):
    query = fault = None
    try:
        query = parse(text)
    except QueryError as error:
        fault = error
    if query is None:
        assert 0 <= fault.position <= max(len(text), 80)
    else:
        assert query.expression is None or not only_excludes(query.expression)
        assert all(phrase.words for phrase in query.phrases())
