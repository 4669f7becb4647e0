"""Office files of each kind: every part is read, or it is named as not read."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

from __future__ import annotations

import base64
import re
import struct

import pytest
from legacy_doc.ole import OleReader
from legacy_doc.types import ExtractionOptions

from extractors.ocr import tesseract
from extractors.office import biff, docx_files, ole, opendocument, pptx_files, spreadsheets, xml_files
from extractors.sniff import sniff
from pipeline.errors import ExtractionError
from pipeline.model import PartState
from pipeline.text.canonical import canonical
from tests.documents import make
from tests.extractors.test_doc_read import described
from tests.helpers.office_files import (
    A_CHART,
    AN_OBJECT,
    CHUNK,
    COMMENT,
    LETTER,
    LINK,
    SAID,
    SHOW,
    STYLES,
    SVG,
    Edit,
    chart,
    flat,
    graphic,
    nothing,
    open_document,
    png,
    pptx_chart,
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

needs_ocr = pytest.mark.skipif(not tesseract.available(), reason="no Tesseract wheel here")


NEW_CHART = xml(
    "cx:chartSpace",
    f'<cx:chartData><cx:strDim type="cat"><cx:lvl><cx:pt>{SAID}</cx:pt></cx:lvl></cx:strDim></cx:chartData>',
)
DIAGRAM = xml(
    "dgm:dataModel",
    f"<dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{SAID}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>",
)


# ---- Word


SECTION = '<w:p><w:pPr><w:sectPr><w:{}Reference w:type="default" r:id="rId900"/></w:sectPr></w:pPr></w:p>'
HTML = f"<html><body><p>{SAID}</p></body></html>".encode()
MHT = (
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=X\n\n--X\nContent-Type: text/html\n\n"
    + HTML
    + b"\n--X--\n"
)
WORD = {
    "WordArt of before": (run(f'<w:pict><v:shape><v:textpath string="{SAID}"/></v:shape></w:pict>'), None),
    "chosen in a drop-down": (f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/><w:listEntry w:val="{SAID}"/></w:ddList></w:ffData></w:fldChar></w:r></w:p>', None),
    "comment": ('<w:p><w:r><w:t>x</w:t></w:r><w:r><w:commentReference w:id="7"/></w:r></w:p>', related("comments", "comments.xml", COMMENT)),
    "comment without a place": ("", related("comments", "comments.xml", COMMENT)),
    "chart title": (A_CHART, related("chart", "charts/c.xml", chart(title=SAID))),
    "chart series": (A_CHART, related("chart", "charts/c.xml", chart(series=SAID))),
    "chart label": (A_CHART, related("chart", "charts/c.xml", chart(label=SAID))),
    "new chart": (graphic('<cx:chart r:id="rId900"/>'), related("http://schemas.microsoft.com/office/2014/relationships/chartEx", "charts/c.xml", NEW_CHART)),
    "diagram": (graphic('<dgm:relIds r:dm="rId900"/>'), related("diagramData", "diagrams/data1.xml", DIAGRAM)),
    "HTML in the body": (CHUNK, related("aFChunk", "chunk.html", HTML)),
    "MHTML in the body": (CHUNK, related("aFChunk", "chunk.mht", MHT)),
    "text in the body": (CHUNK, related("aFChunk", "chunk.txt", SAID.encode())),
    "RTF in the body": (CHUNK, related("aFChunk", "chunk.rtf", b"{\\rtf1 " + SAID.encode() + b"}")),
    "alternative text": (run(f'<w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{SAID}"/></wp:inline></w:drawing>'), None),
    "alternative text of before": (run(f'<w:pict><v:shape alt="{SAID}"/></w:pict>'), None),
    "alternative text of a table": (f'<w:tbl><w:tblPr><w:tblDescription w:val="{SAID}"/></w:tblPr></w:tbl>', None),
    "equation": (f"<w:p><m:oMath><m:r><m:t>{SAID}</m:t></m:r></m:oMath></w:p>", None),
    "text box": (run(f"<w:pict><v:textbox><w:txbxContent>{text()}</w:txbxContent></v:textbox></w:pict>"), None),
    "text box in two versions": (
        run(f"<mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{text()}</w:txbxContent></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><w:txbxContent>{text()}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"), None),
    "only for older programs": (run(f"<mc:AlternateContent><mc:Fallback><w:pict><w:txbxContent>{text()}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"), None),
    "text of a shape": (graphic(f"<a:p><a:r><a:t>{SAID}</a:t></a:r></a:p>"), None),
    "control": (f"<w:sdt><w:sdtContent>{text()}</w:sdtContent></w:sdt>", None),
    "footnote": (run('<w:footnoteReference w:id="2"/>'), related("footnotes", "footnotes.xml", xml("w:footnotes", f'<w:footnote w:id="2">{text()}</w:footnote>'))),
    "endnote": (run('<w:endnoteReference w:id="2"/>'), related("endnotes", "endnotes.xml", xml("w:endnotes", f'<w:endnote w:id="2">{text()}</w:endnote>'))),
    "header": (SECTION.format("header"), related("header", "header9.xml", xml("w:hdr", text()))),
    "footer": (SECTION.format("footer"), related("footer", "footer9.xml", xml("w:ftr", text()))),
    "cell with a comment": ('<w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t><w:commentReference w:id="7"/></w:r></w:p></w:tc></w:tr></w:tbl>', related("comments", "comments.xml", COMMENT)),
}  # fmt: skip


@pytest.mark.parametrize(("body", "edit"), WORD.values(), ids=WORD)
def test_word_reads(tmp_path, body, edit):
    pages = list(docx_files.extract(word(tmp_path / "a", body, edit)))
    assert words(pages).count(SAID) == 1
    assert not any(page.parts for page in pages)
    assert all(page.text == canonical(page.text) for page in pages)


def test_word_a_file_in_the_body_that_is_word_too(tmp_path):
    inner = word(tmp_path / "inner", text()).read_bytes()
    assert SAID in words(
        docx_files.extract(word(tmp_path / "a", CHUNK, related("aFChunk", "chunk.docx", inner)))
    )


def test_word_a_file_in_itself_ends(tmp_path):
    inner = word(tmp_path / "a", text()).read_bytes()
    for _ in range(5):
        inner = word(tmp_path / "a", CHUNK, related("aFChunk", "chunk.docx", inner)).read_bytes()
    pages = list(docx_files.extract(tmp_path / "a"))
    (part,) = [part for page in pages for part in page.parts]
    assert (part.state, "deeper than" in part.why) == (PartState.UNREAD, True)


def test_word_comment_stands_after_its_paragraph(tmp_path):
    body, edit = WORD["comment"]
    assert (
        words(docx_files.extract(word(tmp_path / "a", body, edit))) == f"Before. x [Comment: {SAID}] After."
    )


# ---- PowerPoint


def on_layout(parts):
    name = "ppt/slideLayouts/slideLayout6.xml"
    shape = f"<p:sp><p:nvSpPr><p:cNvPr id='99' name='x'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{SAID}</a:t></a:r></a:p></p:txBody></p:sp>"
    parts[name] = parts[name].replace(b"</p:spTree>", f"{shape}</p:spTree>".encode())


SLIDES = {
    "chart": (pptx_chart, Edit(), lambda parts: None),
    "text box": (lambda s: setattr(s.shapes.add_textbox(0, 0, 99, 99).text_frame, "text", SAID), Edit(), lambda parts: None),
    "notes": (lambda s: setattr(s.notes_slide.notes_text_frame, "text", SAID), Edit(), lambda parts: None),
    "alternative text": (lambda s: s.shapes.add_textbox(0, 0, 9, 9)._element.nvSpPr.cNvPr.set("descr", SAID), Edit(), lambda parts: None),
    "printed by the layout": (nothing, Edit(), on_layout),
    "comment": (nothing, Edit({"ppt/comments/comment1.xml": xml("p:cmLst", f"<p:cm><p:text>{SAID}</p:text></p:cm>")}, {"rId900": ("comments", "../comments/comment1.xml")}), lambda parts: None),
    "comment of today": (
        nothing,
        Edit({"ppt/comments/m.xml": xml("p188:cmLst", f"<p188:cm><p188:txBody><a:p><a:r><a:t>{SAID}</a:t></a:r></a:p></p188:txBody></p188:cm>")},
             {"rId900": ("http://schemas.microsoft.com/office/2018/10/relationships/comments", "../comments/m.xml")}),
        lambda parts: None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fill", "edit", "change"), SLIDES.values(), ids=SLIDES)
def test_powerpoint_reads(tmp_path, fill, edit, change):
    pages = list(pptx_files.extract(slides(tmp_path / "a", fill, edit, change)))
    assert [page.label for page in pages] == ["slide 1"]
    assert words(pages).count(SAID) == 1
    assert not pages[0].parts


# ---- Excel


def excel_chart(book, sheet, **more):
    made = book.add_chart({"type": "bar"})
    made.add_series({"values": "=Plan!$A$1:$A$1", "name": more.get("series", "x")})
    made.set_title({"name": more.get("title", "y")})
    return made


def chart_sheet(book, sheet):
    book.add_chartsheet("Figures").set_chart(excel_chart(book, sheet, title=SAID))


THREAD = (
    b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="A1"><text>%s</text></threadedComment></ThreadedComments>'
    % SAID.encode()
)
EXCEL = {
    "text box": lambda b, s: s.insert_textbox(1, 1, SAID),
    "note": lambda b, s: s.write_comment("A1", SAID, {"author": "A"}),
    "chart title": lambda b, s: s.insert_chart("C3", excel_chart(b, s, title=SAID)),
    "chart series": lambda b, s: s.insert_chart("C3", excel_chart(b, s, series=SAID)),
    "chart on a sheet of its own": chart_sheet,
    "name of a sheet": lambda b, s: b.add_worksheet(SAID[:10]),
    "header": lambda b, s: s.set_header(f'&C&"Arial,Bold"&12{SAID} &P'),
    "footer": lambda b, s: s.set_footer(f"&L{SAID}"),
    "prompt": lambda b, s: s.data_validation("A2", {"validate": "any", "input_message": SAID}),
    "alternative text": lambda b, s: s.insert_chart("C3", excel_chart(b, s), {"description": SAID}),
    "button": lambda b, s: s.insert_button("C3", {"caption": SAID}),
}  # fmt: skip


@pytest.mark.parametrize("fill", EXCEL.values(), ids=EXCEL)
def test_excel_reads(tmp_path, fill):
    pages = list(spreadsheets.extract(workbook(tmp_path / "a", fill)))
    said = SAID[:10].strip() if fill is EXCEL["name of a sheet"] else SAID
    assert words(pages).count(said) == 1
    assert not any(page.parts for page in pages)


def test_excel_reads_a_thread_once(tmp_path):
    """Excel puts a note beside it, for older programs."""
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    edit = Edit({"xl/threadedComments/t.xml": THREAD}, {"rId900": (kind, "../threadedComments/t.xml")})
    path = workbook(
        tmp_path / "a", lambda b, s: s.write_comment("A1", f"[Threaded comment] Your version… {SAID}"), edit
    )
    assert words(spreadsheets.extract(path)).count(SAID) == 1


OLD_EXCEL = {
    "text box or note": [(0x1B6, struct.pack("<10xHH4x", len(SAID), 16)), (0x3C, b"\0" + SAID.encode())],
    "in wide letters": [
        (0x1B6, struct.pack("<10xHH4x", len(SAID), 16)),
        (0x3C, b"\1" + SAID.encode("utf-16-le")),
    ],
    "header": [(0x14, struct.pack("<HB", len(SAID) + 2, 0) + b"&C" + SAID.encode())],
    "alternative text": [(0xEC, described(SAID))],
    "alternative text that goes on": [(0xEC, described(SAID)[:60]), (0x3C, described(SAID)[60:])],
    "chart title": [(0x100D, struct.pack("<HBB", 0, len(SAID), 0) + SAID.encode())],
}


@pytest.mark.parametrize("records", OLD_EXCEL.values(), ids=OLD_EXCEL)
@pytest.mark.parametrize("root", ["Root Entry", ""], ids=["", "as of a Mac"])
def test_excel_of_before_reads(tmp_path, records, root):
    path = xls(tmp_path / "a", *records, root=root)
    assert sniff(path).format == "xls"
    pages = list(spreadsheets.extract(path))
    assert pages[0].text == "Plan\nPayment"
    assert words(pages).count(SAID) == 1


NORMAL, SUPERSCRIPT = ((0x31, struct.pack("<5H6x", 200, 0, 0, 400, raised)) for raised in (0, 1))
TABLE = struct.pack("<2IHBH", 1, 1, 14, 8, 2)
RUNS = struct.pack("<4H", 7, 1, 8, 0)
MARKED = {
    "in one record": [(0xFC, TABLE + b"Payment1 a day" + RUNS)],
    "going on within a word": [(0xFC, TABLE + b"Pay"), (0x3C, b"\0ment1 a day" + RUNS)],
    "going on in wide letters": [
        (0xFC, TABLE + b"Payment1"),
        (0x3C, b"\1" + " a day".encode("utf-16-le") + RUNS[:4]),
        (0x3C, RUNS[4:]),
    ],
}


@pytest.mark.parametrize("table", MARKED.values(), ids=MARKED)
def test_a_raised_mark_ends_the_word_in_a_cell_of_before(tmp_path, table):
    cell = 0xFD, struct.pack("<3HI", 1, 0, 0, 0)
    path = xls(tmp_path / "a", cell, of_all=[NORMAL, SUPERSCRIPT, *table])
    assert words(spreadsheets.extract(path)) == "Plan Payment Payment 1 a day"


@pytest.mark.parametrize("kept", range(0, len(TABLE) + 22, 5))
def test_a_table_of_strings_cut_short_hides_no_cell(tmp_path, kept):
    table = 0xFC, (TABLE + b"Payment1 a day" + RUNS)[:kept]
    assert biff.raised_cells(xls(tmp_path / "a", of_all=[NORMAL, SUPERSCRIPT, table])) == {}


def test_an_old_file_whose_root_has_no_name_gets_one(tmp_path):
    content = xls(tmp_path / "a", root="").read_bytes()
    assert OleReader(ole.with_named_root(content), options=ExtractionOptions()).has_stream("Workbook")
    named = xls(tmp_path / "a").read_bytes()
    assert ole.with_named_root(named) == named
    assert ole.with_named_root(named[:40]) == named[:40]


# ---- OpenDocument

CHART_OBJECT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    f"<office:body><office:chart><chart:chart><chart:title><text:p>{SAID}</text:p></chart:title></chart:chart></office:chart>"
    "</office:body></office:document-content>"
).encode()
FORM = 'xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"'
FORMULA = f'<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext>{SAID}</mtext></math>'.encode()
OPEN = {
    "control of a form": (f'<office:forms><form:form {FORM}><form:textarea form:current-value="{SAID}"/><form:password form:value="secret"/></form:form></office:forms>', {}),
    "label of a form": (f'<office:forms><form:form {FORM}><form:fixed-text form:label="{SAID}"/></form:form></office:forms>', {}),
    "formula in letters": (f'<text:p>x<draw:frame><draw:object><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>The board</mi><mo>approved a whole population</mo><mtext>payment</mtext></mrow><annotation>{SAID}</annotation></semantics></math></draw:object></draw:frame></text:p>', {}),
    "object with a mark of its own": (f'<text:p>x<draw:frame><draw:object {LINK} xlink:href="./Object 1"><text:soft-page-break/></draw:object></draw:frame></text:p>', {"Object 1/content.xml": FORMULA}),
    "annotation": (f"<text:p>x<office:annotation><text:p>{SAID}</text:p></office:annotation>y</text:p>", {}),
    "frame": (f"<text:p>x<draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></text:p>", {}),
    "shape": (f"<text:p>x<draw:custom-shape><text:p>{SAID}</text:p></draw:custom-shape></text:p>", {}),
    "alternative text": (f"<text:p>x<draw:frame><svg:desc {SVG}>{SAID}</svg:desc></draw:frame></text:p>", {}),
    "note": (f"<text:p>x<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>{SAID}</text:p></text:note-body></text:note>.</text:p>", {}),
    "chart": (f"<text:p>{AN_OBJECT}</text:p>", {"Object 1/content.xml": CHART_OBJECT}),
    "formula": (f"<text:p>{AN_OBJECT}</text:p>", {"Object 1/content.xml": FORMULA}),
}  # fmt: skip


@pytest.mark.parametrize(("body", "more"), OPEN.values(), ids=OPEN)
@pytest.mark.parametrize("kind", ["text", "presentation"])
def test_open_document_reads(tmp_path, kind, body, more):
    whole = body if kind == "text" else f"<draw:page>{body}</draw:page>"
    pages = list(opendocument.extract(open_document(tmp_path / "a", kind, whole, more)))
    assert words(pages).count(SAID) == 1
    assert not any(page.parts for page in pages)


MASTERS = "".join(
    f'<style:master-page style:name="{name}"><draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame>'
    '<draw:frame presentation:class="title"><draw:text-box><text:p>Click here</text:p></draw:text-box></draw:frame></style:master-page>'
    for name in ("M", "N")
)


def test_what_a_master_prints_is_read_once(tmp_path):
    styles = f'<office:styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" {SHOW}>{MASTERS}</office:styles>'
    body = '<draw:page draw:master-page-name="M"/><draw:page draw:master-page-name="N"/>'
    path = open_document(tmp_path / "a", "presentation", body, {"styles.xml": styles.encode()})
    assert words(opendocument.extract(path)) == SAID


@pytest.mark.parametrize(("shown", "said"), [("true", SAID), ("false", "")])
def test_a_footer_of_slides_is_read_where_it_is_shown(tmp_path, shown, said):
    body = (
        f'<style:style {SHOW} style:name="D" style:family="drawing-page"><style:drawing-page-properties presentation:display-footer="{shown}"/></style:style>'
        f'<presentation:footer-decl {SHOW} presentation:name="f">{SAID}</presentation:footer-decl>'
        f'<draw:page draw:style-name="D" {SHOW} presentation:use-footer-name="f"/>'
    )
    assert words(opendocument.extract(open_document(tmp_path / "a", "presentation", body))) == said


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        ("text", "odt", f'<text:section text:display="none"><text:p>Hidden.</text:p></text:section><text:p>{SAID}</text:p>'),
        ("presentation", "odp", f'<draw:page><draw:frame draw:display="none"><draw:text-box><text:p>Hidden.</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>'),
        ("spreadsheet", "ods", f'<table:table table:name="Sheet1"><table:table-row table:visibility="collapse"><table:table-cell office:value-type="string"><text:p>Hidden.</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>{SAID}</text:p></table:table-cell></table:table-row></table:table>'),
    ],
)  # fmt: skip
def test_flat_open_document_is_read_as_the_package_is(tmp_path, kind, name, body):
    path = flat(tmp_path / "a", kind, body)
    assert sniff(path).format == name
    pages = list((spreadsheets if name == "ods" else opendocument).extract(path))
    assert words(pages) == SAID
    assert [part.text for page in pages for part in page.parts] == ["Hidden."]


@needs_ocr
def test_a_picture_in_flat_open_document_is_read(tmp_path):
    packed_picture = base64.b64encode(png(*LETTER)).decode()
    body = f"<text:p>x<draw:frame><draw:image><office:binary-data>{packed_picture}</office:binary-data></draw:image></draw:frame></text:p>"
    assert words(opendocument.extract(flat(tmp_path / "a", "text", body))) == f"x {' '.join(LETTER)}"


CROPS = {
    "docx": lambda path, picture: docx_files.extract(word(path, graphic('<pic:blipFill xmlns:pic="x"><a:blip r:embed="rId900"/><a:srcRect b="50000"/></pic:blipFill>'), related("image", "media/a.png", picture))),
    "docx of before": lambda path, picture: docx_files.extract(word(path, run('<w:pict><v:shape><v:imagedata r:id="rId900" cropbottom="32768f"/></v:shape></w:pict>'), related("image", "media/a.png", picture))),
    "odt": lambda path, picture: opendocument.extract(open_document(path, "text", f'<style:style {SHOW} style:name="C" style:family="graphic"><style:graphic-properties xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" fo:clip="rect(0cm, 0cm, 2.54cm, 0cm)"/></style:style><text:p>Before.</text:p><text:p><draw:frame draw:style-name="C"><draw:image {LINK} xlink:href="Pictures/a.png"/></draw:frame></text:p>', {"Pictures/a.png": picture})),
}  # fmt: skip


@needs_ocr
@pytest.mark.parametrize("read", CROPS.values(), ids=CROPS)
def test_what_is_cut_off_a_picture_is_not_read(tmp_path, read):
    said = words(read(tmp_path / "a", png("The committee met in public", "", "Nobody sees this secret line")))
    assert "The committee met in public" in said
    assert "secret" not in said


@needs_ocr
def test_a_picture_in_a_hidden_run_is_hidden(tmp_path):
    body = graphic('<a:blip r:embed="rId900"/>').replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>", 1)
    pages = list(
        docx_files.extract(word(tmp_path / "a", body, related("image", "media/a.png", png(*LETTER))))
    )
    assert words(pages) == "Before. After."
    assert " ".join(pages[0].parts[0].text.split()) == " ".join(LETTER)


@pytest.mark.parametrize("which", ["header", "footer", "header-first"])
def test_open_document_heads_and_feet(tmp_path, which):
    more = {"styles.xml": STYLES.replace("{}", which).encode()}
    assert SAID in words(
        opendocument.extract(open_document(tmp_path / "a", "text", "<text:p>x</text:p>", more))
    )


@pytest.mark.parametrize(
    "inner",
    [
        f"<table:table-row><table:table-cell><text:p>x</text:p><office:annotation><text:p>{SAID}</text:p></office:annotation></table:table-cell></table:table-row>",
        f"<table:shapes><draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></table:shapes>",
        f"<table:table-row><table:table-cell>{AN_OBJECT}</table:table-cell></table:table-row>",
    ],
    ids=["annotation", "shape", "chart"],
)
def test_open_document_sheets_read_what_is_beside_their_cells(tmp_path, inner):
    body = f'<table:table table:name="Plan">{inner}</table:table>'
    path = open_document(tmp_path / "a", "spreadsheet", body, {"Object 1/content.xml": CHART_OBJECT})
    assert words(spreadsheets.extract(path)).count(SAID) == 1


# ---- raised marks

RAISED = "<w:r><w:rPr>{}</w:rPr><w:t>1</w:t></w:r>"


@pytest.mark.parametrize(
    "look", ['<w:vertAlign w:val="superscript"/>', '<w:position w:val="6"/>', '<w:rStyle w:val="Mark"/>']
)
def test_word_raised_marks_end_a_word(tmp_path, look):
    style = '<w:style w:type="character" w:styleId="Mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    path = word(tmp_path / "a", f"<w:p><w:r><w:t>payment</w:t></w:r>{RAISED.format(look)}<w:r><w:t>. H</w:t></w:r>"
                '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>O</w:t></w:r></w:p>')  # fmt: skip
    parts = make.unzipped(path)
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(
        b"</w:styles>", f"{style}</w:styles>".encode()
    )
    assert "payment 1. H2O" in words(docx_files.extract(make.archive(path, parts)))


def test_words_drop_cap_is_the_first_letter_of_its_word(tmp_path):
    frame = '<w:pPr><w:framePr w:dropCap="drop" w:lines="3" w:wrap="around"/></w:pPr>'
    path = word(tmp_path / "a", f"<w:p>{frame}<w:r><w:t>I</w:t></w:r></w:p><w:p><w:pPr/><w:r><w:t>ntegrated care</w:t></w:r></w:p>"
                f'<w:p>{frame}<w:r><w:t>A</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve"> board</w:t></w:r></w:p>')  # fmt: skip
    assert "Integrated care A board" in words(docx_files.extract(path))


def test_powerpoint_raised_marks_end_a_word(tmp_path):
    def fill(slide):
        paragraph = slide.shapes.add_textbox(0, 0, 99, 99).text_frame.paragraphs[0]
        for said, baseline in (
            ("payment", None),
            ("1", "30000"),
            (" of the 1", None),
            ("st", "30000"),
            (" H", None),
            ("2", "-25000"),
        ):
            run = paragraph.add_run()
            run.text = said
            if baseline:
                run.font._element.set("baseline", baseline)

    assert "payment 1 of the 1st H2" in words(pptx_files.extract(slides(tmp_path / "a", fill)))


def test_excel_raised_marks_end_a_word(tmp_path):
    def fill(book, sheet):
        up, down = book.add_format({"font_script": 1}), book.add_format({"font_script": 2})
        sheet.write_rich_string(1, 0, "payment", up, "1", " of the 1", up, "st", " H", down, "2", "O")

    assert "payment 1 of the 1st H2O" in words(spreadsheets.extract(workbook(tmp_path / "a", fill)))


def test_open_document_raised_marks_end_a_word(tmp_path):
    style = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    body = (
        f'<style:style {style} style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
        '<text:p>payment<text:span text:style-name="T1">1</text:span> of the 1<text:span text:style-name="T1">st</text:span>'
        " population<text:note><text:note-citation>2</text:note-citation><text:note-body/></text:note>.</text:p>"
    )
    path = make.opendocument(tmp_path / "a", "text", body)
    assert "payment 1 of the 1st population 2." in words(opendocument.extract(path))


def test_sheets_of_open_documents_raised_marks_end_a_word(tmp_path):
    style = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    body = (
        f'<style:style {style} style:name="T1"><style:text-properties style:text-position="33% 58%"/></style:style>'
        '<table:table table:name="Plan"><table:table-row><table:table-cell office:value-type="string">'
        '<text:p>payment<text:span text:style-name="T1">1</text:span></text:p></table:table-cell></table:table-row></table:table>'
    )
    path = open_document(tmp_path / "a", "spreadsheet", body)
    assert words(spreadsheets.extract(path)) == "Plan payment 1"


# ---- one file of XML

FLAT = {
    "Word of 2003": f'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:binData>AAAA</w:binData><w:body><w:p><w:r><w:t>Before.</w:t></w:r></w:p><w:p><w:r><w:t>{SAID[:9]}</w:t></w:r><w:r><w:t>{SAID[9:]}</w:t></w:r></w:p></w:body></w:wordDocument>',
    "Excel of 2003": f'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style>x</Style></Styles><Worksheet><Table><Row><Cell><Data>Before.</Data></Cell></Row><Row><Cell><Data>{SAID}</Data></Cell></Row></Table></Worksheet></Workbook>',
    "flat OpenDocument": f'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:meta>x</office:meta><office:body><office:text><text:p>Before.</text:p><text:p>{SAID[:9]}<text:span>{SAID[9:]}</text:span></text:p></office:text></office:body></office:document>',
    "flat Open XML": f'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part><pkg:binaryData>AAAA</pkg:binaryData></pkg:part><pkg:part><pkg:xmlData><w:p xmlns:w="w"><w:t>Before.</w:t></w:p><w:p xmlns:w="w"><w:t>{SAID}</w:t></w:p></pkg:xmlData></pkg:part></pkg:package>',
}


@pytest.mark.parametrize("inner", FLAT.values(), ids=FLAT)
def test_an_office_document_as_one_file_of_xml(tmp_path, inner):
    path = tmp_path / "a.doc"
    path.write_text(f'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n{inner}')
    assert sniff(path).format == "xml"
    assert words(xml_files.extract(path)) == f"Before. {SAID}"


# ---- strict files, and the variants of each format


def strict(path):
    parts = make.unzipped(path)
    pattern = re.compile(
        rb"http://schemas\.openxmlformats\.org/(wordprocessingml|spreadsheetml|presentationml|drawingml|officeDocument)/2006/"
    )
    return make.archive(
        path,
        {name: pattern.sub(rb"http://purl.oclc.org/ooxml/\1/", content) for name, content in parts.items()},
    )


STRICT = {
    "docx": (docx_files, lambda path: word(path, A_CHART + text(), WORD["chart title"][1])),
    "pptx": (pptx_files, lambda path: slides(path, pptx_chart)),
    "xlsx": (spreadsheets, lambda path: workbook(path, EXCEL["note"])),
}


@pytest.mark.parametrize("kind", STRICT)
def test_strict_files_say_the_same(tmp_path, kind):
    module, made = STRICT[kind]
    path = made(tmp_path / "a")
    before = [(page.label, page.text) for page in module.extract(path)]
    assert sniff(strict(path)).format == kind
    assert [(page.label, page.text) for page in module.extract(path)] == before
    assert SAID in str(before)


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        ("docx", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"),
        ("xlsx", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ],
)
def test_templates_and_files_with_macros_are_read_like_others(tmp_path, kind, declared):
    module, made = STRICT[kind]
    path = made(tmp_path / "a")
    parts = make.unzipped(path)
    parts["[Content_Types].xml"] = re.sub(
        rb"application/vnd\.openxmlformats-officedocument\.\w+\.\w+\.main\+xml",
        declared.encode(),
        parts["[Content_Types].xml"],
    )
    make.archive(path, parts)
    assert sniff(path).format == kind
    assert SAID in words(module.extract(path))


def test_parts_whose_names_are_written_otherwise(tmp_path):
    path = word(tmp_path / "a", A_CHART, WORD["chart title"][1])
    parts = make.unzipped(path)
    make.archive(path, {name.replace("/", "\\"): content for name, content in parts.items()})
    assert sniff(path).format == "docx"
    assert SAID in words(docx_files.extract(path))
    moved = {name.replace("word/document.xml", "word/body.xml"): content for name, content in parts.items()}
    moved["word/_rels/body.xml.rels"] = moved.pop("word/_rels/document.xml.rels")
    moved["_rels/.rels"] = moved["_rels/.rels"].replace(b"word/document.xml", b"word/body.xml")
    make.archive(path, moved)
    assert sniff(path).format == "docx"
    assert SAID in words(docx_files.extract(path))


def test_a_package_without_any_of_its_parts_is_read(tmp_path):
    path = word(tmp_path / "a", A_CHART, WORD["chart title"][1])
    parts = make.unzipped(path)
    refused = []
    for name in parts:
        make.archive(path, {other: content for other, content in parts.items() if other != name})
        try:
            assert all(page.text == canonical(page.text) for page in docx_files.extract(path))
        except ExtractionError:
            refused.append(name)
    assert refused == ["word/document.xml"]
