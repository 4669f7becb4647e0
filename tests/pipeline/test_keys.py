"""One reading of a text: concepts, queries, index and marks find the same words in the same places."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.matching.query import parse
from pipeline.matching.query_matching import RuleSet, places_of, rule
from pipeline.model import Page, PageMethod
from pipeline.text import keys
from pipeline.text.canonical import canonical
from pipeline.text.keys import BREAK, key, readings, words
from storage.archive import open_archive
from tests.helpers.archives import keep
from web.parts import marks


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("St Mary's, St Marys, St. Mary\u2019s", "st marys / st marys / st marys"),
        ("St Mary\u02bcs", "st marys"),
        ("Health & Care, H&C", "health and care / h and c"),
        ("\u2018year of care\u2019 payments", "year of care payments"),
        ("\u201cwhole population\u201d budget", "whole population budget"),
        ("\u201ewhole\u201c \u00abpopulation\u00bb 'budget'", "whole population budget"),
        ("whole (population) [budget]", "whole population budget"),
        ("whole\n\npopulation \u2013 budget\u2014paid", "whole population budget paid"),
        ("whole. Population", "whole / population"),
        ("whole, population; budget: x", "whole / population / budget / x"),
        ("\u2022 whole\n\u2022 population", "whole / population"),
        ("\u25aa whole \uf0b7 population", "whole / population"),
        ("whole | population", "whole / population"),
        ("fee\u00b9, fee\u00b2\u00b3 fee\u2122 fee* fee\u2020", "fee / fee fee fee fee"),
        ("payment1, WPAP12, ICB\u2074", "payment 1 / wpap 12 / icb"),
        ("s.75, S75, H1N1, 2025/26, e.g. 3rd", "s 75 / s75 / h1n1 / 2025 26 / e g / 3rd"),
        ("1,250 and 12,345,678, in 2025,26", "1250 and 12345678 / in 2025 26"),
        ("the ICP\u1d43 and payment\u1d47\u1d9c.", "the icp and payment"),
        ("km\u00b2, CO\u2082, GP\u00b9", "km2 / co2 / gp"),
        ("caf\u00e9 \ufb01nance T\u0175r", "cafe finance twr"),
        ("the trusts' and don't", "the trusts and dont"),
        ("england.nhs.uk at 10:30", "england nhs uk at 10 30"),
        ("what?! \u2026 no", "what / no"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_written_in_different_ways_is_one_word(printed, read):
    assert re.sub("  +", " / ", key(canonical(printed)).decode()) == read


def test_what_an_alphabet_of_one_byte_lacks_is_read_one_for_one():
    text = "\u0160koda\u2019s care\u2026home \u2022 \u2605 \u0152 \u20ac5 \u201cT\u0175r\u201d"
    assert key(text) == b"skodas care home     5 twr"
    assert len(keys.fold(text)) == len(text)


def test_marks_of_footnotes_are_kept_as_printed():
    assert (
        canonical("The payment\u00b9 of Acme\u2122 for GP\u00b2")
        == "The payment\u00b9 of Acme\u2122 for GP\u00b2"
    )
    assert canonical("The ICP\u1d43, the 1\u02e2\u1d57 M\u1d9c") == "The ICP\u1d43, the 1st Mc"
    assert canonical("10 km\u00b2 of CO\u2082, x\u00b2") == "10 km2 of CO2, x2"


LETTERS = st.sampled_from(list("aAbz019'\u2019&,.;:! \n\u00ad\u00b9\u2122(\u2022\u0175\u00e9-"))
MIXED = st.lists(LETTERS | st.characters(), max_size=60).map("".join)


@settings(max_examples=300, deadline=None)
@given(MIXED)
@example("A&E, R&D&\u00e9")
@example("ab'c&d 1,000\u00ad2")
def test_every_word_of_a_reading_is_at_its_place_in_the_text(text):
    for number, reading in enumerate(readings(text)):
        spans = []
        for match in re.finditer(rb" ([a-z0-9]+)(?= )", reading.key):
            start, end = reading.span(match.start(), match.end() + 1)
            printed = text[start:end].replace("\u00ad", "" if number else " ")
            said = key(printed).replace(b" ", b"")
            assert match[1] in ({said, b"and"} if "&" in printed else {said})
            spans.append((start, end))
        assert spans == sorted(spans)


@given(st.text())
def test_reading_a_key_again_changes_nothing(text):
    said = " ".join(words(text))
    plain = [word for word in said.split(" ") if word != BREAK]
    assert words(" ".join(plain)) == plain


# ---- what one finds, the others find

DRESSES = (
    "{} {}", "{}\n{}", "{}\n\n{}", "{} ({})", "\u2018{}\u2019 {}", "{} \u2013 {}", "{}\u00b9 {}", "{}* {}",
    "{}'s {}", "{}, {}", "{}. {}", "{}/{}", "{}-\n{}", "{} \u2022 {}", "\u201c{}\u201d {}", "{}\u2122 {}",
    "{}: {}", "{} & {}", "{}\u2014{}", "{}3 {}",
)  # fmt: skip
WORDS = ("whole", "population", "1,250", "St Mary's", "A&E", "care", "and", "ICS", "company", "organise")
PIECES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True)


@st.composite
def dressed(draw):
    text = draw(st.sampled_from(WORDS))
    for word in draw(st.lists(st.sampled_from(WORDS), max_size=12)):
        text = draw(st.sampled_from(DRESSES)).format(text, word)
    return canonical(text)


def alone(text: str) -> Page:
    return Page(
        sha256="0" * 64,
        number=1,
        text=text,
        method=PageMethod.TEXT_LAYER,
        extractor="",
        body_start=0,
        body_end=len(text),
    )


def by_concept(phrase: str, text: str) -> set[tuple[int, int]]:
    watch = Concept(id="c", label="c", about="", wordings=(Wording(text=phrase),), match=(), no_match=())
    return {(mention.start, mention.end) for mention in ConceptMatcher([watch]).mentions(text)}


@settings(max_examples=400, deadline=None)
@given(PIECES.map(" ".join), dressed())
@example("whole population", "\u2018whole\u2019 population")
@example("care and support", "care & support")
def test_what_a_query_finds_the_same_words_as_a_concept_find_and_the_other_way_round(phrase, text):
    phrase = phrase.lower()  # capitals are a concept's own matter
    query = rule(f'"{phrase}"')
    (asked,) = query.phrases()
    concept = by_concept(phrase, text)
    assert bool(concept) == bool(RuleSet({"r": query}).holding(alone(text)))
    assert bool(concept) == bool(places_of(text, asked))
    covered = {at for start, end in concept for at in range(start, end)}
    marked = {at for start, end in marks.of_query(text, query) for at in range(start, end)}
    assert covered == marked


def test_the_index_finds_what_the_matcher_finds(tmp_path):
    archive = open_archive(tmp_path)
    texts = [
        canonical(dress.format(left, right))
        for left, right in (("whole", "population"), ("st mary's", "1,250"), ("A&E", "care"))
        for dress in DRESSES
    ]
    for number, text in enumerate(texts):
        keep(archive, [f"{text} on {number}"], key=f"d{number}")
    for asked in (
        '"whole population"', '"St Marys 1250"', '"a and e care"', '"whole and population"',
        "whole NEAR/1 population",
        '"whole 3 population"', "1250", "marys", '"whole, population"', "NOT whole care",
    ):  # fmt: skip
        query = parse(asked)
        found = {answer.snippet for answer in archive.search.find(query, 0)}
        holding = [text for text in texts if RuleSet({"r": query}).holding(alone(text))]
        assert len(found) == len(holding), asked
        assert holding


def test_an_index_of_another_reading_is_made_anew_and_only_then(tmp_path, monkeypatch):
    archive = open_archive(tmp_path)
    keep(archive, ["St Mary's and 1,250 beds", "whole popu\u00adlation"])
    keep(archive, ["Health & Care"], key="d2")
    with archive.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO page_index(page_index) VALUES ('delete-all')")
        connection.exec_driver_sql("DELETE FROM words")
    archive = open_archive(tmp_path)
    assert archive.search.find(parse("marys"), 0) == []
    monkeypatch.setattr("storage.search_index.fts.VERSION", keys.VERSION + 1)
    monkeypatch.setattr("storage.archive.VERSION", keys.VERSION + 1)
    archive = open_archive(tmp_path)
    for asked in ("marys", "1250", '"whole population"', '"health and care"', "*opulation"):
        assert len(archive.search.find(parse(asked), 0)) == 1, asked
    keep(archive, ["St Mary's again"], content=b"new")  # what stood there is taken out by the same words
    assert len(archive.search.find(parse("marys"), 0)) == 1
    assert list(archive.upkeep.check()) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [("ICS and ICSs", True), ("ICs", False), ("ICS, ics", None), ("I\u00adCS", None), ("\u00efcs ICS", None)],
)
def test_how_a_text_prints_a_word_of_its_key(text, answer):
    assert readings(text)[0].prints("ICS") is answer


@given(st.lists(st.text("ab", min_size=1, max_size=60), min_size=3, max_size=40), st.data())
def test_the_words_around_are_so_many_on_either_side(said, data):
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first + 1, len(said)))
    reach = data.draw(st.integers(1, 12))
    gaps = data.draw(st.lists(st.sampled_from((" ", "  ")), min_size=len(said) + 1, max_size=len(said) + 1))
    key = "".join(gap + word for gap, word in zip(gaps, said, strict=False)) + gaps[-1]
    starts = [0]
    for gap, word in zip(gaps, said, strict=False):
        starts.append(starts[-1] + len(gap) + len(word))
    before, after = said[max(0, first - reach) : first], said[last : last + reach]
    around = keys.words_around(key.encode(), starts[first], starts[last] + 1, reach)
    assert around == [word.encode() for word in (*before, *after)]


@given(st.text("aBz St. ,'&1\u00e9\n", max_size=12))
def test_words_are_those_of_the_key(text):
    assert " ".join(keys.words(text)) == keys.key(text).decode()
