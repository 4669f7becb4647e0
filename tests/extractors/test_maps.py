"""Words whose letters their font misnames are read as they are drawn, or named."""

from __future__ import annotations

import ctypes
import random
from contextlib import suppress

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from extractors.config import ExtractConfig, current
from extractors.pdf import document as pdf
from extractors.pdf import highlight_boxes
from extractors.pdf.words import digit_shapes, font_maps, ligatures
from pipeline.errors import ExtractionError
from pipeline.model import PageMethod, PartState
from tests.documents import fidelity

needs_ocr = pytest.mark.skipif(not fidelity.can_read_scans(), reason="no Tesseract wheel here")

FI = "\x80"  # how the font below codes the ligature
LINES = [
    "The board met in public and the chair welcomed members of the public to the town hall",
    f"The of{FI}ce of the {FI}nance director con{FI}rmed the speci{FI}c pro{FI}le of the de{FI}cit",
    f"A {FI}ve year plan was {FI}led and the bene{FI}t of the fund for the staff was suf{FI}cient",
    "Nothing further was raised before the meeting was closed for lunch",
]
DRAWN = "\n".join(LINES).replace(FI, "fi")


def paper(path, misnamed, lines=LINES):
    """A page of these lines, whose font says of some codes that they are other letters (`misnamed`)."""
    names = {code: chr(code) for code in range(32, 127)} | {0x80: "fi"} | misnamed
    rows = [f"<{code:02x}> <{said.encode('utf-16-be').hex()}>" for code, said in sorted(names.items())]
    chunks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    entries = "\n".join(f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar" for chunk in chunks)
    named = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{entries}\nendcmap end end"
    ).encode()
    shown = "\n".join(
        f"BT /F 12 Tf 60 {740 - 20 * number} Td ({line}) Tj ET" for number, line in enumerate(lines)
    ).encode("latin-1")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R/Encoding<</Differences[128/fi]>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        font,
        b"<</Length %d>>stream\n%s\nendstream" % (len(named), named),
    ]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    path.write_bytes(body + b"trailer<</Size 7/Root 1 0 R>>\n%%EOF")
    return path


def read(path):
    pages = []
    with suppress(ExtractionError):
        pages.extend(pdf.extract(path))
    return pages[0]


MISNAMED = {
    "no sign": {0x80: "\ufffd"},
    "a private letter": {0x80: "\ue123"},
    "a thorn": {0x80: "\u00de"},
    "another letter": {0x80: "O"},
    "a letter of another tongue": {0x80: "\u019f"},
    "a figure": {0x80: "5"},
    "each letter as the next": {ord(letter): chr(ord(letter) + 1) for letter in "abcdefghijklmnopqrstuvwxy"},
    "its first letter alone": {0x80: "f"},
    "a blank": {0x80: " "},
    "a bullet": {0x80: "\u2022"},
    "a sign of its own use": {0x80: "\x03"},
    "a letter of phonetics": {0x80: "\u0295"},
    "letters for each other": {ord(one): other for one, other in zip("eoanrt", "oenatr", strict=True)},
    "each letter as one far off, and no blanks": {code: chr(code - 29) for code in range(0x41, 0x7B)}
    | {32: "\x03"},
    "f as a quote": {ord("f"): '"', 0x80: '"i'},
}


@needs_ocr
@pytest.mark.parametrize("misnamed", MISNAMED.values(), ids=MISNAMED)
def test_words_that_their_font_misnames_are_read_as_they_are_drawn(tmp_path, misnamed):
    page = read(paper(tmp_path / "a.pdf", misnamed))
    words = page.text.split()
    right = [word for word in DRAWN.split() if word in words]
    assert len(right) >= 0.98 * len(DRAWN.split()) or [p for p in page.parts if p.state is PartState.UNREAD]
    assert "deficit" in words
    assert [part.kind for part in page.parts] == ["letters"]
    start = page.text.index("deficit")
    found = highlight_boxes.boxes_of_spans(
        tmp_path / "a.pdf", 1, page.text, page.method, [(start, start + 7)], page.parts
    )
    assert len(found.spans[0]) == 1


