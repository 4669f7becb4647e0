"""Text by page from each format, from papers made here."""

from __future__ import annotations

import contextlib
import importlib
import re
import zipfile

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors import archive_files, html, plain
from extractors.config import ExtractConfig, current
from extractors.formats import EXTRACTORS
from extractors.mail import messages as mail
from extractors.ocr import image_files, tesseract
from extractors.office import docx_files, opendocument, pptx_files, rtf, spreadsheets
from extractors.parts import short
from extractors.pdf import document as pdf
from extractors.pdf import pdfminer_fallback
from extractors.text_quality import score, usable
from pipeline.errors import ExtractionError
from pipeline.model import FailureReason, PageMethod, PartState
from pipeline.text.canonical import LINE_END_HYPHEN, canonical
from tests.documents import make

needs_ocr = pytest.mark.skipif(not tesseract.available(), reason="no Tesseract wheel here")
LETTER = [
    "Dear colleague",
    "the corridor care standard was met on three days",
    "and the virtual ward has forty beds.",
]


@pytest.fixture
def settings():
    """Read by other settings than the defaults, for one test."""
    tokens = []

    def use(**changes):
        tokens.append(current.set(ExtractConfig(**changes)))

    yield use
    for token in reversed(tokens):
        current.reset(token)


def texts(pages):
    return [page.text for page in pages]


def labels(pages):
    return [page.label for page in pages]


def failure(pages):
    """What an extractor raised, and the pages before it."""
    found = []
    with pytest.raises(ExtractionError) as error:
        found.extend(pages)
    return error.value.reason, found


@pytest.mark.parametrize("name", EXTRACTORS)
def test_every_format_has_its_extractor(name):
    module = importlib.import_module(EXTRACTORS[name].module)
    assert callable(module.extract)


# ---- pdf


def test_pdf_pages_keep_their_numbers(tmp_path):
    pages = list(pdf.extract(make.pdf(tmp_path / "a", ["First", "", "Third"])))
    assert [(p.number, p.label, p.text, p.method) for p in pages] == [
        (1, "page 1", "First", PageMethod.TEXT_LAYER),
        (2, "page 2", "", PageMethod.BLANK),
        (3, "page 3", "Third", PageMethod.TEXT_LAYER),
    ]


def test_pdf_word_broken_over_lines_keeps_its_hyphen(tmp_path):
    (page,) = pdf.extract(make.pdf(tmp_path / "a", ["a whole popu-\nlation payment and decision-\nmaking"]))
    words = page.text.replace("\n", " ")
    assert words == f"a whole popu{LINE_END_HYPHEN}lation payment and decision{LINE_END_HYPHEN}making"


