"""Forms of both kinds.

Forms within forms (XObjects): their words are text, their pictures are seen, their places are known. Forms to
fill in, and notes on a page: what somebody wrote is read, once.
"""

from __future__ import annotations

from contextlib import closing, contextmanager

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors.config import ExtractConfig, current
from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes, page_content
from extractors.pdf.forms.form_fields import form_of, has_notes, kinds_on, written_in
from extractors.pdf.page_text import printed_text, text_layer
from extractors.pdf.survey import survey
from pipeline.errors import ExtractionError
from pipeline.model import PageMethod, PartState
from tests.documents import fidelity, make

WORDS = "The integrated care board is asked to note the corridor care plan of the year"


def nested(path, depth, draw, *, words=""):
    """What `draw` draws, at half its size in each of so many forms, one in the other."""
    canvas = Canvas(str(path), pagesize=A4)
    for level in range(depth):
        canvas.beginForm(f"level{level}")
        if level:
            canvas.translate(10, 10)
            canvas.doForm(f"level{level - 1}")
        else:
            canvas.scale(0.9, 0.9)
            draw(canvas)
        canvas.endForm()
    canvas.drawString(72, 40, words)
    canvas.translate(5, 5)
    canvas.doForm(f"level{depth - 1}")
    canvas.save()
    return path


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_words_in_forms_are_read_and_stand_where_they_are_drawn(tmp_path, depth):
    path = nested(tmp_path / "a", depth, lambda canvas: canvas.drawString(100, 500, WORDS))
    (page,) = pdf.extract(path)
    assert page.text == WORDS
    (span,) = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, [(0, len(WORDS))]).spans
    (box,) = span
    offset = 5 + 10 * (depth - 1)
    assert box.left == pytest.approx(90 + offset, abs=2)
    assert A4[1] - box.bottom == pytest.approx(450 + offset, abs=4)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_pictures_in_forms_count_for_what_they_cover(tmp_path, depth):
    def scan(canvas):
        canvas.drawImage(ImageReader(make.picture([WORDS], dpi=36)), 0, 0, *A4)

    path = nested(tmp_path / "a", depth, scan, words="Enclosure 12")
    with closing(pypdfium2.PdfDocument(path)) as document, closing(document[0]) as page:
        assert page_content.covered(survey(page), page) == pytest.approx(0.81, abs=0.01)
        assert survey(page).strings == 1


@pytest.mark.parametrize("depth", [1, 3])
def test_letters_in_forms_are_counted(tmp_path, depth):
    def lines(canvas):
        for number in range(7):
            canvas.drawString(72, 700 - 20 * number, "words")

    path = nested(tmp_path / "a", depth, lines)
    with closing(pypdfium2.PdfDocument(path)) as document, closing(document[0]) as page:
        assert survey(page).strings in {7, 8}  # reportlab may draw the empty string too


@pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")
def test_a_stamped_scan_in_a_form_is_read(tmp_path):
    def scan(canvas):
        canvas.drawImage(ImageReader(make.picture(["The corridor care plan"] * 8)), 0, 0, *A4)

    (page,) = pdf.extract(nested(tmp_path / "a", 2, scan, words="Enclosure 12"))
    assert page.method is PageMethod.OCR
    assert "corridor care plan" in page.text


NOTE = "Somebody typed this onto the page"
TEXT, BOX = b"/FT/Tx/T(text)", b"/FT/Btn/T(box)"
CHOICE = b"/FT/Ch/T(choice)/Opt[[(a)(North ward)](South ward)(West)]"
SEVERAL = b"/Ff 2097152"  # a choice of more than one
TICKED = b"/AS/Yes/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>"


def widget(entries):
    return b"<</Type/Annot/Subtype/Widget/Rect[72 600 300 620]%s>>" % entries


def note(kind, words, more=b""):
    return b"<</Type/Annot/Subtype/%s/Rect[72 500 300 560]/Contents(%s)%s>>" % (kind, words.encode(), more)