@needs_ocr
def test_a_font_that_misnames_many_words_is_believed_in_none(tmp_path):
    """That "h" is called "k" no word shows; that "t" is a dagger does, and so on."""
    page = read(
        paper(tmp_path / "a.pdf", {ord("h"): "k", ord("t"): "\u2021", ord("o"): "\u00d7", ord("i"): "\u00f0"})
    )
    assert {"the", "board", "chair", "hall", "which"} & {*page.text.split()} == {
        "the",
        "board",
        "chair",
        "hall",
    }


UNMAPPED = [
    "The board approved the whole population",
    "payment for the place from April",
    "and thanked all staff",
]


def unmapped(path, lines, *, base, dots=64):
    """A page with a typed paragraph, and lines in a font of pictures whose codes say nothing."""
    letters = sorted({*"".join(lines)} - {" "})
    code = {letter: base + at for at, letter in enumerate(letters)}
    font = ImageFont.load_default(size=dots)
    looks, widths = [], []
    for letter in letters:
        width = int(font.getlength(letter))
        picture = Image.new("1", (width + 8, 2 * dots), 1)
        ImageDraw.Draw(picture).text((4, dots // 4), letter, fill=0, font=font)
        drawn = b"q %d 0 0 %d -4 %d cm BI /W %d /H %d /IM true /BPC 1 ID %s EI Q" % (
            *(picture.width, picture.height, -dots + dots // 4 + 20, picture.width, picture.height),
            picture.tobytes(),
        )
        widths.append(width)
        looks.append(b"%d 0 -4 %d %d %d d1 %s" % (width, -dots, width + 4, 2 * dots, drawn))
    body = "".join(
        f"BT /F 12 Tf 60 {740 - 20 * at} Td ({line}) Tj ET\n" for at, line in enumerate(LINES[:1] * 3)
    )
    for at, line in enumerate(lines):
        left = 60.0
        for word in line.split():
            shown = "".join(f"{code[letter]:02x}" for letter in word)
            body += f"BT /T 14 Tf {left} {600 - 24 * at} Td <{shown}> Tj ET\n"
            left += 14 / dots * font.getlength(f"{word} ")
    procedures = " ".join(f"/g{at} {8 + at} 0 R" for at in range(len(letters)))
    names = " ".join(f"/g{at}" for at in range(len(letters)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 7 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(body), body.encode()),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/Font/Subtype/Type3/FontBBox[0 {-dots} {2 * dots} {2 * dots}]"
        f"/FontMatrix[{1 / dots} 0 0 {1 / dots} 0 0]/CharProcs<<{procedures}>>"
        f"/Encoding<</Type/Encoding/Differences[{base} {names}]>>/FirstChar {base}"
        f"/LastChar {base + len(letters) - 1}/Widths[{' '.join(map(str, widths))}]/Resources<<>>>>".encode(),
        b"<</Font<</F 5 0 R/T 6 0 R>>>>",
        *(b"<</Length %d>>stream\n%s\nendstream" % (len(look), look) for look in looks),
    ]
    whole = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    path.write_bytes(whole + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1))
    return path


@needs_ocr
@pytest.mark.parametrize("base", [33, 65, 130], ids=["codes of signs", "of other letters", "of accents"])
def test_pictures_of_letters_without_names_are_read_as_they_are_drawn(tmp_path, base):
    page = read(unmapped(tmp_path / "a.pdf", UNMAPPED, base=base))
    words = " ".join(UNMAPPED).split()
    assert sum(word in page.text.split() for word in words) >= 0.9 * len(words)
    assert {part.kind for part in page.parts} == {"letters"}


def test_without_ocr_letters_without_names_are_named(tmp_path):
    token = current.set(ExtractConfig(ocr=False))
    try:
        page = read(unmapped(tmp_path / "a.pdf", UNMAPPED, base=65))
    finally:
        current.reset(token)
    assert [(part.kind, part.state) for part in page.parts] == [("letters", PartState.UNREAD)]


def test_without_ocr_such_words_are_named(tmp_path):
    token = current.set(ExtractConfig(ocr=False))
    try:
        page = read(paper(tmp_path / "a.pdf", {0x80: "O"}))
    finally:
        current.reset(token)
    (part,) = page.parts
    assert (part.kind, part.state) == ("letters", PartState.UNREAD)
    assert 0.1 < part.share < 0.2


def test_a_page_whose_font_is_right_is_left_alone(tmp_path):
    page = read(paper(tmp_path / "a.pdf", {}))
    assert (page.text, page.method, page.parts) == (DRAWN, PageMethod.TEXT_LAYER, ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a whole popula\ufffdon payment", ["popula\ufffdon"]),
        ("the \ufffdnance report", ["\ufffdnance"]),
        ("popula\u00deon, consulta\u00deon", ["popula\u00deon,", "consulta\u00deon"]),
        ("the \u00derst o\u00a2ce", ["\u00derst", "o\u00a2ce"]),
        (
            "\u00f0eferre\u00f0 fe\u00d7er mi\u00f0wives",
            ["\u00f0eferre\u00f0", "fe\u00d7er", "mi\u00f0wives"],
        ),
        ("4\u00d74 \u00a33m and \u00a5 and \u00a7 12", []),
        ("populaOon consultaOon organisaOon", ["populaOon", "consultaOon", "organisaOon"]),
        ('o"er sta"ed di"erent', ['o"er', 'sta"ed', 'di"erent']),
        ("McDonald McDonald met Mr McDougall of LinkedIn", []),
        ("\ue001 a list\r\n\uf0b7 with bullets", []),
        ("popu\ufffelation and co\x02operation", []),
        ("don't well-known and/or e.g. mail@nhs.uk 12.5m", []),
        ("gwasanaethau t\u0177 d\u0175r ca\u00f1on na\u00efve", []),
        ("", []),
    ],
)
def test_odd_words(text, words):
    assert [text[start:end] for start, end in font_maps.odd_words(text)] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fees rise.\nJoufhsbufe Dbsf Qspwjefs\nThe end", ["Joufhsbufe", "Dbsf", "Qspwjefs"]),
        ("3;&'4&!7*\"5<'1!-&)%+-&7'=+%&'4%6$\"7&%\n", ["3;&'4&!7*\"5<'1!-&)%+-&7'=+%&'4%6$\"7&%"]),
        ("Llywodraeth Cymru\nbwrdd iechyd y gogledd\nCwm Taf Morgannwg\n", []),
        (
            "Apologies .............. 3\n\xa3(1,234) \xa3(2,345) (12%)\nA&E, 4pm (CCG/NHSE)\n",
            [],
        ),
        ("6WDWHPHQWRIWKHMRLQWSDQHO\n", ["6WDWHPHQWRIWKHMRLQWSDQHO"]),
        ("+DUWVPRRUPLGZLYHVFRVWHG\n", ["+DUWVPRRUPLGZLYHVFRVWHG"]),
        (
            "\u05d9\u05e9\u05d9\u05d1\u05ea \u05d4\u05d5\u05e2\u05d3\u05d4\n\u0627\u0644\u0645\n",
            [],
        ),
        ("NHSENGLANDANDIMPROVEMENT\nGB33BUKB20201555555555\n", []),
        ("KPMG LLP, BNSSG ICB, MRCP FRCGP\nwww.xkcd.com jdgk@nhs.uk\n", []),
        ("popula\ue123on and consulta\ue123on\n", []),
    ],
)
def test_strange_words(text, words):
    assert [text[start:end] for start, end in font_maps.strange_words(text)] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the specifed beneft, it says", ["specifed", "beneft,"]),
        ("the Modied plan was justied", ["Modied", "justied"]),
        ("rates of in ation in uence it", ["ation", "uence"]),
        ("the beneft of one slip", []),
        ("the beneft of the beneft", []),
        ("was evalu-\r\nation and condi-\r\nence", []),
        ("the benefit of specific finance", []),
    ],
)
def test_torn_words(text, words):
    assert [text[start:end] for start, end in ligatures.torn_words(text)] == words


