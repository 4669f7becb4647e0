"""A page as a picture, and its tables, without a cage around them: `test_places` asks through one."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import page_pictures, tables
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason
from tests.documents import make

ROWS = [["Plan", "Deficit"], ["Year to date", "£12.3m"]]


def drawn(*args):
    return Image.open(io.BytesIO(page_pictures.draw(*args)))


def with_table(path):
    canvas = Canvas(str(path))
    canvas.grid([72, 200, 330], [570, 600, 630, 660])
    for y, row in zip((640, 580), ROWS, strict=True):
        for x, words in zip((80, 210), row, strict=True):
            canvas.drawString(x, y, words)
    canvas.save()
    return path


def test_a_picture_is_as_wide_as_was_asked_within_bounds(tmp_path):
    path = make.pdf(tmp_path / "a", ["One page"])
    widths = [drawn(path, 1, width).width for width in (1, 640, 10**9)]
    assert widths[:2] == [page_pictures.NARROWEST, 640]
    assert 640 < widths[2] <= page_pictures.WIDEST


def test_words_are_framed_and_none_of_them_is_hidden(tmp_path):
    path = make.pdf(tmp_path / "a", ["One page"])
    plain, framed = drawn(path, 1, 400), drawn(path, 1, 400, [(0.25, 0.25, 0.75, 0.5)])
    left, across = framed.width // 4 - 4, framed.height * 3 // 8
    assert framed.getpixel((left, across)) == page_pictures.FRAME
    assert framed.getpixel((framed.width // 2, across)) == plain.getpixel((framed.width // 2, across))


def test_a_table_has_its_rows_and_none_that_is_empty(tmp_path):
    assert tables.tables_of_page(with_table(tmp_path / "a"), 1) == [ROWS]


def test_a_page_of_too_many_cells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_MOST_CELLS", 5)
    with pytest.raises(ExtractionError) as error:
        tables.tables_of_page(with_table(tmp_path / "a"), 1)
    assert error.value.reason is FailureReason.TOO_LARGE


@pytest.mark.parametrize("ask", [lambda *of: page_pictures.draw(*of, 300), tables.tables_of_page])
def test_a_page_that_is_not_there_and_a_file_that_is_none(tmp_path, ask):
    whole, broken = make.pdf(tmp_path / "a", ["One page"]), tmp_path / "b"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    for path, page in ((whole, 2), (broken, 1)):
        with pytest.raises(ExtractionError) as error:
            ask(path, page)
        assert error.value.reason in {FailureReason.UNREADABLE, FailureReason.NOT_WHAT_IT_SAYS}
