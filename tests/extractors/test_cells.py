"""Cells and columns drawn line by line are read one by one; rows of single lines stay rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from extractors.pdf.order import cells
from extractors.pdf.order.pieces import CellPiece

TABLE = [
    ("Whole", "Agreed by"),
    ("population", "the board"),
    ("payment", "in May"),
]
THREE = [
    ("Uplands and the villages to", "An alliance agreement between", "Each board by itself, on"),
    ("the north of the county and", "four trusts and the council, all", "advice of the senate and of"),
    ("the west", "for the whole population", "its members"),
]
PROSE = [
    ("The committee heard that the whole", "Residents were told that the first of"),
    ("population payment would run beside", "the schemes would open in the autumn"),
    ("Existing agreements for two years and", "subject to staff being found for it and"),
    ("that it was then to be looked at again.", "that a risk register is kept by them."),
]
ROWS = {
    "figures": [("salaries of staff", "12.3"), ("agency staff", "4.5"), ("the rest", "1.1")],
    "a glossary": [("carer", "someone who looks after"), ("dose", "amount of a medicine")],
    "a list": [("a.", "local government"), ("b.", "bulk data"), ("c.", "charities")],
    "names": [("Chair of the trust", "A person"), ("Clerk to the board", "Another person")],
    "an agenda": [("Finance report for May", "Director of finance"), ("Quality report", "Chief nurse")],
}


def paper(path, lines, *, size=10, step=13, lefts=(72, 250, 420)):
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont("Helvetica", size)
    canvas.drawString(72, 760, "The board met in public in the town hall on a wet morning.")
    for number, line in enumerate(lines):
        for left, piece in zip(lefts, line, strict=False):
            canvas.drawString(left, 700 - step * number, piece)
    canvas.save()
    return path


def read(path):
    (page,) = pdf.extract(path)
    return page


def columns(lines):
    return [" ".join(filter(None, column)) for column in zip(*lines, strict=True)]


@pytest.mark.parametrize("size", [8, 10, 12])
@pytest.mark.parametrize("lines", [TABLE, THREE, PROSE], ids=["table", "three columns", "prose"])
def test_cells_drawn_line_by_line_are_read_one_by_one(tmp_path, lines, size):
    lefts = (72, 72 + 15 * size, 72 + 30 * size) if len(lines[0]) > 2 else (72, 72 + 20 * size)
    path = paper(tmp_path / "a.pdf", lines, size=size, step=1.3 * size, lefts=lefts)
    page = read(path)
    words = " ".join(page.text.split())
    assert words.endswith(" ".join(columns(lines)))
    last = lines[0][-1]
    at = page.text.index(last)
    (found,) = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(at, at + len(last))]).spans
    assert found[0].left == pytest.approx(lefts[-1], abs=2)


@pytest.mark.parametrize("lines", ROWS.values(), ids=ROWS)
def test_rows_of_single_lines_stay_rows(tmp_path, lines):
    text = read(paper(tmp_path / "a.pdf", lines)).text
    assert text.split("\n")[1:] == [" ".join(line) for line in lines]


def test_two_rows_of_several_lines_are_two_rows(tmp_path):
    canvas_lines = [*TABLE, ("Next", "Left to"), ("year", "the chair")]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for number, line in enumerate(canvas_lines):
        for left, piece in zip((72, 250), line, strict=True):
            canvas.drawString(left, 700 - 13 * number - (20 if number > 2 else 0), piece)
    canvas.save()
    words = " ".join(read(tmp_path / "a.pdf").text.split())
    assert words == " ".join(columns(TABLE) + columns(canvas_lines[3:]))


CAPITALS = [
    ("Action for the Provider", "Action for the Alliance", "Action for the Shared"),
    ("Collaborative Board of the", "Contract Management Group", "Services Committee of"),
    ("Uplands", "Members", "Westmouth"),
]


def spaced_rows(path, rows, *, gap):
    """Rows of lines, further apart than the lines of each by `gap` points."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont("Helvetica", 9.5)
    height = 720.0
    for row in rows:
        for line in row:
            for left, piece in zip((72, 212, 352), line, strict=True):
                canvas.drawString(left, height, piece)
            height -= 11.5
        height -= gap
    canvas.save()
    return path


