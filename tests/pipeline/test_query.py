"""The search language: what each form means, and where the caret goes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import days
from pipeline.english import day as long_day
from pipeline.english import short_day
from pipeline.errors import QueryError
from pipeline.matching.query import (
    And,
    Near,
    Not,
    Or,
    Phrase,
    capitals,
    check_filter,
    check_kinds,
    only_excludes,
    parse,
)

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
        ("a NEAR b NEAR/5 c", And((Near(A, B, 10), Near(B, C, 5)))),
        ("a \u2013b", And((A, Not(B)))),
        ("a \u2212b", And((A, Not(B)))),
        ("a “b", And((A, B))),
        ('"a', A),
        ('a "', A),
        ("“a b\u2019 c", And((Phrase(("a", "b")), C))),
        ("\"a b' c", And((Phrase(("a", "b")), C))),
        ("I.C.B.", Or((Phrase(("i", "c", "b")), Phrase(("icb",))))),
        ("a I.C.B", And((A, Or((Phrase(("i", "c", "b")), Phrase(("icb",))))))),
        ("I.C.B. NEAR a", Near(Phrase(("i", "c", "b")), A, 10)),
        ("3.5", Phrase(("3", "5"))),
        ("or and not", And((Phrase(("or",)), Phrase(("and",)), Phrase(("not",))))),
        ("Llŷn", Phrase(("llyn",))),
        ("“a b”", Phrase(("a", "b"))),
        ("„a b“ «c»", And((Phrase(("a", "b")), C))),
        ("\u2018a b\u2019 c", And((Phrase(("a", "b")), C))),
        ("'a b' c", And((Phrase(("a", "b")), C))),
        ("\u2018the board\u2019s a\u2019", Phrase(("the", "boards", "a"))),
        ("nurses' and doctors'", And((Phrase(("nurses",)), Phrase(("and",)), Phrase(("doctors",))))),
        ("'tis a", And((Phrase(("tis",)), A))),
        ("a & b", And((A, Phrase(("and",)), B))),
        ("a \u2013 b", And((A, B))),
        ("a !!!", A),
        ("a OR \u2013 b", Or((A, B))),
        ("a near/5 b", Near(A, B, 5)),
        ("a near b", And((A, Phrase(("near",)), B))),
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


@pytest.mark.parametrize(
    "written",
    [
        "2025-04-01", "2025-4-1", "2025-04", "1 April 2025", "1st April 2025", "01 APRIL 2025", "1 Apr 2025",
        "Tuesday 1 April 2025", "Tuesday, 1 April, 2025", "April 2025", "01/04/2025", "1/4/2025", "1.4.2025",
        "01-04-2025", "04/2025", "1/4/25", "1-Apr-2025", "April 1, 2025", "Apr 1st 2025", "1st of April 2025",
        "Tuesday April 1 2025", "1 Apr 25", "Apr-2025",
    ],
)  # fmt: skip
def test_days_are_read_as_people_in_britain_write_them(written):
    wanted = date(2025, 4, 1)
    assert days.read(written) == wanted
    assert parse("a", after=written).after == wanted
    assert parse(f'a after:"{written}" b').after == wanted
    unquoted = parse(f"a before:{written} b")
    assert (unquoted.before, unquoted.expression) == (wanted, And((A, B)))


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "31 April 2025", "04/13/2025", "1 April", "13/2025", "2025-13", "32/01/2025", "may"],
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValueError):
        days.read(written)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_in_every_form(day):
    for form in (f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", short_day(day), long_day(day)):
        assert days.read(form) == day


def test_names_of_filters_are_taken_in_any_case():
    query = parse("a KIND:Pack Body:QHM After:1 April 2025")
    assert (query.kind, query.body, query.after, query.expression) == ("pack", "qhm", date(2025, 4, 1), A)
    assert parse("Governing Body: a").expression == And(
        tuple(Phrase((w,)) for w in ("governing", "body", "a"))
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a near b", "a NEAR b"),
        ("a and b or c", "a AND b OR c"),
        ("a Not b", "a NOT b"),
        ("“b or c” or a", "“b or c” OR a"),
        ("a AND b", ""),
        ('"a or b"', ""),
        ("or", ""),
        ("not a", ""),
        ("a near", ""),
        ("a", ""),
    ],
)
def test_operators_in_small_letters_are_words_and_what_was_meant_is_known(text, meant):
    assert capitals(text) == meant


@given(st.lists(st.sampled_from(["a", "b c", "or", "AND", "near", "Not", "(", ")", '"b or c"']), max_size=8))
def test_what_was_meant_is_a_query_of_the_same_letters(words):
    text = " ".join(words)
    try:
        meant = capitals(text)
    except QueryError:
        return
    assert not meant or (meant.casefold() == text.casefold() and parse(meant) and not capitals(meant))


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
        ("a NEAR (b c)", 7),
        ("!!! \u2013", 0),
        ("a “b c", 2),
        ("a “b c\u2019 d\u2019", 2),
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


def test_a_filter_that_names_nothing_known_is_a_fault_where_it_stands():
    check_filter(parse("a body:vale"), "body", {"vale"}, "")
    check_filter(parse("a"), "body", set(), "")
    with pytest.raises(QueryError, match="No body is called 'wold'") as fault:
        check_filter(parse("a body:wold"), "body", {"vale"}, "Look at /bodies.")
    assert fault.value.position == 2
    with pytest.raises(QueryError) as fault:  # chosen in a field, and not typed
        check_filter(replace(parse("a"), body="wold"), "body", {"vale"}, "")
    assert (fault.value.query, fault.value.position) == ("body:wold", 0)


@pytest.mark.parametrize("kind", ["pack", "trust"])
def test_kinds_are_those_of_papers_and_of_bodies(kind):
    check_kinds(parse(f"a kind:{kind}"))
    with pytest.raises(QueryError, match="The kinds are agenda, "):
        check_kinds(parse("a kind:poem"))
