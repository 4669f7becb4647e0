"""Boxes, pictures and tables of a page, each from a child process: what is planted in red is in its boxes."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import black, red
from reportlab.pdfgen.canvas import Canvas

from extractors.box_types import PointBox
from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from extractors.ocr import tesseract
from extractors.pdf import document as pdf
from extractors.pdf.highlight_boxes import lines
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod
from pipeline.text.canonical import LINE_END_HYPHEN
from tests.documents import make

WIDTH = 900  # pixels
STRAY = 2  # pixels that a letter's edge may lie outside its box


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    config = ExtractConfig(workers=1, seconds=20, ocr=False)
    with Sandbox(config, tmp_path_factory.mktemp("spool")) as reader:
        yield reader


def draw(path, pieces, *, turn=0, cropped=None):
    """Pieces of (x, y, angle, [(words, planted)…]) on one page."""
    canvas = Canvas(str(path), pagesize=(500, 700), cropBox=cropped)
    for x, y, angle, words in pieces:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        line = canvas.beginText(0, 0)
        line.setFont("Times-Roman", 14)
        for word, planted in words:
            line.setFillColor(red if planted else black)
            line.textOut(word)
        canvas.drawText(line)
        canvas.restoreState()
    canvas.save()
    return make.turned(path, turn)


def red_pixels(content):
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    spots = [
        (at % picture.width, at // picture.width)
        for at, (r, g, b) in enumerate(picture.get_flattened_data())
        if r > 180 and g < 120 and b < 120
    ]
    assert spots, "the planted words can be seen"
    return picture, spots


def outside(marks, picture, spots):
    """Red pixels that lie in none of the boxes."""
    scale = picture.width / marks.width
    boxes = [
        (b.left * scale - STRAY, b.top * scale - STRAY, b.right * scale + STRAY, b.bottom * scale + STRAY)
        for span in marks.spans
        for b in span
    ]
    return [
        spot
        for spot in spots
        if not any(l <= spot[0] <= r and t <= spot[1] <= b for l, t, r, b in boxes)  # noqa: E741 - edges of a box
    ]


def area(marks):
    return sum((b.right - b.left) * (b.bottom - b.top) for span in marks.spans for b in span)


LEFT = [
    (60, 600, 0, [("The board heard that ", False), ("corridor", True)]),
    (60, 580, 0, [("care", True), (" went on all winter.", False)]),
]
CASES = {
    "plain": {"pieces": LEFT},
    "on its side": {"pieces": LEFT, "turn": 90},
    "on its head": {"pieces": LEFT, "turn": 180},
    "scanned on its head": {"pieces": [(400, 300, 180, [("Note ", False), ("corridor care", True)])]},
    "on its other side": {"pieces": LEFT, "turn": 270},
    "cropped": {"pieces": LEFT, "cropped": (40, 300, 460, 650)},
    "cropped and turned": {"pieces": LEFT, "cropped": (40, 300, 460, 650), "turn": 90},
    "written upwards": {"pieces": [(200, 100, 90, [("Note ", False), ("corridor care", True)])]},
    "its foot drawn first": {
        "pieces": [
            (60, 40, 0, [("Page 4 of 12", False)]),
            (60, 600, 0, [("The board heard that ", False), ("corridor", True)]),
            (60, 580, 0, [("care", True), (" went on all winter.", False)]),
        ]
    },
    "two columns": {
        "pieces": [
            (40, 600, 0, [("the ", False), ("corridor", True)]),
            (40, 580, 0, [("care", True), (" plan", False)]),
            (280, 600, 0, [("another column", False)]),
            (280, 580, 0, [("of other words", False)]),
        ]
    },
}


@pytest.mark.parametrize("case", CASES)
def test_planted_words_stand_in_their_boxes(sandbox, tmp_path, case):
    path = draw(tmp_path / "a", **CASES[case])
    (page,) = pdf.extract(path)
    flat = page.text.replace("\n", " ")
    start = flat.index("corridor care")
    marks = sandbox.boxes(path, 1, page.text, page.method, [(start, start + len("corridor care"))])
    picture, spots = red_pixels(sandbox.picture(path, 1, WIDTH))
    assert abs(picture.width / picture.height - marks.width / marks.height) < 0.01
    assert outside(marks, picture, spots) == []
    assert area(marks) < 14 * 14 * len("corridor care"), "and in not much more than the words need"


def test_a_word_broken_over_a_line_has_two_boxes(sandbox, tmp_path):
    path = draw(
        tmp_path / "a",
        [
            (60, 600, 0, [("whole ", False), ("popu-", True)]),
            (60, 580, 0, [("lation", True), (" payment", False)]),
        ],
    )
    (page,) = pdf.extract(path)
    word = f"popu{LINE_END_HYPHEN}lation"
    start = page.text.index(word)
    marks = sandbox.boxes(path, 1, page.text, page.method, [(start, start + len(word))])
    picture, spots = red_pixels(sandbox.picture(path, 1, WIDTH))
    assert outside(marks, picture, spots) == []
    assert [len(span) for span in marks.spans] == [2]


def test_what_is_written_into_a_form_is_boxed_in_its_field(sandbox, tmp_path):
    path = make.form(tmp_path / "a", "What would you change?", "Keep the unit")
    (page,) = pdf.extract(path)
    answer = page.text.index("Keep")
    marks = sandbox.boxes(path, 1, page.text, page.method, [(0, 4), (answer, answer + 4)])
    (question,), (written,) = marks.spans
    assert question.bottom < marks.height - 690
    assert marks.height - 674 <= written.top < written.bottom <= marks.height - 650


def test_spans_outside_the_text_have_no_box(sandbox, tmp_path):
    path = make.pdf(tmp_path / "a", ["Few words"])
    assert sandbox.boxes(path, 1, "Few words", PageMethod.TEXT_LAYER, [(90, 95), (5, 2)]).spans == [[], []]


@pytest.mark.skipif(not tesseract.available(), reason="no Tesseract wheel here")
@pytest.mark.parametrize("turn", [0, 90])
def test_words_read_by_ocr_stand_in_their_boxes(sandbox, tmp_path, turn):
    page = Image.new("RGB", (1654, 2339), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=40)
    for row in range(8):
        pen.text((150, 200 + 80 * row), "The board is asked to note the report", fill="black", font=font)
    pen.text((150, 900), "corridor care", fill="red", font=font)
    size = (842, 595) if turn else (595, 842)
    path = tmp_path / "a"
    canvas = Canvas(str(path), pagesize=size)
    canvas.drawInlineImage(page.rotate(turn, expand=True), 0, 0, *size)
    canvas.save()
    (read,) = pdf.extract(path)
    assert read.method is PageMethod.OCR
    start = read.text.index("corridor care")
    marks = sandbox.boxes(path, 1, read.text, read.method, [(start, start + 13)])
    picture, spots = red_pixels(sandbox.picture(path, 1, WIDTH))
    assert outside(marks, picture, spots) == []


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], 0),
        ([PointBox(0, 0, 5, 10), PointBox(5, 1, 9, 10)], 1),  # side by side
        ([PointBox(0, 0, 5, 10), PointBox(0, 12, 5, 22)], 1),  # standing letters, one under the other
        ([PointBox(90, 0, 95, 10), PointBox(0, 12, 5, 22)], 2),  # the next line
        ([PointBox(0, 0, 5, 10), PointBox(200, 0, 205, 10)], 2),  # another column
    ],
)
def test_boxes_join_along_a_line(boxes, expected):
    assert len(lines(boxes)) == expected


def test_pictures_are_as_wide_as_asked_and_never_too_large(sandbox, tmp_path):
    path = tmp_path / "a"
    canvas = Canvas(str(path), pagesize=(100, 14_000))
    canvas.drawString(10, 10, "A very long page")
    canvas.save()
    small = make.pdf(tmp_path / "b", ["One page"])
    assert Image.open(io.BytesIO(sandbox.picture(small, 1, 640))).width == 640
    for paper in (small, path):
        large = Image.open(io.BytesIO(sandbox.picture(paper, 1, 10**9)))
        assert large.width <= 3_000
        assert 11_000_000 < large.width * large.height < 13_000_000


def test_a_table_keeps_its_rows(sandbox, tmp_path):
    path = tmp_path / "a"
    canvas = Canvas(str(path))
    canvas.grid([72, 200, 330], [600, 630, 660])
    for x, y, words in (
        (80, 640, "Plan"),
        (210, 640, "Deficit"),
        (80, 610, "Year to date"),
        (210, 610, "£12.3m"),
    ):
        canvas.drawString(x, y, words)
    canvas.save()
    (table,) = sandbox.tables(path, 1)
    assert table == [["Plan", "Deficit"], ["Year to date", "£12.3m"]]


@pytest.mark.parametrize("ask", ["picture", "boxes", "tables"])
def test_what_cannot_be_answered_says_why(sandbox, tmp_path, ask):
    whole, broken = make.pdf(tmp_path / "a", ["One page"]), tmp_path / "b"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    more = {"picture": (300,), "boxes": ("", PageMethod.TEXT_LAYER, []), "tables": ()}[ask]
    for path, page in ((whole, 2), (whole, 0), (broken, 1)):
        with pytest.raises(ExtractionError) as error:
            getattr(sandbox, ask)(path, page, *more)
        assert error.value.reason in {FailureReason.UNREADABLE, FailureReason.NOT_WHAT_IT_SAYS}
        assert not error.value.detail.startswith("TypeError")
