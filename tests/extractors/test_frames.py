"""Boxes next to each other whose lines were drawn in turn are read one by one."""

import random

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes

TEAMS = [
    ["Chief Executive"],
    ["Director of", "Nursing and", "Quality Care"],
    ["Deputy Director of", "Finance"],
    ["Chief People", "Officer for", "Wider Teams", "and Culture"],
    ["Head of", "Estates"],
]
BEFORE = "The structure of our teams from April is shown in the chart below and was agreed."


def chart(path, order, apart):
    canvas = Canvas(str(path))
    canvas.setFont("Helvetica", 10)
    for number in range(3):
        canvas.drawString(60, 800 - 14 * number, BEFORE)
    lines = []
    for number, team in enumerate(TEAMS):
        left, wide = 20 + 112 * number, 112 - apart
        canvas.rect(left, 680, wide, 60)
        lines += [(left + wide / 2, 701 + 6 * len(team) - 12 * row, said) for row, said in enumerate(team)]
    if order == "rows":
        lines.sort(key=lambda line: (-line[1], line[0]))
    elif order == "any":
        random.Random(3).shuffle(lines)
    for across, up, said in lines:
        canvas.drawCentredString(across, up, said)
    canvas.save()
    return path


@pytest.mark.parametrize("apart", [6, 20])
@pytest.mark.parametrize("order", ["boxes", "rows", "any"])
def test_what_is_in_one_box_is_read_together(tmp_path, order, apart):
    path = chart(tmp_path / "a.pdf", order, apart)
    (page,) = pdf.extract(path)
    assert page.text.startswith("\n".join([BEFORE] * 3))
    said = page.text.replace("\n", " ")
    for team in TEAMS:
        assert " ".join(team) in said
    start = page.text.index("Quality Care")
    (found,) = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(start, start + 12)]).spans
    assert 132 < found[0].left < found[-1].right < 244
