"""Words behind a scan are believed where the scan shows them."""

import pytest
from PIL import ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from pipeline.model import PageMethod, PartState
from tests.documents import fidelity, make

SHOWN = [
    "The board approved the winter plan for the whole place",
    "Members heard that nineteen beds would open in October",
    "The chair thanked the nurses who had worked each night",
    "Nothing further was raised before the meeting was closed",
]
OTHER = [
    "Councillors asked how many children waited for a dentist",
    "A report on parking will come back to us in the spring",
    "The committee noted progress with damp in council homes",
    "Officers were asked to write to the minister about buses",
]


def scan(path, behind):
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawImage(ImageReader(make.picture(SHOWN)), 0, 0, *A4)
    font = ImageFont.load_default(size=14)
    for number, line in enumerate(behind):
        text = canvas.beginText(60, A4[1] - 93 - 1.7 * 14 * number)
        text.setTextRenderMode(3)
        text.setFont("Helvetica", 14)
        text.setHorizScale(100 * font.getlength(SHOWN[number]) / canvas.stringWidth(line, "Helvetica", 14))
        text.textLine(line)
        canvas.drawText(text)
    canvas.save()
    return path


@pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
def test_words_of_another_page_behind_a_scan_are_hidden(tmp_path):
    (page,) = pdf.extract(scan(tmp_path / "a.pdf", OTHER))
    assert page.method is PageMethod.OCR
    assert [line for line in page.text.splitlines() if line] == SHOWN
    (part,) = (part for part in page.parts if part.state is PartState.HIDDEN)
    assert "Councillors asked" in part.text


def test_words_of_a_scan_are_its_text(tmp_path):
    slips = [line.replace("the", "tne", 1) for line in SHOWN]
    (page,) = pdf.extract(scan(tmp_path / "a.pdf", slips))
    assert page.method is PageMethod.TEXT_LAYER
    assert page.text.splitlines() == slips