@pytest.mark.parametrize(
    ("torn", "drawn", "is_so"),
    [
        ("specifed", "specified", True),
        ("oce,", "office,", True),
        ("in ation", "inflation", True),
        ("clari\u2022ed", "clarified", True),
        ("specified", "specified", False),
        ("form", "farm", False),
        ("sta", "stag", False),
    ],
)
def test_what_restores_a_torn_word(torn, drawn, is_so):
    assert ligatures.restores(torn, drawn) is is_so


def test_a_letter_that_a_font_keeps_to_itself_is_junk_at_the_end_of_a_word_too():
    text = "Goscomb\ue065 pa\ue074h and h\ue065alth"
    odd = [text[start:end] for start, end in font_maps.odd_words(text)]
    assert odd == ["Goscomb\ue065", "pa\ue074h", "h\ue065alth"]


@needs_ocr
def test_letters_drawn_one_by_one_in_any_order_are_read_as_they_look(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    lines = "Integrated care provider contract for the whole", "population of the district, as members agreed"
    places = [
        (letter, 72 + stringWidth(line[:at], "Helvetica", 11), 700 - 15 * number)
        for number, line in enumerate(lines)
        for at, letter in enumerate(line)
        if letter != " "
    ]
    random.Random(3).shuffle(places)
    canvas.setFont("Helvetica", 11)
    for letter, across, up in places:
        canvas.drawString(across, up, letter)
    canvas.drawString(72, 600, "The board met in public in the town hall on a wet morning.")
    canvas.save()
    page = read(tmp_path / "a.pdf")
    assert " ".join(lines) in " ".join(page.text.split())
    assert page.method is PageMethod.OCR


@pytest.mark.parametrize(
    ("text", "scattered"),
    [
        ("".join(f"{letter}\r\n" for letter in "integratedcoprvdwh"), True),
        ("Y\r\nN\r\nY\r\n" * 12, False),
        ("".join(f"{number}\r\n" for number in range(99)), False),
        ("".join(f"{letter}\r\n" for letter in "integratedcoprvdwh") + "The board met. " * 200, False),
    ],
)
def test_scattered_letters(text, scattered):
    assert font_maps.is_scattered(text) is scattered


ENGLISH = "The committee agreed to note the national plan of the finance director and to fund staff. " * 20


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        (ENGLISH, ()),
        (ENGLISH.replace("f", '"'), ("f",)),
        (ENGLISH.replace("f", "p"), ("f",)),
        (ENGLISH[:200].replace("f", "p"), ()),  # too little to tell
        ("Ward 12 Cost 4 " * 200, ()),  # no running text
    ],
)
def test_letters_that_english_cannot_do_without(text, lacking):
    assert set(font_maps.lacks_letters(text)) == set(lacking)


