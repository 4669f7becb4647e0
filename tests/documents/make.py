"""Small papers made by code, one function a format, each written where the test says."""

from __future__ import annotations

import email.message
import io
import struct
import zipfile
from typing import TYPE_CHECKING

import docx
import pptx
import pypdfium2
import xlsxwriter
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WIDTH, HEIGHT = A4


def pdf(path: Path, pages: Sequence[str], **facts: str) -> Path:
    """A PDF with a text layer, a line a line; an empty string is an empty page."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle(facts.get("title", ""))
    canvas.setAuthor(facts.get("author", ""))
    for page in pages:
        text = canvas.beginText(72, HEIGHT - 72)
        text.setFont("Times-Roman", 12)
        text.textLines(page)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return path


def encrypted_pdf(path: Path) -> Path:
    canvas = Canvas(str(path), encrypt="secret")
    canvas.drawString(72, 700, "Not for everybody")
    canvas.save()
    return path


def two_columns(path: Path, left: Sequence[str], right: Sequence[str]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for x, lines in ((72, left), (320, right)):
        for number, line in enumerate(lines):
            canvas.drawString(x, HEIGHT - 100 - 16 * number, line)
    canvas.save()
    return path


def turned(path: Path, angle: int) -> Path:
    """The same PDF with its pages turned for the reader, and nothing else changed."""
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        for index in range(len(document)):
            document[index].set_rotation(angle)
        document.save(path)
    return path


def form(path: Path, question: str, answer: str) -> Path:
    """A PDF whose answer stands in a form field."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawString(72, 700, question)
    canvas.acroForm.textfield(name="answer", x=72, y=650, width=400, height=24, value=answer)
    canvas.save()
    return path


def picture(lines: Sequence[str], *, dpi: int = 200, size: int = 14) -> Image.Image:
    """A page as a scanner sees it: grey, no text layer."""
    points = dpi / 72
    page = Image.new("L", (int(WIDTH * points), int(HEIGHT * points)), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=size * points)
    for number, line in enumerate(lines):
        draw.text((60 * points, (80 + 1.7 * size * number) * points), line, fill=20, font=font)
    return page


def scan(path: Path, pages: Sequence[Image.Image], *, stamp: str = "") -> Path:
    """A PDF of pictures, with a short text layer where there is a stamp."""
    canvas = Canvas(str(path), pagesize=A4)
    for page in pages:
        canvas.drawImage(ImageReader(page), 0, 0, WIDTH, HEIGHT)
        if stamp:
            canvas.drawString(72, 30, stamp)
        canvas.showPage()
    canvas.save()
    return path


def word(path: Path) -> Path:
    document = docx.Document()
    document.core_properties.title = "Winter plan"
    document.sections[0].header.paragraphs[0].text = "Anytown Hospital"
    document.add_paragraph("Before any heading.")
    document.add_heading("Finance", level=1)
    document.add_paragraph("The position is worse.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Deficit", "£12.3m"
    document.add_paragraph("After the table.")
    document.add_heading("Estates", level=1)
    document.add_paragraph("The roof leaks.")
    document.save(str(path))
    return path


def slides(path: Path) -> Path:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Elective recovery"
    slide.placeholders[1].text = "Lists are longer"
    slide.notes_slide.notes_text_frame.text = "Say this slowly"
    presentation.slides.add_slide(presentation.slide_layouts[6])
    last = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = last.shapes.add_table(1, 2, 0, 0, 5_000_000, 500_000).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Waiting", "7,421"
    presentation.save(str(path))
    return path


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    costs = book.add_worksheet("Costs")
    costs.write_row(0, 0, ["Ward", "Planned", "Actual"])
    costs.write_row(1, 0, ["Renal", 120, 133.5])
    book.add_worksheet("Notes").write(0, 0, "Agency staff")
    book.close()
    return path


def opendocument(path: Path, kind: str, body: str) -> Path:
    """An OpenDocument file around the XML of a body; `kind` is "text" or "presentation"."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for short, full in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
    )
    inner = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    content = f"<office:document-content {names}>{inner}</office:document-content>"
    return archive(
        path,
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": content.encode()},
    )


def mail(path: Path, attachments: Mapping[str, bytes]) -> Path:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Agenda for May"
    message.set_content("Papers attached.")
    for name, content in attachments.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    path.write_bytes(message.as_bytes())
    return path


def archive(path: Path, members: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> Path:
    path.write_bytes(zipped(members))
    return path


def unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(members: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, member in members.items() if isinstance(members, dict) else members:
            package.writestr(zipfile.ZipInfo(name), member)
    return content.getvalue()


def ole(path: Path, stream: str) -> Path:
    """An OLE file of before 2007 that holds one empty stream, which says what it is."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0)
    table = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB3I", 2 * len(name) + 2, kind, 1, free, free, child)
        + bytes(36)
        + struct.pack("<IQ", end, 0)
        for name, kind, child in (("Root Entry", 5, 1), (stream, 2, free))
    )
    content = (head + struct.pack("<109I", 0, *[free] * 108)).ljust(512, b"\0")
    path.write_bytes(content + table + entries.ljust(512, b"\0"))
    return path
