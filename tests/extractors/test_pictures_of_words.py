"""Words that stand in pictures beside typed text are read, put where they belong, and told apart from it."""

from __future__ import annotations

import io
import random

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors.box_types import PointBox
from extractors.config import ExtractConfig, current
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import ink, regions
from extractors.ocr.tesseract import Word
from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from extractors.pdf.opening import opened_pdf
from extractors.pdf.sheet import sheet_of
from pipeline import stages
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PartState
from storage.archive import open_archive
from tests.documents import fidelity, make, pictures
from tests.helpers import archives

needs_ocr = pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
PLACE = 80, 300, 400  # left, bottom and width in points


def read(path):
    """The pages, and why there are no more."""
    pages, reason = [], None
    try:
        pages.extend(pdf.extract(path))
    except ExtractionError as error:
        reason = error.reason
    return pages, reason


def said(page):
    """The words of its pictures."""
    return " ".join(page.text[part.start : part.end] for part in page.parts if part.state is PartState.OCR)


@needs_ocr
@pytest.mark.parametrize("kind", pictures.KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("dpi", "quality"), [(100, 60), pytest.param(150, 35, marks=pytest.mark.soak), (300, 90)]
)
def test_words_of_a_pasted_picture_are_text_of_its_page(tmp_path, kind, dpi, quality):
    chance = random.Random(f"{kind.__name__} {dpi}")
    image, words = kind(chance, dpi)
    left, bottom, width = PLACE
    lines = pictures.typed_page(
        tmp_path / "a.pdf", [(pictures.as_jpeg(image, quality), left, bottom, width)], chance
    )
    (page,), reason = read(tmp_path / "a.pdf")
    assert (page.method, reason) == (PageMethod.TEXT_LAYER, None)
    assert fidelity.recall(said(page), " ".join(words)) >= 0.9  # of one picture; the bench asks 0.95 of all
    (part,) = page.parts
    above, below = lines[pictures.TYPED_ABOVE - 1], lines[pictures.TYPED_ABOVE]
    assert page.text.index(above) < part.start < part.end < page.text.index(below)
    found = highlight_boxes.boxes_of_spans(
        tmp_path / "a.pdf", 1, page.text, page.method, [(part.start, part.end)], page.parts
    )
    top = pictures.HEIGHT - bottom - width * image.height / image.width
    for box in found.spans[0]:
        assert left - 3 <= box.left <= box.right <= left + width + 3
        assert top - 3 <= box.top <= box.bottom <= pictures.HEIGHT - bottom + 3
    (typed,) = highlight_boxes.boxes_of_spans(
        tmp_path / "a.pdf",
        1,
        page.text,
        page.method,
        [(page.text.index(below), page.text.index(below) + len(below))],
        page.parts,
    ).spans
    assert pictures.HEIGHT - typed[0].bottom == pytest.approx(160, abs=5)


@needs_ocr
def test_photographs_and_logos_give_no_words(tmp_path):
    chance = random.Random(3)
    for number in range(12):
        image = pictures.photograph(chance) if number % 2 else pictures.logo(chance)
        pictures.typed_page(tmp_path / "a.pdf", [(image, 80, 300, 300 if number % 2 else 90)], chance)
        (page,), reason = read(tmp_path / "a.pdf")
        assert (page.parts, reason) == ((), None)


def strips(image, count):
    """The picture cut into so many, from above."""
    height = image.height // count
    return [image.crop((0, at * height, image.width, (at + 1) * height)) for at in range(count)]


@needs_ocr
def test_a_picture_in_strips_is_one(tmp_path):
    chance = random.Random(4)
    image, words = pictures.table(chance, 200)
    left, bottom, width = PLACE
    pieces = strips(image, 12)
    tall = width * pieces[0].height / pieces[0].width
    placed = [(piece, left, bottom + tall * (11 - at), width) for at, piece in enumerate(pieces)]
    pictures.typed_page(tmp_path / "a.pdf", placed, chance)
    (page,), _ = read(tmp_path / "a.pdf")
    assert fidelity.recall(said(page), " ".join(words)) >= 0.95
    assert len(page.parts) == 1


@needs_ocr
def test_two_pictures_stand_each_at_its_place(tmp_path):
    chance = random.Random(5)
    first, first_words = pictures.table(chance, 150)
    second, second_words = pictures.chart(chance, 150)
    pictures.typed_page(tmp_path / "a.pdf", [(second, 80, 200, 300), (first, 80, 430, 400)], chance)
    (page,), _ = read(tmp_path / "a.pdf")
    one, other = (page.text[part.start : part.end] for part in page.parts)
    assert fidelity.recall(one, " ".join(first_words)) >= 0.9
    assert fidelity.recall(other, " ".join(second_words)) >= 0.9


