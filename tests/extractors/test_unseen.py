"""What nobody sees on a page is no text of it, and is kept apart; what is seen stays, however it is made."""

from __future__ import annotations

import random
import zlib
from contextlib import suppress

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors.config import ExtractConfig, current
from extractors.pdf import document as pdf
from extractors.pdf import raw_file
from extractors.pdf.survey import survey
from pipeline.errors import ExtractionError
from pipeline.model import PageMethod, PartState
from tests.documents import make, pictures
from tests.extractors.test_hostile_files import pdf_of, stream

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


def too_small(canvas):
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(72, 500, SECRET)


def made_too_small(canvas):
    canvas.translate(72, 500)
    canvas.scale(0.05, 0.05)
    canvas.drawString(0, 0, SECRET)


def too_small_in_a_form(canvas):
    canvas.beginForm("note")
    canvas.setFont("Helvetica", 12)
    canvas.drawString(0, 0, SECRET)
    canvas.endForm()
    canvas.translate(72, 500)
    canvas.scale(0.05, 0.05)
    canvas.doForm("note")


def pressed_flat(canvas):
    canvas.translate(72, 500)
    canvas.scale(1, 0.02)
    canvas.drawString(0, 0, SECRET)


def outlined_in_white(canvas):
    canvas.setStrokeGray(1)
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(1)
    text.textLine(SECRET)
    canvas.drawText(text)


def under_a_thick_line(canvas):
    canvas.drawString(72, 500, SECRET)
    canvas.setStrokeGray(1)
    canvas.setLineWidth(20)
    canvas.line(60, 504, 520, 504)


def under_a_gradient(canvas):
    canvas.drawString(72, 500, SECRET)
    path = canvas.beginPath()
    path.rect(60, 490, 460, 30)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.linearGradient(60, 500, 520, 500, ((1, 1, 1), (0.9, 0.9, 0.9)))


def nearly_clipped_away(canvas):
    path = canvas.beginPath()
    path.rect(60, 506.5, 400, 100)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(72, 500, SECRET)


def white_on_a_white_picture(canvas):
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 20), "white")), 60, 480, 460, 60)
    canvas.setFillGray(1)
    canvas.drawString(72, 500, SECRET)


