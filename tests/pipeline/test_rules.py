"""Readers' own queries: one matcher for all of them, and the same answer whenever it is asked."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from pipeline.errors import QueryError
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.query import And, Near, Not, Or, Phrase, parse
from pipeline.matching.query_matching import FEW, RuleSet, places_of, rule, topic
from pipeline.model import Cadence, Page, PageMethod, WatchList
from pipeline.stages import flag, looking
from pipeline.text.canonical import LINE_END_HYPHEN
from pipeline.text.keys import words as words_of
from pipeline.text.page_joins import TURN
from storage.archive import open_archive
from storage.search_index import prefilter
from tests.bench.bench_rules import compiled, fts
from tests.bench.bench_rules import page as alone
from tests.helpers.archives import TODAY, keep, revision, source

VOCABULARY = ["whole", "population", "payment", "budget", "care", "capitated", "provider", "board", "a"]


def paper(*texts: str, body: tuple[int, int] | None = None) -> list[Page]:
    return [
        Page(
            sha256="f" * 64,
            number=number,
            text=text,
            method=PageMethod.TEXT_LAYER,
            extractor="test/1",
            body_start=body[0] if body else 0,
            body_end=body[1] if body else len(text),
        )
        for number, text in enumerate(texts, 1)
    ]


def found(query: str, *texts: str) -> list[tuple[int, str]]:
    """Page and marked words of each hit."""
    hits = RuleSet({"r": rule(query)}).hits(paper(*texts))
    return [(hit.page, hit.snippet[hit.mark_start : hit.mark_end]) for hit in hits]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ('"whole population payment"', "A Whole Population\nPayment.", "Whole Population Payment"),
        ('"whole population payment"', "whole-population payments", "whole-population payments"),
        ('"whole population payment"', "a whole popu\u00adlation payment", "whole popu-lation payment"),
        ('"whole population payment"', "wholesale population payment", None),
        ("payment", "repayment", None),
        ("*payment", "a repayment is due", "repayment"),
        ("privatis*", "Privatisation of care", "Privatisation"),
        ("*commission*", "decommissioning", "decommissioning"),
        ("budget NOT capitated", "a budget", "budget"),
        ("budget NOT capitated", "a capitated budget", None),
        ("budget OR payment", "a payment", "payment"),
        ("budget payment", "a payment", None),
        ("(budget OR payment) care", "payment for care", "payment"),
        ("budget NEAR/2 care", "budget for the care", "budget"),
        ("budget NEAR/2 care", "budget for all the care", None),
        ("care NEAR/2 budget", "budget for the care", "budget"),
        ("ŵyneb", "wyneb", "wyneb"),
        ("budget", "", None),
        ("budget", "BUDGET\u2019S", "BUDGET"),
    ],
)  # fmt: skip
def test_a_rule_holds_where_a_reader_would_say_so(query, text, marked):
    assert found(query, text) == ([] if marked is None else [(1, marked)])


def test_what_runs_over_the_page_end_counts_where_it_begins():
    assert found('"whole population payment"', "It is a whole", "population payment.") == [
        (1, "whole population payment")
    ]
    assert found('"whole population payment"', "It is a whole popu-", "lation payment.") == [
        (1, "whole popu-lation payment")
    ]
    assert found("budget NEAR/3 care", "The budget", "for care.") == [(1, "budget")]
    assert found("budget NEAR/3 care", "The budget stops.", "It is not for any care.") == []
    assert found("budget care", "The budget", "for care.") == []
    assert found("budget NOT care", "\u2014", "care budget") == []
    assert found("care OR budget", "", "the budget") == [(2, "budget")]


def test_what_only_a_cut_makes_a_word_is_no_mention():
    """Of a page without blanks, what is read together with the next page begins in the middle of a word."""
    end = "integrated" + "/b" * ((TURN - len("integrated")) // 2)
    assert len(end) == TURN
    assert found("integrated NEAR/200 care", f"dis{end}", "care for all") == []
    assert found("integrated NEAR/200 care", f"is {end}", "care for all") == [(1, "integrated")]


def test_a_phrase_on_a_page_with_a_broken_word_has_its_place_once():
    text = f"an inte{LINE_END_HYPHEN}grated budget"
    assert places_of(text, Phrase(("budget",))) == [(len(text) - 6, len(text))]
    assert places_of(text, Phrase(("integrated",))) == [(3, 3 + len(f"inte{LINE_END_HYPHEN}grated"))]


def test_no_rules_hold_nowhere():
    page = Page(sha256="a" * 64, number=1, text="a budget", method=PageMethod.TEXT_LAYER, extractor="x")
    assert RuleSet({}).hits([page]) == RuleSet({}).holding(page) == []


@pytest.mark.parametrize(("filling", "hits"), [(0, 1), (2, 1), (3, 0), (50, 0)])
def test_each_side_of_near_may_stand_thousands_of_times_on_a_page(filling, hits):
    # Were each side looked at beside each other, this would take hours.
    text = "budget " * 8_000 + "and " * filling + "care " * 8_000
    assert len(found("budget NEAR/2 care", text)) == hits
    assert len(found("care NEAR/2 budget", text)) == hits


def test_a_running_head_counts_once_a_paper():
    pages = paper("budget\nabc", "budget\ndef", "budget\nthe budget", body=(7, 10))
    pages[2] = paper("", "", "budget\nthe budget", body=(7, 17))[2]
    hits = RuleSet({"r": rule("budget")}).hits(pages)
    assert [(hit.page, hit.start) for hit in hits] == [(1, 0), (3, 11)]


@pytest.mark.parametrize(
    "query",
    ["", "   ", "body:qhm", "after:2025", "NOT a", '"open plan', "a OR NOT b", "x" * 10_000, "(" * 30 + "a"],
)
def test_a_rule_that_cannot_be_kept_is_refused_in_words(query):
    with pytest.raises(QueryError) as refusal:
        rule(query)
    assert str(refusal.value).endswith(".")
    assert refusal.value.with_caret()


def test_the_same_words_are_the_same_rule():
    assert topic("a  b\n") == topic("a b") != topic("a c")
    assert topic("\ud800")


# ---- properties

word = st.sampled_from(VOCABULARY)
phrase = st.lists(word, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
starred = word.map(lambda text: text[:4] + "*")
term = phrase | word | starred
near = st.tuples(phrase, st.integers(1, 5), word).map(lambda t: f"{t[0]} NEAR/{t[1]} {t[2]}")
positive = st.recursive(
    term | near,
    lambda inner: (
        st.tuples(inner, inner).map(lambda t: f"({t[0]} OR {t[1]})")
        | st.tuples(inner, inner).map(lambda t: f"({t[0]} {t[1]})")
        | st.tuples(inner, inner).map(lambda t: f"({t[0]} NOT {t[1]})")
    ),
    max_leaves=5,
)
sentence = st.lists(
    st.sampled_from([*VOCABULARY, "payments", "careless", "popu\u00adlation", "xyz"]), max_size=25
).map(" ".join)


def naive(expression, words: list[str]) -> bool:
    """What the language says, word by word."""
    if isinstance(expression, And):
        return all(naive(part, words) for part in expression.parts)
    if isinstance(expression, Or):
        return any(naive(part, words) for part in expression.parts)
    if isinstance(expression, Not):
        return not naive(expression.part, words)
    if isinstance(expression, Near):
        left, right = (places(side, words) for side in (expression.left, expression.right))
        return any(
            b - (a + n) <= expression.distance if a <= b else a - (b + m) <= expression.distance
            for a, n in left
            for b, m in right
        )
    assert isinstance(expression, Phrase)
    return bool(places(expression, words))


def places(phrase: Phrase, words: list[str]) -> list[tuple[int, int]]:
    def same(form, at):
        *first, last = form
        said = words[at : at + len(form)]
        return (
            len(said) == len(form)
            and said[:-1] == first
            and (said[-1].startswith(last) if phrase.prefix else said[-1] == last)
        )

    return [(at, len(form)) for form in phrase.forms() for at in range(len(words)) if same(form, at)]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(positive, min_size=1, max_size=8),
    st.lists(st.sampled_from([*VOCABULARY, "payments"]), max_size=20),
)
def test_the_matcher_says_what_the_language_says(texts, words):
    queries = {text: rule(text) for text in texts}
    holding = RuleSet(queries).holding(alone(" ".join(words)))
    assert holding == sorted(text for text, query in queries.items() if naive(query.expression, words))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(positive, min_size=1, max_size=8),
    st.lists(st.sampled_from([*VOCABULARY, "payments"]), max_size=20),
)
def test_the_matcher_says_what_a_full_text_index_says(texts, words):
    text = " ".join(words)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE one USING fts5(text)")
        connection.execute("INSERT INTO one VALUES (?)", (text,))
        said = sorted(
            name
            for name, query in compiled({name: name for name in texts}).items()
            if connection.execute("SELECT 1 FROM one WHERE one MATCH ?", (fts(query.expression),)).fetchone()
        )
    assert RuleSet(compiled({name: name for name in texts})).holding(alone(text)) == said


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "Payment\n\nThe board was told that a payment for each person is planned.",
            "The board was told that a payment for each person is planned.",
        ),
        (
            "payment.\nThe payment is made on the first day of each month.",
            "The payment is made on the first day of each month.",
        ),
        ("payment of all.\nNo other.", "… payment of all."),  # the page before has how it begins
        ("Payment\n\nNo other.", "Payment"),
    ],
)
def test_a_page_is_quoted_with_a_sentence_of_it_where_it_has_one(text, quoted):
    (hit,) = RuleSet({"r": rule("payment")}).hits(paper(text))
    assert hit.snippet == quoted
    assert text[hit.start : hit.end].casefold() == "payment"


@settings(max_examples=60, deadline=None)
@given(st.lists(positive, min_size=1, max_size=6), st.lists(sentence, min_size=1, max_size=4))
def test_each_rule_alone_finds_what_all_together_find_and_every_page_is_quoted(texts, sentences):
    pages = paper(*sentences)
    queries = {text: rule(text) for text in texts}
    together = RuleSet(queries).hits(pages)
    for name, query in queries.items():
        assert [hit for hit in together if hit.concept_id == name] == RuleSet({name: query}).hits(pages)
    for hit in together:
        assert 0 <= hit.start < hit.end <= len(pages[hit.page - 1].text)
        assert hit.mark_start < hit.mark_end <= len(hit.snippet)
    assert {(hit.page, hit.concept_id) for hit in together} >= {
        (page.number, name)
        for page in pages
        for name in RuleSet(queries).holding(page)
        if rule(name).phrases() and not _forbids(rule(name).expression)
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(positive, min_size=1, max_size=3), st.lists(sentence, min_size=1, max_size=4))
def test_few_rules_are_looked_for_in_another_way_than_many_and_found_alike(texts, sentences):
    pages = paper(*sentences, "the whole popu-", "lation payments")
    few = {text: rule(text) for text in texts}
    many = few | {f"r{number}": rule(f"nowhere{number}") for number in range(FEW + 1)}
    assert RuleSet(few).hits(pages) == RuleSet(many).hits(pages)
    assert RuleSet(few).hold_in(pages) == bool(RuleSet(few).hits(pages))


@settings(max_examples=300, deadline=None)
@given(
    st.text("abs  ", max_size=30),
    st.lists(st.text("abs", min_size=1, max_size=3), min_size=1, max_size=2),
    st.booleans(),
    st.booleans(),
)
def test_a_phrase_is_marked_where_one_pattern_would_mark_it(text, words, prefix, suffix):
    phrase = Phrase(tuple(words), prefix=prefix, suffix=suffix)
    forms = "|".join(
        " +".join(form) for form in sorted(phrase.forms(), key=lambda form: -len(" ".join(form)))
    )
    begin, end = "[abs]*" if suffix else "", "[abs]*" if prefix else "(?![abs])"
    pattern = re.compile(f"(?<![abs]){begin}(?:{forms}){end}")
    assert places_of(text, phrase) == [match.span() for match in pattern.finditer(text)]


def _forbids(expression) -> bool:
    """Whether it holds a NOT: then the next page's beginning can take a hit away."""
    if isinstance(expression, And | Or):
        return any(_forbids(part) for part in expression.parts)
    return isinstance(expression, Not)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(positive, min_size=1, max_size=4, unique_by=lambda text: " ".join(text.split())),
    st.lists(st.lists(sentence, min_size=1, max_size=3), min_size=2, max_size=4),
    st.data(),
)
def test_live_and_retro_agree_exactly(tmp_path_factory, texts, papers, data):
    """Rules kept before, between and after the papers come: each has the same hits in the end as a hunt."""
    archive = open_archive(tmp_path_factory.mktemp("archive"))
    reader = archive.readers.subscribe(
        "r@example.org", channel="mail", cadence=Cadence.DAILY, confirmed_at=None
    )
    events = data.draw(st.permutations([*texts, *range(len(papers))]))
    watcher = ConceptMatcher([])
    for event in events:
        if isinstance(event, str):
            archive.readers.add_watch(reader.id, WatchList(query=event))
        else:
            keep(archive, papers[event], key=f"d{event}", content=f"{event}".encode())
        if data.draw(st.booleans()):
            flag(archive.texts, archive.mentions, watcher)
    flag(archive.texts, archive.mentions, watcher)
    with archive.database.reading() as connection:
        live = sorted(connection.execute(sql("SELECT concept_id, sha256, page FROM rule_hits")).all())
    hunted = sorted(
        (topic(text), each.sha256, each.page)
        for text in texts
        for each in archive.reports.hunt(RuleSet({"": rule(text)}).hits, rule(text))
    )
    assert live == hunted
    for text in texts:
        seen = archive.reports.papers_with(WatchList(query=text), rule(text), date.min)
        assert len(seen) == len({sha256 for name, sha256, _ in hunted if name == topic(text)})
    archive.database.engine.dispose()