@needs_ocr
def test_what_the_text_layer_has_is_not_read_twice(tmp_path):
    """A scan with its words behind it, as scanners' own OCR leaves them."""
    lines = ["The corridor care plan was agreed by the board on Tuesday"] * 12
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(make.WIDTH, make.HEIGHT))
    canvas.drawImage(ImageReader(make.picture(lines)), 0, 0, make.WIDTH, make.HEIGHT)
    for number, line in enumerate(lines):
        text = canvas.beginText(60, make.HEIGHT - 80 - 1.7 * 14 * number - 12)
        text.setFont("Helvetica", 14)
        text.setTextRenderMode(3)
        text.textLine(line)
        canvas.drawText(text)
    canvas.save()
    (page,), _ = read(tmp_path / "a.pdf")
    assert page.text.count("corridor care") == 12
    assert page.parts == ()


def as_pattern(path, image):
    """A page on which a box is filled with a pattern that is a picture, as cairo prints one."""
    content = io.BytesIO()
    image.convert("L").save(content, "JPEG", quality=80)
    wide, high = 400, 400 * image.height // image.width
    drawn = b"BT /F 12 Tf 60 780 Td (A typed page) Tj ET /Pattern cs /P scn 80 300 %d %d re f" % (wide, high)
    tile = b"%d 0 0 %d 0 0 cm /I Do" % (wide, high)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 8 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</PatternType 1/PaintType 1/TilingType 1/BBox[0 0 %d %d]/XStep %d/YStep %d/Matrix[1 0 0 1 80 300]"
        b"/Resources<</XObject<</I 6 0 R>>>>/Length %d>>stream\n%s\nendstream"
        % (wide, high, wide, high, len(tile), tile),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream"
        % (image.width, image.height, len(content.getvalue()), content.getvalue()),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Pattern<</P 5 0 R>>/Font<</F 7 0 R>>>>",
    ]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    path.write_bytes(body + b"trailer<</Size 9/Root 1 0 R>>\n%%EOF")
    return path