def test_cells_whose_lines_begin_with_capitals_are_told_by_the_gaps_between_rows(tmp_path):
    page = read(spaced_rows(tmp_path / "a.pdf", [CAPITALS] * 4, gap=12))
    assert " ".join(page.text.split()) == " ".join(columns(CAPITALS) * 4)


def test_rows_of_names_stay_rows_where_gaps_part_groups_of_them(tmp_path):
    rows = [
        [
            (f"{place} {service}", body, "Agreed")
            for service, body in [("Alliance", "Board"), ("Lead Contract", "Joint Committee")]
        ]
        for place in ("Uplands", "Westmouth", "Netherfield")
    ]
    page = read(spaced_rows(tmp_path / "a.pdf", rows, gap=12))
    assert [line for line in page.text.split("\n") if line] == [
        " ".join(line) for row in rows for line in row
    ]


BODY = [
    "The board heard that partners had set out their",
    "views on the whole population payment in full, and",
    "that the alliance agreement would come back to its",
    "next meeting with a plan for the first two years of",
    "shared work between the trusts and the council, so",
    "that residents could be asked in the spring.",
]
BAR = [
    "What people told us: care",
    "should be near home, and",
    "somebody should know all",
    "of my story without being",
    "told it again at each door.",
]


@pytest.mark.parametrize("lefts", [(72, 400), (240, 60)], ids=["bar on the right", "bar on the left"])
@pytest.mark.parametrize("leading", [10.5, 14], ids=["closer", "as wide"])
def test_a_side_bar_drawn_in_turn_with_the_body_is_read_as_a_whole(tmp_path, lefts, leading):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for number, line in enumerate(BODY):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(lefts[0], 700 - 14 * number, line)
        if number < len(BAR):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(lefts[1], 703 - leading * number, BAR[number])
    canvas.save()
    words = " ".join(read(tmp_path / "a.pdf").text.split())
    assert words == " ".join(BODY + BAR if lefts[0] < lefts[1] else BAR + BODY)


LIST = [
    "Key dates",
    "1 May: the plan comes",
    "3 June: boards meet",
    "9 July: council votes",
    "Then it begins",
]


@pytest.mark.parametrize("lefts", [(72, 400), (240, 60)], ids=["bar on the right", "bar on the left"])
@pytest.mark.parametrize(
    ("leading", "lower"),
    [*((leading, lower) for leading in (12.5, 14, 16) for lower in (0, 5, 14)), (10.5, 5), (11, 5)],
)
def test_a_short_list_told_among_the_lines_next_to_it_is_read_as_a_whole(tmp_path, lefts, leading, lower):
    """From the top down, as programs tell a page that they print again."""
    rows = [(700 - 14 * at, lefts[0], line, 11) for at, line in enumerate([*BODY[:5], *BODY])]
    rows += [(700 - lower - leading * at, lefts[1], line, 9) for at, line in enumerate(LIST)]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for height, left, line, size in sorted(rows, key=lambda row: (-row[0], row[1])):
        canvas.setFont("Helvetica", size)
        canvas.drawString(left, height, line)
    canvas.save()
    words = " ".join(read(tmp_path / "a.pdf").text.split())
    assert " ".join(LIST) in words
    assert " ".join(BODY) in words


ACTIONS = [
    ("Bring a plan for the shared work of", "A Smith"),
    ("both trusts to the next meeting in May", ""),
    ("Ask residents in the spring what they", "B Jones"),
    ("would like to see of it", ""),
    ("Write to the council about the grant", "C Brown"),
    ("and the terms that go with it", ""),
    ("Tell the place board what was agreed", "D Green"),
    ("and when it is to begin", ""),
    ("Publish the papers of the meeting on", "E White"),
    ("the page of the board", ""),
]


def test_rows_with_a_name_next_to_their_first_line_stay_rows(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for at, (action, name) in enumerate(ACTIONS):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 700 - 12 * at, action)
        canvas.drawString(330, 700 - 12 * at, name)
    canvas.save()
    words = " ".join(read(tmp_path / "a.pdf").text.split())
    names = [words.index(name) for _, name in ACTIONS if name]
    actions = [words.index(action) for action, name in ACTIONS if name]
    assert all(action < name for action, name in zip(actions, names, strict=True))
    assert all(name < action for name, action in zip(names, actions[1:], strict=False))