ODD = [
    "trust\u2122",
    "m\u00b2",
    "\ufb01nance",
    "\u0175yneb",
    "caf\u00e9",
    "3\u00bd",
    "popu\u00adlation",
    "wholes",
]


@pytest.fixture(scope="module")
def shelves(tmp_path_factory):
    """Forty papers and one that was put out, replaced and put out again: the index does not have it yet."""
    archive = open_archive(tmp_path_factory.mktemp("shelves"))
    dice = random.Random("shelves")
    said = [*VOCABULARY, *ODD, "payments"]
    for number in range(40):
        some = dice.sample(said, k=6)
        pages = [" ".join(dice.choices(some, k=12)) for _ in range(3)]
        keep(archive, [f"{pages[0]} popu-", f"lation {pages[1]}", pages[2]], key=f"d{number}")
    keep(archive, ["the whole population payment"], key="again", content=b"old")
    keep(archive, ["something else"], key="again", content=b"new")
    flag(archive.texts, archive.mentions, ConceptMatcher([]))
    archive.catalogue.end(archive.catalogue.begin([source()], TODAY))
    run = archive.catalogue.begin([source()], TODAY)
    archive.catalogue.record_revision(run, revision(b"old", key="again"))
    yield archive, sorted({word for text in said for word in [*words_of(text), text[:3]]})
    archive.database.engine.dispose()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_index_leaves_out_no_file_in_which_a_rule_holds(shelves, data):
    archive, vocabulary = shelves
    word = st.sampled_from([w for w in vocabulary if words_of(w)])
    phrase = st.lists(word, min_size=1, max_size=3).map(lambda some: f'"{" ".join(some)}"')
    starred = st.tuples(word, st.sampled_from(["{}*", "*{}", "*{}*"])).map(lambda t: t[1].format(t[0]))
    near = st.tuples(phrase, word).map(lambda t: f"{t[0]} NEAR/4 {t[1]}")
    term = phrase | word | starred | near
    query = rule(
        data.draw(
            term
            | st.tuples(term, term).map(" OR ".join)
            | st.tuples(term, term).map(" ".join)
            | st.tuples(term, term).map(" NOT ".join)
        )
    )
    matcher = RuleSet({"": query})
    everywhere = archive.reports.hunt(matcher.hits)
    assert archive.reports.hunt(matcher.hits, query) == everywhere
    seen = archive.reports.papers_with(WatchList(query=query.text), query, date.min)
    assert len(seen) == len({each.document for each in everywhere})


