"""Wordings that are patterns: words near each other in one sentence, in any order."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.matching import concepts as concept_files
from pipeline.matching import word_lists
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import Concept, Wording
from pipeline.text.canonical import canonical
from pipeline.text.inflections import looser_inflections

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = concept_files.load([concept_files.SHIPPED])
PATTERNS = [
    (concept, wording) for concept in SHIPPED.values() for wording in concept.wordings if wording.match
]


@cache
def matcher_of(concept_id: str) -> ConceptMatcher:
    return ConceptMatcher([SHIPPED[concept_id]])


@cache
def matcher_of_each_wording(concept_id: str) -> ConceptMatcher:
    """Every wording of a concept as a concept of its own, named by its number: none is in another's way."""
    own = SHIPPED[concept_id]
    return ConceptMatcher(
        [replace(own, id=str(at), wordings=(wording,)) for at, wording in enumerate(own.wordings)]
    )


def concept(*wordings: Wording, context: str = "") -> Concept:
    return Concept(id="c", label="c", about="", wordings=wordings, match=(), no_match=(), context=context)


def found(text: str, *wordings: Wording, context: str = "") -> list[str]:
    text = canonical(text)
    mentions = ConceptMatcher([concept(*wordings, context=context)]).mentions(text)
    return [text[mention.start : mention.end] for mention in mentions]


CLOSING = Wording(
    text="closing",
    all=(("to close", "closure"), ("ward", "unit", "A&E")),
    within=6,
    unless=("accounts", "road"),
)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The ward will close in March.", ["ward will close"]),
        ("They closed the ward.", ["closed the ward"]),
        ("closing wards and units", ["closing wards"]),
        ("The ward is open. Close the door.", []),
        ("The ward is new; they close at six.", []),
        ("ward\n\nClosed", []),
        ("The ward, they say, may close.", ["ward, they say, may close"]),
        ("closure of one two three four five six ward", []),
        ("closure of one two three four ward", ["closure of one two three four ward"]),
        ("The clo-\nsure of the \u2018unit\u2019", ["clo\u00adsure of the \u2018unit"]),
        ("Closure of the accounts of the unit", []),
        ("Closure of the ward road", []),
        ("The road by the ward is closed.", []),
        ("The road is long and a ward was closed; accounts were read.", ["ward was closed"]),
        ("Closure of the Park Road unit", ["Closure of the Park Road unit"]),
        ("CLOSURE OF ROAD AND UNIT", []),
        ("A&E closes, a & e closes", ["A&E closes", "a & e closes"]),
        ("A and e: closed", ["A and e: closed"]),
        ("close close close", []),
    ],
)
def test_a_pattern_is_found_in_one_sentence_in_any_order(text, marked):
    assert found(text, CLOSING) == marked


def test_what_must_not_stand_near_a_pattern_counts_in_its_sentence():
    watch = replace(CLOSING, not_near=("norovirus",), within=8)
    assert found("The ward closed after norovirus.", watch) == []
    assert found("The ward closed. Norovirus is rare.", watch) == ["ward closed"]


def test_three_lists_are_all_asked_for():
    watch = Wording(text="w", all=(("merge",), ("NHSE", "NHS England"), ("Department",)), within=8)
    assert found("NHS England will merge into the Department.", watch) == [
        "NHS England will merge into the Department"
    ]
    assert found("NHS England will merge.", watch) == []
    assert found("nhse will merge into the department", watch) == []


def test_a_fixed_wording_goes_before_a_pattern_and_of_patterns_the_shortest():
    assert found("The ward closure and unit closure", CLOSING, Wording(text="ward closure")) == [
        "ward closure",
        "unit closure",
    ]


def test_context_words_are_found_in_singular_and_plural_alike():
    for near in ("school", "schools"):
        watch = Wording(text="meal", near=(near,))
        assert found("a school meal", watch) == found("schools: a meal", watch) == ["meal"]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("to close", {"close", "closes", "closed", "closing"}),
        ("to shut", {"shut", "shuts", "shutting"}),
        ("to transfer", {"transfers", "transferred", "transferring"}),
        ("to deny", {"denies", "denied", "denying"}),
        ("to privatise", {"privatised", "privatized", "privatizing"}),
        ("to wind up", {"wound up", "winding up", "winds up"}),
        ("to the ward", {"to the ward", "to the wards"}),
        ("policies", {"policy", "policies"}),
        ("ICS", {"ics", "icss"}),
        ("branches", {"branch"}),
    ],
)
def test_inflections_by_rule(text, forms):
    assert forms <= looser_inflections(text)


def test_another_world_is_not_health():
    watch = Wording(text="savings plan")
    assert found("The savings plan of the housing team", watch, context="health") == []
    assert found("The savings plan of the hospital", watch, context="health") == ["savings plan"]
    assert found("The savings plan of the hospital and of housing", watch, context="health") == [
        "savings plan"
    ]
    assert found("Schools and housing. The savings plan is late.", watch, context="health") == []
    assert found("The savings plan is late.", watch, context="health") == ["savings plan"]


# ---- each pattern earns its place


