"""Words that a PDF says it has in place of those that it draws: what is drawn is read where they differ."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from extractors.pdf.words import actual_texts

OTHERS = "The chair welcomed members of the public to the meeting"


def paper(path, *said_and_drawn):
    """A page of lines, each of pieces that are drawn as one and said to be another."""
    canvas = Canvas(str(path), pageCompression=0)
    canvas.drawString(60, 780, OTHERS)
    for row, pieces in enumerate(said_and_drawn):
        across = 60
        for said, *drawn in pieces:
            shown = said.encode("utf-16-be").hex()
            canvas._code.append(f"/Span <</ActualText <FEFF{shown}>>> BDC")
            for each in drawn:
                canvas.drawString(across, 740 - 30 * row, each)
                across += canvas.stringWidth(each)
            canvas._code.append("EMC")
    canvas.save()
    return path


def lines(path):
    (page,) = pdf.extract(path)
    return page.text.splitlines()


def test_what_is_drawn_is_read_where_other_words_are_said(tmp_path):
    path = paper(
        tmp_path / "false.pdf",
        [("No beds were closed in the winter", "Forty beds were ", "closed by the summer")],
        [("1,204", "1,402")],
        [("agreed to wait", "agreed to wait")],
    )
    assert lines(path) == [OTHERS, "Forty beds were closed by the summer", "1,402", "agreed to wait"]
    ((page),) = pdf.extract(path)
    start = page.text.index("Forty")
    boxes = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(start, start + 5)])
    assert boxes.spans[0]


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
