"""The canonical form of text, and what of a page is its body."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Page, PageMethod
from pipeline.text.canonical import LINE_END_HYPHEN, as_printed, body_spans, canonical, shown
from pipeline.text.page_joins import also_said

# Letters, blanks and everything that the canonical form does something about.
AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "ab-\n\r\t \f\v\x02\u00ad\ufffe\uffff\u2010\u2011\ufe63\u200b\u0301\ufb01\u00a0\u2028\u3000\u1680"
            "\u00b4\u02c6\u00a8\u0131"
        ),
    )
)

CASES = {
    "ligatures": ("\ufb01nance of\ufb01ce", "finance office"),
    "carriage returns": ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    "non-breaking blank": ("NHS\u00a0England", "NHS England"),
    "curly quotes stay": ("\u2018virtual wards\u2019", "\u2018virtual wards\u2019"),
    "PDFium's hyphen": ("decision\ufffe\r\nmaking", f"decision{LINE_END_HYPHEN}making"),
    "PDFium's other hyphen": ("popu\x02lation", f"popu{LINE_END_HYPHEN}lation"),
    "plain hyphen at the line's end": ("multi-\nagency", f"multi{LINE_END_HYPHEN}agency"),
    "hyphen within a line": ("multi-agency", "multi-agency"),
    "dash at the line's end": ("costs -\nand savings", "costs -\nand savings"),
    "marks without a word": ("costs \ufffe\ufffe", "costs -"),
    "marks doubled": ("popu\ufffe\ufffelation", f"popu{LINE_END_HYPHEN}lation"),
    "no character": ("whole\uffffsale", "wholesale"),
    "mark without a word": ("costs \ufffe", "costs -"),
    "accents before their letters": (
        "Caf\u00b4e Si\u02c6an Zo\u00a8e na\u00a8\u0131ve",
        "Caf\u00e9 Si\u00e2n Zo\u00eb na\u00efve",
    ),
    "apostrophes typed as accents": ("it\u00b4s d\u00b4accord", "it\u2019s d\u2019accord"),
    "a box before a word": ("\u00a8Yes", "\u0308Yes"),
    "zero width": ("whole\u200bsale", "wholesale"),
    "many blanks": ("a \t  b", "a b"),
    "many lines": ("a\n\n\n\n\nb", "a\n\nb"),
    "lone surrogate": ("a\ud800b", "ab"),
}


@pytest.mark.parametrize(("printed", "stored"), CASES.values(), ids=CASES.keys())
def test_stored_form(printed, stored):
    assert canonical(printed) == stored


@settings(max_examples=500)
@given(AWKWARD)
def test_canonical_is_idempotent(text):
    once = canonical(text)
    assert canonical(once) == once


@settings(max_examples=500)
@given(AWKWARD)
def test_canonical_text_is_tidy(text):
    stored = canonical(text)
    assert "\n\n\n" not in stored
    assert all(line == line.strip() for line in stored.split("\n"))
    assert not set(stored) & set("\r\t\x00\x02\ufffe\uffff")
    stored.encode()  # no surrogates: it can be written


@given(st.text(st.sampled_from("abc XYZ.,;:!?'\u2019\u2013\u00e9\u0175")))
def test_no_word_is_lost(text):
    assert canonical(text).split() == text.split()


def test_shown_is_one_line_with_its_hyphen():
    assert shown(canonical("the decision-\nmaking\n\nof the board")) == "the decision-making of the board"


def bodies(pages):
    return [page[start:end] for page, (start, end) in zip(pages, body_spans(pages), strict=True)]


def test_heads_feet_and_page_numbers_are_not_body():
    pages = [
        f"Board of Directors\n3 May 2026\nParagraph {'abc'[i]}.\nIt goes on to {'xyz'[i]}.\nPage {i + 1} of 3"
        for i in range(3)
    ]
    assert bodies(pages) == [
        "Paragraph a.\nIt goes on to x.",
        "Paragraph b.\nIt goes on to y.",
        "Paragraph c.\nIt goes on to z.",
    ]


def test_a_letterhead_of_six_lines_is_no_body():
    head = "NHS\nNorthshire &\nWold\n\nNorthshire & Wold\nIntegrated Care System"
    pages = [f"{head}\n\nParagraph {letter} goes on.\n\nPage {n}" for n, letter in enumerate("abc", 1)]
    assert bodies(pages) == [f"Paragraph {letter} goes on." for letter in "abc"]


def test_bare_page_numbers_count_and_figures_do_not():
    pages = [
        f"{figure}\nSpending rose in year {chr(97 + i)}.\n{i + 7}"
        for i, figure in enumerate((140, 90, 210, 12, 55))
    ]
    assert bodies(pages) == [
        f"{figure}\nSpending rose in year {letter}."
        for figure, letter in zip((140, 90, 210, 12, 55), "abcde", strict=True)
    ]


def test_heads_of_left_and_right_pages_differ():
    pages = [
        f"{'Annual report' if i % 2 else 'Anytown Hospital'}\nText number {chr(97 + i)}." for i in range(6)
    ]
    assert bodies(pages) == [f"Text number {chr(97 + i)}." for i in range(6)]


def test_each_paper_of_a_pack_has_its_own_head():
    pages = [f"{'Finance' if i < 4 else 'Quality'} report\nWords {chr(97 + i)}" for i in range(8)]
    assert bodies(pages) == [f"Words {chr(97 + i)}" for i in range(8)]


def test_a_line_in_the_middle_is_body_however_often_it_comes():
    filler = "\n".join(f"{{}} line {letter}" for letter in "abcdefgh")
    pages = [
        filler.format(*[word] * 8) + "\nNot for publication\n" + filler.format(*[word] * 8)
        for word in ("one", "two", "six")
    ]
    assert all("Not for publication" in body for body in bodies(pages))


def test_a_page_that_is_all_running_lines_keeps_them():
    assert bodies(["Blank page"] * 5) == ["Blank page"] * 5


def test_a_line_in_the_same_place_on_the_next_page_is_enough():
    assert bodies(["Minutes\nfirst", "Minutes\nsecond"]) == ["first", "second"]


def test_a_line_in_another_place_on_one_other_page_is_not():
    pages = ["Minutes\nof the first", "We read the\nMinutes\nand agreed"]
    assert bodies(pages) == pages


LINES = st.lists(
    st.sampled_from(["Head", "Page 1", "Page 2", "3", "", "word and word", "other words"]), max_size=12
)


@given(st.lists(LINES.map("\n".join).map(canonical), max_size=12))
def test_spans_lie_within_the_page_and_cut_no_line(pages):
    spans = body_spans(pages)
    assert len(spans) == len(pages)
    for page, (start, end) in zip(pages, spans, strict=True):
        assert 0 <= start <= end <= len(page)
        assert start == 0 or page[start - 1] == "\n"
        assert end == len(page) or page[end] == "\n"
        assert page[start:end].strip() or not page


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=8), max_size=8, unique_by=str.casefold))
def test_pages_with_nothing_in_common_are_all_body(pages):
    pages = [canonical(page) for page in pages]
    assert body_spans(pages) == [(0, len(page)) for page in pages]


def test_the_signs_of_symbol_fonts_are_bullets_for_a_reader_and_each_stays_one():
    printed = "\uf0b7 one\uf06etwo \ue000"
    assert as_printed(printed) == "• one•two \ue000"
    assert len(as_printed(printed)) == len(printed)


def test_what_is_found_besides_a_page_s_words_are_those_broken_over_a_line_or_a_page_end():
    one, two = (
        Page(
            sha256="a" * 64,
            number=number,
            text=text,
            method=PageMethod.TEXT_LAYER,
            extractor="x",
            body_end=len(text),
        )
        for number, text in ((1, f"an inte{LINE_END_HYPHEN}grated care popu-"), (2, "lation payment"))
    )
    assert also_said([one, two], 0) == "an integrated care popu- | an integrated care population payment"
    assert also_said([one, two], 1) == ""
