"""Cells of several lines that OCR reads across the page are told one by one."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors.ocr import seen_cells, tesseract
from tests.documents import fidelity


def words(*lines, letter=10, height=20, step=26):
    """Lines of pieces, each at its place: (where it begins, what it says)."""
    found = []
    for number, pieces in enumerate(lines):
        for left, said in pieces:
            at = left
            for word in said.split():
                top = step * number
                found.append(
                    seen_cells.SeenWord(word, at, top, at + letter * len(word), top + height, number)
                )
                at += letter * (len(word) + 1)
    return found


def told(*lines, **how):
    return [line for each in seen_cells.lines_of_cells(words(*lines, **how)) for line in each]


def test_a_cell_that_goes_on_is_told_whole():
    assert told(
        [(0, "Action"), (400, "By whom")],
        [(0, "Nurses asked for more beds in the"), (400, "The chair of the board would")],
        [(0, "winter plan"), (400, "write to Vale")],
    ) == [
        "Action By whom",
        "Nurses asked for more beds in the winter plan",
        "The chair of the board would write to Vale",
    ]
    assert told([(0, "Nurses asked for more beds in the"), (400, "Done")], [(0, "winter plan")]) == [
        "Nurses asked for more beds in the winter plan",
        "Done",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ([(0, "East ward"), (400, "12"), (500, "14")], [(0, "West ward"), (400, "13"), (500, "15")]),
        ([(0, "beds"), (400, "staff")], [(0, "pay"), (400, "rent")]),  # there was room
        ([(0, "The board met in the hall and it")], [(0, "was agreed")]),  # no cells
        ([(0, "Nurses asked for more beds in the"), (400, "Done")], [(200, "winter plan")]),  # under none
    ],
)
def test_rows_and_prose_stay_as_they_are(lines):
    assert told(*lines) == [" ".join(said for _, said in line) for line in lines]


@pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
def test_a_picture_of_a_table_is_read_by_cells():
    image = Image.new("L", (1700, 700), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=38)
    rows = [
        (("Action", "Result"), ()),
        (
            ("Nurses asked the board for beds in", "The chair of the committee would"),
            ("the winter plan", "write to the trust"),
        ),
    ]
    top = 60
    for row in rows:
        for number, line in enumerate(row):
            for left, said in zip((80, 900), line, strict=False):
                draw.text((left, top + 50 * number), said, fill=0, font=font)
        top += 160
    for across in (50, 870, 1650):
        draw.line((across, 30, across, 400), fill=0, width=3)
    said = " ".join(tesseract.recognise(image).split())
    assert "Nurses asked the board for beds in the winter plan" in said
    assert "The chair of the committee would write to the trust" in said
