"""Wordings are found as they are printed, where they stand, and nowhere else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.matching import concept_matching
from pipeline.matching.concept_matching import ConceptMatcher
from pipeline.matching.concepts import SHIPPED_LISTS, Concept, Wording
from pipeline.matching.mentions import words_beside
from pipeline.matching.mentions.words_beside import LikelyWords, TellingWords
from pipeline.model import Page, PageMethod
from pipeline.text import lexicon
from pipeline.text.canonical import LINE_END_HYPHEN, body_spans, canonical, shown
from pipeline.text.inflections import inflections
from pipeline.text.keys import key, words
from pipeline.text.lexicon import Automaton

if TYPE_CHECKING:
    from pipeline.model import Hit


def concept(*wordings: Wording | str, id: str = "c") -> Concept:  # noqa: A002 - as the field is called
    return Concept(
        id=id,
        label=id,
        about="",
        wordings=tuple(Wording(text=each) if isinstance(each, str) else each for each in wordings),
        match=(),
        no_match=(),
    )


def mentions(text: str, *wordings: Wording | str) -> list[str]:
    """What is found in a text that is first brought into its stored form."""
    text = canonical(text)
    return [shown(text[m.start : m.end]) for m in ConceptMatcher([concept(*wordings)]).mentions(text)]


def paper(*texts: str) -> list[Page]:
    stored = [canonical(text) for text in texts]
    return [
        Page(
            sha256="0" * 64,
            number=number,
            text=text,
            method=PageMethod.TEXT_LAYER,
            extractor="pdf/1",
            body_start=start,
            body_end=end,
        )
        for number, (text, (start, end)) in enumerate(zip(stored, body_spans(stored), strict=True), 1)
    ]


def hits(*texts: str, watch: Concept) -> list[Hit]:
    return ConceptMatcher([watch]).hits(paper(*texts))


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("The integrated care board (ICB) met.", ["integrated care board"]),
        ("The ICB (integrated care\nboard) met.", ["ICB"]),
        ("The integrated care board [ ICB] met. ICBs (all) met.", ["integrated care board", "ICBs"]),
        ("The integrated care board (the ICB) met.", ["integrated care board"]),
        ("The integrated care board (\u201cICB\u201d) met.", ["integrated care board"]),
        ("The integrated care board\u2019s (ICB\u2019s) plan.", ["integrated care board"]),
        ("The integrated care board (which the ICB was) met.", ["integrated care board", "ICB"]),
        ("The integrated care board (ICB members only) met.", ["integrated care board", "ICB"]),
    ],
)
def test_a_name_with_its_short_form_beside_it_is_one_mention(said, marked):
    found = hits(said, watch=concept("integrated care board", "ICB"))
    assert [shown(canonical(said)[hit.start : hit.end]) for hit in found] == marked


# ---- as printed


@pytest.mark.parametrize(
    ("wording", "printed", "found"),
    [
        ("place-based partnership", "the place-based partnership met", ["place-based partnership"]),
        ("place-based partnership", "the place based\npartnership met", ["place based partnership"]),
        ("place-based partnership", "the place-\nbased partnership met", ["place-based partnership"]),
        ("place-based partnership", "the place\u2011based partnership", ["place\u2010based partnership"]),
        ("place-based partnership", "the place\u2013based partnership", ["place\u2013based partnership"]),
        ("place-based partnership", "place-based part\ufffe\r\nnership", ["place-based part-nership"]),
        ("whole population", "whole popu-\nlation", ["whole popu-lation"]),
        ("whole population", "whole\u00a0population", ["whole population"]),
        ("whole population", "whole  \t population", ["whole population"]),
        ("whole population", "WHOLE Population", ["WHOLE Population"]),
        ("whole population", "\u2018whole population\u2019", ["whole population"]),
        ("whole population", "whole population's", ["whole population"]),
        ("whole population", "whole_population/whole population", ["whole_population", "whole population"]),
        ("whole population", "a wholesome population, unwhole population", []),
        ("whole population", "the whole. Population grew", []),
        ("whole population", "whole populations", ["whole populations"]),
        ("arm's length", "an arm\u2019s-length body", ["arm\u2019s-length"]),
        ("benefit", "bene\ufb01t", ["benefit"]),
        ("company", "companies, company", ["companies", "company"]),
        ("process", "processes", ["processes"]),
        ("branch", "branches", ["branches"]),
        ("day", "days daies", ["days"]),
        ("savings", "savings saving", ["savings"]),
        ("section 75", "section 75s and section 751", []),
        ("organisation", "organizations", ["organizations"]),
        ("organization", "organisations", ["organisations"]),
        ("privatising", "privatizing", ["privatizing"]),
        ("support and loss", "support & loss, support&loss", ["support & loss", "support&loss"]),
        ("A&E bed", "A&E bed, a & e beds, A and E bed", ["A&E bed", "a & e beds", "A and E bed"]),
        ("Tŵr Gwyn", "twr gwyn, Tŵr Gwyn, TW\u0302R GWYN", ["twr gwyn", "Tŵr Gwyn", "TŴR GWYN"]),
        ("Ysbyty Glan Clwyd", "Ysbyty Glan Clwŷd", ["Ysbyty Glan Clwŷd"]),
        ("café", "CAFE café", ["CAFE", "café"]),
        ("privatis*", "privatised; deprivatised privatis", ["privatised", "privatis"]),
        ("privatis*", "privati-\nsation", ["privati-sation"]),
        ("ACO", "ACO ACOs aco Aco", ["ACO", "ACOs"]),
        ("ACO contract", "ACO CONTRACT, ACO-\nContract, aco contract", ["ACO CONTRACT", "ACO-Contract"]),
        ("ACS and STP framework", "ACS & STP framework, Acs & STP framework", ["ACS & STP framework"]),
        ("SubCo", "subco SUBCO SubCos", ["subco", "SUBCO", "SubCos"]),
        ("a", "a b a", ["a", "a"]),
    ],
)  # fmt: skip
def test_as_printed(wording, printed, found):
    assert mentions(printed, wording) == found


def test_nothing_watched_finds_nothing():
    assert ConceptMatcher([]).mentions("whole population") == []
    assert ConceptMatcher([]).hits(paper("whole population")) == []


@pytest.mark.parametrize("text", ["", " ", "\n", LINE_END_HYPHEN, "\u0175", "\U0001f600"])
def test_texts_without_words(text):
    assert ConceptMatcher([concept("whole population")]).mentions(text) == []


# ---- rules


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The WPB rose.", []),
        ("The WPB of the whole population rose.", ["WPB"]),
        ("The whole\npopulation gained.\n\nThe WPB rose.", ["WPB"]),
        ("The wpb of the whole population rose.", []),
    ],
)
def test_needs(text, found):
    assert mentions(text, Wording(text="WPB", needs=("whole population", "no such words"))) == found


def test_needs_may_stand_on_any_page():
    watch = concept(Wording(text="WPB", needs=("whole population",)))
    assert [hit.page for hit in hits("The WPB.", "Nothing.", "whole population", watch=watch)] == [1]
    assert hits("The WPB.", "Nothing.", watch=watch) == []


def test_context_words_follow_capitals_too():
    watch = Wording(text="desk", not_near=("IT",))
    assert mentions("it is a desk", watch) == ["desk"]
    assert mentions("IT has a desk", watch) == []


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("between", range(5))
def test_reach_is_counted_in_words(between, side):
    filler = " ".join(["word-word,"] * (between // 2) + ["word"] * (between % 2))
    parts = ["capitated", filler, "budget"] if side == "after" else ["budget", filler, "capitated"]
    text = " ".join(parts)
    near = Wording(text="capitated", near=("budget", "other"), within=3)
    not_near = Wording(text="capitated", not_near=("budget", "other"), within=3)
    assert bool(mentions(text, near)) is (between < 3)
    assert bool(mentions(text, not_near)) is (between >= 3)


def test_context_over_the_mention_counts():
    watch = Wording(text="vanguard", not_near=("in the vanguard of",), within=1)
    assert mentions("always in the vanguard of reform; the vanguard is closed", watch) == ["vanguard"]


def test_longest_wins_within_a_concept_and_not_between_concepts():
    text = "a cost improvement programme board"
    assert mentions(text, "cost improvement", "improvement programme board", "programme") == [
        "improvement programme board"
    ]
    two = ConceptMatcher([concept("cost improvement", id="a"), concept("improvement programme", id="b")])
    assert [m.concept_id for m in two.mentions(text)] == ["a", "b"]


def test_a_shorter_wording_stands_in_where_the_longer_may_not_count():
    assert mentions("population budget", Wording(text="population budget", needs=("ICB",)), "budget") == [
        "budget"
    ]


def test_thousands_of_mentions_on_one_page_are_no_burden():
    text = "ICP contract; " * 20_000  # were each looked at beside each, this would take days
    watch = Wording(text="ICP", near=("contract",), not_near=("pathway",))
    assert len(ConceptMatcher([concept(watch)]).mentions(text)) == 20_000


# ---- pages


def test_a_mention_over_the_page_end_stands_on_the_page_where_it_begins():
    watch = concept("whole population annual payment")
    (hit,) = hits("It is a whole population", "annual payment for ten years.", watch=watch)
    assert (hit.page, hit.start, hit.end) == (1, 8, len("It is a whole population"))
    assert hit.snippet[hit.mark_start : hit.mark_end] == "whole population annual payment"


def test_a_word_broken_over_the_page_end():
    (hit,) = hits("It is a whole popu-", "lation budget.", watch=concept("whole population"))
    assert (hit.page, hit.snippet[hit.mark_start : hit.mark_end]) == (1, "whole popu-lation")


def test_a_mention_over_the_page_end_leaps_over_heads_and_feet():
    pages = [
        f"Anytown Board papers\n{first}\nPage {number} of 3"
        for number, first in enumerate(
            ("Alpha is\nfirst of all whole", "population budget\nis second\nto none", "Gamma\nis third"), 1
        )
    ]
    (hit,) = hits(*pages, watch=concept("whole population"))
    assert (hit.page, hit.snippet[hit.mark_start : hit.mark_end]) == (1, "whole population")


@pytest.mark.parametrize(
    ("page", "after", "marked"),
    [
        ("We become an accountable", "care organisation soon.", "accountable care organisation"),
        ("We become an accountable care", "organisation soon.", "accountable care organisation"),
        ("Of accountable care", "we say nothing.", "accountable care"),
    ],
)
def test_the_longest_wins_over_the_page_end_too(page, after, marked):
    watch = concept("accountable care", "accountable care organisation")
    (hit,) = hits(page, after, watch=watch)
    assert hit.snippet[hit.mark_start : hit.mark_end] == marked


def test_a_mention_over_the_page_end_does_not_hide_the_foot():
    pages = paper("Of accountable\nAccountable care", "care we say nothing.")
    pages[0] = replace(pages[0], body_end=len("Of accountable"))
    assert [(hit.page, hit.start) for hit in ConceptMatcher([concept("accountable care")]).hits(pages)] == [
        (1, 3),
        (1, 15),
    ]


def test_what_runs_from_the_body_into_the_foot_is_quoted_as_printed():
    pages = paper("We become accountable\ncare provider", "Something else.")
    pages[0] = replace(pages[0], body_end=len("We become accountable"))
    (hit,) = ConceptMatcher([concept("accountable care")]).hits(pages)
    assert hit.snippet[hit.mark_start : hit.mark_end] == "accountable care"


def test_a_running_head_counts_once_and_does_not_hide_the_body():
    bodies = ("Alpha", "The provider collaborative met", "Gamma")
    texts = [f"Provider collaborative papers\n{body}\nas before" for body in bodies]
    found = hits(*texts, watch=concept("provider collaborative"))
    assert [(hit.page, hit.start) for hit in found] == [(1, 0), (2, 34)]


def test_the_same_words_are_the_same_passage_in_another_layout():
    watch = concept("land sale")
    body = (
        "Members were told that half the proceeds of the land sale would go to a well-known block on the hill"
    )
    (first,) = hits(body, watch=watch)
    printed = body.replace(" ", "\n").replace("proceeds", "pro-\nceeds").replace("well-", "well-\n")
    (again,) = hits(printed, watch=watch)
    (other,) = hits(body.replace("half", "none"), watch=watch)
    assert first.passage == again.passage != other.passage


# ---- properties

WORDINGS = (
    "whole population payment",
    "place based partnership",
    "ACO contract",
    "subsidiary",
    "organisation",
)
FILLER = (
    "the",
    "board",
    "noted",
    "payment",
    "whole",
    "contract",
    "population,",
    "(NHS)",
    "caf\u00e9",
    "T\u0175r",
    "1.5m.",
)
MATCHER = ConceptMatcher([concept(*WORDINGS)])
TEXTS = st.lists(st.one_of(st.sampled_from(WORDINGS), st.sampled_from(FILLER)), max_size=40).map(" ".join)


def said(watcher: ConceptMatcher, text: str) -> list[tuple[str, str]]:
    return [(m.wording.text, "".join(words(text[m.start : m.end]))) for m in watcher.mentions(text)]


def broken(word: str, at: int) -> str:
    """A word with a line-end hyphen inside, where it is long enough for one."""
    return f"{word[:at]}-\n{word[at:]}" if word.isalpha() and 2 <= at <= len(word) - 2 else word


@given(TEXTS, st.lists(st.sampled_from([" ", "\n", "  ", "\u00a0", " \r\n "]), min_size=1))
def test_line_ends_do_not_matter(text, blanks):
    wrapped = "".join(word + blanks[i % len(blanks)] for i, word in enumerate(text.split()))
    assert said(MATCHER, canonical(wrapped)) == said(MATCHER, canonical(text))


@given(TEXTS, st.lists(st.integers(0, 9), min_size=1))
@example("whole population payment", [5])
def test_words_broken_at_line_ends_do_not_matter(text, cuts):
    wrapped = " ".join(broken(word, cuts[i % len(cuts)]) for i, word in enumerate(text.split()))
    assert said(MATCHER, canonical(wrapped)) == said(MATCHER, canonical(text))


@given(TEXTS, st.data())
def test_page_ends_do_not_matter(text, data):
    text = canonical(text)
    cut = data.draw(st.sampled_from([0, *(m.end() for m in re.finditer(" ", text))]))
    pages = [
        Page(
            sha256="0" * 64,
            number=number,
            text=part,
            method=PageMethod.TEXT_LAYER,
            extractor="",
            body_start=0,
            body_end=len(part),
        )
        for number, part in enumerate((text[:cut].rstrip(), text[cut:]), 1)
    ]
    found = [hit.wording for hit in MATCHER.hits(pages)]
    assert Counter(found) == Counter(wording for wording, _ in said(MATCHER, text))


@given(st.text(), st.sampled_from(WORDINGS), st.text())
def test_places_are_exact_in_any_text(left, wording, right):
    before = canonical(left)
    text = f"{before} {wording} {canonical(right)}"
    places = {(m.start, m.end) for m in MATCHER.mentions(text)}
    assert (len(before) + 1, len(before) + 1 + len(wording)) in places


@given(TEXTS, st.lists(st.integers(0, 9), min_size=1))
def test_what_is_marked_reads_as_a_form_of_its_wording(text, cuts):
    wrapped = "\n".join(broken(word, cuts[i % len(cuts)]) for i, word in enumerate(text.split()))
    for hit in MATCHER.hits(paper(wrapped)):
        printed = canonical(wrapped)[hit.start : hit.end]
        readings = {" ".join(words(printed.replace(LINE_END_HYPHEN, read))) for read in ("", " ")}
        assert readings & {" ".join(form.split()) for form in inflections(hit.wording)}
        marked = hit.snippet[
            hit.mark_start : hit.mark_end
        ]  # a word that stands whole elsewhere is made whole
        assert marked.replace("-", "") == shown(printed).replace("-", "")


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "abc", "a b", "b c", "a b c", "x1"]), min_size=1, unique=True),
    st.text(st.sampled_from("abcx1 .-\n\u0175"), max_size=60),
)
def test_it_agrees_with_a_plain_regular_expression(wordings, text):
    text = canonical(text).replace(LINE_END_HYPHEN, " ")
    watcher = ConceptMatcher([concept(wording, id=f"c{index}") for index, wording in enumerate(wordings)])
    found = {m.concept_id for m in watcher.mentions(text)}
    printed = key(text).decode()
    expected = {
        f"c{index}"
        for index, wording in enumerate(wordings)
        for form in inflections(wording)
        if re.search(rf"(?<![a-z0-9]){form}(?![a-z0-9])", printed)
    }
    assert found == expected


@given(st.text(st.characters(categories=["L", "N", "P", "Z"]), min_size=1))
def test_a_wording_is_among_its_own_forms(wording):
    plain = words(wording.replace("&", " and ").removesuffix("*"))
    if plain and not wording.endswith("*"):
        assert " ".join(plain) in inflections(wording)


@pytest.mark.parametrize(
    ("end", "begin", "found"),
    [
        ("The ward will", "close in March.", ["ward will"]),
        ("The ward is new.", "Close the door.", []),
        ("The rules on procurement;", "choice and competition.", ["procurement;"]),
        ("The rules on procurement.", "Choice is free.", []),
    ],
)
def test_what_runs_over_a_page_that_ends_with_a_sign(end, begin, found):
    watch = concept(
        Wording(text="closing", all=(("to close",), ("ward",))), "procurement, choice and competition"
    )
    assert [
        hit.snippet[hit.mark_start : hit.mark_end].split(" close")[0].split(" choice")[0]
        for hit in hits(end, begin, watch=watch)
    ] == found


@pytest.mark.parametrize("text", ["Councils merge next year.", "The council merges."])
def test_a_pattern_is_asked_once_at_a_word_that_two_of_its_words_have_as_a_form(monkeypatch, text):
    asked = []
    ask = concept_matching.pattern_at
    monkeypatch.setattr(concept_matching, "pattern_at", lambda *given: asked.append(given) or ask(*given))
    watch = concept(Wording(text="merger", all=(("council", "councils"), ("to merge",))))
    assert len(ConceptMatcher([watch]).mentions(text)) == 1
    assert len(asked) == 1


def test_a_form_is_told_by_the_word_that_few_others_have():
    telling = TellingWords(["health centre", "health visitor", "health", "thoracic surgery", "surgery"])
    assert telling.of("health centre") == {b"centre", b"centres"}
    assert telling.of("health") == {b"health", b"healths"}
    assert telling.of("thoracic surgery") == {b"thoracic"}


def test_the_words_beside_a_wording_are_compiled_when_it_is_met(monkeypatch):
    """Of some thousand lists a run meets few, and all of them took 35 MB and half a second."""
    made, lists = [], []

    class Counted(Automaton):
        def __init__(self, forms):
            made.append(len(forms))
            super().__init__(forms)

    class Listed(LikelyWords):
        def __init__(self, telling, part):
            lists.append(part)
            super().__init__(telling, part)

    monkeypatch.setattr(lexicon, "Automaton", Counted)
    monkeypatch.setattr(words_beside, "LikelyWords", Listed)
    concepts = [
        concept(
            Wording(text=f"plan {number}", near=("bed", "ward")),
            Wording(text="closing", all=((f"closing {number}",), ("theatre",))),
            id=f"c{number}",
        )
        for number in range(50)
    ]
    matcher = ConceptMatcher(concepts)
    compiled = len(made)
    assert compiled < 10
    assert [each.concept_id for each in matcher.mentions("Plan 7 closes the ward.")] == ["c7"]
    assert len(made) == compiled + 1
    assert set(lists) == {("bed", "ward"), ()}  # near, not near
    assert [each.concept_id for each in matcher.mentions("Closing 8 of the theatres.")] == ["c8"]
    assert len(made) == compiled + 2
    assert lists.count(("theatre",)) == 1


def test_examples_that_a_concept_does_not_hold_to_are_named():
    wordings = (Wording(text="budget", match=("The budget.",), no_match=("Budget airlines fly.",)),)
    concept = Concept(
        id="budget", label="B", about="", wordings=wordings, match=("Money.",), no_match=("Nothing.",)
    )
    assert list(ConceptMatcher([concept]).wrong_examples("budget")) == [
        (True, "Money."),
        (False, "Budget airlines fly."),
    ]


@pytest.mark.parametrize(("beyond", "counts"), [("parking", False), ("hospital", True), ("weather", True)])
def test_where_neither_paper_nor_sentence_says_which_world_it_is_of_the_page_does(beyond, counts):
    watch = replace(concept(Wording(text="closure")), context="health")
    neutral = "The members met and spoke at length of the matter. " * 10
    page = f"The closure is agreed. {neutral * 3} {beyond.capitalize()}."
    assert bool(hits(neutral, neutral, page, watch=watch)) is counts


@pytest.mark.parametrize("before", ["the Hill.", "the \u0174yneb Hill."])
def test_a_wording_with_a_stop_in_it_runs_over_a_page_end(before):
    found = hits(f"It is {before}", "Valley plan", watch=concept("Hill. Valley plan"))
    assert [hit.page for hit in found] == [1]
    assert hits(f"It is {before}", "Valley plan", watch=concept("Hill Valley plan")) == []


def test_a_paper_that_only_says_words_of_both_worlds_is_taken_for_one_of_health():
    watch = replace(concept(Wording(text="closure")), context="health")
    neutral = "The members met and spoke at length of the matter. " * 10
    page = f"The closure is agreed. {neutral * 3} Parking."
    shared = SHIPPED_LISTS["shared"][0]
    assert hits(f"{neutral} {shared}.", neutral, page, watch=watch) != []
    assert hits(neutral, neutral, page, watch=watch) == []
