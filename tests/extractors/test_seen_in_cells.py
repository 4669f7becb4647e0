"""What a person sees in a cell and its value does not say: faults, signs set in Wingdings."""

import struct

import pytest

from extractors.office import spreadsheets
from tests.helpers import office_files as office

FAULTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def lines(path):
    return [line for page in spreadsheets.extract(path) for line in page.text.splitlines()]


def test_a_fault_in_a_cell_is_read(tmp_path):
    def fill(book, sheet):
        for row, fault in enumerate(FAULTS.values(), 1):
            sheet.write(row, 0, f"Ward {row}")
            sheet.write_formula(row, 1, "=1/A1", book.add_format({"num_format": "0.0%"}), fault)
            sheet.write(row, 2, "beds")

    path = office.workbook(tmp_path / "faults.xlsx", fill)
    assert lines(path) == [
        "Plan",
        "Payment",
        *(f"Ward {n} {fault} beds" for n, fault in enumerate(FAULTS.values(), 1)),
    ]


def test_a_hidden_fault_is_not_read_as_printed(tmp_path):
    def fill(book, sheet):
        sheet.write_formula(1, 0, "=1/A1", None, "#DIV/0!")
        sheet.set_row(1, None, None, {"hidden": True})

    (page,) = spreadsheets.extract(office.workbook(tmp_path / "hidden.xlsx", fill))
    assert "#DIV/0!" not in page.text
    assert "#DIV/0!" in str(page)


def test_a_fault_in_an_old_workbook_is_read(tmp_path):
    records = []
    for row, code in enumerate(FAULTS, 1):
        records.append((0x205, struct.pack("<3H2B", row, 0, 0, code, 1)))
        value = struct.pack("<BxB3xH", 2, code, 0xFFFF)  # of a formula
        records.append((0x06, struct.pack("<3H", row, 1, 0) + value + struct.pack("<HIH", 0, 0, 0)))
    path = office.xls(tmp_path / "faults.xls", *records, (0x205, struct.pack("<3H2B", 9, 0, 0, 1, 0)))
    assert lines(path) == ["Plan", "Payment", *(f"{fault} {fault}" for fault in FAULTS.values()), "", "TRUE"]


def test_a_fault_in_a_binary_workbook_is_read(tmp_path):
    rows = [[f"Ward {code}", code, "beds"] for code in FAULTS]
    path = office.xlsb(tmp_path / "faults.xlsb", "Winter", *rows)
    assert lines(path) == ["Winter", *(f"Ward {code} {fault} beds" for code, fault in FAULTS.items())]


@pytest.mark.parametrize("fault", [*FAULTS.values(), "Err:502"])
def test_a_fault_in_an_open_document_is_read(tmp_path, fault):
    cell = f'office:value-type="string" office:string-value=""><text:p>{fault}</text:p></table:table-cell>'
    body = (
        '<table:table table:name="Plan"><table:table-row><table:table-cell office:value-type="string">'
        f"<text:p>Ward</text:p></table:table-cell><table:table-cell {cell}"
        f'<table:table-cell table:number-columns-repeated="2" {cell}</table:table-row></table:table>'
    )
    path = office.open_document(tmp_path / "faults.ods", "spreadsheet", body)
    assert lines(path)[1] == f"Ward {fault} {fault} {fault}"