def written_on(path, annotations, *more, fields=(), content=""):
    """A PDF of one page of these annotations, its form of these fields; `more` are the objects from 5 on."""
    drawn = b"BT /F 9 Tf %s ET" % content.encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R%s>>"
        % (b"/AcroForm<</Fields[%s]>>" % b" ".join(fields) if fields else b""),
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[%s]"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        % b" ".join(annotations),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        *more,
    )
    numbered = (b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, 1))
    path.write_bytes(b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n%%EOF\n")
    return path


def filled_in(path, *more, on_page=5):
    """A form whose field is the first of these objects, and its page the widget with this number."""
    return written_on(path, [b"%d 0 R" % on_page], *more, fields=[b"5 0 R"])


@contextmanager
def first_page(path):
    with closing(pypdfium2.PdfDocument(path)) as document, closing(document[0]) as page:
        yield page


def words_on(path):
    with first_page(path) as page:
        return written_in(page)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (TEXT + b"/V(Keep the unit open)", "Keep the unit open"),
        (TEXT + b"/V(Yes)", "Yes"),
        (TEXT + b"/V(Off)", "Off"),
        (TEXT, ""),
        (TEXT + b"/V(Keep it)/Contents(Your view)", "Keep it\nYour view"),
        (BOX + b"/V/Yes" + TICKED, ""),
        (BOX + b"/V/Off" + TICKED, ""),
        (BOX + b"/V(Yes)" + TICKED, ""),
        (CHOICE + b"/V(South ward)", "South ward"),
        (CHOICE + b"/V(a)", "North ward"),  # as the page shows it
        (CHOICE + b"/Ff 393216/V(Another ward)", "Another ward"),  # typed by hand
        (CHOICE + SEVERAL + b"/V[(a)(South ward)]", "North ward\nSouth ward"),
        (CHOICE + SEVERAL + b"/V[(West)]", "West"),
        (CHOICE + SEVERAL + b"/V[]", ""),
        (CHOICE, ""),
    ],
)
def test_an_answer_is_read_as_the_page_shows_it(tmp_path, field, words):
    assert words_on(filled_in(tmp_path / "a", widget(field))) == words


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (TEXT + b"/V(Yes)", "Yes"),
        (BOX + b"/V/Yes" + TICKED, ""),
        (CHOICE + b"/V(South ward)", "South ward"),
    ],
)
def test_a_field_that_no_form_lists_is_read_too(tmp_path, field, words):
    assert words_on(written_on(tmp_path / "a", [widget(field)])) == words


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (TEXT + b"/V(Keep the unit open)", "Keep the unit open"),
        (TEXT + b"/V(Yes)", "Yes"),
        (CHOICE + b"/V(South ward)", "South ward"),
        (CHOICE + SEVERAL + b"/V[(a)(West)]", "North ward\nWest"),
        (BOX + b"/V/Yes", ""),
    ],
)
@pytest.mark.parametrize(
    "depth", [1, 2]
)  # a field deeper down that says no kind of its own PDFium leaves out
def test_an_answer_is_read_where_it_stands_in_a_parent_field(tmp_path, parent, words, depth):
    last = 5 + depth
    between = [
        b"<</T(part)/Parent %d 0 R/Kids[%d 0 R]>>" % (number - 1, number + 1) for number in range(6, last)
    ]
    kid = widget(TICKED + b"/Parent %d 0 R" % (last - 1))
    path = filled_in(tmp_path / "a", b"<<%s/Kids[6 0 R]>>" % parent, *between, kid, on_page=last)
    assert words_on(path) == words


def test_the_answers_of_a_form_are_in_the_text_of_its_page(tmp_path):
    fields = b"<<%s/V(Keep the unit open)/Kids[6 0 R]>>" % TEXT, widget(b"/Parent 5 0 R")
    (page,) = pdf.extract(filled_in(tmp_path / "a", *fields, on_page=6))
    assert page.text == "Keep the unit open"


def test_a_form_read_once_serves_every_page(tmp_path):
    canvas = Canvas(str(tmp_path / "a"), pagesize=A4)
    for number in range(3):
        canvas.acroForm.textfield(
            name=f"answer{number}", x=72, y=650, width=400, height=24, value=f"Ward {number}"
        )
        canvas.showPage()
    canvas.save()
    with closing(pypdfium2.PdfDocument(tmp_path / "a")) as document, closing(form_of(document)) as form:
        for number in range(3):
            with closing(document[number]) as page:
                assert written_in(page, form) == written_in(page) == f"Ward {number}"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (note(b"FreeText", NOTE), True),
        (note(b"Text", NOTE), True),  # a note pinned to the page
        (note(b"Link", NOTE), False),
        (note(b"Popup", NOTE), False),
        (widget(TEXT + b"/V(Keep it)"), False),
        (b"null", False),
        (b"", False),
    ],
)
def test_notes_are_seen(tmp_path, annotation, expected):
    with first_page(written_on(tmp_path / "a", [annotation])) as page:
        assert has_notes(kinds_on(page)) is expected