UNSEEN = (
    nearly_clipped_away,
    white_on_a_white_picture,
    too_small,
    made_too_small,
    too_small_in_a_form,
    pressed_flat,
    outlined_in_white,
    under_a_thick_line,
    under_a_gradient,
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


def filled_through_a_clip(canvas):
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(7)
    text.textLine(SECRET)
    canvas.drawText(text)
    canvas.setFillColorRGB(0, 0.4, 0)
    canvas.rect(60, 480, 460, 60, stroke=0, fill=1)


def half_clipped_away(canvas):
    path = canvas.beginPath()
    path.rect(60, 502.5, 400, 100)
    canvas.clipPath(path, stroke=0, fill=0)
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


def made_large(canvas):
    canvas.translate(72, 500)
    canvas.scale(10, 10)
    canvas.setFont("Helvetica", 1)
    canvas.drawString(0, 0, SECRET)


def struck_through(canvas):
    canvas.drawString(72, 500, SECRET)
    canvas.line(60, 503, 520, 503)


def in_small_print(canvas):
    canvas.setFont("Helvetica", 4)
    canvas.drawString(72, 500, SECRET)


SEEN = (
    filled_through_a_clip,
    half_clipped_away,
    made_large,
    struck_through,
    in_small_print,
    white_on_a_dark_ground,
    over_a_picture,
    under_a_frame,
    under_a_tint,
    in_light_grey,
    within_its_clip,
)


@pytest.mark.parametrize("draw", SEEN, ids=lambda draw: draw.__name__)
def test_what_is_seen_is_text(tmp_path, draw):
    (page,) = read(paper(tmp_path / "a.pdf", draw))
    assert page.text.split("\n") == [*LINES, SECRET]
    assert not [part for part in page.parts if part.state is PartState.HIDDEN]


def test_a_box_over_the_end_of_a_line_hides_that_alone(tmp_path):
    def draw(canvas):
        canvas.drawString(72, 500, f"Agreed in public: {SECRET}")
        canvas.setFillGray(1)
        canvas.rect(72 + canvas.stringWidth("Agreed in public: "), 490, 400, 30, 0, 1)

    (page,) = read(paper(tmp_path / "a.pdf", draw))
    assert page.text.split("\n") == [*LINES, "Agreed in public:"]
    assert [part.text for part in page.parts if part.state is PartState.HIDDEN] == [SECRET]


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


def test_words_behind_a_scan_that_are_not_in_its_picture_are_no_text(tmp_path):
    """A false layer: some of its words are at places where others are drawn, many at no ink."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(make.WIDTH, make.HEIGHT))
    for number, line in enumerate(LINES):
        canvas.drawString(60, 760 - 16 * number, line)
    picture = make.picture(["Whole page"] * 3)
    canvas.drawImage(ImageReader(picture), 0, 0, make.WIDTH, make.HEIGHT * 0.7)
    text = canvas.beginText(60, 0.7 * make.HEIGHT - 60)
    text.setTextRenderMode(3)
    for _ in range(6):
        text.textLine(SECRET)
    canvas.drawText(text)
    canvas.save()
    (page,) = read(tmp_path / "a.pdf")
    assert "whole population" not in page.text
    assert page.text.split("\n")[: len(LINES)] == LINES


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
    assert raw_file.signs(path).layers_off is not seen


NOTES = {
    "free text": b"/Subtype/FreeText/Contents(%s)/DA(/F1 9 Tf)",
    "note": b"/Subtype/Text/Contents(%s)",
    "field": b"/Subtype/Widget/FT/Tx/T(a)/V(%s)",
    "stamp": b"/Subtype/Stamp/AP<</N 7 0 R>>",
}
LAYERS = {
    "off": (b"/OC 6 0 R", b"/OFF[6 0 R]", False),
    "all off": (b"/OC 6 0 R", b"/BaseState/OFF", False),
    "on": (b"/OC 6 0 R", b"/OFF[9 0 R]", True),
    "of none": (b"", b"/OFF[6 0 R]", True),
    "any of two": (b"/OC<</Type/OCMD/OCGs[6 0 R 9 0 R]>>", b"/OFF[6 0 R]", True),
    "both of two": (b"/OC<</Type/OCMD/P/AllOn/OCGs[6 0 R 9 0 R]>>", b"/OFF[6 0 R]", False),
    "not": (b"/OC<</Type/OCMD/VE[/Not 6 0 R]>>", b"/OFF[9 0 R]", False),
    "shown where another is off": (b"/OC<</Type/OCMD/VE[/Not 6 0 R]>>", b"/OFF[6 0 R]", True),
}


@pytest.mark.parametrize(("layer", "state", "seen"), LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_notes_and_fields_of_a_layer_that_is_off_are_no_text(tmp_path, note, layer, state, seen):
    said = note % SECRET.encode() if b"%s" in note else note
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]>>/OCProperties<</OCGs[6 0 R 9 0 R]/D<<%s>>>>>>"
        % state,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 10 0 R/Annots[8 0 R]>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(TYPED), TYPED),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/OCG/Name(Draft)>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>"
        b"/Length %d>>stream\n%s\nendstream" % (len(LAYERED), LAYERED),
        b"<</Type/Annot/Rect[0 0 595 842]/F 4%s%s>>" % (said, layer),
        b"<</Type/OCG/Name(Other)>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    (tmp_path / "a.pdf").write_bytes(body + b"trailer<</Size 11/Root 1 0 R>>\n%%EOF")
    (page,) = read(tmp_path / "a.pdf")
    assert (SECRET in page.text) is seen


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


# ---- what pictures are described with

MAP = "A map of the wards of Penmarsh"
CURVE = b"10 10 20 30 40 40 c "
DRAWN = b"/Figure<</MCID 0>>BDC q 2 0 0 2 100 400 cm 0 0 m %s f Q EMC\n" % (CURVE * 300)


def tagged(path, alternative, *, typed=TYPED, drawn=DRAWN, packed=False):
    """A page with a figure of which the structure tree says this."""
    content = typed + drawn
    figure = b"<</Type/StructElem/S/Figure/P 7 0 R/Pg 3 0 R/K 0%s>>" % alternative
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents 0/Resources 9 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/StructTreeRoot/K 7 0 R/ParentTree<</Nums[0[8 0 R]]>>>>",
        b"<</Type/StructElem/S/Document/P 6 0 R/K[8 0 R]>>",
        b"null" if packed else figure,
        b"<</Font<</F1 5 0 R>>>>",
    ]
    whole = b"%PDF-1.5\n"
    places = []
    for number, said in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj%s endobj\n" % (number, said)
    if not packed:
        path.write_bytes(whole + b"trailer<</Size 10/Root 1 0 R>>\n%%EOF")
        return path
    stream = zlib.compress(b"8 0 " + figure)
    places.append(len(whole))
    whole += (
        b"10 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
        % (
            len(stream),
            stream,
        )
    )
    rows = [b"\0" * 7, *(b"\1" + at.to_bytes(4, "big") + b"\0\0" for at in places)]
    rows[8] = b"\2" + (10).to_bytes(4, "big") + b"\0\0"
    table = b"".join([*rows, b"\1" + len(whole).to_bytes(4, "big") + b"\0\0"])
    end = b"11 0 obj<</Type/XRef/Size 12/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream endobj\n" % (
        len(table),
        table,
    )
    path.write_bytes(whole + end + b"startxref\n%d\n%%%%EOF" % len(whole))
    return path


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "in a stream of objects"])
def test_what_a_figure_is_described_with_is_read_last(tmp_path, packed):
    (page,) = read(tagged(tmp_path / "a.pdf", b"/Alt(%s)" % MAP.encode(), packed=packed))
    assert page.text.endswith(f"\n[Alternative text: {MAP}]")
    assert page.text.startswith("The board met")


def test_a_page_of_nothing_but_a_described_figure_has_its_words(tmp_path):
    (page,) = read(
        tagged(tmp_path / "a.pdf", b"/Alt<FEFF%s>" % MAP.encode("utf-16-be").hex().encode(), typed=b"")
    )
    assert (page.text, page.method) == (f"[Alternative text: {MAP}]", PageMethod.TEXT_LAYER)
    assert [part.state for part in page.parts] == [PartState.UNREAD]


@pytest.mark.parametrize(
    "alternative",
    [
        b"",
        b"/Alt()",
        b"/Alt(C:\\\\Users\\\\A map.png)",
        b"/Alt(a map.JPG)",
        b"/Alt(The board  met in public)",
        b"/Alt(%s)" % (b"x" * 2_000_000),
    ],
    ids=["none", "empty", "a folder", "a file", "words that are printed", "two million letters"],
)
def test_a_description_that_says_no_more_leaves_the_page_as_it_is(tmp_path, alternative):
    (page,) = read(tagged(tmp_path / "a.pdf", alternative))
    assert len(page.text) < 21_000
    assert MAP not in page.text
    assert page.text.startswith("The board met in public in the town hall, and it was wet")


SHOWN_IN = (
    b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>"
    b"/Group<</S/Transparency/CS/DeviceGray>>"
)


@pytest.mark.parametrize(
    ("state", "mask", "in_form", "is_seen"),
    [
        (b"/ca 0", b"", False, False),
        (b"/ca 0", b"", True, False),
        (b"/SMask<</S/Luminosity/G 6 0 R>>", b"0 g 0 0 595 842 re f", False, False),
        (b"/SMask<</S/Luminosity/G 6 0 R>>", b"0 g 0 0 595 842 re f", True, False),
        (b"/SMask<</S/Alpha/G 6 0 R>>", b"", False, False),
        (b"/SMask<</S/Luminosity/G 6 0 R>>", b"1 g 0 0 595 842 re f", True, True),
        (b"/ca .5", b"", True, True),
        (b"/BM/Multiply", b"", False, True),
    ],
)
def test_what_a_state_or_a_mask_makes_clear_is_hidden(tmp_path, state, mask, in_form, is_seen):
    said = b"BT /F 12 Tf 72 500 Td (%s) Tj ET" % SECRET.encode()
    page = b"BT /F 12 Tf 72 700 Td (%s) Tj ET q /G gs %s Q" % (
        LINES[0].encode(),
        b"/X Do" if in_form else said,
    )
    names = b"<</Font<</F 5 0 R>>/ExtGState<</G<<%s>>>>/XObject<</X 7 0 R>>>>" % state
    path = tmp_path / "a.pdf"
    path.write_bytes(
        pdf_of(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%s>>" % names,
            stream(page),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            stream(mask, SHOWN_IN),
            stream(said, SHOWN_IN),
        )
    )
    (read_page,) = read(path)
    assert (SECRET in read_page.text) is is_seen
    assert ([part.text for part in read_page.parts] == [SECRET]) is not is_seen


@pytest.mark.parametrize(
    ("alternative", "said"),
    [
        (b"(A map (of \\(all\\) wards\\\n) in\\040Penmarsh)", "A map (of (all) wards) in Penmarsh"),
        (b"<FEFF%s>" % MAP.encode("utf-16-be").hex().encode(), MAP),
        (b"(\xfe\xff\\000A\\000 \x00m\x00a\x00p)", "A map"),
        (b"(A caf\\351)", None),
        (b"(A map (of all)", None),
        (b"(%s)" % (b"x" * 30_000), None),
        (b" 5 0 R", None),
    ],
    ids=[
        "marks",
        "digits",
        "both kinds of bytes",
        "a letter by its encoding",
        "no end",
        "too long",
        "elsewhere",
    ],
)
def test_a_file_is_looked_through_for_what_its_figures_are_described_with(tmp_path, alternative, said):
    """Pages are asked only for what is not told yet; where that cannot be known, each is asked."""
    found = raw_file.signs(tagged(tmp_path / "a.pdf", b"/Alt" + alternative)).descriptions
    assert found == (None if said is None else {said})


@pytest.mark.parametrize("alternative", [b"(A caf\\351 in Penmarsh)", b"(A map \\(of\\) Penmarsh)"])
def test_a_description_is_told_whether_or_not_the_file_gave_it_away(tmp_path, alternative):
    (page,) = read(tagged(tmp_path / "a.pdf", b"/Alt" + alternative))
    assert "Penmarsh]" in page.text


def test_blanks_that_are_drawn_as_strings_hide_nothing(tmp_path):
    """Word makes strings of blanks, transparent ones: for these no page need be drawn."""

    def blanks(canvas):
        canvas.setFillAlpha(0)
        for number in range(20):
            canvas.drawString(72 + 20 * number, 500, " ")

    with pypdfium2.PdfDocument(paper(tmp_path / "a", blanks)) as document:
        assert survey(document[0]).suspects == set()