def test_pdf_columns_are_read_one_after_the_other(tmp_path):
    left, right = ["the integrated", "care board"], ["a virtual", "ward"]
    (page,) = pdf.extract(make.two_columns(tmp_path / "a", left, right))
    assert page.text.split() == ["the", "integrated", "care", "board", "a", "virtual", "ward"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pdf_turned_pages_read_as_upright_ones(tmp_path, turn):
    canvas = Canvas(str(tmp_path / "a"))
    canvas.setPageRotation(turn)
    canvas.drawString(72, 500, "The board is asked to note")
    canvas.save()
    assert texts(pdf.extract(tmp_path / "a")) == ["The board is asked to note"]


@pytest.mark.parametrize("turn", [90, 270])
@pytest.mark.parametrize("lying", [0, 90, 270])
def test_pdf_lines_of_a_turned_page_come_in_their_order(tmp_path, turn, lying):
    lines = [f"Line {number} of what the board agreed in full" for number in range(6)]
    canvas = Canvas(str(tmp_path / "a"), pagesize=(595, 595))
    canvas.setPageRotation(turn)
    canvas.translate(297, 297)
    canvas.rotate(lying)
    for number, line in enumerate(lines):
        canvas.drawString(-200, 200 - 14 * number, line)
    canvas.save()
    assert texts(pdf.extract(tmp_path / "a")) == ["\n".join(lines)]


def test_pdf_form_fields_are_text(tmp_path):
    (page,) = pdf.extract(
        make.form(tmp_path / "a", "What would you change?", "Keep the minor injuries unit open")
    )
    assert page.text == "What would you change?\nKeep the minor injuries unit open"


def test_pdf_that_is_a_form_alone(tmp_path):
    """Found by the fuzz: what is written in begins the page then."""
    (page,) = pdf.extract(make.form(tmp_path / "a", "", "Keep the minor injuries unit open"))
    assert page.text == canonical(page.text) == "Keep the minor injuries unit open"


def test_pdf_blank_pages_are_not_unreadable_ones(tmp_path):
    white = make.picture([])
    canvas = Canvas(str(tmp_path / "a"))
    canvas.showPage()  # with nothing on it
    canvas.drawString(72, 700, " ")
    canvas.showPage()
    canvas.drawImage(ImageReader(white), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    assert [page.method for page in pdf.extract(tmp_path / "a")] == [PageMethod.BLANK] * 3


def test_pdf_second_opinion_where_strings_were_set_and_not_read(tmp_path, monkeypatch):
    """A font without a character map, which this machine has none of: PDFium's word is taken from it."""
    path = make.pdf(tmp_path / "a", ["\n".join(["The board is asked to note the corridor care report"] * 9)])
    monkeypatch.setattr(pdf, "printed_text", lambda _layer: "\ue001\ue002")
    (page,) = pdf.extract(path)
    assert (page.method, page.extractor) == (PageMethod.TEXT_LAYER, "pdfminer")
    assert page.text.count("corridor care") == 9


def test_a_second_opinion_is_the_same_in_any_order_of_pages(tmp_path):
    path = make.pdf(tmp_path / "a", ["The first page", "The second page", "The third page"])
    with contextlib.closing(pdfminer_fallback.Opinion(path)) as opinion:
        said = {number: opinion.of_page(number) for number in (3, 1, 2, 3, 4)}
    assert said == {1: "The first page", 2: "The second page", 3: "The third page", 4: ""}


def test_a_second_opinion_of_no_pdf_is_none(tmp_path):
    (tmp_path / "a").write_bytes(b"%PDF-1.4 and nothing else")
    with contextlib.closing(pdfminer_fallback.Opinion(tmp_path / "a")) as opinion:
        assert [opinion.of_page(number) for number in (1, 2)] == ["", ""]


def test_pdf_metadata(tmp_path):
    facts: dict[str, str] = {}
    list(
        pdf.extract(
            make.pdf(tmp_path / "a", ["x", "y"], title="Board papers", author="Anytown Hospital"), facts
        )
    )
    assert (facts["title"], facts["author"], facts["pages"]) == ("Board papers", "Anytown Hospital", "2")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", facts["created"])


def test_pdf_page_text_is_capped(tmp_path, settings):
    settings(page_text_kb=1)
    (page,) = pdf.extract(make.pdf(tmp_path / "a", ["\n".join(["word " * 15] * 40)]))
    assert 1024 < len(page.text) <= 2 * 1024, "no more than shows that some was left out"


def test_pdf_with_a_password(tmp_path):
    assert failure(pdf.extract(make.encrypted_pdf(tmp_path / "a")))[0] is FailureReason.ENCRYPTED


def test_pdf_cut_short(tmp_path):
    whole = make.pdf(tmp_path / "a", [f"Page {i} {'word ' * 300}" for i in range(20)]).read_bytes()
    path = tmp_path / "b"
    for part in (0.1, 0.5, 0.9):
        path.write_bytes(whole[: int(len(whole) * part)])
        assert failure(pdf.extract(path))[0] is FailureReason.TRUNCATED, part


def test_pdf_that_is_none(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"%PDF-1.7\n<html>Not found</html>")
    assert failure(pdf.extract(path))[0] is FailureReason.NOT_WHAT_IT_SAYS


def test_pdf_whose_page_tree_loops(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 5/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    assert all(page.method is PageMethod.NONE for page in pdf.extract(path))


@needs_ocr
def test_pdf_scans_are_read_by_ocr_and_other_pages_not(tmp_path):
    path = make.scan(tmp_path / "a", [make.picture(LETTER)])
    (page,) = pdf.extract(path)
    assert (page.method, page.text.split()) == (PageMethod.OCR, " ".join(LETTER).split())


@needs_ocr
def test_pdf_pictures_without_words_are_not_unreadable(tmp_path):
    view = Image.radial_gradient("L").resize((600, 800))
    path = make.scan(tmp_path / "a", [view])
    assert [page.method for page in pdf.extract(path)] == [PageMethod.BLANK]


@needs_ocr
def test_pdf_ocr_that_comes_to_no_end_is_no_page_without_words(tmp_path, settings):
    settings(ocr_page_seconds=0)
    path = make.scan(tmp_path / "a", [make.picture(LETTER)])
    reason, pages = failure(pdf.extract(path))
    assert (reason, [page.method for page in pages]) == (FailureReason.TIMED_OUT, [PageMethod.NONE])
    stamped = make.scan(tmp_path / "b", [make.picture(3 * LETTER)], stamp="Enclosure 12")
    reason, (page,) = failure(pdf.extract(stamped))
    assert (reason, page.text) == (FailureReason.TIMED_OUT, "Enclosure 12")
    assert [part.state for part in page.parts] == [PartState.UNREAD]
    make.picture(LETTER).save(tmp_path / "c.png")
    reason, (page,) = failure(image_files.extract(tmp_path / "c.png"))
    assert (reason, page.method) == (FailureReason.TIMED_OUT, PageMethod.NONE)


@needs_ocr
def test_ocr_is_not_out_of_time_because_the_clock_is(monkeypatch, settings):
    """As on a busy machine: the first answer is that time is up, and the processor was hardly asked."""
    settings(ocr_page_seconds=10)
    asked = []

    class Slowed:
        def Recognize(self, milliseconds):  # noqa: N802 - the engine's own name
            asked.append(milliseconds)
            return milliseconds > 10_000

    tesseract._recognise(Slowed(), 5)
    assert asked == [5_000, 25_000]
    with pytest.raises(TimeoutError):
        tesseract._recognise(Slowed(), 1)


@needs_ocr
@pytest.mark.parametrize(
    "stamp", ["Enclosure 12", "Anytown Hospitals: board of directors in public, for approval. " * 3]
)
def test_pdf_scan_with_a_stamp_is_still_a_scan(tmp_path, stamp):
    (page,) = pdf.extract(make.scan(tmp_path / "a", [make.picture(3 * LETTER)], stamp=stamp))
    assert page.method is PageMethod.OCR
    assert "corridor care" in page.text


@needs_ocr
def test_scan_lying_on_its_side(tmp_path):
    sideways = make.picture(LETTER).rotate(90, expand=True, fillcolor=255)
    assert "corridor care standard" in tesseract.recognise(sideways)


def test_pdf_scan_without_ocr_needs_it(tmp_path, settings):
    settings(ocr=False)
    reason, pages = failure(pdf.extract(make.scan(tmp_path / "a", [make.picture(LETTER)])))
    assert reason is FailureReason.NEEDS_OCR
    assert [(p.text, p.method) for p in pages] == [("", PageMethod.NONE)]


@needs_ocr
def test_pdf_ocr_ends_when_its_time_is_used_up(tmp_path, settings):
    settings(ocr_seconds=0)
    reason, pages = failure(pdf.extract(make.scan(tmp_path / "a", [make.picture(LETTER)] * 3)))
    assert reason is FailureReason.TIMED_OUT
    assert [p.method for p in pages] == [PageMethod.OCR, PageMethod.NONE, PageMethod.NONE]


# ---- whether a text layer is text


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (
            "The integrated care board met on Tuesday to consider the finance report and the winter plan.",
            True,
        ),
        (
            "Mae'r bwrdd yn cyfarfod bob mis i drafod gwasanaethau iechyd a gofal cymdeithasol yn yr ardal.",
            True,
        ),
        ("Appendix A", True),
        ("Trust 12.3 14.5 16.7 Plan 11.1 13.2 15.3 Variance 1.2 1.3 1.4 Forecast 12.0 13.0 14.0", True),
        ("", False),
        ("12 / 14", False),
        (
            " ".join("the integrated care board met on Tuesday to consider the plan"),
            False,
        ),
        ("\ufffd\ufffd\ufffd the \ufffd\ufffd\ufffd\ufffd of", False),
        ("\ue001\ue002\ue003\ue004\ue005 \ue006\ue007\ue008 page", False),
        (
            "7KH LQWHJUDWHG FDUH ERDUG PHW RQ 7XHVGDB WR FRQVLGHU WKH ILQDQFH UHSRUW DQG WKH ZLQWHU SODQ",
            False,
        ),
    ],
)
def test_usable_text(text, good):
    assert usable(text) is good
    assert 0 <= score(text) <= 1


# ---- marked-up formats


def test_docx_parts_by_heading_with_tables_in_place(tmp_path):
    pages = list(docx_files.extract(make.word(tmp_path / "a")))
    assert labels(pages) == ["beginning", "section Finance", "section Estates"]
    assert texts(pages) == [
        "Anytown Hospital\nBefore any heading.",
        "Finance\nThe position is worse.\nDeficit £12.3m\nAfter the table.",
        "Estates\nThe roof leaks.",
    ]
    assert docx_files.metadata(tmp_path / "a")["title"] == "Winter plan"


def test_docx_control_text_box_note_and_change(tmp_path):
    """What python-docx's own passes miss, and deleted text, which is not said."""
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        "</w:p>"
    )
    parts = make.unzipped(make.word(tmp_path / "a"))
    document = parts["word/document.xml"].decode()
    parts["word/document.xml"] = document.replace("<w:body>", f"<w:body>{body}").encode()
    pages = docx_files.extract(make.archive(tmp_path / "b", parts))
    assert next(pages).text == "Anytown Hospital\nIn a control\nnew\nIn a box\nBefore any heading."


