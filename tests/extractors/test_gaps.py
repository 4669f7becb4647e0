"""Words that PDFium runs together end where a reader sees them end."""

from __future__ import annotations

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes

TEXT = "The board approved a whole population payment for the place"
FONT, SIZE = "Helvetica", 11


def canvas_of(path):
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont(FONT, SIZE)
    for number in range(3):
        canvas.drawString(72, 760 - 15 * number, "The board met in public in the town hall on a wet morning.")
    return canvas


def read(path):
    (page,) = pdf.extract(path)
    return page


@pytest.mark.parametrize("gap", [0.10, 0.115, 0.13, 0.25])
@pytest.mark.parametrize("size", [7, 11, 18])
def test_words_that_stand_a_little_apart_are_words(tmp_path, gap, size):
    canvas = canvas_of(tmp_path / "a.pdf")
    left = 40.0
    canvas.setFont(FONT, size)
    for word in TEXT.split():
        canvas.drawString(left, 600, word)
        left += stringWidth(word, FONT, size) + gap * size
    canvas.save()
    page = read(tmp_path / "a.pdf")
    assert page.text.split("\n")[-1] == TEXT
    start = page.text.index("population")
    (found,) = highlight_boxes.find(
        tmp_path / "a.pdf", 1, page.text, page.method, [(start, start + 10)]
    ).spans
    assert found[0].right - found[0].left == pytest.approx(
        stringWidth("population", FONT, size), abs=size / 4
    )


@pytest.mark.parametrize("spacing", [0.05, 0.4, 0.9])
def test_letters_spaced_out_are_one_word(tmp_path, spacing):
    canvas = canvas_of(tmp_path / "a.pdf")
    text = canvas.beginText(60, 600)
    text.setCharSpace(spacing)
    text.textLine("Internationalisation McDonald PowerPoint 1.6Million (see 4.2)")
    canvas.drawText(text)
    canvas.save()
    assert read(tmp_path / "a.pdf").text.split("\n")[-1] == (
        "Internationalisation McDonald PowerPoint 1.6Million (see 4.2)"
    )


def test_a_number_before_a_narrow_gap_is_no_part_of_the_word(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    canvas.drawString(72, 600, "1.6")
    canvas.drawString(72 + stringWidth("1.6", FONT, SIZE) + 0.11 * SIZE, 600, "Integrated Care Providers met")
    canvas.save()
    assert read(tmp_path / "a.pdf").text.split("\n")[-1] == "1.6 Integrated Care Providers met"


def raised(path, word, mark, after, *, rise=4, size=6):
    canvas = canvas_of(path)
    text = canvas.beginText(72, 600)
    text.setFont(FONT, SIZE)
    text.textOut(word)
    text.setFont(FONT, size)
    text.setRise(rise)
    text.textOut(mark)
    text.setFont(FONT, SIZE)
    text.setRise(0)
    text.textOut(after)
    canvas.drawText(text)
    canvas.save()
    return path


@pytest.mark.parametrize("mark", ["1", "12", "3,4"])
@pytest.mark.parametrize("after", [" for the place", ", and the rest", "."])
def test_a_raised_footnote_mark_ends_a_word(tmp_path, mark, after):
    page = read(raised(tmp_path / "a.pdf", "a whole population payment", mark, after))
    assert f"population payment {mark}" in page.text


def test_a_footnote_mark_behind_a_stop_ends_a_word(tmp_path):
    assert "payment. 7" in read(raised(tmp_path / "a.pdf", "a whole population payment.", "7", " The")).text


@pytest.mark.parametrize(
    ("word", "mark", "rise", "size"),
    [("COVID", "19", 0, 11), ("Annex", "2", 0, 6), ("CO", "2", -2, 6), ("m", "2", 4, 6)],
)
def test_numbers_that_belong_to_a_word_stay(tmp_path, word, mark, rise, size):
    page = read(raised(tmp_path / "a.pdf", f"of {word}", mark, " and more", rise=rise, size=size))
    assert f"of {word}{mark}" in page.text


def test_raised_letters_of_a_trade_mark_end_a_word(tmp_path):
    assert (
        "a whole population payment TM is"
        in read(raised(tmp_path / "a.pdf", "a whole population payment", "TM", " is")).text
    )


def test_a_note_begins_with_its_raised_number(tmp_path):
    assert (
        "1 Whole population"
        in read(raised(tmp_path / "a.pdf", "", "1", "Whole population payment means")).text
    )
    assert "1st April" in read(raised(tmp_path / "a.pdf", "", "1st", " April", rise=0, size=11)).text


@pytest.mark.parametrize("said", ["PENMARSH LEAD PROVIDER", "COMMISSIONING", "Whole population"])
@pytest.mark.parametrize("apart", [0.3, 0.6])
def test_letters_set_apart_in_a_heading_are_words(tmp_path, said, apart):
    canvas = canvas_of(tmp_path / "a.pdf")
    left = 60.0
    for letter in said:
        canvas.drawString(left, 600, letter)
        left += stringWidth(letter, FONT, SIZE) + apart * SIZE
    canvas.save()
    assert read(tmp_path / "a.pdf").text.split("\n")[-1] == said


def test_single_letters_of_a_table_stay_apart(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    canvas.drawString(72, 600, "Grades A B C D")
    canvas.save()
    assert read(tmp_path / "a.pdf").text.split("\n")[-1] == "Grades A B C D"