def test_lines_of_joined_letters_are_told_from_scattered_ones_at_once():
    """Once each line was tried in every way in which it falls into pairs: a page took for ever."""
    assert not font_maps.is_scattered("abcdefghijklmnopqrstuvwx\n" * 40)
    assert font_maps.is_scattered("".join(f"{letter}\n" for letter in "abcdefghijklmnopqrst"))


FIGURES = [
    "The board met in public and agreed the budget of the year to come",
    "Overmere spent 3178 pounds on 387 beds in 2019, and 4650 on staff",
    "The figures of the place were noted and nothing further was raised",
]


@needs_ocr
@pytest.mark.parametrize("swapped", ["3817", "3871", "05", "69"])
def test_digits_that_a_font_draws_as_others_are_read_as_they_are_drawn(tmp_path, swapped):
    """The first of them is called the second, and so on; what is drawn is right."""
    names = dict(zip(map(ord, swapped), swapped[1:] + swapped[0], strict=True))
    page = read(paper(tmp_path / "a", names, FIGURES))
    assert page.text.split("\n") == FIGURES
    assert [part.kind for part in page.parts if part.state is PartState.OCR] == ["letters"]


def test_digits_are_believed_where_a_font_draws_them_as_it_says(tmp_path):
    page = read(paper(tmp_path / "a", {}, FIGURES))
    assert (page.text.split("\n"), page.parts) == (FIGURES, ())


@pytest.mark.parametrize(
    "font",
    ["Helvetica", "Helvetica-BoldOblique", "Times-Italic", "Times-BoldItalic", "Courier-Bold", "Courier"],
)
def test_digits_of_plain_fonts_look_like_themselves(font):
    document = pypdfium2.PdfDocument.new()
    made = pypdfium2.raw.FPDFText_LoadStandardFont(document, font.encode())
    handle = ctypes.cast(made, ctypes.c_void_p).value
    outlines = {digit: digit_shapes._outline(handle, digit) for digit in "0123456789"}
    assert all(map(digit_shapes._look, outlines.values()))
    assert not any(digit_shapes._looks_like_another(outline, digit) for digit, outline in outlines.items())
    document.close()
