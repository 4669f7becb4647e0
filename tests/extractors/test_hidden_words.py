"""Words that a file holds and does not show are kept apart, whatever the format; what is shown is text."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

from __future__ import annotations

import struct

import pytest
from pptx.util import Cm

from extractors import hidden, parts
from extractors.office import cell_looks, docx_files, opendocument, pptx_files, rtf, spreadsheets
from pipeline.model import PartState
from tests.extractors.test_office_read import (
    SAID,
    Edit,
    open_document,
    related,
    run,
    slides,
    text,
    word,
    words,
    workbook,
    xls,
    xml,
)

STYLE = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
NONE = '<style:text-properties text:display="none"/>'
SHEET = '<table:table table:name="Plan">{}</table:table>'
CELL = f'<table:table-cell office:value-type="string"><text:p>{SAID}</text:p></table:table-cell>'


def styled(inner):
    """A Word file whose styles, based on one another, hide text or do not."""
    styles = "".join(
        f'<w:style w:type="{kind}" w:styleId="{name}">{look}</w:style>'
        for kind, name, look in (
            ("paragraph", "Base", "<w:rPr><w:vanish/></w:rPr>"),
            ("paragraph", "P", '<w:basedOn w:val="Base"/>'),
            ("paragraph", "Q", '<w:basedOn w:val="Base"/><w:rPr><w:vanish w:val="0"/></w:rPr>'),
            ("character", "C", "<w:rPr><w:vanish/></w:rPr>"),
        )
    )
    return inner, related("styles", "more_styles.xml", xml("w:styles", styles))


def paragraph(look="", own=""):
    return f"<w:p><w:pPr>{look}</w:pPr><w:r><w:rPr>{own}</w:rPr><w:t>{SAID}</w:t></w:r></w:p>"


def shape(attribute):
    return f'<w:drawing><wp:anchor><wp:docPr id="1" name="x" {attribute}/><a:t/><w:txbxContent>{text()}</w:txbxContent></wp:anchor></w:drawing>'


def box(left, top, **more):
    def fill(slide):
        made = slide.shapes.add_textbox(Cm(left), Cm(top), Cm(8), Cm(2))
        made.text_frame.text = SAID
        for name, value in more.items():
            made._element.nvSpPr.cNvPr.set(name, value)

    return fill


def grouped(slide):
    """A group on the slide, with a box in it that stands off it."""
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Cm(3), Cm(1)).text_frame.text = "Seen."
    group.shapes.add_textbox(Cm(90), 0, Cm(3), Cm(1)).text_frame.text = SAID


def docx(inner, edit=None):
    return lambda path: docx_files.extract(word(path, inner, edit))


def pptx(fill, change=lambda parts: None):
    return lambda path: pptx_files.extract(slides(path, fill, Edit(), change))


def xlsx(fill):
    return lambda path: spreadsheets.extract(workbook(path, fill))


def odf(kind, body, more=None):
    reader = spreadsheets if kind == "spreadsheet" else opendocument
    return lambda path: reader.extract(open_document(path, kind, body, more))


def written(content):
    def read(path):
        path.write_bytes(content.encode())
        return rtf.extract(path)

    return read


def leave_out(parts):
    parts["ppt/slides/slide1.xml"] = parts["ppt/slides/slide1.xml"].replace(
        b"<p:sld ", b'<p:sld show="0" ', 1
    )


def old(*records):
    return lambda path: spreadsheets.extract(
        xls(path, (0x204, struct.pack("<4H", 4, 2, 0, len(SAID)) + b"\0" + SAID.encode()), *records)
    )


PAGE_SIZE = {
    "styles.xml": f'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" {STYLE} xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"><style:page-layout-properties fo:page-width="28cm" fo:page-height="8in"/></office:document-styles>'.encode()
}
PLACE = (
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" svg:width="9cm" svg:height="2cm"'
)
HIDDEN = {
    "docx run": docx(*styled(paragraph(own="<w:vanish/>"))),
    "docx paragraph style": docx(*styled(paragraph('<w:pStyle w:val="P"/>'))),
    "docx character style": docx(*styled(paragraph(own='<w:rStyle w:val="C"/>'))),
    "docx row": docx(f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{text()}</w:tc></w:tr></w:tbl>"),
    "docx shape": docx(run(shape('hidden="1"'))),
    "docx shape of before": docx(run(f'<w:pict><v:shape style="position:absolute;visibility:hidden"><v:textbox><w:txbxContent>{text()}</w:txbxContent></v:textbox></v:shape></w:pict>')),
    "pptx left of the slide": pptx(box(-20, 3)),
    "pptx below the slide": pptx(box(3, 30)),
    "pptx in a group": pptx(grouped),
    "pptx hidden shape": pptx(box(3, 3, hidden="1")),
    "pptx hidden slide": pptx(box(3, 3), leave_out),
    "xlsx sheet": xlsx(lambda b, s: (b.add_worksheet("More").write(0, 0, SAID), b.get_worksheet_by_name("More").hide())),
    "xlsx very hidden sheet": xlsx(lambda b, s: (b.add_worksheet("More").write(0, 0, SAID), b.get_worksheet_by_name("More").very_hidden())),
    "xlsx row": xlsx(lambda b, s: (s.write(4, 0, SAID), s.set_row(4, None, None, {"hidden": True}))),
    "xlsx column": xlsx(lambda b, s: (s.write(0, 5, SAID), s.set_column(4, 6, None, None, {"hidden": True}))),
    "xlsx format": xlsx(lambda b, s: s.write(3, 3, SAID, b.add_format({"num_format": ";;;"}))),
    "xls row": old((0x208, struct.pack("<H10xB3x", 4, 0x20))),
    "xls column": old((0x7D, struct.pack("<4HH2x", 2, 2, 9, 0, 1))),
    "odt words": odf("text", f'<style:style {STYLE} style:name="T" style:family="text">{NONE}</style:style><text:p>A <text:span text:style-name="T">{SAID}</text:span></text:p>'),
    "odt paragraph": odf("text", f'<style:style {STYLE} style:name="B" style:family="paragraph">{NONE}</style:style><style:style {STYLE} style:name="P" style:family="paragraph" style:parent-style-name="B"/><text:p text:style-name="P">{SAID}</text:p>'),
    "odt section": odf("text", f'<text:section text:display="none"><text:p>{SAID}</text:p></text:section>'),
    "odt field": odf("text", f'<text:p>A <text:hidden-text text:is-hidden="true">{SAID}</text:hidden-text></text:p>'),
    "odt paragraph field": odf("text", f'<text:p><text:hidden-paragraph text:is-hidden="true"/>{SAID}</text:p>'),
    "odp slide": odf("presentation", f'<style:style {STYLE} style:name="D" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style><draw:page draw:style-name="D"><draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>'),
    "odp off the slide": odf("presentation", f'<draw:page><draw:frame {PLACE} svg:x="1cm" svg:y="25cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>', PAGE_SIZE),
    "ods row": odf("spreadsheet", SHEET.format(f'<table:table-row table:visibility="filter">{CELL}</table:table-row>')),
    "ods column": odf("spreadsheet", SHEET.format(f'<table:table-column table:number-columns-repeated="2" table:visibility="collapse"/><table:table-row><table:table-cell/>{CELL}</table:table-row>')),
    "ods group": odf("spreadsheet", SHEET.format(f'<table:table-row-group table:display="false"><table:table-row>{CELL}</table:table-row></table:table-row-group>')),
    "rtf group": written("{\\rtf1 A {\\v " + SAID + "} b}"),
    "rtf toggle": written("{\\rtf1 A \\v " + SAID + "\\v0  b}"),
}  # fmt: skip
SHOWN = {
    "docx shown again": docx(*styled(paragraph('<w:pStyle w:val="P"/>', '<w:vanish w:val="0"/>'))),
    "docx shown by a style": docx(*styled(paragraph('<w:pStyle w:val="Q"/>'))),
    "docx hidden by two styles": docx(*styled(paragraph('<w:pStyle w:val="P"/>', '<w:rStyle w:val="C"/>'))),
    "docx end of a hidden paragraph": docx(f"<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>{SAID}</w:t></w:r></w:p>"),
    "pptx half off the slide": pptx(box(-4, 3)),
    "xls row": old((0x208, struct.pack("<H10xB3x", 3, 0x20))),
    "odt field": odf("text", f'<text:p>A <text:hidden-text text:is-hidden="false">{SAID}</text:hidden-text></text:p>'),
    "odp on the slide": odf("presentation", f'<draw:page><draw:frame {PLACE} svg:x="27cm" svg:y="3cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>', PAGE_SIZE),
    "ods row": odf("spreadsheet", SHEET.format(f'<table:table-row table:visibility="collapse"/><table:table-row>{CELL}</table:table-row>')),
    "rtf plain": written("{\\rtf1 A {\\v b \\plain " + SAID + "}}"),
}  # fmt: skip


@pytest.mark.parametrize("read", HIDDEN.values(), ids=HIDDEN)
def test_hidden_words_are_kept_apart(tmp_path, read):
    pages = list(read(tmp_path / "a"))
    assert SAID not in words(pages)
    kept = [part for page in pages for part in page.parts if part.state is PartState.HIDDEN]
    assert SAID in " ".join(part.text for part in kept)
    assert all(part.why for part in kept)


@pytest.mark.parametrize("read", SHOWN.values(), ids=SHOWN)
def test_shown_words_are_text(tmp_path, read):
    assert words(read(tmp_path / "a")).count(SAID) == 1


def test_words_of_a_format_stand_beside_their_number(tmp_path):
    def fill(book, sheet):
        sheet.write(1, 0, 12, book.add_format({"num_format": '"About" #,##0" step\\-up beds";-0'}))
        sheet.write(2, 0, 7, book.add_format({"num_format": '0.0"m"'}))

    assert (
        words(spreadsheets.extract(workbook(tmp_path / "a", fill)))
        == "Plan Payment About 12 step\\-up beds 7"
    )


@pytest.mark.parametrize(
    ("code", "beside"),
    [
        ('0" beds"', ("", "beds")),
        ('"Year "0;"Loss "0', ("Year", "")),
        ("0\\ \\d\\a\\y\\s", ("", "days")),
        ("[Red]0.00_)", ("", "")),
        ('"only words"', ("", "")),
        ('_-"£"* #,##0_-', ("", "")),
    ],
)
def test_words_of_formats(code, beside):
    assert cell_looks.words_beside(code) == beside


@pytest.mark.parametrize(("code", "nothing"), [(";;;", True), ('"";"";', True), ("0;;", False), ("", False)])
def test_formats_that_show_nothing(code, nothing):
    assert cell_looks.shows_nothing(code) is nothing


def test_much_that_is_hidden_is_cut_and_said():
    long = "x " * hidden.LONGEST
    (page,) = parts.numbered([("a", list(parts.unseen([long], "a hidden sheet")))])
    (part,) = page.parts
    assert len(part.text) == hidden.LONGEST
    assert str(hidden.LONGEST) in part.why
    assert page.text == ""


def test_hidden_words_tear_no_word_apart():
    assert hidden.parted(f"one{hidden.hidden('two')}three") == ("onethree", ["two"])