def test_notes_are_seen_behind_links(tmp_path):
    links = [note(b"Link", "")] * 500
    with first_page(written_on(tmp_path / "a", [*links, note(b"FreeText", NOTE)])) as page:
        assert has_notes(kinds_on(page))
        assert written_in(page) == NOTE


def test_a_page_without_annotations_is_asked_for_their_number_only(tmp_path, monkeypatch):
    with first_page(make.pdf(tmp_path / "a", [WORDS])) as page:
        monkeypatch.setattr("pypdfium2.raw.FPDFPage_GetAnnot", None)
        assert not has_notes(kinds_on(page))


def test_what_is_typed_onto_a_page_is_read_without_a_form(tmp_path):
    """The words that the note draws itself are no part of the text layer."""
    drawn = b"/AP<</N 5 0 R>>"
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 228 60]/Length 51"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        b"stream\nBT /F 9 Tf (Somebody typed this onto the page) Tj ET\nendstream"
    )
    path = written_on(
        tmp_path / "a", [note(b"FreeText", NOTE, drawn)], form, content=f"72 700 Td ({WORDS}) Tj"
    )
    with first_page(path) as page, text_layer(page) as layer:
        assert printed_text(layer) == WORDS
        assert written_in(page) == NOTE
    (read,) = pdf.extract(path)
    assert read.text == f"{WORDS}\n{NOTE}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("75 540 Td (Somebody typed this) Tj 0 -12 Td (onto the page) Tj", ""),  # printed into the page
        ("75 700 Td (Somebody typed this onto the page) Tj", NOTE),  # the same words, elsewhere
        ("75 540 Td (Somebody typed) Tj", NOTE),
        ("", NOTE),
    ],
)
def test_a_note_that_was_printed_into_the_page_is_not_said_twice(tmp_path, content, words):
    assert words_on(written_on(tmp_path / "a", [note(b"FreeText", NOTE)], content=content)) == words


@pytest.mark.parametrize(
    "fields",
    [
        (widget(TEXT + b"/Parent 5 0 R"),),  # its own parent
        (widget(b"/Parent 6 0 R"), b"<</Parent 5 0 R/Kids[5 0 R]>>"),
        (widget(CHOICE + b"/V 5 0 R"),),
        (widget(b"/FT/Ch/T(choice)/Opt 5 0 R/V[5 0 R]"),),
        (widget(b"/FT 5 0 R/V<</V(Keep it)>>"),),
        (b"null",),
        (b"[5 0 R]",),
    ],
)
def test_a_field_that_makes_no_sense_says_nothing(tmp_path, fields):
    assert words_on(filled_in(tmp_path / "a", *fields)) == ""


def test_what_is_written_on_a_page_is_no_longer_than_a_page_may_be(tmp_path):
    value = b"(%s)" % (b"corridor " * 1_000)
    annotations = [b"%d 0 R" % number for number in range(6, 106)]
    fields = [widget(b"/FT/Tx/T(f%d)/V 5 0 R" % number) for number in range(100)]
    path = written_on(tmp_path / "a", annotations, value, *fields, fields=annotations)
    assert 100_000 < len(words_on(path)) <= current.get().page_text_kb * 1024


def test_a_page_of_thousands_of_annotations_is_not_read_to_its_end(tmp_path):
    links = [note(b"Link", "")] * 5_000
    with first_page(written_on(tmp_path / "a", [*links, note(b"FreeText", NOTE)])) as page:
        assert not has_notes(kinds_on(page))
        assert written_in(page) == ""


EVERY_KIND = (
    b"Highlight",
    b"Underline",
    b"StrikeOut",
    b"Squiggly",
    b"Stamp",
    b"Square",
    b"Circle",
    b"Line",
    b"Ink",
    b"Caret",
)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_comments_of_every_kind_are_read(tmp_path, kind):
    (page,) = pdf.extract(written_on(tmp_path / "a", [note(kind, NOTE)], content=f"72 700 Td ({WORDS}) Tj"))
    assert page.text == f"{WORDS}\n{NOTE}"


