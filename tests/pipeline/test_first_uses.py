"""Who said a passage first, and what each of its copies changed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.lineage import BOILERPLATE_BODIES, Copy, copy_in, lineage, pairs, passage_of
from pipeline.model import DocumentKind, PageRef
from pipeline.text.word_changes import compared

FIRST = (
    "The board agreed that one provider should hold a ten year contract for all community services in town."
)

COPY = (
    "The committee agreed that one provider should hold a fifteen year contract for community services here."
)

OTHER = (
    "Members noted a verbal report on car parking at the main hospital and asked for figures by the spring."
)

CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)


def at(body: str, day: date | None, document: int = 1) -> PageRef:
    return PageRef(
        body=body, body_name=body, committee="", meeting_date=day, published_on=None, document=document,
        title="", kind=DocumentKind.PACK, url="", page=1, pages=1, sha256="0", captured_at=CAPTURED,
    )  # fmt: skip


def test_what_many_bodies_say_is_called_boilerplate_and_what_one_repeats_is_not():
    bodies = [at(f"b{n}", date(2026, 1, 1 + n), n) for n in range(BOILERPLATE_BODIES)]
    said = [Copy(at=place, text=FIRST, alike=1) for place in bodies]
    assert lineage(FIRST, said, 10).is_boilerplate
    assert not lineage(FIRST, said, 400).is_boilerplate, "few of so many"
    weekly = [Copy(at=at("b", date(2026, 1, n), n), text=FIRST, alike=1) for n in range(1, 21)]
    found = lineage(FIRST, weekly, 10)
    assert (found.is_boilerplate, found.papers, found.bodies) == (False, 20, 1)
    assert found.first_uses[0].at.meeting_date == date(2026, 1, 1)


def test_a_paper_without_a_day_claims_no_first():
    said = [
        Copy(at=at("x", None), text=FIRST, alike=1),
        Copy(at=at("y", date(2026, 5, 1), 2), text=COPY, alike=0.8),
    ]
    found = lineage(FIRST, said, 2)
    assert ([use.at.body for use in found.first_uses], found.undated) == (["y", "x"], 1)


@given(
    st.lists(st.sampled_from(FIRST.split()), max_size=30),
    st.lists(st.sampled_from(COPY.split()), max_size=30),
)
def test_the_pieces_are_both_texts(one, other):
    pieces = compared(" ".join(one), " ".join(other))
    assert " ".join(piece.text for piece in pieces if piece.kind != "gone").split() == other
    assert len(" ".join(piece.text for piece in pieces if piece.kind != "new").split()) == len(one)


def test_a_copy_is_given_in_whole_words_as_they_stand_on_the_page():
    text, alike = copy_in(FIRST, f"Item 7 noted.\n{FIRST.replace(' one ', ' ONE ')}\nItem 8")
    assert alike > 0.9
    assert "ONE provider" in text
    assert copy_in(FIRST, OTHER * 20) is None


def test_the_rarest_neighbours_of_a_passage_are_looked_for_first():
    pages_with = {"one": 900, "provider": 20, "should": 500, "hold": 30, "contract": 3}
    assert pairs("One provider should hold a contract", pages_with)[:2] == ["one provider", "provider should"]
    assert pairs("Nobody says this", pages_with) == []
    assert passage_of("The board \u2026 agreed\n that") == "The board agreed that"


def test_a_copy_ends_with_its_own_last_words():
    said = copy_in(
        "the board agreed to close the ward", "Item 3: the board agreed to close the clinic. Then tea."
    )
    assert said is not None
    assert said[0].startswith("the board agreed to close the")
    assert "tea" not in said[0]


def test_words_that_went_words_that_came_and_words_that_stayed():
    pieces = compared("the board closed the old ward", "the board opened the ward")
    assert [(piece.text, piece.kind) for piece in pieces] == [
        ("the board", ""),
        ("closed", "gone"),
        ("opened", "new"),
        ("the", ""),
        ("old", "gone"),
        ("ward", ""),
    ]


def test_a_copy_begins_with_a_whole_word():
    said = copy_in(
        "provider should hold the contract for ten years",
        "A subprovider should hold the contract for ten years.",
    )
    assert said is not None
    assert said[0].split()[0] in {"subprovider", "should"}
