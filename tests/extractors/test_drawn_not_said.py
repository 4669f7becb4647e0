"""Words that a PDF says it has in place of those that it draws: what is drawn is read where they differ."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from extractors.pdf.words import actual_texts

OTHERS = "The chair welcomed members of the public to the meeting"


def paper(path, *said_and_drawn):
    """A page of lines, each said to be something, and drawn in pieces."""
    canvas = Canvas(str(path), pageCompression=0)
    canvas.drawString(60, 780, OTHERS)
    for row, (said, *drawn) in enumerate(said_and_drawn):
        marked(canvas, said, *drawn, at=740 - 30 * row)
    canvas.save()
    return path


def marked(canvas, said, *drawn, at):
    """Pieces that are drawn next to each other, and said to be something."""
    canvas._code.append(f"/Span <</ActualText <FEFF{said.encode('utf-16-be').hex()}>>> BDC")
    across = 60
    for each in drawn:
        canvas.drawString(across, at, each)
        across += canvas.stringWidth(each)
    canvas._code.append("EMC")


def lines(path):
    (page,) = pdf.extract(path)
    return page.text.splitlines()


def test_what_is_drawn_is_read_where_other_words_are_said(tmp_path):
    path = paper(
        tmp_path / "false.pdf",
        ("No beds were closed in the winter", "Forty beds were ", "closed by the summer"),
        ("1,204", "1,402"),
        ("agreed to wait", "agreed to wait"),
    )
    assert lines(path) == [OTHERS, "Forty beds were closed by the summer", "1,402", "agreed to wait"]
    (page,) = pdf.extract(path)
    start = page.text.index("Forty")
    boxes = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(start, start + 5)])
    assert boxes.spans[0]


def test_words_that_are_said_within_another_mark_are_looked_at(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pageCompression=0)
    canvas._code.append("/P <</MCID 0>> BDC")
    marked(canvas, "No beds were closed in the winter", "Forty beds were closed by the summer", at=740)
    canvas._code.append("EMC")
    canvas.save()
    assert lines(tmp_path / "a.pdf") == ["Forty beds were closed by the summer"]


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("establishment", "establish-"),  # a hyphen that is none
        ("The board", "T"),  # a large first letter
        ("The board met in public", "Wkh erdug phw lq sxeolf"),  # a font that misnames letters
        ("approved", "\u2022"),
        ("The board met", "the  BOARD met"),
        ("The board met", ""),
        ("five", "5"),
    ],
)
def test_what_is_said_is_read_where_it_explains_what_is_drawn(said, drawn):
    assert not actual_texts.says_otherwise(said, drawn)