def test_a_note_in_rich_text_alone_is_read(tmp_path):
    rich = b"/RC(<?xml version='1.0'?><body><p>Not &amp; <b>before</b> May</p><p>Ask the board</p></body>)"
    (page,) = pdf.extract(
        written_on(tmp_path / "a", [note(b"Text", "", rich)], content=f"72 700 Td ({WORDS}) Tj")
    )
    assert page.text == f"{WORDS}\nNot & before May\nAsk the board"


@pytest.mark.parametrize("flag", [b"/F 2", b"/F 32"])
def test_a_note_that_is_hidden_is_not_read(tmp_path, flag):
    (page,) = pdf.extract(
        written_on(tmp_path / "a", [note(b"Text", NOTE, flag)], content=f"72 700 Td ({WORDS}) Tj")
    )
    assert page.text == WORDS


LOOK = (
    b"<</Type/XObject/Subtype/Form/BBox[0 0 228 60]/Length 47"
    b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    b"stream\nBT /F 9 Tf 5 5 Td (Not for publication) Tj ET\nendstream"
)


def test_the_words_that_a_stamp_is_made_of_are_read(tmp_path):
    path = written_on(
        tmp_path / "a", [note(b"Stamp", "", b"/AP<</N 5 0 R>>")], LOOK, content=f"72 700 Td ({WORDS}) Tj"
    )
    (page,) = pdf.extract(path)
    assert page.text.split("\n") == [WORDS, "Not for publication"]


@pytest.mark.parametrize("flag", [b"/F 2", b"/F 32", b"/F 36"])
def test_the_words_of_a_stamp_that_no_screen_shows_are_none_of_the_page(tmp_path, flag):
    stamps = note(b"Stamp", "", b"/AP<</N 5 0 R>>" + flag), note(b"Stamp", "", b"/AP<</N 6 0 R>>")
    shown = LOOK.replace(b"Not for publication", b"Is for publication!")
    path = written_on(tmp_path / "a", [*stamps], LOOK, shown, content=f"72 700 Td ({WORDS}) Tj")
    (page,) = pdf.extract(path)
    assert page.text.split("\n") == [WORDS, "Is for publication!"]


LIST = b"/FT/Ch/T(list)/Opt[(North ward)(South ward)(East ward)]"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (LIST, "North ward\nSouth ward\nEast ward"),
        (LIST + b"/V(South ward)", "North ward\nSouth ward\nEast ward"),
        (LIST + b"/DA(/F 40 Tf)/V(South ward)", "South ward"),
        (LIST + b"/AP<</N 6 0 R>>", "North ward\nSouth ward"),
        (LIST + b"/AP<</N 6 0 R>>/V(East ward)", "North ward\nSouth ward\nEast ward"),
        (LIST + b"/Ff 131072", ""),
    ],
    ids=["room for all", "one chosen", "no room", "drawn", "drawn and chosen", "a box that opens"],
)
def test_a_list_shows_the_options_that_are_not_chosen_too(tmp_path, field, words):
    look = LOOK.replace(b"(Not for publication) Tj", b"(North ward) Tj (South ward) Tj").replace(b"47", b"55")
    large = b"<</Type/Annot/Subtype/Widget/Rect[72 500 300 560]%s>>" % field
    assert words_on(filled_in(tmp_path / "a", large, look)) == words


@pytest.mark.parametrize(
    "put_on",
    [
        note(b"Stamp", "", b"/AP<</N 5 0 R>>"),
        note(b"Watermark", "", b"/AP<</N 5 0 R>>"),
        note(b"FreeText", "Not for publication", b"/AP<</N 5 0 R>>"),
        note(b"Widget", "", b"/FT/Tx/T(a)/V(Not for publication)/AP<</N 5 0 R>>"),
    ],
    ids=["stamp", "watermark", "typed onto the page", "a field"],
)
def test_what_was_put_onto_a_page_is_boxed_where_it_stands(tmp_path, put_on):
    path = written_on(
        tmp_path / "a", [b"6 0 R"], LOOK, put_on, fields=[b"6 0 R"], content=f"72 700 Td ({WORDS}) Tj"
    )
    (page,) = pdf.extract(path)
    spans = [
        (page.text.index(words), page.text.index(words) + len(words)) for words in (WORDS, "publication")
    ]
    printed, added = highlight_boxes.boxes_of_spans(path, 1, page.text, page.method, spans, page.parts).spans
    assert [(round(box.left), 130 < box.top < box.bottom < 145) for box in printed] == [(72, True)]
    (box,) = added
    assert 72 <= box.left < box.right <= 300
    assert 282 <= box.top < box.bottom <= 342


