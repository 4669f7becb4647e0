"""Pictures in office files and files within them; and what is left out is named."""

# ruff: noqa: E501 - a piece of XML on a line of its own reads better than one broken over three

from __future__ import annotations

import io
import struct
import warnings
import zlib

import docx
import pytest
from docx.shared import Cm
from PIL import Image
from pptx.util import Cm as SlideCm

from extractors.config import ExtractConfig, current
from extractors.isolation.sandbox import Sandbox
from extractors.office import docx_files, opendocument, pptx_files, spreadsheets
from extractors.office.art import blips
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PartState
from tests.extractors.test_office_read import WORD, needs_ocr
from tests.helpers.jobs import job_at
from tests.helpers.office_files import (
    A_CHART,
    HREF,
    LETTER,
    SAID,
    Edit,
    compound,
    graphic,
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

# ---- pictures of text

PICTURED = {
    "docx": lambda path, picture: with_picture(path, picture),  # noqa: PLW0108 - it stands further down
    "pptx": lambda path, picture: slides(path, lambda s: s.shapes.add_picture(io.BytesIO(picture), 0, 0, SlideCm(12))),
    "xlsx": lambda path, picture: workbook(path, lambda b, s: s.insert_image("B2", "a.png", {"image_data": io.BytesIO(picture)})),
    "odt": lambda path, picture: open_document(path, "text", f'<text:p>Before.<draw:frame><draw:image {HREF}="Pictures/1.png"/></draw:frame></text:p><text:p>After.</text:p>', {"Pictures/1.png": picture}),
    "odp": lambda path, picture: open_document(path, "presentation", f'<draw:page><draw:frame><draw:image {HREF}="Pictures/1.png"/></draw:frame></draw:page>', {"Pictures/1.png": picture}),
    "ods": lambda path, picture: open_document(path, "spreadsheet", f'<table:table table:name="Plan"><table:shapes><draw:frame><draw:image {HREF}="Pictures/1.png"/></draw:frame></table:shapes></table:table>', {"Pictures/1.png": picture}),
}  # fmt: skip
READERS = {
    "docx": docx_files,
    "pptx": pptx_files,
    "xlsx": spreadsheets,
    "odt": opendocument,
    "odp": opendocument,
    "ods": spreadsheets,
}


def with_picture(path, picture):
    document = docx.Document()
    document.add_paragraph("Before.")
    document.add_picture(io.BytesIO(picture), width=Cm(12))
    document.add_picture(io.BytesIO(picture), width=Cm(12))  # read once
    document.add_paragraph("After.")
    document.save(str(path))
    return path


@needs_ocr
@pytest.mark.parametrize("kind", PICTURED)
def test_a_picture_of_text_is_read_at_its_place(tmp_path, kind):
    pages = list(READERS[kind].extract(PICTURED[kind](tmp_path / "a", png(*LETTER))))
    ((page, part),) = [(page, part) for page in pages for part in page.parts]
    assert (part.kind, part.state) == ("picture", PartState.OCR)
    assert page.text[part.start : part.end].split() == " ".join(LETTER).split()
    if kind in {"docx", "odt"}:
        assert words(pages) == f"Before. {' '.join(LETTER)} After."
    assert page.method is (
        PageMethod.OCR if page.text == page.text[part.start : part.end] else PageMethod.MARKUP
    )


@pytest.mark.parametrize("kind", PICTURED)
def test_a_picture_that_waits_for_ocr_is_named(tmp_path, kind):
    path = PICTURED[kind](tmp_path / "a", png(*LETTER))
    token = current.set(ExtractConfig(ocr=False))
    pages = []
    try:
        with pytest.raises(ExtractionError) as error:
            pages.extend(READERS[kind].extract(path))
    finally:
        current.reset(token)
    assert error.value.reason is FailureReason.NEEDS_OCR
    assert {part.state for page in pages for part in page.parts} == {PartState.UNREAD}


def test_a_picture_that_is_none_and_a_small_one(tmp_path):
    pages = list(
        docx_files.extract(
            word(
                tmp_path / "a",
                graphic('<a:blip r:embed="rId900"/>'),
                related("image", "media/1.png", b"no picture"),
            )
        )
    )
    assert [(part.kind, part.state) for page in pages for part in page.parts] == [
        ("picture", PartState.UNREAD)
    ]
    icon = io.BytesIO()
    Image.radial_gradient("L").resize((20, 20)).save(icon, "PNG")
    path = word(
        tmp_path / "b",
        graphic('<a:blip r:embed="rId900"/>'),
        related("image", "media/1.png", icon.getvalue()),
    )
    assert not any(page.parts for page in docx_files.extract(path))


@needs_ocr
def test_pictures_and_files_within_an_old_workbook(tmp_path):
    picture = png(*LETTER)
    pieces = [picture[at : at + 8000] for at in range(0, len(picture), 8000)]
    records = [(0xEB, bytes(50) + pieces[0]), *((0x3C, piece) for piece in pieces[1:])]
    path = xls(
        tmp_path / "a",
        *records,
        more={"MBD001": {"\x01Ole10Native": packed("plan.pdf", PAPER)}, "MBD002": {"Workbook": b"x"}},
    )
    *_, last = spreadsheets.extract(path)
    assert last.text.split() == " ".join(LETTER).split()
    names = []
    with pytest.raises(ExtractionError, match="MBD002"):
        names.extend(spreadsheets.members(path, tmp_path))
    assert names == ["plan.pdf"]


def test_pictures_are_found_in_a_stream_and_end_where_they_end():
    image = Image.radial_gradient("L").resize((60, 60))
    made = []
    for kind in ("PNG", "JPEG"):
        content = io.BytesIO()
        image.save(content, kind)
        made.append(content.getvalue())
    assert list(blips.pictures(b"x".join([b"", *made, *made]) + b"more")) == [*made, *made]
    assert list(blips.pictures(made[1][:100])) == [made[1][:100]]


@pytest.mark.parametrize("side", [13_000, 50_000])
def test_a_picture_that_lies_about_its_size_costs_no_other_its_words(tmp_path, side):
    content = bytearray(png(SAID))
    content[16:24] = struct.pack(">2I", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path = word(
        tmp_path / "a", graphic('<a:blip r:embed="rId900"/>'), related("image", "media/1.png", bytes(content))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        pages = list(docx_files.extract(path))
    assert words(pages) == "Before. After."
    assert [part.state for page in pages for part in page.parts] == [PartState.UNREAD]


def emf(said):
    record = struct.pack("<2I", 84, 0) + bytes(28) + struct.pack("<iiII", 10, 20, len(said), 76) + bytes(24)
    record += said.encode("utf-16-le").ljust(2 * len(said) + len(said) % 2 * 2, b"\0")
    record = struct.pack("<2I", 84, len(record)) + record[8:]
    head = struct.pack("<2I", 1, 100) + bytes(32) + b" EMF" + bytes(56)
    return head + record + struct.pack("<5I", 14, 20, 0, 0, 20)


def test_a_drawn_picture_holds_its_words(tmp_path):
    edit = related("image", "media/1.emf", emf(SAID))
    assert SAID in words(
        docx_files.extract(word(tmp_path / "a", graphic('<a:blip r:embed="rId900"/>'), edit))
    )


# ---- files within files


def packed(name, content):
    """A file as Office packs one that no program of its own knows."""
    inner = (
        struct.pack("<H", 2) + name.encode() + b"\0" + b"C:\\a\0" + struct.pack("<HHI", 0, 3, 5) + b"C:\\a\0"
    )
    inner += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(inner)) + inner


def members(module, path, tmp_path):
    directory = tmp_path / "members"
    directory.mkdir()
    return {name: (directory / str(n)).read_bytes() for n, name in enumerate(module.members(path, directory))}


PAPER = b"%PDF-1.4 a paper"


def test_files_within_are_papers_of_their_own(tmp_path):
    packs = {
        "1.bin": compound(tmp_path / "o", {"\x01Ole10Native": packed("plan.pdf", PAPER)}).read_bytes(),
        "2.bin": compound(tmp_path / "o", {"CONTENTS": PAPER}).read_bytes(),
        "3.bin": compound(tmp_path / "o", {"Equation Native": b"x"}).read_bytes(),
        "4.docx": b"PK a Word file",
    }
    edit = Edit(
        {f"word/embeddings/{name}": content for name, content in packs.items()},
        {
            f"rId90{name[0]}": ("package" if name[2] == "d" else "oleObject", f"embeddings/{name}")
            for name in packs
        },
    )
    path = word(
        tmp_path / "a", run('<w:object><o:OLEObject ProgID="Equation.3" r:id="rId903"/></w:object>'), edit
    )
    assert members(docx_files, path, tmp_path) == {
        "plan.pdf": PAPER,
        "2.bin": PAPER,
        "4.docx": b"PK a Word file",
    }
    assert [part.kind for page in docx_files.extract(path) for part in page.parts] == ["equation"]


def test_the_numbers_behind_a_chart_are_no_paper(tmp_path):
    def fill(slide):
        pptx_chart(slide)
        slide.shapes.add_ole_object(io.BytesIO(b"PK within"), "Word.Document.12", 0, 0)

    path = slides(tmp_path / "a", fill)
    assert list(members(pptx_files, path, tmp_path).values()) == [b"PK within"]


def test_files_within_sheets_and_open_documents(tmp_path):
    edit = Edit({"xl/embeddings/a.docx": b"PK within"}, {"rId900": ("package", "../embeddings/a.docx")})
    path = workbook(tmp_path / "a", lambda b, s: None, edit)
    assert members(spreadsheets, path, tmp_path) == {"a.docx": b"PK within"}
    (tmp_path / "more").mkdir()
    ole = compound(tmp_path / "o", {"\x01Ole10Native": packed("plan.pdf", PAPER)}).read_bytes()
    body = f'<text:p><draw:frame><draw:object-ole {HREF}="./Object 2"/></draw:frame></text:p>'
    path = open_document(tmp_path / "b", "text", body, {"Object 2": ole})
    assert members(opendocument, path, tmp_path / "more") == {"plan.pdf": PAPER}


def test_a_file_within_itself_is_read_once(tmp_path):
    path = word(tmp_path / "a.docx", text())
    for _ in range(3):
        path = word(tmp_path / "a.docx", text(), related("package", "embeddings/a.docx", path.read_bytes()))
    with Sandbox(ExtractConfig(workers=1), tmp_path / "spool") as sandbox:
        (names,) = [[m.name for m in reading.members] for reading in sandbox.read([job_at(path)])]
    assert names == ["a.docx"]


def test_too_many_bytes_within(tmp_path):
    path = word(tmp_path / "a", text(), related("package", "embeddings/a.docx", bytes(3_000_000)))
    token = current.set(ExtractConfig(members_mb=1))
    try:
        (tmp_path / "members").mkdir()
        with pytest.raises(ExtractionError) as error:
            list(docx_files.members(path, tmp_path / "members"))
    finally:
        current.reset(token)
    assert error.value.reason is FailureReason.TOO_LARGE


# ---- what is left out is named


def test_a_part_of_a_kind_that_nobody_knows_is_named(tmp_path):
    path = word(tmp_path / "a", text(), related("holograms", "holograms/one.xml", b"<x/>"))
    *_, last = docx_files.extract(path)
    assert (last.label, last.method) == ("parts not read", PageMethod.NONE)
    assert [(part.state, part.why) for part in last.parts] == [
        (PartState.UNREAD, "word/holograms/one.xml is not read")
    ]


@pytest.mark.parametrize("name", ["comment", "chart title", "diagram", "footnote", "HTML in the body"])
def test_a_damaged_part_costs_no_other_its_words(tmp_path, name):
    body, edit = WORD[name]
    damaged = dict.fromkeys(edit.parts, b"PK\x03\x04 damaged <")
    pages = list(docx_files.extract(word(tmp_path / "a", body, Edit(damaged, edit.relations))))
    assert "Before." in words(pages)
    assert "After." in words(pages)
    assert [part.state for page in pages for part in page.parts] == [PartState.UNREAD]


def test_a_part_that_is_not_there_is_named(tmp_path):
    pages = list(
        docx_files.extract(word(tmp_path / "a", A_CHART, Edit({}, {"rId900": ("chart", "charts/gone.xml")})))
    )
    assert [(part.kind, part.state) for page in pages for part in page.parts] == [("chart", PartState.UNREAD)]


def test_long_descriptions_and_many_comments_are_read_to_their_end(tmp_path):
    long = "word " * 400_000
    pages = list(
        docx_files.extract(
            word(tmp_path / "a", run(f'<w:drawing><wp:docPr descr="{long}{SAID}"/></w:drawing>'))
        )
    )
    assert SAID in pages[-1].text
    many = "".join(f'<w:comment w:id="{n}">{text(f"remark {n}")}</w:comment>' for n in range(20_000))
    pages = list(
        docx_files.extract(
            word(tmp_path / "b", "", related("comments", "comments.xml", xml("w:comments", many)))
        )
    )
    assert "[Comment: remark 19999]" in pages[-1].text


def test_pictures_beyond_number_are_counted(tmp_path):
    blips = "".join(f'<a:blip r:embed="rId{n}"/>' for n in range(1000, 1300))
    edit = Edit({}, {f"rId{n}": ("image", f"media/{n}.png") for n in range(1000, 1300)})
    (page,) = docx_files.extract(word(tmp_path / "a", graphic(blips), edit))
    assert len(page.parts) == 100
    assert page.parts[-1].why == "and 201 more parts"
