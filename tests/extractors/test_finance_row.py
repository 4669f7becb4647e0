"""A row of a finance table, from the bytes of a PDF to a search: words of it find it, and it is shown."""

from __future__ import annotations

from datetime import date

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from extractors.config import ExtractConfig
from extractors.isolation.sandbox import Sandbox
from pipeline import stages
from pipeline.matching.query import parse
from storage.archive import open_archive
from tests.helpers import archives

COLUMNS = (72, 300, 380, 460)  # points from the left
HEAD = ("System", "Plan", "Actual", "Variance")
ROWS = (
    ("Anytown ICB surplus", "£4.0m", "£4.1m", "0.1"),
    ("Anytown Hospital deficit", "(£10.0m)", "£12.3m", "(2.3)"),
    ("Marlshire Community", "-", "£1,204k", "n/a"),
)
ROW = "Anytown Hospital deficit (£10.0m) £12.3m (2.3)"


def placed(rows):
    """Every cell with its place, row by row."""
    for number, row in enumerate(rows):
        for left, cell in zip(COLUMNS, row, strict=True):
            yield left, 700 - 20 * number, cell


def by_rows(canvas):
    for left, down, cell in placed((HEAD, *ROWS)):
        canvas.drawString(left, down, cell)


def aligned_right(canvas):
    for left, down, cell in placed((HEAD, *ROWS)):
        if left == COLUMNS[0]:
            canvas.drawString(left, down, cell)
        else:
            canvas.drawRightString(left + 60, down, cell)


def with_a_grid(canvas):
    canvas.grid([*COLUMNS, 540], range(636, 720, 20))
    by_rows(canvas)


def small_and_close(canvas):
    """As a spreadsheet printed on one page: figures a hair's breadth apart."""
    canvas.setFont("Helvetica", 5)
    for number, row in enumerate((HEAD, *ROWS)):
        for left, cell in zip((72, 132, 156, 176), row, strict=True):
            canvas.drawString(left, 700 - 6 * number, cell)


def a_row_down_the_side(canvas):
    """A wide table on a page that is turned."""
    canvas.setPageRotation(90)
    canvas.translate(A4[0], 0)
    canvas.rotate(90)
    canvas.translate(0, -200)
    by_rows(canvas)


DRAWN = (by_rows, aligned_right, with_a_grid, small_and_close, a_row_down_the_side)


def paper(path, draw):
    """Three pages: both words in other rows, the table, and a sentence that has the figure alone."""
    canvas = Canvas(str(path), pagesize=A4)
    for line, words in enumerate(["Anytown Hospital deficit £9.9m", "A balance", "Reserves £12.3m"]):
        canvas.drawString(72, 700 - 20 * line, words)
    canvas.showPage()
    draw(canvas)
    canvas.showPage()
    canvas.drawString(72, 500, "Income rose by £12.3m in the year.")  # on a page that may be turned
    canvas.save()
    return path.read_bytes()


@pytest.fixture(scope="module", params=DRAWN, ids=lambda draw: draw.__name__)
def archive(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    content = paper(folder / "a", request.param)
    archive = open_archive(folder / "data")
    run = archive.catalogue.begin([archives.source()], date(2026, 11, 16))
    archive.catalogue.record_meeting(run, archives.meeting())
    archive.catalogue.record_document(run, archives.document(title="Finance report"))
    archive.blobs.put(content)
    archive.catalogue.record_revision(run, archives.revision(content))
    with Sandbox(ExtractConfig(workers=1, ocr=False), folder / "spool") as reader:
        assert stages.extract(archive.texts, reader).pages == 3
    return archive


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("£12.3m deficit", [1, 2]),  # words of a page, in any row of it
        ("£12.3m NEAR/2 deficit", [2]),
        ('"£12.3m (2.3)"', [2]),
        ('"hospital deficit (£10.0m) £12.3m"', [2]),
        ("£1,204k", [2]),
        ("12.3m NOT deficit", [3]),
    ],
)
def test_the_row_is_found(archive, query, pages):
    assert sorted(answer.page for answer in archive.search.find(parse(query), 0)) == pages


def test_the_row_is_shown_whole(archive):
    (answer,) = archive.search.find(parse("£12.3m NEAR/2 deficit"), 0)
    assert ROW in answer.snippet
    assert "deficit" in {answer.snippet[start:end] for start, end in answer.marks}
