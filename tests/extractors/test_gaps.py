"""Words that PDFium runs together end where a reader sees them end."""

from __future__ import annotations

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from tests.extractors.test_hostile_files import pdf_of, stream

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
    (found,) = highlight_boxes.boxes_of_spans(
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
    assert "1 59 beds" in read(raised(tmp_path / "a.pdf", "", "1", "59 beds")).text
    assert "159 beds" in read(raised(tmp_path / "a.pdf", "", "1", "59 beds", rise=0, size=11)).text
    assert "1st April" in read(raised(tmp_path / "a.pdf", "", "1st", " April", rise=0, size=11)).text


@pytest.mark.parametrize(
    ("word", "mark", "after", "text"),
    [
        ("The ICP", "a", " met", "The ICP a met"),
        ("a whole population payment", "b", ", and", "population payment b , and"),
        ("a whole population payment", "a,b", " for", "population payment a,b for"),
        ("a whole population payment", "ab", " for", "population payment ab for"),
        ("a whole population payment", "ii", " for", "population payment ii for"),
        ("a whole population payment", "iv", " for", "population payment iv for"),
        ("a whole population payment", "bc", ", and", "population payment bc, and"),
        ("a payment.", "a", " The", "a payment. a The"),
        ("a payment of 12.4", "a", " for", "of 12.4 a for"),
        ("the 2", "nd", " of May", "the 2nd of May"),
        ("of the firm of D", "r", " No", "Dr No"),
    ],
)
@pytest.mark.parametrize("enlarged", [False, True], ids=["by its size", "by a matrix"])
def test_a_raised_letter_ends_a_word_as_a_reader_sees_it(tmp_path, word, mark, after, text, enlarged):
    path = tmp_path / "a.pdf"
    if not enlarged:
        raised(path, word, mark, after)
    else:  # as InDesign sets: each font has the size 1
        canvas, left = canvas_of(path), 72.0
        for said, size, rise in ((word, 11, 0), (mark, 6, 4), (after, 11, 0)):
            line = canvas.beginText()
            line.setFont(FONT, 1)
            line.setTextTransform(size, 0, 0, size, left, 600 + rise)
            line.textOut(said)
            canvas.drawText(line)
            left += stringWidth(said, FONT, size)
        canvas.save()
    assert text in " ".join(read(path).text.split())


def test_where_one_word_has_a_raised_letter_the_marks_of_others_are_seen(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    for number, (word, mark) in enumerate([("a budget", "a"), ("a payment", "e"), ("the place", "h")]):
        text = canvas.beginText(72, 600 - 30 * number)
        for said, size, rise in ((word, 11, 0), (mark, 6, 4), (" was agreed", 11, 0)):
            text.setFont(FONT, size)
            text.setRise(rise)
            text.textOut(said)
        canvas.drawText(text)
    canvas.save()
    said = read(tmp_path / "a.pdf").text
    assert all(f"{each}\n" in said for each in ("a budget a", "a payment e", "the place h"))


def test_letters_of_turned_text_are_over_each_other_and_not_raised(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    canvas.rotate(90)
    canvas.drawString(300, -300, "Penmarsh data and media")
    canvas.save()
    assert "Penmarsh data and media" in read(tmp_path / "a.pdf").text


def sideways(path, said, *, angle, size, step=0.0):
    """A page with lines on their side, letter by letter, as charts draw the titles of their axes."""
    canvas = canvas_of(path)
    for number, line in enumerate(said):
        canvas.saveState()
        canvas.translate(200 + 60 * number, 300 if angle > 0 else 600)
        canvas.rotate(angle)
        canvas.setFont(FONT, size)
        along = 0.0
        for letter in line:
            if letter != " ":
                canvas.drawString(along, 0, letter)
            along += stringWidth(letter, FONT, size) + step * size
        canvas.restoreState()
    canvas.save()
    return path


@pytest.mark.parametrize("angle", [90, -90])
@pytest.mark.parametrize("size", [7, 18])
@pytest.mark.parametrize("step", [0.0, 0.04])
def test_a_line_on_its_side_is_read_in_its_own_direction(tmp_path, angle, size, step):
    said = ["Whole population payment", "Services for a ward in May"]
    path = sideways(tmp_path / "a.pdf", said, angle=angle, size=size, step=step)
    page = read(path)
    assert page.text.split("\n")[3:] == said
    start = page.text.index("population")
    (found,) = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(start, start + 10)]).spans
    width = stringWidth("population", FONT, size)
    assert max(box.bottom for box in found) - min(box.top for box in found) == pytest.approx(
        width, rel=0.15, abs=4
    )


def test_letters_below_each_other_stay_so(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    for number, letter in enumerate("ABCDEF"):
        canvas.drawString(72, 600 - 14 * number, letter)
    canvas.save()
    assert read(tmp_path / "a.pdf").text.split("\n")[3:] == list("ABCDEF")


@pytest.mark.parametrize("step", [9, 14, 20])
def test_letters_set_one_under_the_other_are_words(tmp_path, step):
    canvas = canvas_of(tmp_path / "a.pdf")
    top = 600.0
    for word in ("SERVICES", "POPULATION", "PAYMENTS"):
        for letter in word:
            canvas.drawCentredString(80, top, letter)
            top -= step
        top -= 0.8 * step
    canvas.save()
    page = read(tmp_path / "a.pdf")
    assert page.text.split("\n")[3:] == ["SERVICES POPULATION PAYMENTS"]
    start = page.text.index("POPULATION")
    (found,) = highlight_boxes.boxes_of_spans(
        tmp_path / "a.pdf", 1, page.text, page.method, [(start, start + 10)]
    ).spans
    assert max(box.bottom for box in found) - min(box.top for box in found) > 9 * step


REST = ["members who came and by those who", "sent word that they could not", "come to the hall"]


def capital(path, letter, first, *, last=False, further_in=0.0):
    canvas = canvas_of(path)
    left = 72 + stringWidth(letter, FONT, 36) + 2

    def draw_letter():
        canvas.setFont(FONT, 36)
        canvas.drawString(72, 620, letter)

    def draw_lines():
        canvas.setFont(FONT, SIZE)
        for number, line in enumerate([first, *REST]):
            canvas.drawString(left + (0 if number else further_in), 638 - 13 * number, line)
        canvas.drawString(72, 560, "The meeting ended.")

    for draw in (draw_lines, draw_letter) if last else (draw_letter, draw_lines):
        draw()
    canvas.save()
    return path


@pytest.mark.parametrize("last", [False, True], ids=["drawn first", "drawn last"])
@pytest.mark.parametrize(
    ("letter", "first", "text"),
    [
        ("I", "ntegrated care was agreed by", "Integrated care was agreed by\nmembers"),
        ("T", "HE PAYMENT was agreed by", "THE PAYMENT was agreed by\nmembers"),
        ("A", "fter the payment was agreed", "After the payment was agreed\nmembers"),
        ("A", "board met in the hall", "A\nboard met in the hall\nmembers"),
    ],
)
def test_a_drop_cap_is_the_first_letter_of_its_word(tmp_path, letter, first, text, last):
    path = capital(tmp_path / "a.pdf", letter, first, last=last)
    page = read(path)
    assert f"morning.\n{text}" in page.text
    start = page.text.index(text)
    (found,) = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(start, start + 1)]).spans
    assert found[0].left == pytest.approx(72, abs=4)
    assert found[0].bottom - found[0].top > 2 * SIZE