def test_more_comments_than_are_read_are_named(tmp_path):
    (page,) = pdf.extract(
        written_on(tmp_path / "a", [note(b"Text", NOTE)] * 2_100, content=f"72 700 Td ({WORDS}) Tj")
    )
    assert page.text.startswith(f"{WORDS}\n{NOTE}")
    assert [(part.kind, part.state) for part in page.parts] == [("comment", PartState.UNREAD)]


def attached_to(path, **files):
    """A page with files attached to the document, by name."""
    with pypdfium2.PdfDocument(make.pdf(path, [WORDS]).read_bytes()) as document:
        for name, content in files.items():
            document.new_attachment(name).set_data(content)
        document.save(path)
    return path


def test_files_in_a_pdf_are_papers_of_their_own(tmp_path):
    inner = make.pdf(tmp_path / "inner.pdf", ["The appendix"]).read_bytes()
    path = attached_to(tmp_path / "a.pdf", appendix=inner, costs=b"Ward,Cost")
    assert [page.text for page in pdf.extract(path)] == [WORDS]
    (tmp_path / "members").mkdir()
    assert list(pdf.members(path, tmp_path / "members")) == ["appendix", "costs"]
    assert (tmp_path / "members" / "0").read_bytes() == inner
    assert (tmp_path / "members" / "1").read_bytes() == b"Ward,Cost"


def test_a_file_that_was_read_and_has_none_within_is_not_opened_again(tmp_path):
    path = written_on(tmp_path / "a", [note(b"Text", NOTE)])
    assert [page.number for page in pdf.extract(path)] == [1]
    path.unlink()
    assert [*pdf.members(path, tmp_path)] == []


def test_a_file_pinned_to_a_page_is_a_paper_too(tmp_path):
    file = b"<</Type/Filespec/F(costs.csv)/UF(costs.csv)/EF<</F 6 0 R>>>>"
    content = b"<</Type/EmbeddedFile/Length 9>>stream\nWard,Cost\nendstream"
    path = written_on(
        tmp_path / "a",
        [note(b"FileAttachment", NOTE, b"/FS 5 0 R")],
        file,
        content,
        content=f"72 700 Td ({WORDS}) Tj",
    )
    (page,) = pdf.extract(path)
    assert page.text == f"{WORDS}\n{NOTE}"
    (tmp_path / "members").mkdir()
    assert list(pdf.members(path, tmp_path / "members")) == ["costs.csv"]
    assert (tmp_path / "members" / "0").read_bytes() == b"Ward,Cost"


def test_attachments_without_end_are_bounded(tmp_path):
    path = attached_to(tmp_path / "a.pdf", small=b"x", large=bytes(3 * 1024 * 1024), next=b"y")
    (tmp_path / "members").mkdir()
    token = current.set(ExtractConfig(output_mb=2))
    try:
        with pytest.raises(ExtractionError, match="attached"):
            list(pdf.members(path, tmp_path / "members"))
    finally:
        current.reset(token)
    assert len(list((tmp_path / "members").iterdir())) == 2


def test_a_field_that_is_hidden_is_not_read(tmp_path):
    assert words_on(filled_in(tmp_path / "a", widget(TEXT + b"/F 2/V(Below the threshold)"))) == ""


@pytest.mark.parametrize(
    ("drawn", "words"),
    [(b"(Send to \\(our\\) office) Tj", "Send to (our) office"), (b"/ZaDb 9 Tf (4) Tj", "")],
)
def test_what_is_written_on_a_button_is_read(tmp_path, drawn, words):
    look = b"BT /F 9 Tf 5 5 Td %s ET" % drawn
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 228 20]/Length %d>>stream\n%s\nendstream" % (
        len(look),
        look,
    )
    button = widget(b"/FT/Btn/Ff 65536/T(go)/AP<</N 6 0 R>>")
    assert words_on(filled_in(tmp_path / "a", button, form)) == words


def test_a_secret_that_was_typed_is_not_read(tmp_path):
    secret = widget(b"/FT/Tx/T(word)/Ff 8192/V(open sesame)")
    assert words_on(filled_in(tmp_path / "a", secret)) == ""