def test_pptx_slides_notes_and_tables(tmp_path):
    pages = list(pptx_files.extract(make.slides(tmp_path / "a")))
    assert labels(pages) == ["slide 1", "slide 2", "slide 3"]
    assert texts(pages) == ["Elective recovery\nLists are longer\nSay this slowly", "", "Waiting 7,421"]


def test_spreadsheet_rows(tmp_path):
    pages = list(spreadsheets.extract(make.workbook(tmp_path / "a")))
    assert [(p.label, p.text) for p in pages] == [
        ("sheet Costs", "Costs\nWard Planned Actual\nRenal 120 133.5"),
        ("sheet Notes", "Notes\nAgency staff"),
    ]


def test_odt_parts(tmp_path):
    body = (
        '<text:p>Before</text:p><text:h text:outline-level="1">Plan</text:h>'
        '<text:p>Two<text:s text:c="two"/>words<text:tab/>and<text:line-break/>a line</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>Beds</text:p></table:table-cell>"
        "<table:table-cell><text:p>12</text:p></table:table-cell></table:table-row></table:table>"
    )
    pages = list(opendocument.extract(make.opendocument(tmp_path / "a", "text", body)))
    assert [(p.label, p.text) for p in pages] == [
        ("beginning", "Before"),
        ("section Plan", "Plan\nTwo words and\na line\nBeds 12"),
    ]


