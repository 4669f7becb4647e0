"""Office files that are rarely like this: damaged, odd or of few programs. Nothing is lost in silence."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

from __future__ import annotations

import datetime as dt
import io
import random

import pytest
from PIL import Image
from pptx.util import Cm

from extractors.office import (
    covered,
    docx_files,
    ole,
    opendocument,
    packages,
    pptx_files,
    rtf,
    spreadsheets,
)
from extractors.office.art import shape_texts
from extractors.office.cells import cell_looks
from extractors.office.colours.old_sheets import OldLooks
from extractors.office.odf import flat as flat_files
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PartState
from tests.documents import make
from tests.extractors.test_office_read import EXCEL, WORD
from tests.helpers.office_files import (
    AN_OBJECT,
    CHUNK,
    COMMENT,
    LINK,
    SAID,
    SHOW,
    SVG,
    Edit,
    flat,
    graphic,
    nothing,
    open_document,
    png,
    related,
    slides,
    text,
    word,
    words,
    workbook,
    xls,
    xml,
)

FO = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
WHITE = f'<style:style {SHOW} {FO} style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
SPAN = f'<text:p>A <text:span text:style-name="W">{SAID}</text:span></text:p>'


def why(reader, path):
    """The reason for which a file is not read."""
    with pytest.raises(ExtractionError) as error:
        list(reader.extract(path))
    return error.value.reason


def unread(pages):
    return [part.why for page in pages for part in page.parts if part.state is PartState.UNREAD]


def shows(pages):
    """Whether the words are among those that are seen."""
    return SAID in words(pages)


# ---- OpenDocument


def graphic_style(name, inner):
    return f'<style:style {SHOW} {FO} style:name="{name}" style:family="graphic"><style:graphic-properties {inner}/></style:style>'


def framed(style):
    return f'<draw:frame draw:style-name="{style}"><draw:text-box>{SPAN}</draw:text-box></draw:frame>'


GRADIENT = graphic_style("G", 'draw:fill="gradient"')
BLACK = graphic_style("B", 'draw:fill="solid" draw:fill-color="#000000"')
OWN = WHITE.replace("fo:color", 'style:use-window-font-color="true" fo:color')
ROUND = WHITE.replace('style:name="W"', 'style:name="W" style:parent-style-name="W"').replace(
    'fo:color="#ffffff"', ""
)
GROUNDS = {  # what white words are on, and whether they are seen
    "paper": (f"{WHITE}<draw:page>{framed('none')}</draw:page>", False),
    "a group": (f"{WHITE}<draw:page><draw:g>{framed('none')}</draw:g></draw:page>", True),
    "a gradient": (f"{WHITE}{GRADIENT}<draw:page>{framed('G')}</draw:page>", True),
    "black": (f"{WHITE}{BLACK}<draw:page>{framed('B')}</draw:page>", True),
    "a black slide": (
        (f'{WHITE}<style:style {SHOW} style:name="D" style:family="drawing-page"><style:drawing-page-properties draw:fill="solid" draw:fill-color="#000000"/></style:style>'
        f'<draw:page draw:style-name="D">{framed("none")}</draw:page>'), True),
    "a group before it, of no place": (
        (f"{WHITE}{BLACK}"
        f'<draw:page><draw:g><draw:custom-shape draw:style-name="B"/></draw:g>{framed("none")}</draw:page>'), True),
    "the colour that is always seen": (
        f'{OWN}<draw:page>{framed("none")}</draw:page>', True),
    "a style that rests on itself": (
        f'{ROUND}<draw:page>{framed("none")}</draw:page>', True),
}  # fmt: skip


@pytest.mark.parametrize(("body", "seen"), GROUNDS.values(), ids=GROUNDS)
def test_white_words_are_seen_on_what_is_not_white_or_not_known(tmp_path, body, seen):
    pages = list(opendocument.extract(open_document(tmp_path / "a", "presentation", body)))
    assert shows(pages) == seen


PICTURED = f'<text:p>Before.</text:p><text:p><draw:frame><draw:image {LINK} xlink:href="Pictures/a.png"/></draw:frame></text:p>'
NO_OBJECT = AN_OBJECT.replace("Object 1", "gone")


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        (f"<text:p>x{NO_OBJECT}</text:p>", {}, "gone is not in the file"),
        (f"<text:p>x{AN_OBJECT}</text:p>", {"Object 1/content.xml": b"<no xml"}, "Object 1: "),
    ],
)
def test_open_document_says_which_object_is_not_read(tmp_path, body, more, said):
    pages = list(opendocument.extract(open_document(tmp_path / "a", "text", body, more)))
    assert any(said in each for each in unread(pages))


def test_open_document_objects_within_objects_end(tmp_path):
    more, content = (
        {},
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' {}><office:body><office:text><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></office:text></office:body></office:document-content>",
    )
    for depth in range(1, 9):
        more["Object 1/" * depth + "content.xml"] = content.format(LINK).encode()
    pages = list(opendocument.extract(open_document(tmp_path / "a", "text", f"<text:p>x{AN_OBJECT}</text:p>", more)))  # fmt: skip
    assert any("deeper than" in each for each in unread(pages))


def test_open_document_without_a_body_or_with_a_password(tmp_path):
    path = open_document(tmp_path / "a", "text", "")
    assert (
        why(opendocument, open_document(path, "text", "", {"content.xml": b""})) is FailureReason.UNREADABLE
    )
    locked = {"META-INF/manifest.xml": b"<manifest><encryption-data/></manifest>"}
    assert why(opendocument, open_document(path, "text", "", locked)) is FailureReason.ENCRYPTED
    empty = make.unzipped(open_document(path, "text", ""))["content.xml"].replace(
        b"<office:text></office:text>", b""
    )
    assert why(opendocument, open_document(path, "text", "", {"content.xml": empty})) is FailureReason.NO_TEXT


def test_open_document_a_picture_that_is_damaged_or_gone(tmp_path):
    path = open_document(tmp_path / "a", "text", PICTURED)
    pages = list(opendocument.extract(path))
    assert (words(pages), unread(pages)) == ("Before.", [])
    path = open_document(tmp_path / "b", "text", PICTURED, {"Pictures/a.png": b"no picture"})
    assert "Pictures/a.png" in unread(opendocument.extract(path))[0]


def test_open_document_lines_within_a_line_and_what_is_an_instruction(tmp_path):
    body = f"<text:p>One <text:note-body/><draw:a><text:p>{SAID}</text:p></draw:a></text:p><?a program?><text:p>Two</text:p>"
    assert words(opendocument.extract(open_document(tmp_path / "a", "text", body))).split()[-1] == "Two"


def test_open_document_says_who_wrote_it(tmp_path):
    meta = b"<m xmlns:dc='d'><dc:title>Plan</dc:title><dc:creator>A clerk</dc:creator><dc:subject/></m>"
    path = open_document(tmp_path / "a", "text", text(), {"meta.xml": meta})
    assert opendocument.metadata(path) == {"title": "Plan", "author": "A clerk"}
    assert opendocument.metadata(open_document(path, "text", text())) == {}
    assert spreadsheets.metadata(flat(path, "spreadsheet", "")) == {}


def test_headings_without_words_between_them(tmp_path):
    heads = "".join(f'<text:h text:outline-level="1">{each}</text:h>' for each in ("One", "Two"))
    pages = list(opendocument.extract(open_document(tmp_path / "a", "text", heads)))
    assert [page.label for page in pages] == ["section One", "section Two"]


AT = 'svg:x="1cm" svg:y="1cm" svg:width="9cm" svg:height="2cm"'
UNDER = f"<draw:frame {SVG} {AT}><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame>"
OVER = {
    "a star": (f'<draw:custom-shape {SVG} {AT}><draw:enhanced-geometry draw:type="star5"/></draw:custom-shape>', {}, True),
    "a picture that is not there": (f'<draw:frame {SVG} {AT}><draw:image {LINK} xlink:href="Pictures/b.png"/></draw:frame>', {}, True),
    "a picture": (f'<draw:frame {SVG} {AT}><draw:image {LINK} xlink:href="Pictures/b.png"/></draw:frame>', {"Pictures/b.png": png("", size=12)}, False),
    "what moves away": (
        f'<draw:rect draw:id="r" {SVG} {AT}/><anim xmlns:smil="urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0" smil:targetElement="r"/>', {}, True),
}  # fmt: skip


@pytest.mark.parametrize(("over", "more", "seen"), OVER.values(), ids=OVER)
def test_words_under_what_may_or_may_not_hide_them(tmp_path, over, more, seen):
    path = open_document(tmp_path / "a", "presentation", f"<draw:page>{UNDER}{over}</draw:page>", more)
    assert shows(opendocument.extract(path)) == seen


def test_a_master_that_a_slide_switches_off_prints_nothing(tmp_path):
    style = f'<style:style {SHOW} style:name="D" style:family="drawing-page"><style:drawing-page-properties presentation:background-objects-visible="false"/></style:style>'
    master = f'<style:master-page {SHOW} style:name="M"><draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></style:master-page>'
    for name, seen in (("D", False), ("other", True)):
        body = f'{style}{master}<draw:page draw:style-name="{name}" draw:master-page-name="M"/>'
        assert shows(opendocument.extract(open_document(tmp_path / name, "presentation", body))) == seen


def test_a_flat_file_whose_data_is_no_base64(tmp_path):
    body = "<text:p>x<draw:frame><draw:image><office:binary-data>A</office:binary-data></draw:image></draw:frame></text:p>"
    path = flat(tmp_path / "a", "text", body)
    assert words(opendocument.extract(path)) == "x"
    said = path.read_text().replace(
        "<office:body>", "<office:meta><title>Plan</title></office:meta><office:body>"
    )
    path.write_text(said)
    assert opendocument.metadata(path) == {"title": "Plan"}
    assert flat_files._unpacked(b"A") == b""


# ---- sheets


def test_sheets_say_truths_and_days_as_people_do(tmp_path):
    def fill(book, sheet):
        sheet.write_boolean(1, 0, True)  # noqa: FBT003 - the library's
        sheet.write_datetime(2, 0, dt.datetime(2026, 3, 2), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001

    assert words(spreadsheets.extract(workbook(tmp_path / "a", fill))) == "Plan Payment TRUE 2026-03-02"


def test_sheets_that_are_damaged(tmp_path):
    path = workbook(tmp_path / "a", nothing_more)
    parts = make.unzipped(path)
    make.archive(path, parts | {"xl/workbook.xml": b"<no xml"})
    assert why(spreadsheets, path) is FailureReason.UNREADABLE


def nothing_more(book, sheet):
    """One cell."""


def changed(path, part, *swaps):
    parts = make.unzipped(path)
    for old, new in swaps:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
    return make.archive(path, parts)


def test_a_sheet_without_styles_and_with_a_damaged_drawing(tmp_path):
    path = workbook(tmp_path / "a", EXCEL["text box"])
    parts = make.unzipped(path)
    rels = parts["xl/_rels/workbook.xml.rels"].replace(b"styles.xml", b"gone.xml")
    make.archive(path, parts | {"xl/_rels/workbook.xml.rels": rels, "xl/drawings/drawing1.xml": b"<no xml"})
    pages = list(spreadsheets.extract(path))
    assert words(pages).startswith("Plan Payment")
    assert any("drawing1.xml" in each for each in unread(pages))


def test_remarks_of_a_binary_kind_are_named(tmp_path):
    kind = Edit({"xl/comments9.bin": b"x"}, {"rId900": ("comments", "../comments9.bin")})
    pages = list(spreadsheets.extract(workbook(tmp_path / "a", nothing_more, kind)))
    assert unread(pages) == ["xl/comments9.bin is not read"]


def test_a_picture_in_the_head_of_a_sheet(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(png("x"))

    def fill(book, sheet):
        sheet.set_header("&L&G", {"image_left": str(path)})

    pages = list(spreadsheets.extract(workbook(tmp_path / "a", fill)))
    assert words(pages).startswith("Plan Payment")


def test_files_within_open_sheets(tmp_path):
    body = f"<table:table><table:table-row><table:table-cell>{AN_OBJECT}</table:table-cell></table:table-row></table:table>"
    path = open_document(tmp_path / "a", "spreadsheet", body, {"Object 1": b"%PDF-1.4 x"})
    (tmp_path / "m").mkdir()
    assert [name.rpartition("/")[2] for name in spreadsheets.members(path, tmp_path / "m")] == ["Object 1"]


def test_what_a_cell_is_called():
    assert [cell_looks.cell_place(said) for said in ("B7", "AA1", "7B", "")] == [(6, 1), (0, 26), None, None]


def test_ranges_that_are_merged_are_counted_and_bounded():
    looks = cell_looks.CellLooks()
    looks.merge(0, 0, 10**7, 1)
    assert not looks.merged
    looks = cell_looks.CellLooks()
    looks.merge(0, 0, 1, 1)
    assert looks.merged == {0: [(1, 1)], 1: [(0, 1)]}


def test_a_font_that_is_cut_short_loses_nothing():
    colours = OldLooks()
    colours.note_font(b"\0")
    colours.looks.append((9, 0, 0))
    assert (colours.fonts, colours.lost()) == ([], set())


# ---- slides


def test_slides_whose_parts_are_gone_or_damaged(tmp_path):
    path = slides(tmp_path / "a", nothing)
    parts = make.unzipped(path)
    damaged = make.archive(tmp_path / "b", parts | {"ppt/slides/slide1.xml": b"<no xml"})
    assert "slide1.xml" in unread(pptx_files.extract(damaged))[0]
    gone = make.archive(
        tmp_path / "c", {name: each for name, each in parts.items() if name != "ppt/slides/slide1.xml"}
    )
    assert unread(pptx_files.extract(gone)) == ["the slide is not in the file"]
    headless = make.archive(
        tmp_path / "d", {name: each for name, each in parts.items() if name != "ppt/presentation.xml"}
    )
    assert why(pptx_files, headless) is FailureReason.UNREADABLE
    odd = make.archive(tmp_path / "e", parts | {"ppt/theme/theme1.xml": b"<no xml"})
    assert "Title" in words(pptx_files.extract(odd))


def white_words(slide):
    box = slide.shapes.add_textbox(Cm(1), Cm(1), Cm(9), Cm(2))
    box.text_frame.text = SAID
    look = box.text_frame.paragraphs[0].runs[0]._r.get_or_add_rPr()
    look.append(look.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}solidFill", {}))
    look[0].append(
        look.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}srgbClr", {"val": "FFFFFF"})
    )
    return box


PAGE = "ppt/slides/slide1.xml"
TREE = b"<p:cSld>"


def ground(inner):
    return (PAGE, (TREE, TREE + b"<p:bg>" + inner + b"</p:bg>"))


SLIDE_GROUNDS = {
    "paper": (None, False),
    "black": (ground(b'<p:bgPr><a:solidFill><a:srgbClr val="000000"/></a:solidFill></p:bgPr>'), True),
    "as the theme has it": (ground(b'<p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef>'), False),
    "a picture of the theme": (ground(b'<p:bgRef idx="1003"><a:schemeClr val="bg1"/></p:bgRef>'), True),
    "of no kind": (ground(b""), True),
}


@pytest.mark.parametrize(("change", "seen"), SLIDE_GROUNDS.values(), ids=SLIDE_GROUNDS)
def test_white_words_on_the_ground_of_a_slide(tmp_path, change, seen):
    path = slides(tmp_path / "a", white_words)
    if change:
        changed(path, *change)
    assert shows(pptx_files.extract(path)) == seen


def in_a_group(slide):
    white_words(slide.shapes.add_group_shape())


def turned(slide):
    slide.shapes.add_shape(1, Cm(1), Cm(1), Cm(9), Cm(2)).rotation = 5
    white_words(slide)


def filled_with_a_pattern(slide):
    white_words(slide).fill.patterned()


def before_a_table(slide):
    slide.shapes.add_table(1, 1, Cm(1), Cm(1), Cm(9), Cm(2))
    white_words(slide)


@pytest.mark.parametrize("fill", [in_a_group, turned, filled_with_a_pattern, before_a_table])
def test_white_words_on_what_nobody_can_tell_are_seen(tmp_path, fill):
    assert shows(pptx_files.extract(slides(tmp_path / "a", fill)))


def test_remarks_that_are_not_in_the_file(tmp_path):
    edit = Edit({}, {"rId900": ("comments", "../comments/gone.xml"), "rId901": ("notesSlide", "../gone.xml")})
    assert words(pptx_files.extract(slides(tmp_path / "a", nothing, edit))) == "Title"
    empty = Edit({"ppt/comments/c.xml": xml("p:cmLst", "<p:cm><p:text> </p:text></p:cm>")}, {"rId900": ("comments", "../comments/c.xml")})  # fmt: skip
    assert words(pptx_files.extract(slides(tmp_path / "a", nothing, empty))) == "Title"


# ---- Word


def test_word_comments_that_are_gone_or_say_nothing(tmp_path):
    body, _ = WORD["comment"]
    gone = Edit({}, {"rId900": ("comments", "gone.xml")})
    assert words(docx_files.extract(word(tmp_path / "a", body, gone))) == "Before. x After."
    blank = related("comments", "comments.xml", COMMENT.replace(SAID.encode(), b" "))
    assert words(docx_files.extract(word(tmp_path / "a", body, blank))) == "Before. x After."


def test_word_a_file_in_the_body_that_is_not_there(tmp_path):
    pages = list(
        docx_files.extract(word(tmp_path / "a", CHUNK, Edit({}, {"rId900": ("aFChunk", "gone.htm")})))
    )
    assert unread(pages) == ["a file put into the text is not there"]
    notes = Edit({}, {"rId900": ("footnotes", "gone.xml")})
    assert words(docx_files.extract(word(tmp_path / "a", "", notes))) == "Before. After."


def test_word_tables_within_tables_are_read_once(tmp_path):
    inner = f"<w:tbl><w:tr><w:tc>{text()}</w:tc></w:tr></w:tbl>"
    path = word(tmp_path / "a", f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>")
    assert words(docx_files.extract(path)).count(SAID) == 1


BREAK = "<a:p><a:r><a:t>The board</a:t></a:r><a:br/><a:r><a:t>approved</a:t></a:r></a:p>"


def test_word_lines_of_a_shape_and_a_fraction(tmp_path):
    assert "The board approved" in words(docx_files.extract(word(tmp_path / "a", graphic(BREAK))))
    fraction = "<a:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></a:p>"
    assert "1/2" in words(docx_files.extract(word(tmp_path / "a", graphic(fraction))))


# ---- files of before


def test_a_file_within_an_old_one_that_cannot_be_taken_out():
    with pytest.raises(ExtractionError, match="an embedded file"):
        ole.within(ole.PACKED + b"\2\0", "a")
    of_another = ole.Storage(None, (), {"A": {}})
    assert list(ole._names(of_another)) == ["A"]
    with pytest.raises(ExtractionError, match="an object of another program"):
        ole._taken_out(of_another, "A")


def test_an_old_file_too_large_to_be_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(ole, "_LARGEST", 9)
    with pytest.raises(ExtractionError) as error:
        ole.opened_ole(xls(tmp_path / "a").read_bytes())
    assert error.value.reason is FailureReason.TOO_LARGE


def test_descriptions_of_shapes_that_are_cut_short_say_nothing():
    noise = random.Random(1).randbytes(500)
    assert shape_texts.lines(noise, b"") == []


def test_groups_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(rtf, "_DEEPEST", 9)
    path = tmp_path / "a"
    path.write_bytes(b"{\\rtf1 " + SAID.encode() + b"{" * 5000)
    assert why(rtf, path) is FailureReason.UNREADABLE


# ---- packages and pictures


def test_a_part_too_large_or_damaged_is_named(tmp_path, monkeypatch):
    path = word(tmp_path / "a", text())
    path.write_bytes(path.read_bytes().replace(SAID.encode(), SAID.upper().encode()))
    assert why(docx_files, path) is FailureReason.UNREADABLE  # its sum is wrong
    monkeypatch.setattr(packages, "_LARGEST", 9)
    assert why(docx_files, word(tmp_path / "b", text())) is FailureReason.TOO_LARGE
    assert packages.core_properties(make.archive(tmp_path / "c", {"a": b""})) == {}


def test_what_is_behind_a_picture_that_cannot_be_opened_is_seen():
    assert not covered.is_opaque(b"no picture")
    clear = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(clear, "PNG")
    assert not covered.is_opaque(clear.getvalue())