@pytest.mark.parametrize(("own", "wording"), PATTERNS, ids=[f"{c.id}: {w.text}" for c, w in PATTERNS])
def test_each_example_of_a_pattern_needs_that_pattern(own, wording):
    whole, apart = matcher_of(own.id), matcher_of_each_wording(own.id)
    only = {str(at) for at, each in enumerate(own.wordings) if each is wording}
    for sentence in wording.match:
        assert whole.mentions(sentence), sentence
        assert {mention.concept_id for mention in apart.mentions(sentence)} == only, sentence
    for sentence in wording.no_match:
        assert whole.mentions(sentence) == [], sentence


def test_every_shipped_pattern_has_sentences_that_match_and_that_do_not():
    assert len(PATTERNS) >= 20
    for own in SHIPPED.values():
        for wording in own.wordings:
            assert bool(wording.all) <= bool(wording.match and wording.no_match), (own.id, wording.text)


# ---- what is refused


def lists(tmp_path: Path, text: str) -> Path:
    (tmp_path / word_lists.FILE).write_text(text)
    return tmp_path / word_lists.FILE


def test_a_list_may_hold_others_and_a_later_folder_overrides(tmp_path):
    read = word_lists.read(lists(tmp_path, 'a = ["x", "@b"]\nb = ["y", "x"]'), {"b": ("z",), "c": ("w",)})
    assert read == {"a": ("x", "y"), "b": ("y", "x"), "c": ("w",)}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('a = ["@b"]\nb = ["@a"]', "@a holds @b holds @a: lists cannot hold each other"),
        ('a = ["@a"]', "@a holds @a: lists cannot hold each other"),
        ('a = ["@z"]', "there is no list @z; there are: @a"),
        ("a = []", r"a: a list of texts is needed, found \[\]"),
        ("a = 1", "a: a list of texts is needed, found 1"),
        ("a = [", "not valid TOML"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, text, complaint):
    with pytest.raises(ConfigError, match=complaint):
        word_lists.read(lists(tmp_path, text))


@pytest.mark.parametrize(
    ("wording", "complaint"),
    [
        ('all = [["close"]], match = ["x"]', "two lists of words or more are needed"),
        ('all = "close", match = ["x"]', "two lists of words or more are needed"),
        (
            'all = [["close"], ["ward"]]',
            r"wordings\[1\]\.match: a pattern needs a sentence that it alone finds",
        ),
        ('all = [["close"], []], match = ["x"]', "one of the lists is empty"),
        ('all = [["close"], ["@nowhere"]], match = ["x"]', r"all: there is no list @nowhere; there are: @"),
        (
            'all = [["the"], ["ward"]], match = ["x"]',
            "'the' in the first list would be looked at on every page",
        ),
        (
            'all = [["a*"], ["ward"]], match = ["x"]',
            r"'a\*' in the first list would be looked at on every page",
        ),
        ('all = [["close"], ["!"]], match = ["x"]', "'!' has no word"),
        ('text = "x", context = "health"', "context: unknown key"),
        ('text = "x", within = 1000', "a number of words from 1 to 100 is needed, found 1000"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, wording, complaint):
    path = tmp_path / "mine.toml"
    path.write_text(
        f'label = "L"\nwordings = [{{ {wording} }}]\n'
        '[examples]\nmatch = ["a", "b", "c"]\nno_match = ["d", "e", "f"]\n'
    )
    with pytest.raises(ConfigError, match=complaint) as refusal:
        concept_files.read(path)
    assert len(str(refusal.value).splitlines()) == 1


def test_lists_that_are_wrong_are_named_with_all_else_that_is_wrong(tmp_path):
    lists(tmp_path, "a = 1")
    (tmp_path / "mine.toml").write_text("label = 1")
    with pytest.raises(ConfigError, match=r"(?s)lists\.toml: a: .*mine\.toml: "):
        concept_files.load([tmp_path])


def test_thousands_of_anchors_on_one_page_are_no_burden():
    text = "closure of a ward; " * 5_000
    assert len(ConceptMatcher([concept(replace(CLOSING, not_near=("norovirus",)))]).mentions(text)) == 5_000


# ---- properties

PIECES = ("ward", "unit", "closed", "the", "accounts", "Road", "road", "A&E", "closure", "of", "and")
ENDS = (" ", " ", " ", ", ", ". ", "\n", " (", ") ")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(ENDS)), max_size=25))
def test_what_a_pattern_finds_holds_a_word_of_each_list_and_no_full_stop(pieces):
    text = canonical("".join(word + end for word, end in pieces))
    for marked in found(text, CLOSING):
        assert ". " not in marked
        assert any(word in marked.lower() for word in ("closed", "closure"))
        assert any(word in marked.lower() for word in ("ward", "unit", "a&e"))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(ENDS)), max_size=15),
    st.lists(st.sampled_from(["Nothing is said here.", "Apples are red."]), max_size=2),
)
def test_sentences_around_change_nothing(pieces, others):
    text = canonical("".join(word + end for word, end in pieces)).rstrip(",. (")
    around = " ".join([*others, f"So: {text}.", *others])
    assert found(around, CLOSING) == found(f"So: {text}.", CLOSING)


def test_lists_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        word_lists.read(tmp_path)
