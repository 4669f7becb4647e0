"""Ticks, crosses and arrows that are typed as characters in a font of symbols, in each format that has fonts."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

import struct

import pytest
from pptx.util import Cm

from extractors import html
from extractors.office import docx_files, opendocument, pptx_files, rtf, spreadsheets
from extractors.signs import symbol_fonts
from tests.helpers import office_files as office

TICK, CROSS, ARROW = "\u2714", "\u2718", "\u2192"
SET = '<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>{}</w:t></w:r>'
ODF_STYLES = (
    '<office:automatic-styles><style:style style:name="S" style:family="text"><style:text-properties style:font-name="Wingdings1"/></style:style>'
    '<style:style style:name="C" style:family="table-cell"><style:text-properties style:font-name="Wingdings1"/></style:style></office:automatic-styles>'
)
FACES = '<office:font-face-decls><style:font-face style:name="Wingdings1" svg:font-family="Wingdings"/></office:font-face-decls>'


def text(pages):
    return office.words(pages)


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (f"<w:p><w:r><w:t>Done: </w:t></w:r>{SET.format(chr(0xFC))}</w:p>", f"Done: {TICK}"),
        (f"<w:p><w:r><w:t>Late: </w:t></w:r>{SET.format(chr(0xF0FB))}</w:p>", f"Late: {CROSS}"),
        ('<w:p><w:r><w:t>Done: </w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>', f"Done: {TICK}"),
        (
            '<w:p><w:r><w:t>3 </w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t> 2</w:t></w:r></w:p>',
            "3 \u2265 2",
        ),
        ('<w:p><w:r><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr><w:t>Fa\u00fcl</w:t></w:r></w:p>', "Fa\u00fcl"),
    ],
)
def test_signs_in_word(tmp_path, body, seen):
    assert f"Before. {seen} After." in text(docx_files.extract(office.word(tmp_path / "a.docx", body)))


@pytest.mark.parametrize(
    ("look", "said", "seen"),
    [
        ('<a:latin typeface="Wingdings"/>', "\u00fc", TICK),
        ('<a:sym typeface="Wingdings"/>', "go \u00e0 next", f"go {ARROW} next"),
        ('<a:latin typeface="Wingdings 2"/>', "O", "\u2717"),
    ],
)
def test_signs_on_a_slide(tmp_path, look, said, seen):
    def fill(slide):
        table = slide.shapes.add_table(1, 1, 0, 0, Cm(8), Cm(2)).table
        table.cell(0, 0).text = "sign"

    def change(parts):
        name = "ppt/slides/slide1.xml"
        parts[name] = parts[name].replace(
            b"<a:r><a:t>sign</a:t>", f"<a:r><a:rPr>{look}</a:rPr><a:t>{said}</a:t>".encode()
        )

    path = office.slides(tmp_path / "a.pptx", fill, change=change)
    assert text(pptx_files.extract(path)) == f"Title {seen}"


def test_signs_in_cells(tmp_path):
    def fill(book, sheet):
        sign = book.add_format({"font_name": "Wingdings"})
        sheet.write(1, 0, "Audit")
        sheet.write(1, 1, "\u00fc", sign)
        sheet.write(2, 0, "Hub")
        sheet.write_rich_string(2, 1, "Not ", sign, "\u00fb", " yet")

    path = office.workbook(tmp_path / "a.xlsx", fill)
    assert text(spreadsheets.extract(path)) == f"Plan Payment Audit {TICK} Hub Not {CROSS} yet"


def test_signs_in_cells_of_an_old_workbook(tmp_path):
    def font(name):
        return 0x31, struct.pack("<5H4B", 200, 0, 8, 400, 0, 0, 0, 2, 0) + bytes(
            [len(name), 0]
        ) + name.encode()

    looks = [(0xE0, struct.pack("<HH16x", number, 0)) for number in (0, 1)]
    cell = struct.pack("<3HH", 1, 0, 1, 1) + b"\0\xfc"
    path = office.xls(tmp_path / "a.xls", (0x204, cell), of_all=[font("Arial"), font("Wingdings"), *looks])
    assert text(spreadsheets.extract(path)) == f"Plan Payment {TICK}"


@pytest.mark.parametrize("kind", ["text", "presentation", "spreadsheet"])
def test_signs_in_open_documents(tmp_path, kind):
    line = "<text:p>Done: <text:span text:style-name='S'>\u00fc</text:span> today</text:p>"
    cells = f'<table:table-cell office:value-type="string">{line}</table:table-cell><table:table-cell table:style-name="C" office:value-type="string"><text:p>\u00fb</text:p></table:table-cell>'
    body = {
        "text": line,
        "presentation": f"<draw:page><draw:frame><draw:text-box>{line}</draw:text-box></draw:frame></draw:page>",
        "spreadsheet": f'<table:table table:name="Plan"><table:table-row>{cells}</table:table-row></table:table>',
    }[kind]
    content = f"<office:document-content {office.FLAT_NAMES} {office.SVG}>{FACES}{ODF_STYLES}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    path = office.open_document(tmp_path / "a", kind, "", {"content.xml": content.encode()})
    reader = spreadsheets if kind == "spreadsheet" else opendocument
    expected = {"spreadsheet": f"Plan Done: {TICK} today {CROSS}"}.get(kind, f"Done: {TICK} today")
    assert text(reader.extract(path)) == expected


@pytest.mark.parametrize(
    "row",
    [
        '<td>Audit</td><td><font face="Wingdings">\u00fc</font></td>',
        "<td>Audit</td><td style=\"font-family: 'Wingdings', sans-serif\">\u00fc</td>",
        '<td>Audit</td><td class="sign"><b>&#xF0FC;</b></td>',
        '<td>Audit</td><td style="font:bold 12pt/14pt Wingdings">\u00fc</td>',
        '<td class="dot">Audit</td><td><i class="yes"></i></td>',
        '<td>Audit</td><td class="sign"><i style="font-family:Arial"></i>\u00fc</td>',
    ],
)
def test_signs_in_a_web_page(tmp_path, row):
    path = tmp_path / "a.html"
    style = ".sign { font-family: Wingdings } .yes::before { content: '\u2714' } .dot::before { content: '\u25b8' }"
    path.write_text(
        f"<meta charset=utf-8><style>{style}</style><table><tr>{row}</tr></table>", encoding="utf-8"
    )
    assert text(html.extract(path)) == f"Audit {TICK}"


@pytest.mark.parametrize("sign", ["\\'fc", "\\u-3844?"])
def test_signs_in_rich_text(sign):
    fonts = "{\\fonttbl{\\f0\\fswiss Arial;}{\\f3\\fnil\\fcharset2 Wingdings;}}"
    said = rtf.words("{\\rtf1\\ansi\\deff0 " + fonts + "Done: {\\f3 " + sign + "} today\\par}")
    assert said.split() == ["Done:", TICK, "today"]


@pytest.mark.parametrize(
    ("font", "typed", "seen"),
    [
        ("Wingdings", "\u00fe o q", "\u2611 \u25a1 \u2751"),
        ("Wingdings 2", "P\u00a3R", "\u2713\u25a1\u2611"),
        ("Webdings", "ar", "\u2714\u2716"),
        ("Symbol", "\u00b7 m", "\u2022 \u03bc"),
        ("ABCDEF+ZapfDingbats", "48", "\u2714\u2718"),
        ("SymbolMT", "\u00a3", "\u2264"),
        ("Wingdings", "\u2713", "\u2713"),  # the sign itself
        ("Symbola", "a", "a"),
        ("Segoe UI Symbol", "a", "a"),
        ("Webdings", "0", symbol_fonts.NO_SIGN),
    ],
)
def test_fonts_of_symbols(font, typed, seen):
    assert symbol_fonts.as_drawn(font, typed) == seen
