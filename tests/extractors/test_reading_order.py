"""Heads and feet stand where the page shows them, whenever they were drawn; all else as it was drawn."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from extractors.pdf.order.reading_order import in_reading_order
from pipeline.text.canonical import canonical

HEIGHTS = {
    "a plain page": ([700, 680, 660, 640, 40], [0, 1, 2, 3, 4]),
    "its foot first": ([40, 700, 680, 660, 640], [1, 2, 3, 4, 0]),
    "a foot of two lines first": ([52, 40, 700, 680, 660], [2, 3, 4, 0, 1]),
    "its head last": ([700, 680, 660, 640, 780], [4, 0, 1, 2, 3]),
    "a head of two lines last": ([700, 680, 660, 780, 768], [3, 4, 0, 1, 2]),
    "head and foot first": ([780, 40, 700, 680, 660], [0, 2, 3, 4, 1]),
    "head and foot last": ([700, 680, 660, 780, 40], [3, 0, 1, 2, 4]),
    "foot and head last": ([700, 680, 660, 40, 780], [4, 0, 1, 2, 3]),
    "foot first, head last": ([40, 700, 680, 660, 780], [4, 1, 2, 3, 0]),
    "drawn from below": ([40, 60, 80, 100, 120], [0, 1, 2, 3, 4]),
    "two columns": ([700, 680, 660, 700, 680, 660], [0, 1, 2, 3, 4, 5]),
    "a table's row": ([700, 640.5, 640, 641, 40], [0, 1, 2, 3, 4]),
    "one line": ([700], [0]),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("heights", "lines"), HEIGHTS.values(), ids=HEIGHTS)
def test_lines_in_reading_order(heights, lines):
    assert in_reading_order(heights) == lines


@given(st.lists(st.sampled_from([0, 10, 20, 30]), max_size=8) | st.lists(st.floats(0, 900), max_size=30))
def test_no_line_is_lost_and_none_said_twice(heights):
    assert sorted(in_reading_order(heights)) == list(range(len(heights)))


@given(st.lists(st.floats(0, 900), min_size=1, max_size=30))
def test_what_stands_in_order_stays(heights):
    assert in_reading_order(sorted(heights, reverse=True)) == list(range(len(heights)))


def drawn(path, *lines, turn=0):
    """Lines of (height in points, words) in the order in which they are drawn."""
    canvas = Canvas(str(path), pagesize=(500, 800))
    for height, words in lines:
        canvas.saveState()
        canvas.translate(60, height)
        canvas.rotate(turn)
        canvas.drawString(0, 0, words)
        canvas.restoreState()
    canvas.save()
    return path


HEAD, FOOT = (770, "Trust board, 26 November 2026"), (30, "Page 4 of 12")
BODY = [
    (700, "Item 7: Finance report"),
    (680, "The deficit at month 7 is larger than planned,"),
    (660, "and the board is asked to note it."),
]


@pytest.mark.parametrize(
    "order", [[HEAD, FOOT, *BODY], [FOOT, *BODY, HEAD], [*BODY, FOOT, HEAD], [HEAD, *BODY, FOOT]]
)
def test_a_page_reads_as_it_is_shown(tmp_path, order):
    (page,) = pdf.extract(drawn(tmp_path / "a", *order))
    assert list(filter(None, page.text.split("\n"))) == [words for _, words in (HEAD, *BODY, FOOT)]


def test_a_word_broken_at_the_pages_end_is_not_joined_to_the_foot(tmp_path):
    (page,) = pdf.extract(drawn(tmp_path / "a", FOOT, *BODY, (640, "of the whole popu-")))
    assert page.text.endswith(f"whole popu-\n\n{FOOT[1]}")
    assert canonical(page.text) == page.text


def test_a_page_written_upwards_is_left_as_it_is(tmp_path):
    lines = [
        (100, "The first line was drawn first"),
        (300, "and the second after it"),
        (450, "and then the third"),
    ]
    (page,) = pdf.extract(drawn(tmp_path / "a", *lines, turn=90))
    assert page.text.split() == " ".join(words for _, words in lines).split()


PROSE = [
    "The board approved a whole population payment",
    "for the place and asked the director to bring",
    "a report on the corridor care plan in autumn.",
    "Nobody opposed it, and the meeting was closed.",
]


def scattered(path, lines, *, size=11, parted=0, lefts=(72,)):
    """Lines whose words are drawn one by one in any order, or in pieces of so many characters."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    placed = []
    for left in lefts:
        for number, line in enumerate(lines):
            at = left
            for word in line.split():
                for start in range(0, len(word), parted or len(word)):
                    piece = word[start : start + (parted or len(word))]
                    placed.append((at, 700 - 14 * number, piece))
                    at += canvas.stringWidth(piece, "Helvetica", size)
                at += canvas.stringWidth(" ", "Helvetica", size)
    random.Random(4).shuffle(placed)
    canvas.setFont("Helvetica", size)
    for each in placed:
        canvas.drawString(*each)
    canvas.save()
    return path


@pytest.mark.parametrize("parted", [0, 3], ids=["words", "pieces of words"])
def test_words_drawn_in_any_order_are_read_line_by_line(tmp_path, parted):
    path = scattered(tmp_path / "a", PROSE, parted=parted)
    (page,) = pdf.extract(path)
    assert page.text.split("\n") == PROSE


def test_words_drawn_in_any_order_are_boxed_where_they_are(tmp_path):
    path = scattered(tmp_path / "a", PROSE)
    (page,) = pdf.extract(path)
    at = page.text.index("corridor care")
    (boxes,) = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(at, at + 13)]).spans
    assert min(box.left for box in boxes) > 100
    assert {round((842 - 700 + 28 - box.bottom) / 14) for box in boxes} == {0}


def test_words_drawn_in_any_order_in_columns_stay_as_they_were_drawn(tmp_path):
    (page,) = pdf.extract(scattered(tmp_path / "a", PROSE, lefts=(40, 330)))
    assert sorted(page.text.split()) == sorted(" ".join(PROSE * 2).split())