def test_odp_slides(tmp_path):
    body = "".join(
        f"<draw:page><draw:frame><text:p>{text}</text:p></draw:frame></draw:page>" for text in ("One", "Two")
    )
    pages = list(opendocument.extract(make.opendocument(tmp_path / "a", "presentation", body)))
    assert [(p.label, p.text) for p in pages] == [("slide 1", "One"), ("slide 2", "Two")]


def test_xml_entities_are_not_expanded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    path = make.opendocument(tmp_path / "a", "text", "<text:p>Hello &x;&y;</text:p>")
    parts = make.unzipped(path)
    doctype = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "again and again">]>'.encode()
    parts["content.xml"] = doctype + parts["content.xml"]
    assert texts(opendocument.extract(make.archive(path, parts))) == ["Hello"]


def test_rtf(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(rb"{\rtf1\ansi\ansicpg1252 The trust\'92s plan\par Next line}")
    assert texts(rtf.extract(path)) == ["The trust\u2019s plan\nNext line"]


def test_plain_text_longer_than_a_page_goes_on(tmp_path, settings):
    settings(page_text_kb=1)
    lines = [f"line {number} of the long report" for number in range(100)]
    path = tmp_path / "a"
    path.write_text("\n".join(lines))
    pages = list(plain.extract(path))
    assert [p.number for p in pages] == [1, 2, 3]
    assert "\n".join(texts(pages)) == "\n".join(lines)


def test_labels_are_one_short_line():
    assert short("section A\n very \t long") == "section A very long"
    assert len(short("x" * 500)) == 80


# ---- web pages

PAGE = """<!doctype html><html lang="en"><head><title>Board papers</title><style>p{}</style></head><body>
<header><a href="/">Anytown Hospital</a></header><nav><ul><li>Home</li><li>Services</li></ul></nav>
<div id="cookie-banner">We use cookies</div><div class="breadcrumb">Home &gt; Board</div>
<main><header><h1>Board meeting</h1></header><p>The board met.</p><script>track()</script>
<table><tr><td>Deficit</td><td>£12.3m</td></tr><tr><td>Beds</td><td>40</td></tr></table>
<form><label>Was this useful?</label><button>Yes</button></form></main>
<aside><h2>Related pages</h2><a href="/minutes">Minutes</a></aside>
<footer>Accessibility</footer></body></html>"""


def test_html_without_the_site_around_it(tmp_path):
    path = tmp_path / "a"
    path.write_text(PAGE)
    (page,) = html.extract(path)
    lines = [line for line in page.text.split("\n") if line]
    assert lines == ["Board meeting", "The board met.", "Deficit £12.3m", "Beds 40"]
    assert html.metadata(path) == {"title": "Board papers"}


def test_html_furniture_that_is_the_page_is_kept(tmp_path):
    path = tmp_path / "a"
    path.write_text(
        f"<body><div class='menu'><p>{'the whole paper stands here ' * 20}</p></div><nav>Home</nav></body>"
    )
    (page,) = html.extract(path)
    assert "whole paper" in page.text
    assert "Home" not in page.text


def test_html_in_its_declared_encoding(tmp_path):
    path = tmp_path / "a"
    path.write_bytes('<meta charset="iso-8859-2"><p>Łódź'.encode("iso-8859-2"))
    assert texts(html.extract(path)) == ["Łódź"]


def test_a_long_web_page_goes_on_in_the_next_number(tmp_path, settings):
    settings(page_text_kb=1)
    path = tmp_path / "a"
    path.write_text("".join(f"<p>Paragraph {number} of many.</p>" for number in range(100)))
    pages = list(html.extract(path))
    assert len(pages) > 1
    assert "Paragraph 99 of many." in pages[-1].text


def test_html_nested_without_end(tmp_path):
    path = tmp_path / "a"
    path.write_text("<div>" * 100_000 + "deep")
    with contextlib.suppress(ExtractionError, RecursionError):  # the sandbox names either
        assert all(page.text == canonical(page.text) for page in html.extract(path))


# ---- files within files


def test_mail_and_its_attachments(tmp_path):
    path = make.mail(tmp_path / "a", {"agenda.pdf": b"%PDF-1.4 first", "../agenda.pdf": b"second"})
    (page,) = mail.extract(path)
    assert page.text == "Subject: Agenda for May\nFrom: a@example.org\nTo: b@example.org\n\nPapers attached."
    inside = tmp_path / "members"
    inside.mkdir()
    names = list(mail.members(path, inside))
    assert names[0] == "agenda.pdf"
    assert [(inside / str(n)).read_bytes() for n in range(2)] == [b"%PDF-1.4 first", b"second"]


def unpacked(path, directory):
    directory.mkdir()
    return {
        name: (directory / str(n)).read_bytes()
        for n, name in enumerate(archive_files.members(path, directory))
    }


def test_zip_within_zip(tmp_path):
    inner = make.zipped({"b.txt": b"b", "deeper.zip": make.zipped({"c.txt": b"c"})})
    path = make.archive(tmp_path / "a", {"a.txt": b"a", "inner.zip": inner, "__MACOSX/x": b"", "dir/": b""})
    assert unpacked(path, tmp_path / "m") == {
        "a.txt": b"a",
        "inner.zip/b.txt": b"b",
        "inner.zip/deeper.zip/c.txt": b"c",
    }
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == ["0", "1", "2"]


def test_zip_with_a_damaged_member_keeps_the_others(tmp_path):
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("bad.txt", "The board will decide_state. " * 100)
        pack.writestr("good.txt", "The board has decided.")
    content = bytearray(path.read_bytes())
    begin = 30 + len("bad.txt")
    content[begin : begin + 8] = b"\xff" * 8  # no deflate stream begins so
    path.write_bytes(content)
    names = []
    with pytest.raises(ExtractionError, match=r"left out: bad\.txt") as error:
        names.extend(archive_files.members(path, tmp_path))
    assert names == ["good.txt"]
    assert error.value.reason is FailureReason.UNREADABLE


def test_zip_too_deep_is_said(tmp_path):
    content = make.zipped({"a.txt": b"a"})
    for _ in range(3):
        content = make.zipped({"x.zip": content, "b.txt": b"b"})
    path = tmp_path / "a"
    path.write_bytes(content)
    (tmp_path / "m").mkdir()
    reason, names = failure(archive_files.members(path, tmp_path / "m"))
    assert reason is FailureReason.TOO_LARGE
    assert names == ["x.zip/x.zip/b.txt", "x.zip/b.txt", "b.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\papers\\a.pdf", "papers/a.pdf"),
        ("..", None),
        ("a" * 300, "a" * 300),
    ],
)
def test_names_of_members_are_never_paths(tmp_path, name, shown):
    found = unpacked(make.archive(tmp_path / "a", {name: b"x"}), tmp_path / "m")
    assert found == ({shown: b"x"} if shown else {})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "m"]


def test_zip_bomb(tmp_path, settings):
    settings(members_mb=1)
    path = make.archive(tmp_path / "a", {f"{n}": bytes(600_000) for n in range(5)})
    (tmp_path / "m").mkdir()
    reason, names = failure(archive_files.members(path, tmp_path / "m"))
    assert (reason, names) == (FailureReason.TOO_LARGE, ["0"])


def test_zip_of_too_many(tmp_path):
    path = make.archive(tmp_path / "a", {str(n): b"" for n in range(10_001)})
    (tmp_path / "m").mkdir()
    reason, names = failure(archive_files.members(path, tmp_path / "m"))
    assert (reason, len(names)) == (FailureReason.TOO_LARGE, 10_000)


@needs_ocr
def test_picture(tmp_path):
    path = tmp_path / "a.png"
    make.picture(LETTER).save(path)
    assert [(p.text.split(), p.method) for p in image_files.extract(path)] == [
        (" ".join(LETTER).split(), PageMethod.OCR)
    ]


def test_picture_without_ocr(tmp_path, settings):
    settings(ocr=False)
    assert failure(image_files.extract(tmp_path / "a"))[0] is FailureReason.NEEDS_OCR
