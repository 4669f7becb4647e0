"""Forms within forms (XObjects): their words are text, their pictures are seen, their places are known."""

from __future__ import annotations

from contextlib import closing

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors import boxes, glance, pdf
from pipeline.model import PageMethod
from tests.documents import fidelity, make

WORDS = "The integrated care board is asked to note the corridor care plan of the year"


def nested(path, depth, draw, *, words=""):
    """What `draw` draws, at half its size in each of so many forms, one in the other."""
    canvas = Canvas(str(path), pagesize=A4)
    for level in range(depth):
        canvas.beginForm(f"level{level}")
        if level:
            canvas.translate(10, 10)
            canvas.doForm(f"level{level - 1}")
        else:
            canvas.scale(0.9, 0.9)
            draw(canvas)
        canvas.endForm()
    canvas.drawString(72, 40, words)
    canvas.translate(5, 5)
    canvas.doForm(f"level{depth - 1}")
    canvas.save()
    return path


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_words_in_forms_are_read_and_stand_where_they_are_drawn(tmp_path, depth):
    path = nested(tmp_path / "a", depth, lambda canvas: canvas.drawString(100, 500, WORDS))
    (page,) = pdf.extract(path)
    assert page.text == WORDS
    (span,) = boxes.find(path, 1, page.text, page.method, [(0, len(WORDS))]).spans
    (box,) = span
    offset = 5 + 10 * (depth - 1)
    assert box.left == pytest.approx(90 + offset, abs=2)
    assert A4[1] - box.bottom == pytest.approx(450 + offset, abs=4)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_pictures_in_forms_count_for_what_they_cover(tmp_path, depth):
    def scan(canvas):
        canvas.drawImage(ImageReader(make.picture([WORDS], dpi=36)), 0, 0, *A4)

    path = nested(tmp_path / "a", depth, scan, words="Enclosure 12")
    with closing(pypdfium2.PdfDocument(path)) as document, closing(document[0]) as page:
        assert glance.covered(page) == pytest.approx(0.81, abs=0.01)
        assert glance.strings(page) == 1


@pytest.mark.parametrize("depth", [1, 3])
def test_letters_in_forms_are_counted(tmp_path, depth):
    def lines(canvas):
        for number in range(7):
            canvas.drawString(72, 700 - 20 * number, "words")

    path = nested(tmp_path / "a", depth, lines)
    with closing(pypdfium2.PdfDocument(path)) as document, closing(document[0]) as page:
        assert glance.strings(page) in {7, 8}  # reportlab may draw the empty string too


@pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
def test_a_stamped_scan_in_a_form_is_read(tmp_path):
    def scan(canvas):
        canvas.drawImage(ImageReader(make.picture(["The corridor care plan"] * 8)), 0, 0, *A4)

    (page,) = pdf.extract(nested(tmp_path / "a", 2, scan, words="Enclosure 12"))
    assert page.method is PageMethod.OCR
    assert "corridor care plan" in page.text
