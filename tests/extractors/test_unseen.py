"""What nobody sees on a page is no text of it, and is kept apart; what is seen stays, however it is made."""

from __future__ import annotations

import random
from contextlib import suppress

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors.config import ExtractConfig, current
from extractors.pdf import document as pdf
from extractors.pdf import optional_content
from pipeline.errors import ExtractionError
from pipeline.model import PageMethod, PartState
from tests.documents import make, pictures

SECRET = "The board approved a whole population payment in secret"
LINES = [f"The board met in public in the town hall on a wet morning, line {number}" for number in range(8)]


@pytest.fixture(autouse=True)
def _without_ocr():
    token = current.set(ExtractConfig(ocr=False))
    yield
    current.reset(token)


def paper(path, draw, **options):
    """A page of typed lines on which something more is drawn."""
    canvas = Canvas(str(path), pagesize=(595, 842), **options)
    for number, line in enumerate(LINES):
        canvas.drawString(72, 760 - 16 * number, line)
    draw(canvas)
    canvas.save()
    return path


def read(path):
    pages = []
    with suppress(ExtractionError):
        pages.extend(pdf.extract(path))
    return pages


def white_on_white(canvas):
    canvas.setFillGray(1)
    canvas.drawString(72, 500, SECRET)


def in_the_colour_of_its_ground(canvas):
    canvas.setFillColorRGB(0.1, 0.3, 0.6)
    canvas.rect(60, 480, 460, 60, stroke=0, fill=1)
    canvas.drawString(72, 500, SECRET)


def under_a_bar(canvas):
    canvas.drawString(72, 500, SECRET)
    canvas.setFillGray(0)
    canvas.rect(60, 490, 460, 30, stroke=0, fill=1)


def under_a_picture(canvas):
    canvas.drawString(72, 500, SECRET)
    canvas.drawImage(ImageReader(pictures.photograph(random.Random(1))), 60, 480, 460, 60)


def under_a_form(canvas):
    canvas.beginForm("bar")
    canvas.rect(60, 490, 460, 30, stroke=0, fill=1)
    canvas.endForm()
    canvas.drawString(72, 500, SECRET)
    canvas.doForm("bar")


def unpainted(canvas):
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(3)
    text.textLine(SECRET)
    canvas.drawText(text)


def transparent(canvas):
    canvas.setFillAlpha(0)
    canvas.drawString(72, 500, SECRET)


def clipped_away(canvas):
    path = canvas.beginPath()
    path.rect(60, 300, 400, 100)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(72, 500, SECRET)


def beside_the_page(canvas):
    canvas.drawString(650, 500, SECRET)


def below_the_page(canvas):
    canvas.drawString(72, -40, SECRET)


def clipped_in_a_form(canvas):
    canvas.beginForm("half", lowerx=0, lowery=0, upperx=595, uppery=300)
    canvas.drawString(72, 500, SECRET)
    canvas.endForm()
    canvas.doForm("half")


UNSEEN = (
    white_on_white,
    in_the_colour_of_its_ground,
    under_a_bar,
    under_a_picture,
    under_a_form,
    unpainted,
    transparent,
    clipped_away,
    beside_the_page,
    below_the_page,
    clipped_in_a_form,
)


@pytest.mark.parametrize("draw", UNSEEN, ids=lambda draw: draw.__name__)
def test_what_nobody_sees_is_kept_and_is_no_text(tmp_path, draw):
    (page,) = read(paper(tmp_path / "a.pdf", draw))
    assert page.text.split("\n") == LINES
    assert [part.text for part in page.parts if part.state is PartState.HIDDEN] == [SECRET]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_it_is_told_on_turned_pages_too(tmp_path, turn):
    (page,) = read(make.turned(paper(tmp_path / "a.pdf", under_a_bar), turn))
    assert SECRET not in page.text
    assert LINES[3] in page.text


