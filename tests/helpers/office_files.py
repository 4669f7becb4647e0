"""Office files of each kind for tests: a body in XML and the parts that belong to it, put into a package."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass, field

import docx
import pptx
import xlsxwriter
from PIL import Image, ImageDraw, ImageFont
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm as SlideCm

from tests.documents import make

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, SMALL, CUTOFF = 512, 64, 4096


def compound(path, tree):
    """An OLE file of these streams (bytes) and storages (a dict each)."""
    entries = [
        ["Root Entry", 5, FREE, FREE, b""]
    ]  # name, kind, the next beside it, the first within, content

    def put(inside, parent):
        previous, link = parent, 3
        for name, content in inside.items():
            number = len(entries)
            entries[previous][link] = number
            previous, link = number, 2
            if isinstance(content, dict):
                entries.append([name, 1, FREE, FREE, b""])
                put(content, number)
            else:
                entries.append([name, 2, FREE, FREE, content])

    put(tree, 0)
    table, sectors = [TABLE], []
    small_table, small = [], bytearray()  # what is shorter than CUTOFF lies in one stream of small sectors

    def store(content):
        """Where it begins."""
        pieces = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
        first = len(table)
        table.extend([*range(first + 1, first + len(pieces)), END] if pieces else [])
        sectors.extend(pieces)
        return first if pieces else END

    def store_small(content):
        first, count = len(small_table), -(-len(content) // SMALL)
        small_table.extend([*range(first + 1, first + count), END] if count else [])
        small.extend(content.ljust(count * SMALL, b"\0"))
        return first if count else END

    begins = [
        store_small(content) if len(content) < CUTOFF else store(content) for *_, content in entries[1:]
    ]
    entries[0][-1] = bytes(small)
    begins.insert(0, store(bytes(small)))
    rows = [
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", 2 * len(name) + 2 if name else 0, kind, 1)
        + struct.pack("<3I36xIQ", FREE, beside, within, begin, len(content))
        for (name, kind, beside, within, content), begin in zip(entries, begins, strict=True)
    ]
    directory = store(b"".join(rows))
    small_numbers = struct.pack(f"<{len(small_table)}I", *small_table)
    small_numbers += b"\xff" * (-len(small_numbers) % SECTOR)
    first_small = store(small_numbers)
    assert len(table) <= SECTOR // 4, "more than one sector of table"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack(
        "<10I", 0, 1, directory, 0, CUTOFF, first_small, len(small_numbers) // SECTOR, END, 0, 0
    )
    table += [FREE] * (SECTOR // 4 - len(table))
    path.write_bytes(
        head.ljust(SECTOR, b"\xff") + struct.pack(f"<{SECTOR // 4}I", *table) + b"".join(sectors)
    )
    return path


SAID = "The board approved a whole population payment"
LETTER = ("The board approved a whole", "population payment for the place")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = " ".join(
    f'xmlns:{short}="{full}"'
    for short, full in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "cx": "http://schemas.microsoft.com/office/drawing/2014/chartex",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
        "p188": "http://schemas.microsoft.com/office/powerpoint/2018/8/main",
        "s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
        "r": OFFICE,
    }.items()
)


def png(*lines, size=26):
    """A picture of text, as from a screen."""
    image = Image.new("RGB", (900, 60 + 44 * len(lines)), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((30, 30 + 44 * number), line, fill="black", font=ImageFont.load_default(size=size))
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def xml(name, inner):
    return f"<{name} {NAMES}>{inner}</{name}>".encode()


CHART = xml(
    "c:chartSpace",
    "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea>"
    "<c:ser><c:tx><c:strRef><c:strCache><c:pt><c:v>{series}</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache><c:pt><c:v>{label}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser>"
    "</c:plotArea></c:chart>",
).decode()


def chart(**said):
    return CHART.format(**({"title": "", "series": "", "label": ""} | said)).encode()


@dataclass
class Edit:
    """What is put into a package: parts, and relations from one of its parts to them."""

    parts: dict[str, bytes] = field(default_factory=dict)
    relations: dict[str, tuple[str, str]] = field(default_factory=dict)  # id: (kind, target)


def edited(path, rels, edit, change=lambda parts: None):
    parts = make.unzipped(path)
    more = "".join(
        f'<Relationship Id="{number}" Type="{kind if ":" in kind else f"{OFFICE}/{kind}"}" Target="{target}"/>'
        for number, (kind, target) in edit.relations.items()
    )
    empty = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    parts[rels] = parts.get(rels, empty.encode()).replace(
        b"</Relationships>", f"{more}</Relationships>".encode()
    )
    parts |= edit.parts
    change(parts)
    return make.archive(path, parts)


def word(path, body, edit=None):
    docx.Document().save(str(path))

    def change(parts):
        document = parts["word/document.xml"].decode()
        document = re.sub(
            r"<w:document\b", f"<w:document {NAMES} ", re.sub(r'\sxmlns:\w+="[^"]*"', "", document), count=1
        )
        before = "<w:p><w:r><w:t>Before.</w:t></w:r></w:p>"
        after = "<w:p><w:r><w:t>After.</w:t></w:r></w:p>"
        parts["word/document.xml"] = document.replace("<w:body>", f"<w:body>{before}{body}{after}").encode()

    return edited(path, "word/_rels/document.xml.rels", edit or Edit(), change)


def run(inner):
    return f"<w:p><w:r>{inner}</w:r></w:p>"


def text(said=SAID):
    return f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"


def related(kind, target, content, number="rId900"):
    return Edit({f"word/{target}": content}, {number: (kind, target)})


def graphic(inner):
    return run(
        f'<w:drawing><wp:inline><wp:docPr id="1" name="x"/><a:graphic><a:graphicData>{inner}</a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


COMMENT = xml("w:comments", f'<w:comment w:id="7" w:author="A">{text()}</w:comment>')
A_CHART = graphic('<c:chart r:id="rId900"/>')
CHUNK = '<w:altChunk r:id="rId900"/>'


def words(pages):
    return " ".join(" ".join(page.text for page in pages).split())


def slides(path, fill, edit=None, change=lambda parts: None):
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Title"
    fill(slide)
    presentation.save(str(path))
    return edited(path, "ppt/slides/_rels/slide1.xml.rels", edit or Edit(), change)


def pptx_chart(slide):
    data = CategoryChartData()
    data.categories = ["East", "West"]
    data.add_series(SAID, (1, 2))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, SlideCm(8), SlideCm(6), data)


def nothing(slide):
    return None


def workbook(path, fill, edit=None):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Plan")
    sheet.write(0, 0, "Payment")
    fill(book, sheet)
    book.close()
    return edited(path, "xl/worksheets/_rels/sheet1.xml.rels", edit, lambda parts: None) if edit else path


def xls(path, *records, root="Root Entry", more=None, of_all=()):
    """A workbook of Excel 97 with one sheet and one cell, and these records after it; `of_all` sheets."""

    def record(kind, content):
        return struct.pack("<2H", kind, len(content)) + content

    cell = struct.pack("<3HH", 0, 0, 0, 7) + b"\0Payment"
    sheet = record(0x809, struct.pack("<4H2I", 0x600, 0x10, 0, 0, 0, 6)) + record(0x204, cell)
    sheet += b"".join(record(*each) for each in records) + record(0x0A, b"")
    begin = record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 0, 0, 6))
    of_all = b"".join(record(*each) for each in of_all)
    size = len(begin) + 4 + 6 + 2 + 4 + 4 + len(of_all)
    begin += record(0x85, struct.pack("<IH", size, 0) + b"\x04\0Plan") + of_all + record(0x0A, b"")
    compound(path, {"Workbook": (begin + sheet).ljust(4608, b"\0")} | (more or {}))
    content = path.read_bytes()
    if not root:
        at = content.index("Root Entry".encode("utf-16-le"))
        path.write_bytes(content[:at] + bytes(66) + content[at + 66 :])
    return path


def xlsb(path, name, *rows):
    """A binary workbook of one sheet; a cell is a text, or the code of a fault."""

    def record(kind, content=b""):
        numbers = (bytes([each & 0x7F | 0x80, each >> 7]) for each in (kind, len(content)))
        return b"".join(numbers) + content

    def string(said):
        return struct.pack("<I", len(said)) + said.encode("utf-16-le")

    book = record(131) + record(143) + record(156, struct.pack("<2I", 0, 1) + string("rId1") + string(name))
    book += record(144) + record(132)
    widest = max(map(len, rows)) - 1
    sheet = record(129) + record(148, struct.pack("<4I", 0, len(rows) - 1, 0, widest)) + record(145)
    for number, cells in enumerate(rows):
        sheet += record(0, struct.pack("<I", number).ljust(25, b"\0"))
        for column, said in enumerate(cells):
            at = struct.pack("<2I", column, 0)
            sheet += record(3, at + bytes([said])) if isinstance(said, int) else record(6, at + string(said))
    sheet += record(146) + record(130)
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    return make.archive(
        path,
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": rels.format(OFFICE, "officeDocument", "xl/workbook.bin").encode(),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": rels.format(OFFICE, "worksheet", "worksheets/sheet1.bin").encode(),
            "xl/worksheets/sheet1.bin": sheet,
        },
    )


HREF = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href'
SVG = 'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
STYLES = (
    '<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    f"<office:master-styles><style:master-page><style:{{}}><text:p>{SAID}</text:p></style:{{}}></style:master-page>"
    "</office:master-styles></office:document-styles>"
)
AN_OBJECT = f'<draw:frame><draw:object {HREF}="./Object 1"/><draw:image {HREF}="./ObjectReplacements/Object 1"/></draw:frame>'


def open_document(path, kind, body, more=None):
    parts = make.unzipped(make.opendocument(path, kind, body))
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return make.archive(path, parts | {"META-INF/manifest.xml": manifest.encode()} | (more or {}))


SHOW = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
FLAT_NAMES = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'


def flat(path, kind, body):
    path.write_text(
        f'<?xml version="1.0"?>\n<office:document {FLAT_NAMES} office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )
    return path