def test_what_a_signature_looks_like_is_read(tmp_path):
    look = b"BT /F 9 Tf 5 5 Td (Signed for the board) Tj ET"
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 228 20]/Resources<</Font<</F<</Type/Font/Subtype/Type1"
        b"/BaseFont/Helvetica>>>>>>/Length %d>>stream\n%s\nendstream" % (len(look), look)
    )
    path = filled_in(tmp_path / "a", widget(b"/FT/Sig/T(sign)/AP<</N 6 0 R>>"), form)
    (page,) = pdf.extract(path)
    assert page.text == "Signed for the board"


def in_xml(path, template, data):
    """A PDF that asks to wait for the form within it."""
    packets = [b"<</Length %d>>stream\n%s\nendstream" % (len(each), each) for each in (template, data)]
    written_on(path, [], *packets, fields=[b""], content="/F 12 Tf 72 700 Td (Please wait) Tj")
    form = b"/AcroForm<</Fields[]/XFA[(template) 5 0 R (datasets) 6 0 R]>>/NeedsRendering true"
    path.write_bytes(path.read_bytes().replace(b"/AcroForm<</Fields[]>>", form))
    return path


def test_a_form_in_xml_is_read_though_its_page_asks_to_wait(tmp_path):
    label = (
        b"<template xmlns='http://www.xfa.org/schema/xfa-template/3.0/'><draw><value><text>Your view</text>"
    )
    answer = b"<datasets><data><form><view>Keep the unit open</view></form></data></datasets>"
    (page,) = pdf.extract(in_xml(tmp_path / "a", label + b"</value></draw></template>", answer))
    assert page.text.split("\n") == ["Please wait", "Your view", "Keep the unit open"]


def test_a_form_in_xml_that_is_all_in_one_is_read(tmp_path):
    whole = (
        b"<x:xdp xmlns:x='http://ns.adobe.com/xdp/'><template xmlns='http://www.xfa.org/schema/xfa-template/3.0/'>"
        b"<draw><value><text>Your view</text></value></draw></template></x:xdp>"
    )
    path = in_xml(tmp_path / "a", whole, b"")
    content = path.read_bytes().replace(
        b"/XFA[(template) 5 0 R (datasets) 6 0 R]>>/NeedsRendering true", b"/XFA 5 0 R>>"
    )
    path.write_bytes(content)
    (page,) = pdf.extract(path)
    assert page.text.split("\n") == ["Please wait", "Your view"]


def test_a_form_in_xml_that_is_spoilt_is_named(tmp_path):
    (page,) = pdf.extract(in_xml(tmp_path / "a", b"<template>", b"<datasets"))
    assert [(part.kind, part.state) for part in page.parts] == [("form", PartState.UNREAD)]


def box_over(kind, look="1 0 0 rg 0 0 240 40 re f", more=b"", rect=b"[66 590 306 630]"):
    """Something put onto the page over the field, and how it is drawn."""
    return (
        b"<</Type/Annot/Subtype/%s/Rect%s/AP<</N 6 0 R>>%s>>" % (kind, rect, more),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 240 40]/Length %d>>stream\n%s\nendstream"
        % (len(look), look.encode()),
    )


@pytest.mark.parametrize(
    ("over", "is_hidden"),
    [
        (box_over(b"Square"), True),
        (box_over(b"FreeText"), True),
        (box_over(b"Stamp"), True),
        (box_over(b"Widget", more=b"/FT/Tx/T(other)"), True),
        (box_over(b"Square", "1 0 0 RG 0 0 240 40 re S"), False),
        (box_over(b"Square", "1 0 0 rg 0 0 120 40 re f"), False),
        (box_over(b"Square", more=b"/F 2"), False),
        (box_over(b"Highlight"), False),
        (box_over(b"Square", rect=b"[166 590 306 630]"), False),
    ],
    ids=["box", "text", "stamp", "field", "frame", "half", "hidden", "highlight", "next to it"],
)
def test_what_is_filled_in_and_covered_is_kept_apart(tmp_path, over, is_hidden):
    field = widget(TEXT + b"/V(Keep it)")
    annotation, look = over
    path = written_on(
        tmp_path / "a",
        [b"5 0 R", annotation],
        field,
        look,
        fields=[b"5 0 R"],
        content=f"72 700 Td ({WORDS}) Tj",
    )
    (page,) = pdf.extract(path)
    assert ("Keep it" not in page.text) is is_hidden
    assert ("Keep it" in [part.text for part in page.parts if part.state is PartState.HIDDEN]) is is_hidden