def test_the_neighbours_half_of_a_sheet_is_no_text(tmp_path):
    """One sheet as two pages, each with a crop box of its own."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(1190, 842))
    for number, line in enumerate(LINES):
        canvas.drawString(72, 760 - 16 * number, line)
        canvas.drawString(700, 760 - 16 * number, SECRET)
    canvas.save()
    with pypdfium2.PdfDocument((tmp_path / "a.pdf").read_bytes()) as document:
        document[0].set_cropbox(0, 0, 595, 842)
        document.save(tmp_path / "b.pdf")
    (page,) = read(tmp_path / "b.pdf")
    assert page.text.split("\n") == LINES


# ---- what is seen


def white_on_a_dark_ground(canvas):
    canvas.setFillColorRGB(0, 0.2, 0.4)
    canvas.rect(60, 480, 460, 60, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.drawString(72, 500, SECRET)


def over_a_picture(canvas):
    canvas.drawImage(ImageReader(pictures.photograph(random.Random(1))), 60, 480, 460, 60)
    canvas.setFillGray(1)
    canvas.drawString(72, 500, SECRET)


def under_a_frame(canvas):
    canvas.drawString(72, 500, SECRET)
    canvas.rect(60, 490, 460, 30, stroke=1, fill=0)


def under_a_tint(canvas):
    canvas.drawString(72, 500, SECRET)
    canvas.setFillColorRGB(1, 1, 0, alpha=0.4)
    canvas.rect(60, 490, 460, 30, stroke=0, fill=1)


def in_light_grey(canvas):
    canvas.setFillGray(0.8)
    canvas.drawString(72, 500, SECRET)


def within_its_clip(canvas):
    path = canvas.beginPath()
    path.rect(60, 480, 460, 100)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(72, 500, SECRET)


SEEN = (white_on_a_dark_ground, over_a_picture, under_a_frame, under_a_tint, in_light_grey, within_its_clip)


@pytest.mark.parametrize("draw", SEEN, ids=lambda draw: draw.__name__)
def test_what_is_seen_is_text(tmp_path, draw):
    (page,) = read(paper(tmp_path / "a.pdf", draw))
    assert page.text.split("\n") == [*LINES, SECRET]
    assert not [part for part in page.parts if part.state is PartState.HIDDEN]


def test_words_seen_between_words_out_of_sight_stay(tmp_path):
    def draw(canvas):
        for number, shade in enumerate((1, 0, 1)):
            canvas.setFillGray(shade)
            canvas.drawString(72, 500 - 16 * number, f"Sentence {number} of the whole population payment")

    (page,) = read(paper(tmp_path / "a.pdf", draw))
    assert "Sentence 1 of" in page.text
    assert "Sentence 0" not in page.text
    assert "Sentence 2" not in page.text
    assert [part.state for part in page.parts] == [PartState.HIDDEN] * 2


def scan_with_its_words(path, *, behind):
    """A scan as OCR programs leave it: its words unpainted over the picture, or painted behind it."""
    canvas = Canvas(str(path), pagesize=(make.WIDTH, make.HEIGHT))
    picture = ImageReader(make.picture(LINES))
    if not behind:
        canvas.drawImage(picture, 0, 0, make.WIDTH, make.HEIGHT)
    for number, line in enumerate(LINES):
        text = canvas.beginText(60, make.HEIGHT - 80 - 1.7 * 14 * number - 12)
        text.setFont("Helvetica", 12.4)
        text.setTextRenderMode(0 if behind else 3)
        text.textLine(line)
        canvas.drawText(text)
    if behind:
        canvas.drawImage(picture, 0, 0, make.WIDTH, make.HEIGHT)
    canvas.save()
    return path


@pytest.mark.parametrize("behind", [False, True])
def test_the_words_of_a_scan_are_seen_in_its_picture(tmp_path, behind):
    (page,) = read(scan_with_its_words(tmp_path / "a.pdf", behind=behind))
    assert page.method is PageMethod.TEXT_LAYER
    assert page.text.split("\n") == LINES


# ---- layers


TYPED = b"BT /F1 12 Tf 72 700 Td (The board met in public in the town hall, and it was wet) Tj ET\n"
LAYERED = b"BT /F1 12 Tf 72 600 Td (%s) Tj ET" % SECRET.encode()


def layered(path, state, content=b"/OC /L BDC %s EMC" % LAYERED):
    """A page whose last line stands in a layer."""
    content = TYPED + content
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<<%s>>>>>>" % state,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 7 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/OCG/Name(Draft)>>",
        b"<</Font<</F1 5 0 R>>/Properties<</L 6 0 R>>/XObject<</X 8 0 R>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/OC 6 0 R/Resources<</Font<</F1 5 0 R>>>>"
        b"/Length %d>>stream\n%s\nendstream" % (len(LAYERED), LAYERED),
    ]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    path.write_bytes(body + b"trailer<</Size 9/Root 1 0 R>>\n%%EOF")
    return path


@pytest.mark.parametrize(
    ("state", "seen"),
    [(b"/OFF[6 0 R]", False), (b"/BaseState/OFF", False), (b"/ON[6 0 R]", True), (b"/OFF[]", True)],
)
def test_a_layer_that_is_switched_off_is_not_read(tmp_path, state, seen):
    path = layered(tmp_path / "a.pdf", state)
    (page,) = read(path)
    assert (SECRET in page.text) is seen
    assert optional_content.switched_off(path) is not seen


@pytest.mark.parametrize(
    "content",
    [
        b"/OC /L BDC /P <</MCID 0>> BDC %s EMC EMC" % LAYERED,
        b"/P <</MCID 0>> BDC /OC /L BDC %s EMC EMC" % LAYERED,
        b"/P <</MCID 0>> BDC EMC /OC /L BDC q %s Q EMC" % LAYERED,
        b"/X Do",  # a form that belongs to the layer as a whole
    ],
    ids=["a paragraph in a layer", "a layer in a paragraph", "after a paragraph", "a form"],
)
@pytest.mark.parametrize("seen", [False, True])
def test_a_layer_is_told_wherever_it_stands_among_marks_and_forms(tmp_path, content, seen):
    path = layered(
        tmp_path / "a.pdf", b"/ON[6 0 R]/AS[<</Event/View/OCGs[]>>]" if seen else b"/OFF[6 0 R]", content
    )
    (page,) = read(path)
    assert (SECRET in page.text) is seen
    assert "The board met" in page.text