@needs_ocr
def test_a_picture_that_is_spoilt_is_named(tmp_path):
    """What PDFium draws of it may be a blank."""
    chance = random.Random(8)
    content = io.BytesIO()
    pictures.table(chance, 150)[0].convert("L").save(content, "JPEG")
    lines = pictures.typed_page(tmp_path / "a.pdf", [(pictures.photograph(chance), *PLACE)], chance)
    whole = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    spoilt = pypdfium2.PdfImage.new(whole)
    spoilt.load_jpeg(io.BytesIO(content.getvalue()[: len(content.getvalue()) // 2]), inline=True)
    spoilt.set_matrix(pypdfium2.PdfMatrix().scale(400, 100).translate(80, 310))
    sheet = whole[0]
    sheet.insert_obj(spoilt)
    sheet.gen_content()
    whole.save(tmp_path / "b.pdf")
    (page,), _ = read(tmp_path / "b.pdf")
    assert lines[0] in page.text
    assert [part.why for part in page.parts if part.state is PartState.UNREAD] == ["it is damaged"]


@needs_ocr
def test_a_picture_that_fills_a_box_as_a_pattern_is_read(tmp_path):
    image, words = pictures.table(random.Random(3), 150)
    (page,), _ = read(as_pattern(tmp_path / "a.pdf", image))
    assert fidelity.recall(said(page), " ".join(words)) >= 0.9


def test_without_ocr_the_page_says_what_was_not_read(tmp_path):
    chance = random.Random(6)
    image, _ = pictures.table(chance, 150)
    lines = pictures.typed_page(tmp_path / "a.pdf", [(image, *PLACE)], chance)
    token = current.set(ExtractConfig(ocr=False))
    try:
        (page,), reason = read(tmp_path / "a.pdf")
    finally:
        current.reset(token)
    (part,) = page.parts
    assert (part.state, reason) == (PartState.UNREAD, FailureReason.NEEDS_OCR)
    assert 0.08 < part.share < 0.12
    assert lines[0] in page.text


@needs_ocr
def test_a_papers_own_letters_are_found_before_its_pictures_are_read(tmp_path):
    chance = random.Random(7)
    image, words = pictures.table(chance, 150)
    pictures.typed_page(tmp_path / "a.pdf", [(image, *PLACE)], chance)
    archive = open_archive(tmp_path / "data")
    sha256 = archives.crawl(archive, (tmp_path / "a.pdf").read_bytes())
    with Sandbox(ExtractConfig(workers=1), tmp_path / "spool") as reader:
        stages.extract(archive.texts, reader.at_first(), again=False)
        (page,) = archive.texts.pages(sha256)
        assert [part.state for part in page.parts] == [PartState.UNREAD]
        assert archive.reports.totals().pages_with_parts["not read"] == 1
        stages.extract(archive.texts, reader)
        (page,) = archive.texts.pages(sha256)
        assert fidelity.recall(said(page), " ".join(words)) >= 0.9
        assert archive.reports.totals().pages_with_parts == {"ocr": 1, "not read": 0, "hidden": 0}
        assert list(archive.texts.pending(reader.versions())) == []
    archive.database.engine.dispose()


def test_what_was_read_before_stays_where_reading_broke_off(tmp_path):
    archive = open_archive(tmp_path)
    sha256 = archives.keep(archive, ["The first page", "The second page", "The third page"])
    broken = archives.reading(sha256, ["The first page, with its picture"], reason=FailureReason.CRASHED)
    archive.texts.store(broken)
    assert [page.text for page in archive.texts.pages(sha256)] == [
        "The first page, with its picture",
        "The second page",
        "The third page",
    ]
    archive.database.engine.dispose()


def word(text, sure=90.0, line=1):
    return Word(text, (0, 0, 10, 10), sure, line)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ([word("Whole"), word("population"), word("payment")], "Whole population payment"),
        ([word("deficit"), word("12.3"), word("plan", 20)], "deficit 12.3"),
        ([word("~"), word("|;"), word("ea", 60), word("Plan")], ""),
        ([word("Plan", 50), word("ward", 50)], ""),
        ([word("Commissioning")], "Commissioning"),
        ([word("oe", 90)], ""),
        ([word("141"), word("253"), word("12%"), word("7.5")], "141 253 12% 7.5"),
        ([], ""),
    ],
)
def test_words_are_believed_where_they_are_words(words, kept):
    assert " ".join(each.text for each in regions.believed(words)) == kept


def test_a_region_is_judged_alike_alone_and_among_others(tmp_path):
    """Only the piece of the page around the regions is drawn."""
    chance = random.Random(5)
    image, _ = pictures.KINDS[0](chance, 150)
    left, bottom, width = PLACE
    drawn = pictures.as_jpeg(image, 90)
    pictures.typed_page(tmp_path / "a.pdf", [(drawn, left, bottom, width)], chance)
    height = width * image.height / image.width
    top = pictures.HEIGHT - bottom - height
    region = PointBox(left, top, left + width, top + height)
    with opened_pdf(tmp_path / "a.pdf") as document:
        page = document[0]
        sheet = sheet_of(page)
        alone = ink.wordlike(page, sheet, [region], [])
        corners = [
            PointBox(0, 0, 30, 30),
            PointBox(sheet.width - 30, sheet.height - 30, sheet.width, sheet.height),
        ]
        among = ink.wordlike(page, sheet, [corners[0], region, corners[1]], [])
        masked = ink.wordlike(page, sheet, [region], [region])
        page.close()
    assert len(alone) == 1
    assert among == [pytest.approx(alone[0], abs=1.0)]
    assert not masked


def test_thousands_of_pictures_are_bounded():
    many = [
        PointBox(left % 500, left // 7 % 800, left % 500 + 40, left // 7 % 800 + 30) for left in range(10_000)
    ]
    (box,) = ink.merged(many)
    assert box.left == 0
    assert ink.merged([PointBox(0, 0, 500, 800)] * 10_000) == [PointBox(0, 0, 500, 800)]
    assert len(ink.merged([PointBox(0, 0, 50, 50), PointBox(300, 300, 350, 350)])) == 2


def test_a_picture_that_cannot_be_drawn_leaves_the_text(tmp_path, monkeypatch):
    chance = random.Random(8)
    image, _ = pictures.table(chance, 100)
    lines = pictures.typed_page(tmp_path / "a.pdf", [(image, *PLACE)], chance)

    def fail(*_, **__):
        raise pypdfium2.PdfiumError("no bitmap")

    monkeypatch.setattr(pypdfium2.PdfPage, "render", fail)
    (page,), _ = read(tmp_path / "a.pdf")
    assert lines[0] in page.text
    assert [part.state for part in page.parts] == [PartState.UNREAD]
    assert "no bitmap" in page.parts[0].why


def test_pictures_drawn_over_each_other_without_end_are_named(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    image = ImageReader(Image.new("L", (8, 8), 128))
    for _ in range(400):
        canvas.drawImage(image, 0, 0, 595, 842)
    for number in range(8):
        canvas.drawString(72, 700 - 20 * number, "The board met in public in the town hall")
    canvas.save()
    (page,), _ = read(tmp_path / "a.pdf")
    assert page.text.count("town hall") == 8
    # Neither for words in pictures is it drawn, nor for letters that its font may misname.
    assert [(part.kind, part.state) for part in page.parts] == [
        ("picture", PartState.UNREAD),
        ("letters", PartState.UNREAD),
    ]
    assert all("more pictures, one over the other" in part.why for part in page.parts)