@pytest.mark.parametrize(
    "texts",
    [['"trust\u2122 payment"'], ['"trust\u2122 payment"', "nowhere", '"population whole"'], ["*ation"]],
)
def test_a_look_back_reads_what_could_answer_and_finds_what_a_full_one_finds(shelves, texts):
    archive, _ = shelves
    reader = archive.readers.subscribe(
        "back@example.org",
        channel="mail",
        cadence=Cadence.DAILY,
        confirmed_at=None,
        watch_lists=[WatchList(query=text) for text in texts],
    )
    with archive.database.reading() as connection:
        flagged = (
            connection.execute(sql("SELECT sha256 FROM files WHERE flagged IS NOT NULL")).scalars().all()
        )
    matcher = RuleSet(archive.mentions.new_rules())
    full = [hit for sha256 in flagged for hit in matcher.hits(archive.texts.pages(sha256))]
    read = [pages[0].sha256 for pages in archive.mentions.files()]
    assert len(read) == len(set(read)) <= len(flagged)
    assert ("*ation" in texts) == (len(read) == len(flagged))
    looking(archive.mentions, ConceptMatcher([]))
    with archive.database.reading() as connection:
        found = connection.execute(sql("SELECT concept_id, sha256, page FROM rule_hits")).all()
    assert sorted(found) == sorted((hit.concept_id, hit.sha256, hit.page) for hit in full)
    assert full
    assert archive.mentions.new_rules() == {}
    archive.readers.remove(reader.address)


