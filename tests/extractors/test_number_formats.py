"""Numbers are text as their formats show them, in every format that has formats."""

from __future__ import annotations

import datetime as dt
import struct

import pytest
import xlfmt
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from extractors.office import pptx_files, spreadsheets
from extractors.office.cells.number_formats import as_shown, code_of, without_format
from tests.extractors.test_hidden_words import SHEET, odf, xls

SEEN = [
    (0.125, "0.0%", "12.5%"),
    (1234567.5, "£#,##0.00", "£1,234,567.50"),
    (-1234.5, "#,##0;[Red](#,##0)", "(1,235)"),
    (-1234.5, "[$£-809]#,##0.00", "-£1,234.50"),
    (12_400_000, '0.0,, "m"', "12.4 m"),
    (1.5, "[h]:mm", "36:00"),
    (2.25, "# ??/??", "2 1/4"),
    (45000, "[$-809]dd mmmm yyyy;@", "15 March 2023"),
    (0.75, "h:mm AM/PM", "6:00 PM"),
    (0, '0;-0;"nil";@', "nil"),
    (1234.5, '_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-', "£1,234.50"),
    (5, '"Yes";"Yes";"No"', "Yes"),
    (1500, '[>=1000]0.0,"k";0', "1.5k"),
    (7, "000", "007"),
]


@pytest.mark.parametrize(("value", "code", "seen"), SEEN)
def test_a_number_of_a_workbook_is_read_without_format_shown(tmp_path, value, code, seen):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_number(3, 2, value, book.add_format({"num_format": code}))
    (page,) = spreadsheets.extract(path)
    assert page.text == seen


@pytest.mark.parametrize(("value", "code", "seen"), [row for row in SEEN if not isinstance(row[0], float)])
def test_a_number_of_an_old_workbook_is_read_without_format_shown(tmp_path, value, code, seen):
    said = code.encode("latin-1")
    for records in (
        [(0x27E, struct.pack("<3Hi", 4, 2, 0, value << 2 | 2))],
        [(0xBD, struct.pack("<2HHiHiH", 4, 2, 0, value << 2 | 2, 0, value << 2 | 2, 3))],
    ):
        path = xls(
            tmp_path / "a",
            (0x41E, struct.pack("<HHB", 164, len(said), 0) + said),
            (0xE0, struct.pack("<HH16x", 0, 164)),
            *records,
        )
        (page,) = spreadsheets.extract(path)
        assert seen in page.text
        path.unlink()


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        ("percentage", "0.125", "12.5%"),
        ("currency", "-1234.5", "(£1,234.50)"),
        ("date", "2023-03-15", "15 March 2023"),
        ("time", "PT36H05M00S", "36:05"),
        ("float", "12400000", "12.4 m"),
        ("boolean", "true", "TRUE"),
    ],
)
def test_a_number_of_an_open_document_is_read_without_format_shown(tmp_path, kind, value, seen):
    said = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    repeated = 'table:number-columns-repeated="2"'
    cell = f'<table:table-cell {repeated} office:value-type="{kind}" office:{said}="{value}">'
    cell += f"<text:p>{seen}</text:p></table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="2">{cell}</table:table-row>'
    (page,) = odf("spreadsheet", SHEET.format(row))(tmp_path / "a")
    assert page.text.split("\n") == ["Plan", *[f"{seen} {seen}"] * 2]


def test_what_formats_leave_out_is_hidden_and_noughts_are_nothing(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, (value, code) in enumerate([(7, ";;;"), (0, "0;-0;;@"), (-8, "0;;0"), (3, "0")]):
            sheet.write_number(row, 0, value, book.add_format({"num_format": code}))
        sheet.write_string(5, 0, "nowhere", book.add_format({"num_format": ";;;"}))
        sheet.write_string(6, 0, "here", book.add_format({"num_format": ";;"}))
    (page,) = spreadsheets.extract(path)
    assert page.text.split() == ["3", "here"]
    assert [part.text.split() for part in page.parts] == [["7", "-8", "nowhere"]]


def test_a_sheet_that_shows_no_noughts_has_none(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.hide_zero()
        sheet.write_row(0, 0, [0, 4, 0])
    (page,) = spreadsheets.extract(path)
    assert page.text == "4"


@pytest.mark.parametrize(
    ("kind", "labels", "seen"),
    [
        ("bar", {"value": True, "num_format": "0.0%"}, "12.5% 87.5%"),
        ("pie", {"percentage": True}, "13% 88%"),
        ("line", {"value": True, "custom": [{"delete": True}]}, "0.875"),
        ("line", {}, ""),
    ],
)
def test_a_chart_of_a_workbook_says_the_numbers_that_are_written_in_it(tmp_path, kind, labels, seen):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 1, [0.125, 0.875])
        chart = book.add_chart({"type": kind})
        chart.add_series({"values": "=Sheet1!$B$1:$B$2", **({"data_labels": labels} if labels else {})})
        sheet.insert_chart(9, 0, chart)
    (page,) = spreadsheets.extract(path)
    assert " ".join(page.text.split()) == f"0.125 0.875 {seen}".strip()


def test_a_chart_of_a_slide_says_the_days_under_it_and_the_numbers_at_its_points(tmp_path):
    slides = Presentation()
    data = CategoryChartData(number_format="0.0%")
    data.categories = [dt.date(2026, 3, 1), dt.date(2026, 4, 1)]
    data.add_series("Shares", (0.125, 0.875))
    shapes = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    plot = shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, Cm(8), Cm(6), data).chart.plots[0]
    plot.has_data_labels = True
    slides.save(tmp_path / "a.pptx")
    (page,) = pptx_files.extract(tmp_path / "a.pptx")
    assert page.text.split("\n")[-2:] == ["2026-03-01 2026-04-01", "12.5% 87.5%"]


CELLS = st.floats() | st.integers() | st.text() | st.dates() | st.timedeltas()


@given(CELLS, st.text('0#?,.;%@"\\[]hmsdyEe+-/*_ £'))
def test_no_format_fails(value, code):
    assert isinstance(as_shown(value, code), str)
    assert as_shown(value, "") == without_format(value)


@given(
    st.floats(-1e9, 1e9),
    st.sampled_from(
        [
            *(
                "0",
                "0.00",
                "#,##0",
                "#,##0.0%",
                "£#,##0.00",
                "[$£-809]#,##0;[Red]-[$£-809]#,##0",
                '"About "0',
            ),
            *('_-* #,##0.0_-;(* #,##0.0);_-* "-"??_-;_-@_-', '0.0" beds";"less "0.0', "0\\ \\m;@", "0;-0;;@"),
        ]
    ),
)
def test_even_formats_are_written_as_the_library_writes_them(value, code):
    assert as_shown(value, code) == " ".join(xlfmt.format_value(value, code).split())


def test_formats_that_files_name_by_number():
    assert [code_of(number) for number in (0, 9, 14, 38, 49, 500)] == [
        "",
        "0%",
        "dd/mm/yyyy",
        "#,##0;(#,##0)",
        "",
        "",
    ]
    assert as_shown(dt.date(2023, 3, 15), code_of(14)) == "15/03/2023"