def test_a_side_bar_whose_first_line_is_its_longest_is_read_as_a_whole(tmp_path):
    bar, body = ["The whole population payment", *BAR[1:], *BAR], [*BODY, *BODY]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for number, line in enumerate(body):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700 - 14 * number, line)
        if number < len(bar):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(400, 700 - 11 * number, bar[number])
    canvas.save()
    assert " ".join(read(tmp_path / "a.pdf").text.split()) == " ".join(body + bar)


def test_rows_whose_cells_have_their_own_lines_stay_rows(tmp_path):
    rows = [
        ("Highway renewal, for works of", "24-25", "0.8"),
        ("Public rights of way and the", "24-25", "0.1"),
    ] * 3
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for number, (name, year, sum_) in enumerate(rows):
        top = 700 - 30 * number
        for left, height, words in (
            (72, top, name),
            (72, top - 12, "this year"),
            (300, top - 6, year),
            (400, top - 6, sum_),
        ):
            canvas.drawString(left, height, words)
    canvas.save()
    words = " ".join(read(tmp_path / "a.pdf").text.split())
    assert words == " ".join(f"{name} this year {year} {sum_}" for name, year, sum_ in rows)


pieces = st.builds(
    lambda left, wide, words: (left, left + wide, words),
    st.integers(0, 500),
    st.integers(1, 200),
    st.lists(st.sampled_from(["The", "board", "12.3", "in", "May"]), min_size=1, max_size=6).map(tuple),
)


@given(st.lists(st.lists(pieces, min_size=1, max_size=4), max_size=12))
def test_no_piece_is_lost_and_none_is_said_twice(made):
    lines, at = [], 0
    for number, line in enumerate(made):
        here = []
        for left, right, words in sorted(line):
            here.append(CellPiece(at, at + 1, left, right, 700 - 12 * number, 709 - 12 * number, words))
            at += 1
        lines.append(here)
    assert sorted(piece.start for line in cells.in_order(lines) for piece in line) == list(range(at))


def test_heads_drawn_last_and_cells_lose_no_word(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.drawString(72, 30, "Page 1 of 2")
    for number, line in enumerate(TABLE):
        for left, piece in zip((72, 250), line, strict=True):
            canvas.drawString(left, 700 - 13 * number, piece)
    for number in range(8):
        canvas.drawString(72, 600 - 13 * number, f"The board met in public on day {number}.")
    canvas.drawString(72, 800, "Board papers")
    canvas.save()
    lines = [line for line in read(tmp_path / "a.pdf").text.split("\n") if line]
    assert lines[:7] == ["Board papers", "Whole", "population", "payment", "Agreed by", "the board", "in May"]
    assert lines[-1] == "Page 1 of 2"
    assert len(lines) == 16


def calendar(path, head):
    """Cells with their days at their right: one without words, two with a sentence over two lines."""
    canvas = Canvas(str(path), pagesize=(842, 595))
    for at, name in enumerate(head):
        canvas.drawString(40 + 155 * at, 520, name)
    canvas.drawString(177, 450, "4")
    for left, day, lines in (
        (195, "5", ["Three boards will report on", "their plan for the county"]),
        (350, "6", ["No complaints of the place", "were left to be answered"]),
    ):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(left, 450, lines[0])
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(left + 137, 450, day)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(left, 439, lines[1])
    canvas.save()
    return path


def test_a_day_in_the_corner_of_its_cell_tears_no_sentence(tmp_path):
    (page,) = pdf.extract(calendar(tmp_path / "a", ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]))
    words = " ".join(page.text.split())
    assert "4 5 Three boards will report on their plan for the county" in words
    assert "6 No complaints of the place were left to be answered" in words


def test_figures_at_the_end_of_lines_stay_there_where_no_week_is_named(tmp_path):
    (page,) = pdf.extract(calendar(tmp_path / "a", ["North", "South", "East", "West", "All"]))
    assert "report on 5" in " ".join(page.text.split())