def test_few_files_are_read_for_a_rare_word_and_all_where_the_index_cannot_tell(shelves):
    archive, _ = shelves
    with archive.database.reading() as connection:
        every = len(prefilter.files(connection, rule("population").expression))
        assert every == 41
        assert 1 <= len(prefilter.files(connection, rule('"trust\u2122 payment"').expression)) < 30
        assert len(prefilter.files(connection, rule("nowhere").expression)) == 1  # not yet in the index
        for unknowable in ("*ation", "population NEAR/3 payment", f'"{"whole " * 40}"'):
            assert prefilter.files(connection, rule(unknowable).expression) is None


def test_the_parser_and_the_rules_read_the_same():
    assert rule("a b").expression == parse("a b").expression


def test_a_paper_is_read_no_further_than_to_where_a_rule_holds():
    rules = RuleSet({"r": parse("payment")})
    pages = [alone(text) for text in ("nothing", "a payment", "more", "and more")]
    left = iter(pages)
    assert rules.hold_in(left)
    assert list(left) == [pages[3]]  # the page after is read with it, for what runs over its end
    assert not rules.hold_in([pages[0]])


def test_a_phrase_that_overlaps_itself_is_marked_once():
    assert places_of("care to care to care", Phrase(("care", "to", "care"))) == [(0, 12)]
