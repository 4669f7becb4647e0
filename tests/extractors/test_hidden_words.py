"""Words that a file holds and does not show are kept apart, whatever the format; what is shown is text."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from lxml import etree
from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Cm, Pt

from extractors import hidden, parts
from extractors.office import docx_files, opendocument, pptx_files, rtf, spreadsheets
from pipeline.model import PartState
from tests.helpers.office_files import (
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


def xlsx(fill, change=None):
    def read(path):
        made = workbook(path, fill)
        if change:
            with zipfile.ZipFile(made) as package:
                parts = {name: package.read(name) for name in package.namelist()}
            change(parts)
            with zipfile.ZipFile(made, "w") as package:
                for name, content in parts.items():
                    package.writestr(name, content)
        return spreadsheets.extract(made)

    return read


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


def white(more="", table=""):
    return docx(
        f'{table}<w:p><w:pPr>{more}</w:pPr><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{SAID}</w:t></w:r></w:p>{"</w:tc></w:tr></w:tbl>" if table else ""}'
    )


def table_of(style="", cell=""):
    return f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/></w:tblPr><w:tr><w:tc><w:tcPr>{cell}</w:tcPr>'


DARK = '<w:shd w:val="clear" w:fill="003366"/>'
SHADED = related(
    "styles",
    "more_styles.xml",
    xml(
        "w:styles",
        f'<w:style w:type="table" w:styleId="Dark"><w:tblStylePr w:type="firstRow"><w:tcPr>{DARK}</w:tcPr></w:tblStylePr></w:style><w:style w:type="paragraph" w:styleId="Pale"><w:rPr><w:color w:val="FDFDFD"/></w:rPr></w:style>',
    ),
)
SMALL = related(
    "styles",
    "more_styles.xml",
    xml(
        "w:styles",
        '<w:style w:type="paragraph" w:styleId="Base"><w:rPr><w:sz w:val="2"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Small"><w:basedOn w:val="Base"/></w:style>',
    ),
)


def over(*, rgb: str | None = "FFFFFF", clear=False, filled=True, wide=12, moved=False):
    """A shape with a fill over a box of words; without a colour it has that of its style."""

    def fill(slide):
        box(3, 3)(slide)
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Cm(2), Cm(2), Cm(wide), Cm(4))
        if filled and rgb:
            shape.fill.solid()
            shape.fill.fore_color.rgb = RGBColor.from_string(rgb)
        elif not filled:
            shape.fill.background()
        if clear:
            etree.SubElement(shape.fill._xPr.find(qn("a:solidFill"))[0], qn("a:alpha"), val="40000")
        if moved:
            timing = etree.SubElement(slide._element, qn("p:timing"))
            etree.SubElement(timing, qn("p:spTgt"), spid=str(shape.shape_id))

    return fill


def table_over(*, style=True, own="", high=4):
    """A table over a box of words; `own`: how its second cell is filled."""

    def fill(slide):
        box(3, 3)(slide)
        frame = slide.shapes.add_table(1, 2, Cm(2), Cm(2), Cm(12), Cm(high))
        if not style:
            next(frame._element.iter(qn("a:tableStyleId"))).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
        if own:
            frame.table.cell(0, 1)._tc.get_or_add_tcPr().append(
                etree.fromstring(f'<a xmlns:a="{A}">{own}</a>')[0]
            )
        frame.height = Cm(4)

    return fill


def odp_table_over(look):
    style = f'<style:style {STYLE} style:name="C" style:family="table-cell"><style:graphic-properties {look}/></style:style>'
    cell = '<table:table-cell table:style-name="C"><text:p>A</text:p></table:table-cell>'
    table = f'<draw:frame {PLACE} svg:x="1cm" svg:y="1cm"><table:table><table:table-row>{cell}</table:table-row></table:table></draw:frame>'
    table = table.replace('svg:width="9cm" svg:height="2cm"', 'svg:width="20cm" svg:height="9cm"')
    frame = f'<draw:frame {PLACE} svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame>'
    return odf("presentation", f"{style}<draw:page>{frame}{table}</draw:page>")


def picture_over(mode):
    def fill(slide):
        content = io.BytesIO()
        Image.new(mode, (40, 20), (255,) * 3 + (0,) * (mode == "RGBA")).save(content, "PNG")
        box(3, 3)(slide)
        slide.shapes.add_picture(content, Cm(2), Cm(2), Cm(12), Cm(4))

    return fill


def sized(size):
    def fill(slide):
        box(3, 3)(slide)
        slide.shapes[-1].text_frame.paragraphs[0].runs[0].font.size = Pt(size)

    return fill


def small_run(book, sheet):
    sheet.write_rich_string(4, 0, "The ", book.add_format({"font_size": 1}), SAID, " on")


def merged_over(parts):
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A5:C6"/></mergeCells>'
    )


def of_size(kind, inner, size, family="text"):
    return odf(
        kind,
        f'<style:style {STYLE} {COLOURS} style:name="T" style:family="{family}"><style:text-properties fo:font-size="{size}"/></style:style>{inner}',
    )


def odp_over(look, wide="20cm"):
    bar = f'<draw:rect {PLACE} svg:x="1cm" svg:y="2cm" draw:style-name="C"/>'.replace(
        'svg:width="9cm"', f'svg:width="{wide}"'
    )
    style = f'<style:style {STYLE} style:name="C" style:family="graphic"><style:graphic-properties {look}/></style:style>'
    frame = f'<draw:frame {PLACE} svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame>'
    return odf("presentation", f"{style}<draw:page>{frame}{bar}</draw:page>")


def page_styles(asked):
    """A text whose second style of pages, or whose third, has a head; `asked`: by a paragraph."""
    head = f"<style:header><text:p>{SAID}</text:p></style:header>"
    masters = f'<style:master-page style:name="Standard"/><style:master-page style:name="Second" style:next-style-name="Third"/><style:master-page style:name="Third">{head}</style:master-page>'
    return odf(
        "text",
        f'<style:style {STYLE} style:name="P" style:family="paragraph" style:master-page-name="{asked}"/><text:p text:style-name="P">A</text:p>',
        {
            "styles.xml": f'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" {STYLE}>{masters}</office:document-styles>'.encode()
        },
    )


def floating(*shapes, apart=""):
    """A Word text with shapes of these edges (left, top, width, height), heights and contents in a paragraph."""
    drawn = "".join(
        f'<w:r><w:drawing><wp:anchor behindDoc="0" relativeHeight="{height}"><wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="1" name="x"/><a:graphic><a:graphicData><wps:wsp {WPS}><wps:spPr><a:prstGeom prst="rect"/>{look}</wps:spPr><wps:txbx><w:txbxContent>{words}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>{apart}'
        for (left, top, wide, high), height, look, words in shapes
    )
    return docx(f"<w:p>{drawn}</w:p>")


def floating_of_before(height):
    """The same as Word drew it until 2010: a box over which a rectangle is, or under which."""
    pict = '<w:r><w:pict><v:rect style="position:absolute;margin-left:{}pt;margin-top:10pt;width:{}pt;height:{}pt;z-index:{}">{}</v:rect></w:pict></w:r>'
    words = f"<v:textbox><w:txbxContent>{text()}</w:txbxContent></v:textbox>"
    return docx(f"<w:p>{pict.format(20, 100, 20, 5, words)}{pict.format(10, 200, 90, height, '')}</w:p>")


WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
INNER, OUTER = (100_000, 100_000, 2_000_000, 500_000), (50_000, 50_000, 3_000_000, 900_000)
WHITE, NO_FILL = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>', "<a:noFill/>"
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def word_art(fill, more='stroked="f"'):
    return docx(run(f'<w:pict><v:shape {more}>{fill}<v:textpath string="{SAID}"/></v:shape></w:pict>'))


def clear_letters(alpha, more=""):
    return docx(
        paragraph(
            own=f'{more}<w14:textFill {W14}><w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="{alpha}"/></w14:srgbClr></w14:solidFill></w14:textFill>'
        )
    )


def usual(sheet):
    """A Word file without styles but these."""
    return docx(
        paragraph(),
        Edit({"word/styles.xml": xml("w:styles", sheet)}),
    )


def letters_of(fill):
    """A box whose letters are filled so."""

    def made(slide):
        box(3, 3)(slide)
        look = slide.shapes[-1].text_frame.paragraphs[0].runs[0]._r.get_or_add_rPr()
        look.extend(etree.fromstring(f'<a xmlns:a="{A}">{fill}</a>'))

    return made


A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def white_title(slide):
    slide.shapes.title.text = SAID
    slide.shapes.title.text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)


def small_by_its_list(slide):
    box(3, 3)(slide)
    body = slide.shapes[-1]._element.txBody
    body.insert(
        1,
        etree.fromstring(
            f'<a:lstStyle xmlns:a="{A}"><a:lvl1pPr><a:defRPr sz="100"/></a:lvl1pPr></a:lstStyle>'
        ),
    )


def by_its_place(look, where="layout", place="title", own=""):
    """A title or a body whose letters look so because its layout, or its master, says so."""

    def fill(slide):
        if place == "body":
            show = slide.part.package.presentation_part.presentation
            slide = show.slides.add_slide(show.slide_layouts[1])
        shape = slide.shapes.title if place == "title" else slide.placeholders[1]
        shape.text = SAID
        if own:
            shape.text_frame.paragraphs[0].runs[0]._r.get_or_add_rPr().set("sz", own)
        layout = slide.slide_layout
        style = f'<a:lvl1pPr xmlns:a="{A}"><a:defRPr {look}</a:defRPr></a:lvl1pPr>'
        for behind in (layout, layout.slide_master) if where == "master" else (layout,):
            for each in behind.placeholders:
                for said in each._element.iter(qn("a:lstStyle")):
                    said[:] = []
                    if behind is not layout or where == "layout":
                        said.append(etree.fromstring(style))
        if where == "styles":
            styles = layout.slide_master._element.find(qn("p:txStyles"))
            for said in styles.iter(qn("a:lvl1pPr")):
                said.getparent().replace(said, etree.fromstring(style))

    return fill


def under_a_drawn_box(*, corner=14):
    def fill(slide):
        box(3, 3)(slide)
        drawn = slide.shapes.build_freeform(Cm(2), Cm(2))
        drawn.add_line_segments([(Cm(14), Cm(2)), (Cm(corner), Cm(6)), (Cm(2), Cm(6))], close=True)
        shape = drawn.convert_to_shape()
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor(255, 255, 255)

    return fill


def under_two(*, wide=6):
    def fill(slide):
        box(3, 3)(slide)
        for left in (2, 8):
            shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Cm(left), Cm(2), Cm(wide), Cm(4))
            shape.fill.solid()
            shape.fill.fore_color.rgb = RGBColor(0, 0, 0)

    return fill


def merged_cell(slide):
    table = slide.shapes.add_table(1, 2, Cm(3), Cm(3), Cm(8), Cm(2)).table
    table.cell(0, 1).text = SAID
    table.cell(0, 0)._tc.set("gridSpan", "2")
    table.cell(0, 1)._tc.set("hMerge", "1")


def text_boxes(**look):
    def fill(_, sheet):
        sheet.insert_textbox("D4", SAID, {"width": 300, "height": 60})
        sheet.insert_textbox("C3", "", {"width": 700, "height": 300} | look)

    return fill


def font(colour=0x7FFF, height=220):
    return struct.pack("<5H4B", height, 0, colour, 400, 0, 0, 0, 0, 0) + b"\5\0Arial"


def look(number, pattern=0, ground=64):
    return struct.pack("<3H4BIIH", number, 0, 0, 0, 0, 0, 0, 0, pattern << 26, ground | 65 << 7)


def old_look(of_font, of_cell, *records, palette=()):
    """A workbook of before 2007 with a cell of a second look in a second font."""
    cell = (0x204, struct.pack("<4H", 4, 2, 1, len(SAID)) + b"\0" + SAID.encode())
    of_all = [(0x31, font()), (0x31, of_font), (0xE0, look(0)), (0xE0, of_cell), *palette]
    return lambda path: spreadsheets.extract(xls(path, cell, *records, of_all=of_all))


def odt_over(level, *, filled=True, page="1", anchor="page"):
    """A frame, and on this level a frame over or under it."""
    place = f'{PLACE} text:anchor-type="{anchor}"'
    words = f'<draw:frame {place} text:anchor-page-number="1" draw:z-index="3" svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame>'
    bar = f'<draw:rect {place} text:anchor-page-number="{page}" draw:z-index="{level}" draw:style-name="C" svg:x="2cm" svg:y="2cm"/>'
    style = f'<style:style {STYLE} style:name="C" style:family="graphic"><style:graphic-properties {FULL if filled else ""}/></style:style>'
    return odf("text", f"{style}<text:p>Open{words}{bar}</text:p>")


def letters(said, inner, kind="text", family="text"):
    return odf(
        kind,
        f'<style:style {STYLE} {COLOURS} xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" style:name="T" style:family="{family}"><style:text-properties {said}/></style:style>{inner}',
    )


COVERED = f'<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>A</text:p></table:table-cell><table:covered-table-cell><text:p>{SAID}</text:p></table:covered-table-cell></table:table-row>'
GOES_ON = f'<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{text()}</w:tc></w:tr></w:tbl>'
FULL = 'draw:fill="solid" draw:fill-color="#ffffff"'
BEHIND = '<w:p><w:r><w:drawing><wp:anchor behindDoc="1"><wp:wrapNone/><wp:docPr id="1" name="x"/></wp:anchor></w:drawing></w:r></w:p>'


def running(kind, *, says):
    """A Word file with a header of a kind, in a section that says this of itself."""
    header = related("header", "header9.xml", xml("w:hdr", text()))
    number = next(iter(header.relations))
    return docx(
        f'<w:p><w:pPr><w:sectPr><w:headerReference w:type="{kind}" r:id="{number}"/>{says}</w:sectPr></w:pPr></w:p>',
        header,
    )


def coloured(ground=None, *, bar=False, paper=None, said="bg1"):
    """A slide with words of the colour of white paper: on it, on a box with a ground, before a bar."""

    def fill(slide):
        if paper:
            slide.background.fill.solid()
            slide.background.fill.fore_color.rgb = RGBColor.from_string(paper)
        if bar:
            slide.shapes.add_shape(1, 0, 0, Cm(20), Cm(8))
        made = slide.shapes.add_textbox(Cm(2), Cm(3), Cm(8), Cm(2))
        if ground:
            made.fill.solid()
            made.fill.fore_color.rgb = RGBColor.from_string(ground)
        run = made.text_frame.paragraphs[0].add_run()
        run.text = SAID
        if said == "bg1":
            run.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        else:
            run.font.color.rgb = RGBColor.from_string(said)

    return fill


def cells(ground=None, change=lambda book, sheet: None):
    def fill(book, sheet):
        look = {"font_color": "#FFFFFF"} | ({"bg_color": ground} if ground else {})
        sheet.write(3, 3, SAID, book.add_format(look))
        change(book, sheet)

    return xlsx(fill)


def rich(book, sheet):
    pale = book.add_format({"font_color": "#FFFFFF"})
    dark = book.add_format({"font_color": "#202020"})
    sheet.write_rich_string(3, 3, dark, SAID[:9], dark, SAID[9:], pale)


PLACE = (
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" svg:width="9cm" svg:height="2cm"'
)
COLOURS = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
PALE = '<style:text-properties fo:color="#ffffff"/>'


def pale(kind, inner, more="", family="text"):
    """An OpenDocument file with a style of white letters, called T, and another style."""
    return odf(
        kind,
        f'<style:style {STYLE} {COLOURS} style:name="T" style:family="{family}">{PALE}{more}</style:style>{inner}',
    )


SPAN = f'<text:span text:style-name="T">{SAID}</text:span>'
BOX = f'<draw:frame {PLACE} svg:x="2cm" svg:y="3cm"><draw:text-box><text:p>{SPAN}</text:p></draw:text-box></draw:frame>'
BAR = f'<draw:rect {PLACE} svg:x="1cm" svg:y="2cm" draw:style-name="B"/>'
BLUE = f'<style:style {STYLE} style:name="B" style:family="graphic"><style:graphic-properties draw:fill="solid" draw:fill-color="#003366"/></style:style>'
GROUND = f'<style:style {STYLE} {COLOURS} style:name="D" style:family="paragraph"><style:paragraph-properties fo:background-color="#003366"/></style:style>'
COLOURS_OF_RTF = "{\\rtf1{\\colortbl;\\red255\\green255\\blue255;\\red0\\green40\\blue90;}"

PAGE_SIZE = {
    "styles.xml": f'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" {STYLE} xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"><style:page-layout-properties fo:page-width="28cm" fo:page-height="8in"/></office:document-styles>'.encode()
}
HIDDEN = {
    "docx box under a shape": floating((INNER, 5, NO_FILL, text()), (OUTER, 9, WHITE, "")),
    "docx box under a shape told before it": floating((OUTER, 9, WHITE, ""), (INNER, 5, NO_FILL, text())),
    "docx box under a shape of before": floating_of_before(9),
    "docx clear letters": clear_letters(100_000),
    "docx letters without a fill": docx(paragraph(own=f"<w14:textFill {W14}><w14:noFill/></w14:textFill>")),
    "docx of a point as is usual": usual('<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="2"/></w:rPr></w:rPrDefault></w:docDefaults>'),
    "docx of a point by the usual style": usual('<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:rPr><w:sz w:val="2"/></w:rPr></w:style>'),
    "docx under a merged cell": docx(GOES_ON),
    "pptx white in a place of the layout": pptx(white_title),
    "pptx clear letters": pptx(letters_of('<a:solidFill><a:srgbClr val="000000"><a:alpha val="0"/></a:srgbClr></a:solidFill>')),
    "pptx letters without a fill": pptx(letters_of("<a:noFill/>")),
    "pptx of a point by its list": pptx(small_by_its_list),
    "pptx title of a point by its layout": pptx(by_its_place('sz="100">')),
    "pptx title of a point by its master": pptx(by_its_place('sz="100">', "master")),
    "pptx title of a point by its styles": pptx(by_its_place('sz="100">', "styles")),
    "pptx body of a point by its layout": pptx(by_its_place('sz="100">', place="body")),
    "pptx body of a point by its styles": pptx(by_its_place('sz="100">', "styles", "body")),
    "pptx title white by its layout": pptx(by_its_place(f">{WHITE}")),
    "pptx title white by its styles": pptx(by_its_place(f">{WHITE}", "styles")),
    "pptx title without a fill by its layout": pptx(by_its_place(f">{NO_FILL}")),
    "pptx under a drawn box": pptx(under_a_drawn_box()),
    "pptx under two shapes": pptx(under_two()),
    "pptx under a merged cell": pptx(merged_cell),
    "xlsx text box under another": xlsx(text_boxes(fill={"color": "white"})),
    "xls white": old_look(font(9), look(1)),
    "xls white on white": old_look(font(9), look(1, 1, 9)),
    "xls white by the palette": old_look(font(0x20), look(1), palette=[(0x92, struct.pack("<H", 56) + bytes(4 * 24) + b"\xff\xff\xff\0" + bytes(4 * 31))]),
    "xls of the colour of its ground": old_look(font(12), look(1, 1, 12)),
    "xls of a point": old_look(font(height=20), look(1)),
    "xls under a merged cell": old_look(font(), look(1), (0xE5, struct.pack("<5H", 1, 3, 4, 1, 2))),
    "odt frame under a shape": odt_over(4),
    "odt frame under a shape of its paragraph": odt_over(4, anchor="paragraph"),
    "odt clear letters": letters('fo:color="#000000" loext:opacity="0%"', f"<text:p>A {SPAN}</text:p>"),
    "odt a little of the usual size": letters('fo:font-size="5%"', f"<text:p>A {SPAN}</text:p>"),
    "odt pressed to nothing": letters('style:text-scale="1%"', f"<text:p>A {SPAN}</text:p>"),
    "odt of a point as is usual": odf("text", f'<style:default-style {STYLE} {COLOURS} style:family="paragraph"><style:text-properties fo:font-size="1pt"/></style:default-style><text:p>{SAID}</text:p>'),
    "odt under a merged cell": odf("text", f"<table:table>{COVERED}</table:table>"),
    "odp of a point by its shape": letters('fo:font-size="1pt"', f'<draw:page><draw:frame {PLACE} draw:style-name="T"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>', "presentation", "graphic"),
    "docx of a point": docx(paragraph(own='<w:sz w:val="2"/>')),
    "docx of a point by a style": docx(paragraph('<w:pStyle w:val="Small"/>'), SMALL),
    "docx pressed to nothing": docx(paragraph(own='<w:w w:val="1"/>')),
    "docx header of no section": docx("", related("header", "header9.xml", xml("w:hdr", text()))),
    "pptx of a point": pptx(sized(1)),
    "pptx under a shape": pptx(over()),
    "pptx under a shape of a colour": pptx(over(rgb="003366")),
    "pptx under a shape as it is drawn": pptx(over(rgb=None)),
    "pptx under a table": pptx(table_over()),
    "pptx under a table with a fill of its own": pptx(table_over(own=WHITE)),
    "odp under a table": odp_table_over(FULL),
    "pptx under a picture": pptx(picture_over("RGB")),
    "xlsx of a point": xlsx(lambda b, s: s.write(4, 0, SAID, b.add_format({"font_size": 1}))),
    "xlsx piece of a point": xlsx(small_run),
    "xlsx under a merged cell": xlsx(lambda b, s: s.write(5, 2, SAID), merged_over),
    "odt of a point": of_size("text", f"<text:p>A {SPAN}</text:p>", "1pt"),
    "odt of a third of a millimetre": of_size("text", f"<text:p>A {SPAN}</text:p>", "0.3mm"),
    "odt line of a point": of_size("text", f'<text:p text:style-name="T">{SAID}</text:p>', "1pt", "paragraph"),
    "odt head of pages that are not used": page_styles("Standard"),
    "odp under a shape": odp_over(FULL),
    "ods of a point": of_size("spreadsheet", SHEET.format(f"<table:table-row>{CELL}</table:table-row>").replace("<table:table-cell ", '<table:table-cell table:style-name="T" '), "1pt", "table-cell"),
    "ods piece of a point": of_size("spreadsheet", SHEET.format(f'<table:table-row><table:table-cell office:value-type="string"><text:p>A {SPAN}</text:p></table:table-cell></table:table-row>'), "1pt"),
    "ods under a merged cell": odf("spreadsheet", SHEET.format(f'<table:table-row><table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>A</text:p></table:table-cell>{CELL.replace("table:table-cell", "table:covered-table-cell")}</table:table-row>')),
    "rtf of a point": written("{\\rtf1 A {\\fs2 " + SAID + "} b}"),
    "rtf pressed to nothing": written("{\\rtf1 A {\\charscalex1 " + SAID + "} b}"),
    "docx run": docx(*styled(paragraph(own="<w:vanish/>"))),
    "docx paragraph style": docx(*styled(paragraph('<w:pStyle w:val="P"/>'))),
    "docx character style": docx(*styled(paragraph(own='<w:rStyle w:val="C"/>'))),
    "docx row": docx(f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{text()}</w:tc></w:tr></w:tbl>"),
    "docx shape": docx(run(shape('hidden="1"'))),
    "docx WordArt of before that is clear": word_art('<v:fill opacity="0"/>'),
    "docx WordArt of before without a fill": word_art("", 'stroked="f" filled="f"'),
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
    "docx white": white(),
    "docx white in a plain table": white(table=table_of("Plain")),
    "docx by its theme": docx(f'<w:p><w:r><w:rPr><w:color w:themeColor="background1"/></w:rPr><w:t>{SAID}</w:t></w:r></w:p>'),
    "docx dark on dark": docx(f'<w:p><w:pPr>{DARK}</w:pPr><w:r><w:rPr><w:color w:val="003060"/></w:rPr><w:t>{SAID}</w:t></w:r></w:p>'),
    "docx pale by a style": docx(paragraph('<w:pStyle w:val="Pale"/>'), SHADED),
    "docx header of first pages": running("first", says=""),
    "docx header of even pages": running("even", says="<w:titlePg/>"),
    "pptx white": pptx(coloured(said="FFFFFF")),
    "pptx white by its theme": pptx(coloured()),
    "pptx dark on dark": pptx(coloured("003366", said="003366")),
    "pptx dark on a dark slide": pptx(coloured(paper="003366", said="003366")),
    "xlsx white": cells(),
    "odt white": pale("text", f"<text:p>A {SPAN}</text:p>"),
    "odt white line": pale("text", f'<text:p text:style-name="T">{SAID}</text:p>', family="paragraph"),
    "odp white": pale("presentation", f"<draw:page>{BOX}</draw:page>"),
    "ods white": pale("spreadsheet", SHEET.format(f"<table:table-row>{CELL}</table:table-row>").replace("<table:table-cell ", '<table:table-cell table:style-name="T" '), family="table-cell"),
    "odt head that is off": odf("text", "<text:p>A</text:p>", {"styles.xml": f'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" {STYLE}><style:header-left style:display="false"><text:p>{SAID}</text:p></style:header-left></office:document-styles>'.encode()}),
    "odp far off a slide of no size": odf("presentation", f'<draw:page><draw:frame {PLACE} svg:x="90cm" svg:y="3cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>'),
    "rtf white": written(COLOURS_OF_RTF + "A {\\cf1 " + SAID + "} b}"),
    "rtf dark on dark": written(COLOURS_OF_RTF + "A {\\cf2\\highlight2 " + SAID + "} b}"),
    "rtf hidden shape": written("{\\rtf1 A {\\shp{\\*\\shpinst{\\sp{\\sn fHidden}{\\sv 1}}{\\shptxt " + SAID + "\\par}}}\\par}"),
    "rtf toggle": written("{\\rtf1 A \\v " + SAID + "\\v0  b}"),
}  # fmt: skip
SHOWN = {
    "docx box over a shape": floating((OUTER, 5, WHITE, ""), (INNER, 9, NO_FILL, text())),
    "docx box under an empty frame": floating((INNER, 5, NO_FILL, text()), (OUTER, 9, NO_FILL, "")),
    "docx box beside a shape of another page": floating((INNER, 5, NO_FILL, text()), (OUTER, 9, WHITE, ""), apart='<w:r><w:br w:type="page"/></w:r>'),
    "docx box over a shape of before": floating_of_before(2),
    "docx letters half clear": clear_letters(40_000),
    "docx outlined letters": clear_letters(100_000, f'<w14:textOutline {W14}><w14:solidFill><w14:srgbClr w14:val="000000"/></w14:solidFill></w14:textOutline>'),
    "docx cell that begins a column": docx(GOES_ON.replace('<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr>', "")),
    "pptx title of a point by its layout and larger by itself": pptx(by_its_place('sz="100">', own="1200")),
    "pptx title that is small by its layout": pptx(by_its_place('sz="900">')),
    "pptx letters half clear": pptx(letters_of('<a:solidFill><a:srgbClr val="000000"><a:alpha val="40000"/></a:srgbClr></a:solidFill>')),
    "pptx outlined letters": pptx(letters_of('<a:ln><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln><a:noFill/>')),
    "pptx under a drawn form that is no box": pptx(under_a_drawn_box(corner=9)),
    "pptx between two shapes": pptx(under_two(wide=2)),
    "xlsx text box under a frame": xlsx(text_boxes(fill={"none": True})),
    "xls white on dark": old_look(font(9), look(1, 1, 18)),
    "xls white where a rule may fill": old_look(font(9), look(1), (0x1B0, struct.pack("<2H", 1, 0) + bytes(8) + struct.pack("<5H", 1, 0, 9, 0, 9))),
    "odt frame over a shape": odt_over(2),
    "odt frame under an empty shape": odt_over(4, filled=False),
    "odt frame beside a shape of another page": odt_over(4, page="2"),
    "odt letters in the colour that is seen": letters('style:use-window-font-color="true" loext:opacity="0%"', f"<text:p>A {SPAN}</text:p>"),
    "odt letters half clear": letters('fo:color="#000000" loext:opacity="40%"', f"<text:p>A {SPAN}</text:p>"),
    "docx large in a small style": docx(paragraph('<w:pStyle w:val="Small"/>', '<w:sz w:val="22"/>'), SMALL),
    "docx small print": docx(paragraph(own='<w:sz w:val="6"/>')),
    "pptx small print": pptx(sized(5)),
    "pptx under a frame": pptx(over(filled=False)),
    "pptx under a shape that is half clear": pptx(over(clear=True)),
    "pptx half under a shape": pptx(over(wide=5)),
    "pptx under a shape that a show moves away": pptx(over(moved=True)),
    "pptx under a table without fills": pptx(table_over(style=False)),
    "pptx under a table with a cell without a fill": pptx(table_over(own=NO_FILL)),
    "pptx under a table that is shorter than its frame": pptx(table_over(high=1)),
    "odp under a table without fills": odp_table_over('draw:fill="none"'),
    "pptx under a clear picture": pptx(picture_over("RGBA")),
    "xlsx merged": xlsx(lambda b, s: s.merge_range(4, 0, 5, 2, SAID)),
    "odt small print": of_size("text", f"<text:p>A {SPAN}</text:p>", "5pt"),
    "odt head of pages that follow": page_styles("Second"),
    "odp half under a shape": odp_over(FULL, "5cm"),
    "odp under a shape that is half clear": odp_over(FULL + ' draw:opacity="40%"'),
    "odp under a frame": odp_over('draw:fill="none"'),
    "rtf plain after a point": written("{\\rtf1 A {\\fs2 b \\plain " + SAID + "}}"),
    "rtf told twice": written("{\\rtf1 A {\\upr{" + SAID + "}{\\*\\ud{" + SAID + "}}} b}"),
    "docx shown again": docx(*styled(paragraph('<w:pStyle w:val="P"/>', '<w:vanish w:val="0"/>'))),
    "docx shown by a style": docx(*styled(paragraph('<w:pStyle w:val="Q"/>'))),
    "docx WordArt of before that is half clear": word_art('<v:fill opacity=".5"/>'),
    "docx WordArt of before in a colour": word_art('<v:fill opacity="1"/>'),
    "docx outlined WordArt of before": word_art("", 'stroked="t" filled="f"'),
    "docx hidden by two styles": docx(*styled(paragraph('<w:pStyle w:val="P"/>', '<w:rStyle w:val="C"/>'))),
    "docx end of a hidden paragraph": docx(f"<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>{SAID}</w:t></w:r></w:p>"),
    "pptx half off the slide": pptx(box(-4, 3)),
    "xls row": old((0x208, struct.pack("<H10xB3x", 3, 0x20))),
    "odt field": odf("text", f'<text:p>A <text:hidden-text text:is-hidden="false">{SAID}</text:hidden-text></text:p>'),
    "odp on the slide": odf("presentation", f'<draw:page><draw:frame {PLACE} svg:x="27cm" svg:y="3cm"><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame></draw:page>', PAGE_SIZE),
    "ods row": odf("spreadsheet", SHEET.format(f'<table:table-row table:visibility="collapse"/><table:table-row>{CELL}</table:table-row>')),
    "docx white, shaded": white(DARK),
    "docx white in a dark cell": white(table=table_of(cell=DARK)),
    "docx white in a table of a dark style": docx(f'{table_of("Dark")}<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{SAID}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>', SHADED),
    "docx white before a picture": docx(f'{BEHIND}<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{SAID}</w:t></w:r></w:p>'),
    "docx white, marked": docx(f'<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/><w:highlight w:val="black"/></w:rPr><w:t>{SAID}</w:t></w:r></w:p>'),
    "docx header of first pages": running("first", says="<w:titlePg/>"),
    "docx header": running("default", says=""),
    "pptx white on a dark box": pptx(coloured("003366")),
    "pptx white on a dark slide": pptx(coloured(paper="003366")),
    "pptx white before a bar": pptx(coloured(bar=True)),
    "xlsx white on dark": cells("#003366"),
    "xlsx white in a table": cells(change=lambda b, s: s.add_table(2, 2, 5, 5, {"header_row": False})),
    "xlsx white where a rule may fill": cells(change=lambda b, s: s.conditional_format(0, 0, 9, 9, {"type": "no_blanks", "format": b.add_format({"bg_color": "#003366"})})),
    "xlsx letters of their own colour": cells(change=rich),
    "odt white on dark": pale("text", f'{GROUND}<text:p text:style-name="D">A {SPAN}</text:p>'),
    "odp white before a bar": pale("presentation", f"{BLUE}<draw:page>{BAR}{BOX}</draw:page>"),
    "ods white on dark": pale("spreadsheet", SHEET.format(f"<table:table-row>{CELL}</table:table-row>").replace("<table:table-cell ", '<table:table-cell table:style-name="T" '), '<style:table-cell-properties fo:background-color="#003366"/>', "table-cell"),
    "rtf white on dark": written(COLOURS_OF_RTF + "\\pard\\cbpat2 A {\\cf1 " + SAID + "} b}"),
    "rtf white in a dark cell": written(COLOURS_OF_RTF + "\\trowd\\clcbpat2\\cellx900\\pard\\intbl {\\cf1 " + SAID + "}\\cell\\row}"),
    "rtf text box of before": written("{\\rtf1 A {\\*\\do{\\dptxbx{\\dptxbxtext " + SAID + "\\par}}}\\par}"),
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
        sheet.write(3, 0, "open", book.add_format({"num_format": '0;-0;0;"The ward is "@'}))

    assert (
        words(spreadsheets.extract(workbook(tmp_path / "a", fill)))
        == "Plan Payment About 12 step\\-up beds 7.0m The ward is open"
    )


def test_words_of_a_format_are_next_to_whole_numbers_of_an_old_workbook_too(tmp_path):
    code = b'0" step-up beds"'
    path = xls(
        tmp_path / "a",
        (0x41E, struct.pack("<HHB", 164, len(code), 0) + code),
        (0xE0, struct.pack("<HH16x", 0, 164)),
        (0x27E, struct.pack("<3HI", 4, 2, 0, 12 << 2 | 2)),
    )
    assert "12 step-up beds" in words(spreadsheets.extract(path))


def test_words_of_a_format_of_open_document_stand_beside_their_number(tmp_path):
    style = (
        f'<number:number-style {STYLE} xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N">'
        "<number:number/><number:text> step-up beds</number:text></number:number-style>"
        f'<style:style {STYLE} style:name="C" style:family="table-cell" style:data-style-name="N"/>'
    )
    cell = '<table:table-cell table:style-name="C" office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>'
    body = style + SHEET.format(f"<table:table-row>{cell}</table:table-row>")
    assert words(odf("spreadsheet", body)(tmp_path / "a")) == "Plan 12 step-up beds"


def test_much_that_is_hidden_is_cut_and_said():
    long = "x " * hidden.LONGEST
    (page,) = parts.numbered([("a", list(parts.unseen_lines([long], "a hidden sheet")))])
    (part,) = page.parts
    assert len(part.text) == hidden.LONGEST
    assert str(hidden.LONGEST) in part.why
    assert page.text == ""


def test_hidden_words_tear_no_word_apart():
    assert hidden.parted(f"one{hidden.hidden('two')}three") == ("onethree", ["two"])