def test_a_drop_cap_that_is_a_word_is_told_by_the_blank_behind_it(tmp_path):
    page = read(capital(tmp_path / "a.pdf", "A", "nnual report of the", further_in=3.5))
    assert "A\nnnual" in page.text


def test_a_large_letter_on_the_line_of_its_word_is_no_word(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    canvas.setFont(FONT, 30)
    canvas.drawString(72, 600, "I")
    canvas.setFont(FONT, SIZE)
    canvas.drawString(72 + stringWidth("I", FONT, 30) + 3, 600, "ntegrated care was agreed")
    canvas.save()
    assert "morning.\nIntegrated care" in read(tmp_path / "a.pdf").text


def test_a_single_letter_of_the_size_of_its_neighbours_is_no_drop_cap(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    canvas.drawString(72, 600, "H")
    canvas.drawString(90, 585, "elston came")
    canvas.save()
    assert "H\nelston" in read(tmp_path / "a.pdf").text


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


def test_a_word_does_not_end_in_its_ligature(tmp_path):
    """A page of long words in which PDFium does not tell where a ligature ends."""
    lines = [
        b"Specixcation oxcials indebtedness simplixed transformations",
        b"Sallowxeld workxows staxng administrators 40,172",
    ]
    content = b"BT /F 16 Tf 60 700 Td 20 TL %s ET" % b" ".join(
        b"[(%s)] TJ T*" % line.replace(b"x", b"x) -90 (") for line in lines * 6
    )
    names = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
    names += b"1 beginbfchar <78> <00660069> endbfchar endcmap"
    page = b"/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>"
    (tmp_path / "a").write_bytes(
        pdf_of(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R%s>>" % page,
            stream(content),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
            stream(names),
        )
    )
    said = read(tmp_path / "a").text
    assert "Sallowfield workfiows stafing administrators" in said


def test_two_words_set_downwards_next_to_a_line_on_its_side_are_words(tmp_path):
    canvas = canvas_of(tmp_path / "a.pdf")
    canvas.saveState()
    canvas.translate(560, 100)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Sixth statement of sickness and stress")
    canvas.restoreState()
    for at, letter in enumerate("PATIENT FLOW"):
        if letter != " ":
            canvas.drawCentredString(33, 306 - 10.5 * at, letter)
    canvas.save()
    lines = read(tmp_path / "a.pdf").text.split("\n")
    assert "PATIENT FLOW" in lines
    assert "Sixth statement of sickness and stress" in lines
